"""Published figures as they were understood: to be confirmed, and kept as observations or as counts of a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from data.observations import COLUMNS, check_observations
from data.period_counts import check_counts, make_counts
from data.readers.announcement.numbers import BOUNDS
from data.readers.announcement.words import MEASURE_NAMES
from forecasting.panel import ENTITY_TYPES, MEASURES


@dataclass(frozen=True)
class PeriodCount:
    """One published figure, of a month or of several.

    Parameters
    ----------
    area, area_name, entity_type : str
    measure : str
        A key of `words.MEASURE_NAMES`: stock, entries, exits or net.
    start, end : pandas.Period
        First and last month; the same for stock, which is of the end of the month.
    value, precision : float
        The truth lies within value ± precision.
    bound : str
        A key of `numbers.BOUNDS`.
    yoy : float or None
        Growth on the year before that the sentence gives, as a fraction.
    wording : str
        The figure as written.
    source : str
        Address.
    published : pandas.Timestamp
    """

    area: str
    area_name: str
    entity_type: str
    measure: str
    start: pd.Period
    end: pd.Period
    value: float
    precision: float
    bound: str
    yoy: float | None
    wording: str
    source: str
    published: pd.Timestamp

    @property
    def is_observation(self) -> bool:
        """Whether it is of one month and of a measure that Observations hold."""
        return self.start == self.end and self.measure in MEASURES

    @property
    def confirmation(self) -> str:
        """One Chinese sentence that says what was understood."""
        first, last = (f"{month.year}年{month.month}月" for month in (self.start, self.end))
        when = f"{last}末" if self.measure == "stock" else first if first == last else f"{first}至{last}"
        said = BOUNDS[self.bound]
        low, high = self.value - self.precision, self.value + self.precision
        spans = {"at_least": f"{self.value:.10g} 至 {high:.10g}", "at_most": f"{low:.10g} 至 {self.value:.10g}"}
        span = spans.get(self.bound, f"{low:.10g} 至 {high:.10g}")
        growth = "" if self.yoy is None else f"，同比{self.yoy:+.1%}"
        kept = "" if self.is_observation else "；不是单月的实有、新设或注销，按时段数保存，不进入月度数据"
        return (
            f"{self.area_name}（{self.area}）{ENTITY_TYPES[self.entity_type]}：{when}{MEASURE_NAMES[self.measure]}"
            f"{said} {self.value:.10g} 户{growth}"
            f"（原文“{self.wording}”，即 {span} 户，精度记为 ±{self.precision:.10g}）；"
            f"来源 {self.source}，{self.published:%Y-%m-%d} 公布{kept}。"
        )


@dataclass(frozen=True)
class AnnouncementReading:
    """What a text was understood to say.

    Parameters
    ----------
    candidates : tuple of PeriodCount
        To be confirmed one by one, in the order of the text.
    questions : tuple of str
        Figures that could not be taken, and why.
    left_out : tuple of str
        Figures that are no counts: growth, promises, averages.
    """

    candidates: tuple[PeriodCount, ...]
    questions: tuple[str, ...]
    left_out: tuple[str, ...]


def to_tables(confirmed: Sequence[PeriodCount]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return confirmed counts as observations, and those that are none as counts of their period.

    Parameters
    ----------
    confirmed : sequence of PeriodCount

    Returns
    -------
    tuple of pandas.DataFrame
        Columns `data.observations.COLUMNS` and `data.period_counts.COUNT_COLUMNS`, checked.

    Raises
    ------
    FaultsError
        If two are of the same period.
    """
    rows = [(one, f"{one.source} “{one.wording}”") for one in confirmed]
    months = pd.DataFrame(
        [
            (
                one.area,
                one.entity_type,
                one.end,
                one.measure,
                one.value,
                one.precision,
                "published",
                said,
                one.published,
            )
            for one, said in rows
            if one.is_observation
        ],
        columns=COLUMNS,
    ).astype({"month": "period[M]", "vintage": "datetime64[us]", "value": float, "precision": float})
    counts = make_counts(
        [(one.area, one.entity_type, one.start, one.end, *_said(one)) for one in confirmed if not one.is_observation]
    )
    check_observations(months)
    check_counts(counts)
    return months, counts


def _said(one: PeriodCount) -> tuple[object, ...]:
    """Return measure, value, precision, status, source and vintage."""
    return one.measure, one.value, one.precision, "published", f"{one.source} “{one.wording}”", one.published
