"""Proposals of undeclared events, with evidence: changes of level in either flow, and purges among exits.

    shift: |change of level| >= 3.5 standard errors and 25 %        (forecasting.surprises, level_shifts)
    purge: exits >= 4 standard deviations above, twice what was expected, and 0.3 % of the stock beyond it

What was declared is taken off or left out first, and a purge before shifts are looked for. Nothing is applied: the
analyst accepts a proposal, which makes it an event, or refuses it, and it is not made again. Fails within four months
of either end, where a change of level cannot be told from some odd months, and on less than two years.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.design import design
from forecasting.events import FLOWS, Event, concerned
from forecasting.panel import ENTITY_TYPES, MEASURES, Panel
from forecasting.regression import estimate
from forecasting.surprises import HALF, Surprises, surprises

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

SHIFT_SCORE, LEAST_SHIFT = 3.5, 0.25
PURGE_SCORE, PURGE_TIMES, LEAST_PURGE = 4.0, 2.0, 0.003
#: Two proposals, or a proposal and an event, within so many months of each other are the same.
NEAR = 2
#: Standard errors from which another area counts as having moved as well.
MOVED = 2.0


@dataclass(frozen=True)
class Proposal:
    """An event that nobody has declared, and what speaks for it.

    Parameters
    ----------
    area, entity_type, flow : str
        The series.
    kind : str
        `shift` or `purge`.
    start, end : pandas.Period
        First and last month; of a shift the month from which the new level holds.
    size : float
        Of a shift the change of the logarithm; of a purge the share of the opening stock.
    score : float
        Standard errors, signed.
    n_moved, n_others : int
        Other areas, for the same type, that moved in the same direction in that month, and all that were observed.
    sentence : str
        Chinese, complete, for the analyst who decides.
    """

    area: str
    entity_type: str
    flow: str
    kind: Literal["shift", "purge"]
    start: pd.Period
    end: pd.Period
    size: float
    score: float
    n_moved: int
    n_others: int
    sentence: str = field(compare=False)

    @property
    def id(self) -> str:
        """Key, ASCII."""
        return f"{self.area}-{self.entity_type}-{self.flow}-{self.kind}-{self.start}"

    def accepted(self, title: str = "") -> Event:
        """Return the event it becomes: a shift is estimated as a step, the months of a purge are masked.

        Parameters
        ----------
        title : str
            Chinese; what the analyst knows of it.

        Returns
        -------
        Event
        """
        is_purge = self.kind == "purge"
        usual = "集中清理（由数据提出，经确认）" if is_purge else "水平变化（由数据提出，经确认）"
        return Event(
            id=self.id,
            area=self.area,
            entity_type=self.entity_type,
            kind=self.kind,
            start=self.start,
            end=self.end,
            title=title or usual,
            effect="mask" if is_purge else "step",
            flows=(self.flow,),
            is_administrative=is_purge,
            source="数据提出，经确认",
            note=self.sentence,
        )


def propose(
    panel: Panel,
    events: Collection[Event] = (),
    *,
    refused: Iterable[Proposal] = (),
    names: Mapping[str, str] | None = None,
) -> tuple[Proposal, ...]:
    """Look for undeclared events in a panel.

    Parameters
    ----------
    panel : Panel
        As far as the origin.
    events : collection of Event
        Declared or accepted; what they explain is not proposed.
    refused : iterable of Proposal
        Not made again.
    names : mapping of str to str, optional
        Names of areas by code, for the sentences.

    Returns
    -------
    tuple of Proposal
        The strongest first.
    """
    names = names or {}
    refused = tuple(refused)
    found: list[Proposal] = []
    for flow in FLOWS:
        values, history = _unexplained(panel, events, flow)
        first_month = int(panel.months[0].month) if len(panel.months) else 1
        made = surprises(values, first_month=first_month)
        if flow == "exits":
            is_purge = _purges(panel, values, history, made)
            found += _of_purges(panel, is_purge, made, history, names)
            if is_purge.any():
                values = np.where(is_purge, np.nan, values)
                made = surprises(values, first_month=first_month)
        found += _of_shifts(panel, flow, made, names)
    kept = [
        proposal
        for proposal in found
        if not any(_is_same(proposal, other) for other in refused)
        and not any(_explains(event, proposal) for event in events)
    ]
    return tuple(sorted(kept, key=lambda proposal: (-abs(proposal.score), proposal.id)))


def _unexplained(panel: Panel, events: Collection[Event], flow: str) -> tuple[Array, Array]:
    """Return a flow without what calendar and events explain, and the logarithm of that, (n_series, n_months) each."""
    values = getattr(panel, flow).copy()
    for event in events:
        if flow in event.masks:
            columns = np.asarray((panel.months >= event.start) & (panel.months <= event.end))
            values[np.outer(concerned(event, panel.keys), columns)] = np.nan
    z = np.log1p(values)
    history = estimate(z, design(panel.keys, panel.months, 0, events, flow)).history
    return np.maximum(np.expm1(z - history), 0.0), history


def _purges(panel: Panel, values: Array, history: Array, made: Surprises) -> Flags:
    expected = made.expected
    beyond = np.maximum(np.expm1(np.log1p(values) + history) - np.expm1(np.log1p(expected) + history), 0.0)
    opening = panel.opening()
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(opening > 0, beyond / opening, np.nan)
        return np.asarray(
            (made.score >= PURGE_SCORE) & (values >= PURGE_TIMES * expected) & (share >= LEAST_PURGE), dtype=bool
        )


def _of_purges(
    panel: Panel, is_purge: Flags, made: Surprises, history: Array, names: Mapping[str, str]
) -> Iterator[Proposal]:
    for row in np.flatnonzero(is_purge.any(axis=1)).tolist():
        at = np.flatnonzero(is_purge[row])
        for months in np.split(at, np.flatnonzero(np.diff(at) > 1) + 1):
            first, last = int(months[0]), int(months[-1])
            expected = np.expm1(np.log1p(made.expected[row, months]) + history[row, months])
            taken, opening = panel.exits[row, months], panel.opening()[row, first]
            share = float((taken - expected).sum() / opening)
            score = float(made.score[row, months].max())
            others = _others(panel.keys, row) & ~np.isnan(made.score[:, first])
            n_moved = int((made.score[others, first] >= MOVED).sum())
            span = f"{panel.months[first]}" + (f" 至 {panel.months[last]}" if last > first else "")
            sentence = (
                f"{_name(panel.keys, row, names)} {span} 注销吊销{taken.sum():.0f}户，按往年同月和前后走势应约"
                f"{expected.sum():.0f}户，多出的相当于月初实有的{share:.1%}（{score:.1f}倍标准差），疑似集中清理；"
                f"{_neighbours(n_moved, int(others.sum()), '明显偏高')}"
                "接受后这些月份不作为平常退出率的依据，拒绝则照常使用。"
            )
            yield _proposal(panel, row, "exits", "purge", (first, last), share, score, n_moved, others, sentence)


def _of_shifts(panel: Panel, flow: str, made: Surprises, names: Mapping[str, str]) -> Iterator[Proposal]:
    score = np.nan_to_num(made.shift_score)
    is_marked = (np.abs(score) >= SHIFT_SCORE) & (np.abs(np.expm1(np.nan_to_num(made.shift))) >= LEAST_SHIFT)
    for row in np.flatnonzero(is_marked.any(axis=1)).tolist():
        left = np.where(is_marked[row], np.abs(score[row]), 0.0)
        while left.max() > 0:
            at = int(left.argmax())
            left[max(at - HALF, 0) : at + HALF + 1] = 0.0
            size, told = float(made.shift[row, at]), float(score[row, at])
            others = _others(panel.keys, row) & ~np.isnan(made.shift[:, at])
            n_moved = int((np.sign(size) * made.shift_score[others, at] >= MOVED).sum())
            sentence = (
                f"{_name(panel.keys, row, names)} {MEASURES[flow]}从 {panel.months[at]} 起换了水平："
                f"除去季节、节假日和平常的变动后为之前的{np.exp(size):.2f}倍（{abs(told):.1f}倍标准误）；"
                f"{_neighbours(n_moved, int(others.sum()), '同向变化')}"
                "接受后按水平改变处理，预测以改变后的水平为准，拒绝则照常使用。"
            )
            yield _proposal(panel, row, flow, "shift", (at, at), size, told, n_moved, others, sentence)


def _proposal(
    panel: Panel,
    row: int,
    flow: str,
    kind: Literal["shift", "purge"],
    span: tuple[int, int],
    size: float,
    score: float,
    n_moved: int,
    others: Flags,
    sentence: str,
) -> Proposal:
    return Proposal(
        area=str(panel.keys["area"].iloc[row]),
        entity_type=str(panel.keys["entity_type"].iloc[row]),
        flow=flow,
        kind=kind,
        start=panel.months[span[0]],
        end=panel.months[span[1]],
        size=size,
        score=score,
        n_moved=n_moved,
        n_others=int(others.sum()),
        sentence=sentence,
    )


def _others(keys: pd.DataFrame, row: int) -> Flags:
    """Mark the same type in other areas."""
    is_type = (keys["entity_type"] == keys["entity_type"].iloc[row]).to_numpy()
    return np.asarray(is_type & (keys["area"] != keys["area"].iloc[row]).to_numpy(), dtype=bool)


def _is_same(proposal: Proposal, other: Proposal) -> bool:
    series = (proposal.area, proposal.entity_type, proposal.flow, proposal.kind)
    return (
        series == (other.area, other.entity_type, other.flow, other.kind)
        and abs(proposal.start.ordinal - other.start.ordinal) <= NEAR
    )


def _explains(event: Event, proposal: Proposal) -> bool:
    return (
        event.effect != "none"
        and proposal.flow in event.flows
        and event.covers(proposal.area, proposal.entity_type)
        and event.start.ordinal - NEAR <= proposal.start.ordinal <= event.end.ordinal + NEAR
    )


def _neighbours(n_moved: int, n_others: int, how: str) -> str:
    if not n_others:
        return "没有其他地区可比。"
    return f"同月其余{n_others}个地区中{n_moved}个{how}。"


def _name(keys: pd.DataFrame, row: int, names: Mapping[str, str]) -> str:
    area, entity_type = str(keys["area"].iloc[row]), str(keys["entity_type"].iloc[row])
    own = names.get(area, area)
    return own if entity_type == "all" else f"{own}{ENTITY_TYPES[entity_type]}"
