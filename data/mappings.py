"""Mappings kept in the store: what a user answered once to a source's layout holds for its next file.

A mapping is found by who sent the file and by the layout's fingerprint, which does not change with months and numbers.
Answers that hold for one file only are not kept. Rows are only added: the newest holds, and who gave it is known.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from data.readers.workbook import Mapping
from data.store.database import Database, utc
from data.tables import mappings
from forecasting.errors import SchemaError


@dataclass(frozen=True)
class KeptMapping:
    """A mapping and where it comes from.

    Parameters
    ----------
    source, fingerprint : str
    mapping : Mapping
    author : str
    saved_at : datetime.datetime
        UTC, without zone.
    """

    source: str
    fingerprint: str
    mapping: Mapping
    author: str
    saved_at: dt.datetime


def save_mapping(
    store: Database, *, source: str, fingerprint: str, mapping: Mapping, author: str, saved_at: dt.datetime
) -> None:
    """Keep the lasting answers of a mapping for a source's layout, unless they are what is kept already.

    Parameters
    ----------
    store : Database
    source : str
        Who sends such files, as the user names it.
    fingerprint : str
        Of `Reading`.
    mapping : Mapping
    author : str
    saved_at : datetime.datetime

    Raises
    ------
    SchemaError
        If source or fingerprint is empty.
    """
    if not source.strip() or not fingerprint:
        raise SchemaError("保存对照表须写明来源（哪个单位报来的）。请填写后重试。")
    record = mapping.lasting().to_json()
    kept = find_mapping(store, source=source, fingerprint=fingerprint)
    if kept is not None and kept.to_json() == record:
        return
    with store.writing() as connection:
        connection.execute(
            mappings.insert().values(
                source=source.strip(),
                fingerprint=fingerprint,
                record=record,
                author=author,
                saved_at=utc(saved_at),
            )
        )


def find_mapping(store: Database, *, source: str, fingerprint: str) -> Mapping | None:
    """Return what was answered last to a source's layout.

    Parameters
    ----------
    store : Database
    source : str
    fingerprint : str

    Returns
    -------
    Mapping or None
    """
    kept = [one for one in list_mappings(store, source=source) if one.fingerprint == fingerprint]
    return kept[-1].mapping if kept else None


def with_kept(store: Database, mapping: Mapping, *, source: str, fingerprint: str) -> Mapping:
    """Return answers given now together with those kept for a source's layout; what is answered now holds.

    Parameters
    ----------
    store : Database
    mapping : Mapping
        Given now.
    source, fingerprint : str
        Where one is empty nothing is kept.

    Returns
    -------
    Mapping
    """
    kept = find_mapping(store, source=source, fingerprint=fingerprint) if source.strip() and fingerprint else None
    return Mapping(tuple({**dict(kept.answers), **dict(mapping.answers)}.items())) if kept else mapping


def list_mappings(store: Database, *, source: str | None = None) -> tuple[KeptMapping, ...]:
    """Return every mapping that was kept, oldest first.

    Parameters
    ----------
    store : Database
    source : str, optional

    Returns
    -------
    tuple of KeptMapping
    """
    query = sa.select(mappings).order_by(mappings.c.number)
    if source is not None:
        query = query.where(mappings.c.source == source.strip())
    with store.engine.connect() as connection:
        rows = connection.execute(query).all()
    return tuple(
        KeptMapping(row.source, row.fingerprint, Mapping.from_json(row.record), row.author, row.saved_at)
        for row in rows
    )
