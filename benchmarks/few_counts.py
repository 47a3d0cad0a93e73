"""What a projection loses when all but December stocks and quarterly flows is withheld from it.

    python benchmarks/few_counts.py ../shared/data/registrations --json OUT

Panels: Canada's regions (entrants and exits; the stock also moves by reopenings and temporary closures, which stand in
the adjustment, and the three territories have no exits) and Hong Kong's companies by type to 2020-10 (entries of
2018-04 to 2018-08 are incomplete, hence missing). At every December, from at most ten years of history: error of the
median 12-month net total, entries less exits, as a share of the stock; share of totals within the 90 % interval. The
reference sees every month (`forecasting.stockflow.project`). The projection from counts sees no month of a panel.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, Python looks beside the script only

from forecasting.panel import Panel
from forecasting.projection import Projection
from forecasting.sparse import COUNT_COLUMNS, carry_out_counts, plan_counts
from forecasting.stockflow import project

HISTORY, AHEAD, SEED, N_PATHS = 120, 12, 1, 1000
CANADA = {"stock": "Active businesses", "entries": "Entrants", "exits": "Exits"}
HONG_KONG = {"stock": "stock_end", "entries": "registrations", "exits": "deregistrations"}
#: Years whose December is an origin. 2017 of Hong Kong is not: entries of the year after are incomplete.
ORIGINS = {"canada": range(2016, 2024), "hong_kong": [*range(1999, 2017), 2018]}


def main(
    folder: Annotated[Path, typer.Argument(help="shared/data/registrations")],
    out: Annotated[Path | None, typer.Option("--json", help="where to write every total")] = None,
) -> None:
    """Compare, and print a line a panel."""
    totals = compare(folder)
    for panel, own in [*totals.groupby("panel"), ("both", totals)]:
        typer.echo(f"{panel} " + " ".join(f"{name} {value:.4f}" for name, value in summary(own).items()))
    if out is not None:
        out.write_text(json.dumps(totals.to_dict("records"), ensure_ascii=False, indent=1), encoding="utf-8")


def compare(folder: Path) -> pd.DataFrame:
    """Project both panels from counts and from all months at every origin.

    Returns
    -------
    pandas.DataFrame
        A row a panel, series, origin and `data` (`counts`, `months`): stock, net, median, lower, upper.
    """
    panels = {
        "canada": canada(folder / "ca_business_dynamics_provinces_monthly_long.csv"),
        "hong_kong": hong_kong(folder / "hk_monthly_by_type.csv"),
    }
    rows = []
    for name, panel in panels.items():
        for origin in (pd.Period(f"{year}-12", freq="M") for year in ORIGINS[name]):
            seen = panel.sliced(columns=np.asarray((panel.months > origin - HISTORY) & (panel.months <= origin)))
            planned = plan_counts(withheld(seen), AHEAD, seed=SEED, n_paths=N_PATHS, origin=origin)
            whole = project(seen, AHEAD, seed=SEED, n_paths=N_PATHS, origin=origin)
            for data, projection in (("counts", carry_out_counts(planned)), ("months", whole)):
                rows += [{"panel": name, "data": data, **row} for row in _totals(projection, panel)]
    return pd.DataFrame(rows)


def summary(totals: pd.DataFrame) -> dict[str, float]:
    """Mean errors, their ratio, and coverage, of the rows of `compare`."""
    scored = totals.assign(
        error=(totals["median"] - totals["net"]).abs() / totals["stock"],
        held=(totals["lower"] <= totals["net"]) & (totals["net"] <= totals["upper"]),
    )
    means = scored.groupby("data")[["error", "held"]].mean()
    return {
        "totals": len(totals) / 2,
        "error_counts": means.loc["counts", "error"],
        "error_months": means.loc["months", "error"],
        "ratio": means.loc["counts", "error"] / means.loc["months", "error"],
        "held_counts": means.loc["counts", "held"],
        "held_months": means.loc["months", "held"],
    }


def canada(path: Path) -> Panel:
    """Read the regions of Canada that have entrants and exits."""
    table = pd.read_csv(path, dtype={"status": str})
    return _panel(table, "region", "measure", CANADA, last="2025-12")


def hong_kong(path: Path, first: str = "1990-01") -> Panel:
    """Read Hong Kong's companies by type."""
    table = pd.read_csv(path).query("type != 'TOTAL'").melt(["type", "month", "flag"], var_name="measure")
    incomplete = (table["flag"] == "registrations_incomplete") & (table["measure"] == "registrations")
    return _panel(table.assign(value=table["value"].mask(incomplete)), "type", "measure", HONG_KONG, first, "2020-10")


def withheld(panel: Panel) -> pd.DataFrame:
    """Return the December stocks and the quarterly flows of a panel, which is all that is left of it."""
    rows = []
    for i, (area, kind) in enumerate(panel.keys.itertuples(index=False)):
        for t, month in enumerate(panel.months):
            if month.month == 12:
                rows.append((area, kind, "stock", month, month, panel.stock[i, t]))
            if month.month % 3 == 0 and t >= 2:
                for measure in ("entries", "exits"):
                    flow = getattr(panel, measure)[i, t - 2 : t + 1].sum()
                    rows.append((area, kind, measure, month - 2, month, flow))
    table = pd.DataFrame(rows, columns=COUNT_COLUMNS[:6]).dropna()
    return table.assign(precision=0.5)


def _panel(
    table: pd.DataFrame, area: str, column: str, measures: dict[str, str], first: str = "1900-01", last: str = "2100-01"
) -> Panel:
    """Bring a long table to a panel; what the flows do not explain of the stock is adjustment."""
    table = table.assign(month=pd.PeriodIndex(table["month"], freq="M"))
    table = table[(table["month"] >= first) & (table["month"] <= last)]
    grids = {
        name: table[table[column] == own].set_index([area, "month"])["value"].unstack("month").astype(float)  # noqa: PD010
        for name, own in measures.items()
    }
    kept = grids["exits"].notna().any(axis=1)
    values = {name: grid[kept].to_numpy() for name, grid in grids.items()}
    adjustment = np.diff(values["stock"], prepend=np.nan) - values["entries"] + values["exits"]
    return Panel(
        keys=pd.DataFrame({"area": grids["stock"].index[kept], "entity_type": "enterprise"}),
        months=pd.PeriodIndex(grids["stock"].columns, freq="M"),
        adjustment=adjustment,
        **values,
    )


def _totals(projection: Projection, panel: Panel) -> Iterable[dict[str, object]]:
    months = np.asarray((panel.months > projection.origin) & (panel.months <= projection.origin + AHEAD))
    net = (panel.entries - panel.exits)[:, months].sum(axis=1)
    stock = panel.stock[:, panel.months == projection.origin][:, 0]
    paths = (projection.entries.values - projection.exits.values).sum(axis=2)
    order = panel.keys["area"].tolist()
    for row, area in enumerate(projection.keys["area"]):
        lower, median, upper = np.quantile(paths[row], [0.05, 0.5, 0.95])
        i = order.index(area)
        yield {
            "series": area,
            "origin": str(projection.origin),
            "stock": stock[i],
            "net": net[i],
            "median": median,
            "lower": lower,
            "upper": upper,
        }


if __name__ == "__main__":
    typer.run(main)
