"""The roles of the system as data: each is a Django group, made by a migration and found by its name."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EDITORS_PREFIX = "institution:"


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its code (in files and tokens), its group's name and what it may read.

    `educator` opens what is kept for educators; `always_reads` opens everything that the clearance allows.
    """

    code: str
    group: str
    label: Promise
    educator: bool = False
    always_reads: bool = False

    @property
    def token(self) -> str:
        """The word that stands for this role in an object's list of readers."""
        return f"role:{self.code}"


ROLES = (
    Role("committee_member", "Committee members", _("Committee member"), educator=True, always_reads=True),
    Role("committee_chair", "Committee chairs", _("Committee chair"), educator=True, always_reads=True),
    Role("lecturer", "Lecturers", _("Lecturer"), educator=True),
    Role("provider_editor", "Provider editors", _("Provider editor"), educator=True),
    Role("training_manager", "Training managers", _("Training manager"), educator=True),
    Role("trainee", "Trainees", _("Trainee")),
    Role("operator", "Operators", _("Operator")),
)
ROLE_BY_CODE = {role.code: role for role in ROLES}
ROLE_BY_GROUP = {role.group: role for role in ROLES}


def editors_group(institution_code: str) -> str:
    """The name of the group of people who edit for an institution; it is also their reader's token."""
    return f"{EDITORS_PREFIX}{institution_code.casefold()}"
