"""A workbook to a grid, by calamine; formulas are never run.

calamine reads a formula without a stored result, and an error such as #N/A, as blank, which here would mean "not
observed"; `xlsx_scan` finds those cells first and their text is put back. It also refuses what would exhaust memory.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

import python_calamine as calamine

from data.readers.grid import MAX_ROWS, Cell, Grid, is_blank
from data.readers.xlsx_scan import DAMAGED, scan
from forecasting.errors import FaultsError

_Raw = int | float | str | bool | time | date | datetime | timedelta


def read_xlsx(content: bytes, name: str) -> Grid:
    """Read the one sheet of a workbook that is not empty.

    Parameters
    ----------
    content : bytes
    name : str
        Of the file, for messages.

    Returns
    -------
    Grid
        With the number and name of the sheet.

    Raises
    ------
    FaultsError
        If the workbook is damaged, blank or too large, or has something on more than one sheet.
    """
    lost = scan(content, name)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            hidden = {m.name for m in workbook.sheets_metadata if m.visible is not calamine.SheetVisibleEnum.Visible}
            sheets = {
                (number, title): _cells(workbook.get_sheet_by_name(title), lost.get(title, {}), title)
                for number, title in enumerate(workbook.sheet_names, start=1)
                if workbook.sheets_metadata[number - 1].typ is calamine.SheetTypeEnum.WorkSheet
            }
    except calamine.CalamineError as error:
        raise FaultsError([f"文件“{name}”{DAMAGED}"]) from error
    filled = {sheet: rows for sheet, rows in sheets.items() if not all(is_blank(row) for row in rows)}
    if not filled:
        raise FaultsError([f"文件“{name}”的各张表都是空的。请确认导出成功后重新上传。"])
    if len(filled) > 1:
        titles = "、".join(
            f"第 {number} 张“{title}”{'（隐藏）' if title in hidden else ''}" for number, title in filled
        )
        raise FaultsError([f"文件“{name}”有 {len(filled)} 张表有内容：{titles}。请每个文件只放一张表。"])
    sheet, rows = next(iter(filled.items()))
    return Grid(rows=rows, sheet=sheet)


def _cells(sheet: calamine.CalamineSheet, lost: Mapping[tuple[int, int], str], title: str) -> Sequence[Sequence[Cell]]:
    rows = [[_cell(raw) for raw in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), text in sorted(lost.items()):
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = text
    if len(rows) > MAX_ROWS:
        raise FaultsError([f"表“{title}”超过 {MAX_ROWS} 行（到第 {len(rows)} 行仍有内容）。请删去多余的行后重新上传。"])
    return rows


def _cell(raw: _Raw) -> Cell:
    """Return text, number or day; whatever else stays readable text, which no number or month column takes."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int | float):
        return float(raw)
    if isinstance(raw, datetime):
        return raw.date() if raw.time() == time() else raw.isoformat(sep=" ")
    return raw if isinstance(raw, date) else str(raw)
