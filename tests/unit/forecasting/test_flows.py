"""Flows from origin to origin: what each forecast sees, and what it has learnt by then."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting.events import Event
from forecasting.flows import EVERY, FEWEST_MONTHS, REHEARSAL_PATHS, Flows, Setting, rehearsals_before, walk

NAIVE = {"naive": 1.0}
MONTHS = pd.period_range("2018-01", periods=60, freq="M")


def matrix(n: int = 3, months: int = 60, seed: int = 5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    season = np.array([7.0, 5, 13, 12, 11, 10, 9, 9, 12, 8, 9, 8])[np.arange(months) % 12]
    return rng.poisson(season * np.array([[2.0], [9.0], [30.0]])[:n]).astype(float)


def flows(y: np.ndarray, **changes: object) -> Flows:
    given = {"shift": np.ones(len(y)), "group": np.zeros(len(y), dtype=int), "weights": NAIVE} | changes
    return Flows(y, **given)  # type: ignore[arg-type]


def test_origins_to_rehearse_from() -> None:
    assert rehearsals_before(59) == dict.fromkeys([23, 29, 35, 41, 47, 53], REHEARSAL_PATHS)
    # 28 is half a year from column 22, the 23rd month: one short of two years.
    assert rehearsals_before(28) == {}
    assert rehearsals_before(29) == {FEWEST_MONTHS - 1: REHEARSAL_PATHS}
    assert rehearsals_before(59, most=2) == dict.fromkeys([47, 53], REHEARSAL_PATHS)
    assert EVERY == 6


def test_each_origin_is_calibrated_by_those_before_it() -> None:
    steps = list(walk(flows(matrix()), {23: 30, 29: 30, 41: 30, 59: 40}, 14, seed=3))
    assert [step.origin for step in steps] == [23, 29, 41, 59]
    assert [step.factors[0].n_origins for step in steps] == [0, 1, 2, 3]
    assert [step.paths.shape for step in steps] == [(3, 30, 14)] * 3 + [(3, 40, 14)]
    assert min(step.paths.min() for step in steps) >= 0
    assert not any(step.failures for step in steps)


@pytest.mark.parametrize("spoil", [0.0, 1e6, np.nan])
def test_nothing_after_an_origin_moves_what_was_said_there(spoil: float) -> None:
    spoilt = matrix()
    spoilt[:, 42:] = spoil
    origins = {23: 30, 35: 30, 41: 30}
    for one, other in zip(
        walk(flows(matrix()), origins, 9, seed=3), walk(flows(spoilt), origins, 9, seed=3), strict=True
    ):
        assert_allclose(one.paths, other.paths, rtol=0)


def test_a_row_that_begins_later_joins_later() -> None:
    y = matrix()
    y[1, :30] = np.nan
    steps = list(walk(flows(y, group=np.array([0, 1, 0])), {23: 20, 47: 20}, 5, seed=3))
    assert [step.rows.tolist() for step in steps] == [[0, 2], [0, 1, 2]]
    assert [sorted(step.factors) for step in steps] == [[0], [0, 1]]


def test_history_is_all_the_models_see() -> None:
    y = matrix()
    y[:, :24] *= 50
    short = flows(matrix()[:, 24:])
    (long,) = walk(flows(y), {59: 25}, 6, seed=3, history=36)
    rows, seen = flows(y).seen(59, 36)
    assert_allclose(seen.y, short.y)
    assert rows.tolist() == [0, 1, 2]
    assert long.paths.max() < 30 * 13 * 3


def test_months_that_an_event_masks_are_no_evidence() -> None:
    """The same months missing, or masked by an event of the setting's panel before: a step in them is not seen."""
    keys = pd.DataFrame({"area": ["141033"] * 3, "entity_type": ["enterprise", "individual", "cooperative"]})
    y = matrix()
    step = Event(
        id="s",
        area="141033",
        entity_type="individual",
        kind="shift",
        start=MONTHS[40],
        end=MONTHS[40],
        title="水平变化",
        effect="step",
        flows=("entries",),
    )
    raised = y.copy()
    raised[1, 40:] *= 2.0
    weights = {"theta": 1.0}
    known = flows(raised, weights=weights, setting=Setting(keys, MONTHS, (step,)))
    unknown = flows(raised, weights=weights, setting=Setting(keys, MONTHS))
    told = [next(iter(walk(one, {59: 200}, 12, seed=3))).paths[1].sum(axis=1) for one in (known, unknown)]
    # Declared, the past is brought to the new level, and the spread is that of the noise, not of the break.
    assert_allclose(np.median(told[0]), 2 * y[1, 48:].sum(), rtol=0.06)
    assert np.log(told[0]).std() < np.log(told[1]).std()
    later = Setting(keys, MONTHS, (Event(**{**vars(step), "start": MONTHS[-1] + 1, "end": MONTHS[-1] + 1}),))
    after = next(iter(walk(flows(raised, weights=weights, setting=later), {59: 200}, 12, seed=3)))
    assert_allclose(after.paths[1].sum(axis=1), told[1], rtol=0)
