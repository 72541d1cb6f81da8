import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext, ngettext

from exchange.batches import batches
from exchange.progress import ProgressBar
from people.actions.invitations import send_invitations
from people.exchange.command import ImportCommand
from people.exchange.importing import Import
from people.exchange.roster import PeopleImport
from people.models import User


class Command(ImportCommand):
    help = (
        "Import sending units and people from JSON Lines or a workbook. Nobody is deleted. With --invite, "
        "everybody in the file who has no password and was not invited yet gets a mail; a second run sends "
        "what the first could not."
    )
    importer = PeopleImport

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--invite", action="store_true", help="send invitations once all is written")

    def make_import(self, path: Path, **options: Any) -> Import:
        return PeopleImport(path, named=self.named, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        self.named: set[str] = set()
        super().handle(*args, **options)
        if options["invite"] and not options["dry_run"]:
            self.invite(options)

    def invite(self, options: dict[str, Any]) -> None:
        """Send the invitations, and say how many went out."""
        waiting = [
            account
            for emails in batches(sorted(self.named))
            for account in User.objects.waiting_for_invitation().filter(email__in=emails)
        ]
        by = User.objects.filter(email=(options["user"] or "").lower()).first()
        bar = ProgressBar(sys.stderr, options["progress"] or sys.stderr.isatty())
        try:
            outcome = send_invitations(
                by=by,
                accounts=waiting,
                on_step=lambda done: bar(gettext("Sending invitations"), done, len(waiting)),
            )
        finally:
            bar.close()
        # What is printed as JSON stays one document.
        out = self.stderr if options["format"] == "json" else self.stdout
        text = ngettext("%(count)d invitation sent.", "%(count)d invitations sent.", outcome.sent)
        out.write(text % {"count": outcome.sent})
        if outcome.failed:
            for account in outcome.failed:
                self.stderr.write(f"  {account.email}")
            text = ngettext(
                "%(count)d invitation could not be sent. Run the command again to try once more.",
                "%(count)d invitations could not be sent. Run the command again to try once more.",
                len(outcome.failed),
            )
            raise CommandError(text % {"count": len(outcome.failed)})
