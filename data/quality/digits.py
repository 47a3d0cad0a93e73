"""Are counts too round, or exactly what was promised: marks of numbers made to a quota.

Of n counts of some size, about n/10 end in 0, n/100 in 00; the excess is judged by the binomial tail. Beber & Scacco
(2012), What the numbers say: a digit-based test for election fraud; Mosimann et al. (1995) for terminal digits.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.quality.evidence import Evidence
from data.quality.finding import QualityFinding
from forecasting.panel import MEASURES
from targets.goal import ENTRIES_INDICATOR, STOCK_INDICATOR

#: Chance below which round numbers are no chance; by year and over all years.
CHANCE = 1e-4
#: Counts below five times the base have too few last digits to choose from.
LEAST_TIMES = 5
FEWEST = 6
BASES = (1000, 100, 10)
MONTHS_A_YEAR = 12


def check_round_numbers(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each year, or else whole series, of entries with more round numbers than chance makes."""
    values = evidence.values["entries"]
    years = np.array([month.year for month in evidence.months])
    for row in range(len(values)):
        is_found = False
        for year in np.unique(years):
            found = _round(evidence, row, np.flatnonzero(years == year), f"{year}年")
            if found is not None:
                is_found = True
                yield found
        if not is_found and (found := _round(evidence, row, np.arange(len(years)), "历年")) is not None:
            yield found


def check_exact_goals(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each stock, or year of entries, that is exactly the number promised."""
    for goal in evidence.goals:
        rows = np.flatnonzero((evidence.keys["area"] == goal.area) & (evidence.keys["entity_type"] == goal.entity_type))
        if not len(rows):
            continue
        row = int(rows[0])
        if goal.indicator == STOCK_INDICATOR:
            levels = [(goal.deadline, goal.value)] if goal.kind == "level" else []
            for month, value in dict.fromkeys([*levels, *goal.milestones]):
                at = _column(evidence, month)
                if at is not None and evidence.values["stock"][row, at] == value:
                    yield _exact(evidence, row, "stock", month, month, value, goal.wording)
        if goal.indicator == ENTRIES_INDICATOR and goal.kind == "count":
            start = goal.deadline - (MONTHS_A_YEAR - 1)
            first, last = _column(evidence, start), _column(evidence, goal.deadline)
            if first is None or last is None:
                continue
            if evidence.values["entries"][row, first : last + 1].sum() == goal.value:
                yield _exact(evidence, row, "entries", start, goal.deadline, goal.value, goal.wording)


def _column(evidence: Evidence, month: pd.Period) -> int | None:
    return month.ordinal - evidence.months[0].ordinal if month in evidence.months else None


def _round(evidence: Evidence, row: int, at: NDArray[np.intp], period: str) -> QualityFinding | None:
    """Return the finding of the roundest base among some months of a series, if it is beyond chance."""
    # Takes longer to import than most jobs take, and most look at no digits.
    from scipy.special import bdtrc

    values = evidence.values["entries"][row, at]
    for base in BASES:
        large = values[values >= LEAST_TIMES * base]
        n, k = len(large), int((large % base == 0).sum())
        # P(K >= k) of n trials.
        chance = float(bdtrc(k - 1, n, 1.0 / base)) if n >= FEWEST else 1.0
        if chance >= CHANCE:
            continue
        area, kind = evidence.key(row)
        held = at[~np.isnan(values)]
        shown = "、".join(f"{value:.10g}" for value in large[large % base == 0][:6])
        return QualityFinding(
            "round_numbers", "high" if base > 10 else "medium", area, kind, "entries",
            evidence.month(held[0]), str(evidence.months[held[-1]]),
            f"{evidence.name(area, kind)} {period}{n}个月的新设中有{k}个是{base}的整倍数"
            f"（{shown}{'等' if k > 6 else ''}），"
            f"偶然约{n / base:.2g}个，出现这么多的可能为{chance:.1g}。请核实是否按指标凑数。",
            {"月数": float(n), "整数个数": float(k), "基数": float(base), "偶然概率": chance},
            subject="历年" if period == "历年" else "",
        )  # fmt: skip
    return None


def _exact(
    evidence: Evidence, row: int, measure: str, start: pd.Period, end: pd.Period, value: float, wording: str
) -> QualityFinding:
    area, kind = evidence.key(row)
    return QualityFinding(
        "exact_goal", "medium", area, kind, measure, str(start), str(end),
        f"{evidence.name(area, kind)} {end} {MEASURES[measure]}恰好为{value:.10g}户，"
        f"与目标“{wording}”一户不差。请核实。",
        {"实报": value, "目标": value},
    )  # fmt: skip
