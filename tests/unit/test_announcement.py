"""Published sentences read, asked about or left out: the sentence and what is expected of it side by side."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from data.catalogue import load_areas, load_published
from data.observations import COLUMNS, check_observations
from data.readers.announcement import AnnouncementReading, read_announcement, to_tables
from data.readers.announcement.numbers import find_figures, whole_number
from forecasting.errors import FaultsError
from forecasting.panel import ENTITY_TYPES

AREAS = dict(zip(load_areas()["code"], load_areas()["name"], strict=True))


def read(text: str, *, published: str = "2022-08-10", area: str = "141033") -> AnnouncementReading:
    return read_announcement(
        text, source="http://example.cn/1", published=pd.Timestamp(published), known_areas=AREAS, area=area
    )


def taken(reading: AnnouncementReading) -> list[tuple[str, str, str, str, str, float, float]]:
    return [
        (each.area, each.entity_type, each.measure, str(each.start), str(each.end), each.value, each.precision)
        for each in reading.candidates
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("截至2022年7月底，全省市场主体达到364万户",
         ("140000", "all", "stock", "2022-07", "2022-07", 3_640_000, 5000)),
        ("2021年末全县实有市场主体6472户，同比增长15%",
         ("141033", "all", "stock", "2021-12", "2021-12", 6472, 0.5)),
        ("今年一季度新登记市场主体1.2万户",
         ("141033", "all", "entries", "2022-01", "2022-03", 12_000, 500)),
        ("截至2022年6月末，全市企业达到5万余户",
         ("141000", "enterprise", "stock", "2022-06", "2022-06", 50_000, 10_000)),
        ("２０２２年６月末左权县实有个体工商户近８０００户",
         ("140722", "individual", "stock", "2022-06", "2022-06", 8000, 1000)),
        ("2022年6月，蒲县新登记市场主体1万6千户",
         ("141033", "all", "entries", "2022-06", "2022-06", 16_000, 500)),
        ("2022年6月30日，山西省农民专业合作社约三万户",
         ("140000", "cooperative", "stock", "2022-06", "2022-06", 30_000, 5000)),
        ("今年以来，截至2022年5月底，全市注销企业1,234家",
         ("141000", "enterprise", "exits", "2022-01", "2022-05", 1234, 0.5)),
        ("2022年1-5月临汾市新设4.2万个体工商户",
         ("141000", "individual", "entries", "2022-01", "2022-05", 42_000, 500)),
        ("去年上半年，全县净增市场主体105户",
         ("141033", "all", "net", "2021-01", "2021-06", 105, 0.5)),
        ("2021年全省新设经营主体60万户以上",
         ("140000", "all", "entries", "2021-01", "2021-12", 600_000, 100_000)),
        ("倍增计划实施以来，2022年6月底全县市场主体突破7000户",
         ("141033", "all", "stock", "2022-06", "2022-06", 7000, 1000)),
        ("今年一季度，全县新登记市场主体达1200户",
         ("141033", "all", "entries", "2022-01", "2022-03", 1200, 0.5)),
    ],
)  # fmt: skip
def test_one_figure(text: str, expected: tuple[object, ...]) -> None:
    reading = read(text)
    assert taken(reading) == [expected]
    assert reading.questions == ()


def test_growth_is_no_count_but_kept_beside_it() -> None:
    rose = read("2021年末全县实有市场主体6472户，同比增长15%").candidates[0]
    fell = read("2021年末全县实有市场主体6472户，同比下降3.5%").candidates[0]
    assert (rose.yoy, fell.yoy) == (0.15, -0.035)
    alone = read("2022年6月底，全县市场主体同比增长15%")
    assert alone.candidates == ()
    assert "没有找到户数" in alone.questions[0]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("7月底，全省市场主体达到364万户", "没有写年份"),
        ("截至目前，全县市场主体达到6500户", "没有说明年月"),
        ("年底全县市场主体达到6500户", "没有说明年月"),
        ("2022年5月，临汾市新增市场主体30431户", "“新增”可能是新设，也可能是净增"),
        ("2022年6月底共有6500户", "没有说明是市场主体、企业"),
        ("2022年6月，全县市场主体6500户", "没有说明是实有、新设还是注销"),
        ("2022年上半年，全省市场主体达到364万户", "实有须是某个月末的数"),
        ("2022年7月15日，全省市场主体达到364万户", "月中的一天"),
        ("2022年7月初，全省市场主体达到364万户", "不是月末"),
        ("截至2022年5月底，全市新登记市场主体1.2万户", "从哪个月算起"),
        ("今年以来全市新登记市场主体1.2万户", "没有说明到哪个月为止"),
        ("2022年全市新登记市场主体1.2万户", "没有说明到哪个月为止"),
        ("2022年9月底，全省市场主体达到364万户", "晚于公布日期"),
        ("2022年6月底，城区实有市场主体3万户", "地区名不止一处"),
        ("2022年6月底，全省民营企业达到90.6万户", "口径比企业"),
        ("2022年6月底，企业、个体工商户共5万户", "并列了几项"),
        ("2022年6月底，全县企业和个体工商户共5万户", "分不出各有多少"),
        ("2022年6月底，太原市、大同市企业、个体工商户分别达到50万户、20万户", "分别"),
        ("2022年6月底，全县市场主体达到5万至6万户", "是一个范围"),
        ("2022年6月底，全县市场主体达到数万户", "读不出这个数"),
        ("2022年6月，全县新登记市场主体快速增长，达到1.2万户", "是它还是实有不清楚"),
        ("全县市场主体由2022年6月底的6472户增加到6500户", "同一个数"),
        ("2022年13月底，全县市场主体达到6500户", "不是有效的月份"),
    ],
)
def test_what_is_ambiguous_is_asked(text: str, question: str) -> None:
    reading = read(text)
    assert reading.candidates == ()
    assert any(question in each for each in reading.questions), reading.questions


def test_all_of_a_province_needs_to_know_which() -> None:
    text = "截至2022年7月底，全省市场主体达到364万户"
    assert "“全省”没有说明是哪里" in read(text, area="").questions[0]
    assert read("记者从山西省市场监管局获悉，" + text, area="").candidates[0].area == "140000"
    assert read(text, area="140000").candidates[0].area == "140000"
    # A city cannot tell which county is meant.
    assert "“全县”没有说明是哪里" in read("2021年末全县市场主体达到6472户", area="141000").questions[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("力争到2025年底，全县市场主体达到11236户", "是目标或预计"),
        ("2022年6月底，全县市场主体比上年末增加了300户", "变化量"),
        ("2022年上半年全县日均新设市场主体6.8户", "平均数"),
        ("2022年6月底，全县每千人拥有市场主体100户", "平均数"),
        ("2022年上半年新设企业，上年同期为500户", "上年同期"),
    ],
)
def test_what_is_no_count_is_left_out_and_said(text: str, reason: str) -> None:
    reading = read(text)
    assert reading.candidates == ()
    assert reason in reading.left_out[0]


def test_several_figures_are_offered_one_by_one() -> None:
    reading = read(
        "截至2022年7月底，全省市场主体达到364万户，同比增长8.2%，其中企业90.6万户、个体工商户255万户。"
        "今年1-7月新登记市场主体40.1万户，净增20万户，日均新设1900户。"
    )
    assert [(each.entity_type, each.measure, each.value) for each in reading.candidates] == [
        ("all", "stock", 3_640_000),
        ("enterprise", "stock", 906_000),
        ("individual", "stock", 2_550_000),
        ("all", "entries", 401_000),
        ("all", "net", 200_000),
    ]
    assert [each.is_observation for each in reading.candidates] == [True, True, True, False, False]
    assert len(reading.left_out) == 1
    table, counts = to_tables(reading.candidates)
    assert list(table.columns) == COLUMNS
    assert set(table["status"]) == {"published"}
    assert set(table["vintage"]) == {pd.Timestamp("2022-08-10")}
    check_observations(table)
    assert [(row.measure, str(row.start), str(row.end), row.value) for row in counts.itertuples()] == [
        ("entries", "2022-01", "2022-07", 401_000),
        ("net", "2022-01", "2022-07", 200_000),
    ]
    with pytest.raises(FaultsError, match="同一时段的数出现多次"):
        to_tables([*reading.candidates, reading.candidates[-1]])


def test_shown_back_as_one_sentence() -> None:
    assert read("截至2022年6月末，全市企业达到5万余户，同比增长15%").candidates[0].confirmation == (
        "临汾市（141000）企业：2022年6月末实有不少于 50000 户，同比+15.0%"
        "（原文“5万余户”，即 50000 至 60000 户，精度记为 ±10000）；来源 http://example.cn/1，2022-08-10 公布。"
    )
    assert "2022年1月至2022年3月新设 12000 户" in read("今年一季度新登记市场主体1.2万户").candidates[0].confirmation


def test_refused_without_source_or_words() -> None:
    day = pd.Timestamp("2022-08-10")
    with pytest.raises(FaultsError, match="没有写来源") as raised:
        read_announcement("  ", source=" ", published=day, known_areas=AREAS, area="999999")
    assert len(raised.value.faults) == 3


@pytest.mark.parametrize(
    ("text", "value", "precision", "bound"),
    [
        ("364万户", 3_640_000, 5000, ""),
        ("1.6万户", 16_000, 500, ""),
        ("1.60万户", 16_000, 50, ""),
        ("1亿5400万户", 154_000_000, 5000, ""),
        ("约1600户", 1600, 50, "about"),
        ("1600户左右", 1600, 50, "about"),
        ("30余万户", 300_000, 100_000, "at_least"),
        ("不足2000家", 2000, 1000, "at_most"),
        ("一亿二千万户", 120_000_000, 5000, ""),
        ("三千二百零五户", 3205, 0.5, ""),
    ],
)
def test_figures_and_what_they_leave_open(text: str, value: float, precision: float, bound: str) -> None:
    found = [(each.value, each.precision, each.bound) for each in find_figures(text)]
    assert found == [(value, precision, bound)]


@pytest.mark.parametrize("text", ["同比增长15%", "贷款5.6亿元", "就业1.2万人", "3个百分点", "2022年7月", "一家"])
def test_numbers_of_anything_else_are_no_figures(text: str) -> None:
    assert list(find_figures(text)) == []


def test_small_whole_numbers() -> None:
    assert [whole_number(text) for text in ("十", "二十", "十二", "一百零八", "x")] == [10, 20, 12, 108, None]


def test_every_published_count_said_as_a_sentence_is_read_with_its_value_and_precision() -> None:
    table = load_published()
    table = table[table["indicator"].eq("entities") & table["measure"].isin(["stock", "entries"])]
    spans = {
        "half": "上半年",
        "5months": "1-5月",
        "8months": "前8个月",
        "9months": "前三季度",
        "month": "{}月",
        "year": "全年",
    }
    assert len(table) > 25
    for row in table.itertuples():
        unit = 2 * row.precision
        scale, name = (1e8, "亿") if unit >= 1e6 else (1e4, "万") if unit >= 10 else (1, "")
        decimals = round(math.log10(scale / unit)) if unit < scale else 0
        figure = f"{row.value / scale:.{decimals}f}{name}户"
        end = row.period_end
        when = f"{end.year}年" + (
            f"{end.month}月底" if row.measure == "stock" else spans[row.period_kind].format(end.month)
        )
        verb = "达到" if row.measure == "stock" else "新设"
        kind = "市场主体" if row.entity_type == "all" else ENTITY_TYPES[row.entity_type]
        words = [kind, verb] if row.measure == "stock" else [verb, kind]
        text = f"{when}，{AREAS[row.area]}{''.join(words)}{figure}"
        reading = read(text, published="2024-06-01", area="")
        assert [(each.area, each.entity_type, each.measure, each.start, each.end) for each in reading.candidates] == [
            (row.area, row.entity_type, row.measure, row.period_start, end)
        ], (text, reading.questions)
        assert reading.candidates[0].value == pytest.approx(row.value), text
        assert reading.candidates[0].precision == pytest.approx(row.precision), text
