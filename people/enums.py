"""Choices of accounts and of the visibility rule."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Audience(TextChoices):
    """Who may find and read an object, before its clearance and its dates are looked at."""

    PUBLIC = "public", _("Public: everyone, signed in or not")
    TRAINEES = "trainees", _("Trainees: everyone who is signed in")
    EDUCATORS = "educators", _("Educators: trainees will not find it in search, lists or counts")
    RESTRICTED = "restricted", _("Restricted: only those named below")


class Clearance(IntegerChoices):
    """Levels that an account must reach, in addition to the audience, to read an object."""

    OPEN = 0, _("0: open")
    INTERNAL = 1, _("1: internal")
    CONFIDENTIAL = 2, _("2: confidential")
    SECRET = 3, _("3: secret")


class Language(TextChoices):
    """Languages of content and of the interface."""

    ENGLISH = "en", "English"
    CHINESE = "zh-hans", "简体中文"


class AuditAction(TextChoices):
    """What the audit log of accounts tells of."""

    SIGNED_IN = "sign_in", _("Signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
    LIMITED = "limited", _("Held back after too many tries")
    SIGNED_OUT = "sign_out", _("Signed out")
    SESSIONS_ENDED = "sessions_ended", _("Sessions ended")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    RESET_ASKED = "reset_asked", _("Asked for a new password")
    ACCOUNT_MADE = "account_made", _("Account made")
    INVITED = "invited", _("Invited")
    INVITATION_FAILED = "invitation_failed", _("Invitation could not be sent")
    INVITATION_ACCEPTED = "invitation_accepted", _("Invitation accepted")
    EMAIL_CHANGE_ASKED = "email_change_asked", _("Asked for another e-mail address")
    EMAIL_CHANGED = "email_changed", _("E-mail address changed")
    ROLES_CHANGED = "roles_changed", _("Roles changed")
    CLEARANCE_CHANGED = "clearance_changed", _("Clearance changed")
    SUPERUSER_CHANGED = "superuser_changed", _("Administrator's rights changed")
    AFFILIATION_CHANGED = "affiliation_changed", _("Unit or institution changed")
    ACTIVATED = "activated", _("Made active")
    DEACTIVATED = "deactivated", _("Made inactive")
    HANDED_OVER = "handed_over", _("Handed over")
    GROUP_CHANGED = "group_changed", _("Rights of a group changed")
    DATA_EXPORTED = "data_exported", _("Personal data downloaded")
    ERASURE_ASKED = "erasure_asked", _("Asked for erasure")
    ERASED = "erased", _("Personal data erased")
