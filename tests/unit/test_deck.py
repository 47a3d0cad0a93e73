"""The deck re-opens, says what the assessments say, and is fit to be shown."""

from __future__ import annotations

import dataclasses
import datetime
import io
import math
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from forecasting.errors import SchemaError
from reports.charts import nice_axis
from reports.deck import build_deck
from reports.fonts import fontconfig_file
from reports.monthly import monthly_plan
from reports.pptx_text import clean, lines_needed
from targets.assessment import LEVELS, Assessment
from targets.goal import Goal
from targets.lamps import forecast_lamp, progress_lamp, verdict_lamp
from targets.sentence import sentence

ARTEFACTS = Path(__file__).parents[2] / "artefacts" / "deck"
MARK = "演示数据（模拟）"
STAMP = {
    "title": "蒲县市场主体倍增工程\x0b进展通报\x07",
    "prepared_on": datetime.date(2023, 7, 18),
    "run_id": "3f9a0c1d2e4b5a67",
    "data_as_of": "2023年6月末",
}
SERIES = {
    "实际": "actual", "序时线": "pace", "预测中位": "median", "80%下限": "low80", "80%上限": "high80",
}  # fmt: skip
LAMPS = (("▲ 落后序时", "◆ 达标较难"), ("■ 到期未达成", "■ 到期未达成"))


def month(text: str) -> pd.Period:
    return pd.Period(text, freq="M")


def make_goal(**changes: object) -> Goal:
    goal = Goal(
        id="141033-entities-2024-level", area="141033", entity_type="all", indicator="entities",
        indicator_name="市场主体总数", kind="level", value=9871.0, unit="户", comparison="at_least",
        deadline=month("2024-12"), base_month=month("2021-12"), base_value=6472.0, wording="2024年末总数达9871户",
    )  # fmt: skip
    return dataclasses.replace(goal, **changes)


def worded(assessment: Assessment) -> Assessment:
    return dataclasses.replace(assessment, sentence=sentence(assessment))


def active() -> Assessment:
    """Base 6472 at 2021-12, origin 2023-06 with 7803, goal 9871 at 2024-12: half the time, 39 % of the increase."""
    months = pd.period_range("2021-10", "2024-12", freq="M")
    n, seen = len(months), 21
    table = pd.DataFrame({"month": months, "actual": np.nan, "pace": np.nan})
    table.loc[: seen - 1, "actual"] = 6300.0 + 75.15 * np.arange(seen) + 11.0 * np.sin(np.arange(seen))
    table.loc[seen - 1, "actual"] = 7803.0
    table.loc[5, "actual"] = np.nan
    table.loc[2:, "pace"] = 6472.0 + (9871.0 - 6472.0) * np.arange(n - 2) / 36
    ahead = np.arange(1, n - seen + 1)
    spread = {"low95": -1.7, "low80": -1.1, "low50": -0.5, "median": 0.0, "high50": 0.6, "high80": 1.3, "high95": 2.1}
    for name in LEVELS:
        table[name] = np.nan
        table.loc[seen:, name] = 7803.0 + 81.3 * ahead + spread[name] * 40.0 * np.sqrt(ahead)
    # 2068 = 9871 - 7803, unevenly over 18 months; exits are a little higher every month.
    weight = np.array([1.2, 1.0, 1.0, 0.9, 1.1, 1.1, 0.6, 0.4, 1.4, 1.1, 1.0, 1.0, 1.2, 1.0, 1.0, 0.9, 1.1, 1.0])
    net, exits = 2068.0 * weight / weight.sum(), 31.37 + 0.41 * np.arange(18)
    required = pd.DataFrame({"month": months[seen:], "net": net, "exits": exits, "gross": net + exits})
    return worded(
        Assessment(
            goal=make_goal(), area_name="蒲县", state="active", month=month("2023-06"), actual=7803.0,
            base_month=month("2021-12"), base=6472.0, base_origin="stated", target=9871.0, completion=7803 / 9871,
            progress=0.3916, time_progress=0.5, pace_deviation=-0.1084, pace=8171.5, pace_gap=368.5, total_gap=2068.0,
            months_left=18, required_net=2068 / 18, required_gross=float(required["gross"].mean()), mean_net_12=73.4,
            pace_multiple=2068 / 18 / 73.4, projected=9266.4, projected_low=9079.7, projected_high=9487.0,
            probability=0.234, progress_lamp=progress_lamp(-0.1084), forecast_lamp=forecast_lamp(0.234),
            required_months=required, trajectory=table,
        )
    )  # fmt: skip


