"""What a few counts say of the rates and the stock of an area's series, and how sure that is.

    p(scales | counts) ~ p(counts | scales) p(scales),   rates and stock at the origin from the smoother at its mode

The state space is in `system`; here are the priors. With two or three counts they decide, and widely. With none of the
stock nothing can be said: whoever calls this has seen to it that each series has one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from forecasting.panel import Array
from forecasting.sparse.system import Scene, System

#: Yearly entries over stock: 0.194, 0.184 and 0.183 for the country in 2018, 2020 and 2023 (published counts).
ENTRY_RATE = 0.185
#: Exits over entries: net over new is 0.62 and 0.74 for the country in 2019 and 2020 (published ratios).
EXIT_SHARE = 0.32
LOG_RATES = np.log([ENTRY_RATE / 12.0, EXIT_SHARE * ENTRY_RATE / 12.0])
#: Of the log rates among areas. Nine areas in ten then grow by 2 to 30 % a year; the country by 8 to 13, 临汾市 by 30.
RATE_SPREADS = np.array([0.4, 0.6])
#: The last two of the parameters are correlations, kept as inverse hyperbolic tangents; the others are logarithms.
N_SCALES = 5


@dataclass(frozen=True, eq=False)
class Prior:
    """What is known of the scales and correlations before the counts.

    Parameters
    ----------
    mean, spread : ndarray, shape (7,)
        Of a normal distribution of the logarithms of the five scales, and of the inverse hyperbolic tangents of the two
        correlations, in the order of `System.weigh`.
    """

    mean: Array
    spread: Array


#: Log rates: 0.12 a year is how much entries of US states moved from 2005 to 2014; exits (0.14 to 0.22) and
#: noise from Hong Kong's private companies, 1960 to 1989; the correlation is that of the errors of yearly entries and
#: exits of its types, 1968 to 1988. Adjustments: one in a thousand, and the counts say more.
PRIOR = Prior(
    mean=np.concatenate([np.log([0.12, 0.18, 0.15, 0.2, 0.001]), np.arctanh([0.4, 0.4])]),
    spread=np.array([0.6, 0.6, 0.6, 0.6, 1.0, 0.5, 0.5]),
)


@dataclass(frozen=True, eq=False)
class Smoothed:
    """What the counts of one area say of its series.

    Parameters
    ----------
    mean : ndarray, shape (n_series, 3)
        Log rates of entries and exits (a month, season aside) and stock, all at the origin.
    covariance : ndarray, shape (3 n_series, 3 n_series)
        Of the same, series by series.
    parameters : ndarray, shape (7,)
        The most probable, as in `Prior`.
    parameters_covariance : ndarray, shape (7, 7)
        By Laplace's approximation.
    stock : ndarray, shape (n_series, n_months)
        Most probable stock of every month of the scene.
    """

    mean: Array
    covariance: Array
    parameters: Array
    parameters_covariance: Array
    stock: Array


def smooth_counts(scene: Scene, prior: Prior = PRIOR) -> Smoothed:
    """Estimate the series of one area from all its counts.

    Parameters
    ----------
    scene : Scene
    prior : Prior

    Returns
    -------
    Smoothed
    """
    parameters, system, cost = _fitted(scene, prior)
    smoothed = system.smooth(*split(parameters))
    n = system.n
    unit = np.tile([1.0, 1.0, system.unit], n)
    return Smoothed(
        mean=(smoothed.smoothed_state[: 3 * n, -1] * unit).reshape(n, 3),
        covariance=smoothed.smoothed_state_cov[: 3 * n, : 3 * n, -1] * np.outer(unit, unit),
        parameters=parameters,
        parameters_covariance=_laplace(cost, parameters, prior),
        stock=system.stock * system.unit,
    )


def smooth_panel(scenes: Sequence[Scene]) -> list[Smoothed]:
    """Estimate the areas of a panel, each with what all have in common for its prior.

    Parameters
    ----------
    scenes : sequence of Scene

    Returns
    -------
    list of Smoothed
    """
    if len(scenes) == 1:
        return [smooth_counts(scenes[0])]
    # How sure each is does not enter the prior, and costs as much to find as a third of the search.
    prior = pooled_prior(np.array([_fitted(scene, PRIOR)[0] for scene in scenes]))
    return [smooth_counts(scene, prior) for scene in scenes]


def split(parameters: Array) -> tuple[Array, Array]:
    """Return the scales and the correlations that parameters stand for.

    Parameters
    ----------
    parameters : ndarray, shape (7,) or (..., 7)

    Returns
    -------
    scales : ndarray, shape (..., 5)
    correlations : ndarray, shape (..., 2)
    """
    return np.exp(parameters[..., :N_SCALES]), np.tanh(parameters[..., N_SCALES:])


def pooled_prior(found: Array) -> Prior:
    """Move the prior to what the areas of a panel have in common, n / (n + 2) of the way for n areas.

    Parameters
    ----------
    found : ndarray, shape (n_areas, 7)
        The most probable parameters of each.

    Returns
    -------
    Prior
        The spread is that of the areas, as far as they are trusted.
    """
    trust = len(found) / (len(found) + 2.0)
    variance = trust * found.var(axis=0) + (1.0 - trust) * PRIOR.spread**2
    return Prior(trust * found.mean(axis=0) + (1.0 - trust) * PRIOR.mean, np.sqrt(variance))


def first_path(scene: Scene) -> Array:
    """Guess the stock of every month: between two counts in equal ratios, before and after at the pooled growth.

    Parameters
    ----------
    scene : Scene

    Returns
    -------
    ndarray, shape (n_series, n_months)
        Entities, at least one.
    """
    growth = ENTRY_RATE * (1.0 - EXIT_SHARE) / 12.0
    column = np.arange(len(scene.months))
    stocks = scene.counts[scene.counts["measure"] == "stock"].sort_values("end")
    paths = []
    for kind in scene.entity_types:
        own: pd.DataFrame = stocks[stocks["entity_type"] == kind]
        at = np.array([month.ordinal - scene.months[0].ordinal for month in own["end"]])
        outside = np.minimum(column - at[0], 0) + np.maximum(column - at[-1], 0)
        paths.append(np.interp(column, at, np.log(np.maximum(own["value"], 1.0))) + growth * outside)
    return np.asarray(np.exp(np.array(paths)))


def _fitted(scene: Scene, prior: Prior) -> tuple[Array, System, Callable[[Array], float]]:
    """Find the most probable parameters, the system around the path they lead to, and the cost of others on it."""
    system = System(scene, log_rates=LOG_RATES, spreads=RATE_SPREADS, stock=first_path(scene))

    def cost(parameters: Array) -> float:
        system.weigh(*split(parameters))
        return float(-system.filter.loglike() + 0.5 * np.sum(((parameters - prior.mean) / prior.spread) ** 2))

    parameters = prior.mean
    # Four spreads either side: beyond, a trial step overflows.
    bounds = list(zip(prior.mean - 4.0 * prior.spread, prior.mean + 4.0 * prior.spread, strict=True))
    for _ in range(2):
        system.smooth(*split(parameters))
        found = minimize(cost, parameters, method="L-BFGS-B", bounds=bounds, options={"maxiter": 25, "ftol": 1e-5})
        parameters = found.x
    return parameters, system, cost


def _laplace(cost: Callable[[Array], float], parameters: Array, prior: Prior) -> Array:
    """Inverse curvature of the cost; nowhere wider than the prior, were the curvature not what it should be."""
    from statsmodels.tools.numdiff import approx_hess

    values, vectors = np.linalg.eigh(approx_hess(parameters, cost))
    return np.asarray((vectors / np.maximum(values, 1.0 / prior.spread.max() ** 2)) @ vectors.T)
