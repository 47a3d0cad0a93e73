"""A workbook (xlsx, xls, ods) to grids, one a sheet, by calamine; formulas are never run, macros never opened.

calamine reads a formula without a stored result, and an error such as #N/A, as blank, which here would mean "not
observed"; a scan finds those cells first and their text is put back, and what fonts and formats say of others is kept.
The scan also refuses what would exhaust memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from data.readers import ods_scan, xls_scan, xlsx_scan
from data.readers.grid import MAX_ROWS, Cell, Grid, is_blank
from data.readers.xlsx_cells import MAX_CELLS
from data.readers.zip_check import DAMAGED, Lost
from forecasting.errors import FaultsError

#: Seconds a workbook may take; five million cells take about fifteen.
PATIENCE = 90
_SCRIPT = Path(__file__).with_name("calamine_process.py")
_SCANS = {"xlsx": xlsx_scan.scan, "ods": ods_scan.scan, "xls": xls_scan.scan}


def read_book(content: bytes, name: str, kind: str) -> tuple[Grid, ...]:
    """Read the sheets of a workbook that are not blank.

    Parameters
    ----------
    content : bytes
    name : str
        Of the file, for messages.
    kind : str
        `xlsx`, `xls` or `ods`.

    Returns
    -------
    tuple of Grid
        With the number and name of the sheet, hidden ones too.

    Raises
    ------
    FaultsError
        If the workbook is damaged, protected, blank or too large.
    """
    lost = _SCANS[kind](content, name)
    grids = tuple(
        _grid(sheet, lost.get(sheet["name"]) or lost.get(str(sheet["number"]))) for sheet in _sheets(content, name)
    )
    filled = tuple(grid for grid in grids if not all(is_blank(row) for row in grid.rows))
    if not filled:
        raise FaultsError([f"文件“{name}”的各张表都是空的。请确认导出成功后重新上传。"])
    return filled


def _sheets(content: bytes, name: str) -> list[dict[str, Any]]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_SCRIPT), str(MAX_CELLS)],
            input=content,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FaultsError([f"文件“{name}”在 {PATIENCE} 秒内没有读完。请只保留数据表，另存后重新上传。"]) from error
    try:
        lines = [json.loads(line) for line in done.stdout.splitlines()]
    except ValueError:
        lines = []
    last = lines.pop() if lines else {}
    if "password" in last:
        raise FaultsError([f"文件“{name}”加了密码。请去掉密码后重新上传。"])
    if "large" in last:
        raise FaultsError(
            [
                f"表“{last['large']}”占到第 {last['rows']} 行、第 {last['columns']} 列，超过上限。"
                "请按 Ctrl+End 找到多余的格，删去整行整列后重新上传。"
            ]
        )
    if "end" not in last:
        raise FaultsError([f"文件“{name}”{DAMAGED}"])
    return lines


def _grid(sheet: Mapping[str, Any], found: Lost | None) -> Grid:
    lost = found or Lost()
    title = str(sheet["name"])
    rows: list[list[Cell]] = [[_cell(raw) for raw in row] for row in sheet["rows"]]
    for (row, column), text in sorted(lost.cells.items()):
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = text
    while rows and is_blank(rows[-1]):
        rows.pop()
    if len(rows) > MAX_ROWS:
        raise FaultsError([f"表“{title}”超过 {MAX_ROWS} 行（到第 {len(rows)} 行仍有内容）。请删去多余的行后重新上传。"])
    merged = [tuple(box) for box in sheet["merged"]] + lost.merged
    trimmed = _trimmed(rows)
    return Grid(
        rows=trimmed,
        sheet=(int(sheet["number"]), title),
        merged=tuple(merged),
        is_hidden=bool(sheet["is_hidden"]),
        hidden_rows=_within(lost.hidden_rows, len(trimmed)),
        hidden_columns=_within(lost.hidden_columns, max(map(len, trimmed), default=0)),
        marked=lost.marked,
        raised=lost.raised,
        is_from_1904=lost.is_from_1904,
    )


def _within(ranges: Sequence[tuple[int, int]], n: int) -> frozenset[int]:
    """Return the positions below n of ranges that may reach to the end of a sheet."""
    return frozenset(at for first, last in ranges for at in range(first, min(last + 1, n)))


def _trimmed(rows: Sequence[list[Cell]]) -> list[list[Cell]]:
    """Cut off the columns at the right in which nothing is written."""
    width = max((at + 1 for row in rows for at, cell in enumerate(row) if cell != ""), default=0)
    return [row[:width] for row in rows]


def _cell(raw: Any) -> Cell:
    if isinstance(raw, dict):
        return date.fromisoformat(raw["d"])
    return raw if isinstance(raw, float) else str(raw)
