"""How often the watch cries wolf, and how often it sees what is there: on simulated and on real series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.catalogue import load_events
from data.demo import demo_events, demo_observations
from data.ledger import ITEM
from data.observations import COLUMNS
from data.quality import Evidence, QualityFinding, check_quality
from forecasting.calendar import window_share
from workflow.quality import QUIET

Plant = Callable[[np.ndarray, int, np.random.Generator], np.ndarray]


def demo() -> Evidence:
    known = demo_observations().sort_values("vintage").drop_duplicates(ITEM, keep="last")
    months = pd.period_range("2017-01", "2023-06", freq="M")
    regressor = {month: window_share(month, *QUIET) for month in months}
    return Evidence(known, events=(*load_events(), *demo_events()), regressor=regressor)


def states(shared: Path, until: str) -> pd.DataFrame:
    held = pd.read_parquet(shared / "data" / "registrations" / "us_bfs_states_dev.parquet").dropna(subset=["entries"])
    held = held.assign(
        area=held["series"] + held["area"], entity_type="all", measure="entries", value=held["entries"], precision=0.0,
        status="final", source="BFS", vintage=pd.Timestamp("2026-06-01"), month=held["month"].dt.to_period("M"),
    )  # fmt: skip
    return held.loc[held["month"] <= pd.Period(until, "M"), COLUMNS].reset_index(drop=True)


def test_on_the_demonstration_nearly_all_alarms_are_its_events() -> None:
    evidence = demo()
    found = check_quality(evidence)
    years = evidence.keys.shape[0] * len(evidence.months) / 12
    unexplained = [one for one in found if not one.proposals]
    assert len(unexplained) / years <= 0.10  # one in ten years of a series, nine series of small counts
    seen = {(one.area, one.measure, one.start) for one in found if one.kind != "level_shift"}
    assert ("140109", "exits", "2021-09") in seen  # the purge
    assert {
        ("140109", "entries", "2020-02"),
        ("141033", "entries", "2020-02"),
        ("140722", "entries", "2020-02"),
    } <= seen


def test_on_real_states_alarms_are_rare(shared: Path) -> None:
    known = states(shared, "2019-12")
    found = check_quality(Evidence(known))
    assert len(found) / (len(known) / 12) <= 0.02


@pytest.mark.slow
def test_on_real_states_with_2020_inside_alarms_are_of_that_year(shared: Path) -> None:
    later = check_quality(Evidence(states(shared, "2021-12")))
    kinds = Counter(one.start[:4] for one in later)
    assert kinds["2020"] >= 0.4 * len(later)


def scaled(factor: float) -> Plant:
    def plant(values: np.ndarray, at: int, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001
        values[at] = np.round(values[at] * factor, 4 if factor < 0.01 else 0)
        return values

    return plant


def shifted(factor: float) -> Plant:
    def plant(values: np.ndarray, at: int, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001
        values[at:] = np.round(values[at:] * factor)
        return values

    return plant


def rounded(values: np.ndarray, at: int, rng: np.random.Generator) -> np.ndarray:
    year = slice(at - at % 12, at - at % 12 + 12)  # the series begin in January
    values[year] = np.where(rng.random(12) < 0.8, np.ceil(values[year] / 10) * 10, values[year])
    return values


def hits(known: pd.DataFrame, plant: Plant, kinds: set[str], slack: int) -> float:
    """Share of series in which a planted fault is found, in its month give or take `slack` months."""
    rng = np.random.default_rng(5)
    parts, planted = [], {}
    for area, series in known.groupby("area"):
        series = series.sort_values("month")
        at = int(rng.integers(14, len(series) - 9))
        parts.append(series.assign(value=plant(series["value"].to_numpy().copy(), at, rng)))
        planted[area] = series["month"].iloc[at]
    by_area: dict[str, list[QualityFinding]] = {}
    for one in check_quality(Evidence(pd.concat(parts, ignore_index=True))):
        by_area.setdefault(one.area, []).append(one)
    seen = [
        any(one.kind in kinds and abs((pd.Period(one.start, "M") - month).n) <= slack for one in by_area.get(area, []))
        for area, month in planted.items()
    ]
    return float(np.mean(seen))


@pytest.mark.slow
def test_planted_faults_are_seen_in_real_states(shared: Path) -> None:
    known = states(shared, "2019-12")
    known = known[known["month"] >= pd.Period("2013-01", "M")]  # seven years, as a county has
    odd = {"registration_spike", "outlier", "magnitude"}
    assert hits(known, scaled(1e-4), {"magnitude", "outlier"}, 0) >= 0.98  # a dropped 万
    assert hits(known, scaled(10), {"magnitude"}, 0) >= 0.85
    assert hits(known, scaled(3), odd, 0) >= 0.90
    assert hits(known, scaled(6), odd, 0) >= 0.97  # a purge
    assert hits(known, shifted(2), {"level_shift"}, 2) >= 0.85
    assert hits(known, rounded, {"round_numbers"}, 11) >= 0.85


@pytest.mark.slow
def test_planted_faults_are_seen_in_small_simulated_counties() -> None:
    rng = np.random.default_rng(11)
    season = np.array([86, 72, 122, 116, 108, 104, 96, 98, 110, 94, 100, 94]) / 100
    months = pd.period_range("2017-01", periods=78, freq="M")
    parts = []
    for number in range(60):
        mean = rng.uniform(60, 250) * season[np.arange(78) % 12] * 1.02 ** (np.arange(78) / 12)
        values = rng.negative_binomial(60, 60 / (60 + mean)).astype(float)
        parts.append(pd.DataFrame({"month": months, "value": values}).assign(area=f"14{number:04d}"))
    known = pd.concat(parts, ignore_index=True).assign(
        entity_type="all", measure="entries", precision=0.0, status="final", source="x",
        vintage=pd.Timestamp("2023-08-01"),
    )[COLUMNS]  # fmt: skip
    alarms = check_quality(Evidence(known))
    assert len(alarms) / (60 * 6.5) <= 0.05
    assert hits(known, scaled(1e-4), {"magnitude", "outlier"}, 0) >= 0.98
    assert hits(known, scaled(3), {"registration_spike", "outlier"}, 0) >= 0.90
    assert hits(known, shifted(2), {"level_shift"}, 2) >= 0.85
    assert hits(known, rounded, {"round_numbers"}, 11) >= 0.75
