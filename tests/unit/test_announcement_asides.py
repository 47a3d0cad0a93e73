"""Figures that hang on words easily lost: comparisons, brackets, parts, narrow words, places, weeks, 分别.

Beside each sentence: every figure taken (area, type, measure, first and last month, value), and how many were asked
about and left out. Figures of 蒲县 (141033), published on 10 July 2022.
"""

from __future__ import annotations

import pandas as pd
import pytest

from data.catalogue import load_areas
from data.readers.announcement import AnnouncementReading, read_announcement

AREAS = dict(zip(load_areas()["code"], load_areas()["name"], strict=True))
JUNE, FIRST_HALF = "2022-06", "2022-01/2022-06"
STOCK = ("all", "stock", JUNE, 7961)
NEW = ("all", "entries", JUNE, 131)


def read(text: str, *, published: str = "2022-07-10") -> AnnouncementReading:
    return read_announcement(
        text, source="http://example.cn/1", published=pd.Timestamp(published), known_areas=AREAS, area="141033"
    )


def taken(reading: AnnouncementReading) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for each in reading.candidates:
        months = str(each.end) if each.start == each.end else f"{each.start}/{each.end}"
        place = () if each.area == "141033" else (each.area,)
        found.append((*place, each.entity_type, each.measure, months, each.value))
    return found


def check(text: str, expected: list[tuple[object, ...]], n_asked: int, n_left: int) -> None:
    reading = read(text)
    assert taken(reading) == expected, reading.questions
    assert (len(reading.questions), len(reading.left_out)) == (n_asked, n_left), (reading.questions, reading.left_out)


@pytest.mark.parametrize(
    ("text", "expected", "n_asked", "n_left"),
    [
        ("2022年6月，全县新设市场主体131户，去年同期为100户，上月为120户", [NEW], 1, 1),
        ("2022年6月，全县新设市场主体131户，上月120户", [NEW], 1, 0),
        ("去年同期，全县新设市场主体100户", [], 1, 0),
        ("2022年6月末，山西省市场主体达到364万户，比2021年末增长23.3万户，其中企业90.6万户",
         [("140000", "all", "stock", JUNE, 3_640_000), ("140000", "enterprise", "stock", JUNE, 906_000)], 0, 1),
        ("2022年6月底，全县实有市场主体7961户（上年末6472户），其中企业1652户",
         [STOCK, ("all", "stock", "2021-12", 6472), ("enterprise", "stock", JUNE, 1652)], 0, 0),
        ("2022年6月底，全县实有市场主体7961户，较2021年底增长23%，其中企业1652户",
         [STOCK, ("enterprise", "stock", JUNE, 1652)], 0, 0),
        ("2022年6月末实有市场主体7961户，2021年末为6472户，其中企业1652户",
         [STOCK, ("all", "stock", "2021-12", 6472)], 1, 0),
        ("2022年6月底，全县实有市场主体7961户，比2021年6月底的6900户增加1061户，其中企业1652户、个体工商户6013户",
         [STOCK, ("enterprise", "stock", JUNE, 1652), ("individual", "stock", JUNE, 6013)], 0, 2),
        ("2022年5月底全县实有市场主体7862户。全县市场主体比2021年末的6472户增加到2022年6月末的7961户",
         [("all", "stock", "2022-05", 7862), STOCK], 0, 1),
        ("2022年6月，全县新登记市场主体同比增加31户，达131户", [], 1, 1),
        ("与2021年6月底相比，2022年6月底全县市场主体增加了1489户，达7961户", [STOCK], 0, 1),
        ("2022年6月末，蒲县实有市场主体7961户，比年初净增521户",
         [STOCK, ("all", "net", FIRST_HALF, 521)], 0, 0),
        ("截至2022年6月30日，全县实有市场主体7961户，较2021年底的6472户净增1489户",
         [STOCK, ("all", "net", FIRST_HALF, 1489)], 0, 1),
        ("自2021年底以来，截至2022年6月末，全县净增市场主体1489户", [("all", "net", FIRST_HALF, 1489)], 0, 0),
        ("2021年全县新设市场主体1120户，今年以来新设759户", [("all", "entries", "2021-01/2021-12", 1120)], 1, 0),
        ("2022年6月底，全县实有市场主体7961户，相当于2012年底2488户的3.2倍，企业1652户",
         [STOCK, ("enterprise", "stock", JUNE, 1652)], 0, 1),
    ],
)  # fmt: skip
def test_another_period_is_not_that_of_what_follows(
    text: str, expected: list[tuple[object, ...]], n_asked: int, n_left: int
) -> None:
    check(text, expected, n_asked, n_left)


