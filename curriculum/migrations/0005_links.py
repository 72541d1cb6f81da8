import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def take_over(apps, schema_editor):
    """Links that are there already were decided when they were made."""
    apps.get_model("curriculum", "TheoryCaseLink").objects.update(decided_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("curriculum", "0004_snapshots"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="theorycaselink",
            name="decided_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="decided"),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.CreateModel(
            name="LinkChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("confirmed", "Confirmed"), ("rejected", "Rejected")],
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                ("rows", models.JSONField(default=list)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "decision about links",
                "verbose_name_plural": "decisions about links",
                "ordering": ["-made_at", "-pk"],
            },
        ),
    ]
