"""Why a figure of an announcement is no count of its period, and what in its clause leaves it open."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data.readers.announcement.clauses import Mark, joined_measures, unread_words
from data.readers.announcement.numbers import Figure, find_range
from data.readers.announcement.periods import find_periods
from data.readers.announcement.said import Said, Unclear
from data.readers.announcement.words import CHANGE, GOAL, KIND, NO_COUNT, TOGETHER
from data.readers.cells import MAX_COUNT
from data.readers.workbook.lexicon import SUBTYPE_WORDS

PROMISED = "是目标或预计，不是已发生的数；目标请在目标页录入"
CHANGED = "是与别期相比的变化量，不是户数"
#: The other term of a comparison: 较2021年底的6472户净增1489户.
BASE = "是用来比较的数，不是本期的"


def no_count(
    clause: str, figure: Figure, at: int, own: Sequence[Mark], compared: Mark | None, *, is_compared: bool
) -> str:
    """Return why a figure is no count of its period.

    Parameters
    ----------
    clause : str
    figure : Figure
    at : int
        End of the figure before it in the clause.
    own : sequence of Mark
        Those before it.
    compared : Mark or None
        The comparison that stands before it in its clause.
    is_compared : bool
        Whether a clause before it opens a comparison.

    Returns
    -------
    str
        Chinese; empty if it may be one.
    """
    if GOAL.search(clause):
        return PROMISED
    before = clause[at : figure.start]
    if any(mark.name == "aside" and mark.start <= figure.start < mark.end for mark in own):
        return BASE
    if (compared is not None or is_compared) and CHANGE.search(before):
        return CHANGED
    is_measured = compared is not None and any(mark.name == "measure" and mark.start > compared.start for mark in own)
    if compared is not None and compared.start >= at and not is_measured:
        return BASE
    return next((why for why, words in NO_COUNT.items() if words.search(before)), "")


def check_figure(clause: str, figure: Figure, said: Said) -> None:
    """Check that a figure can be a count, and of one type.

    Parameters
    ----------
    clause : str
    figure : Figure
    said : Said

    Raises
    ------
    Unclear
    """
    if find_range(clause):
        raise Unclear(f"“{find_range(clause)}”是一个范围。请填写一个数")
    if figure.value > MAX_COUNT:
        raise Unclear("超过十亿户，不合常理。请核对单位")
    if figure.value % 1:
        raise Unclear("不是整数户。请核对是否为平均数，或漏写了“万”")
    if said.kind_question:
        raise Unclear(said.kind_question)
    if TOGETHER.search(clause[: figure.start]) and not KIND.search(clause):
        raise Unclear("没有说明合计的是哪几类。请写明是市场主体、企业、个体工商户还是合作社")
    if said.kind is None:
        raise Unclear("没有说明是市场主体、企业、个体工商户还是合作社。请写明")


def check_words(
    clause: str, figures: Sequence[Figure], marks: Sequence[Mark], stretch: tuple[int, int], said: Said, narrowed: str
) -> None:
    """Check that every word beside a figure is understood, and that none narrows what it counts.

    Parameters
    ----------
    clause : str
    figures : sequence of Figure
    marks : sequence of Mark
    stretch : tuple of int
        Start and end of the words of the figure.
    said : Said
    narrowed : str
        A clause before it that may narrow it; may be empty.

    Raises
    ------
    Unclear
    """
    unread = unread_words(clause, marks, figures, *stretch)
    if part := SUBTYPE_WORDS.search(_without_names(clause, marks, stretch)):
        raise Unclear(
            f"“{part[0]}”的口径比企业、个体工商户、合作社窄，不能与登记数相加。如确要录入，请改写为本系统的主体类型"
        )
    if both := joined_measures(clause, marks):
        raise Unclear(f"“{both}”合在一起，分不出各有多少")
    if unread:
        raise Unclear(f"没有看懂“{'”“'.join(unread)}”，它可能改变口径。如不影响，请删去后重新录入")
    if narrowed and not (said.span is not None and said.span.question):
        raise Unclear(f"前面的“{narrowed}”可能改变口径。如不影响，请只粘贴含户数的半句")


def check_period(stretch: str, said: Said) -> None:
    """Check that the period last said is clear, and that 累计 begins where it begins.

    Parameters
    ----------
    stretch : str
        The words of the figure.
    said : Said

    Raises
    ------
    Unclear
    """
    span = said.span
    if span is None:
        return
    if span.question:
        raise Unclear(span.question.rstrip("。"))
    is_month = not span.is_point and span.start == span.end and said.since is None and said.measure != "stock"
    if "累计" in stretch and (is_month or said.measure is None):
        raise Unclear("“累计”没有说明从哪个月算起。请写明，如 2022年1-5月")


def first_month(
    clause: str, figure: Figure, compared: Mark | None, said: Said, published: pd.Timestamp
) -> pd.Period | None:
    """Return the first month of a net increase that is given against an earlier month's end.

    Parameters
    ----------
    clause : str
    figure : Figure
    compared : Mark or None
    said : Said
    published : pandas.Timestamp

    Returns
    -------
    pandas.Period or None
        None where it is given against nothing, or against what is no month's end.
    """
    span = said.span
    if compared is None or said.measure != "net" or span is None or span.end is None or not span.is_point:
        return None
    against = clause[compared.end : figure.start]
    if "年初" in against:
        return pd.Period(year=span.end.year, month=1, freq="M")
    found = list(find_periods(against, published))
    first = found[0] if len(found) == 1 else None
    return first.end + 1 if first and first.is_point and first.end is not None and first.end < span.end else None


def _without_names(clause: str, marks: Sequence[Mark], stretch: tuple[int, int]) -> str:
    """Blank the names and periods of a stretch: 全国企业 is no 国企."""
    named = [(mark.start, mark.end) for mark in marks if mark.name in ("area", "place", "scope", "span")]
    start, end = stretch
    return "".join(" " if any(first <= at < last for first, last in named) else clause[at] for at in range(start, end))
