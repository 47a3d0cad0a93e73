"""Counts of several months against what is held already: the months they tell, and whether they agree.

A file of June says 1—6月 750, and 1—5月 628 was kept from the file of May: June is 122. A count whose months are all
held says nothing new, but must add up; where it does not, an earlier month was revised or mistaken, and that is said.
A month told by subtraction is no more than the sums it was told from: it is told anew when one of them is put right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from data.observations import COLUMNS
from data.period_counts import COUNT_MEASURES, TO, make_counts
from data.readers.workbook.spans import SLACK, Part, Sum, solve
from forecasting.panel import ENTITY_TYPES

SERIES = ["area", "entity_type", "measure"]
#: Months before and after a count of which what is held has a part in it.
REACH = 12
#: What the source of a month says that was told by subtraction.
TOLD = "；由累计相减（"


@dataclass(frozen=True, eq=False)
class Parted:
    """What counts say beside what is held.

    Parameters
    ----------
    months : pandas.DataFrame
        Observations that follow from the counts and what is held.
    counts : pandas.DataFrame
        Counts that say something the months do not.
    remarks : tuple of str
        Chinese: what was subtracted, and what does not agree.
    """

    months: pd.DataFrame
    counts: pd.DataFrame
    remarks: tuple[str, ...]


def part(
    counts: pd.DataFrame, own: pd.DataFrame, held: pd.DataFrame, held_counts: pd.DataFrame, *, names: dict[str, str]
) -> Parted:
    """Hold counts against what is known.

    Parameters
    ----------
    counts : pandas.DataFrame
        Of a file, see `data.period_counts`.
    own : pandas.DataFrame
        Observations of the same file.
    held : pandas.DataFrame
        Observations known already.
    held_counts : pandas.DataFrame
        Counts known already.
    names : dict of str to str
        Area code -> name.

    Returns
    -------
    Parted
    """
    monthly = pd.concat([held[held["status"] != "simulated"], own]) if len(held) else own
    # What the file says of a month holds against what was known of it.
    monthly = monthly.drop_duplicates([*SERIES, "month"], keep="last")
    rows: list[tuple[object, ...]] = []
    kept: list[int] = []
    remarks: list[str] = []
    flows = counts[counts["measure"] != "net"]
    for series in dict.fromkeys(zip(*(flows[name] for name in SERIES), strict=True)):
        mine = _of(flows, series)
        first, last = mine["start"].min() - REACH, mine["end"].max() + REACH
        months = _of(monthly, series)
        months = months[months["month"].between(first, last)]
        is_told = months["source"].str.contains(TOLD, regex=False).astype(bool)
        before = {at.ordinal: value for at, value in months.loc[is_told, ["month", "value"]].itertuples(index=False)}
        months = months[~is_told]
        earlier = _of(held_counts, series)
        earlier = earlier[(earlier["start"] >= first) & (earlier["end"] <= last)]
        earlier = earlier[~_is_said(earlier, mine)]
        sums = list(_sums(months, "month", "month", 0))
        sums += _sums(earlier, "start", "end", len(sums))
        n_known = len(sums)
        sums += (replace(one, rank=1) for one in _sums(mine, "start", "end", n_known))
        solved = solve(sums)
        known = set(months["month"].astype("int64"))
        name = f"{names.get(series[0], series[0])}{ENTITY_TYPES[series[1]]}"
        remarks += [
            f"{name} {_span(sums[clash.origin])} {COUNT_MEASURES[series[2]]}为 {clash.found:.10g}，"
            f"按各月（各时段）的数应为 {clash.expected:.10g}，差 {clash.found - clash.expected:+.10g}。"
            "以前月份可能更正过，请核对。"
            for clash in solved.clashes
            if clash.origin >= n_known
        ]
        at_odds = {at for clash in solved.clashes for at in (clash.origin, *clash.others)}
        told = [
            one
            for one in solved.parts
            if one.first == one.last and one.first not in known and not at_odds.intersection(one.origins)
        ]
        beside = _joined_to(_ordinals(monthly, series), {one.first for one in told})
        for one in told:
            was = before.get(one.first)
            is_same = was is not None and abs(was - one.value) <= SLACK
            if is_same and max(one.origins) < n_known:
                # Told by what is held alone, and held.
                continue
            if one.first not in beside:
                what = f"{name} {pd.Period(ordinal=one.first, freq='M')} {COUNT_MEASURES[series[2]]}"
                remarks += [f"{what}可由累计相减得出，但与已有月份之间缺月，暂按时段数保存；缺月补报后再拆出。"]
                continue
            row, remark = _month(one, mine, series, sums, n_known, name, None if is_same else was)
            rows += row
            remarks += [remark]
        kept += [
            int(mine.index[at - n_known])
            for at in range(n_known, len(sums))
            if at in at_odds or not known.issuperset(range(sums[at].first, sums[at].last + 1))
        ]
    kept += counts.index[counts["measure"] == "net"].tolist()
    found = pd.DataFrame(rows, columns=COLUMNS).astype(
        {"month": "period[M]", "value": float, "precision": float, "vintage": "datetime64[us]"}
    )
    return Parted(found, counts.loc[sorted(kept)].reset_index(drop=True) if kept else make_counts(), tuple(remarks))


def without_terms(months: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Find months told by subtraction from a sum, or a month, that is not known any more: its batch was taken back.

    Parameters
    ----------
    months, counts : pandas.DataFrame
        All that is known.

    Returns
    -------
    pandas.DataFrame
        Rows of `months`.
    """
    told = months[months["source"].str.contains(TOLD, regex=False).astype(bool)]
    if told.empty:
        return told
    series = [*SERIES, "span"]
    spans = counts["start"].astype(str) + TO + counts["end"].astype(str)
    known = pd.concat([counts.assign(span=spans)[series], months.assign(span=months["month"].astype(str))[series]])
    terms = told["source"].str.rpartition(TOLD)[2].str.rstrip("）").str.split("、")
    each = told[SERIES].assign(span=terms).explode("span")
    is_known = pd.MultiIndex.from_frame(each[series]).isin(pd.MultiIndex.from_frame(known))
    return told.loc[each.index[~is_known].unique()]


