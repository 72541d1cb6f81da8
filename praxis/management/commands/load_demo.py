from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from people.models import User
from praxis.demo.reviews import start_reviews

FOLDER = Path(__file__).resolve().parents[2] / "demo"
PASSWORD = "praxis-demo-2026"  # published on purpose: the accounts exist in demos only
SUPERUSER = "admin@example.org"


class Command(BaseCommand):
    """Fill an installation with invented content and one account a role."""

    help = "Load the demo: invented people, courses, cases and curricula. A second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PRAXIS_DEMO_ACCOUNTS:
            raise CommandError("Demo accounts have a published password; these settings do not allow them.")
        call_command("import_people", str(FOLDER / "people.jsonl"), verbosity=0)
        call_command("import_content", str(FOLDER / "content.jsonl"), verbosity=0)
        if not User.objects.filter(email=SUPERUSER).exists():
            User.objects.create_superuser(SUPERUSER, PASSWORD, name="Demo administrator")
        accounts = User.objects.filter(email__endswith="@example.org", is_active=True)
        for user in accounts:
            if not user.has_usable_password() or not user.password:
                user.set_password(PASSWORD)
                user.save(update_fields=["password"])
        start_reviews()
        self.stdout.write(self.style.SUCCESS("The demo is ready."))
        self.stdout.write(f"  Public site   {settings.WAGTAILADMIN_BASE_URL}/")
        self.stdout.write(f"  Admin         {settings.WAGTAILADMIN_BASE_URL}/admin/")
        self.stdout.write(f"  Password of every demo account: {PASSWORD}")
        for user in accounts.prefetch_related("groups"):
            roles = ", ".join(role.code for role in user.roles) or ("superuser" if user.is_superuser else "-")
            self.stdout.write(f"  {user.email:<28} {roles:<20} {user.name}")
