"""What a projection loses when all but December stocks and quarterly flows is withheld from it.

    python benchmarks/few_counts.py ../shared/data/registrations --json OUT

Panels: Canada's regions (entrants and exits; the stock also moves by reopenings and temporary closures, which stand in
the adjustment, and the three territories have no exits) and Hong Kong's companies by type to 2020-10 (entries of
2018-04 to 2018-08 are incomplete, hence missing). At every December, from at most ten years of history: error of the
median 12-month net total, entries less exits, as a share of the stock; share of totals within the 90 % interval. The
projection from counts sees no month of a panel. The reference sees every month and goes through the panel once
(`forecasting.stockwalk`, as a projection does), half-year by half-year, each origin calibrated by those before it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, Python looks beside the script only

from forecasting.flows import Setting, rehearsals_before
from forecasting.panel import Array, Panel
from forecasting.planning import exit_rates
from forecasting.sparse import COUNT_COLUMNS, carry_out_counts, plan_counts
from forecasting.stockwalk import walk_stock

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
        origins = [pd.Period(f"{year}-12", freq="M") for year in ORIGINS[name]]
        for data, projected in (("counts", from_counts), ("months", from_months)):
            for origin, series, net in projected(panel, origins):
                rows += [{"panel": name, "data": data, **row} for row in _totals(panel, origin, series, net)]
    return pd.DataFrame(rows)


def from_counts(panel: Panel, origins: list[pd.Period]) -> Iterator[tuple[pd.Period, list[int], Array]]:
    """Yield origins, rows of the panel and paths (n_rows, n_paths) of their net total, from what is not withheld."""
    areas = panel.keys["area"].tolist()
    for origin in origins:
        seen = panel.sliced(columns=np.asarray((panel.months > origin - HISTORY) & (panel.months <= origin)))
        planned = plan_counts(withheld(seen), AHEAD, seed=SEED, n_paths=N_PATHS, origin=origin)
        projection = carry_out_counts(planned)
        net = (projection.entries.values - projection.exits.values).sum(axis=2)
        yield origin, [areas.index(area) for area in projection.keys["area"]], net


def from_months(panel: Panel, origins: list[pd.Period]) -> Iterator[tuple[pd.Period, list[int], Array]]:
    """Yield the same from every month, going through the panel once."""
    scored = {int(panel.months.get_loc(origin)): origin for origin in origins}
    for step in walk_stock(
        entries=panel.entries,
        rates=exit_rates(panel, panel.exits),
        stock=panel.stock,
        # Known at every origin that is scored.
        floor=1.0 / np.maximum(panel.stock[:, min(scored)], 1.0),
        origins=dict(sorted((rehearsals_before(max(scored)) | dict.fromkeys(scored, N_PATHS)).items())),
        horizon=AHEAD,
        seed=SEED,
        setting=Setting(panel.keys, panel.months),
        history=HISTORY,
    ):
        if step.origin in scored:
            yield scored[step.origin], step.rows.tolist(), (step.entries - step.exits).sum(axis=2)


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


def _totals(panel: Panel, origin: pd.Period, series: list[int], net: Array) -> Iterator[dict[str, object]]:
    months = np.asarray((panel.months > origin) & (panel.months <= origin + AHEAD))
    came = (panel.entries - panel.exits)[:, months].sum(axis=1)
    stock = panel.stock[:, panel.months == origin][:, 0]
    for i, paths in zip(series, net, strict=True):
        lower, median, upper = np.quantile(paths, [0.05, 0.5, 0.95])
        yield {
            "series": panel.keys["area"].iloc[i],
            "origin": str(origin),
            "stock": stock[i],
            "net": came[i],
            "median": median,
            "lower": lower,
            "upper": upper,
        }


if __name__ == "__main__":
    typer.run(main)
