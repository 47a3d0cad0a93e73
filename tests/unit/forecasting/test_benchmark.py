"""The figures of a benchmark, from a small set of simulated series."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from forecasting import SchemaError, benchmark
from forecasting.backtest import Block, backtest, by_ensemble
from forecasting.benchmark import evaluate, figures
from forecasting.evaluation import Window, gather, score_window

NAN = math.nan
SEED = 20251231


def series() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Four series of unequal length, twelve months each to be forecast; the last two months of one are not observed."""
    rng = np.random.default_rng(17)
    season = np.array([-9.0, -6, 2, 3, 1, 0, 0, 1, 2, -1, -2, 9])
    whole = [60 * size + size * np.resize(season, n) + rng.normal(0, 2, n) for size, n in ((1, 72), (3, 50), (2, 96))]
    whole.append(rng.poisson(5.0, 60).astype(float))
    test = [values[-12:] for values in whole]
    test[1] = test[1][:-2]
    return [values[:-12] for values in whole], test


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    train, test = series()
    ticks = itertools.count()
    return evaluate(train, test, clock=lambda: float(next(ticks)), members=("theta", "harmonic"), n_paths=200)


def test_the_figures_are_those_of_the_scores(found: dict[str, Any]) -> None:
    """Each recomputed from the forecasts, series by series."""
    train, test = series()
    y = np.full((4, 84 + 12), NAN)
    for place, past, came in zip(y, train, test, strict=True):
        place[84 - len(past) : 84] = past
        place[84 : 84 + len(came)] = came
    models = {"ensemble": by_ensemble(members=("theta", "harmonic"))}
    result = backtest(y, [83], 12, seed=SEED, n_paths=200, models=models)
    smape, mase, held = [], [], []
    for row, (past, came) in enumerate(zip(train, test, strict=True)):
        mine = (result.table["row"] == row).to_numpy() & result.table["observed"].notna().to_numpy()
        said = result.quantiles[mine]
        assert len(said) == len(came)
        error = np.abs(came - said[:, 3])
        smape.append(np.mean(200 * error / (came + said[:, 3])))
        mase.append(error.mean() / np.abs(past[12:] - past[:-12]).mean())
        held.append((said[:, 1] <= came) & (came <= said[:, 5]))
    assert_allclose(found["smape"], np.mean(smape))
    assert_allclose(found["mase"], np.mean(mase))
    assert_allclose(found["max_mase"], np.max(mase))
    assert_allclose(found["coverage"]["90"], 100 * np.concatenate(held).mean())
    worst = max(abs(100 * np.mean([one[h] for one in held if h < len(one)]) - 90) for h in range(12))
    assert_allclose(found["worst_horizon_gap90"], worst)


def test_the_result_holds_every_field_and_is_json(found: dict[str, Any]) -> None:
    assert set(found["models"]) == {"ensemble", "theta", "harmonic"}
    fields = {
        "smape",
        "mase",
        "rmsse",
        "msis95",
        "coverage",
        "worst_horizon_gap90",
        "max_mase",
        "failures",
        "replaced",
        "n_series",
        "n_scored",
        "seconds",
        "series_per_second",
    }
    for one in found["models"].values():
        assert set(one) == fields
        assert (one["n_series"], one["n_scored"], one["failures"]) == (4, 4, 0)
    assert {name: found[name] for name in fields} == found["models"]["ensemble"]
    assert (found["horizon"], found["season"], found["members"]) == (12, 12, ["theta", "harmonic"])
    assert (found["negative_series"], found["failed"]) == (0, [])
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_only_forecasting_is_timed(found: dict[str, Any]) -> None:
    """The clock moves by one each time it is read: once before and once after all paths are drawn."""
    assert {one["seconds"] for one in found["models"].values()} == {1.0}
    assert found["series_per_second"] == 4.0


def test_scoring_is_not_timed_where_paths_are_drawn_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "HELD_VALUES", 25)
    now = [0.0]

    def blocks(y: np.ndarray, horizon: int, /, *, n_paths: int, **_: object) -> Iterator[Block]:
        now[0] += 100.0
        for row in range(len(y)):
            now[0] += 1.0
            yield np.array([row]), np.ones((1, n_paths, horizon)), ()

    watch = benchmark._Stopwatch(blocks, lambda: now[0])
    for _ in watch(np.ones((5, 9)), 2, rng=np.random.default_rng(), n_paths=5):
        now[0] += 1000.0
    assert watch.seconds == 100 + 5


def test_a_series_with_negative_values_is_counted() -> None:
    train = [np.resize([5.0, -3, 4, 8], 30), np.resize([5.0, 3, 4, 8], 20)]
    found = evaluate(
        train, [np.array([5.0, -3]), np.array([5.0, -8])], clock=lambda: 0.0, season=4, members=("naive",), n_paths=50
    )
    assert found["negative_series"] == 1
    assert (found["season"], found["seconds"], found["series_per_second"]) == (4, 0.0, None)


def test_a_series_of_zeros_has_no_scale_and_is_left_out_of_the_mean() -> None:
    train = [np.zeros(30), np.resize([5.0, 3, 4, 8], 30) + np.arange(30)]
    found = evaluate(train, np.array([[1.0, 0], [40, 41]]), clock=lambda: 0.0, members=("naive",), n_paths=50)
    assert (found["n_series"], found["n_scored"]) == (2, 1)
    assert found["mase"] == found["max_mase"]


@pytest.mark.parametrize(
    ("train", "test", "message"),
    [
        ([np.ones(5)], [], "训练序列1个，测试序列0个"),
        ([], [], "至少一个"),
        ([np.ones(5)], [np.full(3, NAN)], "测试期内没有任何实际值"),
    ],
)
def test_what_cannot_be_evaluated_is_said(train: list[np.ndarray], test: list[np.ndarray], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        evaluate(train, test, clock=lambda: 0.0)


def test_figures_of_forecasts_that_others_made_as_quantiles() -> None:
    """Two series, two months; a 90 % interval of +-2 and a 95 % one of +-3 around 10 and 20."""
    window = Window(
        model="peer",
        origin=2,
        rows=np.arange(2),
        history=np.array([[8.0, 12, 9], [20, 21, 23]]),
        observed=np.array([[11.0, 14], [20, NAN]]),
    )
    quantiles = np.array([-3.0, -2, -1, 0, 1, 2, 3])[:, None, None] + np.array([[10.0, 10], [20, 20]])
    failures = [("peer", 2, 2, "", "no observation"), ("peer", 2, 0, "part", "tired"), ("peer", 2, 0, "other", "tired")]
    result = gather([score_window(window, quantiles, season=1)], failures)
    found = figures(result, "peer", n_series=3, seconds=1.5)
    first, second = (4 + 3) / 2, (1 + 2) / 2  # their scales
    assert_allclose(found["mase"], ((1 + 4) / 2 / first + 0 / second) / 2)
    assert_allclose(found["max_mase"], 2.5 / first)
    assert_allclose(found["msis95"], ((6 + 6 + 40 * (14 - 13)) / 2 / first + 6 / second) / 2)
    assert_allclose([found["coverage"][width] for width in ("80", "90", "95")], [100 * 2 / 3] * 3)
    assert_allclose(found["worst_horizon_gap90"], 90 - 0)
    assert (found["failures"], found["replaced"], found["n_series"], found["n_scored"]) == (1, 1, 3, 2)
    assert found["series_per_second"] == 2.0
    assert result.table["crps"].isna().all()
    assert result.scores["scaled_crps"].isna().all()
