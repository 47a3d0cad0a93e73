"""A month that is not over, weighed against what was projected of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.special import betaln
from scipy.stats import norm

from forecasting.errors import ModelError
from forecasting.paths import Paths
from forecasting.projection import Projection
from forecasting.runs import Run
from targets.month_so_far import month_so_far

N_PATHS = 4001


def projection(mean: float, spread: float) -> Projection:
    """June 2023 of one area: entries at the quantiles of a normal, in two thirds and one third by type."""
    keys = pd.DataFrame({"area": "141033", "entity_type": ["enterprise", "individual", "cooperative"]})
    levels = (np.arange(N_PATHS) + 0.5) / N_PATHS
    total = mean + spread * norm.ppf(levels)
    entries = np.stack([total * 0.5, total * 0.3, total * 0.2])[:, :, None]
    exits = np.full_like(entries, 4.0)
    opening = np.array([900.0, 700.0, 50.0])
    run = Run("d", "", pd.Period("2023-05", "M"), 1, N_PATHS, 1, "", {})
    stock = opening[:, None, None] + entries - exits
    return Projection(
        keys,
        pd.Period("2023-05", "M"),
        opening,
        Paths(entries),
        Paths(exits),
        Paths(np.zeros_like(entries)),
        Paths(stock),
        run,
    )


def weighed(mean: float, spread: float, value: int, share: float) -> np.ndarray:
    """Quantiles 0.1, 0.5, 0.9 of P(n) ~ N(n; mean, spread) C(n, k) B(k + a, n - k + b), by sums over n.

    a = 0.97 / 0.03 s, b = 0.97 / 0.03 (1 - s): k of n, mean n s, variance s (1 - s) (n + 0.03 n (n - 1)).
    """
    n = np.arange(value, 600)
    a, b = 0.97 / 0.03 * share, 0.97 / 0.03 * (1 - share)
    logs = -np.log(n + 1) - betaln(n - value + 1, value + 1) + betaln(value + a, n - value + b)
    below = np.cumsum(norm.pdf(n, mean, spread) * np.exp(logs - logs.max()))
    return np.interp([0.1, 0.5, 0.9], below / below[-1], n + 0.5)


def test_count_and_projection_meet_by_their_precision() -> None:
    # To 15 June 2023, 11 of 21 working days: 120 / 0.5238 = 229.1. Were the month 200, the estimate would have the
    # standard error (10/11 (200 + 0.03 200 199))^0.5 = 35.6. Projected 200 with 30: weights near 1/30^2 and 1/35.6^2,
    # 0.585 and 0.415, so near 200 + 0.415 29.1 = 212, and below, for a larger month is less certain.
    found = month_so_far(projection(200.0, 30.0), "141033", "entries", 120.0, 15)
    assert_allclose(found.both, weighed(200.0, 30.0, 120, 11 / 21), rtol=4e-3)
    assert 205.0 < found.both[1] < 213.0
    assert_allclose(found.projected, [200 - 1.2816 * 30, 200, 200 + 1.2816 * 30], rtol=1e-3)
    assert not found.is_contradiction
    assert found.sentence.startswith(
        "截至6月15日新设120户，工作日已过52%；按工作日推算全月约229户，原预测200户（80%区间162—238户）。合起来看，"
    )


def test_a_small_count_of_one_day_says_little() -> None:
    # 1 June 2023, 1 of 21 working days. A month of 140 has 140 / 21 = 6.7 a day: 1 is low, and moves the projection;
    # that 1 x 21 = 21 has the error (20 (21 + 0.03 21^2))^0.5 = 26 itself is no reason to come down to it.
    found = [month_so_far(projection(140.0, 28.0), "141033", "entries", value, 1) for value in (0.0, 1.0, 7.0, 12.0)]
    for one, value in zip(found, (0, 1, 7, 12), strict=True):
        assert_allclose(one.both, weighed(140.0, 28.0, value, 1 / 21), rtol=1e-2)
        assert not one.is_contradiction
    middles = [one.both[1] for one in found]
    assert 100.0 < middles[0] < middles[1] < 140.0
    assert middles == sorted(middles)


def test_what_no_path_is_in_keeping_with_is_asked_about() -> None:
    found = month_so_far(projection(200.0, 10.0), "141033", "entries", 900.0, 15)
    assert found.is_contradiction
    assert found.both[1] == found.partial.estimate
    assert "请先核对录入的数" in found.sentence


def test_far_from_every_path_though_many_weigh_alike() -> None:
    # 20 by 15 June, 11 of 21 days. Of 200 one would expect 105, with (11/21 10/21 (200 + 0.03 200^2))^0.5 = 18.7.
    found = month_so_far(projection(200.0, 10.0), "141033", "entries", 20.0, 15)
    assert found.is_contradiction
    # 219 by 29 June, 20 of 21 days, and no path beyond 200 + 3.7 5 = 218.
    beyond = month_so_far(projection(200.0, 5.0), "141033", "entries", 219.0, 29)
    assert beyond.is_contradiction
    assert beyond.both[0] >= 219.0


def test_never_less_than_is_counted_already() -> None:
    found = month_so_far(projection(200.0, 40.0), "141033", "entries", 190.0, 29)
    assert found.both[0] >= 190.0


def test_a_month_that_is_over_is_what_was_counted() -> None:
    found = month_so_far(projection(200.0, 30.0), "141033", "entries", 231.0, 30)
    assert found.both == (231.0, 231.0, 231.0)


@pytest.mark.parametrize(
    ("value", "day", "why"), [(50.0, 31, "没有第31日"), (-1.0, 15, "不小于0"), (3.0, 0, "没有第0日")]
)
def test_what_cannot_be(value: float, day: int, why: str) -> None:
    with pytest.raises(ModelError, match=why):
        month_so_far(projection(200.0, 30.0), "141033", "entries", value, day)
