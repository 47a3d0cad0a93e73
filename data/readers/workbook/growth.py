"""同比, 净增 and 上年同期 as checks: recomputed where their terms are there. They never enter the store.

A rate that does not fit is asked about, since offices compute it on revised bases; the counts stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.placed import Placed, ordinals

SLACK = 0.05


def check_growth(placed: Sequence[Placed], checks: Sequence[Placed]) -> None:
    """Compare every 同比 and 净增 with the counts it is of.

    Parameters
    ----------
    placed : sequence of Placed
        Counts.
    checks : sequence of Placed
        Rates, counts of the year before, and net increases.
    """
    counts = {_key(one): one for one in placed}
    for one in checks:
        if one.figure.special == "previous":
            earlier = counts.get(_key(one, years_back=1))
            if earlier is not None:
                _compare_previous(one, earlier)
            counts.setdefault(_key(one, years_back=1), one)
    for one in checks:
        if one.figure.special == "yoy":
            now, then = counts.get(_key(one)), counts.get(_key(one, years_back=1))
            if now is not None and then is not None and then.figure.value > 0:
                _check_rate(one, now, then)
        elif one.figure.meaning.measure == "net":
            _check_net(one, counts)


def _key(one: Placed, *, years_back: int = 0, measure: str | None = None) -> tuple[object, ...]:
    meaning = one.figure.meaning
    first, last = ordinals(one.figure)
    held = measure or meaning.measure
    if held == "stock":
        first = last
    held = "exits" if held == "cancel" else held
    return meaning.area, meaning.entity, held, first - 12 * years_back, last - 12 * years_back


def _compare_previous(one: Placed, earlier: Placed) -> None:
    slack = one.figure.precision + earlier.figure.precision + 1e-6
    if abs(one.figure.value - earlier.figure.value) <= slack:
        one.note.check(one.figure.row, one.figure.column, f"上年数与 {earlier.where} 相同")
        return
    one.note.ask(
        f"上年|{one.where}",
        one.figure.row,
        one.figure.column,
        f"上年数 {one.figure.value:.10g} 与 {earlier.where} 的 {earlier.figure.value:.10g} 不同。请核对。",
        [(IGNORE, "以各月的数为准")],
        is_lasting=False,
    )


def _check_rate(one: Placed, now: Placed, then: Placed) -> None:
    ratio = now.figure.value / then.figure.value - 1
    stated, half = one.figure.value, max(one.figure.precision, SLACK)
    blur = 100 * (now.figure.precision + then.figure.precision * (1 + abs(ratio))) / then.figure.value
    # A bare 0.153 is 15.3 % in a cell shown as a percentage; a bare number may also be the difference in entities.
    fits = [abs(100 * ratio - stated) <= half + blur]
    if one.figure.meaning.unit is None and one.figure.precision == 0.0:
        fits += [abs(ratio - stated) <= 0.0006 + blur / 100, abs(now.figure.value - then.figure.value - stated) <= 0.5]
    cell = (one.figure.row, one.figure.column)
    if any(fits):
        one.note.check(*cell, f"同比与 {now.where}、{then.where} 相符（{100 * ratio:.1f}%）")
        return
    one.note.check(*cell, f"同比应为 {100 * ratio:.1f}%", is_good=False)
    one.note.ask(
        f"同比|{one.where}",
        *cell,
        f"同比为“{one.note.said(*cell)}”，"
        f"按 {now.where} 的 {now.figure.value:.10g} 和 {then.where} 的 {then.figure.value:.10g} "
        f"应为 {100 * ratio:.1f}%。请核对。",
        [(IGNORE, "以户数为准，不理会同比")],
        is_lasting=False,
    )


def _check_net(one: Placed, counts: dict[tuple[object, ...], Placed]) -> None:
    entries, exits = counts.get(_key(one, measure="entries")), counts.get(_key(one, measure="exits"))
    if entries is None or exits is None:
        return
    net = entries.figure.value - exits.figure.value
    slack = one.figure.precision + entries.figure.precision + exits.figure.precision + 1e-6
    cell = (one.figure.row, one.figure.column)
    if abs(net - one.figure.value) <= slack:
        one.note.check(*cell, f"净增等于新设减注销吊销（{net:.10g}）")
        return
    one.note.check(*cell, f"新设减注销吊销为 {net:.10g}", is_good=False)
    one.note.ask(
        f"净增|{one.where}",
        *cell,
        f"净增为 {one.figure.value:.10g}，"
        f"而新设 {entries.figure.value:.10g} − 注销吊销 {exits.figure.value:.10g} = {net:.10g}。请核对。",
        [(IGNORE, "以新设和注销吊销为准")],
        is_lasting=False,
    )
