"""What holds of the rows and headers of one table as a whole, before its cells are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from itertools import pairwise

from data.readers.area_codes import is_within
from data.readers.grid import column_letters, shown
from data.readers.places import Places
from data.readers.workbook.asking import Notebook
from data.readers.workbook.axes import ASIDE, Column
from data.readers.workbook.blocks import Table
from data.readers.workbook.context import Context
from data.readers.workbook.labels import Line
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.numbers import is_numeric
from data.readers.workbook.periods import SERIALS
from data.readers.workbook.reading import SHOWN_CELLS
from forecasting.panel import ENTITY_TYPES

PARTS = tuple(name for name in ENTITY_TYPES if name != "all")
_FIRMS = re.compile(r"企业|公司|私营|民营|内资|外资|独资|合伙")


def without_numbers_row(
    table: Table, columns: Sequence[Column], rows: dict[int, Line], note: Notebook
) -> dict[int, Line]:
    """Leave out the row in which statistical forms number their columns: 甲 乙 1 2 3.

    Parameters
    ----------
    table : Table
    columns : sequence of Column
    rows : dict of int to Line
    note : Notebook

    Returns
    -------
    dict of int to Line
    """
    first = next(iter(rows), None)
    values = [column for column in columns if column.label is None]
    if first is None or len(values) < 2:
        return rows
    cells = [table.grid.cell(first, column.at) for column in values]
    numbers = [str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell).strip() for cell in cells]
    label = rows[first].text.replace("／", "")
    if all(n.isdecimal() for n in numbers) and label in ("", "甲", "甲乙", "甲乙丙", "栏次", "序号", "行次", "列次"):
        steps = [int(later) - int(earlier) for earlier, later in pairwise(numbers)]
        if set(steps) == {1} and int(numbers[0]) <= 3:
            note.drop(first, values[0].at, "栏次行，不是数据")
            return {row: line for row, line in rows.items() if row != first}
    return rows


def inherited(rows: dict[int, Line], tops: dict[int, Line], note: Notebook) -> dict[int, Line]:
    """Give 其中：企业 below 新设合计 the measure of the row above it.

    Parameters
    ----------
    rows, tops : dict of int to Line
    note : Notebook

    Returns
    -------
    dict of int to Line
        The rows.
    """
    wanted = [
        name
        for name in ("measure", "area")
        if any(getattr(line.meaning, name) for line in rows.values())
        and not any(getattr(top.meaning, name) for top in tops.values())
    ]
    found: dict[int, Line] = {}
    parent: Line | None = None
    for at, line in rows.items():
        meaning = line.meaning
        lacks = [name for name in wanted if getattr(meaning, name) is None]
        if not lacks and not line.is_heading_only:
            parent = line
        elif lacks and parent is not None and meaning.entity in PARTS and parent.meaning.entity in (None, "any", "all"):
            same = parent.meaning
            line = replace(
                line,
                meaning=replace(
                    meaning,
                    measure=meaning.measure or same.measure,
                    kind=meaning.kind or same.kind,
                    span=meaning.span or same.span,
                    area=meaning.area or same.area,
                ),
            )
            note.change(*line.spot, f"“{shown(line.text)}”归在上方“{shown(parent.text)}”之下")
        found[at] = line
    return found


def ask_parts_of_enterprise(lines: Sequence[Line], context: Context, note: Notebook) -> None:
    """Ask about 私营企业 where nothing else is 企业: an office may mean the one by the other.

    Parameters
    ----------
    lines : sequence of Line
    context : Context
    note : Notebook
    """
    if context.meaning.entity == "enterprise" or any(line.meaning.entity == "enterprise" for line in lines):
        return
    for line in lines:
        if line.meaning.special == "subtype" and not line.meaning.of_which and _FIRMS.search(line.text):
            note.ask(
                line.key,
                *line.spot,
                f"表里没有“企业”，只有“{shown(line.text)}”。怎样处理？",
                [(IGNORE, "不用"), ("entity=enterprise", "就是企业")],
            )


def check_areas(lines: Sequence[Line], context: Context, key: str, note: Notebook, places: Places) -> None:
    """Ask where a row or column is of an area outside that of the title: one of them was not changed.

    Parameters
    ----------
    lines : sequence of Line
    context : Context
    key : str
        Of the table.
    note : Notebook
    places : Places
    """
    above = context.meaning.area
    for line in lines:
        area = line.meaning.area
        if above is None or area is None or is_within(area, above) or is_within(above, area):
            continue
        asked = f"标题、表名写的是{places.name(above)}，这里是{places.name(area)}。以哪个为准？"
        note.ask(
            f"{note.own(key)}|地区不一", *line.spot, asked, [("header", "以这里为准，标题没有改")], is_lasting=False
        )
        return


def check_years(lines: Sequence[Line], context: Context, key: str, note: Notebook) -> None:
    """Ask where the title says one year and every header another: a sheet copied, or a header Excel made a date of.

    Parameters
    ----------
    lines : sequence of Line
    context : Context
    key : str
        Of the table.
    note : Notebook
    """
    above = context.meaning.span
    # A year without a month has a question of its own.
    spoken = [line for line in lines if line.meaning.span and line.meaning.span.last]
    years = {line.meaning.span.year: line for line in spoken if line.meaning.span and line.meaning.span.year}
    if above is None or above.year is None or not years or above.year in years or above.first_year in years:
        return
    line = next(iter(years.values()))
    note.ask(
        f"{note.own(key)}|年份不一",
        *line.spot,
        f"标题写的是{above.year}年，这里是{line.meaning.span}。以哪个为准？",
        [("header", "以这里为准，标题没有改")],
        is_lasting=False,
    )


def without_hidden(
    lines: dict[int, Line], across: Iterable[int], hidden: Set[int], key: str, note: Notebook, what: str
) -> dict[int, Line]:
    """Ask whether hidden rows or columns that hold numbers are to be read: whoever sent the file may not see them.

    Parameters
    ----------
    lines : dict of int to Line
        Rows or columns.
    across : iterable of int
        The columns or rows that they cross.
    hidden : set of int
        Positions of those that are hidden.
    key : str
        Of the table.
    note : Notebook
    what : str
        行 or 列.

    Returns
    -------
    dict of int to Line
        Those not to be read marked as left out.
    """
    found = [
        at
        for at, line in lines.items()
        if at in hidden and not line.meaning.special and not line.sums
        if any(is_numeric(note.grid.cell(*((at, other) if what == "行" else (other, at)))) for other in across)
    ]
    if not found:
        return lines
    names = [str(at + 1) if what == "行" else column_letters(at) for at in found]
    shown_names = "、".join(names[:SHOWN_CELLS]) + ("等" if len(names) > SHOWN_CELLS else "")
    answer = note.ask(
        f"{key}|隐藏{what}",
        *lines[found[0]].spot,
        f"第 {shown_names} {what}在表中是隐藏的（共{len(found)}{what}），里面有数。要读吗？",
        [("read", "读"), ("skip", "不读")],
    )
    if answer == "read":
        note.change(*lines[found[0]].spot, f"隐藏的第 {shown_names} {what}，按您的答复照读")
        return lines
    special = "ignored" if answer == "skip" else "open"
    return lines | {at: replace(lines[at], meaning=replace(lines[at].meaning, special=special)) for at in found}


def fault_marked(
    table: Table, columns: Sequence[Column], rows: dict[int, Line], tops: dict[int, Line], note: Notebook
) -> None:
    """Fault the titles, headers and labels of what is read that are struck out, or days by a count from 1904.

    Parameters
    ----------
    table : Table
    columns : sequence of Column
    rows, tops : dict of int to Line
        Meaning of rows and of columns.
    note : Notebook
    """
    used = [column for column in columns if column.label not in ASIDE]
    spots = set(table.context)
    spots |= {at for column in used if column.label or not tops[column.at].meaning.special for at in column.path}
    spots |= {(row, column.at) for column in used if column.label for row in rows if not rows[row].meaning.special}
    for at in sorted(spots):
        cell = table.grid.cell(*at)
        if at in table.grid.marked:
            note.fault(*at, table.grid.marked[at])
        elif table.grid.is_from_1904 and isinstance(cell, float) and SERIALS[0] <= cell <= SERIALS[1]:
            note.fault(
                *at,
                f"日期存成了数 {cell:.15g}，而这个工作簿从 1904 年起算日期，照常读会差四年。"
                "请把这一格设为日期格式，或写作“2022年6月”后重新上传。",
            )
