"""What must hold of any hierarchy and any paths: exact sums, identity, no negative, nothing lost, no order."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from forecasting import Paths, Projection, Run
from forecasting.hierarchy import TYPES, Hierarchy
from forecasting.reconciliation import reconcile, reconcile_projection
from forecasting.rounding import whole, whole_paths

Array = NDArray[np.float64]
few = settings(max_examples=20, deadline=None, derandomize=True)
ORIGIN = pd.Period("2023-06", "M")
FLOWS = ("entries", "exits", "adjustment", "stock")
#: A province of two cities, one of three counties, the other of two, of which one has two townships.
PARENTS = {
    "140700": "140000", "141000": "140000", "140000": "",
    "140721": "140700", "140722": "140700", "140723": "140700", "141030": "141000", "141033": "141000",
    "141033001": "141033", "141033002": "141033",
}  # fmt: skip


@st.composite
def hierarchies(draw: st.DrawFn) -> Hierarchy:
    """Any of the areas held, each as all, as some of its types or as both, in any order."""
    kinds = st.lists(st.sampled_from(("all", *TYPES)), unique=True, max_size=4)
    held = [(area, kind) for area in PARENTS for kind in draw(kinds)] or [("140722", "all")]
    return Hierarchy.from_keys(pd.DataFrame(draw(st.permutations(held)), columns=["area", "entity_type"]), PARENTS)


@st.composite
def full_hierarchies(draw: st.DrawFn) -> Hierarchy:
    """Every area in all its types, so that the sums can be named; in any order."""
    held = [(area, kind) for area in PARENTS for kind in ("all", *TYPES)]
    return Hierarchy.from_keys(pd.DataFrame(draw(st.permutations(held)), columns=["area", "entity_type"]), PARENTS)


def base_projection(hierarchy: Hierarchy, seed: int, horizon: int = 5, n_paths: int = 6) -> Projection:
    """Openings that add up and flows that do not, many of them small, some none; one transfer in the third month."""
    rng = np.random.default_rng(seed)
    opening = hierarchy.summing @ rng.poisson(rng.choice([0, 2, 40, 900], hierarchy.n_cells)).astype(float)
    shape = (hierarchy.n_nodes, n_paths, horizon)
    entries = rng.gamma(0.5, 0.05 * opening[:, None, None] + 1.0, shape)
    adjustment = np.zeros(shape)
    adjustment[:, :, 2] = -np.minimum(opening, rng.integers(0, 4, hierarchy.n_nodes))[:, None] / 2
    stock, exits = np.empty(shape), np.empty(shape)
    before = np.repeat(opening[:, None], n_paths, axis=1)
    for h in range(horizon):
        exits[:, :, h] = rng.beta(0.3, 3.0, shape[:2]) * before
        adjustment[:, :, h] = np.maximum(adjustment[:, :, h], -(before + entries[:, :, h] - exits[:, :, h]))
        before = before + entries[:, :, h] - exits[:, :, h] + adjustment[:, :, h]
        stock[:, :, h] = np.maximum(before, 0.0)
    return Projection(
        keys=hierarchy.keys,
        origin=ORIGIN,
        opening=opening,
        entries=Paths(entries),
        exits=Paths(exits),
        adjustment=Paths(adjustment),
        stock=Paths(stock),
        run=Run("", "", ORIGIN, horizon, n_paths, 0, ""),
    )


def errors(hierarchy: Hierarchy, seed: int, sizes: tuple[float, ...] = (0.0, 0.5, 3.0, 70.0)) -> Array:
    """Errors of unequal size that share a part; some months missing, by default some series that never err."""
    rng = np.random.default_rng(seed)
    drawn = rng.normal(size=(hierarchy.n_nodes, 9)) + rng.normal(size=9)
    drawn *= rng.choice(sizes, (hierarchy.n_nodes, 1))
    drawn[rng.random(drawn.shape) < 0.1] = np.nan
    return drawn


def reconciled(hierarchy: Hierarchy, seed: int) -> Projection:
    given_errors = {"entries": errors(hierarchy, seed), "exits": errors(hierarchy, seed + 1)}
    return reconcile_projection(base_projection(hierarchy, seed), hierarchy, given_errors)


def assert_sums_and_identity(made: Projection) -> None:
    """Exact, not nearly: differences of 0."""
    rows = {(str(area), str(kind)): at for at, (area, kind) in enumerate(made.keys.itertuples(index=False))}
    children = {parent: [c for c in PARENTS if PARENTS[c] == parent] for parent in PARENTS.values() if parent}
    n_sums = 0
    for flow in FLOWS:
        values = getattr(made, flow).values
        for (area, kind), at in rows.items():
            by_area = [rows.get((child, kind)) for child in children.get(area, [])]
            by_type = [rows.get((area, one)) for one in TYPES] if kind == "all" else []
            for parts in (by_area, by_type):
                if parts and None not in parts:
                    assert_array_equal(values[at], values[parts].sum(axis=0))
                    assert_array_equal(values[at], values[parts[::-1]].sum(axis=0))
                    n_sums += 1
        assert flow == "adjustment" or values.min() >= 0
    before = np.concatenate(
        [np.broadcast_to(made.opening[:, None, None], (*made.stock.values.shape[:2], 1)), made.stock.values[:, :, :-1]],
        axis=2,
    )
    closing = before + made.entries.values - made.exits.values + made.adjustment.values
    assert_array_equal(closing, made.stock.values)
    assert len(rows) < len(PARENTS) * 4 or n_sums == len(FLOWS) * (4 * 4 + 10)


@few
@given(full_hierarchies(), st.integers(0, 10_000))
def test_every_sum_and_the_identity_are_exact_at_every_level(hierarchy: Hierarchy, seed: int) -> None:
    made = reconciled(hierarchy, seed)
    assert_sums_and_identity(made)
    assert_sums_and_identity(whole_paths(made, hierarchy, np.random.default_rng(seed)))


@few
@given(hierarchies(), st.integers(0, 10_000))
def test_any_part_of_the_hierarchy_will_do(hierarchy: Hierarchy, seed: int) -> None:
    made = reconciled(hierarchy, seed)
    assert_sums_and_identity(made)
    assert_allclose(made.opening, base_projection(hierarchy, seed).opening)


@few
@given(full_hierarchies(), st.integers(0, 10_000))
def test_coherent_paths_stay_as_they_are(hierarchy: Hierarchy, seed: int) -> None:
    coherent = hierarchy.sums(np.random.default_rng(seed).gamma(0.4, 60.0, (hierarchy.n_cells, 3, 4)))
    assert_array_equal(reconcile(Paths(coherent), hierarchy, errors(hierarchy, seed)).values, coherent)
    assert_array_equal(reconcile(Paths(coherent), hierarchy).values, coherent)


@few
@given(hierarchies(), st.integers(0, 10_000))
def test_coherent_paths_of_any_part_stay_nearly_as_they_are(hierarchy: Hierarchy, seed: int) -> None:
    """What is not told apart is found by steps; errors here are of one order, or the steps would have to be many."""
    coherent = hierarchy.sums(np.random.default_rng(seed).gamma(0.4, 60.0, (hierarchy.n_cells, 3, 4)))
    weights = errors(hierarchy, seed, sizes=(2.0, 3.0, 9.0))
    made = reconcile(Paths(coherent), hierarchy, weights).values
    assert_allclose(made, coherent, rtol=1e-4, atol=1e-2)


@few
@given(hierarchies(), st.integers(0, 10_000))
def test_the_order_of_the_nodes_is_of_no_consequence(hierarchy: Hierarchy, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(hierarchy.n_nodes)
    paths = np.random.default_rng(seed).gamma(0.4, 60.0, (hierarchy.n_nodes, 3, 4))
    other = Hierarchy.from_keys(hierarchy.keys.iloc[order], PARENTS)
    weights = errors(hierarchy, seed)
    made = reconcile(Paths(paths), hierarchy, weights).values
    again = reconcile(Paths(paths[order]), other, weights[order]).values
    assert_allclose(again, made[order], rtol=1e-4, atol=1e-2)


@few
@given(full_hierarchies(), st.integers(0, 10_000))
def test_whole_numbers_add_up_and_are_within_one(hierarchy: Hierarchy, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = hierarchy.sums(rng.gamma(0.4, 9.0, hierarchy.n_cells) * rng.integers(0, 2, hierarchy.n_cells))
    made = whole(values, hierarchy)
    assert_array_equal(made, np.rint(made))
    assert np.abs(made - values).max() < 1
    assert made.min() >= 0
    assert_array_equal(made, hierarchy.sums(np.array([made[at] for at in _cell_rows(hierarchy)])))
    top = (hierarchy.keys["area"] == "140000") & (hierarchy.keys["entity_type"] == "all")
    assert_allclose(made[top], np.floor(values[top] + 0.5))


def _cell_rows(hierarchy: Hierarchy) -> list[int]:
    """Row of the node that is a cell by itself, a cell."""
    alone = np.flatnonzero(np.asarray(hierarchy.summing.sum(axis=1)) == 1)
    order = {int(hierarchy.summing[[at]].indices[0]): int(at) for at in alone}
    return [order[cell] for cell in range(hierarchy.n_cells)]


@few
@given(full_hierarchies(), st.integers(0, 10_000))
def test_whole_paths_never_drift(hierarchy: Hierarchy, seed: int) -> None:
    made = reconciled(hierarchy, seed)
    cells = _cell_rows(hierarchy)
    for rng, bound in ((None, 0.5), (np.random.default_rng(seed), 1.0)):
        counted = whole_paths(made, hierarchy, rng)
        for flow in FLOWS:
            values = getattr(counted, flow).values
            assert_array_equal(values, np.rint(values))
        drift = np.abs(np.cumsum((counted.entries.values - made.entries.values)[cells], axis=2))
        assert drift.max() <= bound
        assert np.abs((counted.stock.values - made.stock.values)[cells]).max() < 2.5


def test_whole_paths_are_right_on_average() -> None:
    """A tenth of an entity a month: nobody in the first month on every path would be a tenth too few."""
    one = Hierarchy.from_keys(pd.DataFrame({"area": ["140722"], "entity_type": ["all"]}), PARENTS)
    entries = np.full((1, 4000, 3), 0.1)
    base = Projection(
        keys=one.keys,
        origin=ORIGIN,
        opening=np.array([7.0]),
        entries=Paths(entries),
        exits=Paths(np.zeros_like(entries)),
        adjustment=Paths(np.zeros_like(entries)),
        stock=Paths(7.0 + np.cumsum(entries, axis=2)),
        run=Run("", "", ORIGIN, 3, 4000, 0, ""),
    )
    counted = whole_paths(base, one, np.random.default_rng(3))
    assert_allclose(counted.entries.values.mean(axis=1), [[0.1, 0.1, 0.1]], atol=0.015)
    assert whole_paths(base, one).entries.values.sum() == 0
