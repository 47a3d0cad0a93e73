"""The state space of few counts against the joint normal distribution of all months, conditioned on the counts at once.

The reference holds no filter, no cumulator and no statsmodels: it writes every month's entries, exits and stock as sums
of shocks, every count as a sum of months, and solves one linear system, linear around the path the smoother ended on.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal

from forecasting.sparse import COUNT_COLUMNS
from forecasting.sparse.model import LOG_RATES, RATE_SPREADS, first_path
from forecasting.sparse.season import Season
from forecasting.sparse.system import Scene, System

MONTHS = pd.period_range("2021-12", "2023-06", freq="M")
ENTRIES = np.array([0.7, 0.5, 1.4, 1.3, 1.2, 1.1, 0.9, 1.0, 1.1, 0.9, 1.0, 0.9])
EXITS = np.array([1.2, 0.6, 0.9, 1.0, 1.1, 1.0, 0.8, 1.0, 1.0, 1.1, 1.1, 1.2])
SCALES, CORRELATIONS = np.array([0.2, 0.35, 0.12, 0.25, 0.004]), np.array([0.3, -0.4])
ROWS = [
    ("stock", "2021-12", "2021-12", 900.0, 5.0),
    ("entries", "2022-01", "2022-03", 41.0, 0.5),
    ("entries", "2022-01", "2022-06", 95.0, 0.5),
    ("entries", "2022-05", "2022-05", 21.0, 0.5),
    ("exits", "2022-01", "2022-12", 62.0, 2.0),
    ("stock", "2022-12", "2022-12", 1020.0, 5.0),
    ("net", "2023-01", "2023-05", 50.0, 5.0),
]


def scene() -> Scene:
    table = pd.DataFrame([("141033", "all", *row) for row in ROWS], columns=COUNT_COLUMNS)
    table = table.assign(**{name: pd.PeriodIndex(table[name], freq="M") for name in ("start", "end")})
    return Scene(table, ("all",), MONTHS, Season(ENTRIES, EXITS), np.zeros((1, 2, len(MONTHS)), dtype=bool))


def reference(system: System, counts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean and covariance of the last (log rates, stock), and log likelihood of the counts, in the system's units."""
    rates, stock, unit = system.log_rates[0], system.stock[0], system.unit
    n = len(stock)
    calendar = np.asarray(MONTHS.month) - 1
    season = np.stack([ENTRIES[calendar], EXITS[calendar]])
    # Sources: 3 initial, then 7 a month (two level shocks, two noises, two of chance, adjustment).
    n_sources = 3 + 7 * (n - 1)
    cov = np.zeros((n_sources, n_sources))
    first = first_path(scene())[0, 0] / unit
    cov[:3, :3] = np.diag(np.square([*RATE_SPREADS, 0.5 * max(first, 1 / unit)]))
    const = {"b": LOG_RATES[0], "d": LOG_RATES[1], "s": first}
    load = {name: np.eye(3, n_sources)[i] for i, name in enumerate("bds")}
    flows: dict[tuple[str, int], tuple[float, np.ndarray]] = {}
    levels = [(const["s"], load["s"])]
    for t in range(1, n):
        k = 3 + 7 * (t - 1)
        flow = season[:, t] * np.exp(rates[:, t]) * stock[t - 1]
        level, noise = SCALES[:2] / np.sqrt(12), SCALES[2:4] * flow
        for i, sizes, r in ((k, level, CORRELATIONS[0]), (k + 2, noise, CORRELATIONS[1])):
            off = r * sizes[0] * sizes[1]
            cov[i : i + 2, i : i + 2] = [[sizes[0] ** 2, off], [off, sizes[1] ** 2]]
        cov[k + 4, k + 4], cov[k + 5, k + 5] = flow / unit
        cov[k + 6, k + 6] = (SCALES[4] * stock[t - 1]) ** 2 / 12
        unit_vector = np.eye(n_sources)
        for j, (name, measure) in enumerate((("b", "entries"), ("d", "exits"))):
            load[name] = load[name] + unit_vector[k + j]
            rate = flow[j] / stock[t - 1]
            flows[measure, t] = (
                flow[j] * (const[name] - rates[j, t]) + rate * const["s"],
                flow[j] * load[name] + rate * load["s"] + unit_vector[k + 2 + j] + unit_vector[k + 4 + j],
            )
        const["s"] += flows["entries", t][0] - flows["exits", t][0]
        load["s"] = load["s"] + flows["entries", t][1] - flows["exits", t][1] + unit_vector[k + 6]
        levels.append((const["s"], load["s"]))
    mean, rows, values, errors = [], [], [], []
    for count in counts.itertuples():
        start, end = count.start.ordinal - MONTHS[0].ordinal, count.end.ordinal - MONTHS[0].ordinal
        if count.measure == "stock":
            c, v = levels[end]
        else:
            signs = {"entries": (1, 0), "exits": (0, 1), "net": (1, -1)}[count.measure]
            terms = [
                (sign * flows[measure, t][0], sign * flows[measure, t][1])
                for t in range(start, end + 1)
                for sign, measure in zip(signs, ("entries", "exits"), strict=True)
            ]
            c, v = sum(term[0] for term in terms), np.sum([term[1] for term in terms], axis=0)
        mean.append(c)
        rows.append(v)
        values.append(count.value / unit)
        errors.append((count.precision / unit) ** 2 / 3)
    design = np.array(rows)
    total = design @ cov @ design.T + np.diag(errors)
    last = np.array([load["b"], load["d"], load["s"]])
    gain = last @ cov @ design.T @ np.linalg.inv(total)
    state = np.array([const["b"], const["d"], const["s"]]) + gain @ (np.array(values) - mean)
    state_cov = last @ cov @ last.T - gain @ design @ cov @ last.T
    return state, state_cov, float(multivariate_normal(np.array(mean), total).logpdf(values))


def test_smoother_and_likelihood_are_those_of_the_joint_distribution() -> None:
    given = scene()
    system = System(given, log_rates=LOG_RATES, spreads=RATE_SPREADS, stock=first_path(given))
    smoothed = system.smooth(SCALES, CORRELATIONS)
    state, covariance, likelihood = reference(system, given.counts)
    assert_allclose(smoothed.smoothed_state[:3, -1], state, rtol=2e-4)
    assert_allclose(smoothed.smoothed_state_cov[:3, :3, -1], covariance, rtol=1e-3, atol=1e-9)
    assert_allclose(system.filter.loglike(), likelihood, atol=1e-3)


def test_the_path_it_is_linear_around_is_the_path_it_finds() -> None:
    """At the fixed point the smoothed stock grows by what the smoothed rates say, noise and chance aside."""
    given = scene()
    system = System(given, log_rates=LOG_RATES, spreads=RATE_SPREADS, stock=first_path(given))
    smoothed = system.smooth(SCALES, CORRELATIONS)
    assert_allclose(smoothed.smoothed_state[0], system.log_rates[0, 0], atol=1e-4)
    assert_allclose(smoothed.smoothed_state[2], system.stock[0], atol=1e-4)
    counted = {"2021-12": 900, "2022-12": 1020}
    for month, value in counted.items():
        assert_allclose(system.stock[0, MONTHS.get_loc(month)] * system.unit, value, atol=6)
