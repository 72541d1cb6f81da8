"""The models that hold the records."""

from django.db.models import Model

from cases.models import CaseStudy
from curriculum.models import BalancePolicy, Course, Curriculum, ProgrammeCategory, TheoryCaseLink
from providers.models import Institution
from themes.models import Theme

MODELS: dict[str, type[Model]] = {
    "theme": Theme,
    "institution": Institution,
    "category": ProgrammeCategory,
    "policy": BalancePolicy,
    "course": Course,
    "case": CaseStudy,
    "curriculum": Curriculum,
    "link": TheoryCaseLink,
}
