from django.db import migrations

EDIT = ("view", "add", "change", "publish", "lock", "unlock")
ADMIN = {("wagtailadmin", "admin"): ("access",)}
CONTENT = {
    ("curriculum", "curriculum"): EDIT,
    ("curriculum", "course"): EDIT,
    ("cases", "casestudy"): EDIT,
}
VOCABULARY = {
    ("themes", "theme"): ("view", "add", "change"),
    ("providers", "institution"): ("view", "add", "change"),
    ("curriculum", "programmecategory"): ("view", "add", "change"),
    ("curriculum", "balancepolicy"): ("view", "add", "change"),
}
WRITE_CASES = {
    ("cases", "casestudy"): ("view", "add", "change"),
    ("curriculum", "course"): ("view",),
    ("themes", "theme"): ("view",),
    ("providers", "institution"): ("view",),
}
GRANTS = {
    "Committee members": ADMIN | CONTENT | VOCABULARY,
    "Committee chairs": ADMIN | CONTENT | VOCABULARY,
    "Lecturers": ADMIN | WRITE_CASES,
    "Provider editors": ADMIN | WRITE_CASES,
    "Training managers": ADMIN
    | {
        ("curriculum", "curriculum"): ("view",),
        ("curriculum", "course"): ("view",),
        ("cases", "casestudy"): ("view",),
    },
    "Operators": ADMIN
    | {
        ("people", "user"): ("view", "add", "change"),
        ("people", "sendingunit"): ("view", "add", "change"),
    },
}


def grant(apps, schema_editor):
    """Give the roles their rights; the rights themselves are otherwise made only after the last migration."""
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    groups = apps.get_model("auth", "Group").objects
    # Wagtail's own two groups would stand beside the roles and mean nothing here.
    groups.filter(name__in=["Moderators", "Editors"]).delete()
    for name, models in GRANTS.items():
        group = groups.get(name=name)
        for (app, model), verbs in models.items():
            content_type, _ = content_types.get_or_create(app_label=app, model=model)
            for verb in verbs:
                permission, _ = permissions.get_or_create(
                    content_type=content_type,
                    codename=f"{verb}_{model}",
                    defaults={"name": f"Can {verb} {model}"},
                )
                group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("praxis", "0002_site"),
        ("people", "0002_roles"),
        ("themes", "0001_initial"),
        ("providers", "0001_initial"),
        ("cases", "0001_initial"),
        ("curriculum", "0001_initial"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
