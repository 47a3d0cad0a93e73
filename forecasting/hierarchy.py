"""Which series add up to which: areas within areas, types within all, and the cells that all of them are made of.

    y = S b,   y = nodes (area, entity_type),   b = cells >= 0,   S[i, j] = 1 where cell j is part of node i

A cell is the smallest part that the nodes tell apart: a type of a township, or what is left of an area beside the
parts held of it. Areas and types cross (Hyndman & Athanasopoulos 2021, section 11.1), and no node is forced to equal
the sum of parts of which some are not held. Fails where `all` counts what no type does, or parents form a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from forecasting.errors import SchemaError
from forecasting.panel import ENTITY_TYPES, KEY, Array

TYPES = tuple(kind for kind in ENTITY_TYPES if kind != "all")
#: Differences that are no entity.
TOLERANCE = 1e-6
#: Multiples of this add up without rounding, in any order, to eight thousand million entities.
GRID = 2.0**-20


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Nodes and the cells they are made of.

    Parameters
    ----------
    keys : pandas.DataFrame
        Columns `area`, `entity_type`; one row a node.
    summing : scipy.sparse.csr_array, shape (n_nodes, n_cells)
        1 where a cell is part of a node, else 0.
    """

    keys: pd.DataFrame
    summing: csr_array

    @classmethod
    def from_keys(cls, keys: pd.DataFrame, parents: Mapping[str, str]) -> Hierarchy:
        """Find the cells of some series.

        Parameters
        ----------
        keys : pandas.DataFrame
            Columns `area`, `entity_type`, no row twice.
        parents : mapping of str to str
            Code of an area -> code of the area it is part of, of all areas there are, held or not: an area equals the
            sum of its children only where none of them is missing. Absent or "" = part of none.

        Returns
        -------
        Hierarchy
            Nodes in the order of `keys`.

        Raises
        ------
        SchemaError
            For no key, a repeated one, an unknown type, or areas that contain themselves.
        """
        keys = keys[KEY].reset_index(drop=True)
        nodes = {(str(area), str(kind)): at for at, (area, kind) in enumerate(keys.itertuples(index=False))}
        unknown = sorted({kind for _, kind in nodes} - set(ENTITY_TYPES))
        if len(nodes) < len(keys) or unknown or not nodes:
            raise SchemaError(
                f"层级中的序列应至少一个、互不重复，类型在 {'、'.join(ENTITY_TYPES)} 之内；"
                f"现有{len(keys)}个序列，其中不同的{len(nodes)}个，未知类型：{'、'.join(unknown) or '无'}。请更正。"
            )
        # Parts of the same nodes cannot be told apart: they are one cell.
        cells: dict[tuple[int, ...], None] = {}
        for place in _places({area for area, _ in nodes}, parents):
            for kind in TYPES:
                part_of = [nodes[area, held] for area in place for held in (kind, "all") if (area, held) in nodes]
                if part_of:
                    cells[tuple(sorted(part_of))] = None
        rows = [row for cell in cells for row in cell]
        columns = np.repeat(np.arange(len(cells)), [len(cell) for cell in cells])
        return cls(keys, csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(nodes), len(cells))))

    @property
    def n_nodes(self) -> int:
        """Number of series that add up."""
        return int(self.summing.shape[0])

    @property
    def n_cells(self) -> int:
        """Number of smallest parts."""
        return int(self.summing.shape[1])

    @cached_property
    def names(self) -> list[str]:
        """Chinese names of the nodes, for messages."""
        return [f"{area} {ENTITY_TYPES[str(kind)]}" for area, kind in self.keys.itertuples(index=False)]

    @cached_property
    def is_told_apart(self) -> bool:
        """Whether every cell is a node by itself, so that none has to be guessed."""
        alone = self.summing[np.asarray(self.summing.sum(axis=1)) == 1]
        return len(np.unique(alone.indices)) == self.n_cells

    def sums(self, cells: Array) -> Array:
        """Add cells up to nodes, exactly.

        Parameters
        ----------
        cells : ndarray, shape (n_cells, ...)
            Brought to multiples of `GRID`, so that no order of adding changes a sum.

        Returns
        -------
        ndarray, shape (n_nodes, ...)
        """
        flat = on_grid(cells).reshape(self.n_cells, -1)
        return np.asarray(self.summing @ flat).reshape(self.n_nodes, *cells.shape[1:])


def on_grid(values: Array) -> Array:
    """Return the nearest multiples of `GRID`: numbers that add up exactly."""
    return np.asarray(np.rint(values / GRID) * GRID)


def _places(held: Iterable[str], parents: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Smallest areas that the held ones tell apart, each as the held areas which contain it, innermost first."""
    held = set(held)
    children: dict[str, list[str]] = {}
    for child, parent in sorted(parents.items()):
        if parent:
            children.setdefault(parent, []).append(child)
    found: list[tuple[str, ...]] = []

    def fill(area: str, above: tuple[str, ...]) -> bool:
        """Find the places within an area; whether they make up the whole of it."""
        chain = (area, *above) if area in held else above
        parts = [fill(child, chain) for child in children.get(area, [])]
        is_whole = bool(parts) and all(parts)
        if area in held and not is_whole:
            # The area itself where no part of it is held, else what is left of it.
            found.append(chain)
        return is_whole or area in held

    for root in sorted({_root(area, parents) for area in held}):
        fill(root, ())
    return found


def _root(area: str, parents: Mapping[str, str]) -> str:
    chain = [area]
    while parents.get(chain[-1]):
        chain.append(parents[chain[-1]])
        if chain[-1] in chain[:-1]:
            raise SchemaError(f"地区的隶属关系成环：{' → '.join(chain)}。请更正上级代码。")
    return chain[-1]
