"""Records in the database: users' goals, saved scenarios, and every run with its projection."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from data.store.database import Database
from data.tables import batches, events, goals, projections, runs, scenarios


class RecordStore(Database):
    """The part of the store that holds goals, scenarios and runs; see `data.store.Store`."""

    def state(self) -> str:
        """Name the state of the data: another after every batch, goal and event that comes in, and after nothing else.

        What a page keeps in memory it keeps under this name, so that new data show at once.

        Returns
        -------
        str
        """
        with self.engine.connect() as connection:
            batch = connection.execute(sa.select(sa.func.max(batches.c.id))).scalar()
            goal = connection.execute(sa.select(sa.func.max(goals.c.saved_at))).scalar()
            event = connection.execute(sa.select(sa.func.max(events.c.saved_at))).scalar()
        return f"{batch or 0} {goal or '-'} {event or '-'}"

    # Goals -----------------------------------------------------------------------------------------------------------

    def save_goals(self, records: Sequence[Mapping[str, str]], *, saved_at: dt.datetime) -> None:
        """Add or replace users' goals, all or nothing; earlier versions are kept.

        Parameters
        ----------
        records : sequence of mapping
            Rows of the goals file, column -> text; `id` is the key.
        saved_at : datetime
        """
        rows = [
            {"id": record["id"], "saved_at": saved_at, "record": json.dumps(dict(record), ensure_ascii=False)}
            for record in records
        ]
        with self.writing() as connection:
            connection.execute(goals.insert(), rows)

    def goal_records(self) -> list[dict[str, str]]:
        """Users' goals, the newest version of each.

        Returns
        -------
        list of dict
        """
        return _newest(self.engine, goals, goals.c.id)

    # Runs ------------------------------------------------------------------------------------------------------------

    def save_run(self, run_id: str, record: Mapping[str, object], content: bytes, *, created_at: dt.datetime) -> None:
        """Keep a run and its projection; a run that is already held is left as it is.

        Parameters
        ----------
        run_id : str
        record : mapping
            JSON-compatible description of the run.
        content : bytes
            The projection, see `data.projections`.
        created_at : datetime
        """
        with self.writing() as connection:
            if connection.execute(sa.select(runs.c.id).where(runs.c.id == run_id)).first():
                return
            text = json.dumps(record, ensure_ascii=False)
            connection.execute(runs.insert().values(id=run_id, created_at=created_at, record=text))
            connection.execute(projections.insert().values(run=run_id, content=content))

    def has_run(self, run_id: str) -> bool:
        """Whether a run is held.

        Parameters
        ----------
        run_id : str

        Returns
        -------
        bool
        """
        with self.engine.connect() as connection:
            return connection.execute(sa.select(runs.c.id).where(runs.c.id == run_id)).first() is not None

    def run(self, run_id: str) -> tuple[dict[str, object], bytes] | None:
        """Return a run's description and projection.

        Parameters
        ----------
        run_id : str

        Returns
        -------
        tuple of dict and bytes, or None
            None if the run is not held.
        """
        query = (
            sa.select(runs.c.record, projections.c.content)
            .join(projections, projections.c.run == runs.c.id)
            .where(runs.c.id == run_id)
        )
        with self.engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else (json.loads(row.record), row.content)

    # Scenarios -------------------------------------------------------------------------------------------------------

    def save_scenario(self, name: str, record: Mapping[str, object], *, saved_at: dt.datetime) -> None:
        """Save a scenario under its name; earlier versions are kept.

        Parameters
        ----------
        name : str
        record : mapping
            JSON-compatible definition.
        saved_at : datetime
        """
        text = json.dumps(record, ensure_ascii=False)
        with self.writing() as connection:
            connection.execute(scenarios.insert().values(name=name, saved_at=saved_at, record=text))

    def scenario_records(self) -> list[dict[str, str]]:
        """Return the saved scenarios, the newest version of each name.

        Returns
        -------
        list of dict
        """
        return _newest(self.engine, scenarios, scenarios.c.name)


def _newest(engine: sa.Engine, table: sa.Table, key: sa.Column[str]) -> list[dict[str, str]]:
    """Return the record of the newest version of each key, in the order in which they were saved."""
    query = sa.select(key, table.c.record).order_by(table.c.saved_at, key)
    newest: dict[str, str] = {}
    with engine.connect() as connection:
        for name, record in connection.execute(query):
            # Taken out first, so that what was saved last stands last.
            newest.pop(name, None)
            newest[name] = record
    return [json.loads(record) for record in newest.values()]
