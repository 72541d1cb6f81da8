"""The admin of the teaching layout."""

from curriculum.viewsets.categories import BalancePolicyViewSet, ProgrammeCategoryViewSet
from curriculum.viewsets.courses import CourseViewSet
from curriculum.viewsets.curricula import CurriculumViewSet

__all__ = ["BalancePolicyViewSet", "CourseViewSet", "CurriculumViewSet", "ProgrammeCategoryViewSet"]
