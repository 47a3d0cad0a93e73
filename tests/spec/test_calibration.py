"""Calibration by hand: what an earlier forecast teaches, and what it does to the paths."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from forecasting.calibration import (
    COMMON,
    DEGREES,
    FULL_DEGREES,
    HALF_LIFE,
    IDIOSYNCRATIC,
    KNOTS,
    LARGEST_RATIO,
    PRIOR_ORIGINS,
    Factors,
    Rehearsal,
    calibrate,
    learn,
    rehearsal,
    shrink_drift,
)
from forecasting.netting import net_rehearsal, rebalance

NAN = math.nan


def told(origin: int, *totals: float, rough: tuple[float, ...] = (), degrees: float = 16.0) -> Rehearsal:
    rest = np.full(len(totals) - len(rough), NAN)
    return Rehearsal(origin, np.array(totals), np.array([*rest, *rough]), degrees)


# What is learnt ---------------------------------------------------------------------------------------------------


def test_the_shipped_values_are_those_documented() -> None:
    assert (IDIOSYNCRATIC, PRIOR_ORIGINS, LARGEST_RATIO, COMMON, DEGREES, HALF_LIFE, FULL_DEGREES) == (
        0.8,
        2,
        4,
        0.6,
        4,
        48,
        8,
    )
    assert KNOTS == (1, 3, 6, 12)


def test_nothing_learnt_is_what_is_shipped() -> None:
    factors = learn([], 5, at=30)
    assert_allclose(factors.idiosyncratic, [0.8] * 5)
    assert (factors.rough, factors.common, factors.n_origins) == (1.0, 0.6, 0)
    assert_allclose(learn([], 2, at=30, prior=1.0).idiosyncratic, [1.0, 1.0])


def test_an_origin_of_four_years_ago_counts_half() -> None:
    # 2 origins of 0.8^2 and half an origin of 2.25.
    factors = learn([told(10, 2.25)], 1, at=58)
    assert_allclose(factors.idiosyncratic, [math.sqrt((2 * 0.64 + 0.5 * 2.25) / 2.5)])
    assert factors.n_origins == 1


def test_few_values_do_not_count_in_full() -> None:
    # Three values of eight, and 24 months: half to the power of a half.
    weight = 3 / 8 * math.sqrt(0.5)
    factors = learn([told(34, 2.25, degrees=3)], 1, at=58)
    assert_allclose(factors.idiosyncratic, [math.sqrt((2 * 0.64 + weight * 2.25) / (2 + weight))])


def test_horizons_that_had_not_ended_teach_nothing_and_neighbours_are_averaged() -> None:
    # At month 12 only the first two months after month 10 are known; the third keeps the shipped value.
    weight = 0.5 ** (2 / 48)
    first, second = ((2 * 0.64 + weight * one) / (2 + weight) for one in (1.5, 3.0))
    factors = learn([told(10, 1.5, 3.0, 9.0)], 3, at=12)
    assert_allclose(factors.idiosyncratic, [math.sqrt((first + second + 0.64) / 3)] * 3)
    unlearnt = learn([told(12, 9.0, 9.0), told(13, 9.0, 9.0)], 2, at=12)
    assert_allclose(unlearnt.idiosyncratic, [0.8, 0.8])
    assert unlearnt.n_origins == 0


def test_a_total_that_was_not_observed_teaches_nothing() -> None:
    weight = 0.5 ** (24 / 48)
    factors = learn([told(10, NAN, 2.25)], 2, at=34)
    assert_allclose(factors.idiosyncratic, [math.sqrt((0.64 + (1.28 + weight * 2.25) / (2 + weight)) / 2)] * 2)


def test_rough_months_are_learnt_from_the_longest_course_that_had_ended() -> None:
    weight = 0.5 ** (14 / 48)
    one = told(10, *[0.64] * 15, rough=(0.5, 7.0, 8.0, 9.0))  # known at a year: 0.5; 13 and 14 months: 7 and 8
    assert_allclose(learn([one], 15, at=24).rough, math.sqrt((2 + weight * 8.0) / (2 + weight)))


def test_an_error_is_measured_in_spreads_and_less_what_all_have_in_common() -> None:
    # Log totals of three series with a spread of 0.2; all came 0.5 spreads high, the first 0.3 more.
    spread, unit = 0.2, np.array([-1.5, -0.5, 0.0, 0.5, 1.5])  # variance (2 x 2.25 + 2 x 0.25) / 5 = 1
    scores = np.stack([unit, unit[[2, 4, 0, 1, 3]], unit[[3, 0, 4, 2, 1]]])
    paths = np.exp(spread * scores + np.log([[100.0], [200], [300]]))[:, :, None]
    came = np.array([[100.0], [200], [300]]) * np.exp(spread * np.array([[0.8], [0.5], [0.5]]))
    found = rehearsal(paths, came, origin=7, offset=np.zeros(3))
    # Less their mean 0.6: 0.2, -0.1, -0.1; in units of what paths have not in common with the mean path.
    own = np.mean((scores - scores.mean(axis=0)).var(axis=1))
    assert_allclose(found.totals, [(0.2**2 + 0.1**2 + 0.1**2) / 3 / own])
    assert (found.origin, found.degrees) == (7, 2)


def test_one_month_of_panic_counts_as_two_spreads() -> None:
    paths = np.array([[[80.0], [100.0], [120.0], [95.0], [103.0]]])
    found = rehearsal(paths, np.array([[9e9]]), origin=7, offset=np.ones(1))
    assert_allclose(found.totals, [4.0])


# What is done to paths --------------------------------------------------------------------------------------------


def by_hand(total: np.ndarray, factor: float, offset: float) -> np.ndarray:
    """A series alone owes half to what is common: log total' = median + spread sqrt((kappa^2 + K^2) / 2) T(z)."""
    logs = np.log(total + offset)
    centre, spread = np.median(logs), logs.std()
    score = (logs - centre) / spread
    student = stats.t(4).ppf(stats.norm.cdf(score))
    return np.exp(centre + spread * math.sqrt((0.6**2 + factor**2) / 2) * student) - offset


