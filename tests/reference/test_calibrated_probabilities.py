"""Probabilities of goals against the truth of simulated counties, which no register can tell (simulated).

Twelve worlds of counties, each with a growth of its own that is as often a fall; a goal is a fraction of the net
additions of the last year. Stated probabilities of one bin are compared with the mean of the true ones, drawn from the
state the county was really in.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from simulated_counties import Truth, simulate

from forecasting import project

WORLDS, COUNTIES, AHEAD = 12, 25, 12
FRACTIONS = (0.5, 0.75, 1.0, 1.25, 1.5)


@pytest.mark.slow
def test_probabilities_are_right_within_three_points() -> None:
    stated, true, inside = [], [], []
    for world in range(WORLDS):
        growth = float(np.random.default_rng([7, world]).normal(0.0, 0.003))
        simulated = simulate(replace(Truth(), n_counties=COUNTIES, drift=growth), seed=300 + world, horizon=AHEAD)
        told = project(simulated.panel, AHEAD, seed=world, n_paths=400, events=simulated.events).stock.values[:, :, -1]
        drawn = simulated.futures(AHEAD, 400, np.random.default_rng(world))["stock"][:, :, -1]
        stock = simulated.panel.stock
        for fraction in FRACTIONS:
            goal = (stock[:, -1] + fraction * np.abs(stock[:, -1] - stock[:, -13]))[:, None]
            stated.append((told >= goal).mean(axis=1))
            true.append((drawn >= goal).mean(axis=1))
        lower, upper = np.quantile(told, [0.05, 0.95], axis=1)
        inside.append((lower <= simulated.after.stock[:, -1]) & (simulated.after.stock[:, -1] <= upper))
    probability, truth = np.concatenate(stated), np.concatenate(true)
    place = np.minimum((probability * 10).astype(int), 9)
    gaps = [
        (place == one).mean() * abs(probability[place == one].mean() - truth[place == one].mean())
        for one in np.unique(place)
    ]
    print(f"calibration error {sum(gaps):.4f}, 90 % interval {np.mean(inside):.3f}")  # noqa: T201 - the figure
    # Within three points, as such numbers are read.
    assert round(sum(gaps), 2) <= 0.03
    assert 0.86 <= np.mean(inside) <= 0.99
