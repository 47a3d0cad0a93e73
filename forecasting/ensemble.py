"""The ensemble: every path belongs to one member and, within it, to one set of parameters; members share the paths.

    path p = member m(p) under shock p,   m(p) in proportion to the weights

Its centre is that of the members together, and its spread holds what each member leaves open as well as what the
members disagree about. All members turn the same random numbers into paths. A member that drops out of a series, or
leaves the plausible range there, hands its paths to a simpler one and is counted. Equal weights are hard to beat
(Claeskens et al. 2016); the guard is the insanity filter of Swanson & White (1995): a forecast may leave the range of
what was observed by once its width.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from forecasting.breaks import since_break
from forecasting.errors import ModelError
from forecasting.members import FALLBACK, MEMBERS
from forecasting.models import MODELS, Failure, Fitted, Model
from forecasting.paths import Paths
from forecasting.shocks import Shocks
from forecasting.transforms import Kind, Transform, choose

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Item = TypeVar("Item")
Result = TypeVar("Result")

#: Bytes of paths made at a time by one worker.
BLOCK_BYTES = 8 * 2**20
#: The member that sees only what came after the last break of a series, and the model it is.
RECENT, RECENT_MODEL = "recent", "harmonic"
#: Width of a range too narrow to judge by, on the log scale.
NARROW = 0.5


def forecast(
    y: Array,
    horizon: int,
    *,
    rng: np.random.Generator,
    n_paths: int = 1000,
    members: Sequence[str] = MEMBERS,
    weights: Mapping[str, float] | None = None,
    transform: Kind | Transform = "auto",
    season: int = 12,
) -> Paths:
    """Forecast any matrix of monthly series jointly.

    Parameters
    ----------
    y : ndarray, shape (n_series, n_months)
        NaN = not observed; at least one value a series. Series of unequal length end in the same column.
    horizon : int
        Months ahead, at least 1.
    rng : numpy.random.Generator
    n_paths : int
        Simulated futures.
    members : sequence of str
        Names in `forecasting.models.MODELS` or `forecasting.classic.CLASSIC`.
    weights : mapping of str to float, optional
        Of the members; default equal. See `backtest_weights`.
    transform : str or Transform
        See `forecasting.transforms.choose`.
    season : int
        Months in a cycle; 1 is none.

    Returns
    -------
    Paths
        Shape (n_series, n_paths, horizon), in the unit of `y`.

    Raises
    ------
    ModelError
        If a series holds no observation, a value does not fit the transform, or an argument is out of range.

    Examples
    --------
    >>> y = np.array([[100.0, 110.0, 121.0, 108.0, 117.0, 125.0]])
    >>> forecast(y, 3, rng=np.random.default_rng(0), n_paths=200).values.shape
    (1, 200, 3)
    """
    fitted = fit(y, members=members, weights=weights, transform=transform, season=season)
    paths, _ = fitted.paths(horizon, n_paths, rng)
    return Paths(paths)


@dataclass(frozen=True)
class EnsembleFitted:
    """All members after they have seen a panel.

    Parameters
    ----------
    z : ndarray, shape (n_series, n_months)
        What they saw, on their scale.
    transform : Transform
    members : dict of str to Fitted
    weights : dict of str to float
        Sum to 1.
    fallback : Fitted
        Takes over where a member may not speak.
    """

    z: Array
    transform: Transform
    members: dict[str, Fitted]
    weights: dict[str, float]
    fallback: Fitted

    def blocks(
        self,
        horizon: int,
        n_paths: int,
        rng: np.random.Generator,
        added: Callable[[Rows], Array] | None = None,
    ) -> Iterator[tuple[Rows, Array, tuple[Failure, ...]]]:
        """Simulate some series at a time, so that a panel of any size fits in memory.

        Parameters
        ----------
        horizon, n_paths : int
            At least 1.
        rng : numpy.random.Generator
        added : callable, optional
            Of some rows: what regressors add to their paths on the models' scale, shape (n_rows, n_paths, horizon).

        Yields
        ------
        rows : ndarray of int, shape (n_rows,)
            Every series once, in order.
        paths : ndarray, shape (n_rows, n_paths, horizon)
            In the unit of the series. Path p of every block belongs to the same simulated world.
        failures : tuple of Failure
            Members that dropped out or left the plausible range.
        """
        if horizon < 1 or n_paths < 1:
            raise ModelError(f"预测月数（{horizon}）和路径数（{n_paths}）至少为1。")
        shocks = Shocks(_common_residuals(self.members), int(rng.integers(2**63)))
        size = max(1, BLOCK_BYTES // (8 * n_paths * horizon))
        starts = range(0, len(self.z), size)
        slots = _slots(self.weights, n_paths)

        def block(start: int) -> tuple[Rows, Array, tuple[Failure, ...]]:
            rows = np.arange(start, min(start + size, len(self.z)))
            paths, failures = self._simulate(rows, shocks.draw(horizon, n_paths, rows), slots)
            if added is not None:
                paths += added(rows)
            return rows, self.transform.back(paths, rows), failures

        yield from _ahead(block, starts)

    def paths(
        self,
        horizon: int,
        n_paths: int,
        rng: np.random.Generator,
        added: Callable[[Rows], Array] | None = None,
    ) -> tuple[Array, tuple[Failure, ...]]:
        """Simulate all series at once; see `blocks`.

        Parameters
        ----------
        horizon, n_paths : int
        rng : numpy.random.Generator
        added : callable, optional
            As `blocks`.

        Returns
        -------
        paths : ndarray, shape (n_series, n_paths, horizon)
        failures : tuple of Failure
        """
        paths = np.empty((len(self.z), n_paths, horizon))
        failures: list[Failure] = []
        for rows, block, dropped in self.blocks(horizon, n_paths, rng, added):
            paths[rows] = block
            failures += dropped
        return paths, tuple(failures)

    def _simulate(self, rows: Rows, shocks: Array, slots: Mapping[str, Rows]) -> tuple[Array, tuple[Failure, ...]]:
        """Let every member follow its share of the shocks, and hand over where one may not speak."""
        paths = np.empty_like(shocks)
        low, high = _plausible(self.z[rows])
        failed: dict[str, NDArray[np.bool_]] = {}
        is_unfit: dict[str, NDArray[np.bool_]] = {}
        failures: list[Failure] = []
        for name, mine in slots.items():
            drawn = self.members[name].follow(shocks[:, mine], rows)
            with np.errstate(invalid="ignore", over="ignore"):
                # A single path that is not finite makes the mean so.
                centre = drawn.mean(axis=1)
                failed[name] = ~np.isfinite(centre).all(axis=1)
                is_wild = ((centre < low) | (centre > high)).any(axis=1) & ~failed[name]
            is_unfit[name] = failed[name] | is_wild
            told = {failure.row: failure.reason for failure in self.members[name].failures}
            for position in np.flatnonzero(failed[name] | is_wild).tolist():
                row = int(rows[position])
                reason = (
                    f"centre leaves the plausible range; replaced by {FALLBACK}"
                    if is_wild[position]
                    else told.get(row, "paths are not finite")
                )
                failures.append(Failure(model=name, row=row, reason=reason))
            if is_wild.any():
                drawn[is_wild] = self.fallback.follow(shocks[is_wild][:, mine], rows[is_wild])
            paths[:, mine] = drawn
        for name, mine in slots.items():
            dead = failed[name]
            # The next member that can speak of a series takes over; the fallback where none can.
            for other in (*slots, None):
                if not dead.any():
                    break
                heirs = dead if other is None else dead & ~is_unfit[other]
                if heirs.any():
                    heir = self.fallback if other is None else self.members[other]
                    paths[np.ix_(np.flatnonzero(heirs), mine)] = heir.follow(shocks[heirs][:, mine], rows[heirs])
                dead = dead & ~heirs
        return paths, tuple(failures)


def fit(
    y: Array,
    *,
    members: Sequence[str] = MEMBERS,
    weights: Mapping[str, float] | None = None,
    transform: Kind | Transform = "auto",
    season: int = 12,
    adjustment: Array | None = None,
    since: Rows | None = None,
) -> EnsembleFitted:
    """Fit every member to every series.

    Parameters
    ----------
    y : ndarray, shape (n_series, n_months)
    members : sequence of str
    weights : mapping of str to float, optional
    transform : str or Transform
    season : int
        All as `forecast`.
    adjustment : ndarray, shape (n_series, n_months), optional
        Taken off the series on the models' scale before they see it; see `EnsembleFitted.blocks` for the future.
    since : ndarray of int, shape (n_series,), optional
        Where the present level of each series begins. With a break anywhere, one more member of the weight of the
        others sees only what came after; it sees the whole of a series without one.

    Returns
    -------
    EnsembleFitted

    Raises
    ------
    ModelError
        As `forecast`.
    """
    y = np.atleast_2d(np.asarray(y, dtype=float))
    if y.ndim != 2 or not len(y):
        raise ModelError(f"数据应为二维（序列数, 月数），至少一个序列，实为 {y.shape}。")
    if season < 1:
        raise ModelError(f"季节周期（{season}）至少为1。")
    empty = np.flatnonzero(np.isnan(y).all(axis=1))
    if empty.size:
        raise ModelError(f"第{'、'.join(str(row + 1) for row in empty)}行没有任何观测值，无法预测。")
    infinite = np.flatnonzero(np.isinf(y).any(axis=1))
    if infinite.size:
        raise ModelError(f"第{'、'.join(str(row + 1) for row in infinite)}行有无穷大的数。")
    scale = choose(y, transform, season=season) if isinstance(transform, str) else transform
    with np.errstate(invalid="ignore", divide="ignore"):
        z = scale.forward(y)
    unfit = np.flatnonzero((~np.isfinite(z) & ~np.isnan(y)).any(axis=1))
    if unfit.size:
        raise ModelError(f"第{'、'.join(str(row + 1) for row in unfit)}行有所选变换不能表示的数。请改用其他变换。")
    if adjustment is not None:
        z = z - adjustment
    models = {name: find(name, season) for name in members}
    fitted, shares = {name: model.fit(z) for name, model in models.items()}, _checked(weights, members)
    if since is not None and since.any():
        fitted[RECENT] = find(RECENT_MODEL, season).fit(since_break(z, since))
        share = 1.0 / len(fitted)
        shares = {name: weight * (1.0 - share) for name, weight in shares.items()} | {RECENT: share}
    return EnsembleFitted(
        z=z,
        transform=scale,
        members=fitted,
        weights=shares,
        fallback=find(FALLBACK, season).fit(z),
    )


def find(name: str, season: int = 12) -> Model:
    """Return a model by its name.

    Parameters
    ----------
    name : str
        In `forecasting.models.MODELS` or `forecasting.classic.CLASSIC`.
    season : int
        Months in a cycle.

    Returns
    -------
    Model

    Raises
    ------
    ModelError
        If there is no such model.
    """
    model = MODELS.get(name)
    if model is None:
        # statsmodels takes longer to import than the batch models take to fit.
        from forecasting.classic import CLASSIC

        model = CLASSIC.get(name)
        if model is None:
            raise ModelError(f"没有名为“{name}”的模型，现有 {'、'.join([*MODELS, *CLASSIC])}。")
    return replace(model, season=season) if hasattr(model, "season") else model  # type: ignore[type-var]


def backtest_weights(errors: Mapping[str, Array], *, shrinkage: float = 50.0) -> dict[str, float]:
    """Weights from a backtest, shrunk to equal.

        weight = (1 - s) equal + s inverse,   inverse ~ 1 / mean error^2,   s = n / (n + shrinkage)

    Parameters
    ----------
    errors : mapping of str to ndarray, shape (n,)
        Scaled errors (MASE, say) of each member on the same n series and origins; NaN where it failed.
    shrinkage : float
        Number of errors at which the backtest counts half.

    Returns
    -------
    dict of str to float
        Sum to 1.

    References
    ----------
    Bates & Granger (1969) for inverse squared errors; Stock & Watson (2004) for shrinking to equal weights.
    """
    equal = 1.0 / len(errors)
    mean = {name: float(np.nanmean(values)) if np.isfinite(values).any() else np.inf for name, values in errors.items()}
    if min(mean.values()) <= 0.0 or not np.isfinite(list(mean.values())).any():
        return dict.fromkeys(errors, equal)
    precision = {name: value**-2.0 for name, value in mean.items()}
    count = min(int(np.isfinite(values).sum()) for values in errors.values())
    trust = count / (count + shrinkage)
    total = sum(precision.values())
    return {name: (1.0 - trust) * equal + trust * value / total for name, value in precision.items()}


def _checked(weights: Mapping[str, float] | None, members: Sequence[str]) -> dict[str, float]:
    if not members or len(set(members)) < len(members):
        raise ModelError("组合至少要有一个模型，每个只列一次。")
    if weights is None:
        return dict.fromkeys(members, 1.0 / len(members))
    if set(weights) != set(members) or min(weights.values()) < 0 or not sum(weights.values()) > 0:
        raise ModelError(f"权重应对每个模型（{'、'.join(members)}）各给一个，不得为负，且不全为0。")
    total = sum(weights.values())
    return {name: weights[name] / total for name in members}


def _slots(weights: Mapping[str, float], n_paths: int) -> dict[str, Rows]:
    """Paths of each member; mirrored paths stay together."""
    half = (n_paths + 1) // 2
    exact = np.array(list(weights.values())) * half
    counts = np.floor(exact + 1e-9).astype(int)
    counts[np.argsort(counts - exact, kind="stable")[: half - counts.sum()]] += 1
    pairs = np.split(np.arange(half), np.cumsum(counts)[:-1])
    return {
        name: np.concatenate([pair, pair[pair + half < n_paths] + half])
        for name, pair in zip(weights, pairs, strict=True)
        if len(pair)
    }


def _common_residuals(members: Mapping[str, Fitted]) -> Array:
    """Mean of the members' standardised errors; NaN where none has one."""
    stacked = np.stack([fitted.residuals for fitted in members.values()])
    count = (~np.isnan(stacked)).sum(axis=0)
    total = np.nansum(stacked, axis=0)
    return np.asarray(np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0))


def _plausible(z: Array) -> tuple[Array, Array]:
    """Range that a centre may not leave: what was observed, widened on both sides by its own width, (n, 1) each."""
    low, high = np.nanmin(z, axis=1, keepdims=True), np.nanmax(z, axis=1, keepdims=True)
    width = np.maximum(high - low, NARROW)
    return low - width, high + width


def _ahead(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Results in order, worked out by all processors, but never more than a few ahead of what was asked for."""
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        waiting: list[Future[Result]] = []
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > workers:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()
