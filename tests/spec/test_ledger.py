"""The task ledger by hand: what the words of a task list mean, what is late on a day, and how units are ranked."""

from __future__ import annotations

import datetime as dt

import pytest

from data.catalogue.tasks import load_tasks
from forecasting.errors import FaultsError, SchemaError
from targets.ledger import (
    Entry,
    UnitCompletion,
    clock_on,
    completion_by_unit,
    entries_with,
    ledger_on,
    rank_units,
)
from targets.schedule import parse_schedule
from targets.task import Link, Measure, Task, TaskState, link_goals

OPEN = "open"
#: Every text of the built-in list, read as of 2022: a deadline, the first three due days after the issue on
#: 2022-08-17, or open-ended.
SCHEDULES: dict[str, object] = {
    "2022年3月底": "2022-03-31",
    "2022年3月底前": "2022-03-31",
    "2022年5月底": "2022-05-31",
    "2022年6月底": "2022-06-30",
    "2022年6月底前": "2022-06-30",
    "6月底前": "2022-06-30",
    "2022年7月底": "2022-07-31",
    "2022年8月": "2022-08-31",
    "2022年8月底": "2022-08-31",
    "2022年9月底前": "2022-09-30",
    "2022年10月底": "2022-10-31",
    "2022年12月": "2022-12-31",
    "2022年12月底": "2022-12-31",
    "12月底前": "2022-12-31",
    "2022年": "2022-12-31",
    "全年": "2022-12-31",
    "2022年全年坚持": "2022-12-31",
    "2022年末": "2022-12-31",
    "2022年底": "2022-12-31",
    "2022年年底": "2022-12-31",
    "2022年底前": "2022-12-31",
    "年底前": "2022-12-31",
    "2023年底": "2023-12-31",
    "2023年年底": "2023-12-31",
    "2024年秋季": "2024-11-30",
    "2025年底": "2025-12-31",
    "每月": ("2022-08-31", "2022-09-30", "2022-10-31"),
    "每月25号": ("2022-08-25", "2022-09-25", "2022-10-25"),
    "每月25号前": ("2022-08-25", "2022-09-25", "2022-10-25"),
    "每季度": ("2022-09-30", "2022-12-31", "2023-03-31"),
    "按季度": ("2022-09-30", "2022-12-31", "2023-03-31"),
    "每年": ("2022-12-31", "2023-12-31", "2024-12-31"),
    "持续推进": OPEN,
    "长期坚持": OPEN,
    "长期推进": OPEN,
    "长期落实": OPEN,
    "全年长期坚持": OPEN,
    "长期（按照国家法规动态调整）": OPEN,
    "6月已开始正常运行": OPEN,
    "7月1日开始执行并长期坚持": OPEN,
    "7月已开始正常运行，并长期坚持": OPEN,
    "正在有序推进": OPEN,
    "正在协调": OPEN,
    "目前已入企服务5次": OPEN,
    "召开2次座谈会": OPEN,
    "已完成": OPEN,
    "已实现": OPEN,
    "已拨付": OPEN,
    "已申报成功": OPEN,
    "已分别申报": OPEN,
    "按上级要求落实": OPEN,
    "根据省市下达政策时限落实": OPEN,
    "根据税务总局部署统一实施": OPEN,
}
#: Forms of other lists.
OTHER_SCHEDULES: dict[str, object] = {
    "2022年 12月\n底": "2022-12-31",
    "2月底前": "2022-02-28",
    "2024年2月底前": "2024-02-29",
    "3月15日前": "2022-03-15",
    "2023年1月5日": "2023-01-05",
    "年底": "2022-12-31",
    "每半年": ("2022-12-31", "2023-06-30", "2023-12-31"),
    "每年3月底前": ("2023-03-31", "2024-03-31", "2025-03-31"),
    "每月31日前": ("2022-08-31", "2022-09-30", "2022-10-31"),
    "立行立改": OPEN,
    "常态化推进": OPEN,
}
ISSUED = dt.date(2022, 8, 17)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def meaning(text: str) -> object:
    schedule = parse_schedule(text, year=2022)
    if schedule.kind == "date":
        assert schedule.deadline is not None
        return schedule.deadline.isoformat()
    if schedule.kind == "open":
        return OPEN
    dues = [schedule.next_due(ISSUED)]
    while len(dues) < 3:
        dues.append(schedule.next_due(dues[-1]))
    return tuple(due.isoformat() for due in dues)


