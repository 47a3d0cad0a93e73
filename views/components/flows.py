"""One measure of an area on screen: a line a type."""

from __future__ import annotations

import pandas as pd

from forecasting.panel import ENTITY_TYPES
from reports import palette, wording
from views.components import vega
from views.components.vega import Spec
from views.components.words import counted

#: Okabe & Ito, told apart by colour-blind readers; all types together are black.
STYLES = {
    "all": (palette.ACTUAL, (1, 0)),
    "enterprise": (palette.PROJECTION, (1, 0)),
    "individual": (palette.GOAL, (6, 3)),
    "cooperative": ("009E73", (2, 2)),
}
HEIGHT = 240


def measure_chart(table: pd.DataFrame, measure: str) -> Spec:
    """Specify the chart of a measure.

    Parameters
    ----------
    table : pandas.DataFrame
        From `measures.measured` or `measures.summed`.
    measure : str
        A column of it.

    Returns
    -------
    dict
        A Vega-Lite specification without NaN.
    """
    shown = table.dropna(subset=[measure])
    types = [name for name in STYLES if name in set(shown["entity_type"])]
    data, layers = {}, []
    for name in types:
        own = shown[shown["entity_type"] == name]
        title = ENTITY_TYPES[name]
        data[name] = [
            {"t": vega.instant(month), title: vega.number(value)}
            for month, value in zip(own["month"], own[measure], strict=True)
        ]
        layers.append(vega.line(name, title, width=1.8))
    data["readings"] = [
        {
            "t": vega.instant(month),
            "tip": vega.joined(
                [wording.month(month)]
                + [
                    f"{ENTITY_TYPES[row.entity_type]}{counted(getattr(row, measure), '户')}"
                    for row in rows.itertuples()
                ]
            ),
        }
        for month, rows in shown.groupby("month")
    ]
    colour, dash = vega.names_and_colours({ENTITY_TYPES[name]: STYLES[name] for name in types}, columns=2)
    months = sorted(set(shown["month"])) or [table["month"].iloc[-1]]
    return {
        "datasets": data,
        "height": HEIGHT,
        "encoding": {
            "x": vega.time_axis(months),
            "y": {"type": "quantitative", "axis": {"title": None, "tickCount": 4, "format": "d"}},
            "color": colour,
            "strokeDash": dash,
        },
        "layer": [*layers, *vega.reading("readings")],
        "config": vega.CONFIG,
    }
