"""Choices of cases."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Licence(TextChoices):
    """Licences that a case may have, by their public codes where they have one."""

    CC0 = "CC0-1.0", _("CC0: no rights reserved")
    CC_BY = "CC-BY-4.0", _("CC BY: use and change it, name the author")
    CC_BY_SA = "CC-BY-SA-4.0", _("CC BY-SA: as CC BY, under the same licence")
    CC_BY_NC = "CC-BY-NC-4.0", _("CC BY-NC: as CC BY, not for profit")
    CC_BY_ND = "CC-BY-ND-4.0", _("CC BY-ND: use it unchanged, name the author")
    CC_BY_NC_ND = "CC-BY-NC-ND-4.0", _("CC BY-NC-ND: use it unchanged, not for profit, name the author")
    INSTITUTION_ONLY = "institution-only", _("Only inside the institution that owns it")
    BY_PERMISSION = "by-permission", _("By permission: ask the owner first")
