"""Writing observations: batches that are taken in, corrected and taken back, all or nothing.

A correction is a new row with a later vintage, an undoing a new batch; no row is ever changed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from data import tables
from data.ledger import VERSION_COLUMNS, as_versions, check_closes, known_at, news, restated
from data.observations import KEY, check_observations
from data.store.database import utc
from data.store.history import HistoryStore
from data.store.versions import (
    areas_of,
    packed,
    read_repeated,
    read_statements,
    read_undoes,
    read_versions,
)
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
        What would then be known otherwise, see `data.vintages.differences`.
    same_as : int or None
        As of `Receipt`.
    """

    rows_read: int
    rows_new: int
    changes: pd.DataFrame
    same_as: int | None = None


@dataclass(frozen=True, eq=False)
class _Prepared:
    """A batch checked against what is held: what it adds, and what it repeats."""

    held: pd.DataFrame
    fresh: pd.DataFrame
    repeated: pd.DataFrame
    same_as: int | None
    is_repetition: bool


class IntakeStore(HistoryStore):
    """The part of the store that writes observations; see `data.store.Store`."""

    def append(
        self,
        table: pd.DataFrame,
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
        check_observations(table)
        with self.writing() as connection:
            made = _prepare(connection, table, content)
            if made.is_repetition and made.same_as is not None:
                return Receipt(made.same_as, len(table), 0, made.same_as)
            number = _store(
                connection,
                made,
                received_at=utc(received_at),
                file_name=file_name,
                sha256=_digest(content),
                author=author,
                source=source,
                note=note,
                rows_read=len(table),
                kind="intake",
            )
            return Receipt(number, len(table), len(made.fresh), made.same_as)

    def preview(self, table: pd.DataFrame, *, content: bytes = b"") -> Preview:
        """Tell what `append` would do, and do nothing.

        Parameters
        ----------
        table : pandas.DataFrame
        content : bytes

        Returns
        -------
        Preview

        Raises
        ------
        FaultsError
            As `append`.
        """
        check_observations(table)
        with self.engine.connect() as connection:
            made = _prepare(connection, table, content)
        after = made.held
        if not made.is_repetition:
            after = pd.concat([made.held, as_versions(made.fresh)], ignore_index=True)
        changes = differences(known_at(made.held), known_at(after))
        return Preview(len(table), 0 if made.is_repetition else len(made.fresh), changes, made.same_as)

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
        check_observations(table)
        with self.writing() as connection:
            made = _prepare(connection, table, b"")
            if made.fresh.empty:
                raise StoreError("更正的数与现有的数完全相同，没有要更正的内容。请核对。")
            number = _store(
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
        return Receipt(number, len(table), len(made.fresh))

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
            latest = pd.concat([held, repeated]).merge(items, on=KEY[:-1])["vintage"].max()
            moment = pd.Timestamp(vintage)
            if latest >= moment:
                raise StoreError(
                    f"撤销须晚于所涉数据的最新数据日期 {latest:%Y-%m-%d %H:%M:%S}，现为 {moment:%Y-%m-%d %H:%M:%S}。"
                    "请用更晚的日期。"
                )
            rows = rows_of_undoing(held, repeated, root=root, undone=undone, vintage=moment)
            try:
                check_closes(held, rows)
            except FaultsError as error:
                later = sorted(set(held.loc[(held["batch"] > batch), "batch"]) - set(undone))
                hint = f"可先撤销其后的第{'、'.join(map(str, later[-5:]))}批，" if later else ""
                raise FaultsError(
                    [f"{fault}{hint}或先录入更正的数，再撤销第{batch}批。" for fault in error.faults],
                    f"第{batch}批未撤销：撤销后数据不能自洽",
                ) from error
            made = _Prepared(held, rows, rows.iloc[:0], None, is_repetition=False)
            number = _store(
                connection,
                made,
                received_at=utc(received_at),
                file_name="",
                sha256="",
                author=author,
                source="",
                note=reason,
                rows_read=len(items),
                kind="undo",
                undoes=batch,
            )
        return Receipt(number, len(items), len(rows))


def _prepare(connection: sa.Connection, table: pd.DataFrame, content: bytes) -> _Prepared:
    """Check a table against what is held, and part what it adds from what it repeats."""
    held = read_versions(connection, sorted(set(table["area"])))
    same_as = _same_file(connection, content)
    if same_as is not None and _says_the_same(table, read_statements(connection, same_as)):
        return _Prepared(held, table.iloc[:0], table, same_as, is_repetition=True)
    fresh = news(table, held)
    is_fresh = pd.MultiIndex.from_frame(table[KEY]).isin(pd.MultiIndex.from_frame(fresh[KEY]))
    if len(fresh):
        fresh = as_versions(fresh)
        late = read_repeated(connection, since=fresh["vintage"].min())
        late = late[~late["batch"].isin(list(undone_by(read_undoes(connection))))] if len(late) else late
        fresh = pd.concat([fresh, as_versions(restated(fresh, held, late), role="restated")], ignore_index=True)
        check_closes(held, fresh)
    return _Prepared(held, fresh, table[~is_fresh], same_as, is_repetition=False)


def _store(
    connection: sa.Connection,
    made: _Prepared,
    *,
    received_at: dt.datetime,
    file_name: str,
    sha256: str,
    author: str,
    source: str,
    note: str,
    rows_read: int,
    kind: str,
    undoes: int | None = None,
) -> int:
    """Write a prepared batch, and return its number."""
    key = connection.execute(
        tables.batches.insert().values(
            received_at=received_at,
            file_name=file_name,
            sha256=sha256,
            rows_read=rows_read,
            rows_new=len(made.fresh),
            kind=kind,
            undoes=undoes,
            author=author,
            source=source,
            note=note,
        )
    ).inserted_primary_key
    number = int(key[0]) if key else 0
    if len(made.fresh):
        rows = made.fresh[VERSION_COLUMNS].assign(month=made.fresh["month"].astype(str), batch=number)
        connection.execute(
            tables.observations.insert(),
            [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")],
        )
    if len(made.repeated):
        connection.execute(
            tables.repeats.insert().values(
                batch=number,
                last_vintage=made.repeated["vintage"].max().to_pydatetime(),
                content=packed(made.repeated),
            )
        )
    return number


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


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest() if content else ""


def _same_file(connection: sa.Connection, content: bytes) -> int | None:
    """Return the newest batch that stands and came from a file of this very content."""
    if not content:
        return None
    query = sa.select(tables.batches.c.id).where(tables.batches.c.sha256 == _digest(content))
    numbers = set(connection.execute(query).scalars())
    standing = numbers - set(undone_by(read_undoes(connection))) if numbers else numbers
    return max(standing, default=None)


def _says_the_same(table: pd.DataFrame, said: pd.DataFrame) -> bool:
    """Whether a batch said all of a table, no later than the table says it."""
    if len(table) != len(said):
        return False
    ours, theirs = (one.sort_values(KEY, ignore_index=True) for one in (table, said))
    compared = [*KEY[:-1], "value", "precision", "status"]
    return bool((ours[compared] == theirs[compared]).all(axis=None) and (ours["vintage"] >= theirs["vintage"]).all())


def _mark_corrected(connection: sa.Connection, finding: str, moment: dt.datetime, author: str, reason: str) -> None:
    held = tables.findings
    if connection.execute(sa.select(held.c.id).where(held.c.id == finding)).first() is None:
        raise StoreError(f"没有编号为“{finding}”的质量问题。请用 python cli.py quality 查看。")
    connection.execute(
        tables.finding_states.insert().values(
            id=finding, changed_at=moment, state="corrected", author=author, reason=reason
        )
    )
