"""Which counts of periods can share a cumulator: one that starts anew with each period it sums (Harvey 1989, 6.3).

Counts of one flow that begin in the same month share one (the year to date after March and after June); those that
overlap otherwise need another. Monthly, quarterly and yearly counts of one flow take three at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

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
        Of one area, index 0 .. n - 1.
    entity_types : sequence of str
        The series of the area that are modelled.

    Returns
    -------
    tuple of Cumulator
    """
    found = []
    flows = counts[counts["measure"] != "stock"]
    for (entity_type, measure), group in flows.groupby(["entity_type", "measure"]):
        # One cumulator: [last month it is needed for, months it starts in, rows].
        open_ones: list[tuple[int, set[int], list[int]]] = []
        for (start, _), part in group.sort_values(["start", "end"]).groupby(["start", "measure"]):
            end, rows = int(part["end"].max().ordinal), [int(row) for row in part.index]
            free = next((i for i, (busy, _, _) in enumerate(open_ones) if busy < start.ordinal), None)
            if free is None:
                open_ones.append((end, {start.ordinal}, rows))
            else:
                _, starts, earlier = open_ones[free]
                open_ones[free] = (end, starts | {start.ordinal}, earlier + rows)
        members = members_of(str(entity_type), entity_types)
        found += [
            Cumulator(members, WEIGHTS[str(measure)], frozenset(starts), tuple(rows)) for _, starts, rows in open_ones
        ]
    return tuple(found)
