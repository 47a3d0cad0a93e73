"""The Observations table: what was known about which month, and when it was known.

One row says: on `vintage`, the `measure` of `entity_type` in `area` for `month` was `value`, rounded to ± `precision`.
Each rule below is one named function; all of them run, and every fault found is reported at once. Whether stock and
flows close is not asked here: the terms may come from several files, so `forecasting.panel.Panel` asks it of the series
that are put together from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import FaultsError
from forecasting.panel import ENTITY_TYPES, MEASURES

COLUMNS = ["area", "entity_type", "month", "measure", "value", "precision", "status", "source", "vintage"]
KEY = ["area", "entity_type", "month", "measure", "vintage"]
STATUSES = {"final": "正式", "preliminary": "初步", "simulated": "模拟", "published": "公布"}
TEXTS = ["area", "entity_type", "measure", "status", "source"]
PARTS = [name for name in ENTITY_TYPES if name != "all"]
#: What summing large floats can leave, never what a missing entity can.
SUM_TOLERANCE = 1e-6

#: Name of the place a row and a column of the table came from, in Chinese.
Place = Callable[[int, str], str]


@dataclass(frozen=True)
class Fault:
    """One fault of one row.

    Parameters
    ----------
    row : int
        Position in the table, from 0.
    column : str
        The column of `COLUMNS` that is at fault.
    message : str
        Chinese, without the place.
    missing : tuple of pandas.Period
        The months that are not there, for a gap.
    """

    row: int
    column: str
    message: str
    missing: tuple[pd.Period, ...] = ()


def check_observations(table: pd.DataFrame, *, is_whole: bool = True) -> None:
    """Check a table of observations against every rule.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns `COLUMNS`.
    is_whole : bool
        Whether it is all there is: then a month missing between others is a fault. Of a table that is laid over others
        the store asks that when they are put together.

    Raises
    ------
    FaultsError
        Naming every row at fault.
    """
    faults = list(check_columns(table))
    if not faults:
        rows = table.reset_index(drop=True)

        def place(row: int, column: str) -> str:  # noqa: ARG001 - a table has rows, not cells
            return f"第{row + 1}行（{_series_name(rows, row)} {_measure_name(rows, row)}）"

        faults = [
            f"{place(fault.row, fault.column)}：{fault.message}"
            for fault in find_faults(rows, place)
            if is_whole or not fault.missing
        ]
    if faults:
        raise FaultsError(faults, "观测数据有误")


def is_covered(fault: Fault, table: pd.DataFrame, counts: pd.DataFrame) -> bool:
    """Whether a fault is a hole each month of which lies in some count of several months of the series.

    Parameters
    ----------
    fault : Fault
    table : pandas.DataFrame
        The table it is of.
    counts : pandas.DataFrame
        See `data.period_counts`.

    Returns
    -------
    bool
    """
    series = table.iloc[fault.row]
    own = counts[(counts["area"] == series["area"]) & (counts["entity_type"] == series["entity_type"])]
    held = (((own["start"] <= month) & (own["end"] >= month)).any() for month in fault.missing)
    return bool(fault.missing) and all(held)


def find_faults(table: pd.DataFrame, place: Place) -> list[Fault]:
    """Run every check of `CHECKS` on a table that has the right columns.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns `COLUMNS`, index 0 to n − 1.
    place : callable
        Names a row and column, for messages which speak of another row.

    Returns
    -------
    list of Fault
        In the order of the rows.
    """
    return sorted((fault for check in CHECKS for fault in check(table, place)), key=lambda fault: fault.row)


def check_columns(table: pd.DataFrame) -> Iterator[str]:
    """Yield a fault for each column missing, unexpected, of the wrong kind or with an empty cell.

    Parameters
    ----------
    table : pandas.DataFrame

    Yields
    ------
    str
        Chinese.
    """
    absent = [name for name in COLUMNS if name not in table.columns]
    unknown = [str(name) for name in table.columns if name not in COLUMNS]
    if absent:
        yield f"缺少列：{'、'.join(absent)}。应有：{'、'.join(COLUMNS)}。"
    if unknown:
        yield f"多出列：{'、'.join(unknown)}。应有：{'、'.join(COLUMNS)}。"
    if not table.columns.is_unique:
        yield "有同名的列。"
    if absent or unknown or not table.columns.is_unique:
        return
    kinds = {
        "month": (table["month"].dtype == "period[M]", "按月的期间"),
        "vintage": (pd.api.types.is_datetime64_dtype(table["vintage"].dtype), "不带时区的日期时间"),
        "value": (table["value"].dtype == np.float64, "浮点数"),
        "precision": (table["precision"].dtype == np.float64, "浮点数"),
    }
    for name, (is_right, expected) in kinds.items():
        if not is_right:
            yield f"列 {name} 应为{expected}，现为 {table[name].dtype}。"
    for name in dict.fromkeys([*KEY, *TEXTS]):
        rows = np.flatnonzero(table[name].isna() | (table[name] == "" if name in TEXTS else False))
        if len(rows):
            yield f"列 {name} 在第{'、'.join(str(row + 1) for row in rows[:5])}行为空（共{len(rows)}处）。"


def check_words_known(table: pd.DataFrame, place: Place) -> Iterator[Fault]:  # noqa: ARG001
    """Yield a fault for each entity type, measure or status outside its list."""
    for name, words in {"entity_type": ENTITY_TYPES, "measure": MEASURES, "status": STATUSES}.items():
        for row in np.flatnonzero(~table[name].isin(list(words))):
            held = table[name].iloc[row]
            yield Fault(int(row), name, f"{name} 为“{held}”，应为 {'、'.join(words)} 之一。")


def check_values_finite(table: pd.DataFrame, place: Place) -> Iterator[Fault]:  # noqa: ARG001
    """Yield a fault for each value that is not a number, and each precision that is not one or is negative."""
    for row in np.flatnonzero(~np.isfinite(table["value"])):
        yield Fault(int(row), "value", f"数值不是有限的数（{table['value'].iloc[row]}）。没有数据的不要列入。")
    for row in np.flatnonzero(~(np.isfinite(table["precision"]) & (table["precision"] >= 0))):
        yield Fault(int(row), "precision", f"精度应为不小于 0 的数，现为 {table['precision'].iloc[row]:g}。")


def check_counts_not_negative(table: pd.DataFrame, place: Place) -> Iterator[Fault]:  # noqa: ARG001
    """Yield a fault for each negative count; an adjustment may be negative."""
    for row in np.flatnonzero((table["value"] < 0) & (table["measure"] != "adjustment")):
        yield Fault(
            int(row),
            "value",
            f"{_measure_name(table, int(row))}户数为负（{table['value'].iloc[row]:.10g}）。"
            "请核对后重新上传；若为冲减，请在“调整”列填写并注明原因。",
        )


def check_rows_unique(table: pd.DataFrame, place: Place) -> Iterator[Fault]:
    """Yield a fault for each month said again at the same vintage, naming where it was said first."""
    is_repeat = table.duplicated(KEY).to_numpy()
    if not is_repeat.any():
        return
    # Groups are numbered in order of first appearance, as are the rows that repeat nothing.
    firsts = np.flatnonzero(~is_repeat)[table.groupby(KEY, sort=False).ngroup().to_numpy()]
    repeats: dict[tuple[str, str], list[int]] = {}
    for row in np.flatnonzero(is_repeat):
        # Several measures of one row of a file repeat together: one fault, not three.
        pair = (place(int(row), "month"), place(int(firsts[row]), "month"))
        repeats.setdefault(pair, []).append(int(row))
    for (_, first), rows in repeats.items():
        measures = "、".join(dict.fromkeys(_measure_name(table, row) for row in rows))
        yield Fault(
            rows[0],
            "month",
            f"{_series_name(table, rows[0])} 重复：{measures}已见于{first}。"
            "请只保留一处；若为更正，请填写不同的数据日期。",
        )


def check_months_contiguous(table: pd.DataFrame, place: Place) -> Iterator[Fault]:  # noqa: ARG001
    """Yield a fault for each gap between two months of an area and type in which nothing was observed.

    A month counts as there when its stock, entries or exits is. Published counts are few and irregular by nature, and
    the stock alone may be reported at the ends of quarters: between months that are known from these alone there is no
    gap.
    """
    counts = table[table["measure"] != "adjustment"]
    if counts.empty:
        return
    # Arrays, for this is asked of many small tables, on which pandas' groups take ten times as long.
    series = pd.factorize(counts["area"].astype(str) + counts["entity_type"].astype(str))[0]
    ordinals = counts["month"].astype("int64").to_numpy()
    is_sparse = (counts["status"] == "published").to_numpy()
    is_quarterly = is_sparse | ((counts["measure"] == "stock").to_numpy() & ((ordinals + 1) % 3 == 0))
    order = np.lexsort((ordinals, series))
    series, ordinals, rows = series[order], ordinals[order], counts.index.to_numpy()[order]
    begins = np.flatnonzero((np.diff(series, prepend=-1) != 0) | (np.diff(ordinals, prepend=ordinals[0] - 1) != 0))
    series, ordinals, rows = series[begins], ordinals[begins], np.minimum.reduceat(rows, begins)
    is_monthly, is_between = (np.logical_or.reduceat(~one[order], begins) for one in (is_sparse, is_quarterly))
    is_gap = (series[1:] == series[:-1]) & (np.diff(ordinals) > 1)
    is_gap &= is_monthly[1:] & is_monthly[:-1] & (is_between[1:] | is_between[:-1])
    for at in np.flatnonzero(is_gap):
        start, end = (pd.Period(ordinal=int(ordinal), freq="M") for ordinal in (ordinals[at] + 1, ordinals[at + 1] - 1))
        row, missing = int(rows[at + 1]), tuple(pd.period_range(start, end, freq="M"))
        span = "、".join(str(month) for month in missing) if len(missing) < 4 else f"{start} 至 {end}"
        yield Fault(
            row,
            "month",
            f"{_series_name(table, row)} 之前缺少 {span}（共{len(missing)}个月）。"
            "月份须连续，请补登后重新上传；若本行月份有误，请更正。",
            missing,
        )


def check_parts_sum_to_total(table: pd.DataFrame, place: Place) -> Iterator[Fault]:  # noqa: ARG001
    """Yield a fault for each total that its three parts, where all are given, do not add up to."""
    index = ["area", "month", "measure", "vintage"]
    if not {"all", *PARTS} <= set(table["entity_type"]):
        return
    firsts = table.drop_duplicates(KEY)
    sums = firsts[firsts["entity_type"] == "all"].set_index(index)[["value", "precision"]]
    sums = sums.assign(row=firsts.index[firsts["entity_type"] == "all"])
    for part in PARTS:
        # Inner: a total of which one part is not given is not checked.
        of_part = firsts[firsts["entity_type"] == part].set_index(index)[["value", "precision"]]
        sums = sums.join(of_part.add_suffix(f"_{part}"), how="inner")
    parts = sums[[f"value_{part}" for part in PARTS]].to_numpy(dtype=float)
    allowed = sums[["precision", *(f"precision_{part}" for part in PARTS)]].to_numpy(dtype=float).sum(axis=1)
    gaps = sums["value"].to_numpy(dtype=float) - parts.sum(axis=1)
    for at in np.flatnonzero(np.abs(gaps) > allowed + SUM_TOLERANCE):
        row, gap = int(sums["row"].iloc[at]), gaps[at]
        terms = " + ".join(f"{ENTITY_TYPES[part]}{value:.10g}" for part, value in zip(PARTS, parts[at], strict=True))
        yield Fault(
            row,
            "value",
            f"{_series_name(table, row)} {_measure_name(table, row)}合计与分项不符：{terms}"
            f" = {parts[at].sum():.10g}，全部为{table['value'].iloc[row]:.10g}，"
            f"差 {'+' if gap > 0 else '−'}{abs(gap):.10g}。请核对后更正。",
        )


def check_vintages_not_before_months(table: pd.DataFrame, place: Place) -> Iterator[Fault]:  # noqa: ARG001
    """Yield a fault for each observation known before its month began."""
    for row in np.flatnonzero(table["vintage"] < table["month"].dt.start_time):
        vintage, month = table["vintage"].iloc[row], table["month"].iloc[row]
        yield Fault(int(row), "vintage", f"数据日期 {vintage:%Y-%m-%d} 早于所属月份 {month}。请核对数据日期和月份。")


CHECKS: list[Callable[[pd.DataFrame, Place], Iterator[Fault]]] = [
    check_words_known,
    check_values_finite,
    check_counts_not_negative,
    check_rows_unique,
    check_months_contiguous,
    check_parts_sum_to_total,
    check_vintages_not_before_months,
]


def _series_name(table: pd.DataFrame, row: int) -> str:
    kind = str(table["entity_type"].iloc[row])
    return f"{table['area'].iloc[row]} {ENTITY_TYPES.get(kind, kind)} {table['month'].iloc[row]}"


def _measure_name(table: pd.DataFrame, row: int) -> str:
    measure = str(table["measure"].iloc[row])
    return MEASURES.get(measure, measure)
