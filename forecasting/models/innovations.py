"""The batch engine: a recursion that is linear in its state, all series and all candidate parameters at once.

    y[t] = forecast(state[t-1]) + e[t],   state[t] = move(state[t-1]) + gain e[t],   state[0] = prior mean + basis b
    b ~ N(0, sigma^2 / precision),  so  e = e0 - D b  and b, sigma^2 have closed forms for every candidate

The error is linear in the initial state b, so one pass over the months that carries, beside the series, a column a
coefficient (D) gives its posterior exactly (ridge regression) and the evidence of the candidate with b and sigma
integrated out. Candidates are then drawn in proportion to evidence, which averages over parameters and over the forms
(with and without trend, with and without season) that the candidates hold. A month that was not observed brings no
error: the state moves on. All series that miss the same months share one pass; series that each miss other months cost
a pass of their own. Hyndman et al. (2008), chapters 3 and 5; de Jong (1991) for the augmented filter.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from forecasting.models.protocol import Array, Failure, Rows
from forecasting.shocks import Shocks

#: Candidates kept for each series; paths cycle through them.
N_DRAWS = 32
STRIDE = 13
#: Standard deviation on the log scale assumed of a series too short to show its own; its weight fades as 1 / n^2.
DEFAULT_SCALE = 0.1
#: Months after which an error counts half: old years tell less of today's spread and parameters.
HALF_LIFE = 180.0
#: Series worked on at a time: enough for an array operation to be worth handing to a thread.
BLOCK_SERIES = 96


class Recursion(Protocol):
    """A model's equations over a table of candidates: every array has the candidate as its last axis."""

    @property
    def precision(self) -> Array:
        """Prior precision of the initial state in units of 1 / sigma^2, shape (n_coefficients, n_candidates)."""

    def basis(self, start: int) -> Array:
        """Return what each coefficient adds to the state before month `start`, shape (n_slots, n_coefficients)."""

    def prior_mean(self, y: Array, start: int) -> Array:
        """Return the state expected before month `start` of series (n_series, n_months).

        Broadcasts to (n_slots, n_candidates, n_series).
        """

    def predict(self, state: Array, t: int) -> Array:
        """Move the state (n_slots, n_candidates, n) to month `t` in place; return the forecast.

        The forecast (n_candidates, n) is a new array.
        """

    def correct(self, state: Array, t: int, error: Array) -> None:
        """Take in the error of month `t`, (n_candidates, n), in place."""


AnyRecursion = TypeVar("AnyRecursion", bound=Recursion)


def take(recursion: AnyRecursion, candidates: NDArray[np.intp]) -> AnyRecursion:
    """Return the recursion over some of its candidates, in that order and with repeats."""
    tables = {
        field.name: getattr(recursion, field.name)[..., candidates]
        for field in fields(recursion)  # type: ignore[arg-type]
        if isinstance(getattr(recursion, field.name), np.ndarray)
    }
    return replace(recursion, **tables)  # type: ignore[type-var]


def errors(recursion: Recursion, state: Array, y: Array, is_observed: NDArray[np.bool_], start: int = 0) -> Array:
    """Run the recursion over the months of some series.

    Parameters
    ----------
    recursion : Recursion
    state : ndarray, shape (n_slots, n_candidates, n)
        Before month `start`; moved in place to the last month.
    y : ndarray, shape (n, n_months)
        Any number where not observed.
    is_observed : ndarray of bool, shape (n_months,)
        The same for all series.
    start : int
        Index of the first month, from which the season counts.

    Returns
    -------
    ndarray, shape (n_candidates, n_observed, n)
        One-step errors of the observed months.
    """
    found = np.empty((state.shape[1], int(is_observed.sum()), state.shape[2]))
    position = 0
    for t, seen in enumerate(is_observed.tolist(), start=start):
        forecast = recursion.predict(state, t)
        if seen:
            error = np.subtract(y[:, t - start], forecast, out=forecast)
            recursion.correct(state, t, error)
            found[:, position] = error
            position += 1
    return found


