"""Scores worked by hand: two series, three months; 9 is far below, 120 far above what was said."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from forecasting import SchemaError, scores

NAN = math.nan
OBSERVED = np.array([[9.0, 120.0, NAN], [40.0, 0.0, 64.0]])
FORECAST = np.array([[15.0, 80.0, 70.0], [50.0, 0.0, 48.0]])
LOWER = np.array([[11.0, 60.0, 50.0], [30.0, 0.0, 36.0]])
UPPER = np.array([[25.0, 90.0, 99.0], [55.0, 4.0, 60.0]])
#: Of the two series.
SCALE = np.array([5.0, 0.8])


def test_smape() -> None:
    """200 |y - f| / (|y| + |f|); nothing said and nothing come is no error; a month not observed is not counted."""
    assert_allclose(
        scores.smape(observed=OBSERVED, forecast=FORECAST),
        [(200 * 6 / 24 + 200 * 40 / 200) / 2, (200 * 10 / 90 + 0 + 200 * 16 / 112) / 3],
    )


def test_smape_is_200_where_the_sign_is_wrong_or_all_was_missed() -> None:
    observed, forecast = np.array([[5.0, -3.0, 0.0]]), np.array([[-2.0, 0.0, 7.0]])
    assert_allclose(scores.smape(observed=observed, forecast=forecast), 200)


def test_mase() -> None:
    assert_allclose(
        scores.mase(observed=OBSERVED, forecast=FORECAST, scale=SCALE),
        [(6 + 40) / 2 / 5, (10 + 0 + 16) / 3 / 0.8],
    )


def test_rmsse() -> None:
    assert_allclose(
        scores.rmsse(observed=OBSERVED, forecast=FORECAST, scale=SCALE),
        [math.sqrt((36 + 1600) / 2) / 5, math.sqrt((100 + 0 + 256) / 3) / 0.8],
    )


def test_wape() -> None:
    assert_allclose(
        scores.wape(observed=OBSERVED, forecast=FORECAST),
        [100 * (6 + 40) / (9 + 120), 100 * (10 + 0 + 16) / (40 + 0 + 64)],
    )
    whole = scores.wape(observed=OBSERVED.reshape(1, -1), forecast=FORECAST.reshape(1, -1))
    assert_allclose(whole, 100 * (6 + 40 + 10 + 16) / (9 + 120 + 40 + 64))


def test_pinball() -> None:
    """At level 0.9 a value above the quantile costs nine times one below it."""
    assert_allclose(
        scores.pinball(observed=OBSERVED, forecast=FORECAST, level=0.9),
        [[0.1 * 6, 0.9 * 40, NAN], [0.1 * 10, 0, 0.9 * 16]],
    )


def test_interval_score_and_msis() -> None:
    """Width, and 2/0.2 = 10 times what lies outside."""
    below, above, inside, edge, out = 14 + 10 * (11 - 9), 30 + 10 * (120 - 90), 25, 4, 24 + 10 * (64 - 60)
    bounds = {"observed": OBSERVED, "lower": LOWER, "upper": UPPER, "alpha": 0.2}
    assert_allclose(scores.interval_score(**bounds), [[below, above, NAN], [inside, edge, out]])
    assert_allclose(scores.msis(**bounds, scale=SCALE), [(below + above) / 2 / 5, (inside + edge + out) / 3 / 0.8])


def test_coverage() -> None:
    """The bounds themselves are inside."""
    held = scores.coverage(observed=OBSERVED, lower=LOWER, upper=UPPER)
    assert_allclose(held, [[0, 0, NAN], [1, 1, 0]])


# Scale of a history -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("history", "season", "expected", "root_mean_square"),
    [
        ([3.0, 7, 4, 12], 2, (1 + 5) / 2, math.sqrt((1 + 25) / 2)),
        ([NAN, 3, 7, NAN, 12, 20], 2, (12 - 7) / 1, 5.0),  # 7 -> 12 is the one pair observed
        ([3.0, 7, 4, 12], 1, (4 + 3 + 8) / 3, math.sqrt((16 + 9 + 64) / 3)),
        ([3.0, 7, 4], 12, (4 + 3) / 2, math.sqrt((16 + 9) / 2)),  # too short for a season: month to month
        ([3.0, 7, 3, 7, 3], 2, 4.0, 4.0),  # a perfect season
        ([8.0, 8, 8], 2, 8.0, 8.0),  # never moved: its level
        ([NAN, NAN, -8], 2, 8.0, 8.0),
        ([0.0, 0, 0], 2, NAN, NAN),
        ([NAN, NAN, NAN], 2, NAN, NAN),
    ],
)
def test_scale(history: list[float], season: int, expected: float, root_mean_square: float) -> None:
    assert_allclose(scores.seasonal_scale(history=np.array([history]), season=season), [expected])
    assert_allclose(scores.seasonal_scale(history=np.array([history]), season=season, power=2), [root_mean_square])


def test_a_series_without_scale_has_no_scaled_score() -> None:
    observed, scale = np.array([[3.0]]), np.array([NAN])
    assert np.isnan(scores.mase(observed=observed, forecast=observed + 2, scale=scale)).all()


# From paths -------------------------------------------------------------------------------------------------------


def test_crps() -> None:
    """Errors 1 and 4, 7 apart; a month that was not observed has no score."""
    observed = np.array([[10.0, NAN]])
    paths = np.array([[[9.0, 5.0], [14.0, 6.0], [14.0, 1.0]]])
    errors = (1 + 4 + 4) / 3
    pairs = 5 + 5 + 0  # 9-14, 9-14, 14-14, each counted once
    assert_allclose(scores.crps(observed=observed, paths=paths), [[errors - pairs / (3 * 2), NAN]])
    assert_allclose(scores.crps(observed=observed, paths=paths, is_fair=False), [[errors - pairs / (3 * 3), NAN]])


def test_energy_score() -> None:
    """Distances 5 and 13 from what came, and 3-4-5 and 5-12-13 triangles between the paths."""
    observed = np.array([[1.0, 2.0], [1.0, NAN]])
    paths = np.array([[[4.0, 6.0], [6.0, 14.0]]] * 2)
    errors = (5 + 13) / 2
    apart = math.hypot(2, 8)
    assert_allclose(scores.energy_score(observed=observed, paths=paths), [errors - apart / 2, NAN])
    assert_allclose(scores.energy_score(observed=observed, paths=paths, is_fair=False), [errors - apart / 4, NAN])


# What cannot be scored --------------------------------------------------------------------------------------------


def test_nothing_observed_is_no_score_and_no_warning() -> None:
    nothing = np.full((1, 2), NAN)
    ones = np.ones((1, 2))
    for name in ("smape", "wape"):
        assert np.isnan(getattr(scores, name)(observed=nothing, forecast=ones)).all()
    for name in ("mase", "rmsse"):
        assert np.isnan(getattr(scores, name)(observed=nothing, forecast=ones, scale=np.array([2.0]))).all()
    assert np.isnan(scores.wape(observed=0 * ones, forecast=ones)).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scores.smape(observed=OBSERVED, forecast=FORECAST[:1]), r"实为：实际值 \(2, 3\)，预测值 \(1, 3\)。"),
        (lambda: scores.wape(observed=OBSERVED[0], forecast=FORECAST[0]), "应为同样形状的二维数组"),
        (lambda: scores.smape(observed=OBSERVED, forecast=OBSERVED), "第1行预测值含有非有限的数"),
        (lambda: scores.smape(observed=OBSERVED + math.inf, forecast=FORECAST), "第1、2行实际值含有非有限的数"),
        (lambda: scores.mase(observed=OBSERVED, forecast=FORECAST, scale=SCALE[:1]), "每个序列一个数（2个）"),
        (lambda: scores.rmsse(observed=OBSERVED, forecast=FORECAST, scale=SCALE * [1, 0]), "第2行尺度不大于0"),
        (lambda: scores.coverage(observed=OBSERVED, lower=UPPER, upper=UPPER - [[0], [1]]), "第2行下限高于上限"),
        (lambda: scores.interval_score(observed=OBSERVED, lower=LOWER, upper=UPPER, alpha=5.0), "区间外概率.*实为 5.0"),
        (lambda: scores.pinball(observed=OBSERVED, forecast=FORECAST, level=1.0), "分位水平应在0与1之间，实为 1.0"),
        (lambda: scores.seasonal_scale(history=OBSERVED, season=0), "季节长度应至少为1，实为 0"),
        (lambda: scores.crps(observed=OBSERVED, paths=np.ones((2, 5, 4))), r"与实际值 \(2, 3\) 相符，实为 \(2, 5, 4\)"),
        (lambda: scores.crps(observed=OBSERVED, paths=np.ones((2, 1, 3))), "只有1条路径，评分至少需要2条"),
        (lambda: scores.energy_score(observed=OBSERVED, paths=np.full((2, 4, 3), NAN)), "第1、2行路径含有非有限的数"),
    ],
)
def test_what_cannot_be_scored_is_said(call: object, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        call()  # type: ignore[operator]
