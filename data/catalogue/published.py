"""Published counts of market entities: real, few, irregular, each with its address and the rounding of its figure.

A figure v printed to the nearest 2p lies within v - p .. v + p; p is its `precision`. A count of another basis than the
register's (a census, a private data firm) has another indicator, so that no one adds it to the register's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from typing import Any

import pandas as pd

from data.catalogue.areas import is_known
from data.catalogue.rows import Row, check_keys_unique, raise_faults, rows_of
from data.catalogue.tables import FOLDER, read_table
from forecasting.panel import ENTITY_TYPES
from forecasting.sparse.counts import COUNT_COLUMNS, COUNT_MEASURES, Count
from targets.goal import ENTRIES_INDICATOR, STOCK_INDICATOR, Goal

COLUMNS = [
    "area", "indicator", "entity_type", "measure", "period_kind", "period_start", "period_end", "value", "unit",
    "precision", "yoy", "source_url", "note",
]  # fmt: skip
REQUIRED = [column for column in COLUMNS if column not in ("yoy", "note")]
KEY = ["area", "indicator", "entity_type", "measure", "period_start", "period_end"]
MEASURES = ("stock", "entries", "exits", "net", "target", "other")
#: Length in months of each kind of period; a point is the end of its month.
PERIOD_MONTHS = {"point": 1, "month": 1, "5months": 5, "half": 6, "8months": 8, "9months": 9, "year": 12}
#: Indicator of a published goal -> indicator, kind and name of the goal, and its verb.
PROMISED = {
    "net_increase": (STOCK_INDICATOR, "increment", "市场主体总数增量", "净增"),
    "new_registrations": (ENTRIES_INDICATOR, "count", "新设市场主体", "新设"),
}
#: How a note states the growth of a stock since the end of an earlier year, in per cent.
SINCE_YEAR_END = re.compile(r"比(\d{4})年末增长([0-9.]+)%")


@cache
def load_published() -> pd.DataFrame:
    """Load the published counts.

    Returns
    -------
    pandas.DataFrame
        Columns of `COLUMNS`: period_start and period_end are periods of frequency M, value, precision and yoy floats
        (yoy a fraction, NaN where not stated), the rest str. Shared between callers: copy it before changing it.

    Raises
    ------
    FaultsError
        With every fault of every row.
    """
    path = FOLDER / "published_counts.csv"
    table = read_table(path, COLUMNS)
    rows = list(rows_of(table, path.name))
    check_keys_unique(rows, KEY)
    for row in rows:
        _check(row)
    raise_faults(rows, path.name)
    months = {name: pd.PeriodIndex(table[name], freq="M") for name in ("period_start", "period_end")}
    numbers = {name: pd.to_numeric(table[name].where(table[name] != "")) for name in ("value", "precision", "yoy")}
    return table.assign(**months, **{name: column.astype(float) for name, column in numbers.items()})


def counts_from_published(areas: Sequence[str] | None = None, *, until: pd.Period | None = None) -> pd.DataFrame:
    """Turn the published counts of market entities into counts to project from, stated growth included.

    A stock or flow v that is g above that of a year before, or of the end of the year a note names, tells that one too:
    v / (1 + g). Its half-width adds that of v and of g, which was printed to the digits it shows.

    Parameters
    ----------
    areas : sequence of str, optional
        Codes; default all.
    until : pandas.Period, optional
        Leave out figures of periods that end later, and what their growth tells of earlier ones; default none.

    Returns
    -------
    pandas.DataFrame
        Columns of `forecasting.sparse.COUNT_COLUMNS`. Only the register's own entities: other indicators count on
        another basis.
    """
    table = load_published()
    table = table[(table["indicator"] == STOCK_INDICATOR) & table["measure"].isin(list(COUNT_MEASURES))]
    if areas is not None:
        table = table[table["area"].isin(list(areas))]
    if until is not None:
        table = table[table["period_end"] <= until]
    counts = [count for row in table.to_dict("records") for count in _counts_of(row)]
    return pd.DataFrame([asdict(count) for count in counts], columns=COUNT_COLUMNS)


@cache
def published_goals() -> tuple[Goal, ...]:
    """Return the yearly goals among the published counts: net increase of the stock, and new registrations.

    Returns
    -------
    tuple of Goal
        In the order of the file. The base is the end of the month before the period.
    """
    return tuple(_goal(row) for row in load_published().to_dict("records") if row["measure"] == "target")


def _goal(row: Mapping[Any, Any]) -> Goal:
    indicator, kind, name, verb = PROMISED[row["indicator"]]
    year = row["period_end"].year
    return Goal(
        id=f"{row['area']}-{indicator}-{year}-{kind}",
        area=row["area"],
        entity_type=row["entity_type"],
        indicator=indicator,
        indicator_name=name,
        kind=kind,
        value=row["value"],
        unit=row["unit"],
        comparison="at_least",
        deadline=row["period_end"],
        base_month=row["period_start"] - 1,
        article=row["source_url"],
        wording=f"{year}年{verb}{row['value'] / 1e4:g}万{row['unit']}",
        note=row["note"],
    )


def _counts_of(row: Mapping[Any, Any]) -> Iterator[Count]:
    """Give the count a row states, and those its growth implies."""
    count = Count(
        area=row["area"],
        entity_type=row["entity_type"],
        measure=row["measure"],
        start=row["period_start"],
        end=row["period_end"],
        value=row["value"],
        precision=row["precision"],
    )
    yield count
    if not pd.isna(row["yoy"]):
        # Printed in per cent: 0.082 is 8.2 %, give or take 0.05.
        yield _before(count, f"{row['yoy'] * 100:.10g}", count.start - 12, count.end - 12)
    stated = SINCE_YEAR_END.search(row["note"]) if count.measure == "stock" else None
    if stated:
        december = pd.Period(f"{stated[1]}-12", freq="M")
        yield _before(count, stated[2], december, december)


def _before(count: Count, per_cent: str, start: pd.Period, end: pd.Period) -> Count:
    """Return the count of an earlier period, above which `count` is by so many per cent as printed."""
    growth, error = float(per_cent) / 100.0, 0.5 * 10.0 ** -len(per_cent.partition(".")[2]) / 100.0
    value = count.value / (1.0 + growth)
    return replace(count, start=start, end=end, value=value, precision=(count.precision + value * error) / (1 + growth))


def _check(row: Row) -> None:
    """Record every fault of a row."""
    row.require(REQUIRED)
    if not is_known(row.cells["area"]):
        row.fault("area", f"没有代码为“{row.cells['area']}”的地区。")
    allowed = {"entity_type": ENTITY_TYPES, "measure": MEASURES, "period_kind": PERIOD_MONTHS}
    for column, values in allowed.items():
        if row.cells[column] not in values:
            row.fault(column, f"“{row.cells[column]}”不在 {'、'.join(values)} 之内。")
    if row.cells["measure"] == "target" and row.cells["indicator"] not in PROMISED:
        row.fault("indicator", f"目标的“{row.cells['indicator']}”不在 {'、'.join(PROMISED)} 之内。")
    value, precision = row.number("value"), row.number("precision")
    row.number("yoy")
    if value is not None and value < 0:
        row.fault("value", f"{value:g} 应为不小于0的数。")
    if precision is not None and precision <= 0:
        row.fault("precision", f"{precision:g} 应为大于0的数。")
    start, end, kind = row.month("period_start"), row.month("period_end"), row.cells["period_kind"]
    if start is not None and end is not None and kind in PERIOD_MONTHS:
        months = len(pd.period_range(start, end, freq="M"))
        if months != PERIOD_MONTHS[kind]:
            row.fault("period_end", f"{start} 至 {end} 共{months}个月，与 {kind} 不符。")
