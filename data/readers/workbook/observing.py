"""What was observed to the tables of observations and of counts, with the checks of every such table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from data.observations import COLUMNS, Fault, find_faults
from data.period_counts import make_counts
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.meaning import MEASURE_NAMES, Meaning
from data.readers.workbook.months import Observed, supplied_key
from data.readers.workbook.placed import Placed, ordinals, period_of
from data.readers.workbook.table_rules import PARTS
from forecasting.panel import ENTITY_TYPES


def observations_of(
    observed: Sequence[Observed], *, source: str, received_at: pd.Timestamp
) -> tuple[pd.DataFrame, list[Placed]]:
    """Make an Observations table of what is of one month.

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
    for one in _ordered(one for one in observed if one.first == one.last):
        area, entity, measure = one.series
        said = f"{source}；调整原因：{one.reason}" if one.reason else source
        rows.append((area, entity, one.last, measure, one.value, one.precision, "final", said, received_at))
        origins.append(one.source)
    table = pd.DataFrame(rows, columns=COLUMNS).astype(
        {"month": "period[M]", "value": float, "precision": float, "vintage": "datetime64[us]"}
    )
    return table, origins


def counts_of(observed: Sequence[Observed], *, source: str, received_at: pd.Timestamp) -> pd.DataFrame:
    """Make a table of what is of several months.

    Parameters
    ----------
    observed : sequence of Observed
    source : str
    received_at : pandas.Timestamp
        The vintage.

    Returns
    -------
    pandas.DataFrame
        Columns `data.period_counts.COUNT_COLUMNS`, in reading order.
    """
    return make_counts(
        [
            (
                *one.series[:2],
                one.first,
                one.last,
                one.series[2],
                one.value,
                one.precision,
                "final",
                source,
                received_at,
            )
            for one in _ordered(one for one in observed if one.first < one.last)
        ]
    )


def _ordered(observed: Iterable[Observed]) -> list[Observed]:
    """Sort by the cells they come from."""
    return sorted(
        observed, key=lambda one: (one.source.note.number, one.source.figure.row, one.source.figure.column, one.first)
    )


def checked(
    table: pd.DataFrame, origins: Sequence[Placed], placed: Sequence[Placed]
) -> tuple[pd.DataFrame, set[tuple[int, int, int]]]:
    """Run the checks of every observations table; note what they find at the cells it comes from.

    Parameters
    ----------
    table : pandas.DataFrame
    origins : sequence of Placed
        The cell of each row.
    placed : sequence of Placed
        Every figure of the file.

    Returns
    -------
    table : pandas.DataFrame
        Without the months before a hole that the user does not want.
    left_out : set of (int, int, int)
        Sheet, row and column of the cells of those.
    """
    if table.empty:
        return table, set()
    unwanted = np.zeros(len(table), bool)

    def place(row: int, column: str) -> str:  # noqa: ARG001 - one cell gives a whole row
        return origins[row].where

    for fault in find_faults(table, place):
        one = origins[fault.row]
        if not fault.missing:
            one.note.fault(one.figure.row, one.figure.column, fault.message)
        elif not _ask_missing(fault.missing, one.figure.meaning, placed) and _ask_hole(one, fault) == "newer":
            series = table[["area", "entity_type"]].iloc[fault.row]
            unwanted |= (
                (table[["area", "entity_type"]] == series).all(axis=1) & (table["month"] < fault.missing[0])
            ).to_numpy()
    left_out = [origins[row] for row in np.flatnonzero(unwanted).tolist()]
    for one in left_out:
        one.note.drop(one.figure.row, one.figure.column, "按您的答复，中间缺月之前的数不用")
    _ask_unlisted_types(table, origins)
    cells = {(one.note.number, one.figure.row, one.figure.column) for one in left_out}
    return table[~unwanted].reset_index(drop=True), cells


#: Answer to the question for a month that a sum leaves open: nobody knows it, the sum stands.
AS_ONE = "合计"


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
            f"{period_of(first)} 和 {period_of(last)} 合为一数（{placed.figure.value:.10g}），前后各月都有数。"
            f"{covered[0]} {MEASURE_NAMES[measure]}是多少？",
            [(AS_ONE, "没有分月的数，合为一数记入")],
            takes_text="count",
            is_lasting=False,
        )
        asked = True
    return asked


def _ask_hole(one: Placed, fault: Fault) -> str | None:
    """Ask, once a table, what months with a hole before them are: last year's beside this year's, or one forgotten."""
    return one.note.ask(
        # A hole of another length next month is another question.
        f"{one.key}|缺月|{len(fault.missing)}",
        one.figure.row,
        one.figure.column,
        f"{fault.message}若之前的数只作对比，或中间各月已经录入，请在这里选：",
        [("newer", "之前的数只作对比，不用"), ("both", "都用，中间各月已经录入")],
    )


def _ask_unlisted_types(table: pd.DataFrame, origins: Sequence[Placed]) -> None:
    """Ask whether a sum is of all types, where it is no more than the one or two types listed beside it."""
    kinds = set(table["entity_type"])
    if "all" not in kinds or kinds.issuperset(PARTS) or kinds.isdisjoint(PARTS):
        return
    keys = ["area", "month", "measure"]
    wide = table.assign(row=np.arange(len(table))).pivot_table(
        index=keys, columns="entity_type", values="value", aggfunc="first", observed=True
    )
    listed = [part for part in PARTS if part in wide]
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
