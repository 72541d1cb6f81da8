"""The measures of balance, in the order of the report. One entry here and one module each; nothing else."""

from curriculum.balance.measures.base import Measure
from curriculum.balance.measures.knockout_loss import KNOCKOUT_LOSS
from curriculum.balance.measures.linkage_coverage import LINKAGE_COVERAGE
from curriculum.balance.measures.orphan_practice import ORPHAN_PRACTICE
from curriculum.balance.measures.practice_share import PRACTICE_SHARE
from curriculum.balance.measures.sequence_fit import SEQUENCE_FIT
from curriculum.balance.measures.thematic_divergence import THEMATIC_DIVERGENCE
from curriculum.balance.measures.timeliness_index import TIMELINESS_INDEX

MEASURES: tuple[Measure, ...] = (
    PRACTICE_SHARE,
    LINKAGE_COVERAGE,
    ORPHAN_PRACTICE,
    KNOCKOUT_LOSS,
    SEQUENCE_FIT,
    TIMELINESS_INDEX,
    THEMATIC_DIVERGENCE,
)
