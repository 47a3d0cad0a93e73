"""What speaks of a whole table: its titles, the name of its sheet, the name of the file; and what contradicts there.

The nearer word goes before the farther one, but two that contradict each other (sheet 5月, title 6月) are asked about:
one of them was not changed when the file was copied.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from data.readers.area_codes import is_within
from data.readers.places import Places
from data.readers.workbook import lexicon
from data.readers.workbook.asking import Notebook
from data.readers.workbook.blocks import Table
from data.readers.workbook.mapping import IGNORE, parse_role_answer
from data.readers.workbook.meaning import Meaning, join_spans, meaning_of
from data.readers.workbook.periods import Span, find_span, span_of
from data.readers.workbook.reading import Role
from data.readers.workbook.text import plain, words

#: When a form was filled in says nothing of the month it is about.
_FILLED_IN = re.compile(
    r"(?:填报|填表|报送|制表|打印|报出|上报|编制|制定|发布|更新|导出|生成)(?:日期|时间)|第\d+号|〔\d{4}〕|\(\d{4}\)\d+号|表号|文号|批准"
)
#: What is said of less than a month; of days, from one to another.
_PART = re.compile(
    r"[上中下]旬|第[一二三四五六1-6]周|[本上]周|周报|旬报|日报|(?P<first>\d{1,2})日?[-至到](?P<last>\d{1,2})日"
)
SHORTEST_MONTH = 28
_UNIT_LINE = re.compile(r"\(?(?:计量|数据)?单位[:：]")
_CUT_OFF = re.compile(r"截[至止]")
_GOALS = re.compile(r"目标|任务|计划|预测|预计")
_PROGRESS = re.compile(r"完成|进展|情况|进度|落实")


@dataclass(frozen=True)
class Context:
    """What holds for every cell of a table that does not say otherwise.

    Parameters
    ----------
    meaning : Meaning
        Area, entity, measure, kind, span and unit, each where it is said.
    special : str or None
        A word of a title that makes its table one of rates or goals.
    is_goal : bool
        Whether the title says that its numbers are goals.
    month_from_file : Span or None
        A period that only the name of the file says.
    has_areas : bool
        Whether rows or columns of the table name areas: then one without is not of the whole table.
    """

    meaning: Meaning
    special: str | None
    is_goal: bool
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
    meaning, special, is_goal = Meaning(), None, False
    area: str | None = None
    for row, column, text in titles:
        if lexicon.NOTE.search(text) or _FILLED_IN.search(text):
            note.drop(row, column, "填报、发布信息，不用")
            continue
        one = _title(text)
        if not _UNIT_LINE.match(plain(text)):
            # 单位：户、万元 says nothing of the table but its units.
            special = special or one.special
        is_goal = is_goal or bool(_GOALS.search(text) and not _PROGRESS.search(text))
        if one.unit:
            units.append((row, column, one.unit))
        one = replace(one, span=_whole_month(one.span, key, note, row, column))
        span, is_clear = join_spans(meaning.span, one.span)
        if not is_clear:
            span = _ask_span(key, note, row, column, "标题", meaning.span, one.span)
        mentioned = places.mentioned(text)
        if mentioned and area is None:
            area = mentioned[0] if len(mentioned) == 1 else None
            if len(mentioned) > 1:
                area = _ask_area(key, note, row, column, text, mentioned, places)
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
    _ask_if_part(key, note, [*titles, (*first, note.title)])
    unit = _unit(key, note, units) or _unit_elsewhere(key, note, first)
    note.last_unit = unit
    sheet_area, sheet_span, sheet_meaning = _sheet_name(note, places)
    span, is_clear = join_spans(sheet_span, meaning.span)
    if not is_clear:
        span = _ask_span(key, note, *first, f"表名“{note.title}”与标题", sheet_span, meaning.span)
    area = _nearer(key, note, first, area, sheet_area, places)
    if sheet_span or sheet_area:
        said = "、".join(
            part for part in (str(sheet_span or ""), places.name(sheet_area) if sheet_area else "") if part
        )
        note.roles.append(Role("", "表名", 0, 0, note.title, said, 0.9, "工作表的名称"))
    stem = PurePath(file_name).stem
    file_span = find_span(plain(stem))[0] or span_of(stem, is_period_column=False)
    file_areas = places.mentioned(stem)
    if file_span and span and file_span.year and span.year and file_span.last and span.last and not file_span.day:
        is_same = (file_span.year, file_span.last) == (span.year, span.last)
        span = span if is_same else _ask_span(key, note, *first, "文件名与表内", file_span, span)
    span = _against_notes(table, key, note, span)
    if area is None and len(file_areas) == 1:
        area = file_areas[0]
        note.roles.append(
            Role(
                f"{note.own(key)}|表", "文件名", *first, file_name, places.name(area), 0.7, "表内没有写地区，取自文件名"
            )
        )
    meaning = replace(
        meaning,
        area=area,
        span=span,
        unit=unit,
        entity=_narrow(meaning.entity, sheet_meaning.entity) if meaning.entity in (None, "any") else meaning.entity,
        measure=meaning.measure or sheet_meaning.measure,
        kind=meaning.kind or sheet_meaning.kind,
    )
    return Context(
        _corrected(meaning, key, note, places),
        special or sheet_meaning.special,
        is_goal,
        file_span if span is None else None,
    )


def _title(text: str) -> Meaning:
    """Read a title: of several measures or types it speaks of none, of two periods it leaves the kind open."""
    one = meaning_of(text)
    rest = find_span(plain(text))[1]
    second = find_span(rest)[0] if one.span else None
    if second and second.last is not None and one.span:
        span, is_clear = join_spans(one.span, second)
        # 2022年……6月 is one period; 6月（1-6月） are two, and leave open which a column is of.
        kind = one.kind if one.span.last is None else "unclear"
        one = replace(one, span=span if is_clear else one.span, kind=kind)
    return replace(one, total=None)


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


def _ask_if_part(key: str, note: Notebook, texts: Sequence[tuple[int, int, str]]) -> None:
    """Ask where titles speak of days, a week or ten days: their numbers are no month's."""
    for row, column, text in texts:
        found = _PART.search(plain(text))
        if found and not (found["first"] == "1" and int(found["last"]) >= SHORTEST_MONTH):
            note.ask(
                f"{key}|表|不足月",
                row,
                column,
                f"“{found[0]}”像是不足一个月的数。这张表怎样处理？",
                [(IGNORE, "不读这张表"), ("month", "是整月的数")],
            )
            return


