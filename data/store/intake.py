"""Writing observations: batches that are taken in, corrected and taken back, all or nothing.

A correction is a new row with a later vintage, an undoing a new batch; no row is ever changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from data import tables
from data.ledger import as_versions, check_closes, known_at
from data.observations import KEY
from data.period_counts import make_counts
from data.store.batch import Prepared, digest, prepare, write_batch
from data.store.database import utc
from data.store.history import HistoryStore
from data.store.versions import areas_of, read_counts, read_repeated, read_undoes, read_versions
from data.undoing import root_of, rows_of_undoing, undone_by
from data.vintages import differences
from forecasting.errors import FaultsError, StoreError


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


class IntakeStore(HistoryStore):
    """The part of the store that writes observations; see `data.store.Store`."""

    def append(
        self,
        table: pd.DataFrame,
        counts: pd.DataFrame | None = None,
        *,
        received_at: dt.datetime,
        file_name: str,
        content: bytes = b"",
        author: str = "",
        source: str = "",
        note: str = "",
    ) -> Receipt:
        """Add a batch of observations, all or nothing.

        Parameters
        ----------
        table : pandas.DataFrame
            Observations, see `data.observations`.
        counts : pandas.DataFrame, optional
            Of several months, see `data.period_counts`.
        received_at : datetime
            When the batch came in, in UTC; a moment with a zone is converted.
        file_name : str
            Where from.
        content : bytes
            The file itself, of which only the digest is kept; by it the same file is known again.
        author : str
            Who brought it.
        source : str
            Who sent the file.
        note : str

        Returns
        -------
        Receipt
            Rows that repeat what was known at their vintage are read but are no news. Where a batch that stands said
            all of it, from the same file, no batch is made.

        Raises
        ------
        FaultsError
            If the table breaks a rule of `data.observations`, or what would then be known breaks the stock identity.
        """
        counts = make_counts() if counts is None else counts
        n_read = len(table) + len(counts)
        with self.writing() as connection:
            made = prepare(connection, table, counts, content)
            if made.is_repetition and made.same_as is not None:
                return Receipt(made.same_as, n_read, 0, made.same_as)
            number = write_batch(
                connection,
                made,
                received_at=utc(received_at),
                file_name=file_name,
                sha256=digest(content),
                author=author,
                source=source,
                note=note,
                rows_read=n_read,
                kind="intake",
            )
            return Receipt(number, n_read, made.n_new, made.same_as)

    def preview(self, table: pd.DataFrame, counts: pd.DataFrame | None = None, *, content: bytes = b"") -> Preview:
        """Tell what `append` would do, and do nothing.

        Parameters
        ----------
        table : pandas.DataFrame
        counts : pandas.DataFrame, optional
        content : bytes

        Returns
        -------
        Preview

        Raises
        ------
        FaultsError
            As `append`.
        """
        counts = make_counts() if counts is None else counts
        with self.engine.connect() as connection:
            made = prepare(connection, table, counts, content)
        changes = _changes(made.held, made.fresh).astype({"month": str})
        if len(made.counts):
            changes = pd.concat([changes, _changes(made.held_counts, made.counts)], ignore_index=True)
        return Preview(len(table) + len(counts), made.n_new, changes, made.same_as)

    def correct(
        self, table: pd.DataFrame, *, received_at: dt.datetime, author: str, reason: str, findings: Iterable[str] = ()
    ) -> Receipt:
        """Add a declared correction: a batch with its reason; the findings it answers become corrected.

        Parameters
        ----------
        table : pandas.DataFrame
            Observations, with a vintage later than those they correct.
        received_at : datetime
            UTC.
        author, reason : str
            Neither empty.
        findings : iterable of str
            Ids.

        Returns
        -------
        Receipt

        Raises
        ------
        StoreError
            If author or reason is missing, a finding is not known, or the table corrects nothing.
        FaultsError
            As `append`.
        """
        _require(author, reason, "更正")
        with self.writing() as connection:
            made = prepare(connection, table, make_counts(), b"")
            if made.fresh.empty:
                raise StoreError("更正的数与现有的数完全相同，没有要更正的内容。请核对。")
            number = write_batch(
                connection,
                made,
                received_at=utc(received_at),
                file_name="",
                sha256="",
                author=author,
                source="",
                note=reason,
                rows_read=len(table),
                kind="correction",
            )
            for finding in list(dict.fromkeys(findings)) or [""]:
                connection.execute(
                    tables.corrections.insert().values(batch=number, finding=finding, author=author, reason=reason)
                )
                if finding:
                    _mark_corrected(connection, finding, utc(received_at), author, f"第{number}批：{reason}")
        return Receipt(number, len(table), made.n_new)

    def undo(self, batch: int, *, received_at: dt.datetime, vintage: dt.datetime, author: str, reason: str) -> Receipt:
        """Take a batch back by a new batch, which makes it as if it had not come; history stays.

        Parameters
        ----------
        batch : int
            One that stands; undoing an undoing lets the first batch stand again.
        received_at : datetime
            UTC.
        vintage : datetime
            From when on, in the office's local time without zone; until then the batch is what was known.
        author, reason : str
            Neither empty.

        Returns
        -------
        Receipt
            `rows_new` counts the numbers restored or withdrawn; none where later batches hold.

        Raises
        ------
        StoreError
            If there is no such batch, it is undone already, author or reason is missing, or the vintage is not later
            than what is known of the batch's numbers.
        FaultsError
            If what would remain does not close, or has a hole.
        """
        _require(author, reason, "撤销")
        with self.writing() as connection:
            undoes = read_undoes(connection)
            _check_stands(batch, undoes)
            number = max(undoes) + 1
            root = root_of(batch, undoes)
            undone = undone_by({**undoes, number: batch})
            repeated = read_repeated(connection)
            areas = areas_of(connection, root, repeated)
            held = read_versions(connection, areas)
            about = pd.concat([held[held["role"] == "stated"], repeated], ignore_index=True)
            items = about.loc[about["batch"] == root, KEY[:-1]].drop_duplicates()
            held_counts = read_counts(connection, areas)
            said = held_counts[(held_counts["batch"] == root) & (held_counts["role"] == "stated")]
            latest = pd.concat([held, repeated]).merge(items, on=KEY[:-1])["vintage"].max()
            if len(said):
                # Of what was only counted over months as well; NaT where the batch held nothing else.
                about_counts = pd.MultiIndex.from_frame(held_counts[KEY[:-1]])
                touched = about_counts.isin(pd.MultiIndex.from_frame(said[KEY[:-1]]))
                latest = pd.Series([latest, held_counts.loc[touched, "vintage"].max()]).max()
            moment = pd.Timestamp(vintage)
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
                check_closes(held, rows)
            except FaultsError as error:
                later = sorted(set(held.loc[(held["batch"] > batch), "batch"]) - set(undone))
                hint = f"可先撤销其后的第{'、'.join(map(str, later[-5:]))}批，" if later else ""
                raise FaultsError(
                    [f"{fault}{hint}或先录入更正的数，再撤销第{batch}批。" for fault in error.faults],
                    f"第{batch}批未撤销：撤销后数据不能自洽",
                ) from error
            made = Prepared(held, held_counts, rows, counts, rows.iloc[:0], len(rows) + len(counts))
            number = write_batch(
                connection,
                made,
                received_at=utc(received_at),
                file_name="",
                sha256="",
                author=author,
                source="",
                note=reason,
                rows_read=len(items) + len(said),
                kind="undo",
                undoes=batch,
            )
        return Receipt(number, len(items) + len(said), made.n_new)


def _changes(held: pd.DataFrame, added: pd.DataFrame) -> pd.DataFrame:
    return differences(known_at(held), known_at(pd.concat([held, as_versions(added)], ignore_index=True)))


def _require(author: str, reason: str, what: str) -> None:
    if not author.strip() or not reason.strip():
        raise StoreError(f"{what}须写明由谁、为什么。请填写姓名和原因。")


def _check_stands(batch: int, undoes: dict[int, int | None]) -> None:
    if batch not in undoes:
        last = f"现有第1至第{max(undoes)}批" if undoes else "现在一批也没有"
        raise StoreError(f"没有第{batch}批，{last}。请用 python cli.py batches 查看。")
    undone = undone_by(undoes)
    if batch in undone:
        raise StoreError(f"第{batch}批已由第{undone[batch]}批撤销。若要恢复，请撤销第{undone[batch]}批。")


def _mark_corrected(connection: sa.Connection, finding: str, moment: dt.datetime, author: str, reason: str) -> None:
    held = tables.findings
    if connection.execute(sa.select(held.c.id).where(held.c.id == finding)).first() is None:
        raise StoreError(f"没有编号为“{finding}”的质量问题。请用 python cli.py quality 查看。")
    connection.execute(
        tables.finding_states.insert().values(
            id=finding, changed_at=moment, state="corrected", author=author, reason=reason
        )
    )
