"""The words for rows that are missing, for the models that miss them and the forms that show it."""

from django.utils.translation import gettext_lazy as _

NO_UNITS = _("Add at least one unit.")
NO_MODULES = _("Add at least one module.")
NOTHING_PLACED = _("Place at least one course or case in the module.")
UNTAGGED = _("Neither the unit nor the course has a theme: its hours count for no verdict.")
