"""What holds of the rows and headers of one table as a whole, before its cells are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from data.readers.area_codes import is_within
from data.readers.grid import shown
from data.readers.places import Places
from data.readers.workbook.asking import Notebook
from data.readers.workbook.axes import Column
from data.readers.workbook.blocks import Table
from data.readers.workbook.context import Context
from data.readers.workbook.labels import Line
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.periods import Span
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
    _check_months(lines, above, key, note)
    # A year without a month has a question of its own.
    spoken = [line for line in lines if line.meaning.span and line.meaning.span.last and not line.is_heading_only]
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


def _check_months(lines: Sequence[Line], above: Span | None, key: str, note: Notebook) -> None:
    """Ask where the title is of one month and every header that names one of another."""
    spoken = [line for line in lines if not line.meaning.special and not line.is_heading_only]
    spans = {line: line.meaning.span for line in spoken if line.meaning.span}
    months = {line: span for line, span in spans.items() if span.last}
    if above is None or not above.is_month or not months or above.year is None:
        return
    if all(span.is_month and span.last != above.last and span.year in (None, above.year) for span in months.values()):
        line, span = next(iter(months.items()))
        asked = f"标题写的是{above}，这里是{span}。以哪个为准？"
        options = [("header", "以这里为准，标题没有改")]
        note.ask(f"{note.own(key)}|月份不一", *line.spot, asked, options, is_lasting=False)


def are_days(lines: Sequence[Line], key: str, note: Notebook) -> bool:
    """Ask where rows or columns are of several days of one month, which no month can be told from.

    Parameters
    ----------
    lines : sequence of Line
    key : str
        Of the table.
    note : Notebook

    Returns
    -------
    bool
        Whether they are.
    """
    days: dict[tuple[int | None, int | None], set[int]] = {}
    for line in lines:
        span = line.meaning.span
        if span is not None and span.day is not None and not line.meaning.special:
            days.setdefault((span.year, span.last), set()).add(span.day)
            if len(days[span.year, span.last]) > 1:
                asked = "同一个月有不止一天的数，像是逐日的，不能当作月度数。请换成月度表，或不读这张表。"
                if note.ask(f"{note.own(key)}|逐日", *line.spot, asked, [(IGNORE, "不读这张表")]) == IGNORE:
                    note.drop(*line.spot, "逐日的数，按您的答复不读")
                return True
    return False
