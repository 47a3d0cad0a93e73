"""How long, and in how much memory, a register of many records is read: registry_scale.py --dir FOLDER [--records 1e8].

Simulates the records (117 counties, three types, text dates, an id, an address shared by some), writes them as parquet
in chunks, reads them in a process of its own and prints its seconds and its peak memory (rusage of that
process). The counts are held against a direct count of what was written. The files are removed afterwards.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from data.catalogue import load_areas  # noqa: E402 - the path must be set first
from data.readers.registry import RegistryOptions, read_registry  # noqa: E402

CHUNK = 10_000_000
AS_OF = "2023-06-30"
#: Bytes a record may take on disk: as parquet, in the work file and spilled.
BYTES_A_RECORD = 300


def simulate(folder: Path, records: int, memory_mb: int) -> None:
    """Write the records in chunks of `CHUNK`."""
    areas = load_areas()
    connection = duckdb.connect(config={"memory_limit": f"{memory_mb}MiB", "threads": 2})
    connection.execute(f"set temp_directory = '{folder / 'spill'}'")
    counties = areas.loc[areas["level"] == "county"].merge(areas, left_on="parent", right_on="code")  # noqa: F841
    connection.execute(
        "create table offices as select row_number() over (order by code_x) - 1 as i, "
        "name_y || name_x || '市场监督管理局' as office from counties"
    )
    for number, start in enumerate(range(0, records, CHUNK)):
        stop = min(start + CHUNK, records)
        connection.execute(
            f"""copy (
                with r as (select i, hash(i) % 117 as office_number, hash(i + 1) % 10 as kind,
                                  date '2005-01-01' + cast(hash(i + 2) % 6755 as int) as established,
                                  cast(hash(i + 3) % 4000 as int) as days, hash(i + 4) % 3 = 0 as is_gone,
                                  hash(i + 5) % 20 = 0 as is_revoked
                           from range({start}, {stop}) t(i))
                select '91' || lpad(cast(r.i as varchar), 16, '0') as 统一社会信用代码, office as 登记机关,
                       case when kind < 3 then '有限责任公司(自然人独资)'
                            when kind < 9 then '个体工商户' else '农民专业合作社' end as 市场主体类型,
                       cast(established as varchar) as 成立日期,
                       case when is_gone and established + days <= date '{AS_OF}'
                            then cast(established + days as varchar) else '' end as 注销日期,
                       case when is_revoked and established + days // 2 <= date '{AS_OF}'
                            then strftime(established + days // 2, '%Y年%-m月%-d日') else '' end as 吊销日期,
                       '某街道' || cast(hash(r.i + 6) % {max(records // 4, 1)} as varchar) || '号' as 住所
                from r join offices o on o.i = r.office_number
            ) to '{folder / f"part{number:03d}.parquet"}' (format parquet, compression zstd)"""
        )


def read(folder: Path, memory_mb: int, threads: int) -> None:
    """Read the records and print what they add up to; run in a process of its own."""
    areas = load_areas()
    started = time.perf_counter()
    options = RegistryOptions(memory_mb=memory_mb, threads=threads, temp_folder=folder)
    reading = read_registry(
        sorted(folder.glob("part*.parquet")),
        as_of=pd.Timestamp(AS_OF),
        known_areas=dict(zip(areas["code"], areas["name"], strict=True)),
        options=options,
    )
    table = reading.observations
    sums = table[table["measure"] != "stock"].groupby("measure")["value"].sum()
    stock = table[(table["measure"] == "stock") & (table["month"] == reading.report.exits_to)]["value"].sum()
    seconds = time.perf_counter() - started
    print(f"{seconds:.1f} {sums['entries']:.0f} {sums['exits']:.0f} {stock:.0f} {len(reading.crowds)}")  # noqa: T201


def count(folder: Path) -> tuple[int, int]:
    """Count entries and exits of what was written, in the plainest way."""
    days = "least(try_cast(注销日期 as date), cast(try_strptime(吊销日期, '%Y年%m月%d日') as date))"
    found = duckdb.execute(f"select count(*), count({days}) from '{folder}/part*.parquet'").fetchone()
    return found or (0, 0)


def run(arguments: list[str]) -> tuple[str, float]:
    """Run a step of this script; return what it printed and its own peak memory in MB."""
    # In a process of its own, and waited for alone: getrusage of all children would give the largest of them.
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen([sys.executable, __file__, "--step", *arguments], stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{arguments[0]} ended with {process.returncode}")
        output.seek(0)
        return output.read(), usage.ru_maxrss / 1024


def main() -> int:
    """Simulate, read, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--records", type=lambda text: int(float(text)), default=100_000_000)
    parser.add_argument("--memory-mb", type=int, default=2048)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--step", choices=["simulate", "read"], help="one step in --dir; used by this script itself")
    given = parser.parse_args()
    if given.step == "read":
        read(given.dir, given.memory_mb, given.threads)
        return 0
    if given.step == "simulate":
        simulate(given.dir, given.records, given.memory_mb)
        return 0
    given.dir.mkdir(parents=True, exist_ok=True)
    free, needed = shutil.disk_usage(given.dir).free, given.records * BYTES_A_RECORD
    if free < needed:
        print(f"{given.dir}: {needed / 1e9:.0f} GB needed, {free / 1e9:.0f} GB free")  # noqa: T201
        return 1
    with tempfile.TemporaryDirectory(dir=given.dir) as made:
        folder = Path(made)
        settings = [
            "--records",
            str(given.records),
            "--memory-mb",
            str(given.memory_mb),
            "--threads",
            str(given.threads),
        ]
        run(["simulate", "--dir", made, *settings])
        size = sum(path.stat().st_size for path in folder.glob("part*.parquet"))
        answer, peak = run(["read", "--dir", made, *settings])
        seconds, entries, exits, stock, crowds = map(float, answer.split())
        expected = count(folder)
        print(  # noqa: T201
            f"{given.records} records, {size / 1e9:.2f} GB of parquet: {seconds:.0f} s, peak {peak:.0f} MB, "
            f"{given.records / seconds / 1e6:.2f} million a second\n"
            f"entries {entries:.0f}, exits {exits:.0f}, stock {stock:.0f}, crowds {crowds:.0f}; "
            f"counted directly: entries {expected[0]}, exits {expected[1]}"
        )
    return 0 if (entries, exits, stock) == (*expected, expected[0] - expected[1]) else 1


if __name__ == "__main__":
    sys.exit(main())