@pytest.mark.parametrize(("text", "expected"), [*SCHEDULES.items(), *OTHER_SCHEDULES.items()])
def test_what_the_words_mean(text: str, expected: object) -> None:
    assert meaning(text) == expected


def test_the_table_holds_every_text_of_the_list() -> None:
    assert set(SCHEDULES) == {task.schedule.text for task in load_tasks()}


@pytest.mark.parametrize("text", ["", "3月前", "尽快", "2022年12月底并长期坚持", "持续推进至2023年", "每周", "冬季"])
def test_words_that_are_not_understood_are_named(text: str) -> None:
    with pytest.raises(SchemaError, match=f"看不懂时间进度“{text}”"):
        parse_schedule(text, year=2022)


@pytest.mark.parametrize("text", ["13月底", "4月31日前", "2023年2月29日", "每月32号", "每年0月底"])
def test_days_that_do_not_exist_are_named(text: str) -> None:
    with pytest.raises(SchemaError, match=f"“{text}”中的日期不存在"):
        parse_schedule(text, year=2022)


def test_only_recurring_tasks_have_a_next_due_day() -> None:
    with pytest.raises(SchemaError, match="“2022年底”不是定期的"):
        parse_schedule("2022年底", year=2022).next_due(ISSUED)


def task(number: int, schedule: str, *units: str, measure: int | None = None, goal: str = "") -> Task:
    return Task(
        id=f"t{number}",
        area="141030",
        annex=1,
        number=number,
        step=1,
        section="金融支持",
        lead_units=units or ("县发改局",),
        support_units=(),
        wording=f"任务{number}",
        schedule=parse_schedule(schedule, year=2022),
        issued=ISSUED,
        result_value=18.0 if goal else None,
        result_unit="家" if goal else "",
        result_wording="18家" if goal else "",
        measure=measure,
        goal=goal,
    )


def entry(schedule: str, on: str, due_soon_days: int = 7, **recorded: object) -> Entry:
    states = [TaskState("t1", **recorded)] if recorded else []  # type: ignore[arg-type]
    (found,) = ledger_on([task(1, schedule)], states, day(on), due_soon_days=due_soon_days)
    return found


DONE = {"state": "done", "done_on": day("2022-10-12")}


@pytest.mark.parametrize(
    ("schedule", "on", "recorded", "status", "due", "days_left"),
    [
        ("2022年10月底", "2022-10-23", {}, "on_time", "2022-10-31", 8),  # 31 - 23 = 8 > 7
        ("2022年10月底", "2022-10-24", {}, "due_soon", "2022-10-31", 7),  # 31 - 24 = 7
        ("2022年10月底", "2022-10-31", {}, "due_soon", "2022-10-31", 0),  # the last day is in time
        ("2022年10月底", "2022-11-03", {}, "overdue", "2022-10-31", -3),
        ("2022年10月底", "2022-11-03", DONE, "done", "2022-10-31", None),  # 10-12 <= 10-31
        ("2022年10月底", "2022-10-11", DONE, "on_time", "2022-10-31", 20),  # not yet done on that day
        ("2022年9月底前", "2022-11-03", DONE, "done_late", "2022-09-30", None),  # 10-12 > 09-30
        ("2022年9月底前", "2022-10-05", DONE, "overdue", "2022-09-30", -5),
        ("持续推进", "2022-11-03", {}, "open_ended", None, None),
        ("持续推进", "2022-11-03", DONE, "done", None, None),
        ("每月25号前", "2022-08-20", {}, "due_soon", "2022-08-25", 5),  # first due day after the issue
        ("每月25号前", "2022-09-10", {}, "overdue", "2022-08-25", -16),  # six days of August and ten
        ("每月25号前", "2022-09-10", DONE, "overdue", "2022-08-25", -16),
        ("每月25号前", "2022-11-03", DONE, "done", None, None),
    ],
)
def test_status_of_a_task_on_a_day(
    schedule: str, on: str, recorded: dict[str, object], status: str, due: str | None, days_left: int | None
) -> None:
    found = entry(schedule, on, **recorded)
    assert (found.status, found.due, found.days_left) == (status, due and day(due), days_left)


