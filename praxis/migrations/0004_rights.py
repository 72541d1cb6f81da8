from django.db import migrations

CONTENT = (("curriculum", "curriculum"), ("curriculum", "course"), ("cases", "casestudy"))
# What is written goes out by review; publishing at once is the chairs'.
TAKEN = [("Committee members", app, model, ("publish",)) for app, model in CONTENT]
GIVEN = [
    ("Provider editors", "curriculum", "course", ("add", "change")),
    ("Provider editors", "curriculum", "curriculum", ("view", "add", "change")),
    # A curriculum has a programme category, which is chosen from their list.
    ("Provider editors", "curriculum", "programmecategory", ("view",)),
]


def permissions_of(apps, entries):
    """Each group with each right; the rights are made here unless they are there already."""
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    groups = apps.get_model("auth", "Group").objects
    for name, app, model, verbs in entries:
        content_type, _ = content_types.get_or_create(app_label=app, model=model)
        for verb in verbs:
            permission, _ = permissions.get_or_create(
                content_type=content_type,
                codename=f"{verb}_{model}",
                defaults={"name": f"Can {verb} {model}"},
            )
            yield groups.get(name=name), permission


def move(apps, given, taken):
    for group, permission in permissions_of(apps, given):
        group.permissions.add(permission)
    for group, permission in permissions_of(apps, taken):
        group.permissions.remove(permission)


def forwards(apps, schema_editor):
    """Give and take the rights on kinds of content; on which objects, `editing.permissions` says."""
    move(apps, GIVEN, TAKEN)


def backwards(apps, schema_editor):
    """Put the rights back as they were."""
    move(apps, TAKEN, GIVEN)


class Migration(migrations.Migration):
    dependencies = [("praxis", "0003_role_permissions")]

    operations = [migrations.RunPython(forwards, backwards)]
