"""注销 and 吊销 to what the product calls exits: both together. 注销 alone is what many offices call both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.placed import SLACK, Placed, compare, ordinals


def with_exits(placed: Sequence[Placed]) -> list[Placed]:
    """Join 注销 and 吊销.

    Parameters
    ----------
    placed : sequence of Placed

    Returns
    -------
    list of Placed
        Figures of exits in place of those of their parts; all others as they are, 净增 left out.
    """
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
            compare(one, other)
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
