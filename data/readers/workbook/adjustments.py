"""Adjustments, which need a reason, and 期初 as a check on the months beside it.

    期初 + 新设 − 注销吊销 + 调整 = 期末

An adjustment takes its reason from the remarks of its row, or is asked for it. Where 期初 does not lead to 期末 the gap
may be an adjustment that the file does not state: that is asked too, and never supposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from data.readers.grid import shown
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.months import Observed
from data.readers.workbook.placed import SLACK, Placed, ordinals, period_of

LEAVE = "leave"
#: Area, type, month.
Spot = tuple[str, str, pd.Period]


def adjustments_of(placed: Sequence[Placed], remarks: Mapping[tuple[int, int], str]) -> list[Observed]:
    """Return the adjustments that have a reason; ask for those of the others.

    Parameters
    ----------
    placed : sequence of Placed
        Figures of adjustments.
    remarks : mapping of (int, int) to str
        Sheet and row -> what stands in the column of remarks.

    Returns
    -------
    list of Observed
        Those of 0 left out.
    """
    found = []
    for one in placed:
        figure = one.figure
        if not figure.value:
            continue
        reason: str | None = remarks.get((one.note.number, figure.row))
        if reason:
            one.note.change(figure.row, figure.column, f"调整 {figure.value:.10g}，原因取自本行备注“{shown(reason)}”")
        else:
            area, entity, month = _spot(one)
            reason = one.note.ask(
                f"调整|{area}|{entity}|{month}",
                figure.row,
                figure.column,
                f"{month} 调整为 {figure.value:.10g}，须注明原因（如迁出、类型变更）。原因是什么？",
                [(IGNORE, "不用这个调整数")],
                takes_text="reason",
                is_lasting=False,
            )
        if reason and reason != IGNORE:
            found.append(_observed(one, figure.value, figure.precision, reason))
    return found


def check_openings(
    checks: Sequence[Placed],
    observed: Sequence[Observed],
    placed: Sequence[Placed],
    remarks: Mapping[tuple[int, int], str],
) -> list[Observed]:
    """Hold every 期初 against the month it opens.

    Parameters
    ----------
    checks : sequence of Placed
        Among them figures of 期初.
    observed : sequence of Observed
        Adjustments among them.
    placed : sequence of Placed
        Counts as they stand, 注销 and 吊销 joined.
    remarks : mapping of (int, int) to str
        As of `adjustments_of`.

    Returns
    -------
    list of Observed
        Gaps that are adjustments by the user's word.
    """
    months = {(*one.series, one.last): one for one in observed if one.first == one.last}
    sums: dict[tuple[object, ...], Placed] = {
        (one.figure.meaning.area, one.figure.meaning.entity, one.figure.meaning.measure, *ordinals(one.figure)): one
        for one in placed
    }
    found: list[Observed] = []
    # Types before their sum: what explains them explains it.
    openings = [one for one in checks if one.figure.special == "opening"]
    for one in sorted(openings, key=lambda one: one.figure.meaning.entity == "all"):
        area, entity, month = _spot(one)
        terms = [months.get((area, entity, measure, month)) for measure in ("entries", "exits", "stock")]
        if None in terms:
            continue
        entries, exits, stock = (term for term in terms if term is not None)
        held = months.get((area, entity, "adjustment", month))
        adjustment = held.value if held else 0.0
        precision = one.figure.precision + sum(term.precision for term in (entries, exits, stock))
        gap = stock.value - (one.figure.value + entries.value - exits.value + adjustment)
        at = (one.figure.row, one.figure.column)
        parts = [each for each in found if each.series[0] == area and each.last == month]
        if abs(gap) <= precision + SLACK or _fits_year_to_date(one, stock, sums, (area, entity, month), precision):
            one.note.check(*at, "期初加新设减注销等于期末")
        elif held is not None:
            one.note.fault(
                *at,
                f"期初 {one.figure.value:.10g} + 新设 {entries.value:.10g} − 注销吊销 {exits.value:.10g} + 调整 "
                f"{adjustment:.10g}，与期末 {stock.value:.10g} 差 {_signed(gap)}。请核对后更正。",
            )
        elif entity == "all" and parts and abs(sum(each.value for each in parts) - gap) <= SLACK:
            found.append(_observed(one, gap, 0.0, "；".join(dict.fromkeys(each.reason for each in parts))))
        elif reason := _ask(one, (entries, exits, stock), gap, remarks.get((one.note.number, one.figure.row), "")):
            found.append(_observed(one, gap, 0.0, reason))
    return found


def _fits_year_to_date(
    one: Placed, stock: Observed, sums: Mapping[tuple[object, ...], Placed], spot: Spot, precision: float
) -> bool:
    """Whether 期初 is of the year, beside sums since January."""
    area, entity, month = spot
    last = month.year * 12 + month.month - 1
    flows = [sums.get((area, entity, measure, month.year * 12, last)) for measure in ("entries", "exits")]
    if None in flows:
        return False
    entries, exits = (flow.figure.value for flow in flows if flow is not None)
    return abs(one.figure.value + entries - exits - stock.value) <= precision + SLACK


def _ask(one: Placed, terms: tuple[Observed, Observed, Observed], gap: float, remark: str) -> str:
    """Ask whether a gap is an adjustment, and why; the remarks of the row may say so."""
    area, entity, month = _spot(one)
    key = f"期初|{area}|{entity}|{month}"
    if entity == "all" and any(
        asked.startswith(f"!期初|{area}|") and asked.endswith(f"|{month}") for asked in one.note.questions
    ):
        # The gaps of the types come first; they may leave none.
        return ""
    entries, exits, stock = terms
    closing = one.figure.value + entries.value - exits.value
    said = [(remark, f"是调整：{shown(remark)}（本行备注）")] if remark else []
    answer = one.note.ask(
        key,
        one.figure.row,
        one.figure.column,
        f"{month} 期初 {one.figure.value:.10g} + 新设 {entries.value:.10g} − 注销吊销 {exits.value:.10g} = "
        f"{closing:.10g}，期末为 {stock.value:.10g}，差 {_signed(gap)}。若是调整（迁入迁出、类型变更等），原因是什么？",
        [*said, (LEAVE, "不是调整，不用期初数核对")],
        takes_text="reason",
        is_lasting=False,
    )
    return answer if answer and answer != LEAVE else ""


def _observed(one: Placed, value: float, precision: float, reason: str) -> Observed:
    area, entity, month = _spot(one)
    return Observed((area, entity, "adjustment"), month, month, value, precision, one, reason)


def _spot(one: Placed) -> Spot:
    meaning = one.figure.meaning
    return meaning.area or "", meaning.entity or "", period_of(ordinals(one.figure)[1])


def _signed(gap: float) -> str:
    return f"{'+' if gap > 0 else '−'}{abs(gap):.10g}"
