"""Goals from a CSV: the built-in promises of the five documents, or a file of the user's own with the same columns.

A file is taken whole or refused with every fault: what the cells break here, what the record breaks in `targets.goal`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from data.catalogue.areas import is_known
from data.catalogue.rows import Row, check_keys_unique, raise_faults, rows_of
from data.catalogue.tables import FOLDER, read_table
from forecasting.errors import FaultsError
from targets.goal import Goal

REQUIRED = [
    "id", "area", "entity_type", "indicator", "indicator_name", "kind", "value", "unit", "comparison", "deadline",
]  # fmt: skip
COLUMNS = [
    *REQUIRED, "base_month", "base_value", "base_origin", "milestones", "document_title", "document_number", "article",
    "wording", "is_headline", "note",
]  # fmt: skip
#: Taken over as written.
TEXTS = [
    "id", "area", "entity_type", "indicator", "indicator_name", "kind", "unit", "comparison", "base_origin",
    "document_title", "document_number", "article", "wording", "note",
]  # fmt: skip
BASE_ORIGINS = ("", "stated", "derived", "data")
#: Stands in for a deadline or value that cannot be read, so that the rest of the record is still checked.
UNREAD_DEADLINE = pd.Period("2060-12", freq="M")
UNREAD_VALUE = 0.0


def read_goals(path: Path) -> tuple[Goal, ...]:
    """Read goals from a CSV file.

    Parameters
    ----------
    path : pathlib.Path
        UTF-8, with the columns of `COLUMNS`; months as 2025-12, fractions as fractions, milestones as
        `2022-12:7961;2023-12:9000`. Further columns are left out.

    Returns
    -------
    tuple of Goal
        In file order.

    Raises
    ------
    SchemaError
        If the file cannot be read as a table.
    FaultsError
        With every fault of every row, each naming file, row and column.
    """
    path = Path(path)
    return parse_goals(read_table(path, COLUMNS), path.name)


def parse_goals(table: pd.DataFrame, name: str) -> tuple[Goal, ...]:
    """Make the goals of a table of text cells.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns `COLUMNS`, of str.
    name : str
        File name shown in faults.

    Returns
    -------
    tuple of Goal
        In the order of the rows.

    Raises
    ------
    FaultsError
        With every fault of every row, each naming file, row and column.
    """
    rows = list(rows_of(table, name))
    check_keys_unique(rows, ["id"])
    # Two statements of one promise under two ids would be judged twice, and could contradict each other unseen.
    check_keys_unique(rows, ["area", "entity_type", "indicator", "kind", "deadline"])
    goals = [_goal(row) for row in rows]
    raise_faults(rows, name)
    return tuple(goal for goal in goals if goal is not None)


@cache
def load_goals() -> tuple[Goal, ...]:
    """Load the goals of the five documents.

    Returns
    -------
    tuple of Goal
        In the order of the file: by document, as they stand in it.
    """
    return read_goals(FOLDER / "goals.csv")


def _goal(row: Row) -> Goal | None:
    """Make the goal of a row; None, with faults recorded, if the record itself is at fault."""
    row.require(REQUIRED)
    if row.cells["id"] and not row.cells["id"].isascii():
        row.fault("id", f"“{row.cells['id']}”应只含英文字母、数字和连字符。")
    if row.cells["area"] and not is_known(row.cells["area"]):
        row.fault("area", f"没有代码为“{row.cells['area']}”的地区。请核对代码，或在 areas.csv 中补上。")
    if row.cells["base_origin"] not in BASE_ORIGINS:
        row.fault("base_origin", f"“{row.cells['base_origin']}”应为 stated、derived、data 或留空。")
    value, deadline, base_month = row.number("value"), row.month("deadline"), row.month("base_month")
    base_value, milestones, is_headline = row.number("base_value"), row.steps("milestones"), row.flag("is_headline")
    # A base that cannot be compared with what was read is left out: its own fault is recorded already.
    is_base_comparable = value is not None and (base_month is not None or not row.cells["base_month"])
    try:
        return Goal(
            **{column: row.cells[column] for column in TEXTS},
            value=UNREAD_VALUE if value is None else value,
            deadline=UNREAD_DEADLINE if deadline is None else deadline,
            base_month=base_month,
            base_value=base_value if is_base_comparable else None,
            milestones=milestones,
            is_headline=bool(is_headline),
        )
    except FaultsError as error:
        row.faults.extend(f"{row.place} {fault}" for fault in error.faults)
        return None
