"""What is stated: the areas there are, and the goals of the catalogue, of publications and of users."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd

from data.catalogue import load_areas, load_goals, published_goals
from data.catalogue.goals import COLUMNS as GOAL_COLUMNS
from data.catalogue.goals import parse_goals
from data.catalogue.tables import read_table
from data.store import Store
from forecasting.errors import SchemaError
from targets.goal import Goal
from workflow.stamps import now


@cache
def known_areas() -> Mapping[str, str]:
    """Return the Chinese name of every area of the catalogue.

    Returns
    -------
    mapping of str to str
        Code -> name.
    """
    areas = load_areas()
    return dict(zip(areas["code"], areas["name"], strict=True))


@cache
def parents() -> Mapping[str, str]:
    """Return the area that each area of the catalogue is part of.

    Returns
    -------
    mapping of str to str
        Code -> code of the area around it; empty text where there is none.
    """
    areas = load_areas()
    return dict(zip(areas["code"], areas["parent"], strict=True))


def add_goals(store: Store, path: Path) -> tuple[Goal, ...]:
    """Add users' goals from a CSV file; a goal with the id of an earlier one replaces it.

    Parameters
    ----------
    store : Store
    path : pathlib.Path
        Columns as `data/catalogue/goals.csv`.

    Returns
    -------
    tuple of Goal

    Raises
    ------
    BeizengError
        With every fault of the file; nothing is stored then.
    """
    table = read_table(path, GOAL_COLUMNS)
    goals = parse_goals(table, path.name)
    if not goals:
        raise SchemaError(f"{path.name} 只有列名，没有目标。请至少填写一行。")
    store.save_goals([{str(k): str(v) for k, v in row.items()} for row in table.to_dict("records")], saved_at=now())
    return goals


def all_goals(store: Store) -> tuple[Goal, ...]:
    """Return the goals of the catalogue, those published among the counts, and users', who may restate any of them.

    Parameters
    ----------
    store : Store

    Returns
    -------
    tuple of Goal
    """
    # One by one, oldest first: each was checked when it came in, and the newest statement of a promise holds.
    own = [parse_goals(pd.DataFrame([row], columns=GOAL_COLUMNS), "自设目标")[0] for row in store.goal_records()]
    by_id = {goal.id: goal for goal in (*load_goals(), *published_goals(), *own)}
    # By promise too: a promise restated under another id must not be judged twice.
    return tuple({goal.promise: goal for goal in by_id.values()}.values())
