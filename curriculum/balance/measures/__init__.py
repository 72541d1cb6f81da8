"""The measures of balance, in the order of the report. One entry here and one module each; nothing else."""

from curriculum.balance.measures.base import Measure
from curriculum.balance.measures.linkage_coverage import LINKAGE_COVERAGE
from curriculum.balance.measures.practice_share import PRACTICE_SHARE

MEASURES: tuple[Measure, ...] = (PRACTICE_SHARE, LINKAGE_COVERAGE)
