"""Entries, exits and stock from origin to origin."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting import Panel
from forecasting.reliability import Statements
from forecasting.stockwalk import StockStep, walk_stock

N, MONTHS = 2, 48


def panel(seed: int = 4) -> Panel:
    rng = np.random.default_rng(seed)
    entries = rng.poisson(np.array([[40.0], [9.0]]), (N, MONTHS)).astype(float)
    exits = rng.poisson(np.array([[30.0], [5.0]]), (N, MONTHS)).astype(float)
    return Panel(
        keys=pd.DataFrame({"area": ["141033", "141033"], "entity_type": ["enterprise", "individual"]}),
        months=pd.period_range("2019-01", periods=MONTHS, freq="M"),
        entries=entries,
        exits=exits,
        stock=np.array([[900.0], [350.0]]) + np.cumsum(entries - exits, axis=1),
        adjustment=np.zeros((N, MONTHS)),
    )


def steps(whole: Panel, **changes: object) -> list[StockStep]:
    given = {
        "entries": whole.entries,
        "rates": whole.exits / whole.opening(),
        "stock": whole.stock,
        "floor": 1 / whole.stock[:, 0],
        "origins": {23: 60, 35: 60, 47: 80},
        "horizon": 13,
        "seed": 2,
        "weights": {"naive": 1.0},
    } | changes
    return list(walk_stock(**given))  # type: ignore[arg-type]


def assert_identity(step: StockStep, opening: np.ndarray) -> None:
    before = np.concatenate([np.broadcast_to(opening[:, None, None], (*step.stock.shape[:2], 1)), step.stock], axis=2)
    assert_allclose(before[:, :, :-1] + step.entries - step.exits, step.stock, atol=1e-9)
    assert min(step.entries.min(), step.exits.min(), step.stock.min()) >= 0


def test_the_identity_holds_on_every_path_of_every_origin() -> None:
    whole = panel()
    found = steps(whole)
    assert [step.origin for step in found] == [23, 35, 47]
    for step in found:
        assert_identity(step, whole.stock[:, step.origin])


def test_a_series_without_a_stock_is_left_out_until_it_has_one() -> None:
    whole = panel()
    stock = whole.stock.copy()
    stock[1, :30] = np.nan
    rates = whole.exits / np.column_stack([np.full(N, np.nan), stock[:, :-1]])
    found = steps(whole, stock=stock, rates=rates)
    assert [step.rows.tolist() for step in found] == [[0], [0, 1], [0, 1]]


def test_purges_leave_at_their_origin_only_and_take_their_share() -> None:
    whole = panel()
    shares = np.zeros((N, 80, 13))
    shares[0, 7, 4] = 0.25
    plain, purged = steps(whole), steps(whole, purges={47: shares})
    assert_allclose(plain[1].stock, purged[1].stock, rtol=0)
    assert_allclose(plain[2].entries, purged[2].entries, rtol=0)
    taken = purged[2].exits - plain[2].exits
    assert_allclose(taken[0, 7, 4], 0.25 * plain[2].stock[0, 7, 3])
    taken[0, 7, 4] = 0
    assert_allclose(taken, 0, atol=1e-9)
    assert_identity(purged[2], whole.stock[:, 47])


def test_more_cannot_leave_than_there_are() -> None:
    whole = panel()
    found = steps(whole, purges={47: np.full((N, 80, 13), 0.9)})
    assert_identity(found[2], whole.stock[:, 47])
    assert found[2].stock[:, :, -1].max() < 60


@pytest.mark.parametrize(("level", "held"), [(1289.0, 0), (1291.0, 1)])
def test_a_statement_is_settled_by_the_whole_area(level: float, held: int) -> None:
    """20 % quantile of 5 paths of the area at month 12: 1280, 1290, ... + 4 / 5 of a step -> 1288 + ... by hand.

    enterprise   960, 970, 980, 990, 1000   individual 320 each   together 1280, 1290, 1300, 1310, 1320
    20 % of the way through the four steps between them: 1280 + 0.8 x 10 = 1288
    """
    whole = panel()
    stock = whole.stock.copy()
    stock[:, 35] = [level - 320 - 2, 320]
    settled = Panel(
        keys=whole.keys,
        months=whole.months,
        entries=np.full_like(stock, np.nan),
        exits=np.full_like(stock, np.nan),
        stock=stock,
        adjustment=whole.adjustment,
    )
    paths = np.zeros((N, 5, 13))
    paths[0, :, 11] = [1000, 960, 980, 990, 970]
    paths[1, :, 11] = 320
    statements = Statements(settled)
    statements.take(StockStep(23, np.arange(N), paths, paths, paths, ()))
    assert statements.record() == {"certainty": 0.8, "statements": [{"horizon": 12, "made": 1, "held": held}]}


def test_what_has_not_ended_or_is_not_known_is_no_statement() -> None:
    whole = panel()
    paths = np.full((N, 5, 13), 1.0)
    statements = Statements(whole)
    statements.take(StockStep(36, np.arange(N), paths, paths, paths, ()))
    statements.take(StockStep(23, np.array([0]), paths[:1], paths[:1], paths[:1], ()))
    assert statements.record() == {}
