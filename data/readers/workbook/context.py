"""What speaks of a whole table: its titles, the name of its sheet, the name of the file; and what contradicts there.

The nearer word goes before the farther one, but two that contradict each other (sheet 5月, title 6月) are asked about:
one of them was not changed when the file was copied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath

from data.readers.area_codes import is_within
from data.readers.grid import shown
from data.readers.places import Places
from data.readers.workbook import lexicon
from data.readers.workbook.asking import Notebook, pattern_of
from data.readers.workbook.beside import (
    FILLED_IN,
    ask_span,
    held_against_notes,
    lines_beside,
    says_year_to_date,
    unit_of,
)
from data.readers.workbook.blocks import Table
from data.readers.workbook.mapping import IGNORE, parse_role_answer
from data.readers.workbook.meaning import MEASURE_NAMES, Meaning, join_spans
from data.readers.workbook.names import agreed, ask_area, ask_if_days, differ, is_longer, nearer, sheet_name
from data.readers.workbook.periods import Span, find_span, span_of
from data.readers.workbook.reading import Role
from data.readers.workbook.text import words
from data.readers.workbook.title_lines import is_form_line, is_put_aside_file, is_unit_line, units_in
from data.readers.workbook.titles import (
    SHORTEST_MONTH,
    ask_if_part,
    dated,
    goal_word,
    strange_words,
    title_meaning,
    types_in,
    word_of,
)
from forecasting.panel import ENTITY_TYPES

#: When a form was filled in says nothing of the month it is about.
_FILLED_IN = re.compile(
    r"(?:填报|填表|报送|制表|打印|报出|上报|编制|制定|发布|更新|导出|生成)(?:日期|时间)|第\d+号|〔\d{4}〕|\(\d{4}\)\d+号|表号|文号|批准"
)


@dataclass(frozen=True)
class Context:
    """What holds for every cell of a table that does not say otherwise.

    Parameters
    ----------
    meaning : Meaning
        Area, entity, measure, kind, span and unit, each where it is said.
    special : str or None
        What a word of a title makes of its table: rates, goals, parts of a type.
    special_word : str
        That word.
    goal_word : str
        The word by which the title says that its numbers are goals; empty where it does not.
    strange : tuple of (int, int, str)
        Row, column and words of titles that are not understood.
    n_types : int
        How many types the titles name.
    is_left_out : bool
        Whether the user does not want the table, for what stands above or beside it.
    month_from_file : Span or None
        A period that only the name of the file says.
    has_areas : bool
        Whether rows or columns of the table name areas: then one without is not of the whole table.
    """

    meaning: Meaning
    special: str | None
    special_word: str
    goal_word: str
    strange: tuple[tuple[int, int, str], ...]
    n_types: int
    is_left_out: bool
    month_from_file: Span | None
    has_areas: bool = False


def context_of(table: Table, key: str, note: Notebook, places: Places, file_name: str) -> Context:
    """Read titles, sheet name and file name.

    Parameters
    ----------
    table : Table
    key : str
        Of the table, for questions.
    note : Notebook
    places : Places
    file_name : str

    Returns
    -------
    Context
    """
    titles = [(row, column, words(table.grid.cell(row, column))) for row, column in table.context]
    first = titles[0][:2] if titles else ((table.header or table.body)[0], table.columns[0])
    units: list[tuple[int, int, int]] = []
    meaning, special, special_word, goal = Meaning(), None, "", ""
    area: str | None = None
    strange: list[tuple[int, int, str]] = []
    types: set[str] = set()
    for row, column, text in titles:
        if lexicon.NOTE.search(text) or _FILLED_IN.search(text):
            note.drop(row, column, FILLED_IN)
            continue
        one = Meaning() if is_form_line(text) else title_meaning(text)
        units += [(row, column, unit) for unit in units_in(text)]
        if not is_unit_line(text) and not is_form_line(text):
            if one.special and special is None:
                special, special_word = one.special, word_of(one.special, text)
            goal = goal or goal_word(text)
            types |= types_in(text)
            strange += [(row, column, left) for left in [strange_words(text, places)] if left]
        one = replace(one, span=_whole_month(one.span, key, note, row, column))
        span, is_clear = join_spans(meaning.span, one.span)
        if not is_clear or is_longer(one.span, meaning.span):
            span = ask_span(key, note, row, column, "标题", meaning.span, one.span)
        mentioned = places.mentioned(text)
        if len(mentioned) > 1 and area is None:
            area = ask_area(key, note, row, column, text, mentioned, places)
        elif len(mentioned) == 1:
            # 临汾市……, and below it 填报单位：蒲县: the smaller one.
            area = nearer(key, note, (row, column), area, mentioned[0], places, "标题")
        meaning = replace(
            meaning,
            span=span,
            kind=one.kind or meaning.kind,
            entity=_narrow(meaning.entity, one.entity),
            measure=meaning.measure or one.measure,
        )
        parts = [str(one.span)] if one.span else []
        parts += [places.name(area)] if mentioned and area else []
        note.roles.append(Role("", "标题", row, column, text, "、".join(parts) or "标题", 1.0, "表上方的文字"))
    stem = PurePath(file_name).stem
    spoken = [one for one in titles if not (_FILLED_IN.search(one[2]) or is_form_line(one[2]))]
    is_left_out = ask_if_part(key, note, [*spoken, (*first, note.title), (*first, stem)])
    if is_put_aside_file(stem):
        asked = f"文件名“{shown(stem)}”像是作废、预计或不全的数。要读吗？"
        options = [("read", "读"), (IGNORE, "不读")]
        is_left_out |= note.ask(f"{note.own(key)}|文件名|{pattern_of(stem)}", *first, asked, options) == IGNORE
    unit = unit_of(table, key, note, units, first)
    note.last_unit = unit
    sheet_area, sheet_span, sheet_meaning = sheet_name(note, places)
    span, is_clear = join_spans(sheet_span, meaning.span)
    if not is_clear or is_longer(sheet_span, meaning.span):
        span = ask_span(key, note, *first, f"表名“{note.title}”与标题", sheet_span, meaning.span)
    area = nearer(key, note, first, area, sheet_area, places, f"表名“{note.title}”与标题")
    if sheet_span or sheet_area:
        said = "、".join(
            part for part in (str(sheet_span or ""), places.name(sheet_area) if sheet_area else "") if part
        )
        note.roles.append(Role("", "表名", 0, 0, note.title, said, 0.9, "工作表的名称"))
    file_span = find_span(dated(stem))[0] or span_of(stem, is_period_column=False)
    file_areas = places.mentioned(stem)
    is_left_out |= ask_if_days(key, note, first, span, (sheet_span, file_span))
    if file_span and span and not file_span.day and differ(file_span, span):
        span = ask_span(key, note, *first, "文件名与表内", file_span, span)
    if area is not None and len(file_areas) == 1 and not is_within(area, file_areas[0]):
        area = ask_area(key, note, *first, "文件名与表内", (file_areas[0], area), places)
    for line, text in lines_beside(note):
        signed = places.mentioned(text) if is_form_line(text) else ()
        if area is not None and len(signed) == 1 and not (is_within(area, signed[0]) or is_within(signed[0], area)):
            area = ask_area(key, note, line.row, line.column, text, (signed[0], area), places)
    span, is_doubted = held_against_notes(table, key, note, span)
    if area is None and len(file_areas) == 1:
        area = file_areas[0]
        note.roles.append(
            Role(
                f"{note.own(key)}|表", "文件名", *first, file_name, places.name(area), 0.7, "表内没有写地区，取自文件名"
            )
        )
    kind = meaning.kind or sheet_meaning.kind
    is_month = span is not None and span.is_month
    if kind is None and is_month and says_year_to_date(stem, file_span, note):
        # The name of the file, or a line beside the table, says 累计: a column that does not say 当月 is asked about.
        kind = "unclear"
    entity = agreed("类型", meaning.entity, sheet_meaning.entity, ENTITY_TYPES, key, note, first)
    measure = agreed("指标", meaning.measure, sheet_meaning.measure, MEASURE_NAMES, key, note, first)
    meaning = replace(meaning, area=area, span=span, unit=unit, entity=entity, measure=measure, kind=kind)
    return Context(
        _corrected(meaning, key, note, places),
        special,
        special_word,
        goal,
        tuple(strange),
        len(types),
        is_left_out or is_doubted,
        file_span if span is None else None,
    )


def _whole_month(span: Span | None, key: str, note: Notebook, row: int, column: int) -> Span | None:
    """Ask of which month a table is whose title names a day that does not end one: it may be the day of the report."""
    if span is None or span.day is None or span.year is None or span.last is None or span.day >= SHORTEST_MONTH:
        return span
    months = [(span.year, span.last), (span.year - 1, 12) if span.last == 1 else (span.year, span.last - 1)]
    answer = note.ask(
        f"{note.own(key)}|表|日期",
        row,
        column,
        f"{span.year}年{span.last}月{span.day}日不是月末，可能在月中，也可能是制表日期。表里是哪个月的数？",
        [(f"{year}-{month:02d}", f"{year}年{month}月") for year, month in months],
        takes_text="month",
        is_lasting=False,
    )
    return find_span(answer)[0] if answer else None


def _narrow(held: str | None, new: str | None) -> str | None:
    return new if held in (None, "any") and new else held


def _corrected(meaning: Meaning, key: str, note: Notebook, places: Places) -> Meaning:
    """Lay the user's corrections of the table over what was read."""
    facets = parse_role_answer(note.answer(f"{note.own(key)}|表") or "")
    if facets.get("area") not in places.known:
        facets.pop("area", None)
    span = find_span(facets["span"])[0] if "span" in facets else None
    return replace(
        meaning,
        area=facets.get("area", meaning.area),
        entity=facets.get("entity", meaning.entity),
        measure=facets.get("measure", meaning.measure),
        kind=facets.get("kind", meaning.kind),
        unit=int(facets["unit"]) if facets.get("unit", "").isdecimal() else meaning.unit,
        span=span or meaning.span,
    )
