"""Writing observations: batches that are taken in, corrected and taken back, all or nothing.

A correction is a new row with a later vintage, an undoing a new batch; no row is ever changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd
import sqlalchemy as sa

from data import tables
from data.ledger import as_versions, known_at
from data.period_counts import make_counts
from data.store.batch import digest, prepare, write_batch
from data.store.database import utc
from data.store.history import HistoryStore
from data.store.receipt import Preview, Receipt
from data.store.undone import prepare_undoing
from data.vintages import differences
from forecasting.errors import StoreError


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
            made, n_about = prepare_undoing(connection, batch, pd.Timestamp(vintage))
            number = write_batch(
                connection,
                made,
                received_at=utc(received_at),
                file_name="",
                sha256="",
                author=author,
                source="",
                note=reason,
                rows_read=n_about,
                kind="undo",
                undoes=batch,
            )
        return Receipt(number, n_about, made.n_new)


def _changes(held: pd.DataFrame, added: pd.DataFrame) -> pd.DataFrame:
    return differences(known_at(held), known_at(pd.concat([held, as_versions(added)], ignore_index=True)))


def _require(author: str, reason: str, what: str) -> None:
    if not author.strip() or not reason.strip():
        raise StoreError(f"{what}须写明由谁、为什么。请填写姓名和原因。")


def _mark_corrected(connection: sa.Connection, finding: str, moment: dt.datetime, author: str, reason: str) -> None:
    held = tables.findings
    if connection.execute(sa.select(held.c.id).where(held.c.id == finding)).first() is None:
        raise StoreError(f"没有编号为“{finding}”的质量问题。请用 python cli.py quality 查看。")
    connection.execute(
        tables.finding_states.insert().values(
            id=finding, changed_at=moment, state="corrected", author=author, reason=reason
        )
    )
