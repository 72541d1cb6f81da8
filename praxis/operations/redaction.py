"""What must not stand in logs and records: addresses of people, secrets in addresses, values of rows."""

import re

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*")
# PostgreSQL quotes the row that broke a rule.
_DETAIL = re.compile(r"^(DETAIL:).*$", re.MULTILINE)


def without_personal_data(text: str) -> str:
    """The text without e-mail addresses, passwords in database addresses, and quoted rows."""
    return _DETAIL.sub(r"\1 (left out)", _ADDRESS.sub("(address)", text))
