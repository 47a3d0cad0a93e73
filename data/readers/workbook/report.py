"""What a reader says of a sheet: the role of each column and row, each number taken, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from data.readers.grid import shown
from data.readers.workbook.asking import Notebook
from data.readers.workbook.axes import ASIDE, KIND_NAMES, Column
from data.readers.workbook.context import Context
from data.readers.workbook.labels import Line
from data.readers.workbook.meaning import MEASURE_NAMES, Meaning
from data.readers.workbook.placed import Placed, ordinals, period_of
from data.readers.workbook.reading import CellReading, Role, SheetReading
from forecasting.panel import ENTITY_TYPES

KINDS = {"month": "当月", "ytd": "本年累计"}


def note_roles(
    columns: Sequence[Column], tops: dict[int, Line], rows: dict[int, Line], note: Notebook, context: Context
) -> None:
    """Note what every column and row was taken for.

    Parameters
    ----------
    columns : sequence of Column
    tops, rows : dict of int to Line
    note : Notebook
    context : Context
    """
    for column in columns:
        spot = column.path[-1] if column.path else (next(iter(rows), 0), column.at)
        if column.label:
            why = "表头写明" if column.texts and column.label not in ("any", "text") else "列中内容"
            note.roles.append(
                Role("", "列", *spot, column.header, KIND_NAMES[column.label], 1.0 if column.texts else 0.8, why)
            )
            if column.label in ASIDE:
                note.drop(*spot, f"{KIND_NAMES[column.label]}列")
            continue
        line = tops[column.at]
        sure = 0.0 if line.meaning.rest or line.meaning.clashes else 1.0 if line.meaning.measure else 0.8
        why = (
            "按您的答复"
            if note.mapping.get(line.key)
            else "表头写明"
            if sure == 1.0
            else "表头、标题合起来"
            if sure
            else "没有看懂"
        )
        note.roles.append(
            Role(line.key, "列", *spot, column.header, _words(line.meaning, context.meaning, line.sums), sure, why)
        )
    for line in rows.values():
        sure = 0.0 if line.meaning.rest or line.meaning.clashes else 1.0
        note.roles.append(
            Role(line.key, "行", *line.spot, line.text, _words(line.meaning, Meaning(), line.sums), sure, "行名")
        )


def _words(meaning: Meaning, above: Meaning, sums: Iterable[str]) -> str:
    """Say a meaning in Chinese."""
    if meaning.special:
        return "不入库"
    parts = [
        str(meaning.span) if meaning.span else "",
        meaning.area or "",
        MEASURE_NAMES.get(meaning.measure or above.measure or "", ""),
        ENTITY_TYPES.get(meaning.entity or "", ""),
        KINDS.get(meaning.kind or "", ""),
        "合计（核对用）" if set(sums) else "",
        f"单位{meaning.unit}户" if meaning.unit and meaning.unit > 1 else "",
        f"不认识“{meaning.rest}”" if meaning.rest else "",
    ]
    return " ".join(part for part in parts if part) or "数值"


def cell_reading(one: Placed) -> CellReading:
    """Say what a cell gave.

    Parameters
    ----------
    one : Placed

    Returns
    -------
    CellReading
    """
    figure = one.figure
    meaning = figure.meaning
    first, last = ordinals(figure)
    period = str(period_of(last)) if first == last else f"{period_of(first)} 至 {period_of(last)}"
    return CellReading(
        figure.row,
        figure.column,
        one.note.said(figure.row, figure.column),
        meaning.area or "",
        meaning.entity or "",
        meaning.measure or "",
        period,
        figure.value,
        figure.precision,
    )


def sheet_reading(note: Notebook) -> SheetReading:
    """Put together what was said of a sheet.

    Parameters
    ----------
    note : Notebook

    Returns
    -------
    SheetReading
    """
    return SheetReading(
        number=note.number,
        title=note.title,
        is_hidden=note.grid.is_hidden,
        cells=tuple(tuple(shown(cell) for cell in row) for row in note.grid.rows),
        merged=note.grid.merged,
        roles=tuple(note.roles),
        readings=tuple(note.readings),
        changes=tuple(dict.fromkeys(note.changes)),
        dropped=tuple(dict.fromkeys(note.dropped)),
        checks=tuple(dict.fromkeys(note.checks)),
    )
