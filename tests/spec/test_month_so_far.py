"""A month that is not over, weighed against what was projected of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
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


def test_two_normals_meet_by_their_precision() -> None:
    # To 15 June 2023, 11 of 21 working days: 120 / 0.5238 = 229.1, standard error 22.4 (tests/spec/test_calendar.py).
    # Projected 200 with 30: precisions 1/30^2 and 1/22.4^2, weights 0.358 and 0.642, mean 218.7, deviation 17.9.
    found = month_so_far(projection(200.0, 30.0), "141033", "entries", 120.0, 15)
    error = found.partial.standard_error
    share = 30.0**2 / (30.0**2 + error**2)
    middle, deviation = 200.0 + share * (found.partial.estimate - 200.0), np.sqrt(share) * error
    assert_allclose(found.both[1], middle, rtol=2e-3)
    assert_allclose(found.both[2] - found.both[0], 2 * 1.2816 * deviation, rtol=1e-2)
    assert_allclose(found.projected, [200 - 1.2816 * 30, 200, 200 + 1.2816 * 30], rtol=1e-3)
    assert not found.is_contradiction
    assert found.sentence.startswith(
        "截至6月15日新设120户，工作日已过52%；按工作日推算全月约229户，原预测200户（80%区间162—238户）。合起来看，"
    )


def test_what_no_path_is_in_keeping_with_is_asked_about() -> None:
    found = month_so_far(projection(200.0, 10.0), "141033", "entries", 900.0, 15)
    assert found.is_contradiction
    assert found.both[1] == found.partial.estimate
    assert "请先核对录入的数" in found.sentence


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