@dataclass(frozen=True)
class PosteriorFitted:
    """A panel fitted by candidates; see `forecasting.models.protocol.Fitted`.

    Parameters
    ----------
    recursion : Recursion
    candidates : ndarray of int, shape (n_series, n_draws)
        Drawn in proportion to evidence.
    states : ndarray, shape (n_slots, n_series, n_draws)
        After the last month, at the posterior mean of the initial state.
    doubts : ndarray, shape (n_slots, n_series, n_draws)
        A random deviation of that state: from the posterior of the initial state, and from the errors of months missing
        at the end. Drawn once, with the fit, from generators of their own.
    scales : ndarray, shape (n_series, n_draws)
        Standard deviation of the innovations.
    residuals : ndarray, shape (n_series, n_months)
        Standardised one-step errors of the likeliest candidate; NaN where there is none.
    offset : ndarray, shape (n_series, 1)
        What was taken off the series before.
    failures : tuple of Failure
    """

    recursion: Recursion
    candidates: NDArray[np.intp]
    states: Array
    doubts: Array
    scales: Array
    residuals: Array
    offset: Array
    failures: tuple[Failure, ...] = ()

    def follow(self, shocks: Array, rows: Rows | None = None) -> Array:
        """Turn given random numbers into futures; see the protocol.

        Parameters
        ----------
        shocks : ndarray, shape (n_rows, n_paths, horizon)
        rows : ndarray of int, shape (n_rows,), optional

        Returns
        -------
        ndarray, shape (n_rows, n_paths, horizon)
        """
        n_paths, horizon = shocks.shape[1:]
        rows = np.arange(len(self.candidates)) if rows is None else rows
        half = (n_paths + 1) // 2
        # Mirrored paths share a candidate and differ in the sign of its doubt, so that doubts leave the centre alone.
        draw = np.arange(n_paths) % half % self.candidates.shape[1]
        sign = np.where(np.arange(n_paths) < half, 1.0, -1.0)
        chosen = self.candidates[np.ix_(rows, draw)]
        state = self.states[:, rows][:, :, draw] + sign * self.doubts[:, rows][:, :, draw]
        scale = self.scales[np.ix_(rows, draw)]
        recursion = take(self.recursion, chosen.ravel())
        state = state.reshape(len(state), -1, 1)
        # Months first, so that each month's numbers lie together.
        paths = np.empty((horizon, *scale.shape))
        for h in range(horizon):
            t = self.residuals.shape[1] + h
            forecast = recursion.predict(state, t)
            error = (scale * shocks[:, :, h]).reshape(-1, 1)
            recursion.correct(state, t, error)
            forecast += error
            paths[h] = forecast.reshape(scale.shape)
        paths += self.offset[rows]
        return paths.transpose(1, 2, 0)

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> Array:
        """Draw joint futures; see the protocol.

        Parameters
        ----------
        horizon, n_paths : int
        rng : numpy.random.Generator

        Returns
        -------
        ndarray, shape (n_series, n_paths, horizon)
        """
        return self.follow(Shocks(self.residuals, int(rng.integers(2**63))).draw(horizon, n_paths))


def fit_panel(
    recursion: Recursion, y: Array, *, offset: Array | None = None, n_draws: int = N_DRAWS
) -> PosteriorFitted:
    """Weigh every candidate on every series, and keep a sample of the posterior.

    Parameters
    ----------
    recursion : Recursion
    y : ndarray, shape (n_series, n_months)
        NaN = not observed; at least one value a series.
    offset : ndarray, shape (n_series, 1), optional
        Taken off before and added to the paths again, for recursions that know a zero.
    n_draws : int
        Candidates to keep a series.

    Returns
    -------
    PosteriorFitted
    """
    n, months = y.shape
    offset = np.zeros((n, 1)) if offset is None else offset
    y = y - offset
    slots = recursion.basis(0).shape[0]
    fitted = PosteriorFitted(
        recursion=recursion,
        candidates=np.zeros((n, n_draws), dtype=np.intp),
        states=np.zeros((slots, n, n_draws)),
        doubts=np.zeros((slots, n, n_draws)),
        scales=np.zeros((n, n_draws)),
        residuals=np.full((n, months), np.nan),
        offset=offset,
    )
    # numpy lets go of the interpreter inside array operations, so threads share the work of the blocks.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda rows: _fit_block(fitted, y, rows), _blocks(y)))
    return fitted


