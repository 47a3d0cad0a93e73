"""200 intakes and undoings by a process that is killed at random moments, again and again."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from data.store import Store

ROOT = Path(__file__).parents[3]
N_FILES = 200
#: One process imports what it needs once; the children it forks do the work and are killed, wherever they are.
NURSE = """
import os, random, select, signal, sys, time
from pathlib import Path
import pandas as pd
from data.store import Store
import workflow

url, folder, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
files = sorted(folder.glob("*.csv"))

def work(tell):
    store = Store(url)
    batches = store.batches()
    for number in batches.loc[(batches["kind"] == "intake") & batches["undone_by"].notna(), "undone_by"]:
        # Killed between taking a batch back and bringing it in again.
        workflow.undo(store, int(number), reason="test")
    # Where it stopped is told by the files the store holds; the last is sent again, as people do.
    held = set(batches["file_name"]) - {""}
    for path in files[max(len(held) - 1, 0):]:
        receipt = workflow.ingest_file(store, path, author="test")
        if receipt.is_stored and int(path.stem) % 20 == 0:
            undone = workflow.undo(store, receipt.batch, reason="test")
            workflow.undo(store, undone.batch, reason="test")
        os.write(tell, b".")

chance = random.Random(seed)
kills, pace = 0, 0.3
while True:
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hear)
        try:
            work(tell)
            os._exit(0)
        except BaseException as error:
            print("child:", error, file=sys.stderr, flush=True)
            os._exit(3)
    os.close(tell)
    wanted, started, ended = chance.randint(0, 9), time.monotonic(), False
    for _ in range(wanted):
        # Nothing to read is the end of the child.
        if not os.read(hear, 1):
            ended = True
            break
    if wanted and not ended:
        pace = 0.5 * pace + 0.5 * (time.monotonic() - started) / wanted
    # Then anywhere within the next intake, or in opening the store.
    if not ended:
        ended = bool(select.select([hear], [], [], 0)[0]) and not os.read(hear, 1)
        time.sleep(chance.uniform(0, 1.3 * pace))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(hear)
    if os.WIFSIGNALED(status):
        kills += 1
        continue
    print(kills, flush=True)
    sys.exit(os.waitstatus_to_exitcode(status))
"""


def write_files(folder: Path) -> dict[str, str]:
    """A month a file for two types, each eighth a revision of the month before; all of it closes."""
    digests = {}
    stock = {"enterprise": 1204, "individual": 4790}
    flows: dict[str, tuple[int, int]] = {}
    for number in range(1, N_FILES + 1):
        lines = ["地区代码,主体类型,月份,新设,注销吊销,实有"]
        at = number - 1 - number // 8
        month = pd.Period("2005-01", freq="M") + at
        for kind in stock:
            if number % 8 == 0:
                entries, exits = flows[kind]
                flows[kind] = (entries + 3, exits + 3)  # some papers came in late on both sides
            else:
                flows[kind] = (40 + number % 17, 11 + number % 5)
                stock[kind] += flows[kind][0] - flows[kind][1]
            lines.append(f"141033,{kind},{month},{flows[kind][0]},{flows[kind][1]},{stock[kind]}")
        content = ("\n".join(lines) + "\n").encode()
        path = folder / f"{number:03d}.csv"
        path.write_bytes(content)
        digests[path.name] = hashlib.sha256(content).hexdigest()
    return digests


@pytest.mark.slow
def test_two_hundred_intakes_survive_kills_at_any_moment(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    digests = write_files(folder)
    nurse = subprocess.run(
        [sys.executable, "-c", NURSE, url, str(folder), "20230710"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        # Only against hanging: a busy machine takes ten minutes and more.
        timeout=1800,
        check=False,
    )
    assert nurse.returncode == 0, nurse.stderr[-2000:]
    assert int(nurse.stdout) >= 20, "too few kills to show anything"
    store = Store(url)
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            assert connection.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
    batches, versions = store.batches(), store.versions()
    # Every file is in, once, under its own digest, and every batch is whole.
    files = batches[batches["kind"] == "intake"]
    assert dict(zip(files["file_name"], files["sha256"], strict=True)) == digests
    assert len(files) == N_FILES
    counted = versions.groupby("batch").size().reindex(batches["batch"], fill_value=0)
    assert counted.tolist() == batches["rows_new"].tolist()
    # What an undoing took away its undoing gave back.
    assert files["undone_by"].isna().all()
    assert (batches["kind"] == "undo").sum() >= N_FILES // 20
    flows = store.as_of(dt.date(2100, 1, 1)).set_index(["entity_type", "month", "measure"])["value"]
    last = pd.read_csv(folder / "200.csv").set_index("主体类型")
    for kind in ("enterprise", "individual"):
        month = pd.Period(last.loc[kind, "月份"], freq="M")
        assert flows[kind, month, "entries"] == last.loc[kind, "新设"]
        assert flows[kind, month, "stock"] == last.loc[kind, "实有"]
    # The identity held at every moment of the history.
    for vintage in store.vintages()[:: max(len(store.vintages()) // 40, 1)]:
        store.panel(vintage.date() + dt.timedelta(days=1))
    panel = store.panel(dt.date(2100, 1, 1))
    assert panel.n_series == 2
    store.engine.dispose()
