"""The peer's side of `attain_peers.py`: sample paths of statsforecast's AutoETS for every history of a file.

    python autoets_worker.py HISTORIES.parquet STEM --horizon H --season S --paths P --seed N --jobs J

Runs in the peers' own environment and imports nothing of ours. Reads columns `row`, `y` (in time order, no holes).
Writes STEM.npy, paths (n_histories, n_paths, horizon) in the order of `row`, and STEM.json with the failures. Where the
model fails, every path repeats the last season.
"""

import argparse
import json
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

# One process a core is how statsforecast uses them; threads inside would only contend.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from statsforecast.models import AutoETS


def simulate(
    history: tuple[int, np.ndarray], *, horizon: int, season: int, n_paths: int, seed: int
) -> tuple[np.ndarray, dict | None]:
    """Paths (n_paths, horizon) of one history, and the failure if there was one."""
    row, y = history
    try:
        fitted = AutoETS(season_length=season).fit(y)
        # A seed a history: with one for all, every series would see the same luck.
        paths = np.asarray(fitted.simulate(h=horizon, n_paths=n_paths, seed=seed + row), dtype=float)
        if not np.isfinite(paths).all():
            raise ValueError("a path is not finite")
        return paths, None
    except Exception as error:  # whatever a peer raises is its failure, and is counted
        failure = {"row": row, "reason": f"{type(error).__name__}: {error}"[:200]}
        return np.tile(np.resize(y[-season:], horizon), (n_paths, 1)), failure


def main() -> None:
    """Read the file, simulate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("histories", type=Path)
    parser.add_argument("stem", type=Path)
    for name in ("horizon", "season", "paths", "seed", "jobs"):
        parser.add_argument(f"--{name}", type=int, required=True)
    options = parser.parse_args()
    table = pd.read_parquet(options.histories)
    histories = [(int(row), part.to_numpy(float)) for row, part in table.groupby("row", sort=True)["y"]]
    work = partial(simulate, horizon=options.horizon, season=options.season, n_paths=options.paths, seed=options.seed)
    with ProcessPoolExecutor(options.jobs) as pool:
        results = list(pool.map(work, histories, chunksize=4))
    np.save(options.stem.with_suffix(".npy"), np.stack([paths for paths, _ in results]))
    failures = [failure for _, failure in results if failure]
    options.stem.with_suffix(".json").write_text(json.dumps(failures, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
