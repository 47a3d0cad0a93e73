"""Everything that is held as one long table, to be taken out of the house: CSV or workbook.

Nothing in it may run when it is opened: text that begins like a formula is marked as text, in the CSV by an apostrophe.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import pandas as pd
import xlsxwriter

COLUMNS = {
    "area": "地区代码",
    "area_name": "地区",
    "entity_type": "主体类型",
    "month": "月份",
    "measure": "指标",
    "value": "数值",
    "precision": "精度",
    "status": "状态",
    "source": "来源",
    "vintage": "数据日期",
    "batch": "批次",
    "role": "说明",
}
ROLES = {"stated": "报送", "restated": "重申", "restored": "撤销后恢复", "withdrawn": "已撤回"}
#: With which a spreadsheet takes a text for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
#: Rows of a sheet of a workbook, the header among them.
SHEET_ROWS = 1_048_576


def export_csv(table: pd.DataFrame) -> bytes:
    """Write a table of versions as CSV, UTF-8 with a byte-order mark.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns `COLUMNS`.

    Returns
    -------
    bytes
    """
    return _worded(table).map(_guarded).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def export_xlsx(table: pd.DataFrame) -> bytes:
    """Write a table of versions as a workbook.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns `COLUMNS`.

    Returns
    -------
    bytes
        As many sheets as the rows need.
    """
    shown = _worded(table)
    content = io.BytesIO()
    # Neither a text that begins with = nor an address is anything but text.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, {**options, "in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for start in range(0, max(len(shown), 1), SHEET_ROWS - 1):
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(COLUMNS) - 1, 14)
            sheet.write_row(0, 0, list(shown.columns), bold)
            for at, row in enumerate(shown.iloc[start : start + SHEET_ROWS - 1].itertuples(index=False), start=1):
                sheet.write_row(at, 0, [_guarded(cell) for cell in row])
    return content.getvalue()


def _worded(table: pd.DataFrame) -> pd.DataFrame:
    """Headers in Chinese, months and moments as text, codes as they are stored."""
    text = table.assign(
        month=table["month"].astype(str),
        vintage=table["vintage"].dt.strftime("%Y-%m-%d %H:%M:%S"),
        role=table["role"].map(ROLES),
    )
    return text[list(COLUMNS)].rename(columns=COLUMNS)


def _guarded(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


#: Ending of the file's name -> its writer.
WRITERS: dict[str, Callable[[pd.DataFrame], bytes]] = {".csv": export_csv, ".xlsx": export_xlsx}