LAMP = verdict_lamp(is_attained=False)


def missed() -> Assessment:
    months = pd.period_range("2021-12", "2022-12", freq="M")
    table = pd.DataFrame({"month": months, "actual": 5011.0 + 52.25 * np.arange(13)})
    table["pace"] = 5011.0 + (6013.2 - 5011.0) * np.arange(13) / 12
    for name in LEVELS:
        table[name] = np.nan
    goal = make_goal(
        id="140109-individual-2022", area="140109", entity_type="individual", kind="yoy_growth", value=0.2, unit="%",
        deadline=month("2022-12"), base_value=5011.0, wording="2022年个体户\x1f增长20%以上",
    )  # fmt: skip
    return worded(
        Assessment(
            goal=goal, area_name="万柏林区", state="missed", month=month("2022-12"), actual=5638.0, base=5011.0,
            base_month=month("2021-12"), target=6013.2, completion=5638 / 6013.2, progress=0.6256, time_progress=1.0,
            pace_deviation=-0.3744, pace=6013.2, pace_gap=375.2, total_gap=375.2,
            progress_lamp=LAMP, forecast_lamp=LAMP, trajectory=table,
        )
    )  # fmt: skip


def no_data(wording: str = "2025年高新技术企业360家", reason: str = "") -> Assessment:
    goal = make_goal(id="140109-other", indicator="high_tech_enterprises", wording=wording)
    return worded(Assessment(goal=goal, area_name="万柏林区", state="no_data", reason=reason))


def build(*assessments: Assessment, is_simulated: bool = True) -> bytes:
    return build_deck(assessments, is_simulated=is_simulated, **STAMP)


def chart_data(deck: bytes) -> list[dict[str, object]]:
    """Every chart of a deck: its slide's title, its months and its series, and the same from the workbook inside."""
    found = []
    for slide in Presentation(io.BytesIO(deck)).slides:
        for shape in slide.shapes:
            if not shape.has_chart:
                continue
            book = openpyxl.load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob))
            rows = list(book.active.iter_rows(values_only=True))
            found.append(
                {
                    "slide": slide.shapes.title.text_frame.text,
                    "series": {series.name: list(series.values) for series in shape.chart.plots[0].series},
                    "months": [f"{row[0]:%Y-%m}" for row in rows[1:]],
                    "format": book.active["A2"].number_format,
                    "workbook": {name: [row[c] for row in rows[1:]] for c, name in enumerate(rows[0]) if c},
                }
            )
    return found


def texts(deck: bytes) -> list[str]:
    """All text of each slide, tables included."""

    def text(paragraph: object) -> str:
        return "".join(node.text or "" for node in paragraph.iter(qn("a:t")))

    slides = Presentation(io.BytesIO(deck)).slides
    return ["\n".join(text(paragraph) for paragraph in slide._element.iter(qn("a:p"))) for slide in slides]


def tables(deck: bytes) -> list[list[list[str]]]:
    """Cells of every table of a deck."""
    return [
        [[cell.text_frame.text for cell in row.cells] for row in shape.table.rows]
        for slide in Presentation(io.BytesIO(deck)).slides
        for shape in slide.shapes
        if shape.has_table
    ]


def with_none(values: pd.Series) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values]


@pytest.fixture(scope="module")
def deck() -> bytes:
    return build(active(), missed(), no_data(), no_data("省级指标", reason="2023-06 缺少实有数。请补登后重新测算。"))


def test_trajectory_chart_holds_the_trajectory(deck: bytes) -> None:
    chart, table = chart_data(deck)[0], active().trajectory
    assert chart["series"] == {name: with_none(table[column]) for name, column in SERIES.items()} | {
        "目标": [9871.0] * len(table)
    }
    assert chart["months"] == [str(value) for value in table["month"]]
    assert chart["format"] == r"yyyy\-mm"


def test_a_finished_goal_has_no_empty_projection_series(deck: bytes) -> None:
    chart = chart_data(deck)[2]
    assert list(chart["series"]) == ["实际", "序时线", "目标"]
    assert chart["series"]["实际"] == list(missed().trajectory["actual"])


