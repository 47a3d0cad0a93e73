"""The version of the tables, and the steps that bring a database of an earlier version to the present one.

Version 1 is what the first release made, without a row saying so. A step runs in the transaction that opens the
database, under the writing lock, so that it is done whole or not at all, and once only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from data.tables import batches, metadata, observations, schema_versions
from forecasting.errors import StoreError

PRESENT = 2


def upgrade(connection: sa.Connection) -> None:
    """Make the tables, or bring them to the present version.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction that holds the writing lock.

    Raises
    ------
    StoreError
        If the database is of a later version than this program knows.
    """
    held = set(sa.inspect(connection).get_table_names())
    is_new = batches.name not in held
    metadata.create_all(connection)
    version = connection.execute(sa.select(sa.func.max(schema_versions.c.version))).scalar()
    if version is None:
        version = PRESENT if is_new else 1
        _note(connection, version)
    if version > PRESENT:
        raise StoreError(
            f"数据库的结构是第{version}版，本程序只认得第{PRESENT}版及以前。请升级本程序后再打开，不要用旧程序写入。"
        )
    for step in range(version, PRESENT):
        STEPS[step](connection)
        _note(connection, step + 1)


def _note(connection: sa.Connection, version: int) -> None:
    moment = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    connection.execute(schema_versions.insert().values(version=version, applied_at=moment))


def _from_1(connection: sa.Connection) -> None:
    """Batches get their author, kind and note, observations their role; receipts turn from the office's time to UTC."""
    for name in ("kind", "undoes", "author", "source", "note"):
        _add_column(connection, batches.c[name])
    _add_column(connection, observations.c.role)
    for number, received in connection.execute(sa.select(batches.c.id, batches.c.received_at)).all():
        moment = received.astimezone(dt.UTC).replace(tzinfo=None)
        connection.execute(batches.update().where(batches.c.id == number).values(received_at=moment))


def _add_column(connection: sa.Connection, column: sa.Column[object]) -> None:
    definition = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE {column.table.name} ADD COLUMN {definition}")


#: Version -> what leads from it to the next.
STEPS: dict[int, Callable[[sa.Connection], None]] = {1: _from_1}