def _month(
    one: Part,
    mine: pd.DataFrame,
    series: tuple[str, ...],
    sums: list[Sum],
    n_known: int,
    name: str,
    was: float | None,
) -> tuple[list[tuple[object, ...]], str]:
    """Make an observation of a month that was told by subtraction, unless it would be below zero."""
    month = pd.Period(ordinal=one.first, freq="M")
    terms = "、".join(_span(sums[at]) for at in one.origins)
    what = f"{name} {month} {COUNT_MEASURES[series[2]]}由累计相减得 {one.value:.10g}（{terms}）"
    if one.value < 0:
        return [], f"{what}，为负，不入库。累计数可能更正过，请核对。"
    last = mine.iloc[max(at for at in one.origins) - n_known] if max(one.origins) >= n_known else mine.iloc[-1]
    source = f"{last['source']}{TOLD}{terms}）"
    row = (*series[:2], month, series[2], one.value, one.precision, last["status"], source, last["vintage"])
    return [row], f"{what}。" if was is None else f"{what}，原为 {was:.10g}。"


def _ordinals(monthly: pd.DataFrame, series: tuple[str, ...]) -> set[int]:
    """Return the months in which anything but an adjustment is known of an area and type."""
    is_same = (monthly["area"] == series[0]) & (monthly["entity_type"] == series[1])
    is_monthly = is_same & (monthly["measure"] != "adjustment") & (monthly["status"] != "published")
    return set(monthly.loc[is_monthly, "month"].astype("int64"))


def _joined_to(known: set[int], told: set[int]) -> set[int]:
    """Return the months told that leave no gap to those known: one that stands apart stays in its sum."""
    if not known:
        return told
    joined = {at for at in told if min(known) <= at <= max(known)}
    for step, edge in ((1, max(known)), (-1, min(known))):
        while edge + step in told:
            edge += step
            joined.add(edge)
    return joined


def _of(table: pd.DataFrame, series: tuple[str, ...]) -> pd.DataFrame:
    is_same = pd.Series(True, index=table.index)
    for name, value in zip(SERIES, series, strict=True):
        is_same &= table[name] == value
    return table[is_same]


def _is_said(earlier: pd.DataFrame, mine: pd.DataFrame) -> pd.Series:
    """Whether a count is said anew."""
    anew = set(zip(mine["start"], mine["end"], strict=True))
    return pd.Series(
        [pair in anew for pair in zip(earlier["start"], earlier["end"], strict=True)], index=earlier.index, dtype=bool
    )


def _sums(table: pd.DataFrame, start: str, end: str, origin: int) -> Iterator[Sum]:
    for at, row in enumerate(table.to_dict("records"), start=origin):
        yield Sum(row[start].ordinal, row[end].ordinal, float(row["value"]), float(row["precision"]), at)


def _span(one: Sum) -> str:
    first, last = (pd.Period(ordinal=at, freq="M") for at in (one.first, one.last))
    return str(first) if first == last else f"{first}{TO}{last}"
