"""How the numbers of an assessment are written where they stand alone: cells, labels, headings.

Words of sentences are those of `targets.sentence`. Nothing is computed here: a number is rounded, signed or named.
"""

from __future__ import annotations

import math

import pandas as pd

from targets.assessment import STATES, Assessment
from targets.lamps import Lamp
from targets.sentence import probability
from targets.sentence import sentence as say

#: Stands on everything that shows simulated data.
SIMULATED = "演示数据（模拟）"
ABSENT = "—"
FINISHED = {"attained": "green", "missed": "red"}
FINISHED_RULE = "期限已过，按期限月末的实有数判定。"


def unit(assessment: Assessment) -> str:
    """Return the unit of the stock, as in the sentence: a goal stated in per cent is still counted in 户.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    str
    """
    return "户" if assessment.goal.unit == "%" else assessment.goal.unit


def heading(assessment: Assessment) -> str:
    """Say who promised what: 蒲县：2025年末总数达11236户.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    str
    """
    return f"{assessment.who}：{assessment.goal.wording}"


def month(value: pd.Period) -> str:
    """Write a month as 2025年12月.

    Parameters
    ----------
    value : pandas.Period

    Returns
    -------
    str
    """
    return f"{value.year}年{value.month}月"


def count(value: float) -> str:
    """Write a number of entities; a dash where there is none.

    Parameters
    ----------
    value : float

    Returns
    -------
    str
    """
    return ABSENT if math.isnan(value) else f"{value:.0f}"


def points(value: float) -> str:
    """Write a deviation in percentage points with its sign.

    Parameters
    ----------
    value : float
        A fraction: 0.1 is 10 points.

    Returns
    -------
    str
    """
    if math.isnan(value):
        return ABSENT
    shown = round(value * 100, 1)
    return "0.0" if shown == 0 else f"{'+' if shown > 0 else '−'}{abs(shown):.1f}"


def needed(assessment: Assessment) -> str:
    """Write the net additions a month still needed, rounded up as in the sentence.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    str
        A dash where nothing more is asked for: past the deadline, already met, or an upper limit.
    """
    if assessment.state != "active" or assessment.goal.comparison == "at_most":
        return ABSENT
    return str(math.ceil(round(assessment.required_net, 6)))


def chance(assessment: Assessment) -> str:
    """Write the attainment probability.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    str
    """
    return ABSENT if math.isnan(assessment.probability) else probability(assessment.probability)


def outlook(assessment: Assessment) -> Lamp:
    """Return the second lamp: where the goal leads, or past its deadline how it ended.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    Lamp
        Past the deadline there is nothing to predict; 无法判断 would be wrong there.
    """
    colour = FINISHED.get(assessment.state)
    return Lamp("结果", colour, STATES[assessment.state], FINISHED_RULE) if colour else assessment.forecast_lamp


def story(assessment: Assessment) -> str:
    """Return the sentence of an assessment.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    str
    """
    return assessment.sentence or say(assessment)