@pytest.mark.parametrize(
    ("text", "expected", "n_asked", "n_left"),
    [
        # 1652 > 1489: the enterprises can be a part of 7961 alone.
        ("2022年6月末，全县实有市场主体7961户，自2021年以来净增1489户，其中企业1652户",
         [STOCK, ("all", "net", "2021-01/2022-06", 1489), ("enterprise", "stock", JUNE, 1652)], 0, 0),
        # 296 < 422, but it stands in one list with 1630 > 422.
        ("2022年6月末，全县实有市场主体7961户，较年初增加422户，其中企业1630户，合作社296户",
         [STOCK, ("enterprise", "stock", JUNE, 1630), ("cooperative", "stock", JUNE, 296)], 0, 1),
        ("2022年6月末，全县实有市场主体7961户，较年初增加422户，合作社296户", [STOCK], 1, 1),
        ("2022年6月，新设市场主体131户，注销32户，其中企业23户", [NEW, ("all", "exits", JUNE, 32)], 1, 0),
        ("2022年6月底，全市市场主体45.5万户，其中蒲县7961户，企业1652户",
         [("141000", "all", "stock", JUNE, 455_000), STOCK], 1, 0),
        ("2022年6月，全县新设市场主体131户，企业140户", [NEW], 1, 0),
        ("2022年6月，全县新设市场主体131户，新设企业40户，新设个体101户", [NEW], 1, 0),
        ("2022年6月末，全县企业比上年末净增109户达到1652户，个体工商户达到6013户",
         [("enterprise", "net", FIRST_HALF, 109), ("enterprise", "stock", JUNE, 1652),
          ("individual", "stock", JUNE, 6013)], 0, 0),
        ("2022年6月，新设企业23户个体工商户101户",
         [("enterprise", "entries", JUNE, 23), ("individual", "entries", JUNE, 101)], 0, 0),
        ("2022年6月，新登记市场主体131户（企业23户、个体108户），注销32户（企业6户、个体26户）",
         [NEW, ("enterprise", "entries", JUNE, 23), ("individual", "entries", JUNE, 108), ("all", "exits", JUNE, 32),
          ("enterprise", "exits", JUNE, 6), ("individual", "exits", JUNE, 26)], 0, 0),
        ("2022年6月，新设企业、个体工商户23户、101户", [], 2, 0),
        ("2022年6月，新设企业23户、个体101户，共计124户",
         [("enterprise", "entries", JUNE, 23), ("individual", "entries", JUNE, 101)], 1, 0),
        ("2022年6月，全县新设和注销市场主体163户", [], 1, 0),
        ("2022年上半年，全县新设企业140户，占新设市场主体总量的23%，注销31户",
         [("enterprise", "entries", FIRST_HALF, 140), ("enterprise", "exits", FIRST_HALF, 31)], 0, 0),
        ("2022年6月底，全县市场主体突破8000户大关，达到8012户", [("all", "stock", JUNE, 8012)], 0, 1),
    ],
)  # fmt: skip
def test_a_part_is_of_the_figure_that_can_hold_it(
    text: str, expected: list[tuple[object, ...]], n_asked: int, n_left: int
) -> None:
    check(text, expected, n_asked, n_left)


