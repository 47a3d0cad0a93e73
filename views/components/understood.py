"""What was understood of a file, cell by cell, beside the original."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import islice
from typing import Any

import streamlit as st

import workflow
from data.readers import Reading
from data.readers.grid import column_letters
from data.readers.workbook import MEASURE_NAMES, CellReading, Note, Question, SheetReading
from forecasting.panel import ENTITY_TYPES
from views.components.words import plain

#: What became of a cell -> its colour and its word; where several hold, the later stands.
MARKS = {
    "dropped": ("gray", "未采用"),
    "checked": ("blue", "只作核对"),
    "taken": ("green", "采用"),
    "changed": ("yellow", "改写后采用"),
    "asked": ("orange", "有问题要答"),
    "faulty": ("red", "有误"),
}
#: Rows and columns of the original shown at once, and rows of the other tables.
ROWS, COLUMNS, LISTED = 60, 24, 200
HEIGHT = 480
#: Rows above which a table scrolls by itself.
LONG = 12


def show_reading(reading: Reading) -> None:
    """Draw a file's sheets and what was made of each.

    Parameters
    ----------
    reading : Reading
    """
    st.header("第二步　看看读得对不对", anchor=False)
    sheets = [sheet for sheet in reading.sheets if sheet.cells]
    counts = {
        "读出": sum(len(sheet.readings) for sheet in sheets) or len(reading.observations),
        "改写": sum(len(sheet.changes) for sheet in sheets),
        "未采用": sum(len(sheet.dropped) for sheet in sheets),
        "核对": sum(len(sheet.checks) for sheet in sheets),
    }
    said = "，".join(f"{word}{number}处" for word, number in counts.items() if number)
    st.markdown(plain(f"{reading.file_name}：{len(sheets)}张表，{said}；要问{len(reading.questions)}处。"))
    if not sheets:
        return
    sheet = sheets[0]
    if len(sheets) > 1:
        sheet = st.selectbox("看哪一张", sheets, format_func=lambda one: f"第{one.number}张　{one.title}", key="sheet")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown("**原表**　" + "　".join(f":{colour}-background[{word}]" for colour, word in MARKS.values()))
        _original(sheet, marks(sheet, reading.questions, reading.faults))
    with right:
        st.markdown("**读成**")
        if sheet.readings:
            _table([_read(one) for one in islice(sheet.readings, LISTED)], len(sheet.readings))
        else:
            rows = [_observed(row) for row in reading.observations.head(LISTED).to_dict("records")]
            _table(rows, len(reading.observations))
    _notes("各列各行读成什么", [
        {"部位": one.part, "单元格": _cell(one.row, one.column), "原文": one.text, "读成": one.role, "依据": one.why}
        for one in sheet.roles
    ])  # fmt: skip
    for title, notes in (("改写", sheet.changes), ("未采用", sheet.dropped), ("核对", sheet.checks)):
        _notes(title, [_noted(one) for one in notes])


def marks(sheet: SheetReading, questions: Sequence[Question], faults: Sequence[str]) -> dict[tuple[int, int], str]:
    """Tell what became of each cell of a sheet.

    Parameters
    ----------
    sheet : SheetReading
    questions : sequence of Question
    faults : sequence of str
        Each beginning with its cell.

    Returns
    -------
    dict of tuple of int to str
        Row and column -> a key of `MARKS`.
    """
    found = {
        "dropped": [(one.row, one.column) for one in sheet.dropped],
        "checked": [(one.row, one.column) for one in sheet.checks],
        "taken": [(one.row, one.column) for one in sheet.readings],
        "changed": [(one.row, one.column) for one in sheet.changes],
        "asked": [(one.row, one.column) for one in questions if one.sheet == sheet.number],
    }
    places = {fault.partition("：")[0] for fault in faults}
    found["faulty"] = [
        (row, column)
        for row, cells in enumerate(sheet.cells)
        for column in range(len(cells))
        if places and sheet.place(row, column) in places
    ]
    return {cell: mark for mark, cells in found.items() for cell in cells}


def _original(sheet: SheetReading, marked: dict[tuple[int, int], str]) -> None:
    first = 0
    if len(sheet.cells) > ROWS:
        first = st.number_input("从第几行看起", 1, len(sheet.cells), 1, step=ROWS, key="first_row") - 1
    width = min(max(map(len, sheet.cells), default=0), COLUMNS)
    rows = []
    for at, cells in enumerate(sheet.cells[first : first + ROWS], start=first):
        padded = [*cells, *[""] * (width - len(cells))][:width]
        told = {column_letters(column): _marked(cell, marked.get((at, column))) for column, cell in enumerate(padded)}
        rows.append({"行": f"{at + 1}", **told})
    st.table(rows, hide_index=True, height=HEIGHT if len(rows) > LONG else "content")
    if first + ROWS < len(sheet.cells) or max(map(len, sheet.cells)) > COLUMNS:
        st.caption(f"共{len(sheet.cells)}行，每次显示{ROWS}行、{COLUMNS}列。")


def _marked(cell: str, mark: str | None) -> str:
    text = plain(" ".join(cell.split()))
    return f":{MARKS[mark][0]}-background[{text}]" if mark and text else text


def _table(rows: list[dict[str, str]], total: int) -> None:
    if not rows:
        st.caption("没有读出可以入库的数。")
        return
    told = [{name: plain(cell) for name, cell in row.items()} for row in rows]
    st.table(told, hide_index=True, height=HEIGHT if len(told) > LONG else "content")
    if total > len(rows):
        st.caption(f"只列出前{len(rows)}个，共{total}个。")


def _notes(title: str, rows: list[dict[str, str]]) -> None:
    if rows:
        with st.expander(f"{title}（{len(rows)}处）"):
            _table(rows[:LISTED], len(rows))


def _noted(one: Note) -> dict[str, str]:
    return {
        "单元格": _cell(one.row, one.column),
        "原文": one.original,
        "说明": one.what if one.is_good else f"✕ {one.what}",
    }


def _read(one: CellReading) -> dict[str, str]:
    slack = f"（±{one.precision:.10g}）" if one.precision else ""
    what = _told(one.period, one.area, one.entity_type, one.measure)
    return {"单元格": _cell(one.row, one.column), "原文": one.original, "读成": f"{what} {one.value:.10g}{slack}"}


def _observed(row: dict[Hashable, Any]) -> dict[str, str]:
    what = _told(str(row["month"]), row["area"], row["entity_type"], row["measure"])
    return {"读成": f"{what} {row['value']:.10g}"}


def _told(when: str, area: str, entity_type: str, measure: str) -> str:
    name = workflow.known_areas().get(area, area)
    return f"{when} {name} {ENTITY_TYPES.get(entity_type, entity_type)} {MEASURE_NAMES[measure]}"


def _cell(row: int, column: int) -> str:
    return f"{column_letters(column)}{row + 1}"
