"""The teaching layout: categories with their policies, courses with units, curricula with modules, links,
and what the balance report said of curricula."""

from curriculum.models.category import BalancePolicy, ProgrammeCategory
from curriculum.models.course import Course, CourseTheme, Unit, UnitTheme
from curriculum.models.curriculum import Curriculum, Module, Placement
from curriculum.models.link import LinkChange, TheoryCaseLink
from curriculum.models.remedy import CallState, CaseCall, DecisionState, RemedyDecision
from curriculum.models.runs import ExportRun, ImportRun, RunState
from curriculum.models.snapshot import BalanceCheck, BalanceSnapshot

__all__ = [
    "BalanceCheck",
    "BalancePolicy",
    "BalanceSnapshot",
    "CallState",
    "CaseCall",
    "Course",
    "CourseTheme",
    "Curriculum",
    "DecisionState",
    "ExportRun",
    "ImportRun",
    "LinkChange",
    "Module",
    "Placement",
    "ProgrammeCategory",
    "RemedyDecision",
    "RunState",
    "TheoryCaseLink",
    "Unit",
    "UnitTheme",
]
