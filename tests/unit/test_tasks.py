"""The built-in tasks and measures are whole, and a file or record that breaks the rules is refused with every fault."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from data.catalogue import load_goals
from data.catalogue.tasks import (
    COLUMNS,
    MEASURE_COLUMNS,
    load_measures,
    load_tasks,
    read_measures,
    read_tasks,
)
from forecasting.errors import FaultsError, SchemaError
from targets.task import Task, TaskState

TASKS, MEASURES = load_tasks(), load_measures()
GOALS = {goal.id: goal for goal in load_goals()}
TASK = {
    "id": "141030-2022-1-010-01",
    "area": "141030",
    "annex": "1",
    "number": "10",
    "step": "1",
    "section": "大幅放宽市场准入",
    "lead_units": "县林业局",
    "support_units": "各乡镇人民政府;县行政审批服务管理局",
    "wording": "培育林业主体",
    "schedule_text": "12月底前",
    "result_value": "18",
    "result_unit": "家",
    "result_wording": "林业主体18家",
    "measure": "4",
    "goal": "141030-forestry_entities-2022-count",
    "document_number": "大营增专班发〔2022〕1号",
    "issued": "2022-08-17",
}


def write(path: Path, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def faults_of(read: Callable[[], object]) -> tuple[str, ...]:
    with pytest.raises(FaultsError) as caught:
        read()
    return caught.value.faults


def task_faults(folder: Path, *changes: dict[str, str]) -> tuple[str, ...]:
    path = write(folder / "my_tasks.csv", COLUMNS, [TASK | change for change in changes])
    return faults_of(lambda: read_tasks(path))


def test_every_item_of_both_annexes_is_there_with_its_steps() -> None:
    steps = Counter((task.annex, task.number) for task in TASKS)
    assert [number for annex, number in steps if annex == 1] == list(range(1, 106))
    assert [number for annex, number in steps if annex == 2] == list(range(1, 114))
    for key, n_steps in steps.items():
        assert [task.step for task in TASKS if (task.annex, task.number) == key] == list(range(1, n_steps + 1))


def test_measures_are_48_in_nine_groups() -> None:
    assert [measure.number for measure in MEASURES] == list(range(1, 49))
    sizes = Counter((measure.group_number, measure.group) for measure in MEASURES)
    assert list(sizes.values()) == [7, 4, 7, 7, 6, 4, 3, 5, 5]
    assert [number for number, _ in sizes] == list(range(1, 10))


def test_annex_1_has_the_nine_groups_as_sections() -> None:
    sections = dict.fromkeys(task.section for task in TASKS if task.annex == 1)
    assert list(sections) == list(dict.fromkeys(measure.group for measure in MEASURES))


@pytest.mark.parametrize("task", [task for task in TASKS if task.goal], ids=lambda task: task.id)
def test_a_linked_goal_states_the_same(task: Task) -> None:
    goal = GOALS[task.goal]
    assert (task.result_value, task.result_unit) == (goal.value, goal.unit)
    deadline = task.schedule.deadline
    if deadline is not None:
        assert (deadline.year, deadline.month) == (goal.deadline.year, goal.deadline.month)


def test_every_goal_of_the_lists_is_linked_and_every_goal_of_the_province_has_its_measure() -> None:
    assert {task.goal for task in TASKS} - {""} == {goal for goal in GOALS if goal.startswith("141030")}
    by_measure = [goal for measure in MEASURES for goal in measure.goals]
    assert sorted(by_measure) == sorted(goal for goal in GOALS if goal.startswith("140000"))


def test_a_date_before_the_issue_is_noted() -> None:
    early = {task.id for task in TASKS if task.schedule.deadline and task.schedule.deadline < task.issued}
    assert early == {task.id for task in TASKS if task.note.startswith("期限早于印发日。")}
    assert len(early) == 16


def test_a_file_of_the_users_own(tmp_path: Path) -> None:
    path = write(tmp_path / "my_tasks.csv", COLUMNS, [TASK])
    (task,) = read_tasks(path)
    assert (task.annex, task.number, task.step, task.measure, task.result_value) == (1, 10, 1, 4, 18.0)
    assert task.support_units == ("各乡镇人民政府", "县行政审批服务管理局")
    assert task.schedule.deadline == dt.date(2022, 12, 31)
    assert task.issued == dt.date(2022, 8, 17)


def test_a_date_without_year_is_of_the_year_of_the_list(tmp_path: Path) -> None:
    path = write(tmp_path / "my_tasks.csv", COLUMNS, [TASK | {"id": "141030-2023-1-010-01", "issued": "2022-12-30"}])
    assert read_tasks(path)[0].schedule.deadline == dt.date(2023, 12, 31)


@pytest.mark.parametrize(
    ("column", "text", "fault"),
    [
        ("section", "", "section 列：为空，请填写。"),
        ("lead_units", "", "lead_units 列：为空，请填写。"),
        ("area", "141039", "area 列：没有代码为“141039”的地区。"),
        ("annex", "2", "id 列：“141030-2022-1-010-01”与 annex 列的“2”不符。"),
        ("number", "010", "number 列：“010”应为从1起的整数。"),
        ("step", "0", "step 列：“0”应为从1起的整数。"),
        ("id", "daning-10", "id 列：“daning-10”应写作 141030-2022-1-012-02"),
        ("wording", "林" * 41, "wording 列：共41字，应不超过40字。"),
        ("schedule_text", "尽快", "schedule_text 列：看不懂时间进度“尽快”。"),
        ("schedule_text", "4月31日前", "schedule_text 列：时间进度“4月31日前”中的日期不存在"),
        ("result_value", "18家", "result_value 列：“18家”不是数"),
        ("result_value", "", "任务 141030-2022-1-010-01：量化成效的数值、单位、表述应同有或同无。"),
        ("result_value", "-3", "量化成效 -3.0 应为不小于0的数。"),
        ("result_unit", "", "量化成效的数值、单位、表述应同有或同无。"),
        ("measure", "49", "举措序号 49 应为1至48。"),
        ("measure", "四", "measure 列：“四”应为从1起的整数。"),
        ("goal", "141030-trees", "goal 列：没有编号为“141030-trees”的目标。"),
        ("support_units", "县林业局", "同一单位列了两次。"),
        ("issued", "2022-8-17", "issued 列：“2022-8-17”不是日期，应写作 2022-08-17。"),
        ("issued", "2022-02-30", "issued 列：“2022-02-30”不存在"),
    ],
)
def test_a_fault_names_row_and_column(tmp_path: Path, column: str, text: str, fault: str) -> None:
    other = {"id": "141030-2022-1-010-02", "step": "2"}
    found = task_faults(tmp_path, other, {column: text})
    assert all(sentence.startswith("my_tasks.csv 第3行") for sentence in found)
    assert any(fault in sentence for sentence in found)


def test_all_faults_of_all_rows_are_found_at_once(tmp_path: Path) -> None:
    found = task_faults(tmp_path, {"measure": "x", "issued": "今天"}, {"schedule_text": "尽快"})
    assert [(sentence.split()[1], sentence.split()[2]) for sentence in found] == [
        ("第2行", "measure"),
        ("第2行", "issued"),
        ("第3行", "id"),  # repeats row 2
        ("第3行", "schedule_text"),
    ]


def test_a_goal_needs_a_result(tmp_path: Path) -> None:
    empty = {"result_value": "", "result_unit": "", "result_wording": ""}
    (fault,) = task_faults(tmp_path, empty)
    assert "关联了目标 141030-forestry_entities-2022-count 而没有量化成效" in fault


def measure_rows(n: int = 48) -> list[dict[str, str]]:
    return [{"number": str(number), "group": "组", "group_number": "1", "title": "标题"} for number in range(1, n + 1)]


def test_faults_of_measures_name_row_and_column(tmp_path: Path) -> None:
    rows = measure_rows()
    rows[1] |= {"number": "5"}
    rows[2] |= {"title": "题" * 21, "goals": "140000-angel_fund-2025-level;nowhere"}
    rows[3] |= {"group": "", "group_number": "first"}
    path = write(tmp_path / "my_measures.csv", MEASURE_COLUMNS, rows)
    assert faults_of(lambda: read_measures(path)) == (
        "my_measures.csv 第3行 number 列：“5”应为2，序号从1起连续。",
        "my_measures.csv 第4行 title 列：共21字，应不超过20字。",
        "my_measures.csv 第4行 goals 列：没有编号为“nowhere”的目标。请核对 goals.csv。",
        "my_measures.csv 第5行 group 列：为空，请填写。",
        "my_measures.csv 第5行 group_number 列：“first”应为从1起的整数。",
    )


def test_measures_must_be_48(tmp_path: Path) -> None:
    path = write(tmp_path / "my_measures.csv", MEASURE_COLUMNS, measure_rows(47))
    with pytest.raises(SchemaError, match="有47条举措，应为48条"):
        read_measures(path)


DAY = dt.date(2022, 10, 12)
BEFORE, AFTER = DAY - dt.timedelta(days=5), DAY + dt.timedelta(days=5)


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        ({"state": "finished"}, "状态“finished”不在"),
        ({"state": "done"}, "状态与部署、办结、销号日期不一致"),
        ({"state": "in_progress"}, "状态与部署、办结、销号日期不一致"),
        ({"state": "not_started", "started_on": DAY}, "状态与部署、办结、销号日期不一致"),
        ({"state": "closed", "closed_on": DAY}, "已销号而没有办结日期"),
        ({"state": "done", "started_on": AFTER, "done_on": DAY}, "应先后相继"),
        ({"state": "done", "done_on": BEFORE, "supervised_since": DAY}, "办结早于督办开始"),
        ({"state": "not_started", "importance": "huge"}, "重要程度“huge”"),
        ({"state": "not_started", "rounds": ((DAY, DAY), (DAY, AFTER))}, "同一到期日登记了两次"),
    ],
)
def test_a_state_that_contradicts_itself_is_refused(record: dict[str, object], fault: str) -> None:
    with pytest.raises(FaultsError, match=f"任务 t1 的进展：.*{fault}"):
        TaskState("t1", **record)  # type: ignore[arg-type]


def test_state_on_an_earlier_day() -> None:
    state = TaskState("t1", "closed", started_on=BEFORE, done_on=DAY, closed_on=AFTER)
    days = [BEFORE - dt.timedelta(days=1), BEFORE, DAY, AFTER]
    assert [state.state_on(day) for day in days] == ["not_started", "in_progress", "done", "closed"]
