"""The trajectory of one goal for print: actual, pace, projection with its bands, and the goal.

Drawn with `matplotlib.figure.Figure`, never pyplot, which is not thread-safe. The first projected month is joined to
the last actual one for the eye; every other point is the assessment's own.
"""

from __future__ import annotations

import io
import math

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from forecasting.errors import SchemaError
from forecasting.panel import Array
from reports import palette
from reports.fonts import register_matplotlib
from reports.pptx_text import clean
from reports.wording import SIMULATED, count, heading, month, unit
from targets.assessment import Assessment

BANDS = {"95": 0.16, "80": 0.26, "50": 0.42}
#: Two labels nearer than this share of the axis would touch.
LABEL_GAP = 0.055
TICK_EVERY = 6
LONG_SPAN = 48


def trajectory_png(assessment: Assessment, *, is_simulated: bool, width: float = 9.0, dpi: int = 200) -> bytes:
    """Draw the trajectory of a goal.

    Parameters
    ----------
    assessment : Assessment
        In any state but `no_data`.
    is_simulated : bool
        Marks the picture 演示数据（模拟）.
    width : float
        Inches; the height follows.
    dpi : int
        Dots an inch.

    Returns
    -------
    bytes
        PNG.

    Raises
    ------
    SchemaError
        If there is nothing to draw.
    """
    table = assessment.trajectory
    if assessment.month is None or table.empty:
        raise SchemaError(f"{heading(assessment)}：没有月度数据，无法作图。请先录入月度数据并测算。")
    register_matplotlib()
    figure = Figure(figsize=(width, width * 0.56), dpi=dpi, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    x = np.array([value.ordinal for value in table["month"]], dtype=float)
    _draw_lines(axes, x, assessment)
    _frame(axes, x, assessment)
    _label_ends(axes, assessment)
    figure.suptitle(clean(heading(assessment)), x=0.01, ha="left", fontsize=14, color=f"#{palette.HEADING}")
    if is_simulated:
        axes.set_title(SIMULATED, loc="right", fontsize=11, color=f"#{palette.MARK}")
    handles, labels = _legend(axes)
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=10.5)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _draw_lines(axes: Axes, x: Array, assessment: Assessment) -> None:
    table = assessment.trajectory
    joined = _joined(table)
    if table["median"].notna().any():
        for name, alpha in BANDS.items():
            axes.fill_between(
                x, joined[f"low{name}"], joined[f"high{name}"],
                color=f"#{palette.PROJECTION}", alpha=alpha, linewidth=0, label=f"{name}%区间", zorder=1,
            )  # fmt: skip
        axes.plot(x, joined["median"], color=f"#{palette.PROJECTION}", linewidth=2, label="预测中位", zorder=4)
        origin = _month(assessment).ordinal
        axes.axvline(origin, color=f"#{palette.RULE}", linewidth=1, zorder=0)
        axes.annotate(
            "预测起点", (origin, 0.0), xycoords=("data", "axes fraction"), xytext=(4, 4), textcoords="offset points",
            fontsize=10, color=f"#{palette.MUTED}",
        )  # fmt: skip
    if table["pace"].notna().any():
        axes.plot(x, table["pace"], color=f"#{palette.PACE}", linewidth=1.6, dashes=(5, 3), label="序时线", zorder=3)
    axes.plot(x, table["actual"], color=f"#{palette.ACTUAL}", linewidth=2.4, label="实有", zorder=5)
    goal = f"#{palette.GOAL}"
    axes.axhline(assessment.target, color=goal, linewidth=1.2, dashes=(1, 2), zorder=2)
    axes.plot(
        assessment.goal.deadline.ordinal, assessment.target, marker="D", markersize=8,
        color=goal, linestyle=(0, (1, 2)), linewidth=1.2, label="目标", zorder=6, clip_on=False,
    )  # fmt: skip


def _joined(table: pd.DataFrame) -> pd.DataFrame:
    """Bands that open at the last actual point instead of one month later."""
    joined = table.copy()
    projected = table.index[table["median"].notna()]
    if len(projected) and projected[0] > 0:
        last = projected[0] - 1
        columns = [name for name in table.columns if name not in ("month", "actual", "pace")]
        joined.loc[last, columns] = table.loc[last, "actual"]
    return joined


def _frame(axes: Axes, x: Array, assessment: Assessment) -> None:
    every = TICK_EVERY if len(x) <= LONG_SPAN else 2 * TICK_EVERY
    months = list(assessment.trajectory["month"])
    # Counted back from the deadline, so that the month that matters has its label.
    shown = [value for value in months if (assessment.goal.deadline.ordinal - value.ordinal) % every == 0]
    axes.set_xticks([value.ordinal for value in shown], [str(value) for value in shown], fontsize=11)
    axes.set_xlim(x[0], x[-1])
    axes.tick_params(axis="y", labelsize=11, length=0)
    axes.ticklabel_format(axis="y", style="plain", useOffset=False)
    axes.set_title(f"单位：{unit(assessment)}", loc="left", fontsize=11, color=f"#{palette.MUTED}")
    axes.grid(axis="y", color=f"#{palette.RULE}", linewidth=0.6, alpha=0.7)
    axes.margins(y=0.09)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _label_ends(axes: Axes, assessment: Assessment) -> None:
    """Write goal and projection beside the right edge, apart where they would touch, and the actual at its own end."""
    origin, deadline = _month(assessment), assessment.goal.deadline
    labels = [(assessment.target, f"目标\n{count(assessment.target)}", palette.GOAL)]
    if origin == deadline:
        labels.append((assessment.actual, f"实有\n{count(assessment.actual)}", palette.ACTUAL))
    else:
        if not math.isnan(assessment.projected):
            labels.append((assessment.projected, f"预测中位\n{count(assessment.projected)}", palette.PROJECTION))
        above = math.isnan(assessment.pace) or assessment.actual >= assessment.pace
        axes.plot(origin.ordinal, assessment.actual, marker="o", markersize=6, color=f"#{palette.ACTUAL}", zorder=6)
        axes.annotate(
            f"{month(origin)}实有\n{count(assessment.actual)}", (origin.ordinal, assessment.actual),
            xytext=(-8, 8) if above else (8, -8), textcoords="offset points",
            ha="right" if above else "left", va="bottom" if above else "top",
            fontsize=11, color=f"#{palette.ACTUAL}", zorder=7,
        )  # fmt: skip
    low, high = axes.get_ylim()
    labels.sort()
    apart = 2 * LABEL_GAP * (high - low)
    middle = (labels[0][0] + labels[-1][0]) / 2
    is_close = len(labels) > 1 and labels[1][0] - labels[0][0] < apart
    for rank, (value, text, colour) in enumerate(labels):
        place = middle + (rank - 0.5) * apart if is_close else value
        axes.annotate(
            text, (1.0, place), xycoords=("axes fraction", "data"), xytext=(10, 0), textcoords="offset points",
            va="center", fontsize=11, color=f"#{colour}", annotation_clip=False,
        )  # fmt: skip


def _legend(axes: Axes) -> tuple[list[Artist], list[str]]:
    order = ["实有", "序时线", "目标", "预测中位", "50%区间", "80%区间", "95%区间"]
    found = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    shown = [name for name in order if name in found]
    return [found[name] for name in shown], shown


def _month(assessment: Assessment) -> pd.Period:
    assert assessment.month is not None
    return assessment.month
