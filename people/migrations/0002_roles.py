from django.db import migrations

from people.roles import ROLES


def make_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for role in ROLES:
        group.objects.get_or_create(name=role.group)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    # Groups may have members by then, so going back leaves them.
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
