"""From sums over several months to the shortest they tell: what 1-6月累计 less 1-5月累计 leaves, and what stays one.

Every figure is the sum over months a to b, an edge between the boundaries a - 1 and b. What lies between two boundaries
is known when they are joined by edges; an edge that closes a ring must agree with the way round. January and February
published as one are an edge of two months: neither is known from it alone, and none is invented.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SLACK = 1e-6


@dataclass(frozen=True)
class Sum:
    """A sum over months.

    Parameters
    ----------
    first, last : int
        Ordinals of months, year * 12 + month - 1.
    value, precision : float
    origin : int
        Position of the figure it comes from.
    rank : int
        Of two that do not agree, the one of the higher rank is at fault.
    """

    first: int
    last: int
    value: float
    precision: float
    origin: int
    rank: int = 0


@dataclass(frozen=True)
class Part:
    """A month, or months that nothing parts, as given or as a difference.

    Parameters
    ----------
    first, last : int
        Ordinals of months.
    value, precision : float
    origins : tuple of int
        Figures it was made of; one if it was given.
    """

    first: int
    last: int
    value: float
    precision: float
    origins: tuple[int, ...]


@dataclass(frozen=True)
class Clash:
    """Two ways to the same sum that differ.

    Parameters
    ----------
    origin : int
        The figure that does not fit.
    others : tuple of int
        The figures it does not fit to.
    expected, found : float
    """

    origin: int
    others: tuple[int, ...]
    expected: float
    found: float


@dataclass(frozen=True)
class Solved:
    """What a set of sums says.

    Parameters
    ----------
    parts : tuple of Part
        By time. Of boundaries that are joined to each other, what lies between each and the next.
    clashes : tuple of Clash
    n_checked : int
        Figures that agree with another way round.
    """

    parts: tuple[Part, ...]
    clashes: tuple[Clash, ...]
    n_checked: int


def solve(sums: Sequence[Sum]) -> Solved:
    """Find the shortest sums that sums over several months determine.

    Parameters
    ----------
    sums : sequence of Sum
        Of one series.

    Returns
    -------
    Solved

    Examples
    --------
    >>> found = solve([Sum(0, 1, 249.0, 0.0, 0), Sum(0, 2, 400.0, 0.0, 1)])
    >>> [(one.first, one.last, one.value) for one in found.parts]
    [(0, 1, 249.0), (2, 2, 151.0)]
    """
    edges: dict[int, list[tuple[int, float, float, int]]] = defaultdict(list)
    heads: dict[int, int] = {}
    clashes, n_checked = [], 0
    # Short sums first: what is stated of one month goes before what is computed, and a ring is closed by its longest.
    for one in sorted(sums, key=lambda s: (s.rank, s.last - s.first)):
        start, end = _head(heads, one.first), _head(heads, one.last + 1)
        way = _way(edges, one.first, one.last + 1) if start == end else None
        heads[start] = end
        if way:
            n_checked += 1
            if abs(way[0] - one.value) > way[1] + one.precision + SLACK:
                clashes.append(Clash(one.origin, way[2], way[0], one.value))
        edges[one.first].append((one.last + 1, one.value, one.precision, one.origin))
        edges[one.last + 1].append((one.first, -one.value, one.precision, one.origin))
    joined: dict[int, list[int]] = defaultdict(list)
    for boundary in sorted(edges):
        joined[_head(heads, boundary)].append(boundary)
    parts = []
    for boundaries in joined.values():
        for start, end in pairwise(boundaries):
            way = _way(edges, start, end)
            if way:
                parts.append(Part(start, end - 1, *way))
    parts.sort(key=lambda part: (part.first, part.last))
    return Solved(tuple(parts), tuple(clashes), n_checked)


def _head(heads: dict[int, int], boundary: int) -> int:
    """Return what stands for all boundaries that sums join to this one."""
    while heads.get(boundary, boundary) != boundary:
        boundary = heads[boundary]
    return boundary


def _way(
    edges: dict[int, list[tuple[int, float, float, int]]], start: int, end: int
) -> tuple[float, float, tuple[int, ...]] | None:
    """Return sum, precision and figures of the best way: few figures, then fine ones."""
    queue: list[tuple[int, float, int, float, tuple[int, ...]]] = [(0, 0.0, start, 0.0, ())]
    done: set[int] = set()
    while queue:
        steps, precision, at, value, origins = heapq.heappop(queue)
        if at == end:
            return value, precision, origins
        if at in done:
            continue
        done.add(at)
        for to, step, fineness, origin in edges[at]:
            if to not in done:
                heapq.heappush(queue, (steps + 1, precision + fineness, to, value + step, (*origins, origin)))
    return None