@pytest.mark.parametrize(
    ("text", "expected", "n_asked", "asked"),
    [
        ("2022年6月底，全县实有市场主体7961户，其中内资企业1600户、外资企业52户", [STOCK], 2, "“内资企业”的口径比企业"),
        ("2022年6月底，僵尸企业40户", [], 1, "没有看懂“僵尸”"),
        ("2022年6月底，全县实有股份制企业20户", [], 1, "“股份”的口径比企业"),
        ("2022年6月，全县新设女性市场主体40户，其中企业12户，注销3户", [], 3, "“女性”的口径比企业"),
        ("2022年6月，全县网上新设企业20户", [], 1, "没有看懂“网上”"),
        ("2022年6月，通过全程电子化方式，新设企业20户", [], 1, "可能改变口径"),
        ("2022年6月，新设企业20户，均为网上办理", [], 1, "“均为网上办理”可能改变口径"),
        ("2022年6月底，全县实有企业1652户（外资）", [], 1, "“外资”可能改变口径"),
        ("2022年6月底，全县市场主体（企业）1652户", [], 1, "“企业”可能改变口径"),
        ("2022年6月末，全县实有市场主体1948户（不含个体工商户）", [], 1, "写有“不含”"),
        ("2022年6月底，全县企业（含农民专业合作社）1948户", [], 1, "可能改变口径"),
        ("2022年6月底，全县企业1948户（含农民专业合作社296户）", [], 2, "可能改变口径"),
        ("2022年6月底，全县市场主体（含个体工商户）7961户", [STOCK], 0, ""),
        ("截至2022年6月底，全县走访市场主体300户，其中企业80户", [], 2, "没有看懂“走访”"),
        ("截至2022年6月底，全县1200户市场主体获得贷款", [], 1, "没有看懂“获得贷款”"),
        ("截至2022年6月底，全县累计登记市场主体9800户", [], 1, "“累计”没有说明从哪个月算起"),
        ("2022年6月，全县累计新设市场主体759户", [], 1, "“累计”没有说明从哪个月算起"),
        ("2022年6月，全县吊销企业3户", [], 1, "只有吊销数"),
        ("2022年6月，全县吊销企业3户，注销企业6户", [], 2, "注销与吊销分开给出"),
        ("2022年6月，全县注销、吊销企业9户", [("enterprise", "exits", JUNE, 9)], 0, ""),
        ("2022年上半年，日均新设市场主体4.2户", [], 0, ""),
        ("2022年6月，新设市场主体4.2户", [], 1, "不是整数户"),
        ("2022年6月末，全县实有企业1652，个体6013户", [("individual", "stock", JUNE, 6013)], 1, "没有写单位“户”"),
    ],
)  # fmt: skip
def test_words_that_narrow_are_asked_about(
    text: str, expected: list[tuple[object, ...]], n_asked: int, asked: str
) -> None:
    reading = read(text)
    assert taken(reading) == expected
    assert len(reading.questions) == n_asked, reading.questions
    assert any(asked in each for each in [*reading.questions, ""]), reading.questions


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("2022年6月第一周，全县新设市场主体40户", "不是整月"),
        ("2022年6月，第一周新设市场主体40户", "没有看懂“第一周”"),
        ("2022年6月上旬，全县新设市场主体40户", "不是月末"),
        ("2022年6月上半月，全县新设市场主体40户", "不是整月"),
        ("2022年6月前20天，全县新设市场主体40户", "不是整月"),
        ("2022年6月30日当天，全县新设市场主体4户", "不是整月"),
        ("2022年6月1日至20日，全县新设市场主体40户", "不一定是整月"),
        ("截至2022年6月15日，全县今年新设市场主体700户", "没有说明到哪个月为止"),
        ("2021年春节期间，全县新设市场主体40户", "不是整月"),
        ("2021年国庆节，全县新设市场主体40户", "不一定是整月"),
        ("2022年5月和6月，全县新设市场主体240户", "两个时间在一起"),
        ("2022年6月底全县实有企业1652户，其中当年新设140户", "“当年”没有说明年月"),
    ],
)
def test_parts_of_a_month_are_no_month(text: str, asked: str) -> None:
    reading = read(text)
    assert [each for each in reading.candidates if each.measure == "entries"] == []
    assert any(asked in each for each in reading.questions), reading.questions


def test_last_year_is_counted_from_the_year_that_the_text_is_about() -> None:
    reading = read("2022年末，全县实有市场主体8490户，上年末企业1500户", published="2023-01-10")
    assert taken(reading) == [("all", "stock", "2022-12", 8490)]
    assert "相对2022年还是公布的2023年" in reading.questions[0]


