"""Areas that add up in the data add up on every path; those that do not are projected apart, and that is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from forecasting import Panel, project
from forecasting.planning import plan

#: A city of two counties, of one of which the types are held.
KEYS = [
    ("140100", "all"),
    ("140105", "all"),
    ("140106", "enterprise"),
    ("140106", "individual"),
    ("140106", "cooperative"),
]
PARENTS = {"140105": "140100", "140106": "140100", "140100": "140000"}


@pytest.fixture(scope="module")
def flows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(11)
    parts = rng.poisson(np.array([[60.0], [20.0], [45.0], [0.7]]), (4, 36)).astype(float)
    gone = rng.poisson(np.array([[40.0], [12.0], [30.0], [0.3]]), (4, 36)).astype(float)
    return np.vstack([parts.sum(axis=0), parts]), np.vstack([gone.sum(axis=0), gone])


def panel(flows: tuple[np.ndarray, np.ndarray], *, city: float) -> Panel:
    entries, exits = flows
    opening = np.array([city, 2100.0, 700.0, 1500.0, 40.0])
    return Panel(
        keys=pd.DataFrame(KEYS, columns=["area", "entity_type"]),
        months=pd.period_range("2020-01", periods=36, freq="M"),
        entries=entries,
        exits=exits,
        stock=opening[:, None] + np.cumsum(entries - exits, axis=1),
        adjustment=np.zeros((5, 36)),
    )


def test_sums_and_identity_are_exact_on_every_path(flows: tuple[np.ndarray, np.ndarray]) -> None:
    whole = panel(flows, city=4340.0)
    found = project(whole, 14, seed=1, n_paths=40, parents=PARENTS, weights={"theta": 1.0})
    for name in ("entries", "exits", "adjustment", "stock"):
        values = getattr(found, name).values
        assert_array_equal(values[0], values[1:].sum(axis=0))
        assert name == "adjustment" or values.min() >= 0
    before = np.concatenate(
        [np.broadcast_to(found.opening[:, None, None], (5, 40, 1)), found.stock.values[:, :, :-1]], axis=2
    )
    assert_array_equal(before + found.entries.values - found.exits.values, found.stock.values)
    assert not found.run.failures


def test_what_does_not_add_up_is_projected_apart_and_told(flows: tuple[np.ndarray, np.ndarray]) -> None:
    found = project(panel(flows, city=4999.0), 3, seed=1, n_paths=20, parents=PARENTS, weights={"naive": 1.0})
    (told,) = found.run.failures
    assert told["model"] == "hierarchy"
    assert "140100 全部市场主体" in told["reason"]
    assert found.opening[0] > found.opening[1:].sum()


def test_a_hierarchy_makes_another_run_and_strangers_none(flows: tuple[np.ndarray, np.ndarray]) -> None:
    whole = panel(flows, city=4340.0)
    apart = plan(whole, 3, seed=1)
    assert apart.hierarchy is None
    assert plan(whole, 3, seed=1, parents=PARENTS).run.id != apart.run.id
    # A county more that is not held: nothing equals the city any longer.
    more = plan(whole, 3, seed=1, parents={**PARENTS, "140107": "140100"})
    assert more.hierarchy is not None
    assert more.run.id != plan(whole, 3, seed=1, parents=PARENTS).run.id
    alone = plan(whole.select(area="140105"), 3, seed=1, parents=PARENTS)
    assert alone.hierarchy is None
