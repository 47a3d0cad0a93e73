"""The built-in catalogue is whole, and a file that breaks the rules is refused with every fault at once."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from numpy.testing import assert_allclose

from data.catalogue import (
    ancestors,
    area_name,
    load_areas,
    load_events,
    load_goals,
    load_published,
    read_events,
    read_goals,
)
from data.catalogue.goals import COLUMNS
from forecasting.errors import FaultsError, SchemaError

GOAL = {
    "id": "141033-entities-2025-level",
    "area": "141033",
    "entity_type": "all",
    "indicator": "entities",
    "indicator_name": "市场主体总数",
    "kind": "level",
    "value": "11236",
    "unit": "户",
    "comparison": "at_least",
    "deadline": "2025-12",
    "base_month": "2021-12",
    "base_value": "6472",
    "base_origin": "derived",
    "milestones": "2022-12:7961;2023-12:8800",
    "is_headline": "true",
}


def write_goals(folder: Path, *rows: dict[str, str], encoding: str = "utf-8") -> Path:
    path = folder / "my_goals.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(GOAL | row for row in rows)
    return path


def test_areas_count_each_level() -> None:
    areas = load_areas()
    shanxi = areas[areas["code"].str.startswith("14")]
    assert shanxi["level"].value_counts().to_dict() == {"province": 1, "city": 11, "county": 117, "township": 44}
    assert areas.loc[~areas["code"].isin(shanxi["code"]), "name"].tolist() == ["全国", "香港特别行政区"]


@pytest.mark.parametrize(
    ("county", "townships"), [("141033", 8), ("140109", 14), ("140722", 9), ("141030", 5), ("140932", 8)]
)
def test_townships_of_the_counties_of_the_sources(county: str, townships: int) -> None:
    areas = load_areas()
    assert (areas["parent"] == county).sum() == townships


def test_every_parent_is_an_area() -> None:
    areas = load_areas()
    assert set(areas["parent"]) - set(areas["code"]) == {""}
    assert areas.loc[areas["parent"] == "", "code"].tolist() == ["100000"]


def test_every_county_lies_in_the_city_its_code_begins_with() -> None:
    areas = load_areas()
    counties = areas[areas["level"] == "county"]
    assert (counties["parent"] == counties["code"].str[:4] + "00").all()


def test_area_name_and_ancestors() -> None:
    assert area_name("140932") == "偏关县"
    assert ancestors("141033100") == ("141033", "141000", "140000", "100000")
    assert ancestors("810000") == ("100000",)
    assert ancestors("100000") == ()


@pytest.mark.parametrize("lookup", [area_name, ancestors])
def test_an_unknown_area_is_named(lookup: Callable[[str], object]) -> None:
    with pytest.raises(SchemaError, match="没有代码为“999999”的地区"):
        lookup("999999")


def test_goals_construct_and_three_are_headlines() -> None:
    goals = load_goals()
    assert {goal.id: goal.value for goal in goals if goal.is_headline} == {
        "141033-entities-2025-level": 11236,
        "140109-entities-2025-level": 150000,
        "140722-entities-2025-level": 16000,
    }
    assert len({goal.id for goal in goals}) == len(goals)


def test_goals_say_what_is_promised_in_few_words_of_our_own() -> None:
    for goal in load_goals():
        assert 0 < len(goal.wording) <= 30, goal.id
        assert goal.document_title, goal.id
        assert goal.article, goal.id


def test_base_of_puxian_is_its_milestone_less_its_increment() -> None:
    goals = {goal.id: goal for goal in load_goals()}
    level = goals["141033-entities-2025-level"]
    ((month, milestone),) = level.milestones
    assert month == pd.Period("2022-12", freq="M")
    assert level.base_value == milestone - goals["141033-entities-2022-increment"].value
    assert level.base_origin == "derived"


def test_percentages_are_fractions() -> None:
    for goal in load_goals():
        if goal.unit == "%":
            assert 0 < goal.value <= 1, goal.id


def test_events_are_in_order_and_have_sources() -> None:
    events = load_events()
    assert [event.start for event in events] == sorted(event.start for event in events)
    assert all(event.source and not event.is_simulated for event in events)
    assert {event.kind for event in events} == {"policy", "campaign", "lockdown"}


def test_policies_mask_nothing_and_lockdowns_mask_both_flows() -> None:
    masks = {(event.kind, event.masks) for event in load_events() if event.kind != "campaign"}
    assert masks == {("policy", ()), ("lockdown", ("entries", "exits"))}


def test_campaign_of_linfen_covers_its_counties_only() -> None:
    (campaign,) = [event for event in load_events() if event.id == "141000-campaign-2022"]
    assert campaign.covers("141033", "individual")
    assert not campaign.covers("140109", "individual")


def test_published_counts_keep_figure_rounding_and_address() -> None:
    published = load_published()
    assert len(published) == 46
    linfen = published[(published["area"] == "141000") & (published["measure"] == "stock")].iloc[0]
    assert_allclose([linfen["value"], linfen["precision"], linfen["yoy"]], [334_358, 0.5, 0.3047])
    shanxi = published[(published["area"] == "140000") & (published["value"] == 3_640_000)].iloc[0]
    assert_allclose(shanxi["precision"], 5000)
    assert str(shanxi["period_end"]) == "2022-07"
    assert published["source_url"].str.startswith("http").all()


def test_published_value_is_a_multiple_of_its_rounding() -> None:
    published = load_published()
    steps = published["value"] / (2 * published["precision"])
    assert_allclose(steps, steps.round(), rtol=1e-9)


def test_own_goals_are_read_as_written(tmp_path: Path) -> None:
    (goal,) = read_goals(write_goals(tmp_path, {}, encoding="utf-8-sig"))
    assert (goal.value, goal.base_value) == (11236, 6472)
    assert goal.deadline == pd.Period("2025-12", freq="M")
    assert goal.milestones == ((pd.Period("2022-12", freq="M"), 7961), (pd.Period("2023-12", freq="M"), 8800))
    assert goal.is_headline


def test_blank_rows_are_left_out_and_still_counted(tmp_path: Path) -> None:
    path = write_goals(tmp_path, {}, {"id": "b", "deadline": "2024-12", "milestones": "", "value": "many"})
    header, first, second = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{header}\n{first}\n\n{second}\n\n", encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        read_goals(path)
    (fault,) = caught.value.faults
    assert fault.startswith("my_goals.csv 第4行 value 列：“many”不是数")


def test_every_fault_of_every_row_is_reported_at_once(tmp_path: Path) -> None:
    path = write_goals(
        tmp_path,
        {},
        {"area": "999999", "kind": "wish"},
        {"id": "c", "deadline": "2025-13", "value": "11,236", "comparison": "about"},
        {"id": "d", "value": "6000", "unit": "", "is_headline": "yes"},
        {"id": "目标", "milestones": "2022-12;2023-12:x", "base_origin": "guess"},
        {"id": "f", "base_month": "2026-01"},
    )
    with pytest.raises(FaultsError, match=r"my_goals.csv 有误（共17处问题）") as caught:
        read_goals(path)
    found = [fault.removeprefix("my_goals.csv ") for fault in caught.value.faults]
    expected = [
        "第3行 id 列：“141033-entities-2025-level”与 my_goals.csv 第2行 重复",
        "第3行 area 列：没有代码为“999999”的地区",
        "第3行 目标 141033-entities-2025-level：类别“wish”",
        "第4行 value 列：“11,236”不是数",
        "第4行 deadline 列：“2025-13”不是月份",
        "第4行 目标 c：比较方式“about”",
        "第5行 area 列：“141033 all entities level 2025-12”与 my_goals.csv 第2行 重复",
        "第5行 unit 列：为空",
        "第5行 is_headline 列：“yes”应为 true 或 false",
        "第5行 目标 d：目标 6000 低于基数 6472",
        "第6行 area 列：“141033 all entities level 2025-12”与 my_goals.csv 第2行 重复",
        "第6行 id 列：“目标”应只含英文字母",
        "第6行 base_origin 列：“guess”",
        "第6行 milestones 列：“2022-12”应写作",
        "第6行 milestones 列：“x”不是数",
        "第7行 area 列：“141033 all entities level 2025-12”与 my_goals.csv 第2行 重复",
        "第7行 目标 f：期限 2025-12 不晚于基期 2026-01",
    ]
    assert len(found) == len(expected)
    for fault, start in zip(found, expected, strict=True):
        assert fault.startswith(start)


def test_every_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "my_goals.csv"
    pd.DataFrame([GOAL]).drop(columns=["value", "deadline"]).to_csv(path, index=False)
    with pytest.raises(FaultsError) as caught:
        read_goals(path)
    missing = {column for column in COLUMNS if column not in GOAL} | {"value", "deadline"}
    assert set(caught.value.faults) == {f"my_goals.csv 第1行缺少 {column} 列，请补上。" for column in missing}


def test_files_that_are_not_such_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"不是 UTF-8 编码.*另存为"):
        read_goals(write_goals(tmp_path, {"indicator_name": "市场主体"}, encoding="gb18030"))
    with pytest.raises(SchemaError, match=r"没有文件 .*absent\.csv"):
        read_goals(tmp_path / "absent.csv")
    path = tmp_path / "empty.csv"
    path.touch()
    with pytest.raises(SchemaError, match=r"empty\.csv 是空文件"):
        read_goals(path)


@pytest.mark.parametrize("rows_too_long", [1, 2])
def test_rows_longer_than_the_header_are_refused(tmp_path: Path, rows_too_long: int) -> None:
    path = write_goals(tmp_path, {}, {"id": "b"})
    header, first, second = path.read_text(encoding="utf-8").splitlines()
    first = first + ",extra" if rows_too_long == 2 else first
    path.write_text(f"{header}\n{first}\n{second},extra\n", encoding="utf-8")
    with pytest.raises(SchemaError, match="比列名多出单元格"):
        read_goals(path)


EVENT = {
    "id": "141033-fair-2024",
    "area": "141033",
    "entity_type": "all",
    "kind": "campaign",
    "start": "2024-03",
    "end": "2024-05",
    "title": "集中登记",
    "effect": "ramp",
    "flows": "entries",
    "is_administrative": "true",
}


def write_events(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "my_events.csv"
    pd.DataFrame([EVENT | row for row in rows]).to_csv(path, index=False)
    return path


def test_the_analysts_events_need_no_document(tmp_path: Path) -> None:
    ramp, mask = read_events(write_events(tmp_path, {}, {"id": "b", "effect": "mask", "flows": "entries;exits"}))
    assert (ramp.effect, ramp.flows, ramp.source) == ("ramp", ("entries",), "")
    assert (ramp.start, ramp.end) == (pd.Period("2024-03", "M"), pd.Period("2024-05", "M"))
    assert ramp.is_administrative
    assert mask.masks == ("entries", "exits")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"area": "999999"}, "area 列：没有代码为“999999”的地区"),
        ({"entity_type": "企业"}, "entity_type 列：“企业”应为 all（全部市场主体）"),
        ({"kind": "fair"}, "kind 列：“fair”应为 policy（政策）"),
        ({"effect": "jump"}, "effect 列：“jump”应为 mask（不作依据）、pulse（当月增减）、step（水平改变）"),
        ({"effect": ""}, "effect 列：为空"),
        ({"flows": "stock"}, "flows 列：“stock”不是 entries（新设）或 exits（注销吊销）"),
        ({"flows": ""}, "flows 列：影响方式为 ramp 时不能为空"),
        ({"start": "2024.3"}, "start 列：“2024.3”不是月份"),
        ({"end": "2024-02"}, "end 列：2024-02 早于开始月 2024-03"),
        ({"is_administrative": "是"}, "is_administrative 列：“是”应为 true 或 false"),
        ({"id": "集市"}, "id 列：“集市”应只含英文字母"),
    ],
)
def test_an_event_at_fault_is_named_by_row_and_column(tmp_path: Path, changes: dict[str, str], fault: str) -> None:
    with pytest.raises(FaultsError, match=r"my_events\.csv 有误") as caught:
        read_events(write_events(tmp_path, {"id": "first"}, changes))
    (told,) = caught.value.faults
    assert told.startswith(f"my_events.csv 第3行 {fault}"), told


def test_all_faults_of_events_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FaultsError) as caught:
        read_events(write_events(tmp_path, {}, {"kind": "fair"}, {"id": "c", "effect": "jump", "end": "2024"}))
    assert [fault.split("：")[0] for fault in caught.value.faults] == [
        "my_events.csv 第3行 id 列",
        "my_events.csv 第3行 kind 列",
        "my_events.csv 第4行 effect 列",
        "my_events.csv 第4行 end 列",
    ]
