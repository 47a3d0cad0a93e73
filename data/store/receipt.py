"""What is said of a batch: what became of it, and before that what it would change."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Receipt:
    """What became of a batch.

    Parameters
    ----------
    batch : int
        Its number; where the same file said the same before, that of the earlier batch, for nothing was stored.
    rows_read, rows_new : int
        Observations in it, and those that said something new.
    same_as : int or None
        The batch, still standing, that came from the very same file.
    """

    batch: int
    rows_read: int
    rows_new: int
    same_as: int | None = None

    @property
    def is_stored(self) -> bool:
        """Whether a batch was made."""
        return self.batch != self.same_as


@dataclass(frozen=True, eq=False)
class Preview:
    """What a batch would change; nothing is stored.

    Parameters
    ----------
    rows_read, rows_new : int
        As of `Receipt`.
    changes : pandas.DataFrame
        What would then be known otherwise, see `data.vintages.differences`; month is text, for counts of several
        months the name of their period.
    same_as : int or None
        As of `Receipt`.
    """

    rows_read: int
    rows_new: int
    changes: pd.DataFrame
    same_as: int | None = None
