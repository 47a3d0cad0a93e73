"""Observed months to the Observations table, with the checks of every such table and the cells they find fault with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.observations import COLUMNS, find_faults
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.meaning import MEASURE_NAMES, Meaning
from data.readers.workbook.months import Observed, Placed, ordinals, period_of, supplied_key
from data.readers.workbook.table_rules import PARTS
from forecasting.panel import ENTITY_TYPES


def observations_of(
    observed: Sequence[Observed], *, source: str, received_at: pd.Timestamp
) -> tuple[pd.DataFrame, list[Placed]]:
    """Make an Observations table.

    Parameters
    ----------
    observed : sequence of Observed
    source : str
    received_at : pandas.Timestamp
        The vintage.

    Returns
    -------
    table : pandas.DataFrame
        Columns `data.observations.COLUMNS`, in reading order.
    origins : list of Placed
        The cell of each row.
    """
    rows, origins = [], []
    for one in sorted(
        observed, key=lambda o: (o.source.note.number, o.source.figure.row, o.source.figure.column, o.month)
    ):
        area, entity, measure = one.series
        rows.append((area, entity, one.month, measure, one.value, one.precision, "final", source, received_at))
        origins.append(one.source)
    table = pd.DataFrame(rows, columns=COLUMNS).astype(
        {"month": "period[M]", "value": float, "precision": float, "vintage": "datetime64[us]"}
    )
    return table, origins


def check_table(table: pd.DataFrame, origins: Sequence[Placed], placed: Sequence[Placed]) -> None:
    """Run the checks of every observations table; note what they find at the cells it comes from.

    Parameters
    ----------
    table : pandas.DataFrame
    origins : sequence of Placed
        The cell of each row.
    placed : sequence of Placed
        Every figure of the file.
    """
    if table.empty:
        return

    def place(row: int, column: str) -> str:  # noqa: ARG001 - one cell gives a whole row
        return origins[row].where

    for fault in find_faults(table, place):
        one = origins[fault.row]
        if fault.missing and _ask_missing(fault.missing, origins[fault.row].figure.meaning, placed):
            continue
        one.note.fault(one.figure.row, one.figure.column, fault.message)
    _ask_unlisted_types(table, origins)


def _ask_missing(missing: Sequence[pd.Period], of: Meaning, figures: Sequence[Placed]) -> bool:
    """Ask for the months that a sum of several left open, where they leave a gap."""
    asked = False
    for placed in figures:
        meaning, (first, last) = placed.figure.meaning, ordinals(placed.figure)
        same = (meaning.area, meaning.entity) == (of.area, of.entity)
        measure = "exits" if meaning.measure in ("cancel", "revoke") else meaning.measure
        covered = [month for month in missing if first < last and period_of(first) <= month <= period_of(last)]
        if not same or measure not in ("entries", "exits") or last - first != 1 or not covered:
            continue
        key = supplied_key((meaning.area or "", meaning.entity or "", measure), covered[0])
        placed.note.ask(
            key.removeprefix("!"),
            placed.figure.row,
            placed.figure.column,
            f"{period_of(first)} 和 {period_of(last)} 合为一数（{placed.figure.value:.10g}），前后各月都有数，"
            f"中间不能空缺。"
            f"{covered[0]} {MEASURE_NAMES[measure]}是多少？",
            [],
            takes_text="count",
            is_lasting=False,
        )
        asked = True
    return asked


def _ask_unlisted_types(table: pd.DataFrame, origins: Sequence[Placed]) -> None:
    """Ask whether a sum is of all types, where it is no more than the one or two types listed beside it."""
    keys = ["area", "month", "measure"]
    wide = table.assign(row=np.arange(len(table))).pivot_table(
        index=keys, columns="entity_type", values="value", aggfunc="first", observed=True
    )
    if "all" not in wide:
        return
    listed = [part for part in PARTS if part in wide]
    if not listed or len(listed) == len(PARTS):
        return
    both = wide.dropna(subset=["all", *listed])
    equal = both[(both[listed].sum(axis=1) - both["all"]).abs() < 1e-6]
    if both.empty or len(equal) < len(both) or float(both["all"].sum()) == 0:
        return
    area, month, measure = equal.index[0]
    rows = table[
        (table["area"] == area)
        & (table["month"] == month)
        & (table["measure"] == measure)
        & (table["entity_type"] == "all")
    ]
    one = origins[int(rows.index[0])]
    names = "、".join(ENTITY_TYPES[part] for part in listed)
    absent = "、".join(ENTITY_TYPES[part] for part in PARTS if part not in listed)
    one.note.ask(
        f"{one.key}|合计口径",
        one.figure.row,
        one.figure.column,
        f"合计恰等于{names}之和，表中没有{absent}。这个合计是全部市场主体吗？",
        [("all", "是，全部市场主体"), (IGNORE, "不是，不用合计")],
    )
