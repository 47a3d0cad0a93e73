"""Purges counted and measured by hand, and futures that hold as many of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from forecasting import Event, ModelError, Panel
from forecasting.purges import LARGEST_SHARE, PurgeProcess, learn_purges

MONTHS = pd.period_range("2019-01", periods=36, freq="M")
PURGE = Event(
    id="purge",
    area="141033",
    entity_type="all",
    kind="purge",
    start=MONTHS[20],
    end=MONTHS[20],
    title="集中清理",
    effect="mask",
    flows=("exits",),
)


def panel(**changes: float) -> Panel:
    """Two areas, one with two types; 1 000 entities each, 10 leave a month and 10 come."""
    exits = np.full((3, 36), 10.0)
    exits[0, 20] += changes.get("individual", 0.0)
    exits[1, 20] += changes.get("enterprise", 0.0)
    stock = 1000.0 + np.cumsum(10.0 - exits, axis=1)
    return Panel(
        keys=pd.DataFrame({"area": ["141033", "141033", "140109"], "entity_type": ["individual", "enterprise", "all"]}),
        months=MONTHS,
        entries=np.full((3, 36), 10.0),
        exits=exits,
        stock=stock,
        adjustment=np.zeros((3, 36)),
    )


def test_rate_and_share() -> None:
    made = learn_purges(panel(individual=60.0, enterprise=30.0), [PURGE])
    assert made.n_purges == 1
    assert_allclose(made.area_years, 2 * 36 / 12)
    assert_allclose(made.rate_per_year, (0.5 + 1) / (5.0 + 6.0))
    # The ordinary rate is 10 of 1 000 before; after it 10 of 940 and of 970. Twelve months before, twelve after.
    individual = 70 - 1000 * np.mean([10 / 1000] * 12 + [10 / 940] * 12)
    enterprise = 40 - 1000 * np.mean([10 / 1000] * 12 + [10 / 970] * 12)
    assert_allclose(made.shares, [(individual + enterprise) / 2000])
    # Between the prior's 2 % and the 4.45 % that were measured, each counting once.
    assert_allclose(made.typical_share, np.sqrt(0.02 * made.shares[0]))


def test_without_purges_the_prior_fades_with_the_years() -> None:
    made = learn_purges(panel(), [])
    assert (made.n_purges, made.shares) == (0, ())
    assert_allclose(made.rate_per_year, 0.5 / 11.0)
    assert_allclose(made.typical_share, 0.02)


@pytest.mark.parametrize(
    ("events", "n_purges", "n_measured"),
    [
        ([PURGE, replace(PURGE, id="other", area="140109")], 2, 1),  # nothing went beyond the ordinary in 140109
        ([replace(PURGE, area="140000")], 2, 1),  # a purge of the province is one in each area
        ([replace(PURGE, kind="campaign")], 0, 0),
        ([replace(PURGE, start=MONTHS[-1] + 1, end=MONTHS[-1] + 1)], 0, 0),  # after the origin
        ([replace(PURGE, start=MONTHS[0] - 3, end=MONTHS[0] - 1)], 0, 0),  # before the first month
        ([replace(PURGE, entity_type="enterprise")], 1, 1),
    ],
)
def test_what_counts(events: list[Event], n_purges: int, n_measured: int) -> None:
    made = learn_purges(panel(individual=60.0, enterprise=30.0), events)
    assert (made.n_purges, len(made.shares)) == (n_purges, n_measured)


def test_no_months() -> None:
    empty = panel().sliced(columns=np.zeros(36, dtype=bool))
    with pytest.raises(ModelError, match="没有任何月度数据，不能估计集中清理"):
        learn_purges(empty, [])


def test_futures_hold_as_many_and_as_large() -> None:
    process = PurgeProcess(n_purges=40, area_years=200.0, shares=tuple(np.full(40, 0.03)))
    pulses = process.simulate(pd.Series(["a", "b"]), 40_000, 24, np.random.default_rng(5))
    assert pulses.shape == (2, 40_000, 24)
    # One month in twelve of the yearly rate, a little less as no month holds two.
    assert_allclose((pulses > 0).mean() * 12, process.rate_per_year, rtol=0.03)
    assert_allclose(np.median(pulses[pulses > 0]), process.typical_share, rtol=0.03)
    assert pulses.min() == 0.0
    assert pulses.max() <= LARGEST_SHARE


def test_types_of_an_area_are_purged_together() -> None:
    process = PurgeProcess(n_purges=9, area_years=10.0, shares=(0.02, 0.05))
    pulses = process.simulate(pd.Series(["b", "a", "b"]), 50, 12, np.random.default_rng(1))
    assert_array_equal(pulses[0], pulses[2])
    assert not np.array_equal(pulses[0], pulses[1])


def test_a_rate_that_is_not_known_differs_between_paths() -> None:
    vague = PurgeProcess(n_purges=1, area_years=5.0, shares=(0.02,))
    counts = (vague.simulate(pd.Series(["a"]), 4000, 120, np.random.default_rng(1)) > 0).sum(axis=2)
    # A known rate would give a variance equal to the mean; here it is mean + years^2 a / b^2 = 1.5 + 1.5.
    assert counts.var() > 1.5 * counts.mean()
