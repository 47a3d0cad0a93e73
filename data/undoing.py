"""Taking a batch back: which batches stand, and the rows that make it as if one had never come.

    known after an undoing = the newest statement of the batches that stand

History stays: the rows of the batch remain, and until the moment of the undoing they are what was known. What later
batches said is theirs: a number they replaced is left alone, and one they repeated goes on to hold. To undo an undoing
is to let the batch stand again. An undoing after which the figures would no longer close, or have a hole, is refused by
`data.closing.check_closes`, for no panel could be made of them.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from data.ledger import ITEM, SAID, VERSION_COLUMNS, newest_of

TRACK = [*ITEM, "is_simulated"]


def undone_by(undoes: Mapping[int, int | None]) -> dict[int, int]:
    """Tell which batches do not stand, and which batch undid each.

    Parameters
    ----------
    undoes : mapping of int to int or None
        Batch -> the batch it undoes; None where it undoes none. A batch undoes only earlier ones.

    Returns
    -------
    dict of int to int
        A batch is undone if a batch that stands itself undoes it.

    Examples
    --------
    >>> undone_by({1: None, 2: 1})
    {1: 2}
    >>> undone_by({1: None, 2: 1, 3: 2})
    {2: 3}
    """
    undone: dict[int, int] = {}
    for batch in sorted(undoes, reverse=True):
        other = undoes[batch]
        if other is not None and batch not in undone:
            undone[other] = batch
    return dict(sorted(undone.items()))


def root_of(batch: int, undoes: Mapping[int, int | None]) -> int:
    """Return the batch of data that an undoing, or the undoing of an undoing, is about.

    Parameters
    ----------
    batch : int
    undoes : mapping of int to int or None
        As of `undone_by`.

    Returns
    -------
    int
    """
    other = undoes[batch]
    return batch if other is None else root_of(other, undoes)


def rows_of_undoing(
    versions: pd.DataFrame, repeated: pd.DataFrame, *, root: int, undone: Mapping[int, int], vintage: pd.Timestamp
) -> pd.DataFrame:
    """Make the rows after which what is known is what the standing batches say.

    Parameters
    ----------
    versions : pandas.DataFrame
        All versions held of the areas of the batch.
    repeated : pandas.DataFrame
        What batches said that was known already, as versions.
    root : int
        The batch of data whose standing changes.
    undone : mapping of int to int
        The batches that will not stand.
    vintage : pandas.Timestamp
        The moment of the undoing, later than every version of what the batch spoke of.

    Returns
    -------
    pandas.DataFrame
        Versions with role `restored` or `withdrawn`, batch 0; none where later batches hold.
    """
    said = pd.concat([versions[versions["role"] == "stated"], repeated], ignore_index=True)
    touched = pd.MultiIndex.from_frame(said.loc[said["batch"] == root, ITEM].drop_duplicates())
    standing = newest_of(said[~said["batch"].isin(list(undone)) & _about(said, touched)])
    current = newest_of(versions[_about(versions, touched)])
    both = _tracked(current).merge(_tracked(standing), on=TRACK, how="outer", suffixes=("", "_then"), indicator=True)
    is_known = (both["_merge"] != "right_only") & (both["role"] != "withdrawn")
    is_said = both["_merge"] != "left_only"
    agrees = pd.concat([both[name] == both[f"{name}_then"] for name in SAID], axis=1).all(axis=1)
    restored = both[is_said & ~(is_known & agrees)]
    taken = [name for name in VERSION_COLUMNS if name not in ITEM]
    rows = [
        restored[[*ITEM, *(f"{name}_then" for name in taken)]]
        .rename(columns={f"{name}_then": name for name in taken})
        .assign(role="restored"),
        both.loc[is_known & ~is_said, VERSION_COLUMNS].assign(role="withdrawn"),
    ]
    made = pd.concat([part for part in rows if len(part)], ignore_index=True) if any(map(len, rows)) else rows[0]
    return made.assign(vintage=vintage, batch=0).astype({"vintage": "datetime64[us]"})[VERSION_COLUMNS]


def _about(versions: pd.DataFrame, items: pd.MultiIndex) -> pd.Series:
    return pd.Series(pd.MultiIndex.from_frame(versions[ITEM]).isin(items), index=versions.index)


def _tracked(versions: pd.DataFrame) -> pd.DataFrame:
    return versions.assign(is_simulated=versions["status"] == "simulated")
