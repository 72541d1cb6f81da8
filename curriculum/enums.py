"""Choices of courses, curricula and links."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeliveryMethod(TextChoices):
    """How a unit or a case is taught; `curriculum.balance.methods` says what that means."""

    LECTURE = "lecture", _("Lecture")
    SEMINAR = "seminar", _("Seminar")
    STRUCTURED_DISCUSSION = "structured_discussion", _("Structured discussion")
    CASE_DISCUSSION = "case_discussion", _("Case discussion")
    SITE_VISIT = "site_visit", _("Site visit")
    SIMULATION = "simulation", _("Simulation")
    EXPERIENTIAL = "experiential", _("Experiential learning")
    INTERVIEW = "interview", _("Interview")
    ACTION_LEARNING = "action_learning", _("Action learning")
    FLIPPED_CLASSROOM = "flipped_classroom", _("Flipped classroom")
    WORKSHOP = "workshop", _("Workshop")
    FIELD_TASK = "field_task", _("Field task")
    SELF_STUDY = "self_study", _("Self-study")
    ONLINE = "online", _("Online")
    ASSESSMENT = "assessment", _("Assessment")
    CEREMONY = "ceremony", _("Ceremony")


class ContentCategory(TextChoices):
    """What a unit is about: another axis than how it is taught."""

    THEORY_EDUCATION = "theory_education", _("Theory education")
    PARTY_SPIRIT_EDUCATION = "party_spirit_education", _("Party-spirit education")
    JOB_COMPETENCE = "job_competence", _("Job competence")
    KNOWLEDGE = "knowledge", _("Knowledge")


class LecturerType(TextChoices):
    """Who teaches a unit."""

    STAFF = "staff", _("Member of staff")
    LEADING_OFFICIAL = "leading_official", _("Leading official")
    EXPERT = "expert", _("Expert")
    PRACTITIONER = "practitioner", _("Practitioner")


class LinkState(TextChoices):
    """What a person decided about a link of a theory unit to a case."""

    CONFIRMED = "confirmed", _("Confirmed")
    REJECTED = "rejected", _("Rejected")
