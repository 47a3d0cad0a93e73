"""Rows, columns and labels that may not count: hidden, struck out, doubted by a remark, days from 1904."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from data.readers.grid import column_letters, shown
from data.readers.workbook.asking import Notebook, pattern_of
from data.readers.workbook.axes import ASIDE, Column
from data.readers.workbook.blocks import Table
from data.readers.workbook.labels import Line
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.numbers import is_numeric
from data.readers.workbook.periods import SERIALS
from data.readers.workbook.reading import SHOWN_CELLS

_DOUBT = re.compile(
    r"应为|更正|有误|作废|错误|重复|截[至止]|[不未](?:含|包括|包含|计|报)|[百万]户|累计|[上中下]旬|\d月(?:数|份)|预计|预测|不全|未报齐"
)


def without_hidden(
    lines: dict[int, Line], across: Iterable[int], hidden: Set[int], key: str, note: Notebook, what: str
) -> dict[int, Line]:
    """Ask whether hidden rows or columns that hold numbers are to be read: whoever sent the file may not see them.

    Parameters
    ----------
    lines : dict of int to Line
        Rows or columns.
    across : iterable of int
        The columns or rows that they cross.
    hidden : set of int
        Positions of those that are hidden.
    key : str
        Of the table.
    note : Notebook
    what : str
        行 or 列.

    Returns
    -------
    dict of int to Line
        Those not to be read marked as left out.
    """
    found = [
        at
        for at, line in lines.items()
        if at in hidden and not line.meaning.special and not line.sums
        if any(is_numeric(note.grid.cell(*((at, other) if what == "行" else (other, at)))) for other in across)
    ]
    if not found:
        return lines
    names = [str(at + 1) if what == "行" else column_letters(at) for at in found]
    shown_names = "、".join(names[:SHOWN_CELLS]) + ("等" if len(names) > SHOWN_CELLS else "")
    answer = note.ask(
        f"{key}|隐藏{what}|{_digest([lines[at].text for at in found])}",
        *lines[found[0]].spot,
        f"第 {shown_names} {what}在表中是隐藏的（共{len(found)}{what}），里面有数。要读吗？",
        [("read", "读"), ("skip", "不读")],
    )
    if answer == "read":
        note.change(*lines[found[0]].spot, f"隐藏的第 {shown_names} {what}，按您的答复照读")
        return lines
    special = "ignored" if answer == "skip" else "open"
    return lines | {at: replace(lines[at], meaning=replace(lines[at].meaning, special=special)) for at in found}


def _digest(texts: Sequence[str]) -> str:
    """Name the labels of what is hidden: another row that is hidden next month is another question."""
    return hashlib.sha256("|".join(map(pattern_of, texts)).encode()).hexdigest()[:6]


def without_doubted(
    rows: dict[int, Line], remarks: dict[int, str], column: int, key: str, note: Notebook
) -> dict[int, Line]:
    """Ask about rows whose remark says that their numbers are wrong, or of a part of the month.

    Parameters
    ----------
    rows : dict of int to Line
    remarks : dict of int to str
        By row.
    column : int
        In which they stand.
    key : str
        Of the table.
    note : Notebook

    Returns
    -------
    dict of int to Line
        Those not to be read marked as left out.
    """
    found = dict(rows)
    for row, text in remarks.items():
        if not _DOUBT.search(text):
            continue
        asked = f"备注写着“{shown(text)}”。这一行的数照读吗？"
        options = [("read", "照读"), (IGNORE, "这一行不用")]
        answer = note.ask(f"{note.own(key)}|备注|{row}", row, column, asked, options, is_lasting=False)
        if answer == IGNORE:
            found[row] = replace(rows[row], meaning=replace(rows[row].meaning, special="ignored"))
    return found


def fault_marked(
    table: Table, columns: Sequence[Column], rows: dict[int, Line], tops: dict[int, Line], note: Notebook
) -> None:
    """Fault the titles, headers and labels of what is read that are struck out, or days by a count from 1904.

    Parameters
    ----------
    table : Table
    columns : sequence of Column
    rows, tops : dict of int to Line
        Meaning of rows and of columns.
    note : Notebook
    """
    used = [column for column in columns if column.label not in ASIDE]
    spots = set(table.context)
    spots |= {at for column in used if column.label or not tops[column.at].meaning.special for at in column.path}
    spots |= {(row, column.at) for column in used if column.label for row in rows if not rows[row].meaning.special}
    for at in sorted(spots):
        cell = table.grid.cell(*at)
        if at in table.grid.marked:
            note.fault(*at, table.grid.marked[at])
        elif table.grid.is_from_1904 and isinstance(cell, float) and SERIALS[0] <= cell <= SERIALS[1]:
            note.fault(
                *at,
                f"日期存成了数 {cell:.15g}，而这个工作簿从 1904 年起算日期，照常读会差四年。"
                "请把这一格设为日期格式，或写作“2022年6月”后重新上传。",
            )
