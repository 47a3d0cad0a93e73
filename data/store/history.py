"""Reading the store: what was known when, by whom it was brought, and how it was revised since.

Vintages are the office's local time, as the files state them; the time at which a batch came in is UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import pandas as pd
import sqlalchemy as sa

from data import tables
from data.ledger import known_at
from data.observations import KEY
from data.period_counts import from_items
from data.store.database import Database
from data.store.versions import ONE_DAY, known_on, read_counts, read_undoes, read_versions
from data.undoing import undone_by
from data.vintages import differences, revision_table, revisions
from forecasting.errors import HistoryError
from forecasting.panel import Panel


class HistoryStore(Database):
    """The part of the store that reads observations; see `data.store.Store`."""

    def as_of(self, date: dt.date) -> pd.DataFrame:
        """Observations as they were known at the end of a day: the only door to history.

        Parameters
        ----------
        date : datetime.date

        Returns
        -------
        pandas.DataFrame
            Observations, one row a key: the newest vintage not after `date`.

        Raises
        ------
        HistoryError
            If nothing was known by then.
        """
        return known_on(self.versions(), date)

    def counts_as_of(self, date: dt.date) -> pd.DataFrame:
        """Return the counts of several months as they were known at the end of a day.

        Parameters
        ----------
        date : datetime.date

        Returns
        -------
        pandas.DataFrame
            Columns `data.period_counts.COUNT_COLUMNS`; empty if none was known.
        """
        return from_items(known_at(self.count_versions(), pd.Timestamp(date) + ONE_DAY))

    def known(self, moment: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return what was known before a moment, though it be nothing.

        Parameters
        ----------
        moment : pandas.Timestamp

        Returns
        -------
        tuple of pandas.DataFrame
            Observations, and counts of several months.
        """
        return known_at(self.versions(), moment), from_items(known_at(self.count_versions(), moment))

    def panel(self, date: dt.date) -> Panel:
        """Monthly panel as it was known at the end of a day.

        Parameters
        ----------
        date : datetime.date

        Returns
        -------
        Panel

        Raises
        ------
        HistoryError
            If nothing was known by then.
        """
        return Panel.from_long(self.as_of(date))

    def panels_at(self, origins: Sequence[pd.Period], *, days_after: int) -> Iterator[tuple[pd.Period, Panel]]:
        """Yield for each origin the panel as it was known then: first releases, not what they were revised to.

        Parameters
        ----------
        origins : sequence of pandas.Period
            Months.
        days_after : int
            Days from the end of the origin to the day of the forecast: the delay of publication that is allowed for.

        Yields
        ------
        tuple of pandas.Period and Panel
            The panel ends at the origin. What was known of a day is what `as_of` gives.

        Raises
        ------
        HistoryError
            If at one of the origins nothing was known of its month.
        """
        versions = self.versions()
        for origin in origins:
            day = origin.end_time.date() + dt.timedelta(days=days_after)
            known = known_on(versions, day)
            known = known[known["month"] <= origin]
            if not (known["month"] == origin).any():
                last = f"，最晚为 {known['month'].max()}" if len(known) else ""
                raise HistoryError(f"到 {day} 还没有 {origin} 的数据{last}。请多留几天，或选择别的预测起点。")
            yield origin, Panel.from_long(known)

    def vintages(self) -> pd.DatetimeIndex:
        """Every moment at which something became known, ascending.

        Returns
        -------
        pandas.DatetimeIndex
            Empty if nothing is stored.
        """
        column = tables.observations.c.vintage
        with self.engine.connect() as connection:
            return pd.DatetimeIndex(list(connection.execute(sa.select(column).distinct().order_by(column)).scalars()))

    def versions(self) -> pd.DataFrame:
        """Return every version of every observation, with its batch and role.

        Returns
        -------
        pandas.DataFrame
            Columns `data.ledger.VERSION_COLUMNS`, sorted by key.
        """
        with self.engine.connect() as connection:
            return read_versions(connection).sort_values(KEY, ignore_index=True)

    def count_versions(self) -> pd.DataFrame:
        """Return every version of every count of several months, with its batch and role.

        Returns
        -------
        pandas.DataFrame
            Columns `data.ledger.VERSION_COLUMNS`, sorted by key; month is the name of the period.
        """
        with self.engine.connect() as connection:
            return read_counts(connection).sort_values(KEY, ignore_index=True)

    def difference(self, before: dt.date, after: dt.date) -> pd.DataFrame:
        """Compare what was known at the ends of two days.

        Parameters
        ----------
        before, after : datetime.date
            Of a day on which nothing was known yet, everything is new.

        Returns
        -------
        pandas.DataFrame
            See `data.vintages.differences`.
        """
        versions = self.versions()
        first, last = (known_at(versions, pd.Timestamp(day) + ONE_DAY) for day in (before, after))
        return differences(first, last)

    def changes_of(self, batch: int) -> pd.DataFrame:
        """Tell what a batch changed of all that is known, whatever its dates.

        Parameters
        ----------
        batch : int

        Returns
        -------
        pandas.DataFrame
            See `data.vintages.differences`; month is text, for counts of several months the name of their period.
        """
        tables = [self.versions(), self.count_versions()]
        # Nothing is compared with nothing: a store without counts has none that differ.
        return pd.concat(
            [
                differences(known_at(one[one["batch"] < batch]), known_at(one[one["batch"] <= batch])).astype(
                    {"month": str}
                )
                for one in tables
                if len(one)
            ],
            ignore_index=True,
        )

    def revisions(self) -> pd.DataFrame:
        """Compare the first release of every number with its latest; see `data.vintages.revisions`.

        Returns
        -------
        pandas.DataFrame
        """
        return revisions(self.versions())

    def revision_table(self, *, furthest: int = 12) -> pd.DataFrame:
        """Say by measure and lag how far numbers were from their latest; see `data.vintages.revision_table`.

        Parameters
        ----------
        furthest : int
            Largest lag, in months.

        Returns
        -------
        pandas.DataFrame
        """
        return revision_table(self.versions(), furthest=furthest)

    def batches(self) -> pd.DataFrame:
        """Return every batch, oldest first.

        Returns
        -------
        pandas.DataFrame
            Columns batch, received_at (UTC), kind (intake, correction, undo), undoes, undone_by (both NA where none),
            author, source, file_name, sha256, rows_read, rows_new, note.
        """
        held = tables.batches
        with self.engine.connect() as connection:
            undone = undone_by(read_undoes(connection))
        table = self._frame(sa.select(held).order_by(held.c.id), held.c.keys()).rename(columns={"id": "batch"})
        table = table.assign(
            undoes=table["undoes"].astype("Int64"),
            undone_by=pd.array([undone.get(int(number)) for number in table["batch"]], dtype="Int64"),
        )
        return table[
            ["batch", "received_at", "kind", "undoes", "undone_by", "author", "source", "file_name", "sha256",
             "rows_read", "rows_new", "note"]
        ]  # fmt: skip

    def corrections(self) -> pd.DataFrame:
        """Return the declared corrections.

        Returns
        -------
        pandas.DataFrame
            Columns batch, finding, author, reason; one row a batch and finding.
        """
        query = sa.select(tables.corrections).order_by(tables.corrections.c.batch, tables.corrections.c.finding)
        return self._frame(query, tables.corrections.c.keys())

    def _frame(self, query: sa.Select[tuple[object, ...]], columns: Sequence[str]) -> pd.DataFrame:
        with self.engine.connect() as connection:
            return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=list(columns))
