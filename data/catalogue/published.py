"""Published counts of market entities: real, few, irregular, each with its address and the rounding of its figure.

A figure v printed to the nearest 2p lies within v - p .. v + p; p is its `precision`. A count of another basis than the
register's (a census, a private data firm) has another indicator, so that no one adds it to the register's.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from data.catalogue.areas import is_known
from data.catalogue.rows import Row, check_keys_unique, raise_faults, rows_of
from data.catalogue.tables import FOLDER, read_table
from forecasting.panel import ENTITY_TYPES

COLUMNS = [
    "area", "indicator", "entity_type", "measure", "period_kind", "period_start", "period_end", "value", "unit",
    "precision", "yoy", "source_url", "note",
]  # fmt: skip
REQUIRED = [column for column in COLUMNS if column not in ("yoy", "note")]
KEY = ["area", "indicator", "entity_type", "measure", "period_start", "period_end"]
MEASURES = ("stock", "entries", "exits", "net", "target", "other")
#: Length in months of each kind of period; a point is the end of its month.
PERIOD_MONTHS = {"point": 1, "month": 1, "5months": 5, "half": 6, "8months": 8, "9months": 9, "year": 12}


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


def _check(row: Row) -> None:
    """Record every fault of a row."""
    row.require(REQUIRED)
    if not is_known(row.cells["area"]):
        row.fault("area", f"没有代码为“{row.cells['area']}”的地区。")
    allowed = {"entity_type": ENTITY_TYPES, "measure": MEASURES, "period_kind": PERIOD_MONTHS}
    for column, values in allowed.items():
        if row.cells[column] not in values:
            row.fault(column, f"“{row.cells[column]}”不在 {'、'.join(values)} 之内。")
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
