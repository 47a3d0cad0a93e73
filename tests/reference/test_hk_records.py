"""The Hong Kong register, 3.1 million records, against its published monthly table.

The data are beside the checkout only.

Where the two agree and where not, and why: the monthly table was made from the same register, so entries agree in every
month it has. Its flags say that exits were observed to 2020-11-13 only; the reader finds that by itself from how the
dates of exit run out, and gives out no exits and no stock after 2020-10. The table's own 2020-11 holds 8 629 exits of
its first 13 days and 508 strays, the last on the 21st.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from data.readers.registry import RegistryOptions, RegistryReading, read_registry

AREA = "810000"
#: The table's types -> the register's words for them.
TYPES = {
    "public_shares": ["Public, ltd by shares", "Listed company"],
    "guarantee": ["Ltd by guarantee"],
}


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    path = shared / "data" / "registrations"
    if not (path / "hk_companies_records.parquet").is_file():
        pytest.skip("the Hong Kong records are not in ../shared/data/registrations")
    return path


def read(path: Path, **said: object) -> RegistryReading:
    return read_registry(
        [path],
        as_of=pd.Timestamp("2022-07-14"),
        known_areas={AREA: "香港特别行政区"},
        options=RegistryOptions(area=AREA, memory_mb=1024, **said),
    )


@pytest.fixture(scope="module")
def total(folder: Path) -> RegistryReading:
    return read(folder / "hk_companies_records.parquet", entity_type="enterprise")


def published(folder: Path, kind: str) -> pd.DataFrame:
    table = pd.read_csv(folder / "hk_monthly_by_type.csv", parse_dates=["month"])
    table = table[table["type"] == kind]
    return table.set_index(pd.PeriodIndex(table["month"], freq="M"))


def wide(reading: RegistryReading) -> pd.DataFrame:
    return reading.observations.pivot_table(index="month", columns="measure", values="value")


def test_every_record_counts_and_the_end_of_the_exits_is_found(total: RegistryReading) -> None:
    report = total.report
    assert (report.rows_read, report.rows_used) == (3_128_459, 3_128_459)
    assert str(report.entries_to) == "2022-06"
    assert str(report.exits_to) == "2020-10"
    assert "2020-12 至 2022-06 共19个月只有10行退出" in report.questions[0]
    # July 2022 has the table's 4 544 of a partial month, which is not given out.
    assert report.rows_after == 4544


def test_entries_agree_in_every_month(folder: Path, total: RegistryReading) -> None:
    ours, theirs = wide(total), published(folder, "TOTAL")
    months = theirs.index[theirs.index <= pd.Period("2022-06", freq="M")]
    assert len(months) == 918
    np.testing.assert_array_equal(ours.loc[months, "entries"], theirs.loc[months, "registrations"])


def test_exits_and_stock_agree_while_exits_are_observed(folder: Path, total: RegistryReading) -> None:
    ours, theirs = wide(total), published(folder, "TOTAL")
    months = theirs.index[theirs.index <= pd.Period("2020-10", freq="M")]
    np.testing.assert_array_equal(ours.loc[months, "exits"], theirs.loc[months, "deregistrations"])
    np.testing.assert_array_equal(ours.loc[months, "stock"], theirs.loc[months, "stock_end"])
    after = ours.loc["2020-11":]
    assert after[["exits", "stock"]].isna().all(axis=None)


@pytest.mark.parametrize("kind", list(TYPES))
def test_each_type_agrees(folder: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "one_type.parquet"
    listed = ", ".join(f"'{word}'" for word in TYPES[kind])
    records = folder / "hk_companies_records.parquet"
    duckdb.execute(f"copy (select * from '{records}' where type in ({listed})) to '{path}' (format parquet)")
    # Of so few, the dates do not show where the exits end, so it is said.
    reading = read(path, type_words=dict.fromkeys(TYPES[kind], "enterprise"), exits_to=pd.Period("2020-10", freq="M"))
    ours, theirs = wide(reading), published(folder, kind)
    months = theirs.index[theirs.index <= pd.Period("2020-10", freq="M")]
    for measure, column in (("entries", "registrations"), ("exits", "deregistrations"), ("stock", "stock_end")):
        np.testing.assert_array_equal(ours.loc[months, measure], theirs.loc[months, column])
