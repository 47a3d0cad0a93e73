"""Every task against the text of its document: item, section, units, time and figure stand there, our wording does not.

The items are cut out of the text here once more, independently of how the catalogue was made. White space and paragraph
marks are left out, since the text breaks lines anywhere.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from data.catalogue.tasks import load_measures, load_tasks
from targets.task import Measure, Task

SOURCES = Path(__file__).resolve().parents[2] / ".." / "shared" / "sources"
pytestmark = pytest.mark.skipif(not SOURCES.is_dir(), reason=f"the documents are not beside the checkout: {SOURCES}")

TASKS, MEASURES = load_tasks(), load_measures()
each_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
CHINESE_NUMBERS = {"半": 0.5, "一": 1, "两": 2, "四": 4, "五": 5, "三成": 0.3}
N_COLUMNS = 7
LEAD, SUPPORT, MEASURE, TIME, RESULT = 2, 3, 4, 5, 6


@cache
def text_of(name: str) -> str:
    """Text of a document without white space."""
    return re.sub(r"\s", "", (SOURCES / name).read_text(encoding="utf-8"))


@cache
def printed_items() -> dict[tuple[int, int], list[list[str]]]:
    """Printed lines of every item, keyed by annex and number, as cells without white space and paragraph marks."""
    items: dict[tuple[int, int], list[list[str]]] = {}
    annex, lines = 0, []
    for line in (SOURCES / "daning_2022_task_lists.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("附件"):
            annex = int(line[2])
        cells = [re.sub(r"\s|<[^<>]*>", "", cell) for cell in line.split("\t")]
        is_heading = len(cells) != N_COLUMNS or cells[0] == "序号" or set(cells[0]) == {"-"}
        if is_heading or not any(cells[MEASURE:]):
            continue
        if cells[0]:
            lines = items.setdefault((annex, int(cells[0])), [])
        lines.append(cells)
    return items


def item_of(task: Task) -> list[list[str]]:
    return printed_items()[task.annex, task.number]


def text_of_item(task: Task) -> str:
    return "".join(cell for line in item_of(task) for cell in line[1:])


def test_tasks_are_exactly_the_items_of_the_annexes() -> None:
    items = [*dict.fromkeys((task.annex, task.number) for task in TASKS)]
    assert items == list(printed_items())
    assert items == [(1, number) for number in range(1, 106)] + [(2, number) for number in range(1, 114)]


def test_every_printed_line_has_a_task() -> None:
    for key, lines in printed_items().items():
        assert sum((task.annex, task.number) == key for task in TASKS) >= len(lines), key


def test_every_printed_time_is_used_or_said_to_be_replaced() -> None:
    for key, lines in printed_items().items():
        tasks = [task for task in TASKS if (task.annex, task.number) == key]
        for line in lines:
            is_used = not line[TIME] or any(task.schedule.text in line[TIME] for task in tasks)
            assert is_used or any("时间进度栏" in task.note for task in tasks), key


@each_task
def test_time_stands_in_the_item_and_in_its_column_unless_noted(task: Task) -> None:
    assert task.schedule.text in text_of_item(task)
    if not any(task.schedule.text in line[TIME] for line in item_of(task)):
        assert "时间取自" in task.note


@each_task
def test_section_stands_in_the_document(task: Task) -> None:
    assert re.search(f"[一二三四五六七八九]、{task.section}", text_of("daning_2022_task_lists.txt"))


@each_task
def test_units_are_those_of_the_item(task: Task) -> None:
    for unit in (*task.lead_units, *task.support_units):
        assert unit in text_of("daning_2022_task_lists.txt")
    first = item_of(task)[0]
    if "牵头单位" not in task.note:
        assert "".join(task.lead_units) == first[LEAD]
    if "配合单位" not in task.note:
        assert "".join(task.support_units) == first[SUPPORT]


def stated_figures(text: str) -> set[float]:
    """Every figure of a text, in each reading a result may have: as it stands, in 万, as a fraction, in characters."""
    plain = [float(digits) for digits in re.findall(r"[0-9]+(?:\.[0-9]+)?", text)]
    tens_of_thousands = [round(float(digits) * 1e4, 6) for digits in re.findall(r"([0-9.]+)万", text)]
    fractions = [round(float(digits) / 100, 6) for digits in re.findall(r"([0-9.]+)%", text)]
    characters = [figure for word, figure in CHINESE_NUMBERS.items() if word in text]
    return {*plain, *tens_of_thousands, *fractions, *characters}


@pytest.mark.parametrize("task", [task for task in TASKS if task.result_value is not None], ids=lambda task: task.id)
def test_figure_stands_in_the_item_and_in_our_wording(task: Task) -> None:
    assert task.result_value in stated_figures(text_of_item(task))
    assert task.result_value in stated_figures(task.result_wording)


@each_task
def test_wording_is_not_a_sentence_of_the_document(task: Task) -> None:
    document = text_of("daning_2022_task_lists.txt")
    assert task.wording not in document
    assert not task.result_wording or task.result_wording not in document


def test_document_number_and_date_stand_in_the_document() -> None:
    for task in TASKS:
        assert task.document_number in text_of("daning_2022_task_lists.txt")
        assert f"{task.issued.year}年{task.issued.month}月{task.issued.day}日" in text_of("daning_2022_task_lists.txt")


def test_measures_are_the_instalments_of_the_nine_groups() -> None:
    ordinals = "一二三四五六七"
    headings = re.findall(r"“48条”之(.+?)第([一二三四五六七])期", text_of("pianguan_48_measures.txt"))
    numbered = [(group, ordinals.index(ordinal) + 1) for group, ordinal in headings]
    place: dict[str, int] = {}
    ours = []
    for measure in MEASURES:
        place[measure.group] = place.get(measure.group, 0) + 1
        ours.append((measure.group, place[measure.group]))
    assert ours == numbered


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: str(measure.number))
def test_title_is_our_own(measure: Measure) -> None:
    assert measure.title not in text_of("pianguan_48_measures.txt")
