"""The demonstration data: tied to the stated facts, marked, and closing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.demo import MONTHS, PURGE_MONTH, demo_events, demo_observations
from data.ledger import as_versions, known_at
from data.observations import check_observations
from forecasting.panel import Panel


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return demo_observations()


@pytest.fixture(scope="module")
def panel(table: pd.DataFrame) -> Panel:
    return Panel.from_long(known_at(as_versions(table), pd.Timestamp("2030-01-01")))


@pytest.mark.parametrize(
    ("area", "month", "stock"),
    [("141033", "2021-12", 7961 - 1489), ("140109", "2021-12", 82844), ("140722", "2020-12", 16000 / 2)],
)
def test_stock_meets_the_stated_facts(panel: Panel, area: str, month: str, stock: float) -> None:
    assert panel.total(area).until(pd.Period(month, "M")).stock[0, -1] == stock


def test_it_is_valid_simulated_and_whole(table: pd.DataFrame, panel: Panel) -> None:
    check_observations(table)
    assert set(table["status"]) == {"simulated"}
    assert set(table["source"]) == {"演示数据（模拟）"}
    assert (table["value"] == table["value"].round()).all()
    assert (table["value"] >= 0).all()
    assert panel.n_series == 9
    assert not np.isnan(panel.stock).any()
    assert (panel.months[0], panel.months[-1]) == (pd.Period("2017-01", "M"), pd.Period("2023-06", "M"))


def test_it_closes_at_every_vintage(table: pd.DataFrame) -> None:
    for vintage in table["vintage"].unique():
        Panel.from_long(known_at(as_versions(table), pd.Timestamp(vintage) + pd.Timedelta(seconds=1)))


def test_the_same_seed_gives_the_same_data(table: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(demo_observations(), table)


def test_some_months_were_revised_without_moving_the_stock(table: pd.DataFrame) -> None:
    versions = table.groupby(["area", "entity_type", "month", "measure"])["value"].nunique()
    revised = versions[versions > 1].reset_index()
    assert len(revised) >= 10
    assert set(revised["measure"]) == {"entries", "exits"}


def test_the_purge_and_the_lockdown_show(panel: Panel) -> None:
    city = panel.total("140109")
    exits = pd.Series(city.exits[0], index=city.months)
    assert exits[PURGE_MONTH] > 3 * exits.drop(PURGE_MONTH).median()
    entries = pd.Series(city.entries[0], index=city.months)
    assert entries[pd.Period("2020-02", "M")] < 0.5 * entries[pd.Period("2019-02", "M")]
    assert entries["2022-09":"2022-09"].iloc[0] > entries["2021-09":"2021-09"].iloc[0]


def test_simulated_events_say_so() -> None:
    events = demo_events()
    assert {event.kind for event in events} == {"purge", "campaign"}
    assert all(event.is_simulated for event in events)
    assert sum(event.kind == "purge" for event in events) == 1
    assert all(MONTHS[0] <= event.start <= MONTHS[-1] for event in events)
