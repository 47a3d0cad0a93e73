"""What happens after the origin may not move what regressors, proposals, breaks and purges say at the origin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from simulated_counties import Simulated, Truth, simulate

from forecasting import Event, Panel
from forecasting.breaks import last_break
from forecasting.design import design
from forecasting.proposals import propose
from forecasting.purges import learn_purges
from forecasting.regression import estimate

TRUTH = Truth(n_counties=8, n_months=48)


@pytest.fixture(scope="module")
def counties() -> Simulated:
    return simulate(TRUTH, seed=21)


@pytest.fixture(scope="module")
def spoiled(counties: Simulated) -> Panel:
    """The panel with 24 months more, in which everything is a thousand times as large."""
    parts = [counties.panel, counties.after]
    values = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=1)
        for name in ("entries", "exits", "adjustment")
    }
    values["entries"][:, 48:] *= 1000.0
    values["adjustment"][:, 48:] = 7.0
    net = values["entries"] - values["exits"] + values["adjustment"]
    stock = counties.panel.stock[:, :1] + np.cumsum(net, axis=1) - net[:, :1]
    months = counties.panel.months.append(counties.after.months)
    return Panel(keys=counties.panel.keys, months=pd.PeriodIndex(months), stock=stock, **values)


@pytest.fixture(scope="module")
def later(counties: Simulated) -> tuple[Event, ...]:
    """Events that begin after the origin, of every effect and kind."""
    start = counties.panel.months[-1] + 1
    purge = next(event for event in counties.events if event.kind == "purge")
    return tuple(
        replace(purge, id=f"later-{kind}-{effect}", area="140000", kind=kind, effect=effect, start=start, end=start + 2,
                flows=("entries", "exits"))
        for kind in ("purge", "campaign", "shift")
        for effect in ("mask", "pulse", "step", "ramp")
    )  # fmt: skip


@pytest.mark.parametrize("flow", ["entries", "exits"])
def test_effects(counties: Simulated, spoiled: Panel, later: tuple[Event, ...], flow: str) -> None:
    seen = spoiled.until(counties.panel.months[-1])
    now = estimate(
        np.log1p(getattr(counties.panel, flow)),
        design(counties.panel.keys, counties.panel.months, 24, counties.events, flow),
    )
    then = estimate(np.log1p(getattr(seen, flow)), design(seen.keys, seen.months, 24, (*counties.events, *later), flow))
    assert now.names == then.names
    assert_allclose(then.coefficients, now.coefficients, rtol=0)
    assert_allclose(then.future, now.future, rtol=0)
    rows = np.arange(8)
    assert_allclose(then.added(10, rows, 3), now.added(10, rows, 3), rtol=0)


def test_a_longer_horizon_leaves_the_earlier_months_as_they_were(counties: Simulated) -> None:
    z, panel = np.log1p(counties.panel.entries), counties.panel
    short = estimate(z, design(panel.keys, panel.months, 6, counties.events, "entries"))
    long = estimate(z, design(panel.keys, panel.months, 30, counties.events, "entries"))
    assert_allclose(long.future[:, :6], short.future, rtol=1e-10, atol=1e-12)


def test_breaks(counties: Simulated, later: tuple[Event, ...]) -> None:
    panel = counties.panel
    assert_array_equal(
        last_break((*counties.events, *later), panel.keys, panel.months, "entries"),
        last_break(counties.events, panel.keys, panel.months, "entries"),
    )


def test_purges(counties: Simulated, spoiled: Panel, later: tuple[Event, ...]) -> None:
    seen = spoiled.until(counties.panel.months[-1])
    now, then = learn_purges(counties.panel, counties.events), learn_purges(seen, (*counties.events, *later))
    assert (then.n_purges, then.area_years) == (now.n_purges, now.area_years)
    assert_allclose(then.shares, now.shares, rtol=0)


def test_proposals(counties: Simulated, spoiled: Panel, later: tuple[Event, ...]) -> None:
    far = [replace(event, start=event.start + 6, end=event.end + 6) for event in later]
    seen = spoiled.until(counties.panel.months[-1])
    assert propose(seen, far) == propose(counties.panel)
