"""Pieces of Vega-Lite specifications: time axis, colours, lines, readings under the pointer; plain, without NaN."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from reports import palette

Spec = dict[str, Any]
Rows = list[dict[str, Any]]

CONFIG: Spec = {
    "axis": {"labelFontSize": 13, "titleFontSize": 13, "labelColor": f"#{palette.MUTED}", "gridColor": "#E4E8EC"},
    "legend": {"labelFontSize": 13, "labelColor": f"#{palette.INK}", "symbolStrokeWidth": 3, "labelLimit": 160},
    "view": {"stroke": None},
}
TEXT_SIZE = 14


def instant(month: pd.Period) -> str:
    """Return the first moment of a month, in universal time.

    Parameters
    ----------
    month : pandas.Period

    Returns
    -------
    str
        As browsers read it everywhere alike.
    """
    return f"{month.year:04d}-{month.month:02d}-01T00:00:00Z"


def number(value: float) -> float | None:
    """Return a number that JSON can hold.

    Parameters
    ----------
    value : float

    Returns
    -------
    float or None
        None for NaN and infinities.
    """
    return round(float(value), 4) if math.isfinite(value) else None


def time_axis(months: Sequence[pd.Period]) -> Spec:
    """Encode months on the horizontal axis, one tick a year.

    Parameters
    ----------
    months : sequence of pandas.Period
        Those shown.

    Returns
    -------
    dict
    """
    januaries = [month for month in months if month.month == 1] or [months[0]]
    ticks = [_time(month) for month in januaries[:: math.ceil(len(januaries) / 6)]]
    return {
        "field": "t",
        "type": "temporal",
        "scale": {"type": "utc", "domain": [_time(months[0]), _time(months[-1])]},
        "axis": {
            "title": None,
            "format": "%Y年",
            "values": ticks,
            "grid": False,
            "labelFlush": True,
            "labelOverlap": True,
        },
    }


def _time(month: pd.Period) -> Spec:
    return {"year": month.year, "month": month.month, "date": 1, "utc": True}


def line(data: str, field: str, *, width: float = 2.0) -> Spec:
    """Draw one column as a line; its colour and dash are those of its Chinese name.

    Parameters
    ----------
    data : str
        Name of the data set.
    field : str
        The column, and its name in the legend.
    width : float

    Returns
    -------
    dict
    """
    return {
        "data": {"name": data},
        "mark": {"type": "line", "strokeWidth": width, "tooltip": False},
        "encoding": {
            "y": {"field": field, "type": "quantitative"},
            "color": {"datum": field},
            "strokeDash": {"datum": field},
        },
    }


def label(data: str, field: str, text: str, *, colour: str, align: str, dy: int) -> list[Spec]:
    """Write a text at the points of a data set, on a white rim so that lines beneath do not spoil it.

    Parameters
    ----------
    data, field : str
        Data set and the column that is its height.
    text : str
        The column with the text.
    colour : str
        RRGGBB.
    align : str
        left, right or center.
    dy : int
        Pixels downwards.

    Returns
    -------
    list of dict
        Rim and text.
    """
    mark = {
        "type": "text",
        "align": align,
        "dy": dy,
        "dx": {"right": -4, "left": 6}.get(align, 0),
        "fontSize": TEXT_SIZE,
    }
    encoding = {"y": {"field": field, "type": "quantitative"}, "text": {"field": text}}
    rim = {**mark, "color": "white", "stroke": "white", "strokeWidth": 4, "tooltip": False}
    return [
        {"data": {"name": data}, "mark": rim, "encoding": encoding},
        {"data": {"name": data}, "mark": {**mark, "color": f"#{colour}", "tooltip": False}, "encoding": encoding},
    ]


def reading(data: str) -> list[Spec]:
    """Show the text of the month nearest to the pointer, with a thin line at it.

    Parameters
    ----------
    data : str
        Data set with the columns t, level and tip.

    Returns
    -------
    list of dict
    """
    return [
        {
            "data": {"name": data},
            "mark": {"type": "rule", "color": f"#{palette.MUTED}", "tooltip": {"content": "data"}},
            "params": [
                {
                    "name": f"near_{data}",
                    "select": {
                        "type": "point",
                        "fields": ["t"],
                        "nearest": True,
                        "on": "pointerover",
                        "clear": "pointerout",
                    },
                }
            ],
            "encoding": {
                "tooltip": {"field": "tip"},
                "opacity": {"condition": {"param": f"near_{data}", "empty": False, "value": 0.6}, "value": 0},
            },
        }
    ]


def names_and_colours(styles: Mapping[str, tuple[str, Sequence[int]]], *, columns: int = 3) -> tuple[Spec, Spec]:
    """Encode the names of lines as colour and dash, with one legend beneath the chart.

    Parameters
    ----------
    styles : mapping of str to tuple
        Chinese name -> RRGGBB and dash.
    columns : int
        Of the legend.

    Returns
    -------
    tuple of dict
        Encodings of colour and of dash.
    """
    legend = {"title": None, "orient": "bottom", "columns": columns, "symbolType": "stroke", "offset": 6, "padding": 0}
    colours = {"domain": list(styles), "range": [f"#{colour}" for colour, _ in styles.values()]}
    dashes = {"domain": list(styles), "range": [list(dash) for _, dash in styles.values()]}
    return {"scale": colours, "legend": legend}, {"scale": dashes, "legend": None}


def joined(parts: Iterable[str]) -> str:
    """Join what is said of a month.

    Parameters
    ----------
    parts : iterable of str
        Empty ones are left out.

    Returns
    -------
    str
    """
    return "，".join(part for part in parts if part)
