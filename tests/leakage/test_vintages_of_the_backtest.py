"""With vintages, a backtest says at each origin what was known then: no later revision moves any of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from typer.testing import CliRunner

import cli
import workflow
from data.observations import COLUMNS
from data.store import Store
from forecasting.attain import Series, attain
from forecasting.errors import HistoryError, SchemaError
from workflow.attaining import attain_held, held_series

MONTHS = pd.period_range("2018-01", periods=50, freq="M")
ORIGINS = [MONTHS[29], MONTHS[35]]
STATED = ["row", "origin", "horizon", "fraction", "probability", "base_rate"]
#: Days from the end of a month to its report, and to the revision of the month before.
REPORTED, REVISED = 10, 40


def table(months: pd.PeriodIndex, *, days: int, factor: float = 1.0, area: str = "141033") -> pd.DataFrame:
    """Reports of entries, exits and stock, each known some days after its month; `factor` revises the flows alike."""
    rng = np.random.default_rng(int(area))
    entries, exits = rng.poisson(90, len(MONTHS)) * 1.0, rng.poisson(50, len(MONTHS)) * 1.0
    stock = 5000 + np.cumsum(entries - exits)
    # Both flows by as much, so that the stock stands.
    added = np.round((factor - 1.0) * entries)
    rows = [
        (area, "all", month, measure, value, 0.0, "final", "手工", month.end_time.normalize() + pd.Timedelta(days=days))
        for month, *values in zip(MONTHS, entries + added, exits + added, stock, strict=True)
        if month in months
        for measure, value in zip(("entries", "exits", "stock"), values, strict=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"vintage": "datetime64[us]"})


@pytest.fixture
def send(store: Store) -> Callable[[pd.DataFrame], None]:
    def run(rows: pd.DataFrame) -> None:
        store.append(rows, received_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC), file_name="月报.csv")

    return run


def stated(store: Store, of: str, *, delay: int | None) -> pd.DataFrame:
    return attain_held(store, held_series(store), ORIGINS, [6, 12], of=of, delay=delay).events


@pytest.mark.parametrize("of", ["entries", "stock"])
def test_a_later_revision_moves_nothing_that_was_said(
    store: Store, send: Callable[[pd.DataFrame], None], of: str
) -> None:
    for area in ("141033", "141034"):
        send(table(MONTHS, days=REPORTED, area=area))
    before = stated(store, of, delay=REPORTED)
    assert (before["origin"].value_counts() == 2 * 2 * 6).all()
    # The months before the first origin are revised long after the second, by half and more.
    send(table(MONTHS[:30], days=1900, factor=1.6))
    after = stated(store, of, delay=REPORTED)
    pd.testing.assert_frame_equal(after[STATED], before[STATED], check_exact=True)
    # Seen with today's figures the same revision does move what is said: or the test could not fail.
    today = stated(store, of, delay=None)
    own = (today["row"] == 0).to_numpy()
    assert not np.isclose(today.loc[own, "probability"], before.loc[own, "probability"]).all()


def test_a_revision_known_by_the_day_of_the_forecast_is_seen(
    store: Store, send: Callable[[pd.DataFrame], None]
) -> None:
    send(table(MONTHS, days=REPORTED))
    first = stated(store, "entries", delay=REPORTED)
    send(table(MONTHS[29:30], days=REVISED, factor=1.5))
    is_first = first["origin"] == ORIGINS[0]
    day_before, seen = (stated(store, "entries", delay=delay) for delay in (REVISED - 1, REVISED))
    pd.testing.assert_frame_equal(day_before[is_first], first[is_first], check_exact=True)
    assert not np.isclose(seen["probability"], first["probability"])[is_first].all()
    # By the second origin the revision is known in any case.
    assert not np.isclose(day_before["probability"], first["probability"])[~is_first].all()


def test_levels_are_of_the_day_and_outcomes_of_today() -> None:
    """One series of 10 a month: twelve months known as 10 each, revised to 20 later; then 12 a month."""
    rng = np.random.default_rng(4)
    months = pd.period_range("2018-01", periods=42, freq="M")
    then = 10.0 + rng.integers(-1, 2, 30)
    latest = np.concatenate([then[:18], 2 * then[18:], np.full(12, 12.0)])
    final = Series(("a",), months, latest[None])
    vintages = {months[29]: Series(("a",), months[:30], then[None])}
    told = attain(final, [months[29]], [12], vintages=vintages, n_paths=50)
    level = then[18:].sum()  # about 12 * 10
    came = 12 * 12.0
    assert told.totals["observed"].tolist() == [came]
    assert dict(zip(told.events["fraction"], told.events["happened"], strict=True)) == {
        fraction: came >= fraction * level for fraction in (0.9, 0.95, 1.0, 1.05, 1.1, 1.2)
    }
    # Of today's figures the level would be twice as high, and nothing would have been reached.
    today = attain(final, [months[29]], [12], n_paths=50)
    assert not today.events["happened"].any()
    # Windows that had ended by then: 6 origins of the known months, none of which saw the doubling.
    ended = [(then[at - 11 : at + 1].sum(), then[at + 1 : at + 13].sum()) for at in range(11, 18)]
    rates = {f: np.mean([y >= f * x * (1 - 1e-9) for x, y in ended]) for f in (0.9, 1.0, 1.2)}
    found = told.events.set_index("fraction")["base_rate"]
    assert_allclose([found[f] for f in rates], list(rates.values()))


def test_a_vintage_must_be_of_the_same_series_and_end_at_its_origin() -> None:
    months = pd.period_range("2018-01", periods=42, freq="M")
    y = np.random.default_rng(2).poisson(30, (2, 42)) * 1.0
    final = Series(("a", "b"), months, y)
    with pytest.raises(SchemaError, match="没有起点 2020-06 的数据版本。现有：2020-05。"):
        attain(final, [months[29]], [12], vintages={months[28]: final})
    with pytest.raises(SchemaError, match="应为同样的2个序列、2018-01 至 2020-06，实为2个序列、2018-01 至 2021-06"):
        attain(final, [months[29]], [12], vintages={months[29]: final})


def test_an_origin_not_yet_reported_is_refused(store: Store, send: Callable[[pd.DataFrame], None]) -> None:
    send(table(MONTHS, days=REPORTED))
    with pytest.raises(HistoryError, match="到 2020-07-09 还没有 2020-06 的数据，最晚为 2020-05。请多留几天"):
        stated(store, "entries", delay=REPORTED - 1)


def attain_command(*words: str) -> Any:
    return CliRunner().invoke(cli.app, ["attain", *words], catch_exceptions=False)


def test_the_command_on_the_store(
    store: Store, send: Callable[[pd.DataFrame], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(workflow.DATABASE_VARIABLE, store.url)
    with pytest.raises(HistoryError, match="数据库中还没有任何数据"):
        attain_command("--origins", "2020-06")
    send(table(MONTHS, days=REPORTED))
    out = tmp_path / "out.json"
    words = ("--origins", "2020-06,2020-12", "--horizons", "6", "--delay", str(REPORTED), "--json", str(out))
    result = attain_command(*words)
    assert result.exit_code == 0
    assert "演示数据" not in result.stdout
    found = json.loads(out.read_text("utf-8"))
    assert found["settings"] | {"data": "store", "mark": "", "delay": REPORTED} == found["settings"]
    assert found["figures"]["6"]["all"]["n"] == 2 * 6
    with pytest.raises(SchemaError, match="--delay 只用于库中的数据，长表没有数据版本"):
        attain_command("long.csv", *words)


def test_simulated_figures_are_marked(demo_url: str) -> None:
    held = held_series(workflow.open_store(demo_url))
    assert held.mark == "演示数据（模拟）"
    assert len(held.series.ids) == 9
