"""Which counts of periods can share a cumulator: one that starts anew with each period it sums (Harvey 1989, 6.3).

Counts of one flow that begin in the same month share one (the year to date after March and after June); those that
overlap otherwise need another. Monthly, quarterly and yearly counts of one flow take three at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from forecasting.sparse.counts import Count, rows_of

#: What an entry and an exit add to a sum.
WEIGHTS = {"entries": (1.0, 0.0), "exits": (0.0, 1.0), "net": (1.0, -1.0)}


@dataclass(frozen=True)
class Cumulator:
    """A running sum of one flow, emptied at the start of each of its periods.

    Parameters
    ----------
    members : tuple of int
        The series it adds.
    weights : tuple of float
        Of entries and of exits.
    starts : frozenset of int
        Ordinals of the months before which it is emptied.
    rows : tuple of int
        Positions, in the table, of the counts read from it.
    """

    members: tuple[int, ...]
    weights: tuple[float, float]
    starts: frozenset[int]
    rows: tuple[int, ...]


def members_of(entity_type: str, entity_types: Sequence[str]) -> tuple[int, ...]:
    """Return the series a count is of: the one of its type, or all of them if it is of their sum.

    Parameters
    ----------
    entity_type : str
    entity_types : sequence of str
        The series.

    Returns
    -------
    tuple of int
    """
    if entity_type in entity_types:
        return (list(entity_types).index(entity_type),)
    return tuple(range(len(entity_types)))


def cumulators(counts: pd.DataFrame, entity_types: Sequence[str]) -> tuple[Cumulator, ...]:
    """Distribute the counts of flows over as few cumulators as their periods allow.

    Parameters
    ----------
    counts : pandas.DataFrame
        Of one area.
    entity_types : sequence of str
        The series of the area that are modelled.

    Returns
    -------
    tuple of Cumulator
    """
    groups: dict[tuple[str, str], list[tuple[int, Count]]] = {}
    for position, count in enumerate(rows_of(counts)):
        if count.measure in WEIGHTS:
            groups.setdefault((count.entity_type, count.measure), []).append((position, count))
    found = []
    for (entity_type, measure), flows in groups.items():
        # By the month they start in: [last month, rows].
        starts: dict[int, tuple[int, list[int]]] = {}
        for position, count in flows:
            last, rows = starts.get(count.start.ordinal, (0, []))
            starts[count.start.ordinal] = (max(last, count.end.ordinal), [*rows, position])
        busy: list[int] = []
        taken: list[tuple[set[int], list[int]]] = []
        for start, (last, rows) in sorted(starts.items()):
            free = next((i for i, until in enumerate(busy) if until < start), len(busy))
            if free == len(busy):
                busy.append(last)
                taken.append((set(), []))
            busy[free] = last
            taken[free][0].add(start)
            taken[free][1].extend(rows)
        members = members_of(entity_type, entity_types)
        found += [Cumulator(members, WEIGHTS[measure], frozenset(months), tuple(rows)) for months, rows in taken]
    return tuple(found)
