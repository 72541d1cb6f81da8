"""One headline and the flags behind it, from the results of the measures (2.3; rules 31, 32 and 35)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from curriculum.balance.headlines import Headline
from curriculum.balance.limits import TOLERANCE, Color
from curriculum.balance.measures.base import Result


@dataclass(frozen=True, slots=True)
class Verdict:
    """``headline`` is the first of ``flags``, which are in order of precedence; without flags it is balanced.

    ``color`` is the worst color among the headline's own measures; ``NO_DATA`` goes without.
    """

    headline: Headline
    color: Color | None
    flags: tuple[Headline, ...]


def verdict(results: Collection[Result], *, untagged_share: float | None, untagged_limit: float) -> Verdict:
    """The verdict on one curriculum; ``untagged_share`` is ``None`` where it has no hours at all.

    Too many untagged hours put ``NO_DATA`` first and leave the other flags standing, for they are printed as
    provisional.
    """
    if untagged_share is None:
        return Verdict(Headline.NO_DATA, None, (Headline.NO_DATA,))
    raised = {result.flag for result in results if result.flag is not None}
    if untagged_share > untagged_limit + TOLERANCE:
        raised.add(Headline.NO_DATA)
    flags = tuple(headline for headline in Headline if headline in raised)
    if flags:
        own = [result.color for result in results if result.flag is flags[0] and result.color]
        return Verdict(flags[0], max(own, key=lambda color: color.severity, default=None), flags)
    return Verdict(Headline.BALANCED, Color.GREEN, ())
