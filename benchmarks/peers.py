"""Ours and the peers on the same series in one call, and the speed of both on the same simulated panel.

    python benchmarks/peers.py m3|tourism|m1 --json OUT
    python benchmarks/peers.py FILE --horizon H [--season 12] --json OUT

Peers are statsforecast's AutoETS, AutoCES, DynamicOptimizedTheta and AutoARIMA, and the median of their points and of
their bounds. They live in an environment of their own, made on first use (`--env`), because statsforecast needs an
older pandas than ours. What a figure means is in `forecasting.benchmark.figures`; the same code scores all.

Seconds: fitting and forecasting only, no start of processes, reading or scoring. Both sides forecast a handful of
series before the clock starts, so that what is compiled or loaded on first use is not counted; the peers use `--jobs`
processes of one thread, ours one process with the threads that it would have in the product. The peers' points come
with bounds at three levels, ours with 1 000 paths. `seconds` of a single peer is its own share of the run, `median`
needs all four. A series on which a peer fails is counted and given the seasonal naive forecast; holes are filled for
the peers, which cannot have any, by `forecasting.missing`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, Python looks beside the script only

from data.benchmarks import COMPETITIONS, Split, competition, long_table
from forecasting.benchmark import evaluate, figures
from forecasting.ensemble import forecast
from forecasting.errors import BeizengError, SchemaError
from forecasting.evaluation import LEVELS, Window, gather, score_window
from forecasting.missing import filled
from reports.accuracy import accuracy_lines

REQUIREMENTS = ("statsforecast==2.1.1", "pyarrow")
WORKER = Path(__file__).with_name("statsforecast_worker.py")
ENVIRONMENT = Path("~/.cache/beizeng-peers")
MEDIAN = "median"
#: The panel on which speed is compared.
MONTHS, AHEAD, N_PATHS = 84, 48, 1000


def main(
    source: Annotated[str, typer.Argument(help="m1, m3, tourism, or a long table (see data/benchmarks.py)")],
    out: Annotated[Path | None, typer.Option("--json", help="where to write the result")] = None,
    horizon: Annotated[int | None, typer.Option(help="of a long table")] = None,
    season: Annotated[int, typer.Option(help="of a long table")] = 12,
    sample: Annotated[int | None, typer.Option(help="only so many series, drawn at random")] = None,
    seed: Annotated[int, typer.Option(help="of the sample and of the simulated panel")] = 1,
    jobs: Annotated[int, typer.Option(help="processes of the peers")] = 2,
    speed: Annotated[int, typer.Option(help="series of the simulated panel; 0 leaves the comparison out")] = 100,
    peers_only: Annotated[bool, typer.Option("--peers-only", help="leave ours out")] = False,
    keep: Annotated[
        Path | None,
        typer.Option(help="stem of files with the peers' forecasts: used where they exist, otherwise made and kept"),
    ] = None,
    env: Annotated[Path, typer.Option(help="the peers' environment; made where absent")] = ENVIRONMENT,
) -> None:
    """Score ours and the peers on the same series, and compare their speed."""
    split = sampled(_load(source, horizon, season), sample, seed)
    drawn_as = {"data": source, "n_series": len(split.ids), "sample": sample, "seed": seed}
    drawn_as |= {"horizon": split.test.shape[1], "season": split.season}
    result: dict[str, Any] = drawn_as | {"jobs": jobs}
    python = environment(env.expanduser())
    with tempfile.TemporaryDirectory() as folder:
        stem = keep or Path(folder) / "forecasts"
        is_reused = stem.with_suffix(".json").exists()
        if not is_reused:
            run_peers(python, split.train, stem, horizon=split.test.shape[1], season=split.season, jobs=jobs)
            _note(stem, drawn_as)
        table, record = pd.read_parquet(stem.with_suffix(".parquet")), json.loads(stem.with_suffix(".json").read_text())
        differing = [key for key, value in drawn_as.items() if record[key] != value]
        if differing:
            raise SchemaError(f"{stem} 中的预测是另一次评测的（{'、'.join(differing)}不同）。请换一个 --keep。")
        result["peers"] = peer_figures(table, record, split)
        if not peers_only:
            # Compiled, cached or loaded on first use: before the clock, as for the peers.
            forecast(simulated(5, seed), 6, rng=np.random.default_rng(seed), n_paths=10)
            result["ours"] = evaluate(split.train, split.test, clock=time.perf_counter, season=split.season)
            # Seconds of an earlier call were measured under another load.
            peers = None if is_reused else result["peers"][MEDIAN]["series_per_second"]
            result["ratio"] = peers and result["ours"]["series_per_second"] / peers
        if speed:
            result["speed"] = compare_speed(python, Path(folder) / "speed", speed, seed=seed, jobs=jobs)
    ours = {f"ours {name}": one for name, one in result.get("ours", {"models": {}})["models"].items()}
    for line in accuracy_lines(ours | result["peers"]):
        typer.echo(line)
    if speed:
        typer.echo(json.dumps(result["speed"]))
    if out is not None:
        out.write_text(json.dumps(result, ensure_ascii=False, indent=2), "utf-8")


def _load(source: str, horizon: int | None, season: int) -> Split:
    if source in COMPETITIONS:
        return competition(source)
    if horizon is None:
        raise SchemaError("评测自备长表须用 --horizon 给出预测期数，如 --horizon 12。")
    return long_table(Path(source), horizon=horizon, season=season)


def sampled(split: Split, n: int | None, seed: int) -> Split:
    """Return `n` of the series, drawn without replacement and in their old order; all of them for None."""
    if n is None or n >= len(split.ids):
        return split
    rows = np.sort(np.random.default_rng(seed).choice(len(split.ids), n, replace=False))
    return Split(tuple(split.ids[row] for row in rows), split.train[rows], split.test[rows], split.season)


def environment(folder: Path) -> Path:
    """Return the Python of the peers' environment, which is made if it is not there or does not hold what it should."""
    python = folder / "bin" / "python"
    name, version = REQUIREMENTS[0].split("==")
    asks = [str(python), "-c", f"from importlib.metadata import version; print(version('{name}'))"]
    if not python.exists() or subprocess.run(asks, capture_output=True, text=True).stdout.strip() != version:
        venv.create(folder, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
    return python


def run_peers(python: Path, train: np.ndarray, stem: Path, *, horizon: int, season: int, jobs: int) -> None:
    """Have the peers forecast every series; see `statsforecast_worker.py` for what is at `stem` afterwards."""
    series = [filled(values[np.flatnonzero(~np.isnan(values))[0] :], season=season) for values in train]
    lengths = [len(values) for values in series]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "series.parquet"
        pd.DataFrame({"row": np.repeat(range(len(series)), lengths), "y": np.concatenate(series)}).to_parquet(path)
        options = {"--horizon": horizon, "--season": season, "--jobs": jobs}
        said = [str(part) for option in options.items() for part in option]
        subprocess.run([str(python), str(WORKER), str(path), str(stem), *said], check=True)


def _note(stem: Path, drawn_as: dict[str, Any]) -> None:
    path = stem.with_suffix(".json")
    path.write_text(json.dumps(json.loads(path.read_text()) | drawn_as, ensure_ascii=False), "utf-8")


def peer_figures(table: pd.DataFrame, record: dict[str, Any], split: Split) -> dict[str, Any]:
    """Figures of each peer and of their median.

    Parameters
    ----------
    table, record
        What the worker wrote.
    split : Split
        The same series.

    Returns
    -------
    dict
        By peer as of `forecasting.benchmark.figures`; `failures` are the series on which it was replaced, for the
        median those on which any was.
    """
    n_series, horizon = split.test.shape
    ordered = table.sort_values(["model", "level", "row", "step"])
    names = sorted(table["model"].unique())
    values = ordered["value"].to_numpy().reshape(len(names), len(LEVELS), n_series, horizon)
    forecasts = dict(zip(names, values, strict=True)) | {MEDIAN: np.median(values, axis=0)}
    window = {"origin": split.train.shape[1] - 1, "rows": np.arange(n_series)}
    result = gather(
        [
            score_window(
                Window(model=name, history=split.train, observed=split.test, **window), quantiles, season=split.season
            )
            for name, quantiles in forecasts.items()
        ]
    )
    found = {}
    for name in forecasts:
        own = record["model_seconds"].get(name, 0.0) / record["jobs"]
        seconds = record["seconds"] if name == MEDIAN else own
        failed = {failure["row"] for failure in record["failures"] if name in (MEDIAN, failure["model"])}
        found[name] = figures(result, name, n_series=n_series, seconds=seconds) | dict.fromkeys(
            ["failures", "replaced"], len(failed)
        )
    return found


def simulated(n: int, seed: int) -> np.ndarray:
    """Return `n` monthly counts of `MONTHS` months: season, drifting level, noise; sizes from tens to thousands."""
    rng = np.random.default_rng(seed)
    season = rng.normal(0.0, 0.2, (n, 12))
    level = rng.uniform(3.0, 8.0, (n, 1)) + np.cumsum(rng.normal(0.002, 0.03, (n, MONTHS)), axis=1)
    return rng.poisson(np.exp(level + np.tile(season, MONTHS // 12) + rng.normal(0.0, 0.08, (n, MONTHS)))).astype(float)


def compare_speed(python: Path, stem: Path, n: int, *, seed: int, jobs: int) -> dict[str, Any]:
    """Time the peers' four models and our ensemble on one simulated panel."""
    y = simulated(n, seed)
    run_peers(python, y, stem, horizon=AHEAD, season=12, jobs=jobs)
    record = json.loads(stem.with_suffix(".json").read_text())
    forecast(y[:5], AHEAD, rng=np.random.default_rng(seed), n_paths=N_PATHS)
    started = time.perf_counter()
    forecast(y, AHEAD, rng=np.random.default_rng(seed), n_paths=N_PATHS)
    ours = time.perf_counter() - started
    return {
        "n_series": n,
        "months": MONTHS,
        "horizon": AHEAD,
        "n_paths": N_PATHS,
        "peers_seconds": record["seconds"],
        "peers_series_per_second": n / record["seconds"],
        "peers_failures": len(record["failures"]),
        "ours_seconds": ours,
        "ours_series_per_second": n / ours,
        "ratio": record["seconds"] / ours,
    }


if __name__ == "__main__":
    try:
        typer.run(main)
    except BeizengError as error:
        sys.exit(str(error))