def test_totals_at_knots_take_exactly_the_calibrated_value() -> None:
    rng = np.random.default_rng(5)
    level = np.exp(rng.normal(0, 0.2, (1, 51, 1)))
    paths = 40 * level * np.exp(rng.normal(0, 0.1, (1, 51, 14)))
    factor = np.linspace(0.7, 1.4, 14)
    moved = calibrate(paths, Factors(idiosyncratic=factor), offset=np.ones(1))
    for knot in (1, 3, 6, 12, 14):
        expected = by_hand(paths[0, :, :knot].sum(axis=1), factor[knot - 1], 1.0)
        assert_allclose(moved[0, :, :knot].sum(axis=1), expected, rtol=1e-9)


def test_growth_of_a_short_history_is_halved_at_eight_months() -> None:
    # A year of 120 after a year of 100, then 144: log growth 0.1823 and 0.3646 at the middles of the years.
    paths = np.repeat([10.0, 12.0], 12)[None, None] * np.ones((1, 3, 1))
    shrunk = shrink_drift(paths, np.full((1, 12), 100 / 12), months=8)
    # The middle of the first year lies between its sixth and seventh month: both move by half of log 1.2 on average.
    middle = np.log(shrunk[0, 0, 5:7] / 10.0).mean()
    assert_allclose(middle, (8 / 16 - 1) * math.log(1.2), rtol=1e-9)
    assert_allclose(np.log(shrunk[0, 0, 17:19] / 12.0).mean(), (8 / 16 - 1) * math.log(1.44), rtol=1e-9)


def test_nothing_to_grow_from_changes_nothing() -> None:
    paths = np.full((2, 3, 12), 7.0)
    assert_allclose(shrink_drift(paths, np.array([[NAN] * 12, [0.0] * 12]), months=24), paths, rtol=0)


# Net additions ----------------------------------------------------------------------------------------------------

ENTRIES, EXITS = np.array([[[10.0], [20], [30]]]), np.array([[[10.0], [14], [12]]])


def factors(value: float) -> Factors:
    return Factors(idiosyncratic=np.array([value]))


def test_net_and_turnover_are_rescaled_round_their_medians() -> None:
    # Net 0 6 18, halved round 6: 3 6 12. Turnover 20 34 42, doubled round 34: 6 34 50.
    entries, exits = rebalance(ENTRIES, EXITS, net=factors(0.5), turnover=factors(2.0))
    assert_allclose(entries[0, :, 0], [(6 + 3) / 2, (34 + 6) / 2, (50 + 12) / 2])
    assert_allclose(exits[0, :, 0], [(6 - 3) / 2, (34 - 6) / 2, (50 - 12) / 2])


def test_a_flow_that_would_fall_below_zero_is_cleared_on_both_sides() -> None:
    # Turnover tripled round 34: -8 34 58. The first path turns over less than its net of 3: 3 come, none leaves.
    entries, exits = rebalance(ENTRIES, EXITS, net=factors(0.5), turnover=factors(3.0))
    assert_allclose(entries[0, :, 0], [3, 20, 35])
    assert_allclose(exits[0, :, 0], [0, 14, 23])


def test_factors_of_one_leave_the_flows_as_they_were() -> None:
    entries, exits = rebalance(ENTRIES, EXITS, net=factors(1.0), turnover=factors(1.0))
    assert_allclose(entries, ENTRIES)
    assert_allclose(exits, EXITS)


def test_what_is_learnt_of_the_net_is_its_squared_error_in_spreads() -> None:
    net, turnover = net_rehearsal(ENTRIES, EXITS, net=np.array([[12.0]]), turnover=np.array([[30.0]]), origin=9)
    # Variances of 0 6 18 and of 20 34 42: 56 and 248 / 3.
    assert_allclose(net.totals, [(12 - 6) ** 2 / 56])
    assert_allclose(turnover.totals, [(30 - 34) ** 2 / (248 / 3)])
    assert (net.origin, net.degrees) == (9, 1)
    assert np.isnan(net.rough).all()
    nothing, _ = net_rehearsal(ENTRIES, EXITS, net=np.array([[NAN]]), turnover=np.array([[30.0]]), origin=9)
    assert np.isnan(nothing.totals).all()


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_learning_undoes_a_known_scale(scale: float) -> None:
    """With very many origins the shipped value is forgotten: the factor is the true scale."""
    ones = [told(100 - age, scale**2) for age in range(1, 400)]
    weight = sum(0.5 ** (age / 48) for age in range(1, 400))
    found = learn(ones, 1, at=100).idiosyncratic
    assert_allclose(found, [math.sqrt((2 * 0.64 + weight * scale**2) / (2 + weight))])
    assert_allclose(found, [scale], rtol=0.07)
