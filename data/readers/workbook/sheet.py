"""A grid as its user sees it: merged cells hold over all they cover."""

from __future__ import annotations

from functools import cached_property

from data.readers.grid import Cell, Grid, is_blank

Spot = tuple[int, int]


class Sheet:
    """A grid with its merged cells filled.

    Parameters
    ----------
    grid : Grid
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid

    @cached_property
    def _origins(self) -> dict[Spot, Spot]:
        found = {}
        height = len(self.grid.rows)
        for top, left, bottom, right in self.grid.merged:
            if (min(bottom, height) - top + 1) * (right - left + 1) <= 20_000:
                for row in range(top, min(bottom, height) + 1):
                    for column in range(left, right + 1):
                        found[row, column] = (top, left)
        return found

    def origin(self, row: int, column: int) -> Spot:
        """Return where the content of a cell stands: the first cell of a merged one."""
        return self._origins.get((row, column), (row, column))

    def filled(self, row: int, column: int) -> Cell:
        """Return what is shown at a cell."""
        return self.grid.cell(*self.origin(row, column))

    def spots(self, row: int) -> list[Spot]:
        """Return the cells of a row in which something is written."""
        return [(row, at) for at, cell in enumerate(self.grid.rows[row]) if not is_blank([cell])]

    def box_width(self, row: int, column: int) -> int:
        """Return over how many columns a cell is merged."""
        return self._widths.get((row, column), 1)

    @cached_property
    def _widths(self) -> dict[Spot, int]:
        return {(top, left): right - left + 1 for top, left, _, right in self.grid.merged}
