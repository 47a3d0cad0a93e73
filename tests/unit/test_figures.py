"""The printed trajectory is drawn in every state, in Chinese, and marked where it is simulated."""

from __future__ import annotations

import dataclasses
import io
import math

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from forecasting.errors import SchemaError
from reports.figures import trajectory_png
from targets.assessment import LEVELS, Assessment
from targets.goal import Goal

GOAL = Goal(
    id="140722-entities-2024-level", area="140722", entity_type="all", indicator="entities",
    indicator_name="市场主体总数", kind="level", value=15400.0, unit="户", comparison="at_least",
    deadline=pd.Period("2024-12", freq="M"), wording="2024年末总数达1.54万户",
)  # fmt: skip


def assessment(*, projected: float = 14210.0, actual: float = 12875.0) -> Assessment:
    months = pd.period_range("2022-12", "2024-12", freq="M")
    table = pd.DataFrame({"month": months, "actual": np.nan, "pace": np.linspace(11000.0, 15400.0, 25)})
    table.loc[:13, "actual"] = np.linspace(11000.0, actual, 14)
    ahead = np.arange(1, 12)
    for rank, name in enumerate(LEVELS):
        table[name] = np.nan
        table.loc[14:, name] = actual + (projected - actual) * ahead / 11 + (rank - 3) * 55.0 * np.sqrt(ahead)
    return Assessment(
        goal=GOAL, area_name="左权县", state="active", month=pd.Period("2024-01", freq="M"), actual=actual,
        target=15400.0, pace=13383.3, projected=projected, trajectory=table,
    )  # fmt: skip


def drawn(monkeypatch: pytest.MonkeyPatch, one: Assessment, *, is_simulated: bool) -> tuple[Figure, Image.Image]:
    """The figure behind the picture, and the picture."""
    figures: list[Figure] = []
    save = Figure.savefig

    def kept(figure: Figure, *args: object, **settings: object) -> None:
        figures.append(figure)
        save(figure, *args, **settings)

    monkeypatch.setattr(Figure, "savefig", kept)
    with mpl.rc_context():
        picture = Image.open(io.BytesIO(trajectory_png(one, is_simulated=is_simulated, dpi=80)))
    return figures[0], picture


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text()]


def test_lines_are_the_trajectory(monkeypatch: pytest.MonkeyPatch) -> None:
    one = assessment()
    figure, picture = drawn(monkeypatch, one, is_simulated=True)
    assert picture.format == "PNG"
    lines = {str(line.get_label()): line for line in figure.axes[0].get_lines()}
    np.testing.assert_array_equal(lines["实有"].get_ydata(), one.trajectory["actual"])
    np.testing.assert_array_equal(lines["序时线"].get_ydata(), one.trajectory["pace"])
    # From the last actual month on, so that the fan opens at a point.
    np.testing.assert_array_equal(lines["预测中位"].get_ydata()[13:], [12875.0, *one.trajectory["median"][14:]])
    assert math.isnan(lines["预测中位"].get_ydata()[12])
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "实有", "序时线", "目标", "预测中位", "50%区间", "80%区间", "95%区间",
    ]  # fmt: skip


@pytest.mark.parametrize("is_simulated", [True, False])
def test_simulated_data_are_marked(monkeypatch: pytest.MonkeyPatch, is_simulated: bool) -> None:
    figure, _ = drawn(monkeypatch, assessment(), is_simulated=is_simulated)
    assert ("演示数据（模拟）" in words(figure)) is is_simulated
    assert {"左权县：2024年末总数达1.54万户", "单位：户", "目标\n15400", "2024年1月实有\n12875"} <= set(words(figure))


@pytest.mark.parametrize(("projected", "actual"), [(15395.0, 12875.0), (15460.0, 14100.0), (13310.0, 12875.0)])
def test_labels_do_not_overlap(monkeypatch: pytest.MonkeyPatch, projected: float, actual: float) -> None:
    figure, _ = drawn(monkeypatch, assessment(projected=projected, actual=actual), is_simulated=True)
    labels = [text for text in figure.findobj(mpl.text.Annotation) if "\n" in text.get_text()]
    labels += figure.axes[0].get_xticklabels()
    boxes = [label.get_window_extent() for label in labels]
    assert len(labels) > 5
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[i + 1 :]), labels[i].get_text()
        assert box.x1 <= figure.bbox.x1


def test_a_finished_goal_is_drawn_without_projection(monkeypatch: pytest.MonkeyPatch) -> None:
    table = assessment().trajectory.assign(**dict.fromkeys(LEVELS, np.nan), actual=np.linspace(11000.0, 15812.0, 25))
    done = dataclasses.replace(assessment(), state="attained", month=GOAL.deadline, actual=15812.0, trajectory=table)
    figure, _ = drawn(monkeypatch, done, is_simulated=False)
    assert "实有\n15812" in words(figure)
    assert not any("预测" in word for word in words(figure))


def test_without_data_there_is_nothing_to_draw() -> None:
    with pytest.raises(SchemaError, match=r"左权县：.*没有月度数据"):
        trajectory_png(Assessment(goal=GOAL, area_name="左权县", state="no_data"), is_simulated=True)
