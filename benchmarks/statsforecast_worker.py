"""The peers' side of `peers.py`: statsforecast's four automatic models on every series of a file.

    python statsforecast_worker.py SERIES.parquet STEM --horizon H --season S --jobs J

Runs in the peers' own environment (statsforecast needs pandas below 3) and imports nothing of ours. Each model's
`forecast` is called series by series, which is what `StatsForecast` does inside; a loop of our own can catch, count and
time each call. A model that fails on a series is replaced there by the seasonal naive method, as statsforecast's
`fallback_model` would.

Reads columns `row`, `y` (in time order, no holes). Writes STEM.parquet, columns `model`, `row`, `step`, `level`,
`value`, where level 0.5 is the model's point forecast and the others are bounds of its central intervals, and
STEM.json: seconds by the wall clock without start and warm-up, seconds a model added over processes, and failures.
"""

import argparse
import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

# One process a core is how statsforecast uses them; threads inside would only contend.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from statsforecast.models import AutoARIMA, AutoCES, AutoETS, DynamicOptimizedTheta, SeasonalNaive

MODELS = (AutoETS, AutoCES, DynamicOptimizedTheta, AutoARIMA)
CENTRAL = (80, 90, 95)
KEYS = {0.5: "mean"} | {
    round(0.5 + side * width / 200, 3): f"{name}-{width}" for width in CENTRAL for side, name in ((-1, "lo"), (1, "hi"))
}


def forecast_series(series: tuple[int, np.ndarray], *, horizon: int, season: int) -> tuple[list, list, dict]:
    """Forecast one series by every model: long columns, failures, seconds by model."""
    row, y = series
    parts, failures, seconds = [], [], {}
    for model in MODELS:
        name = model.__name__
        started = time.perf_counter()
        try:
            values = bounds(model(season_length=season), y, horizon)
        except Exception as error:  # whatever a peer raises is its failure, and is counted
            failures.append({"model": name, "row": row, "reason": f"{type(error).__name__}: {error}"[:200]})
            values = stand_in(y, horizon, season)
        seconds[name] = time.perf_counter() - started
        parts.append((name, row, values))
    return parts, failures, seconds


def bounds(model: object, y: np.ndarray, horizon: int) -> np.ndarray:
    """Point forecast and bounds, one row a level of `KEYS`."""
    result = model.forecast(y=y, h=horizon, level=list(CENTRAL))
    values = np.stack([np.asarray(result[key], dtype=float) for key in KEYS.values()])
    if not np.isfinite(values).all():
        raise ValueError("forecast is not finite")
    return values


def stand_in(y: np.ndarray, horizon: int, season: int) -> np.ndarray:
    """Seasonal naive forecast; the last value where the series is too short to show its own spread."""
    try:
        return bounds(SeasonalNaive(season_length=season), y, horizon)
    except Exception:  # even this one fails on a series too short for its spread
        return np.full((len(KEYS), horizon), y[-1])


def main() -> None:
    """Read the file, forecast, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("series", type=Path)
    parser.add_argument("stem", type=Path)
    parser.add_argument("--horizon", type=int, required=True)
    parser.add_argument("--season", type=int, required=True)
    parser.add_argument("--jobs", type=int, required=True)
    options = parser.parse_args()
    table = pd.read_parquet(options.series)
    series = [(int(row), part.to_numpy(float)) for row, part in table.groupby("row", sort=True)["y"]]
    work = partial(forecast_series, horizon=options.horizon, season=options.season)
    with ProcessPoolExecutor(options.jobs) as pool:
        # Whatever is compiled or cached on first use is done before the clock starts, in every process.
        list(pool.map(work, series[:3] * 2 * options.jobs, chunksize=3))
        started = time.perf_counter()
        results = list(pool.map(work, series, chunksize=4))
        elapsed = time.perf_counter() - started
    parts = [part for result in results for part in result[0]]
    n_levels, n_parts = len(KEYS), len(parts)
    each = n_levels * options.horizon
    pd.DataFrame(
        {
            "model": pd.Categorical(np.repeat([name for name, _, _ in parts], each)),
            "row": np.repeat([row for _, row, _ in parts], each),
            "step": np.tile(np.arange(1, options.horizon + 1), n_levels * n_parts),
            "level": np.tile(np.repeat(list(KEYS), options.horizon), n_parts),
            "value": np.concatenate([values.ravel() for _, _, values in parts]),
        }
    ).to_parquet(options.stem.with_suffix(".parquet"))
    record = {
        "n_series": len(series),
        "jobs": options.jobs,
        "seconds": elapsed,
        "model_seconds": {model.__name__: sum(result[2][model.__name__] for result in results) for model in MODELS},
        "failures": [failure for result in results for failure in result[1]],
    }
    options.stem.with_suffix(".json").write_text(json.dumps(record, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