@pytest.mark.parametrize(
    ("on", "status", "due"),
    [
        ("2022-08-23", "due_soon", "2022-08-25"),  # nothing met yet on that day
        ("2022-08-24", "on_time", "2022-09-25"),  # August met, a day early
        ("2022-09-26", "overdue", "2022-09-25"),
        ("2022-09-27", "on_time", "2022-10-25"),  # September met, two days late
    ],
)
def test_a_recurring_task_is_due_on_the_first_day_not_met(on: str, status: str, due: str) -> None:
    rounds = ((day("2022-08-25"), day("2022-08-24")), (day("2022-09-25"), day("2022-09-27")))
    found = entry("每月25号前", on, state="in_progress", started_on=ISSUED, rounds=rounds)
    assert (found.status, found.due) == (status, day(due))


def test_how_soon_is_soon_is_the_callers() -> None:
    assert entry("2022年10月底", "2022-10-01", due_soon_days=30).status == "due_soon"
    assert entry("2022年10月底", "2022-10-01", due_soon_days=29).status == "on_time"


def test_lists_begin_with_what_has_been_due_longest() -> None:
    tasks = [task(1, "2022年9月底前"), task(2, "2022年10月底"), task(3, "6月底前"), task(4, "持续推进")]
    entries = ledger_on(tasks, [], day("2022-10-27"))
    assert [(late.task.id, late.days_left) for late in entries_with(entries, "overdue")] == [
        ("t3", -119),  # 31 July + 31 August + 30 September + 27 October
        ("t1", -27),
    ]
    assert [soon.task.id for soon in entries_with(entries, "due_soon")] == ["t2"]


UNIT_TASKS = [
    task(1, "2022年9月底前", "县发改局", "县税务局"),
    task(2, "2022年10月底", "县发改局"),
    task(3, "2022年12月底", "县税务局"),
    task(4, "持续推进", "县发改局"),
    task(5, "持续推进", "县文旅局"),
    task(6, "每月25号前", "县文旅局", "县科技发展中心"),
    task(7, "2022年底", "县科技发展中心"),
    task(8, "持续推进", "县税务局"),
]
UNIT_STATES = [
    TaskState("t1", "done", done_on=day("2022-10-12")),
    TaskState("t7", "closed", done_on=day("2022-10-20"), closed_on=day("2022-10-21")),
    TaskState("t8", "done", done_on=day("2022-10-22")),
]


def completions(on: str) -> tuple[UnitCompletion, ...]:
    return completion_by_unit(ledger_on(UNIT_TASKS, UNIT_STATES, day(on)))


def test_completion_of_every_lead_unit() -> None:
    assert completions("2022-11-02") == (
        # t1 done, t2 overdue, t4 without end: 1/2
        UnitCompletion("县发改局", n_tasks=3, n_done=1, n_overdue=1, n_due_soon=0, n_endless=1, rate=0.5),
        # t1 and t8 done, t3 not yet due: 2/3
        UnitCompletion("县税务局", n_tasks=3, n_done=2, n_overdue=0, n_due_soon=0, n_endless=0, rate=2 / 3),
        # t5 without end, t6 recurring and missed since August: nothing to divide by
        UnitCompletion("县文旅局", n_tasks=2, n_done=0, n_overdue=1, n_due_soon=0, n_endless=2, rate=None),
        # t6 recurring, t7 done: 1/1
        UnitCompletion("县科技发展中心", n_tasks=2, n_done=1, n_overdue=1, n_due_soon=0, n_endless=1, rate=1.0),
    )


def test_ranking_by_rate_with_change_of_place() -> None:
    # 10-15: 发改 1/2, 税务 1/2 (t8 not yet done and without end), both nothing overdue; 科技 0/1
    # 11-02: 科技 1/1 from place 3 to 1, 税务 2/3 from 1 to 2, 发改 1/2 from 1 to 3
    ranks = rank_units(completions("2022-11-02"), completions("2022-10-15"))
    assert [(rank.completion.unit, rank.rank, rank.change) for rank in ranks] == [
        ("县科技发展中心", 1, 2),
        ("县税务局", 2, -1),
        ("县发改局", 3, -2),
        ("县文旅局", None, None),
    ]


def unit(name: str, rate: float | None, n_overdue: int) -> UnitCompletion:
    return UnitCompletion(name, 9, 3, n_overdue, 0, 0, rate)


