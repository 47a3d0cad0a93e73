"""What analysts declared of events: those they added or accepted, and the proposals they refused.

Only additions are made: an event with the id of an earlier one replaces it from then on, and who declared what when
stays on record. An event is known from the day it was declared, so that past versions of the data stay as they were.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pandas as pd
import sqlalchemy as sa

from data.catalogue.events import COLUMNS, event_cells, parse_events
from data.store.database import Database
from data.tables import events, refusals
from forecasting.events import Event
from forecasting.proposals import Proposal


@dataclass(frozen=True)
class Declared:
    """An event that an analyst declared.

    Parameters
    ----------
    event : Event
    author : str
    saved_at : datetime.datetime
    """

    event: Event
    author: str
    saved_at: dt.datetime


def save_events(store: Database, declared: Sequence[Event], *, author: str, saved_at: dt.datetime) -> None:
    """Add or replace events, all or nothing; earlier versions are kept.

    Parameters
    ----------
    store : Database
    declared : sequence of Event
        At least one; no id twice.
    author : str
    saved_at : datetime.datetime
    """
    rows = [
        {
            "id": event.id,
            "saved_at": saved_at,
            "author": author,
            "record": json.dumps(event_cells(event), ensure_ascii=False),
        }
        for event in declared
    ]
    with store.writing() as connection:
        connection.execute(events.insert(), rows)


def declared_events(store: Database, until: dt.date | None = None) -> tuple[Declared, ...]:
    """Return the events declared by the end of a day, the newest version of each.

    Parameters
    ----------
    store : Database
    until : datetime.date, optional
        Default all.

    Returns
    -------
    tuple of Declared
        In the order in which they were declared last.
    """
    query = sa.select(events).order_by(events.c.saved_at, events.c.id)
    if until is not None:
        query = query.where(events.c.saved_at < dt.datetime.combine(until + dt.timedelta(days=1), dt.time()))
    newest: dict[str, Declared] = {}
    with store.engine.connect() as connection:
        for row in connection.execute(query):
            table = pd.DataFrame([json.loads(row.record)], columns=COLUMNS)
            # Taken out first, so that what was declared last stands last.
            newest.pop(row.id, None)
            newest[row.id] = Declared(parse_events(table, "自设事件")[0], row.author, row.saved_at)
    return tuple(newest.values())


def save_refusal(store: Database, proposal: Proposal, *, reason: str, author: str, saved_at: dt.datetime) -> None:
    """Remember that a proposal was refused.

    Parameters
    ----------
    store : Database
    proposal : Proposal
    reason : str
    author : str
    saved_at : datetime.datetime
    """
    record = asdict(proposal) | {"start": str(proposal.start), "end": str(proposal.end)}
    with store.writing() as connection:
        connection.execute(
            refusals.insert().values(
                id=proposal.id,
                saved_at=saved_at,
                author=author,
                reason=reason,
                record=json.dumps(record, ensure_ascii=False),
            )
        )


def refused_proposals(store: Database) -> tuple[Proposal, ...]:
    """Return every proposal that was refused.

    Parameters
    ----------
    store : Database

    Returns
    -------
    tuple of Proposal
        In the order in which they were refused.
    """
    with store.engine.connect() as connection:
        found = connection.execute(sa.select(refusals.c.record).order_by(refusals.c.saved_at, refusals.c.id))
        records = [json.loads(record) for (record,) in found]
    return tuple(
        Proposal(**record | {name: pd.Period(record[name], freq="M") for name in ("start", "end")})
        for record in records
    )
