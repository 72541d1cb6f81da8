from curriculum.exchange.importing import ContentImport
from people.exchange.command import ImportCommand


class Command(ImportCommand):
    help = "Import themes, institutions, courses, cases, curricula and links from JSON Lines or a workbook."
    importer = ContentImport