def _blocks(y: Array) -> Iterator[Rows]:
    """Rows that miss the same months, a bounded number at a time."""
    patterns, group = np.unique(np.isnan(y), axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    for rows in np.split(order, np.cumsum(np.bincount(group.ravel(), minlength=len(patterns)))[:-1]):
        for first in range(0, len(rows), BLOCK_SERIES):
            yield rows[first : first + BLOCK_SERIES]


@dataclass(frozen=True)
class _Posterior:
    """What every candidate says of the series of a block; the candidate is the first axis.

    Parameters
    ----------
    evidence, squares : ndarray, shape (n_candidates, n)
        Logarithm of the likelihood with coefficients and scale integrated out; weighted sum of squared errors.
    b : ndarray, shape (n_candidates, k, n)
        Posterior mean of the coefficients.
    root : ndarray, shape (n_candidates, k, k)
        root root' is the posterior covariance of the coefficients over sigma^2.
    final : ndarray, shape (n_candidates, n_slots, n)
        State after the last month, from the prior mean.
    unit : ndarray, shape (n_candidates, n_slots, k)
        What a unit of each coefficient adds to that state.
    residuals : ndarray, shape (n, n_observed)
        Standardised errors of the likeliest candidate of each series.
    """

    evidence: Array
    squares: Array
    b: Array
    root: Array
    final: Array
    unit: Array
    residuals: Array


def _weigh(recursion: Recursion, seen: Array, is_observed: NDArray[np.bool_], start: int) -> _Posterior:
    """Run all candidates over the series of a block (n, n_months), and regress their errors on the initial state."""
    n = len(seen)
    k, n_candidates = recursion.precision.shape
    basis = recursion.basis(start)
    state = np.empty((len(basis), n_candidates, n + k))
    state[:, :, :n] = recursion.prior_mean(np.where(is_observed, seen, np.nan), start)
    state[:, :, n:] = basis[:, None, :]
    padded = np.vstack([seen, np.zeros((k, seen.shape[1]))])
    found = errors(recursion, state, padded, is_observed, start)

    # Errors of the unit columns are -D; b has the posterior of a ridge regression of e0 on D.
    design, base = -found[:, :, n:], found[:, :, :n]
    weight = _weight(is_observed)
    count = float(weight.sum())
    weighted = (design * weight[:, None]).transpose(0, 2, 1)
    gram = weighted @ design
    diagonal = np.arange(k)
    gram[:, diagonal, diagonal] += recursion.precision.T
    # Precisions span thirteen orders of magnitude; with unit diagonal the matrix is well conditioned.
    size = np.sqrt(gram[:, diagonal, diagonal])
    factor = np.linalg.cholesky(gram / size[:, :, None] / size[:, None, :] + 1e-12 * np.eye(k))
    root = np.linalg.inv(factor).transpose(0, 2, 1) / size[:, :, None]
    moment = weighted @ base
    b = root @ (root.transpose(0, 2, 1) @ moment)
    squares = np.einsum("ctn,ctn->cn", base * weight[:, None], base) - np.einsum("ckn,ckn->cn", moment, b)
    squares = np.maximum(squares, 0.0) + DEFAULT_SCALE**2 / count
    log_determinant = 2.0 * (np.log(factor[:, diagonal, diagonal]) + np.log(size)).sum(axis=1)
    occam = log_determinant - np.log(recursion.precision).sum(axis=0)
    evidence = -0.5 * count * np.log(squares) - 0.5 * occam[:, None]
    best, series = evidence.argmax(axis=0), np.arange(n)
    kept = base[best, :, series] - np.einsum("ntk,nk->nt", design[best], b[best, :, series])
    return _Posterior(
        evidence=evidence,
        squares=squares,
        b=b,
        root=root,
        final=state[:, :, :n].transpose(1, 0, 2),
        unit=state[:, :, n:].transpose(1, 0, 2),
        residuals=(kept / np.sqrt(squares[best, series] / count)[:, None]),
    )


def _weight(is_observed: NDArray[np.bool_]) -> Array:
    """Weight of each observed month; the last is 1."""
    months = np.flatnonzero(is_observed)
    return np.asarray(0.5 ** ((months[-1] - months) / HALF_LIFE))


def _fit_block(fitted: PosteriorFitted, y: Array, rows: Rows) -> None:
    """Fit series that miss the same months, and write what is kept into `fitted`."""
    recursion, n_draws = fitted.recursion, fitted.candidates.shape[1]
    is_observed = ~np.isnan(y[rows[0]])
    start = int(np.argmax(is_observed))
    is_observed = is_observed[start:]
    seen = np.nan_to_num(y[rows, start:])
    posterior = _weigh(recursion, seen, is_observed, start)
    basis = recursion.basis(start)
    count = float(_weight(is_observed).sum())
    columns = np.arange(len(rows))[:, None]
    # Draws come in order of the candidates' first parameter; by a stride coprime with their number, few paths see all.
    drawn = _systematic(posterior.evidence, n_draws)[:, np.arange(n_draws) * STRIDE % n_draws]
    b = posterior.b[drawn, :, columns]
    final = posterior.final[drawn, :, columns] + np.einsum("ndsk,ndk->nds", posterior.unit[drawn], b)
    fitted.candidates[rows] = drawn
    fitted.states[:, rows] = final.transpose(2, 0, 1)
    fitted.scales[rows] = np.sqrt(posterior.squares[drawn, columns] / count)
    gap = len(is_observed) - 1 - int(np.flatnonzero(is_observed)[-1])
    doubts = _doubts(posterior, drawn, rows) + _gap(take(recursion, drawn.ravel()), y.shape[1], gap, rows, len(basis))
    fitted.doubts[:, rows] = doubts * fitted.scales[rows]

    fitted.residuals[np.ix_(rows, start + np.flatnonzero(is_observed))] = posterior.residuals


def _systematic(evidence: Array, n_draws: int) -> NDArray[np.intp]:
    """Candidates in proportion to evidence (n_candidates, n) at evenly spaced ranks, shape (n, n_draws)."""
    weight = np.exp(evidence - evidence.max(axis=0))
    ranks = np.cumsum(weight, axis=0)
    ranks /= ranks[-1]
    wanted = (np.arange(n_draws) + 0.5) / n_draws
    drawn = (ranks[:, :, None] < wanted).sum(axis=0)
    return np.asarray(drawn, dtype=np.intp)


def _doubts(posterior: _Posterior, drawn: NDArray[np.intp], rows: Rows) -> Array:
    """Draw deviations of the final state that the posterior of the initial state allows, in units of sigma."""
    k = posterior.root.shape[1]
    # One generator a series: what is drawn for a series does not depend on which others are beside it in its block.
    normal = np.stack([np.random.default_rng([int(row), k, 1]).standard_normal((drawn.shape[1], k)) for row in rows])
    spread = posterior.unit @ posterior.root
    return np.asarray(np.einsum("ndsj,ndj->snd", spread[drawn], normal))


def _gap(recursion: Recursion, months: int, gap: int, rows: Rows, n_slots: int) -> Array:
    """Draw what errors of the months missing at the end would have done to the state, in units of sigma.

    Parameters
    ----------
    recursion : Recursion
        One candidate a series and draw.
    months : int
        Number of months of the panel.
    gap : int
        Months missing at its end.
    rows : ndarray of int, shape (n,)
    n_slots : int

    Returns
    -------
    ndarray, shape (n_slots, n, n_draws)
    """
    n_draws = recursion.precision.shape[1] // len(rows)
    state = np.zeros((n_slots, len(rows) * n_draws, 1))
    if gap:
        errors = [np.random.default_rng([int(row), months, 2]).standard_normal((n_draws, gap)) for row in rows]
        for back, error in enumerate(np.concatenate(errors).T):
            recursion.predict(state, months - gap + back)
            recursion.correct(state, months - gap + back, error[:, None])
    return state.reshape(n_slots, len(rows), n_draws)
