from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task

from people.roles import ROLES


class ReviewTask(Task):
    """One step of a review: answered by people of a role, never by the person who submitted."""

    role = models.CharField(
        _("role"),
        max_length=50,
        choices=[(role.code, role.label) for role in ROLES],
        help_text=_("Who may answer."),
    )
    by_institution = models.BooleanField(
        _("by the institution"),
        default=False,
        help_text=_("Editors of the institution that the object belongs to may answer as well."),
    )

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
