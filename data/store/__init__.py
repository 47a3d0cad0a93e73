"""The store: what was observed and when it became known, what was found in it, and every run made from it.

SQLAlchemy Core on SQLite (WAL) or PostgreSQL. All of it is append-only: a correction, an undoing, a change of mind is
another row, and history is read only through `as_of`. Every write is one transaction.
"""

from __future__ import annotations

from data.store.findings import FindingStore
from data.store.intake import IntakeStore
from data.store.receipt import Preview, Receipt
from data.store.records import RecordStore

__all__ = ["Preview", "Receipt", "Store"]


class Store(IntakeStore, FindingStore, RecordStore):
    """One database.

    Parameters
    ----------
    url : str
        SQLAlchemy URL; `sqlite:///path` or `postgresql+psycopg://...`. Tables and, for SQLite, the folder are made when
        missing; a database of an earlier version is brought to the present one.

    Raises
    ------
    StoreError
        If the address is not one, or the database cannot be opened.
    """
