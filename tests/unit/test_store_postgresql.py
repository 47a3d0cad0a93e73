"""The same store on a real PostgreSQL server, started here for the tests alone."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from data.store import Store
from forecasting.errors import FaultsError

Make = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
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


def test_the_store_behaves_the_same(server: str, make_observations: Make, received: dt.datetime) -> None:
    store = Store(server)
    first = make_observations(
        ("2023-05", "stock", 8412), ("2023-06", "entries", 131), ("2023-06", "exits", 40), ("2023-06", "stock", 8503)
    )
    assert store.append(first, received_at=received, file_name="六月.csv").rows_new == 4
    assert store.append(first, received_at=received, file_name="六月.csv").rows_new == 0
    revision = make_observations(("2023-06", "entries", 133), ("2023-06", "exits", 42), vintage="2023-08-10")
    assert store.append(revision, received_at=received, file_name="更正.csv").rows_new == 2
    with pytest.raises(FaultsError, match="差 −3"):
        store.append(
            make_observations(("2023-06", "stock", 8500), vintage="2023-09-10"),
            received_at=received,
            file_name="错.csv",
        )
    assert store.panel(dt.date(2023, 8, 9)).entries[0, -1] == 131
    assert store.panel(dt.date(2023, 12, 31)).entries[0, -1] == 133
    assert [str(vintage.date()) for vintage in store.vintages()] == ["2023-07-10", "2023-08-10"]
    store.save_run("abc", {"seed": 1}, b"\x00paths", created_at=received)
    assert store.run("abc") == ({"seed": 1}, b"\x00paths")
    store.save_goals([{"id": "自设", "value": "1"}], saved_at=received)
    store.save_scenario("加力", {"name": "加力"}, saved_at=received)
    assert store.goal_records() == [{"id": "自设", "value": "1"}]
    assert store.scenario_records() == [{"name": "加力"}]
    store.engine.dispose()
