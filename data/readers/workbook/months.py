"""Figures of all sheets to one number a month: parts of exits joined, sums over months divided, doubles compared.

Nothing is divided that the file does not divide: January and February published as one give neither month, and that is
said. A month that comes out negative is asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd

from data.readers.workbook.asking import Notebook
from data.readers.workbook.figures import Figure
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.meaning import MEASURE_NAMES
from data.readers.workbook.spans import Clash, Sum, solve

SLACK = 1e-6
#: A series that only rises from January is taken for 累计 that does not say so from this many months on.
SUSPICIOUS_MONTHS, SUSPICIOUS_RISE = 5, 2.5
Series = tuple[str, str, str]


@dataclass(frozen=True)
class Placed:
    """A figure and the sheet it stands on.

    Parameters
    ----------
    figure : Figure
    note : Notebook
    key : str
        Of its table, for questions.
    """

    figure: Figure
    note: Notebook
    key: str

    @property
    def where(self) -> str:
        """The cell, as its user sees it."""
        return self.note.place(self.figure.row, self.figure.column)


@dataclass(frozen=True)
class Observed:
    """One number of one month.

    Parameters
    ----------
    series : tuple of str
        Area, entity type, measure.
    month : pandas.Period
    value, precision : float
    source : Placed
        The cell it is told from, the last of several.
    """

    series: Series
    month: pd.Period
    value: float
    precision: float
    source: Placed


def ordinals(figure: Figure) -> tuple[int, int]:
    """Return the first and the last month a figure is of, as year * 12 + month - 1.

    Parameters
    ----------
    figure : Figure

    Returns
    -------
    tuple of int
    """
    span, kind = figure.meaning.span, figure.meaning.kind
    assert span is not None
    assert span.year is not None
    assert span.first is not None
    assert span.last is not None
    last = span.year * 12 + span.last - 1
    if figure.meaning.measure in ("stock", "adjustment") or kind == "month":
        return last, last
    if kind == "ytd" and not span.first_year:
        return span.year * 12, last
    return (span.first_year or span.year) * 12 + span.first - 1, last


def period_of(ordinal: int) -> pd.Period:
    """Return a month by its ordinal.

    Parameters
    ----------
    ordinal : int

    Returns
    -------
    pandas.Period
    """
    return pd.Period(year=ordinal // 12, month=ordinal % 12 + 1, freq="M")


def observed_of(placed: Sequence[Placed]) -> list[Observed]:
    """Make one number a month of all figures.

    Parameters
    ----------
    placed : sequence of Placed

    Returns
    -------
    list of Observed
    """
    series: dict[Series, list[Placed]] = defaultdict(list)
    for one in _with_exits(placed):
        meaning = one.figure.meaning
        assert meaning.area is not None
        assert meaning.entity is not None
        assert meaning.measure is not None
        series[meaning.area, meaning.entity, meaning.measure].append(one)
    found: list[Observed] = []
    for key, figures in series.items():
        found += _stocks(key, figures) if key[2] in ("stock", "adjustment") else _flows(key, figures)
    return found


def _with_exits(placed: Sequence[Placed]) -> list[Placed]:
    """Join 注销 and 吊销; 注销 alone is what offices call both."""
    kept = [one for one in placed if one.figure.meaning.measure not in ("cancel", "revoke", "exits", "net")]
    groups: dict[tuple[object, ...], dict[str, Placed]] = defaultdict(dict)
    has: dict[str, set[str]] = defaultdict(set)
    for one in placed:
        meaning = one.figure.meaning
        if meaning.measure not in ("cancel", "revoke", "exits"):
            continue
        has[one.key].add(meaning.measure)
        group = groups[one.key, meaning.area, meaning.entity, ordinals(one.figure)]
        if meaning.measure in group:
            other = group[meaning.measure]
            _compare(one, other)
        group[meaning.measure] = one
    for (key, *_), group in groups.items():
        kinds = has[str(key)]
        if "exits" in group:
            whole = group["exits"]
            parts = [group[name] for name in ("cancel", "revoke") if name in group]
            if len(parts) == 2:
                _check_exits(whole, parts)
            kept.append(whole)
        elif kinds == {"cancel"} or (
            "cancel" in kinds and "exits" in kinds and "cancel" in group and "revoke" not in kinds
        ):
            kept.append(_as_exits(group["cancel"]))
        elif {"cancel", "revoke"} <= group.keys():
            one, other = group["cancel"], group["revoke"]
            value = one.figure.value + other.figure.value
            figure = replace(one.figure, value=value, precision=one.figure.precision + other.figure.precision)
            one.note.change(
                one.figure.row,
                one.figure.column,
                f"注销 {one.figure.value:.10g} 加吊销 {other.figure.value:.10g}，计 {value:.10g}",
            )
            kept.append(_as_exits(replace(one, figure=figure)))
        else:
            one = next(iter(group.values()))
            kept += _half_exits(one)
    return kept


def _half_exits(one: Placed) -> list[Placed]:
    given, absent = ("注销", "吊销") if one.figure.meaning.measure == "cancel" else ("吊销", "注销")
    answer = one.note.ask(
        f"{one.key}|只有{given}",
        one.figure.row,
        one.figure.column,
        f"有{given}数而没有{absent}数。没有的{absent}数按什么计？",
        [("zero", f"{absent}按 0 计"), (IGNORE, "该月注销吊销不入库")],
    )
    return [_as_exits(one)] if answer == "zero" else []


def _as_exits(one: Placed) -> Placed:
    return replace(one, figure=replace(one.figure, meaning=replace(one.figure.meaning, measure="exits")))


def _check_exits(whole: Placed, parts: Sequence[Placed]) -> None:
    total = sum(part.figure.value for part in parts)
    slack = whole.figure.precision + sum(part.figure.precision for part in parts) + SLACK
    figure = whole.figure
    if abs(total - figure.value) > slack:
        whole.note.fault(
            figure.row, figure.column, f"注销吊销 {figure.value:.10g} 不等于注销加吊销 {total:.10g}。请核对后更正。"
        )
    else:
        whole.note.check(figure.row, figure.column, "等于注销加吊销")


def _compare(one: Placed, other: Placed) -> None:
    """Fault two figures that say the same thing and differ."""
    slack = one.figure.precision + other.figure.precision + SLACK
    if abs(one.figure.value - other.figure.value) > slack:
        _, last = ordinals(one.figure)
        measure = MEASURE_NAMES[one.figure.meaning.measure or ""]
        one.note.fault(
            one.figure.row,
            one.figure.column,
            f"{period_of(last)} {measure}为 {one.figure.value:.10g}，而 {other.where} 为 {other.figure.value:.10g}。"
            "同一个数写了两处而不相同，请核对后更正。",
        )
    else:
        one.note.check(one.figure.row, one.figure.column, f"与 {other.where} 相同")


def _stocks(key: Series, figures: Sequence[Placed]) -> list[Observed]:
    best: dict[int, Placed] = {}
    for one in figures:
        _, last = ordinals(one.figure)
        if last in best:
            _compare(one, best[last])
        if last not in best or one.figure.precision < best[last].figure.precision:
            best[last] = one
    return [Observed(key, period_of(at), one.figure.value, one.figure.precision, one) for at, one in best.items()]


def _flows(key: Series, figures: Sequence[Placed]) -> list[Observed]:
    distinct: dict[tuple[int, int], Placed] = {}
    for one in _ask_if_cumulative(key, figures):
        bounds = ordinals(one.figure)
        if bounds in distinct:
            _compare(one, distinct[bounds])
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
    for origin in dict.fromkeys(origin for _, origin in solved.unknown):
        _report_undivided(key, sources[origin], is_alone=not solved.months)
    found = []
    for month in solved.months:
        source = max((sources[at] for at in month.origins), key=lambda one: ordinals(one.figure)[1])
        if len(month.origins) > 1:
            terms = "、".join(sources[at].where for at in month.origins)
            source.note.change(
                source.figure.row,
                source.figure.column,
                f"{period_of(month.month)} 当月由累计相减得 {month.value:.10g}（{terms}）",
            )
            if month.value < -SLACK:
                _ask_negative(key, period_of(month.month), month.value, source, terms)
                continue
        found.append(Observed(key, period_of(month.month), month.value, month.precision, source))
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


def _report_undivided(key: Series, one: Placed, *, is_alone: bool) -> None:
    first, last = ordinals(one.figure)
    span = f"{period_of(first)} 至 {period_of(last)}"
    why = f"{span} 合为一数（{one.figure.value:.10g}），分不出各月，各月{MEASURE_NAMES[key[2]]}均不入库"
    one.note.drop(one.figure.row, one.figure.column, why)
    if is_alone:
        one.note.ask(
            f"{one.key}|分不出月|{key[2]}",
            one.figure.row,
            one.figure.column,
            f"{why}。请确认，或改用带当月数的表。",
            [("leave", "确认：这些月份留空")],
        )


def _ask_negative(key: Series, month: pd.Period, value: float, source: Placed, terms: str) -> None:
    source.note.ask(
        f"负|{'|'.join(key)}|{month}",
        source.figure.row,
        source.figure.column,
        f"{month} {MEASURE_NAMES[key[2]]}由累计相减得 {value:.10g}，为负（{terms}）。累计数可能更正过。怎样处理？",
        [("leave", "该月留空")],
        is_lasting=False,
    )
