"""Tasks and measures from CSV files: the two annexes of 大宁县 and the 48 measures, or files of the user's own.

A line of an annex that holds several schedules, quantified results or clearly different jobs is several rows here, so
that each has one schedule and at most one result. A file is taken whole or refused with every fault.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path

from data.catalogue.areas import is_known
from data.catalogue.goals import load_goals
from data.catalogue.rows import Row, check_keys_unique, raise_faults, rows_of
from data.catalogue.tables import FOLDER, read_table
from forecasting.errors import FaultsError, SchemaError
from targets.schedule import Schedule, parse_schedule
from targets.task import N_MEASURES, Measure, Task

REQUIRED = [
    "id", "area", "annex", "number", "step", "section", "lead_units", "wording", "schedule_text", "document_number",
    "issued",
]  # fmt: skip
COLUMNS = [
    "id", "area", "annex", "number", "step", "section", "lead_units", "support_units", "wording", "schedule_text",
    "result_value", "result_unit", "result_wording", "measure", "goal", "note", "document_number", "issued",
]  # fmt: skip
#: Taken over as written.
TEXTS = [
    "id", "area", "section", "wording", "result_unit", "result_wording", "goal", "note", "document_number",
]  # fmt: skip
MEASURE_COLUMNS = ["number", "group", "group_number", "title", "goals", "note"]
WORDING_LENGTH = 40
TITLE_LENGTH = 20
ID_FORM = re.compile(r"(?P<area>[0-9]{6})-(?P<year>20[0-9]{2})-(?P<annex>[0-9]+)-(?P<number>[0-9]+)-(?P<step>[0-9]+)")


def read_tasks(path: Path) -> tuple[Task, ...]:
    """Read tasks from a CSV file.

    Parameters
    ----------
    path : pathlib.Path
        UTF-8, with the columns of `COLUMNS`; units and ids joined by `;`, fractions as fractions, days as 2022-08-17.

    Returns
    -------
    tuple of Task
        In file order.

    Raises
    ------
    SchemaError
        If the file cannot be read as a table.
    FaultsError
        With every fault of every row, each naming file, row and column.
    """
    path = Path(path)
    rows = list(rows_of(read_table(path, COLUMNS), path.name))
    check_keys_unique(rows, ["id"])
    goals = {goal.id for goal in load_goals()}
    tasks = [_task(row, goals) for row in rows]
    raise_faults(rows, path.name)
    return tuple(task for task in tasks if task is not None)


@cache
def load_tasks() -> tuple[Task, ...]:
    """Load the tasks of the two annexes of 大宁县, 2022.

    Returns
    -------
    tuple of Task
        In the order of the document.
    """
    return read_tasks(FOLDER / "tasks.csv")


def read_measures(path: Path) -> tuple[Measure, ...]:
    """Read the catalogue of measures from a CSV file.

    Parameters
    ----------
    path : pathlib.Path
        UTF-8, with the columns of `MEASURE_COLUMNS`; goals joined by `;`.

    Returns
    -------
    tuple of Measure
        From 1 to 48.

    Raises
    ------
    SchemaError
        If the file cannot be read as a table.
    FaultsError
        With every fault of every row, and if the numbers are not 1 to 48 in order.
    """
    path = Path(path)
    rows = list(rows_of(read_table(path, MEASURE_COLUMNS), path.name))
    goals = {goal.id for goal in load_goals()}
    measures = [_measure(row, goals, expected) for expected, row in enumerate(rows, start=1)]
    raise_faults(rows, path.name)
    if len(rows) != N_MEASURES:
        raise SchemaError(f"{path.name} 有{len(rows)}条举措，应为{N_MEASURES}条。")
    return tuple(measure for measure in measures if measure is not None)


@cache
def load_measures() -> tuple[Measure, ...]:
    """Load the 48 measures of the province.

    Returns
    -------
    tuple of Measure
        From 1 to 48.
    """
    return read_measures(FOLDER / "measures.csv")


def _task(row: Row, goals: set[str]) -> Task | None:
    """Make the task of a row; None, with faults recorded, if it cannot be made."""
    row.require(REQUIRED)
    if row.cells["area"] and not is_known(row.cells["area"]):
        row.fault("area", f"没有代码为“{row.cells['area']}”的地区。请核对代码，或在 areas.csv 中补上。")
    _check_length(row, "wording", WORDING_LENGTH)
    _check_goals(row, "goal", goals)
    annex, number, step = (_whole(row, column) for column in ("annex", "number", "step"))
    measure, result, issued = _whole(row, "measure"), row.number("result_value"), _day(row, "issued")
    schedule = _schedule(row, _year(row))
    if annex is None or number is None or step is None or schedule is None or issued is None:
        return None
    try:
        return Task(
            **{column: row.cells[column] for column in TEXTS},
            annex=annex,
            number=number,
            step=step,
            lead_units=_parts(row, "lead_units"),
            support_units=_parts(row, "support_units"),
            schedule=schedule,
            issued=issued,
            # A number that could not be read has its fault already; 0 keeps the rest of the record in check.
            result_value=0.0 if result is None and row.cells["result_value"] else result,
            measure=measure,
        )
    except FaultsError as error:
        row.faults.extend(f"{row.place} {fault}" for fault in error.faults)
        return None


def _measure(row: Row, goals: set[str], expected: int) -> Measure | None:
    """Make the measure of a row; None, with faults recorded, if it cannot be made."""
    row.require(["number", "group", "group_number", "title"])
    _check_length(row, "title", TITLE_LENGTH)
    _check_goals(row, "goals", goals)
    number, group_number = _whole(row, "number"), _whole(row, "group_number")
    if number is not None and number != expected:
        row.fault("number", f"“{number}”应为{expected}，序号从1起连续。")
    if number is None or group_number is None:
        return None
    try:
        texts = {column: row.cells[column] for column in ("group", "title", "note")}
        return Measure(number=number, group_number=group_number, goals=_parts(row, "goals"), **texts)
    except FaultsError as error:
        row.faults.extend(f"{row.place} {fault}" for fault in error.faults)
        return None


def _year(row: Row) -> int | None:
    """Year of the list out of the id, whose other parts must be those of the row."""
    match = ID_FORM.fullmatch(row.cells["id"])
    if match is None:
        if row.cells["id"]:
            row.fault("id", f"“{row.cells['id']}”应写作 141030-2022-1-012-02：地区、年份、附件、序号、分项。")
        return None
    for column in ("area", "annex", "number", "step"):
        if row.cells[column] and match[column].lstrip("0") != row.cells[column]:
            row.fault("id", f"“{row.cells['id']}”与 {column} 列的“{row.cells[column]}”不符。")
    return int(match["year"])


def _schedule(row: Row, year: int | None) -> Schedule | None:
    """Schedule of a row; None, with a fault, if it cannot be read."""
    if year is None or not row.cells["schedule_text"]:
        return None
    try:
        return parse_schedule(row.cells["schedule_text"], year=year)
    except SchemaError as error:
        row.fault("schedule_text", str(error))
        return None


def _whole(row: Row, column: str) -> int | None:
    """Whole number from 1; None if empty or, with a fault, anything else."""
    text = row.cells[column]
    if re.fullmatch(r"[1-9][0-9]*", text):
        return int(text)
    if text:
        row.fault(column, f"“{text}”应为从1起的整数。")
    return None


def _day(row: Row, column: str) -> dt.date | None:
    """Day of a cell; None if empty or, with a fault, unparsable."""
    text = row.cells[column]
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    try:
        if match:
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        row.fault(column, f"“{text}”不存在，请核对日历。")
        return None
    if text:
        row.fault(column, f"“{text}”不是日期，应写作 2022-08-17。")
    return None


def _parts(row: Row, column: str) -> tuple[str, ...]:
    """Texts of a cell joined by semicolons."""
    return tuple(row.cells[column].split(";")) if row.cells[column] else ()


def _check_length(row: Row, column: str, limit: int) -> None:
    """Record a text that is not short."""
    if len(row.cells[column]) > limit:
        row.fault(column, f"共{len(row.cells[column])}字，应不超过{limit}字。")


def _check_goals(row: Row, column: str, goals: set[str]) -> None:
    """Record every goal the catalogue does not hold."""
    for goal in _parts(row, column):
        if goal not in goals:
            row.fault(column, f"没有编号为“{goal}”的目标。请核对 goals.csv。")
