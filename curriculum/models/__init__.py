"""The teaching layout: categories with their policies, courses with units, curricula with modules, links."""

from curriculum.models.category import BalancePolicy, ProgrammeCategory
from curriculum.models.course import Course, CourseTheme, Unit, UnitTheme
from curriculum.models.curriculum import Curriculum, Module, Placement
from curriculum.models.link import TheoryCaseLink
from curriculum.models.remedy import CallState, CaseCall, DecisionState, RemedyDecision
from curriculum.models.runs import ExportRun, ImportRun, RunState

__all__ = [
    "BalancePolicy",
    "CallState",
    "CaseCall",
    "Course",
    "CourseTheme",
    "Curriculum",
    "DecisionState",
    "ExportRun",
    "ImportRun",
    "Module",
    "Placement",
    "ProgrammeCategory",
    "RemedyDecision",
    "RunState",
    "TheoryCaseLink",
    "Unit",
    "UnitTheme",
]