def test_equals_share_a_place_and_fewer_overdue_come_first() -> None:
    ranks = rank_units([unit("丙", 0.5, 2), unit("甲", 0.75, 4), unit("乙", 0.5, 2), unit("丁", 0.5, 1)])
    assert [(rank.completion.unit, rank.rank) for rank in ranks] == [("甲", 1), ("丁", 2), ("丙", 3), ("乙", 3)]


def test_a_unit_new_to_the_ranking_has_no_change() -> None:
    (rank,) = rank_units([unit("甲", 0.75, 0)], [unit("乙", 0.5, 0), unit("甲", None, 0)])
    assert (rank.rank, rank.change) == (1, None)


def stages(on: str, **recorded: object) -> list[tuple[str, str | None, str]]:
    state = TaskState("t1", supervised_since=day("2023-01-30"), **recorded)  # type: ignore[arg-type]
    return [(stage.code, stage.due and stage.due.isoformat(), stage.status) for stage in clock_on(state, day(on))]


def test_clock_of_an_ordinary_matter() -> None:
    recorded = {
        "state": "closed",
        "started_on": day("2023-01-30"),
        "reported_on": day("2023-02-04"),
        "done_on": day("2023-02-06"),
        "closed_on": day("2023-02-20"),
    }
    assert stages("2023-02-20", **recorded) == [
        ("1", "2023-01-30", "met"),  # the same day
        ("3", "2023-02-02", "met_late"),  # 30 January + 3; reported back on the 4th
        ("7", "2023-02-06", "met"),  # 30 January + 7
        ("0", None, "met"),
    ]
    assert [status for *_, status in stages("2023-02-03", **recorded)] == ["met", "missed", "pending", "pending"]


def test_clock_of_a_major_matter_allows_a_month() -> None:
    recorded = {"state": "not_started", "importance": "major"}
    assert stages("2023-02-28", **recorded) == [
        ("1", "2023-01-30", "missed"),
        ("3", "2023-02-02", "missed"),
        ("1月", "2023-02-28", "pending"),  # February has no 30th
        ("0", None, "pending"),
    ]
    assert stages("2023-03-01", **recorded)[2] == ("1月", "2023-02-28", "missed")


def test_work_begun_before_supervision_counts_as_deployed() -> None:
    assert stages("2023-01-30", state="in_progress", started_on=day("2023-01-05"))[0] == ("1", "2023-01-30", "met")


def test_no_clock_before_or_without_supervision() -> None:
    assert stages("2023-01-29", state="not_started") == []
    assert clock_on(TaskState("t1", "not_started"), day("2023-03-01")) == ()


def test_goals_of_a_task_come_from_its_result_and_its_measure() -> None:
    tasks = [
        task(1, "持续推进", measure=15, goal="g1"),
        task(2, "持续推进", measure=16),
        task(3, "持续推进", goal="g2"),
    ]
    measures = [Measure(15, "平台", 3, "载体", goals=("g7", "g8")), Measure(16, "平台", 3, "网络")]
    assert link_goals(tasks, measures) == (
        Link("t1", 15, "g1", "task"),
        Link("t1", 15, "g7", "measure"),
        Link("t1", 15, "g8", "measure"),
        Link("t3", None, "g2", "task"),
    )


def test_states_that_fit_no_task_are_named_together() -> None:
    states = [
        TaskState("t9", "not_started"),
        TaskState("t1", "not_started", rounds=((day("2022-08-25"), day("2022-08-25")),)),
        TaskState("t2", "not_started", rounds=((day("2022-09-26"), day("2022-09-26")),)),
        TaskState("t2", "not_started"),
    ]
    with pytest.raises(FaultsError) as caught:
        ledger_on([task(1, "2022年底"), task(2, "每月25号前")], states, day("2022-10-01"))
    assert caught.value.faults == (
        "台账中没有任务 t9。请核对编号。",
        "任务 t1：2022-08-25 不是“2022年底”的到期日。",
        "任务 t2：2022-09-26 不是“每月25号前”的到期日。",
        "任务 t2 有两条进展记录，请只留一条。",
    )


def test_a_due_day_before_the_issue_is_no_due_day() -> None:
    state = TaskState("t1", "not_started", rounds=((day("2022-07-25"), day("2022-07-25")),))
    with pytest.raises(FaultsError, match="2022-07-25 不是"):
        ledger_on([task(1, "每月25号前")], [state], day("2022-10-01"))
