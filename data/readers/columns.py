"""Which column of a table is which: headers in Chinese or English, long or wide form.

Nothing is skipped in silence: a column that is not known is a fault, and so is one that is there twice.
"""

from __future__ import annotations

from typing import NamedTuple

from data.readers.grid import Grid, is_blank, shown
from forecasting.panel import MEASURES

#: Field -> the headers accepted for it.
HEADERS = {
    "area_code": ("地区代码", "area"),
    "area_name": ("地区",),
    "entity_type": ("主体类型", "entity_type"),
    "month": ("月份", "month"),
    "entries": ("新设", "entries"),
    "exits": ("注销吊销", "注销", "exits"),
    "stock": ("实有", "stock"),
    "adjustment": ("调整", "adjustment"),
    "note": ("调整原因", "note"),
    "measure": ("指标", "measure"),
    "value": ("数值", "value"),
    "vintage": ("数据日期", "vintage"),
    "source": ("来源", "source"),
    "status": ("状态", "status"),
    "precision": ("精度", "precision"),
}
LONG = ("measure", "value")
_FIELDS = {header: name for name, headers in HEADERS.items() for header in headers}


class Located(NamedTuple):
    """A fault and where it stands; sorts in reading order."""

    row: int
    column: int
    text: str


def is_tidy(grid: Grid) -> bool:
    """Return whether a table has the product's own columns: its first row holds nothing else, with area and month.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    bool
    """
    if grid.is_hidden or grid.header == len(grid.rows):
        return False
    headers = [shown(cell).lower() for cell in grid.rows[grid.header] if not is_blank([cell])]
    fields = {_FIELDS.get(header) for header in headers}
    return None not in fields and bool({"area_code", "area_name"} & fields) and "month" in fields


def match_columns(grid: Grid) -> tuple[dict[str, int], list[Located], bool]:
    """Find each field's column in the header row.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    fields : dict of str to int
        Field of `HEADERS` -> column from 0.
    faults : list of Located
        Unknown, repeated, missing and contradictory columns.
    is_readable : bool
        Whether the rows can be read all the same: all that is needed is there, once.
    """
    row = grid.header
    fields: dict[str, int] = {}
    faults = []
    is_readable = True
    for column, cell in enumerate(grid.rows[row]):
        header = shown(cell)
        name = _FIELDS.get(header.lower())
        if name is None:
            if header:
                text = f"不认识的列“{header}”。接受的列：{_accepted()}。请改名或删去该列。"
                faults.append(Located(row, column, f"{grid.place(row, column)}：{text}"))
        elif name in fields:
            is_readable = False
            first = grid.place(row, fields[name])
            faults.append(Located(row, column, f"{grid.place(row, column)}：与{first}是同一列，重复。请只保留一列。"))
        else:
            fields[name] = column
    missing = _missing(fields)
    faults += _headless(grid)
    faults += [Located(row, len(grid.rows[row]), text) for text in missing]
    return fields, faults, is_readable and not missing


def _headless(grid: Grid) -> list[Located]:
    """Return the columns with something in them and nothing above, at their first cell."""
    titled = {column for column, cell in enumerate(grid.rows[grid.header]) if not is_blank([cell])}
    found: dict[int, Located] = {}
    for at in range(grid.header + 1, len(grid.rows)):
        row = grid.rows[at]
        for column in set(range(len(row))) - titled - found.keys() if at not in grid.broken else ():
            if not is_blank([row[column]]):
                text = f"有内容“{shown(row[column])}”，但该列没有表头。请补上表头或删去该列。"
                found[column] = Located(at, column, f"{grid.place(at, column)}：{text}")
    return list(found.values())


def _missing(fields: dict[str, int]) -> list[str]:
    wide, long = [name for name in MEASURES if name in fields], [name for name in LONG if name in fields]
    texts = []
    if not {"area_code", "area_name"} & fields.keys():
        texts.append("表头缺少“地区代码”列（或“地区”列）。请补上后重新上传。")
    if "month" not in fields:
        texts.append("表头缺少“月份”列。请补上后重新上传。")
    if wide and long:
        texts.append(
            f"表头既有{_quoted(long)}（每行一个指标），又有{_quoted(wide)}（每行一个月），两种格式只能用一种。"
            "请删去其中一种的列后重新上传。"
        )
    elif long and len(long) < len(LONG):
        absent = _quoted([name for name in LONG if name not in long])
        texts.append(f"表头有{_quoted(long)}列，缺少{absent}列。请补上后重新上传。")
    elif not wide and not long:
        texts.append("表头没有数据列：应有“新设”“注销吊销”“实有”“调整”之一，或“指标”与“数值”两列。请补上后重新上传。")
    return texts


def _quoted(names: list[str]) -> str:
    return "".join(f"“{HEADERS[name][0]}”" for name in names)


def _accepted() -> str:
    return "、".join("/".join(headers) for headers in HEADERS.values())
