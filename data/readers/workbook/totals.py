"""合计, 小计 and 总计 as checksums: each must be the sum of what it stands for, and is then left out.

A sum of types is the type 全部 and stays. A sum over areas or months is compared with its terms where all of them are
there; a sum smaller than the terms that are there fits in no case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from data.readers.grid import column_letters
from data.readers.workbook.asking import Notebook
from data.readers.workbook.figures import Figure
from data.readers.workbook.meaning import Meaning
from data.readers.workbook.places import is_within
from data.readers.workbook.table_rules import PARTS

SLACK = 1e-6


def check_sums(figures: Sequence[Figure], note: Notebook) -> list[Figure]:
    """Check every sum of a table and return the figures that are none.

    Parameters
    ----------
    figures : sequence of Figure
        Of one table.
    note : Notebook

    Returns
    -------
    list of Figure
    """
    kept = []
    by_key: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for one in figures:
        if not one.sums and one.special in (None, "missing") and not one.is_partial:
            for axis in ("area", "span"):
                by_key[axis, *_facets(one.meaning, one.meaning.entity, axis)].append(one)
    for one in figures:
        if one.special == "missing":
            continue
        if (
            one.is_carried
            and one.meaning.entity == "all"
            and not one.sums
            and not one.special
            and not _is_of_its_area(one, figures)
        ):
            note.ask(
                f"格|{note.title}|{one.row},{one.column}",
                one.row,
                one.column,
                f"这一行的合计 {one.value:.10g} 没有写地区，也不等于上方地区各类之和。它是什么的合计？",
                [("sum", "总计，不入库")],
                is_lasting=False,
            )
            note.drop(one.row, one.column, "没有写地区的合计，未采用")
            continue
        if one.special:
            kept.append(one)
        elif one.is_partial and not one.sums:
            _check_partial(one, figures, note)
        elif one.sums:
            _check_sum(one, by_key, sorted({f.row for f in figures if "area" in f.sums}), note)
        else:
            kept.append(one)
    return kept


def _is_of_its_area(one: Figure, figures: Sequence[Figure]) -> bool:
    """Return whether a sum without an area of its own is that of the types of the area above it."""
    parts = [
        f
        for f in figures
        if f.meaning.entity in PARTS
        and not f.special
        and not f.sums
        and (f.meaning.area, f.meaning.measure, f.meaning.span, f.meaning.kind)
        == (one.meaning.area, one.meaning.measure, one.meaning.span, one.meaning.kind)
    ]
    return bool(parts) and abs(sum(f.value for f in parts) - one.value) <= _slack(one, parts)


def _facets(meaning: Meaning, entity: str | None, axis: str) -> tuple[object, ...]:
    """Return what the terms of a sum along an axis have in common."""
    if axis == "area":
        return (entity, meaning.measure, meaning.kind, meaning.span)
    return (entity, meaning.measure, meaning.area)


def _check_sum(
    one: Figure, by_key: dict[tuple[object, ...], list[Figure]], sum_rows: Sequence[int], note: Notebook
) -> None:
    if len(one.sums) > 1:
        note.drop(one.row, one.column, "地区和月份的总计，不入库")
        return
    axis = next(iter(one.sums))
    if axis == "span" and one.meaning.measure == "stock":
        note.drop(one.row, one.column, "实有数跨月相加没有意义，不入库")
        return
    alike = by_key.get((axis, *_facets(one.meaning, one.meaning.entity, axis)), [])
    if not alike and one.meaning.entity == "all":
        alike = [term for part in PARTS for term in by_key.get((axis, *_facets(one.meaning, part, axis)), [])]
    terms = [term for term in alike if term.special is None]
    note.drop(one.row, one.column, "合计，核对后不入库")
    if not terms:
        note.check(one.row, one.column, "没有可以相加的分项，未核对")
        return
    for group in _groups(one, terms, sum_rows):
        if abs(sum(t.value for t in group) - one.value) <= _slack(one, group):
            note.check(one.row, one.column, f"等于 {_cells(group)} 之和 {sum(t.value for t in group):.10g}")
            return
    group = _groups(one, terms, sum_rows)[0]
    total = sum(t.value for t in group)
    if len(terms) < len(alike) and total < one.value:
        note.check(
            one.row, one.column, f"分项有缺（{_cells(group)} 之和 {total:.10g}，合计 {one.value:.10g}），未能核对"
        )
        return
    gap = one.value - total
    note.check(one.row, one.column, f"与 {_cells(group)} 之和 {total:.10g} 不符", is_good=False)
    note.fault(
        one.row,
        one.column,
        f"合计 {one.value:.10g} 与 {_cells(group)} 之和 {total:.10g} 不符，差 {'+' if gap > 0 else '−'}{abs(gap):.10g}。请核对后更正。",
    )


def _groups(one: Figure, terms: Sequence[Figure], sum_rows: Sequence[int]) -> list[list[Figure]]:
    """Return what the sum may be of, the likeliest first."""
    lowest = [
        t
        for t in terms
        if not any(
            t is not u
            and t.meaning.area != u.meaning.area
            and t.meaning.area
            and u.meaning.area
            and is_within(u.meaning.area, t.meaning.area)
            for u in terms
        )
    ]
    top = [
        t
        for t in terms
        if not any(
            t is not u
            and t.meaning.area != u.meaning.area
            and t.meaning.area
            and u.meaning.area
            and is_within(t.meaning.area, u.meaning.area)
            for u in terms
        )
    ]
    same_group = [t for t in lowest if t.group == one.group]
    above = [t for t in lowest if t.row < one.row]
    before = max((row for row in sum_rows if row < one.row), default=-1)
    since = [t for t in lowest if before < t.row < one.row]
    found = [lowest, same_group, above, top, since]
    if len(sum_rows) > 1 and one.row != sum_rows[-1]:
        found.insert(0, since)
    return [group for at, group in enumerate(found) if group and group not in found[:at]]


def _slack(one: Figure, group: Sequence[Figure]) -> float:
    return one.precision + sum(term.precision for term in group) + SLACK


def _cells(group: Sequence[Figure]) -> str:
    names = [f"{column_letters(t.column)}{t.row + 1}" for t in group]
    return "、".join(names) if len(names) <= 4 else f"{names[0]}、{names[1]}……{names[-1]}（共{len(names)}格）"


def _check_partial(one: Figure, figures: Sequence[Figure], note: Notebook) -> None:
    """Check a 小计 of some types beside the 合计 of all: it must be the sum of types that stand together."""
    terms = [
        f
        for f in figures
        if not f.sums
        and not f.special
        and not f.is_partial
        and f.meaning.entity in PARTS
        and (f.meaning.area, f.meaning.measure, f.meaning.span, f.meaning.kind)
        == (one.meaning.area, one.meaning.measure, one.meaning.span, one.meaning.kind)
    ]
    note.drop(one.row, one.column, "小计，核对后不入库")
    pairs = [terms[:n] for n in range(1, len(terms) + 1)] + [terms[n:] for n in range(1, len(terms))]
    if not any(abs(sum(t.value for t in pair) - one.value) <= _slack(one, pair) for pair in pairs):
        note.fault(one.row, one.column, f"小计 {one.value:.10g} 不等于相邻各类之和。请核对后更正。")
    else:
        note.check(one.row, one.column, "小计与分项相符")
