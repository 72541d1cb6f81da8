from typing import Any

from django.core.management.base import CommandError, CommandParser

from people.exchange.command import ImportCommand
from people.exchange.roster import PeopleImport


class Command(ImportCommand):
    help = (
        "Import sending units and people from JSON Lines or a workbook. Nobody is deleted, no mail is sent."
    )
    importer = PeopleImport

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--invite", action="store_true", help="send invitations (not available yet)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["invite"]:
            raise CommandError("Invitations cannot be sent yet. Import without --invite.")
        super().handle(*args, **options)