def test_workbooks_inside_hold_the_same_numbers(deck: bytes) -> None:
    charts = chart_data(deck)
    assert len(charts) == 3
    for chart in charts:
        assert list(chart["workbook"]) == list(chart["series"])
        for name, values in chart["series"].items():
            # XlsxWriter writes 16 digits.
            assert_allclose(
                np.array(chart["workbook"][name], dtype=float), np.array(values, dtype=float), rtol=1e-14, atol=0
            )


def test_months_required_add_up_in_whole_numbers(deck: bytes) -> None:
    chart = chart_data(deck)[1]
    net, exits = chart["series"]["需净增"], chart["series"]["预计注销"]
    assert sum(net) == 2068
    # 18 x 31.37 + 0.41 x (0 + ... + 17) = 564.66 + 62.73 = 627.39, rounded up.
    assert sum(exits) == 628
    assert chart["months"] == [str(value) for value in active().required_months["month"]]
    calendar = next(table for table in tables(deck) if table[0][0] == "年份")
    assert [row[1] for row in calendar[1:]] == ["需净增", "预计注销", "需新设"] * 2
    rows = [[int(cell) for cell in row[2:] if cell] for row in calendar[1:]]
    for values in rows:
        assert sum(values[:-1]) == values[-1]
    for start in (0, 3):
        assert [a + b for a, b in zip(rows[start], rows[start + 1], strict=True)] == rows[start + 2]
    assert rows[0][:-1] + rows[3][:-1] == net
    assert "到2024年底还有18个月，共需新设2696户：需净增2068户，并弥补预计注销628户。" in texts(deck)[3]


def test_no_month_is_asked_for_where_nothing_is_required() -> None:
    assert monthly_plan(missed()) is None
    assert monthly_plan(dataclasses.replace(active(), state="met")) is None
    assert monthly_plan(dataclasses.replace(active(), goal=make_goal(comparison="at_most"))) is None
    titles = [text.split("\n")[0] for text in texts(build(dataclasses.replace(active(), state="met")))]
    assert not any("每月需完成" in title for title in titles)


def test_long_plans_go_on_on_another_slide() -> None:
    months = pd.period_range("2023-07", "2027-12", freq="M")
    required = pd.DataFrame({"month": months, "net": 40.25, "exits": 12.5, "gross": 52.75})
    longer = dataclasses.replace(active(), required_months=required)
    calendars = [table for table in tables(build(longer)) if table[0][0] == "年份"]
    years = [[row[0] for row in table[1:] if row[0]] for table in calendars]
    assert years == [["2023年", "2024年", "2025年"], ["2026年", "2027年"]]


def test_overview_says_what_the_assessment_says(deck: bytes) -> None:
    overview = tables(deck)[0]
    assert overview[1:] == [
        ["蒲县", "2024年末总数达9871户", "2024年12月", "7803", "39.2%", "−10.8", "115", "23%", *LAMPS[0]],
        ["万柏林区", "2022年个体户增长20%以上", "2022年12月", "5638", "62.6%", "−37.4", "—", "—", *LAMPS[1]],
    ]


def test_overview_splits_over_slides_and_loses_nothing() -> None:
    goals = [
        dataclasses.replace(active(), goal=make_goal(id=f"goal-{n}", wording=f"第{n}项目标，到期末总数达9871户以上"))
        for n in range(19)
    ]
    pages = [table for table in tables(build(*goals)) if table[0][2] == "期限" and len(table[0]) == 10]
    assert len(pages) == 3
    assert all(len(page) <= 1 + 8 for page in pages)
    assert [row[1] for page in pages for row in page[1:]] == [goal.goal.wording for goal in goals]
    titles = [text.split("\n")[0] for text in texts(build(*goals))]
    assert [title for title in titles if "总览" in title] == [f"目标进展总览（{n}/{len(pages)}）" for n in range(1, 4)]


def test_a_goal_without_data_is_listed_and_has_no_chart(deck: bytes) -> None:
    assert not any("高新技术" in chart["slide"] for chart in chart_data(deck))
    pages = texts(deck)
    assert sum("2025年高新技术企业360家" in page for page in pages) == 1
    assert "暂无数据的目标" in pages[-1]
    assert "暂不能测算的目标" in pages[-2]
    assert "2023-06 缺少实有数。请补登后重新测算。" in pages[-2]
    assert chart_data(build(no_data())) == []


