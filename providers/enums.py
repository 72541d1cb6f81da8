"""Choices of institutions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InstitutionKind(TextChoices):
    """What an institution is; the training system is open to all of them."""

    PARTY_SCHOOL = "party_school", _("Party school or academy of governance")
    UNIVERSITY = "university", _("University")
    COLLEGE = "college", _("College")
    RESEARCH_INSTITUTE = "research_institute", _("Research institute")
    ENTERPRISE = "enterprise", _("Enterprise")
    SOCIAL_ORGANISATION = "social_organisation", _("Social organisation")
    GOVERNMENT = "government", _("Government body")
    OVERSEAS = "overseas", _("Overseas institution")
