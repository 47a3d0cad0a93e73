"""Tasks of a task list (台账), the 48 measures they carry out, and what has been recorded of them.

A task is what the document says and never changes; its state is kept apart and holds days, so that the ledger of any
past day can be made again. The counting is in `targets.ledger`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from forecasting.errors import FaultsError
from targets.schedule import Schedule

N_MEASURES = 48
#: In the order a task goes through them.
TASK_STATES = {"not_started": "未启动", "in_progress": "推进中", "done": "已完成", "closed": "已销号"}
IMPORTANCES = {"general": "一般", "major": "重大"}


@dataclass(frozen=True)
class Measure:
    """One of the province's 48 measures.

    Parameters
    ----------
    number : int
        From 1 to 48, counted through the nine groups.
    group : str
        Heading of the group.
    group_number : int
        From 1 to 9.
    title : str
        Our own short Chinese title.
    goals : tuple of str
        Ids of the goals stated in the measure itself.
    note : str
        Anything a reader must know.

    Raises
    ------
    FaultsError
        With every fault of the record at once.
    """

    number: int
    group: str
    group_number: int
    title: str
    goals: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        _raise_faults(
            f"举措 {self.number}",
            (not 1 <= self.number <= N_MEASURES, f"序号应为1至{N_MEASURES}。"),
            (not self.group or not self.title, "组名和标题不能为空。"),
        )


@dataclass(frozen=True)
class Task:
    """One line of a task list, with one schedule and at most one quantified result.

    Parameters
    ----------
    id : str
        Key: area, year of the list, annex, item and step, for example `141030-2022-1-012-02`.
    area : str
        GB/T 2260 code.
    annex, number, step : int
        Annex of the document, item in the annex, line in the item.
    section : str
        Heading of the annex under which the item stands.
    lead_units, support_units : tuple of str
        Units in the order of the document; at least one leads.
    wording : str
        Our own short Chinese wording.
    schedule : Schedule
        When it is due.
    issued : datetime.date
        Day of the document; a recurring task is due for the first time after it.
    result_value : float or None
        Quantified result in `result_unit`, fractions as fractions; None where none is stated.
    result_unit, result_wording : str
        Chinese unit and our own wording; empty where no result is stated.
    measure : int or None
        Number of the measure it carries out; None if none fits.
    goal : str
        Id of the goal the result corresponds to, or empty.
    document_number : str
        Number of the document.
    note : str
        Anything a reader must know.

    Raises
    ------
    FaultsError
        With every fault of the record at once.
    """

    id: str
    area: str
    annex: int
    number: int
    step: int
    section: str
    lead_units: tuple[str, ...]
    support_units: tuple[str, ...]
    wording: str
    schedule: Schedule
    issued: dt.date
    result_value: float | None = None
    result_unit: str = ""
    result_wording: str = ""
    measure: int | None = None
    goal: str = ""
    document_number: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        has_result, units = self.result_value is not None, [*self.lead_units, *self.support_units]
        _raise_faults(
            f"任务 {self.id}",
            (not self.lead_units, "没有牵头单位。"),
            (len(set(units)) < len(units), "同一单位列了两次。"),
            (has_result != bool(self.result_unit and self.result_wording), "量化成效的数值、单位、表述应同有或同无。"),
            (
                self.result_value is not None and not (math.isfinite(self.result_value) and self.result_value >= 0),
                f"量化成效 {self.result_value} 应为不小于0的数。",
            ),
            (bool(self.goal) and not has_result, f"关联了目标 {self.goal} 而没有量化成效。"),
            (
                self.measure is not None and not 1 <= self.measure <= N_MEASURES,
                f"举措序号 {self.measure} 应为1至{N_MEASURES}。",
            ),
        )


@dataclass(frozen=True)
class TaskState:
    """What has been recorded of a task so far.

    Parameters
    ----------
    task_id : str
        Key.
    state : str
        `not_started`, `in_progress`, `done` or `closed`.
    started_on, reported_on, done_on, closed_on : datetime.date or None
        Days on which it was deployed (部署), reported back on (反馈), finished (办结) and struck off (销号).
        `in_progress` needs the first, `done` the third, `closed` the last two.
    rounds : tuple of (datetime.date, datetime.date)
        Of a recurring task: each due day that has been met, and the day on which it was.
    supervised_since : datetime.date or None
        First day of supervision by the 13710 clock; None where it is not supervised.
    importance : str
        `general` or `major`.
    note : str
        Anything a reader must know.

    Raises
    ------
    FaultsError
        With every fault of the record at once.
    """

    task_id: str
    state: str
    started_on: dt.date | None = None
    reported_on: dt.date | None = None
    done_on: dt.date | None = None
    closed_on: dt.date | None = None
    rounds: tuple[tuple[dt.date, dt.date], ...] = ()
    supervised_since: dt.date | None = None
    importance: str = "general"
    note: str = ""

    def __post_init__(self) -> None:
        days = [day for day in (self.started_on, self.reported_on, self.done_on, self.closed_on) if day is not None]
        since, dues = self.supervised_since, [due for due, _ in self.rounds]
        answered = [day for day in (self.reported_on, self.done_on) if day is not None]
        is_known = self.state in TASK_STATES
        _raise_faults(
            f"任务 {self.task_id} 的进展",
            (not is_known, f"状态“{self.state}”不在 {'、'.join(TASK_STATES)} 之内。"),
            (self.importance not in IMPORTANCES, f"重要程度“{self.importance}”应为 general 或 major。"),
            (is_known and self.state != self.state_on(dt.date.max), "状态与部署、办结、销号日期不一致，请核对。"),
            (self.closed_on is not None and self.done_on is None, "已销号而没有办结日期。"),
            (any(later < earlier for earlier, later in pairwise(days)), "部署、反馈、办结、销号日期应先后相继。"),
            (since is not None and any(day < since for day in answered), "反馈或办结早于督办开始。"),
            (len(set(dues)) < len(dues), "同一到期日登记了两次完成。"),
        )

    def state_on(self, day: dt.date) -> str:
        """Return the state a task was in at the end of a day.

        Parameters
        ----------
        day : datetime.date

        Returns
        -------
        str
            A key of `TASK_STATES`.
        """
        steps = (("closed", self.closed_on), ("done", self.done_on), ("in_progress", self.started_on))
        return next((state for state, since in steps if since is not None and since <= day), "not_started")


@dataclass(frozen=True)
class Link:
    """A goal that a task serves, `through` its own result (`task`) or its measure (`measure`)."""

    task_id: str
    measure: int | None
    goal: str
    through: str


def link_goals(tasks: Iterable[Task], measures: Iterable[Measure]) -> tuple[Link, ...]:
    """Return the goals every task serves.

    Parameters
    ----------
    tasks : iterable of Task
    measures : iterable of Measure

    Returns
    -------
    tuple of Link
        In the order of the tasks, a task's own goal first; none for a task without measure and goal.
    """
    goals_of = {measure.number: measure.goals for measure in measures}
    links = []
    for task in tasks:
        links += [Link(task.id, task.measure, task.goal, "task")] if task.goal else []
        links += [Link(task.id, task.measure, goal, "measure") for goal in goals_of.get(task.measure or 0, ())]
    return tuple(links)


def _raise_faults(what: str, *checks: tuple[bool, str]) -> None:
    """Raise the sentences of all checks that are true at once."""
    faults = [f"{what}：{sentence}" for is_fault, sentence in checks if is_fault]
    if faults:
        raise FaultsError(faults)
