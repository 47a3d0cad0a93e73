"""Tables of one goal as files: CSV that spreadsheet programs open in Chinese and in which no text is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

import streamlit as st

from reports.wording import SIMULATED
from targets.assessment import Assessment
from workflow import Situation

Rows = Sequence[Mapping[str, str | int]]
#: A spreadsheet takes a cell that begins so for a formula.
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n")


def offer(label: str, situation: Situation, one: Assessment, rows: Rows, *, what: str) -> None:
    """Offer a table for download, with the goal and the nature of its data in every row.

    Parameters
    ----------
    label : str
        On the button, Chinese.
    situation : Situation
    one : Assessment
    rows : sequence of mapping
        Chinese heading -> cell.
    what : str
        ASCII, in the name of the file.
    """
    nature = SIMULATED if one.goal.area in situation.simulated else "录入数据"
    content = to_csv([{**row, "地区": one.who, "目标": one.goal.wording, "数据性质": nature} for row in rows])
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"beizeng-{one.goal.id}-{what}-{one.month}")
    st.download_button(
        label,
        content,
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key=f"file-{what}",
    )


def to_csv(rows: Rows) -> bytes:
    """Write rows as CSV in UTF-8 with the mark that Excel asks for.

    Parameters
    ----------
    rows : sequence of mapping
        Alike in their headings; at least one.

    Returns
    -------
    bytes

    Examples
    --------
    >>> to_csv([{"名称": "=1+1", "户数": -3}]).decode("utf-8-sig").splitlines()
    ['名称,户数', "'=1+1,-3"]
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_guarded(name) for name in rows[0]])
    writer.writerows([_guarded(cell) for cell in row.values()] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _guarded(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_MARKS) else cell