@pytest.mark.parametrize(
    ("text", "expected", "n_asked"),
    [
        ("2022年6月底，陕西省蒲城县实有市场主体3万户", [], 1),
        ("陕西省蒲城县，2022年6月底实有市场主体3万户", [], 1),
        ("2022年6月底，蒲县经济开发区实有市场主体120户，全县实有企业900户", [], 2),
        ("2022年6月底，侯马经济开发区实有企业120户", [], 1),
        ("2022年6月底，大同县实有市场主体4400户，长治县实有市场主体2万户", [], 2),
        # A county that became a district under the same name is the same place.
        ("2022年6月末，太谷县实有市场主体3.1万户", [("140703", "all", "stock", JUNE, 31_000)], 0),
        ("走进大宁县，产业兴旺，2022年6月底市场主体达到5120户", [], 1),
        ("积极响应县委号召，2022年6月底，全县市场主体达到7961户", [STOCK], 0),
        ("2022年6月，全县新设市场主体131户，居全市第3位，注销32户", [NEW, ("all", "exits", JUNE, 32)], 0),
        ("2022年6月，在全市率先推行改革，新设市场主体131户", [], 1),
        ("2022年6月底，全县实有市场主体约占全市的2%，即7961户", [STOCK], 0),
        ("2022年6月末，蒲县、大宁县共有市场主体13081户", [], 1),
    ],
)
def test_places(text: str, expected: list[tuple[object, ...]], n_asked: int) -> None:
    check(text, expected, n_asked, 0)


@pytest.mark.parametrize(
    ("text", "expected", "n_asked"),
    [
        ("2022年6月末全县企业、个体工商户、农民专业合作社分别为1652户、6013户、296户",
         [("enterprise", "stock", JUNE, 1652), ("individual", "stock", JUNE, 6013),
          ("cooperative", "stock", JUNE, 296)], 0),
        ("2022年6月底，左权县和蒲县市场主体分别达1.4万户和0.8万户",
         [("140722", "all", "stock", JUNE, 14_000), ("all", "stock", JUNE, 8000)], 0),
        ("2022年6月，全县新设、注销市场主体分别为131户、32户", [NEW, ("all", "exits", JUNE, 32)], 0),
        ("2022年6月末，全县企业和个体工商户分别达到1652户和6013户，同比分别增长10.1%和7.4%",
         [("enterprise", "stock", JUNE, 1652), ("individual", "stock", JUNE, 6013)], 0),
        # Of 2020 and 2021 it is not said whether the end of the year is meant.
        ("2020年、2021年、2022年6月底全县市场主体分别为6100户、6472户、7961户", [STOCK], 2),
        ("2022年6月底，蒲县、大宁县、隰县市场主体分别达到7961户、5120户", [], 1),
        ("2022年6月底，蒲县、大宁县企业、个体工商户分别达到1652户、6013户", [], 1),
    ],
)  # fmt: skip
def test_respectively(text: str, expected: list[tuple[object, ...]], n_asked: int) -> None:
    check(text, expected, n_asked, 0)


def test_a_fact_ends_a_promise() -> None:
    check("力争到2022年底，全县市场主体达到9500户，2022年6月底已达7961户", [STOCK], 0, 1)
    # Without a month of its own, the fact is not of the month of the promise.
    assert read("力争到2022年底，全县市场主体达到9500户，已达7961户", published="2023-02-01").candidates == ()
    check("2022年6月底，全县实有市场主体7961户，距离8000户目标还差39户", [STOCK], 0, 2)


def test_the_end_of_a_half_year() -> None:
    check("截至2022年上半年末，全县市场主体达到7961户", [STOCK], 0, 0)


def test_growth_is_of_its_own_figure() -> None:
    growth = [each.yoy for each in read("2022年6月末，全县市场主体7961户，企业同比增长5%").candidates]
    assert growth == [None]
    other = [each.yoy for each in read("2022年6月末，全县市场主体7961户，僵尸企业40户，同比增长5%").candidates]
    assert other == [None]


def test_a_whole_report() -> None:
    check(
        "今年以来，蒲县深入推进“放管服”改革，持续优化营商环境，市场主体活力不断迸发。截至2022年6月底，全县共有市场主体"
        "7961户，同比增长12.3%，增速居全市第二位，其中企业1652户、个体工商户6013户、农民专业合作社296户。2022年1-6月，新登记"
        "市场主体759户，较上年同期增加59户，注吊销市场主体157户，日均新设4户。",
        [
            STOCK,
            ("enterprise", "stock", JUNE, 1652),
            ("individual", "stock", JUNE, 6013),
            ("cooperative", "stock", JUNE, 296),
            ("all", "entries", FIRST_HALF, 759),
            ("all", "exits", FIRST_HALF, 157),
        ],
        0,
        2,
    )
