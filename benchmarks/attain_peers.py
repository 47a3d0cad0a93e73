"""Probabilities of reaching a level: ours and AutoETS's on the same series, origins and horizons in one call.

    python benchmarks/attain_peers.py FILE --origins 2009-12:2021-12:12 [--flow entries] [--history 60] --json OUT

FILE is a long table as of `python cli.py attain`. The peer is statsforecast's AutoETS, simulated with 1 000 paths a
series and origin from the same months that ours sees (holes filled by `forecasting.missing`), in the environment of
`peers.py`; of flows its paths are summed, of a stock taken as they are. The same code settles and scores all. Ours is
run twice: with the same history, and with `--short` months. Printed is also by how much its Brier score is lower, where
every statement of one is also made by the other.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, Python looks beside the script only

from benchmarks.peers import ENVIRONMENT, environment
from data.long_panel import long_panel
from data.origins import read_horizons, read_origins
from forecasting.attain import N_PATHS, SEED, Series, attain
from forecasting.calibration import SEASON
from forecasting.errors import BeizengError, SchemaError
from forecasting.missing import filled
from forecasting.settlement import Outcomes, attain_figures, settle
from reports.attain import attain_lines

WORKER = Path(__file__).with_name("autoets_worker.py")
PEER = "AutoETS"


def main(
    file: Annotated[Path, typer.Argument(help="a long table: series, month, entries[, exits, stock]")],
    origins: Annotated[str, typer.Option(help="START:END:STEP_MONTHS")],
    flow: Annotated[str, typer.Option(help="entries, exits or stock")] = "entries",
    history: Annotated[int, typer.Option(help="months that ours and the peer see")] = 60,
    short: Annotated[int, typer.Option(help="months that ours sees in its second run; 0 leaves it out")] = 24,
    horizons: Annotated[str, typer.Option(help="months ahead")] = "12,24,36",
    out: Annotated[Path | None, typer.Option("--json", help="where to write the result")] = None,
    jobs: Annotated[int, typer.Option(help="processes of the peer")] = 2,
    env: Annotated[Path, typer.Option(help="the peers' environment; made where absent")] = ENVIRONMENT,
) -> None:
    """Settle and score ours and the peer."""
    series = long_panel(file)
    asked, ahead = read_origins(origins), read_horizons(horizons)
    settled = {f"ours, {history} months": attain(series, asked, ahead, of=flow, history=history)}
    if short:
        settled[f"ours, {short} months"] = attain(series, asked, ahead, of=flow, history=short)
    python = environment(env.expanduser())
    settled[PEER], failures = peer(python, series, asked, ahead, of=flow, history=history, jobs=jobs)
    figures = {name: attain_figures(outcomes) for name, outcomes in settled.items()}
    lower = {name: reduction(one, settled[PEER]) for name, one in settled.items() if name != PEER}
    for name, one in figures.items():
        typer.echo(f"{name}" + (f", {len(failures)} failures" if name == PEER else ""))
        for line in attain_lines(one):
            typer.echo(line)
        if name in lower:
            typer.echo(f"Brier below {PEER}, %: " + json.dumps(lower[name]))
    if out is not None:
        settings = {"data": str(file), "origins": origins, "flow": flow, "history": history, "n_paths": N_PATHS}
        result = {"settings": settings, "figures": figures, "brier_below_peer": lower, "peer_failures": failures}
        out.write_text(json.dumps(result, ensure_ascii=False, indent=2), "utf-8")


def peer(
    python: Path,
    series: Series,
    origins: list[pd.Period],
    horizons: list[int],
    *,
    of: str,
    history: int,
    jobs: int,
) -> tuple[Outcomes, list[dict[str, Any]]]:
    """Have the peer simulate every series from every origin, and settle it; also its failures."""
    measured = series.measured(of)
    seen = list(histories(measured, series.columns(origins), history))
    lengths = [len(y) for _, _, y in seen]
    with tempfile.TemporaryDirectory() as folder:
        path, stem = Path(folder) / "histories.parquet", Path(folder) / "paths"
        values = np.concatenate([y for _, _, y in seen])
        pd.DataFrame({"row": np.repeat(range(len(seen)), lengths), "y": values}).to_parquet(path)
        options = {"--horizon": max(horizons), "--season": SEASON, "--paths": N_PATHS, "--seed": SEED, "--jobs": jobs}
        said = [str(part) for option in options.items() for part in option]
        subprocess.run([str(python), str(WORKER), str(path), str(stem), *said], check=True)
        paths, failures = np.load(stem.with_suffix(".npy")), json.loads(stem.with_suffix(".json").read_text("utf-8"))
    if of != "stock":
        paths = np.cumsum(paths, axis=2)
    origin_of, row_of = (np.array(part) for part in zip(*((origin, row) for origin, row, _ in seen), strict=True))
    forecasts = ((int(c), row_of[origin_of == c], paths[origin_of == c]) for c in np.unique(origin_of))
    for failure in failures:
        origin, row, _ = seen[failure["row"]]
        failure |= {"series": series.ids[row], "origin": str(series.months[origin])}
    return settle(measured, series.months, forecasts, horizons, is_stock=of == "stock"), failures


def histories(measured: np.ndarray, columns: list[int], history: int) -> Iterator[tuple[int, int, np.ndarray]]:
    """Origins, rows and what the peer sees there: from the first month observed on, without holes."""
    for column in columns:
        for row, values in enumerate(measured[:, max(0, column + 1 - history) : column + 1]):
            observed = np.flatnonzero(~np.isnan(values))
            if observed.size:
                yield column, row, filled(values[observed[0] :], season=SEASON)


def reduction(ours: Outcomes, theirs: Outcomes) -> dict[str, float]:
    """By how many per cent the Brier score of ours is lower, by horizon, over the same statements.

    Raises
    ------
    SchemaError
        If the two did not speak of the same.
    """
    keys = ["horizon", "origin", "row", "fraction"]
    both = ours.events.merge(theirs.events, on=keys, suffixes=("", "_theirs"), validate="one_to_one")
    if not len(both) == len(ours.events) == len(theirs.events):
        raise SchemaError(f"两方所说的不是同一批事件：{len(ours.events)}与{len(theirs.events)}个，共有{len(both)}个。")
    errors = [(both[name] - both["happened"]) ** 2 for name in ("probability", "probability_theirs")]
    mean, peers = (error.groupby(both["horizon"]).mean() for error in errors)
    return {str(horizon): round(100.0 * float(value), 2) for horizon, value in (1.0 - mean / peers).items()}


if __name__ == "__main__":
    try:
        typer.run(main)
    except BeizengError as error:
        sys.exit(str(error))
