"""Native charts: editable in PowerPoint and WPS, with their workbook inside.

A blank in the data stays a blank in chart and workbook. Values are the assessment's own, not rounded; the number
format rounds for the eye.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

import pandas as pd
from pptx.chart.axis import DateAxis, ValueAxis
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.chart.series import LineSeries
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Inches, Pt

from reports import palette
from reports.pptx_text import clean, write_fonts
from reports.wording import unit
from targets.assessment import Assessment

#: Series of the trajectory: Chinese name, column (None = the goal), colour, points of line, dash.
SERIES = (
    ("实际", "actual", palette.ACTUAL, 3.0, None),
    ("序时线", "pace", palette.PACE, 2.0, MSO_LINE.DASH),
    ("预测中位", "median", palette.PROJECTION, 2.5, None),
    ("80%下限", "low80", palette.BAND, 1.0, None),
    ("80%上限", "high80", palette.BAND, 1.0, None),
    ("目标", None, palette.GOAL, 1.75, MSO_LINE.ROUND_DOT),
)
TEXT_SIZE = 14
MONTH_FORMAT = r"yyyy\-mm"
#: A category axis of up to this many months has a label every 6, else every 12.
SHORT_AXIS = 48
#: Up to this many columns each has its label, else every third.
FEW_COLUMNS = 12
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
Box = tuple[float, float, float, float]
#: One value a month; None is a blank.
Column = list[float | None]


def add_trajectory(slide: Slide, assessment: Assessment, box: Box) -> Chart:
    """Add the trajectory of a goal as a line chart.

    Parameters
    ----------
    slide : pptx.slide.Slide
    assessment : Assessment
        With a trajectory.
    box : tuple of float
        Left, top, width, height in inches.

    Returns
    -------
    pptx.chart.chart.Chart
        Series without a single value are left out.
    """
    table = assessment.trajectory
    months = list(table["month"])
    columns: dict[str, Column] = {
        name: _blanked(table[column]) if column else [float(assessment.target) for _ in months]
        for name, column, *_ in SERIES
    }
    shown = [row for row in SERIES if any(value is not None for value in columns[row[0]])]
    chart = _add(slide, XL_CHART_TYPE.LINE, months, {row[0]: columns[row[0]] for row in shown}, box, assessment)
    for series, (_, _, colour, points, dash) in zip(chart.plots[0].series, shown, strict=True):
        series.smooth = False
        series.marker.style = XL_MARKER_STYLE.NONE
        series.format.line.color.rgb = RGBColor.from_string(colour)
        series.format.line.width = Pt(points)
        if dash is not None:
            series.format.line.dash_style = dash
    values = [value for column in columns.values() for value in column if value is not None]
    low, high, step = nice_axis(min(values), max(values))
    axis = chart.value_axis
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = low, high, step
    _space_labels(chart.category_axis, 6 if len(months) <= SHORT_AXIS else 12)
    by_name = {series.name: series for series in chart.plots[0].series}
    last = max(index for index, value in enumerate(columns["实际"]) if value is not None)
    _label(by_name["实际"], last, palette.ACTUAL, is_above=not assessment.actual < assessment.pace)
    _label(by_name["目标"], _clearest(columns, float(assessment.target)), palette.GOAL, is_above=True, is_named=True)
    write_fonts(chart._chartSpace)
    return chart


def add_columns(
    slide: Slide, assessment: Assessment, months: Sequence[pd.Period], stacked: dict[str, Column], box: Box
) -> Chart:
    """Add stacked columns by month.

    Parameters
    ----------
    slide : pptx.slide.Slide
    assessment : Assessment
        Names the unit.
    months : sequence of pandas.Period
    stacked : dict
        Name of the part -> one value a month, from the bottom up.
    box : tuple of float
        Left, top, width, height in inches.

    Returns
    -------
    pptx.chart.chart.Chart
    """
    chart = _add(slide, XL_CHART_TYPE.COLUMN_STACKED, months, stacked, box, assessment)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    for series, colour in zip(plot.series, (palette.PROJECTION, palette.EXITS), strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(colour)
    chart.legend.position = XL_LEGEND_POSITION.TOP
    sums = [sum(value or 0.0 for value in column) for column in zip(*stacked.values(), strict=True)]
    chart.value_axis.minimum_scale = 0
    _, chart.value_axis.maximum_scale, chart.value_axis.major_unit = nice_axis(0.0, max(sums))
    _space_labels(chart.category_axis, 1 if len(months) <= FEW_COLUMNS else 3)
    write_fonts(chart._chartSpace)
    return chart


def nice_axis(low: float, high: float) -> tuple[float, float, float]:
    """Choose round ends and a round step, about five steps, for an axis that need not start at zero.

    Parameters
    ----------
    low, high : float
        Smallest and largest value shown.

    Returns
    -------
    tuple of float
        Minimum, maximum, step; the minimum is not negative where `low` is not.

    Examples
    --------
    >>> nice_axis(6472.0, 11236.0)
    (6000.0, 12000.0, 1000.0)
    """
    span = high - low or max(abs(high), 1.0)
    power = 10.0 ** math.floor(math.log10(span / 5))
    step = next(factor * power for factor in STEPS if factor * power >= span / 5 * 0.999)
    # A little air, so that no line lies on the frame; more above, where a label stands.
    bottom, top = math.floor((low - 0.03 * span) / step) * step, math.ceil((high + 0.08 * span) / step) * step
    return (max(bottom, 0.0) if low >= 0 else bottom), top, step


def _blanked(column: pd.Series[float]) -> Column:
    return [None if math.isnan(value) else float(value) for value in column]


def _add(
    slide: Slide,
    kind: XL_CHART_TYPE,
    months: Sequence[pd.Period],
    series: dict[str, Column],
    box: Box,
    assessment: Assessment,
) -> Chart:
    data = CategoryChartData(number_format="0")
    # The first day stands for the month; shown as 2023-06.
    data.categories = [datetime.date(month.year, month.month, 1) for month in months]
    data.categories.number_format = MONTH_FORMAT
    for name, values in series.items():
        data.add_series(name, values)
    frame = slide.shapes.add_chart(kind, *(Inches(value) for value in box), data)
    # Read out to those who cannot see the chart.
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(assessment.sentence))
    chart = frame.chart
    chart.has_title = False
    chart.font.size = Pt(TEXT_SIZE)
    chart.font.color.rgb = RGBColor.from_string(palette.INK)
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    _style_axes(chart.category_axis, chart.value_axis, unit(assessment))
    return chart


def _style_axes(category: DateAxis, value: ValueAxis, name: str) -> None:
    rule = RGBColor.from_string(palette.RULE)
    category.major_tick_mark = XL_TICK_MARK.OUTSIDE
    category.format.line.color.rgb = RGBColor.from_string(palette.MUTED)
    category.has_major_gridlines = False
    value.major_tick_mark = XL_TICK_MARK.NONE
    value.format.line.fill.background()
    value.has_major_gridlines = True
    value.major_gridlines.format.line.color.rgb = rule
    value.major_gridlines.format.line.width = Pt(0.75)
    value.tick_labels.number_format = "0"
    value.tick_labels.number_format_is_linked = False
    value.has_title = True
    frame = value.axis_title.text_frame
    frame.text = clean(name)
    frame.paragraphs[0].runs[0].font.size = Pt(TEXT_SIZE)
    frame.paragraphs[0].runs[0].font.bold = False
    # Upright, not turned along the axis.
    body = frame._txBody.find(qn("a:bodyPr"))
    body.set("rot", "0")
    body.set("vert", "horz")


def _space_labels(axis: DateAxis, every: int) -> None:
    """Show the label and tick of every so many months; python-pptx has no property for it.

    A date axis, because LibreOffice ignores the label skipping of a text axis and turns or breaks the labels.
    """
    element = axis._element
    element.find(qn("c:auto")).set("val", "0")
    base = element.find(qn("c:baseTimeUnit"))
    base.set("val", "months")
    for tag, value in (("c:majorTimeUnit", "months"), ("c:majorUnit", str(every))):
        base.addnext(element.makeelement(qn(tag), {"val": value}))


def _label(series: LineSeries, index: int, colour: str, *, is_above: bool, is_named: bool = False) -> None:
    label = series.points[index].data_label
    label.position = XL_LABEL_POSITION.ABOVE if is_above else XL_LABEL_POSITION.BELOW
    label.font.size = Pt(TEXT_SIZE)
    label.font.color.rgb = RGBColor.from_string(colour)
    if is_named:
        element = label._dLbl
        element.find(qn("c:showSerName")).set("val", "1")
        separator = element.makeelement(qn("c:separator"))
        separator.text = " "
        element.find(qn("c:showBubbleSize")).addnext(separator)


def _clearest(columns: dict[str, Column], target: float) -> int:
    """Month at which the label of the goal is farthest from the other lines, not at the very edges."""
    others = [values for name, values in columns.items() if name != "目标"]
    size = len(others[0])
    edge = max(1, size // 12)

    def distance(index: int) -> float:
        near = range(max(0, index - edge), min(size, index + edge + 1))
        return min((abs(v[i] - target) for v in others for i in near if v[i] is not None), default=math.inf)  # type: ignore[operator]

    return max(range(min(edge, size - 1), max(size - edge, edge + 1)), key=distance)
