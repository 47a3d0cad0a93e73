"""The ledger of tasks (台账) on a day: what is overdue, due soon or done, unit by unit, and the 13710 clock.

A dated task is due on its deadline, a recurring one on the first due day after its issue that has not been met. Days
are calendar days, and the due day itself is in time. The rate of a unit leaves out what has no end and is not done,
since an open-ended task would hold it down for ever:

    rate = done / (done + not done with a deadline)
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forecasting.errors import FaultsError
from targets.schedule import clock_dues
from targets.task import Task, TaskState

TASK_STATUSES = {
    "on_time": "按期推进", "due_soon": "临近到期", "overdue": "逾期",
    "done": "按期完成", "done_late": "逾期完成", "open_ended": "长期推进",
}  # fmt: skip
STAGE_STATUSES = {"pending": "未到期", "met": "按时", "met_late": "迟办", "missed": "超时"}
DUE_SOON_DAYS = 7


@dataclass(frozen=True)
class Entry:
    """A task on a day; `due` is None if open-ended, `days_left` negative if overdue and None once done."""

    task: Task
    state: TaskState
    status: str
    due: dt.date | None
    days_left: int | None


@dataclass(frozen=True)
class Stage:
    """A stage of the 13710 clock; `code` is 1, 3, 7, 1月 or 0, `due` None for striking off."""

    code: str
    name: str
    due: dt.date | None
    met_on: dt.date | None
    status: str


@dataclass(frozen=True)
class UnitCompletion:
    """Tasks a unit leads on a day; `rate` is None where every one is without end and undone."""

    unit: str
    n_tasks: int
    n_done: int
    n_overdue: int
    n_due_soon: int
    n_endless: int
    rate: float | None


@dataclass(frozen=True)
class UnitRank:
    """Place of a unit, and how many places it rose (positive) since an earlier day; None where it has none."""

    rank: int | None
    change: int | None
    completion: UnitCompletion


def ledger_on(
    tasks: Sequence[Task], states: Iterable[TaskState], day: dt.date, *, due_soon_days: int = DUE_SOON_DAYS
) -> tuple[Entry, ...]:
    """Return every task with its status at the end of a day.

    Parameters
    ----------
    tasks : sequence of Task
    states : iterable of TaskState
        At most one a task; a task without one has not been started.
    day : datetime.date
    due_soon_days : int
        A task due in so many days or fewer is due soon.

    Returns
    -------
    tuple of Entry
        In the order of `tasks`.

    Raises
    ------
    FaultsError
        If a state is of no task, a task has two, or a round was met on a day that is no due day.
    """
    by_id, faults = {task.id: task for task in tasks}, []
    known: dict[str, TaskState] = {}
    for state in states:
        task = by_id.get(state.task_id)
        if task is None:
            faults.append(f"台账中没有任务 {state.task_id}。请核对编号。")
            continue
        if state.task_id in known:
            faults.append(f"任务 {state.task_id} 有两条进展记录，请只留一条。")
        faults += [f"任务 {task.id}：{due} 不是“{task.schedule.text}”的到期日。" for due in _strange(task, state)]
        known[state.task_id] = state
    if faults:
        raise FaultsError(faults, "任务进展有误")
    latest = {task.id: TaskState(task.id, "not_started") for task in tasks} | known
    return tuple(_entry(task, latest[task.id], day, due_soon_days) for task in tasks)


def _strange(task: Task, state: TaskState) -> list[dt.date]:
    """Due days of rounds on which a task is not due."""
    dues = [due for due, _ in state.rounds]
    if task.schedule.kind != "recurring":
        return dues
    return [due for due in dues if due <= task.issued or task.schedule.next_due(due - dt.timedelta(days=1)) != due]


def _entry(task: Task, state: TaskState, day: dt.date, due_soon_days: int) -> Entry:
    """Make the entry of a task."""
    due = task.schedule.deadline
    if state.done_on is not None and state.done_on <= day:
        is_late = due is not None and state.done_on > due
        return Entry(task, state, "done_late" if is_late else "done", due, None)
    if task.schedule.kind == "recurring":
        met = {met_due for met_due, met_on in state.rounds if met_on <= day}
        due = task.schedule.next_due(task.issued)
        while due in met:
            due = task.schedule.next_due(due)
    if due is None:
        return Entry(task, state, "open_ended", None, None)
    days_left = (due - day).days
    status = "overdue" if days_left < 0 else "due_soon" if days_left <= due_soon_days else "on_time"
    return Entry(task, state, status, due, days_left)


def entries_with(entries: Iterable[Entry], status: str) -> tuple[Entry, ...]:
    """Return the entries of one status: the overdue list, the list of what is due soon.

    Parameters
    ----------
    entries : iterable of Entry
    status : str
        A key of `TASK_STATUSES`.

    Returns
    -------
    tuple of Entry
        Earliest due first, open-ended ones last, otherwise in the order of the list.
    """
    chosen = [entry for entry in entries if entry.status == status]
    return tuple(sorted(chosen, key=lambda entry: entry.due or dt.date.max))


def completion_by_unit(entries: Iterable[Entry]) -> tuple[UnitCompletion, ...]:
    """Count the tasks of every lead unit; a task with several counts in full for each.

    Parameters
    ----------
    entries : iterable of Entry

    Returns
    -------
    tuple of UnitCompletion
        In the order in which the units first lead.
    """
    by_unit: dict[str, list[Entry]] = {}
    for entry in entries:
        for unit in entry.task.lead_units:
            by_unit.setdefault(unit, []).append(entry)
    return tuple(_completion(unit, of_unit) for unit, of_unit in by_unit.items())


def _completion(unit: str, entries: list[Entry]) -> UnitCompletion:
    """Count the tasks of one unit."""
    counts = Counter(entry.status for entry in entries)
    n_done = counts["done"] + counts["done_late"]
    n_countable = n_done + sum(entry.task.schedule.kind == "date" and entry.days_left is not None for entry in entries)
    return UnitCompletion(
        unit=unit,
        n_tasks=len(entries),
        n_done=n_done,
        n_overdue=counts["overdue"],
        n_due_soon=counts["due_soon"],
        n_endless=len(entries) - n_countable,
        rate=n_done / n_countable if n_countable else None,
    )


def rank_units(completions: Sequence[UnitCompletion], earlier: Sequence[UnitCompletion] = ()) -> tuple[UnitRank, ...]:
    """Rank units for circulation (通报): by rate, then by fewer overdue tasks; equals share a place.

    Parameters
    ----------
    completions : sequence of UnitCompletion
    earlier : sequence of UnitCompletion
        The same on an earlier day, for the change of place.

    Returns
    -------
    tuple of UnitRank
        Best first; two at place 1 are followed by place 3. Units without a rate come last and have no place.
    """
    places, before = _places(completions), _places(earlier)
    ranks = []
    for completion in completions:
        rank, old = places.get(completion.unit), before.get(completion.unit)
        ranks.append(UnitRank(rank, None if rank is None or old is None else old - rank, completion))
    return tuple(sorted(ranks, key=lambda rank: (rank.rank is None, rank.rank or 0)))


def _places(completions: Sequence[UnitCompletion]) -> dict[str, int]:
    """Place of every unit that has a rate: one more than the number of better ones."""
    keys = {unit.unit: (-unit.rate, unit.n_overdue) for unit in completions if unit.rate is not None}
    return {unit: 1 + sum(other < key for other in keys.values()) for unit, key in keys.items()}


def clock_on(state: TaskState, day: dt.date) -> tuple[Stage, ...]:
    """Return the stages of the 13710 clock of a supervised task on a day.

    Parameters
    ----------
    state : TaskState
    day : datetime.date

    Returns
    -------
    tuple of Stage
        As `clock_dues` has them; empty before supervision began.
    """
    since = state.supervised_since
    if since is None or since > day:
        return ()
    met_days = (state.started_on, state.reported_on, state.done_on, state.closed_on)
    dues = clock_dues(since, is_major=state.importance == "major")
    return tuple(_stage(*stage, met_on, day) for stage, met_on in zip(dues, met_days, strict=True))


def _stage(code: str, name: str, due: dt.date | None, met_on: dt.date | None, day: dt.date) -> Stage:
    """Make a stage; what was recorded after the day is not yet known on it."""
    if met_on is not None and met_on <= day:
        return Stage(code, name, due, met_on, "met" if due is None or met_on <= due else "met_late")
    return Stage(code, name, due, None, "missed" if due is not None and day > due else "pending")
