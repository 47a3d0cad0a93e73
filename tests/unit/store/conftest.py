"""Every test of this folder that takes a store runs on SQLite and on a PostgreSQL server started here for the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from data.store import Store

SCHEMAS = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of a database on a server that listens on a socket in a temporary folder only."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is missing in continuous integration")
        pytest.skip("PostgreSQL (Debian's postgresql) is not installed")
    # The server refuses to run as root.
    prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="beizeng-pg-"))
    if prefix:
        shutil.chown(folder, "postgres")

    def call(*command: str) -> None:
        subprocess.run([*prefix, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    data = folder / "data"
    call(str(programs[-1] / "initdb"), "-D", str(data), "-U", "beizeng", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    call(str(programs[-1] / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql+psycopg://beizeng@/postgres?host={folder}"
    finally:
        call(str(programs[-1] / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database of its own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    server = request.getfixturevalue("server")
    # A schema is made in no time; a database is not.
    name = f"test_{next(SCHEMAS)}"
    admin = sa.create_engine(server)
    with admin.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {name}"))
    yield f"{server}&options=-csearch_path%3D{name}"
    with admin.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA {name} CASCADE"))
    admin.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store of its own."""
    opened = Store(url)
    yield opened
    opened.engine.dispose()
