"""What earlier statements of the same kind were worth: the sentence beside every probability of a goal.

    share = held / made, of statements so many whole years ahead as come nearest to the time left, one at least

Counted by `forecasting.reliability`; those of neighbouring origins and areas overlap. Of half a year between two whole
numbers the smaller is taken, of which more statements are settled. Fails to tell anything below `FEWEST` statements.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from targets.pace import MONTHS_A_YEAR

#: Statements below which a share says nothing.
FEWEST = 10
TENTHS = "零一二三四五六七八九"
UNTESTED = f"类似预测还不足{FEWEST}次，尚不能检验。"


@dataclass(frozen=True)
class Reliability:
    """How often statements like one about a goal came true.

    Parameters
    ----------
    horizon : int
        Months ahead of the statements counted.
    made, held : int
        Statements settled, and those of them that came true.
    certainty : float
        With which they were made, in (0, 1); NaN where there are none.
    """

    horizon: int
    made: int
    held: int
    certainty: float

    @property
    def sentence(self) -> str:
        """One plain sentence, Chinese."""
        if self.made < FEWEST:
            return UNTESTED
        words = f"{TENTHS[round(self.certainty * 10)]}成把握"
        return f"在过去{self.made}次类似预测中，说“{words}”的有{self.held / self.made:.0%}实现。"


def reliability(scores: Mapping[str, object], months_left: int) -> Reliability:
    """Find the statements most like one about a goal so many months ahead.

    Parameters
    ----------
    scores : mapping
        Of the run behind the projection: `certainty` and `statements` with `horizon` (months), `made` and `held`;
        empty where none were settled.
    months_left : int
        From the origin to the deadline, at least 1.

    Returns
    -------
    Reliability
        With none made where no statement of that many years was settled.

    Examples
    --------
    >>> held = {"certainty": 0.8, "statements": [{"horizon": 24, "made": 18, "held": 17}]}
    >>> reliability(held, 30).sentence
    '在过去18次类似预测中，说“八成把握”的有94%实现。'
    """
    years = max(1, math.ceil(months_left / MONTHS_A_YEAR - 0.5))
    for row in cast(Iterable[Mapping[str, int]], scores.get("statements", ())):
        if row["horizon"] == years * MONTHS_A_YEAR:
            return Reliability(row["horizon"], row["made"], row["held"], cast(float, scores["certainty"]))
    return Reliability(years * MONTHS_A_YEAR, 0, 0, math.nan)
