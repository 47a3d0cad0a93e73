"""Figures of all sheets to one number a month: sums over months divided, doubles compared.

Nothing is divided that the file does not divide: January and February published as one give neither month; they stay
one count of two months, and that is said. A number that comes out negative is asked about, and so is a zero of months
left blank or nowhere mentioned: 全年 and 累计 are often formulas that run on where nothing was reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd

from data.readers.grid import is_blank
from data.readers.workbook.asking import Notebook
from data.readers.workbook.figures import Figure
from data.readers.workbook.meaning import MEASURE_NAMES
from data.readers.workbook.placed import SLACK, Placed, compare, ordinals, period_of
from data.readers.workbook.spans import Clash, Sum, solve

#: A series that only rises from January is taken for 累计 that does not say so from this many months on.
SUSPICIOUS_MONTHS, SUSPICIOUS_RISE = 5, 2.5
Series = tuple[str, str, str]


@dataclass(frozen=True)
class Observed:
    """One number of one month, or of months that nothing parts.

    Parameters
    ----------
    series : tuple of str
        Area, entity type, measure.
    first, last : pandas.Period
    value, precision : float
    source : Placed
        The cell it is told from, the last of several.
    reason : str
        Why there is an adjustment.
    """

    series: Series
    first: pd.Period
    last: pd.Period
    value: float
    precision: float
    source: Placed
    reason: str = ""


def blank_months(figures: Sequence[Figure], note: Notebook) -> set[tuple[Series, int]]:
    """Return the months of a table whose own cells are blank.

    Parameters
    ----------
    figures : sequence of Figure
        Of one table, those without a number among them.
    note : Notebook

    Returns
    -------
    set of (tuple of str, int)
        Area, entity type and measure; the month as an ordinal of `placed.ordinals`. A mark (—) is no blank.
    """
    found = set()
    for one in figures:
        meaning, span = one.meaning, one.meaning.span
        is_dated = span is not None and span.year is not None and span.last is not None
        if one.special == "missing" and is_dated and not one.sums and is_blank([note.grid.cell(one.row, one.column)]):
            first, last = ordinals(one)
            measure = "exits" if meaning.measure in ("cancel", "revoke") else meaning.measure
            if first == last:
                found.add(((str(meaning.area), str(meaning.entity), str(measure)), first))
    return found


def observed_of(placed: Sequence[Placed], blank: Set[tuple[Series, int]]) -> list[Observed]:
    """Make one number a month of all figures, or a month's neighbours one number with it where nothing parts them.

    Parameters
    ----------
    placed : sequence of Placed
        注销 and 吊销 joined.
    blank : set of (tuple of str, int)
        Series and months whose cells are blank, see `blank_months`.

    Returns
    -------
    list of Observed
    """
    series: dict[Series, list[Placed]] = defaultdict(list)
    for one in placed:
        meaning = one.figure.meaning
        assert meaning.area is not None
        assert meaning.entity is not None
        assert meaning.measure is not None
        series[meaning.area, meaning.entity, meaning.measure].append(one)
    found: list[Observed] = []
    for key, figures in series.items():
        found += _stocks(key, figures) if key[2] == "stock" else _flows(key, figures, blank)
    return found


def _stocks(key: Series, figures: Sequence[Placed]) -> list[Observed]:
    best: dict[int, Placed] = {}
    for one in figures:
        _, last = ordinals(one.figure)
        if last in best:
            compare(one, best[last])
        if last not in best or one.figure.precision < best[last].figure.precision:
            best[last] = one
    return [
        Observed(key, period_of(at), period_of(at), one.figure.value, one.figure.precision, one)
        for at, one in best.items()
    ]


def _flows(key: Series, figures: Sequence[Placed], blank: Set[tuple[Series, int]]) -> list[Observed]:
    distinct: dict[tuple[int, int], Placed] = {}
    for one in _ask_if_cumulative(key, figures):
        bounds = ordinals(one.figure)
        if bounds in distinct:
            compare(one, distinct[bounds])
        if bounds not in distinct or one.figure.precision < distinct[bounds].figure.precision:
            distinct[bounds] = one
    placed = list(distinct.values())
    sums = [Sum(*ordinals(one.figure), one.figure.value, one.figure.precision, at) for at, one in enumerate(placed)]
    added: list[Sum] = []
    for whole in sums:
        for ordinal in range(whole.first, whole.last + 1):
            answer = placed[whole.origin].note.mapping.get(supplied_key(key, period_of(ordinal)))
            if whole.last > whole.first and answer and answer.isdecimal():
                added.append(Sum(ordinal, ordinal, float(answer), 0.0, whole.origin))
    solved = solve([*sums, *(replace(extra, origin=len(placed) + at) for at, extra in enumerate(added))])
    sources = [*placed, *(placed[extra.origin] for extra in added)]
    _report_clashes(solved.clashes, sources)
    found = []
    for part in solved.parts:
        source = max((sources[at] for at in part.origins), key=lambda one: ordinals(one.figure)[1])
        made = Observed(key, period_of(part.first), period_of(part.last), part.value, part.precision, source)
        is_blank_month = any((key, ordinal) in blank for ordinal in range(part.first, part.last + 1))
        if _say(made, [sources[at].where for at in part.origins], is_blank_month=is_blank_month):
            found.append(made)
    if solved.n_checked and not solved.clashes:
        one = sources[0]
        one.note.check(one.figure.row, one.figure.column, f"{MEASURE_NAMES[key[2]]}的当月数与累计数相符")
    return found


def supplied_key(series: Series, month: pd.Period) -> str:
    """Return the key under which a user supplies a month that a sum of two leaves open.

    Parameters
    ----------
    series : tuple of str
    month : pandas.Period

    Returns
    -------
    str
    """
    return f"!补|{'|'.join(series)}|{month}"


def _ask_if_cumulative(key: Series, figures: Sequence[Placed]) -> list[Placed]:
    """Ask about a series that only rises through a year and does not say 当月: it may be 累计 by another name."""
    by_year: dict[tuple[str, int], list[Placed]] = defaultdict(list)
    for one in figures:
        first, last = ordinals(one.figure)
        if first == last and not one.figure.has_own_kind:
            by_year[one.key, last // 12].append(one)
    changed: dict[int, Placed] = {}
    for (table, year), group in by_year.items():
        ordered = sorted(group, key=lambda one: ordinals(one.figure)[1])
        values = [one.figure.value for one in ordered]
        starts_early = ordinals(ordered[0].figure)[1] % 12 <= 1
        is_rising = all(later > earlier for earlier, later in pairwise(values))
        if not (
            starts_early and is_rising and len(values) >= SUSPICIOUS_MONTHS and values[-1] > SUSPICIOUS_RISE * values[0]
        ):
            continue
        newest = ordered[-1]
        answer = newest.note.ask(
            f"{table}|像累计|{key[2]}",
            newest.figure.row,
            newest.figure.column,
            f"{MEASURE_NAMES[key[2]]}{year}年各月只增不减（{values[0]:.10g} 至 {values[-1]:.10g}），"
            f"像是本年累计数。是哪一种？",
            [("kind=month", "当月数"), ("kind=ytd", "本年累计数")],
        )
        if answer == "kind=ytd":
            for one in group:
                changed[id(one)] = replace(
                    one, figure=replace(one.figure, meaning=replace(one.figure.meaning, kind="ytd"))
                )
    return [changed.get(id(one), one) for one in figures]


def _report_clashes(clashes: Sequence[Clash], sources: Sequence[Placed]) -> None:
    seen: set[frozenset[int]] = set()
    for clash in sorted(clashes, key=lambda c: -_length(sources[c.origin])):
        ring = frozenset([clash.origin, *clash.others])
        if ring in seen:
            continue
        seen.add(ring)
        one = sources[clash.origin]
        members = sorted(clash.others, key=lambda at: ordinals(sources[at].figure)[1])
        others = "、".join(sources[at].where for at in members)
        gap = clash.found - clash.expected
        one.note.fault(
            one.figure.row,
            one.figure.column,
            f"当月与累计不符：此格为 {clash.found:.10g}，按 {others} 应为 {clash.expected:.10g}，"
            f"差 {'+' if gap > 0 else '−'}{abs(gap):.10g}。请核对后更正。",
        )


def _length(one: Placed) -> int:
    first, last = ordinals(one.figure)
    return last - first


def _say(one: Observed, terms: Sequence[str], *, is_blank_month: bool) -> bool:
    """Say how a number was made of others, and which months are one number; ask about a difference below zero."""
    figure, note = one.source.figure, one.source.note
    measure, at = MEASURE_NAMES[one.series[2]], (figure.row, figure.column)
    is_month = one.first == one.last
    when = f"{one.last}" if is_month else f"{one.first} 至 {one.last}"
    if len(terms) > 1:
        cells = "、".join(terms)
        note.change(*at, f"{when} {'当月' if is_month else ''}由累计相减得 {one.value:.10g}（{cells}）")
        if one.value < -SLACK:
            note.ask(
                f"负|{'|'.join(one.series)}|{when}",
                *at,
                f"{when} {measure}由累计相减得 {one.value:.10g}，为负（{cells}）。累计数可能更正过。怎样处理？",
                [("leave", "留空")],
                is_lasting=False,
            )
            return False
        if (is_blank_month or not is_month) and one.value <= SLACK and not _is_nothing(one, when):
            return False
    if not is_month:
        if one.value < 0:
            note.fault(*at, f"{measure}户数为负（{one.value:.10g}）。请核对后重新上传。")
        note.change(*at, f"{when} 合为一数（{one.value:.10g}），分不出各月，{measure}按时段数保存，不进入月度数据")
    return True


def _is_nothing(one: Observed, when: str) -> bool:
    """Ask, once a table, whether months without a number of their own were without any, as their sum has it."""
    note, at = one.source.note, (one.source.figure.row, one.source.figure.column)
    is_month = one.first == one.last
    found = "而当月的格空着" if is_month else "而表中没有这几个月自己的数"
    asked = "表中这样的空格是什么？" if is_month else "这几个月是什么情况？"
    answer = note.ask(
        f"{note.own(one.source.key)}|空白",
        *at,
        f"{when} {MEASURE_NAMES[one.series[2]]}由累计相减得 0，{found}，累计可能只算到有数的月份。{asked}",
        [("leave", "没有报送，留空"), ("zero", "就是 0 户")],
        is_lasting=False,
    )
    if answer == "leave":
        note.drop(*at, f"{when} 没有报送，不入库")
    return answer == "zero"
