"""Codes: the stable names by which everything refers to everything else, in files and in addresses."""

import secrets

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

MAX_CODE_LENGTH = 120

validate_code = RegexValidator(
    # Dots alone would be read as folders in an address.
    r"^(?!\.+\Z)[\w.\-]+\Z",
    _("Use letters, digits, hyphens, underscores and full stops only, for example LAND-01."),
)


def new_key() -> str:
    """A random stable key of 12 hexadecimal digits, for rows that their author gave no code."""
    return secrets.token_hex(6)