def test_many_goals_without_data_fit_their_slides() -> None:
    wording = "2022年末政府投资项目审批压到10个工作日以内并向社会公开办理结果和时限"
    listed = [no_data(f"第{n}项：{wording}") for n in range(61)]
    data = build(*listed)
    assert sum(len(row) // 3 for table in tables(data) for row in table[1:]) == 62
    assert_inside(data)


def assert_inside(deck: bytes) -> None:
    """Nothing reaches over an edge, and tables end above the footer."""
    show = Presentation(io.BytesIO(deck))
    for number, slide in enumerate(show.slides, start=1):
        footer = next(shape for shape in slide.placeholders if shape.placeholder_format.idx == 11)
        for shape in slide.shapes:
            assert shape.left >= 0, (number, shape.name)
            assert shape.top >= 0, (number, shape.name)
            assert shape.left + shape.width <= show.slide_width, (number, shape.name)
            assert shape.top + shape.height <= show.slide_height, (number, shape.name)
            if shape.has_table or shape.has_chart:
                assert shape.top + shape.height <= footer.top, (number, shape.name)


def test_nothing_reaches_over_an_edge(deck: bytes) -> None:
    assert_inside(deck)


def test_sentence_and_lamps_are_text_on_the_goal_slide(deck: bytes) -> None:
    page = texts(deck)[2]
    assert active().sentence in page
    assert "进度灯 ▲ 落后序时" in page
    assert "预测灯 ◆ 达标较难" in page
    assert texts(deck)[4].count("到期认定 ■ 到期未达成") == 1


def test_every_run_has_three_faces_in_order(deck: bytes) -> None:
    faces = [qn("a:latin"), qn("a:ea"), qn("a:cs")]
    show = Presentation(io.BytesIO(deck))
    roots = [slide._element for slide in show.slides]
    charts = [shape.chart._chartSpace for slide in show.slides for shape in slide.shapes if shape.has_chart]
    for root in charts:
        assert root.find(qn("c:txPr")) is not None
    runs = [run for root in [*roots, *charts] for tag in ("a:r", "a:fld") for run in root.iter(qn(tag))]
    assert len(runs) > 150
    properties = [run.find(qn("a:rPr")) for run in runs]
    properties += [default for root in charts for default in root.iter(qn("a:defRPr"))]
    for element in properties:
        found = [child for child in element if child.tag in faces]
        assert [child.tag for child in found] == faces
        assert {child.get("typeface") for child in found} == {"微软雅黑"}
        assert element.index(found[0]) > max([element.index(e) for e in element.iter(qn("a:solidFill"))], default=-1)
    with zipfile.ZipFile(io.BytesIO(deck)) as package:
        theme = package.read("ppt/theme/theme1.xml").decode()
    for kind in ("major", "minor"):
        fonts = theme[theme.index(f"<a:{kind}Font>") : theme.index(f"</a:{kind}Font>")]
        assert fonts.count('typeface="微软雅黑"') == 4


def test_text_is_large_enough_for_the_back_row(deck: bytes) -> None:
    for slide in Presentation(io.BytesIO(deck)).slides:
        sizes = [int(run.get("sz")) for run in slide._element.iter(qn("a:rPr")) if run.get("sz")]
        assert min(sizes) >= 1200
        assert slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size >= Pt(24)
        for shape in slide.placeholders:
            if shape.placeholder_format.idx == 1:
                assert shape.text_frame.paragraphs[0].runs[0].font.size >= Pt(14)


def test_no_illegal_character_survives(deck: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(deck)) as package:
        for name in package.namelist():
            if name.endswith(".xml"):
                content = package.read(name).decode()
                assert clean(content.replace("\n", "").replace("\r", "")) == content.replace("\n", "").replace("\r", "")
                assert "_x00" not in content, name
    assert texts(deck)[0].startswith("蒲县市场主体倍增工程进展通报")
    assert clean("甲\x00乙\ud800丙\ufffe\n 丁\t戊") == "甲乙丙 丁 戊"


@pytest.mark.parametrize("is_simulated", [True, False])
def test_mark_is_on_every_slide_or_on_none(is_simulated: bool) -> None:
    data = build(active(), missed(), no_data(), is_simulated=is_simulated)
    assert {MARK in page for page in texts(data)} == {is_simulated}
    if not is_simulated:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            assert not any("模拟" in package.read(name).decode(errors="ignore") for name in package.namelist())


def test_every_slide_has_date_and_page_number_and_no_empty_placeholder(deck: bytes) -> None:
    for number, slide in enumerate(Presentation(io.BytesIO(deck)).slides, start=1):
        holders = {holder.placeholder_format.idx: holder for holder in slide.placeholders}
        assert "数据截至：2023年6月末" in holders[11].text_frame.text
        field = holders[12]._element.find(f".//{qn('a:fld')}")
        assert field.get("type") == "slidenum"
        assert field.find(qn("a:t")).text == str(number)
        for holder in slide.placeholders:
            assert "".join(node.text for node in holder._element.iter(qn("a:t"))).strip(), (number, holder.name)
        ids = [element.get("id") for element in slide._element.iter(qn("p:cNvPr"))]
        assert len(ids) == len(set(ids))


def test_cover_names_origin_and_run(deck: bytes) -> None:
    page = texts(deck)[0]
    assert "数据截至：2023年6月末\n预测起点：2023年6月\n编制日期：2023年7月18日\n测算编号：3f9a0c1d2e4b5a67" in page
    assert "预测起点" not in texts(build(missed()))[0]


def test_cover_of_many_areas_says_so_and_holds_what_fits() -> None:
    later = dataclasses.replace(active(), month=month("2023-08"))
    stamp = STAMP | {"title": "进展" * 200, "run_id": "、".join(f"{n:016x}" for n in range(117))}
    data = build_deck([later, active()], is_simulated=False, **stamp)
    page = texts(data)[0]
    assert "预测起点：2023年6月至2023年8月（各地区不同）" in page
    assert "、0000000000000001、" in page
    assert len(page) < 450
    assert page.endswith("1")
    assert_inside(data)


def test_the_same_inputs_give_the_same_bytes_and_parts_have_their_own_names(deck: bytes) -> None:
    again = build(active(), missed(), no_data(), no_data("省级指标", reason="2023-06 缺少实有数。请补登后重新测算。"))
    assert again == deck
    with zipfile.ZipFile(io.BytesIO(deck)) as package:
        names = package.namelist()
    assert len(names) == len(set(names))
    assert Emu(Presentation(io.BytesIO(deck)).slide_width).inches == pytest.approx(13.333, abs=1e-3)


def test_no_assessment_is_an_error() -> None:
    with pytest.raises(SchemaError, match="没有任何目标的测算结果"):
        build()


def test_axis_has_round_ends_around_the_values() -> None:
    assert nice_axis(6300.0, 9953.0) == (6000.0, 11000.0, 1000.0)
    assert nice_axis(0.0, 163.0) == (0.0, 200.0, 50.0)
    low, high, step = nice_axis(-13.0, 29.0)
    assert low < -13 < 29 < high
    assert step == 10
    assert nice_axis(500.0, 500.0)[0] < 500 < nice_axis(500.0, 500.0)[1]


def test_lines_are_counted_by_whole_characters() -> None:
    # 72 points a inch: 4 characters of 18 points an inch.
    assert lines_needed("一二三四", size=18.0, width=1.0) == 1
    assert lines_needed("一二三四五", size=18.0, width=1.0) == 2
    assert lines_needed("", size=18.0, width=1.0) == 1


@pytest.mark.render
def test_deck_renders(deck: bytes, tmp_path: Path) -> None:
    for tool in ("soffice", "pdftoppm"):
        if shutil.which(tool) is None:
            if os.environ.get("CI") == "true":
                pytest.fail(f"{tool} is missing: continuous integration must render the deck")
            pytest.skip(f"{tool} is not installed")
    from PIL import Image

    source = tmp_path / "deck.pptx"
    source.write_bytes(deck)
    environment = os.environ | {"FONTCONFIG_FILE": str(fontconfig_file(tmp_path / "fonts")), "HOME": str(tmp_path)}
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(source)]
    subprocess.run(convert, env=environment, check=True, capture_output=True, timeout=180)
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    for old in ARTEFACTS.glob("slide-*.png"):
        old.unlink()
    pictures = ["pdftoppm", "-r", "80", "-png", str(tmp_path / "deck.pdf"), str(ARTEFACTS / "slide")]
    subprocess.run(pictures, env=environment, check=True, capture_output=True, timeout=120)
    made = sorted(ARTEFACTS.glob("slide-*.png"))
    assert len(made) == len(Presentation(io.BytesIO(deck)).slides)
    for path in made:
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("L"), dtype=float)
        # More than the footer: something dark above the last tenth of the page.
        assert (pixels[: int(pixels.shape[0] * 0.9)] < 128).mean() > 0.002, path.name
