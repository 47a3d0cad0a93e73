"""The undoing of a batch, prepared: what is restored and what is withdrawn, if what remains closes."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from data.closing import check_closes
from data.observations import KEY
from data.store.batch import Prepared, standing_counts
from data.store.versions import areas_of, read_counts, read_repeated, read_undoes, read_versions
from data.undoing import root_of, rows_of_undoing, undone_by
from forecasting.errors import FaultsError, StoreError


def prepare_undoing(connection: sa.Connection, batch: int, moment: pd.Timestamp) -> tuple[Prepared, int]:
    """Find the rows that make it as if a batch had not come.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction that holds the writing lock.
    batch : int
        One that stands; the undoing of an undoing lets the first batch stand again.
    moment : pandas.Timestamp
        From when on, in the office's local time.

    Returns
    -------
    made : Prepared
    n_about : int
        Numbers the batch spoke of.

    Raises
    ------
    StoreError
        If there is no such batch, it is undone already, or the moment is not later than what is known of its numbers.
    FaultsError
        If what would remain does not close, or has a hole.
    """
    undoes = read_undoes(connection)
    _check_stands(batch, undoes)
    root = root_of(batch, undoes)
    undone = undone_by({**undoes, max(undoes) + 1: batch})
    repeated = read_repeated(connection)
    areas = areas_of(connection, root, repeated)
    held, held_counts = read_versions(connection, areas), read_counts(connection, areas)
    about = pd.concat([held[held["role"] == "stated"], repeated], ignore_index=True)
    items = about.loc[about["batch"] == root, KEY[:-1]].drop_duplicates()
    said = held_counts[(held_counts["batch"] == root) & (held_counts["role"] == "stated")]
    latest = pd.concat([held, repeated]).merge(items, on=KEY[:-1])["vintage"].max()
    if len(said):
        # Of what was only counted over months as well; NaT where the batch held nothing else.
        touched = pd.MultiIndex.from_frame(held_counts[KEY[:-1]]).isin(pd.MultiIndex.from_frame(said[KEY[:-1]]))
        latest = pd.Series([latest, held_counts.loc[touched, "vintage"].max()]).max()
    if latest >= moment:
        raise StoreError(
            f"撤销须晚于所涉数据的最新数据日期 {latest:%Y-%m-%d %H:%M:%S}，现为 {moment:%Y-%m-%d %H:%M:%S}。"
            "请用更晚的日期。"
        )
    rows = rows_of_undoing(held, repeated, root=root, undone=undone, vintage=moment)
    counts = said.iloc[:0]
    if len(said):
        counts = rows_of_undoing(held_counts, counts, root=root, undone=undone, vintage=moment)
    try:
        check_closes(held, rows, standing_counts(held_counts, counts))
    except FaultsError as error:
        later = sorted(set(held.loc[(held["batch"] > batch), "batch"]) - set(undone))
        hint = f"可先撤销其后的第{'、'.join(map(str, later[-5:]))}批，" if later else ""
        raise FaultsError(
            [f"{fault}{hint}或先录入更正的数，再撤销第{batch}批。" for fault in error.faults],
            f"第{batch}批未撤销：撤销后数据不能自洽",
        ) from error
    made = Prepared(held, held_counts, rows, counts, rows.iloc[:0], len(rows) + len(counts))
    return made, len(items) + len(said)


def _check_stands(batch: int, undoes: dict[int, int | None]) -> None:
    if batch not in undoes:
        last = f"现有第1至第{max(undoes)}批" if undoes else "现在一批也没有"
        raise StoreError(f"没有第{batch}批，{last}。请用 python cli.py batches 查看。")
    undone = undone_by(undoes)
    if batch in undone:
        raise StoreError(f"第{batch}批已由第{undone[batch]}批撤销。若要恢复，请撤销第{undone[batch]}批。")
