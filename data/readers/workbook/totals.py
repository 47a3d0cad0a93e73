"""合计, 小计 and 总计 as checksums: each must be the sum of what it stands for, and is then left out.

A sum of types is the type 全部 and stays. A sum over areas or months is compared with its terms where all of them are
there; a sum smaller than the terms that are there fits in no case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from data.readers.area_codes import ancestors_of
from data.readers.grid import column_letters
from data.readers.workbook.asking import Notebook
from data.readers.workbook.figures import Figure
from data.readers.workbook.meaning import Meaning
from data.readers.workbook.table_rules import PARTS

SLACK = 1e-6


@dataclass
class _Terms:
    """The figures of a table by what they may be summed over."""

    along: dict[tuple[object, ...], list[Figure]] = field(default_factory=lambda: defaultdict(list))
    types: dict[tuple[object, ...], list[Figure]] = field(default_factory=lambda: defaultdict(list))
    sum_rows: tuple[int, ...] = ()


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
    terms = _Terms(sum_rows=tuple(sorted({one.row for one in figures if "area" in one.sums})))
    for one in figures:
        if not one.sums and one.special in (None, "missing") and not one.is_partial:
            for axis in ("area", "span"):
                terms.along[axis, *_facets(one.meaning, one.meaning.entity, axis)].append(one)
            if one.meaning.entity in PARTS and one.special is None:
                terms.types[_of_types(one)].append(one)
    kept = []
    for one in figures:
        if one.special == "missing":
            continue
        if one.special or not (one.sums or one.is_partial or one.is_carried):
            kept.append(one)
        elif one.sums:
            _check_sum(one, terms, note)
        elif one.is_partial:
            _check_partial(one, terms, note)
        elif _is_of_its_area(one, terms):
            kept.append(one)
        else:
            _ask_whose_sum(one, note)
    return kept


def _is_of_its_area(one: Figure, terms: _Terms) -> bool:
    """Return whether a sum without an area of its own is that of the types of the area above it."""
    parts = terms.types.get(_of_types(one), [])
    return one.meaning.entity != "all" or (
        bool(parts) and abs(sum(part.value for part in parts) - one.value) <= _slack(one, parts)
    )


def _ask_whose_sum(one: Figure, note: Notebook) -> None:
    note.ask(
        f"格|{note.title}|{one.row},{one.column}",
        one.row,
        one.column,
        f"这一行没有写全地区或主体类型，{one.value:.10g} 也不等于同一地区各类之和。它是什么数？",
        [("sum", "总计或其他，不入库")],
        is_lasting=False,
    )
    note.drop(one.row, one.column, "没有写全地区或类型的数，未采用")


def _of_types(one: Figure) -> tuple[object, ...]:
    meaning = one.meaning
    return (meaning.area, meaning.measure, meaning.span, meaning.kind)


def _facets(meaning: Meaning, entity: str | None, axis: str) -> tuple[object, ...]:
    """Return what the terms of a sum along an axis have in common."""
    if axis == "area":
        return (entity, meaning.measure, meaning.kind, meaning.span)
    return (entity, meaning.measure, meaning.area, meaning.kind == "ytd")


def _check_sum(one: Figure, held: _Terms, note: Notebook) -> None:
    if len(one.sums) > 1:
        note.drop(one.row, one.column, "地区和月份的总计，不入库")
        return
    axis = next(iter(one.sums))
    if axis == "span" and (one.meaning.measure == "stock" or one.meaning.kind == "ytd"):
        note.drop(one.row, one.column, "实有数、累计数跨月相加没有意义，不入库")
        return
    alike = held.along.get((axis, *_facets(one.meaning, one.meaning.entity, axis)), [])
    if not alike and one.meaning.entity == "all":
        alike = [term for part in PARTS for term in held.along.get((axis, *_facets(one.meaning, part, axis)), [])]
    terms = [term for term in alike if term.special is None]
    note.drop(one.row, one.column, "合计，核对后不入库")
    if not terms:
        note.check(one.row, one.column, "没有可以相加的分项，未核对")
        return
    for group in _groups(one, terms, held.sum_rows):
        if abs(sum(t.value for t in group) - one.value) <= _slack(one, group):
            note.check(one.row, one.column, f"等于 {_cells(group)} 之和 {sum(t.value for t in group):.10g}")
            return
    group = _groups(one, terms, held.sum_rows)[0]
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
        f"合计 {one.value:.10g} 与 {_cells(group)} 之和 {total:.10g} 不符，"
        f"差 {'+' if gap > 0 else '−'}{abs(gap):.10g}。请核对后更正。",
    )


def _groups(one: Figure, terms: Sequence[Figure], sum_rows: Sequence[int]) -> list[list[Figure]]:
    """Return what the sum may be of, the likeliest first: no area counts beside one that it lies in."""
    areas = {term.meaning.area for term in terms if term.meaning.area}
    above = {code for area in areas for code in ancestors_of(area)}
    lowest = [term for term in terms if term.meaning.area not in above]
    top = [term for term in terms if not areas & set(ancestors_of(term.meaning.area or ""))]
    same_group = [term for term in lowest if term.group == one.group]
    before = max((row for row in sum_rows if row < one.row), default=-1)
    since = [term for term in lowest if before < term.row < one.row]
    found = [lowest, same_group, [term for term in lowest if term.row < one.row], top, since]
    if len(sum_rows) > 1 and one.row != sum_rows[-1]:
        found.insert(0, since)
    if "span" in one.sums:
        # Where years stand across and months down, the sum is of its own column.
        found.insert(0, [term for term in lowest if term.row == one.row or term.column == one.column])
    return [group for at, group in enumerate(found) if group and group not in found[:at]]


def _slack(one: Figure, group: Sequence[Figure]) -> float:
    return one.precision + sum(term.precision for term in group) + SLACK


def _cells(group: Sequence[Figure]) -> str:
    names = [f"{column_letters(t.column)}{t.row + 1}" for t in group]
    return "、".join(names) if len(names) <= 4 else f"{names[0]}、{names[1]}……{names[-1]}（共{len(names)}格）"


def _check_partial(one: Figure, held: _Terms, note: Notebook) -> None:
    """Check a 小计 of some types beside the 合计 of all: it must be the sum of types that stand together."""
    terms = held.types.get(_of_types(one), [])
    note.drop(one.row, one.column, "小计，核对后不入库")
    runs = [terms[:n] for n in range(1, len(terms) + 1)] + [terms[n:] for n in range(1, len(terms))]
    if any(abs(sum(term.value for term in run) - one.value) <= _slack(one, run) for run in runs):
        note.check(one.row, one.column, "小计与分项相符")
    else:
        note.fault(one.row, one.column, f"小计 {one.value:.10g} 不等于相邻各类之和。请核对后更正。")
