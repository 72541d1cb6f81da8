from django.db import migrations


def let_operators_read(apps, schema_editor):
    """Open the audit log to operators; rights are otherwise made only after the last migration."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="people", model="auditentry"
    )
    right, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename="view_auditentry", defaults={"name": "Can view audit entry"}
    )
    apps.get_model("auth", "Group").objects.get(name="Operators").permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [("people", "0003_accounts"), ("contenttypes", "0002_remove_content_type_name")]

    operations = [migrations.RunPython(let_operators_read, migrations.RunPython.noop)]
