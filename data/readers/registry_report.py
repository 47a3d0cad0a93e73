"""What was read of a register, what was not and why, and what its reader has to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from data.readers.registry_words import FIELD_NAMES

#: Why a row is left aside -> what is wrong, and what to do. In the order in which a row is asked; the first one counts.
REASONS = {
    "broken": ("格数与表头不符", "请检查分隔符和引号。"),
    "no_date": ("没有成立日期", "请补填；无法补的不计入。"),
    "unreadable_date": ("日期读不出", "请写作 2022-06-30、2022/6/30、20220630 或 2022年6月30日。"),
    "future": ("日期晚于数据日期", "请核对日期，或更正数据日期。"),
    "exit_before_entry": ("注销或吊销早于成立", "请核对两个日期。"),
    "exit_undated": ("状态为已注销、吊销或迁出但没有日期", "请补填日期，否则不知在哪个月退出。"),
    "area_unknown": ("地区或登记机关对不上", "请写明该词是哪个地区（--place 词=代码）。"),
    "area_ambiguous": ("地区名不止一处", "请写明所属市，或写明地区代码（--place 词=代码）。"),
    "area_contradicted": ("地区代码与地区名不一致", "请核对其一。"),
    "area_above": ("登记在上级地区，分不到下级", "请写明归属（--place 词=代码），或用 --level 指定按哪一级汇总。"),
    "type_unknown": ("主体类型对不上", "请写明该词是企业、个体工商户还是农民专业合作社（--type 词=企业）。"),
    "duplicate": ("编号重复、内容相同", "只计一次，无须处理。"),
    "conflict": ("编号重复、内容不同", "已取退出日期最晚的一行（都没有则取成立最早的），请核对。"),
}


@dataclass(frozen=True)
class Aside:
    """Rows left aside for one reason.

    Parameters
    ----------
    reason : str
        A key of `REASONS`.
    rows : int
    examples : tuple of str
        Up to three, as they stand in the file.
    """

    reason: str
    rows: int
    examples: tuple[str, ...]

    @property
    def line(self) -> str:
        """One Chinese line: what is wrong, how many, which, what to do."""
        wrong, advice = REASONS[self.reason]
        shown = f"如 {'；'.join(self.examples)}。" if self.examples else ""
        return f"{wrong}：{self.rows} 行。{shown}{advice}"


@dataclass(frozen=True)
class RegistryReport:
    """How a register was read.

    Parameters
    ----------
    files, encodings : tuple of str
    columns : mapping of str to str
        Field -> title of the column it was taken from.
    unused : tuple of str
        Titles of the other columns.
    rows_read, rows_used : int
        `rows_read` = `rows_used` + the rows of `asides`.
    asides : tuple of Aside
    as_of : pandas.Timestamp
        The day the data are of.
    entries_to, exits_to : pandas.Period
        Last complete month of each; stock ends with the earlier one.
    last_entry, last_exit : datetime.date or None
        Latest dates in the rows used.
    rows_after : int
        Rows used that were established after `entries_to`: in the register, but in no month given out.
    is_revoked_exit : bool
        Whether a revocation ends a record (吊销即退出), or only its deregistration does.
    reinstated : int
        Rows with an exit whose state is on the register: the exit is taken as undone and not counted.
    returned : int
        Rows that begin again under the id of a record that had ended before: both are counted.
    questions : tuple of str
        Chinese, to be answered by the user before the counts are taken.
    """

    files: tuple[str, ...]
    encodings: tuple[str, ...]
    columns: Mapping[str, str]
    unused: tuple[str, ...]
    rows_read: int
    rows_used: int
    asides: tuple[Aside, ...]
    as_of: pd.Timestamp
    entries_to: pd.Period
    exits_to: pd.Period
    last_entry: dt.date | None
    last_exit: dt.date | None
    rows_after: int
    is_revoked_exit: bool
    reinstated: int
    returned: int
    questions: tuple[str, ...]

    def aside(self, reason: str) -> int:
        """Rows left aside for a reason.

        Parameters
        ----------
        reason : str
            A key of `REASONS`.

        Returns
        -------
        int
        """
        return sum(each.rows for each in self.asides if each.reason == reason)

    def lines(self) -> tuple[str, ...]:
        """Return the report as Chinese lines.

        Returns
        -------
        tuple of str
        """
        taken = "，".join(f"{FIELD_NAMES[name]}←“{title}”" for name, title in self.columns.items())
        ends = "注销与吊销中较早的一个，只计一次" if self.is_revoked_exit else "注销；吊销未注销的仍计入实有"
        last_exit = f"{self.last_exit}" if self.last_exit else "无"
        lines = [
            f"文件 {'、'.join(self.files)}（{'、'.join(dict.fromkeys(self.encodings))}）：共 {self.rows_read} 行，"
            f"计入 {self.rows_used} 行，未计入 {self.rows_read - self.rows_used} 行。",
            f"列：{taken}。" + (f"未用的列：{'、'.join(self.unused)}。" if self.unused else ""),
            f"口径：退出＝{ends}；实有＝成立而未退出。",
            f"数据日期 {self.as_of:%Y-%m-%d}；新设到 {self.entries_to}，退出到 {self.exits_to}，实有到较早的一个"
            f"（最近成立 {self.last_entry or '无'}，最近退出 {last_exit}）。",
        ]
        if self.rows_after:
            lines.append(f"{self.rows_after} 行成立于 {self.entries_to} 之后，该月尚不完整，未列出。")
        if self.reinstated:
            lines.append(f"{self.reinstated} 行有退出日期但状态为存续，按恢复登记处理，不计退出。")
        if self.returned:
            lines.append(f"{self.returned} 行是同一编号退出后重新登记，前后各计一次新设。")
        lines.extend(each.line for each in self.asides)
        lines.extend(f"待确认：{question}" for question in self.questions)
        return tuple(lines)
