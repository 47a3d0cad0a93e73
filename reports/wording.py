"""How the numbers of an assessment are written where they stand alone: cells, labels, headings.

Words of sentences are those of `targets.sentence`. Nothing is computed here: a number is rounded, signed or named.
"""

from __future__ import annotations

import math

import pandas as pd

from targets.assessment import Assessment
from targets.sentence import probability, step
from targets.sentence import sentence as say

#: Stands on everything that shows simulated data.
SIMULATED = "演示数据（模拟）"
#: Stands on everything that rests on published counts alone.
PUBLISHED = "公开数据"
#: Stands on everything that rests on few counts of which some were reported, not published.
REPORTED = "零散上报数"
ABSENT = "—"


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
        A dash where nothing more is asked for: past the deadline, already met, or an upper limit. A share is asked
        for in points, with their name.
    """
    if assessment.state != "active" or assessment.goal.comparison == "at_most":
        return ABSENT
    text = step(assessment, assessment.required_net, is_required=True)
    return text if assessment.style == "share" else text.removesuffix(unit(assessment))


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


def trust(assessment: Assessment) -> str:
    """Say what the probability is worth and, where that is not monthly data, what it rests on.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    str
        Empty where no probability is said of a goal with monthly data.
    """
    tested = "" if assessment.reliability is None else assessment.reliability.sentence
    return f"{tested}{assessment.basis}"


def few_counts_mark(basis: str) -> str:
    """Return what is marked on all that rests on few counts: that they are published, or reported.

    Parameters
    ----------
    basis : str
        What a projection rests on; empty for monthly data.

    Returns
    -------
    str
        Empty for monthly data.
    """
    return "" if not basis else PUBLISHED if basis.startswith(PUBLISHED) else REPORTED


def source(assessment: Assessment) -> str:
    """Say where a goal stands: the document, or the address it was published at.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    str
        未填写 where neither is known.
    """
    goal = assessment.goal
    number = f"（{goal.document_number}）" if goal.document_number else ""
    return f"《{goal.document_title}》{number}{goal.article}" if goal.document_title else goal.article or "未填写"


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
