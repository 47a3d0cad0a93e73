"""What `benchmarks/peers.py` and `attain_peers.py` do around the peers: histories, figures, samples, simulations."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from benchmarks.attain_peers import histories, reduction
from benchmarks.peers import MONTHS, peer_figures, sampled, simulated
from data.benchmarks import Split
from forecasting.errors import SchemaError
from forecasting.settlement import Outcomes

#: Two series of two months, one to be forecast.
SPLIT = Split(
    ids=("a", "b", "c"),
    train=np.array([[math.nan, 3.0, 7.0], [5.0, 6.0, 8.0], [2.0, 2.0, 3.0]]),
    test=np.array([[10.0, 9.0], [8.0, 4.0], [3.0, math.nan]]),
    season=1,
)
LEVELS = (0.025, 0.05, 0.1, 0.5, 0.9, 0.95, 0.975)


def forecasts(shifts: dict[str, float]) -> pd.DataFrame:
    """What the worker writes, in no order: every model says the last value and its shift, +-1, 2 and 3."""
    rows = [
        (model, row, step, level, SPLIT.train[row, -1] + shift + spread)
        for model, shift in shifts.items()
        for row in range(3)
        for step in (1, 2)
        for level, spread in zip(LEVELS, (-3, -2, -1, 0, 1, 2, 3), strict=True)
    ]
    table = pd.DataFrame(rows, columns=["model", "row", "step", "level", "value"])
    return table.sample(frac=1.0, random_state=4)


def test_figures_of_the_peers_and_of_their_median() -> None:
    record = {
        "seconds": 6.0,
        "jobs": 2,
        "model_seconds": {"A": 1.0, "B": 8.0, "C": 3.0, "D": 0.0},
        "failures": [{"model": "B", "row": 0}, {"model": "C", "row": 0}, {"model": "C", "row": 2}],
    }
    found = peer_figures(forecasts({"A": 0.0, "B": 1.0, "C": 4.0, "D": 1.0}), record, SPLIT)
    assert set(found) == {"A", "B", "C", "D", "median"}
    scales = 4, (1 + 2) / 2, (0 + 1) / 2
    assert_allclose(found["A"]["mase"], ((3 + 2) / 2 / 4 + (0 + 4) / 2 / scales[1] + 0 / scales[2]) / 3)
    # The median of the shifts 0 1 4 1 is 1: 8 of 10 and 9, 9 of 8 and 4, 4 of 3.
    for name in ("median", "B"):
        assert_allclose(found[name]["mase"], ((2 + 1) / 2 / 4 + (1 + 5) / 2 / scales[1] + 1 / scales[2]) / 3)
    assert_allclose([found["median"]["coverage"][width] for width in ("80", "90", "95")], [60.0, 80.0, 80.0])
    assert [found[name]["failures"] for name in ("A", "B", "C", "D", "median")] == [0, 1, 2, 0, 2]
    assert found["B"]["series_per_second"] == 3 / (8.0 / 2)
    assert found["median"]["series_per_second"] == 3 / 6.0


def test_a_sample_keeps_series_whole_and_in_order() -> None:
    assert sampled(SPLIT, None, 1) is SPLIT
    assert sampled(SPLIT, 3, 1) is SPLIT
    seen = set()
    for seed in range(30):
        part = sampled(SPLIT, 2, seed)
        assert list(part.ids) == sorted(part.ids)
        for place, name in enumerate(part.ids):
            row = SPLIT.ids.index(name)
            assert_allclose(part.train[place], SPLIT.train[row])
            assert_allclose(part.test[place], SPLIT.test[row])
        assert sampled(SPLIT, 2, seed).ids == part.ids
        seen.add(part.ids)
    assert len(seen) == 3


def test_the_simulated_panel_is_counts_and_follows_from_its_seed() -> None:
    y = simulated(4, 7)
    assert y.shape == (4, MONTHS)
    assert (y >= 0).all()
    assert_allclose(y, np.round(y), rtol=0)
    assert_allclose(simulated(4, 7), y, rtol=0)
    assert not np.isclose(simulated(4, 8), y).all()


# Attainment -------------------------------------------------------------------------------------------------------


def test_the_peer_sees_the_same_months_from_the_first_observed_on_and_without_holes() -> None:
    nan = math.nan
    measured = np.array([[nan, nan, 4.0, nan, 6.0, 9.0], [7.0, 1.0, 2.0, 3.0, 5.0, 8.0], [nan] * 5 + [2.0]])
    seen = list(histories(measured, [4, 5], 4))
    assert [(column, row) for column, row, _ in seen] == [(4, 0), (4, 1), (5, 0), (5, 1), (5, 2)]
    assert_allclose(seen[0][2], [4, 5, 6])  # half way between 4 and 6
    assert_allclose(seen[1][2], [1, 2, 3, 5])
    assert_allclose(seen[2][2], [4, 5, 6, 9])
    assert_allclose(seen[4][2], [2])


def stated(*probabilities: float) -> Outcomes:
    months = pd.PeriodIndex(["2018-12", "2019-12", "2018-12"], freq="M")[: len(probabilities)]
    keys = {"row": 0, "origin": months, "horizon": [12, 12, 24][: len(probabilities)], "fraction": 1.0}
    happened = [True, False, True][: len(probabilities)]
    return Outcomes(pd.DataFrame(keys | {"probability": probabilities, "happened": happened}), pd.DataFrame())


def test_the_reduction_is_of_mean_brier_scores_over_the_same_statements() -> None:
    found = reduction(stated(0.8, 0.3, 0.5), stated(0.6, 0.5, 0.4))
    # 12 months: 0.04 + 0.09 against 0.16 + 0.25; 24 months: 0.25 against 0.36.
    assert found == {"12": round(100 * (1 - 0.13 / 0.41), 2), "24": round(100 * (1 - 0.25 / 0.36), 2)}


def test_what_only_one_of_them_said_is_not_compared() -> None:
    with pytest.raises(SchemaError, match="不是同一批事件：2与3个，共有2个"):
        reduction(stated(0.8, 0.3), stated(0.6, 0.5, 0.4))
