"""Databases that the first version of the product made still open, with all they hold."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator

import pandas as pd
import pytest
import sqlalchemy as sa

from data.store import Store
from forecasting.errors import StoreError

#: As the first version made them; written out, so that nothing we change today changes what is tested.
FIRST = {
    "sqlite": ("INTEGER NOT NULL", "DATETIME", "BLOB"),
    "postgresql": ("SERIAL NOT NULL", "TIMESTAMP WITHOUT TIME ZONE", "BYTEA"),
}
TABLES = """
CREATE TABLE batches (id {key}, received_at {time} NOT NULL, file_name TEXT NOT NULL, sha256 VARCHAR(64) NOT NULL,
  rows_read INTEGER NOT NULL, rows_new INTEGER NOT NULL, PRIMARY KEY (id));
CREATE TABLE observations (area VARCHAR(9) NOT NULL, entity_type VARCHAR(16) NOT NULL, month VARCHAR(7) NOT NULL,
  measure VARCHAR(16) NOT NULL, vintage {time} NOT NULL, value FLOAT NOT NULL, precision FLOAT NOT NULL,
  status VARCHAR(16) NOT NULL, source TEXT NOT NULL, batch INTEGER NOT NULL,
  PRIMARY KEY (area, entity_type, month, measure, vintage), FOREIGN KEY(batch) REFERENCES batches (id));
CREATE TABLE goals (id VARCHAR(200) NOT NULL, saved_at {time} NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (id, saved_at));
CREATE TABLE runs (id VARCHAR(16) NOT NULL, created_at {time} NOT NULL, record TEXT NOT NULL, PRIMARY KEY (id));
CREATE TABLE projections (run VARCHAR(16) NOT NULL, content {bytes} NOT NULL, PRIMARY KEY (run),
  FOREIGN KEY(run) REFERENCES runs (id));
CREATE TABLE scenarios (name VARCHAR(200) NOT NULL, saved_at {time} NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (name, saved_at));
INSERT INTO batches (received_at, file_name, sha256, rows_read, rows_new)
  VALUES ('2023-07-10 09:30:00.000000', '六月.csv', 'e3b0c442', 2, 2);
INSERT INTO batches (received_at, file_name, sha256, rows_read, rows_new)
  VALUES ('2023-08-10 00:15:00.000000', '更正.csv', 'e3b0c443', 1, 1);
INSERT INTO observations VALUES ('141033', 'all', '2023-05', 'stock', '2023-07-10 09:30:00.000000', 8412, 0, 'final',
  '六月.csv', 1);
INSERT INTO observations VALUES ('141033', 'all', '2023-06', 'stock', '2023-07-10 09:30:00.000000', 8503, 0, 'final',
  '六月.csv', 1);
INSERT INTO observations VALUES ('141033', 'all', '2023-06', 'stock', '2023-08-10 00:15:00.000000', 8498, 0, 'final',
  '更正.csv', 2);
INSERT INTO goals VALUES ('自设', '2023-07-11 10:00:00.000000', '{{"id": "自设"}}');
"""


@pytest.fixture
def beijing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.delenv("TZ") if before is None else monkeypatch.setenv("TZ", before)
    time.tzset()


@pytest.fixture
def first_version(url: str) -> str:
    engine = sa.create_engine(url)
    key, moment, content = FIRST[engine.dialect.name]
    with engine.begin() as connection:
        for statement in TABLES.format(key=key, time=moment, bytes=content).split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement.strip().rstrip(";"))
    engine.dispose()
    return url


@pytest.mark.usefixtures("beijing")
def test_a_database_of_the_first_version_opens(
    first_version: str, make_observations: Callable[..., pd.DataFrame]
) -> None:
    store = Store(first_version)
    assert store.as_of(dt.date(2023, 7, 31))["value"].tolist() == [8412, 8503]
    assert store.as_of(dt.date(2023, 8, 31))["value"].tolist() == [8412, 8498]
    assert store.goal_records() == [{"id": "自设"}]
    batches = store.batches()
    # 09:30 and 00:15 in Beijing, eight hours ahead.
    assert batches["received_at"].astype(str).tolist() == ["2023-07-10 01:30:00", "2023-08-09 16:15:00"]
    assert batches["kind"].tolist() == ["intake", "intake"]
    assert set(store.versions()["role"]) == {"stated"}
    moment = dt.datetime(2023, 9, 1)  # noqa: DTZ001 - the office's local time
    assert store.undo(2, received_at=moment, vintage=moment, author="张三", reason="误传").batch == 3
    assert store.as_of(dt.date(2023, 9, 30))["value"].tolist() == [8412, 8503]
    table = make_observations(("2023-07", "stock", 8600), vintage="2023-09-02")
    assert store.append(table, received_at=moment, file_name="七月.csv").batch == 4
    store.engine.dispose()
    again = Store(first_version)
    assert again.batches()["received_at"].astype(str).tolist()[:2] == ["2023-07-10 01:30:00", "2023-08-09 16:15:00"]
    assert len(again.versions()) == 5
    again.engine.dispose()


def test_an_upgraded_database_has_the_columns_of_a_new_one(first_version: str) -> None:
    from data.tables import metadata

    store = Store(first_version)
    inspector = sa.inspect(store.engine)
    for table in metadata.sorted_tables:
        assert {column["name"] for column in inspector.get_columns(table.name)} == set(table.c.keys()), table.name
    store.engine.dispose()


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(
    first_version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data.store import schema

    def broken(connection: sa.Connection) -> None:
        schema._from_1(connection)
        raise StoreError("停电")

    with monkeypatch.context() as patch:
        patch.setitem(schema.STEPS, 1, broken)
        with pytest.raises(StoreError, match="停电"):
            Store(first_version)
    engine = sa.create_engine(first_version)
    assert "role" not in {column["name"] for column in sa.inspect(engine).get_columns("observations")}
    engine.dispose()
    store = Store(first_version)
    assert len(store.versions()) == 3
    store.engine.dispose()


def test_a_database_of_a_later_version_is_not_touched(store: Store) -> None:
    moment = dt.datetime(2030, 1, 1)  # noqa: DTZ001
    with store.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO schema_versions VALUES (99, :at)"), {"at": moment})
    with pytest.raises(StoreError, match="数据库的结构是第99版，本程序只认得第2版及以前。请升级本程序"):
        Store(store.url)