def _sheet_name(note: Notebook, places: Places) -> tuple[str | None, Span | None, Meaning]:
    title = note.title
    if not title:
        return None, None, Meaning()
    meaning = meaning_of(title)
    span = span_of(title, is_period_column=False) or meaning.span
    codes = places.candidates(title) or places.mentioned(title) or places.candidates(meaning.rest)
    return (codes[0] if len(codes) == 1 else None), span, meaning


def _narrow(held: str | None, new: str | None) -> str | None:
    return new if held in (None, "any") and new else held


def _unit(key: str, note: Notebook, units: Sequence[tuple[int, int, int]]) -> int | None:
    if len({unit for _, _, unit in units}) > 1:
        row, column, _ = units[-1]
        answer = note.ask(
            f"{note.own(key)}|表|单位",
            row,
            column,
            "表上方写了两种单位。各数以哪种为单位？",
            [("1", "户"), ("10000", "万户")],
        )
        return int(answer) if answer and answer.isdecimal() else None
    return units[0][2] if units else None


def _unit_elsewhere(key: str, note: Notebook, first: tuple[int, int]) -> int | None:
    """Ask where only a note below the table, or the table above it, says that its numbers are in 万户."""
    said = note.last_unit
    if said in (None, 1):
        texts = [words(cell) for row in note.grid.rows for cell in row if isinstance(cell, str) and len(cell) > 3]
        notes = [meaning_of(text).unit for text in texts if lexicon.NOTE.search(text)]
        said = next((unit for unit in notes if unit and unit > 1), None)
    if said in (None, 1):
        return None
    answer = note.ask(
        f"{key}|表|单位",
        first[0],
        first[1],
        "这张表上方没有写单位，而同一张工作表的别处写的是万户等单位。这张表以什么为单位？",
        [("1", "户"), (str(said), f"与别处相同（{said}户）")],
    )
    return int(answer) if answer and answer.isdecimal() else None


def _nearer(
    key: str, note: Notebook, first: tuple[int, int], title: str | None, sheet: str | None, places: Places
) -> str | None:
    """Return the area of title and sheet name: the smaller where one lies in the other."""
    if title is None or sheet is None or title == sheet:
        return title or sheet
    if is_within(sheet, title):
        return sheet
    if is_within(title, sheet):
        return title
    return _ask_area(key, note, *first, f"表名“{note.title}”与标题", (sheet, title), places)


def _ask_area(
    key: str, note: Notebook, row: int, column: int, text: str, codes: Sequence[str], places: Places
) -> str | None:
    options = [(code, places.name(code)) for code in codes]
    answer = note.ask(
        f"{note.own(key)}|表|地区冲突",
        row,
        column,
        f"{text}说到不止一个地区。这张表是哪个地区的？",
        options,
        takes_text="area",
    )
    return answer if answer in places.known else None


def _ask_span(
    key: str, note: Notebook, row: int, column: int, what: str, one: Span | None, other: Span | None
) -> Span | None:
    options = [(str(span), f"{span}") for span in (one, other) if span]
    answer = note.ask(
        f"{note.own(key)}|表|时间冲突",
        row,
        column,
        f"{what}所写的时间不一致（{one}、{other}）。以哪个为准？",
        options,
        is_lasting=False,
    )
    return next((span for span in (one, other) if span and str(span) == answer), None)


def _against_notes(table: Table, key: str, note: Notebook, span: Span | None) -> Span | None:
    """Ask where a line below the table says that the data end in another month than the title."""
    if span is None or span.year is None or span.last is None:
        return span
    below = [one for one in note.dropped if one.row > table.body[-1]]
    said = [(one, plain(words(note.grid.cell(one.row, one.column)))) for one in below]
    ends = [(one, find_span(text)[0]) for one, text in said if _CUT_OFF.search(text)]
    # A day early in the next month is when the numbers were drawn.
    dated = [(one, end) for one, end in ends if end and end.year and end.last and (end.day or 31) >= SHORTEST_MONTH]
    if not dated or any((end.year, end.last) == (span.year, span.last) for _, end in dated):
        return span
    at, end = dated[0]
    return _ask_span(key, note, at.row, at.column, "表下的说明与标题", end, span)


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
