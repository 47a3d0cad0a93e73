"""Answers to what a layout leaves open: given once, kept for the source, recognised when next month's file comes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from corpus_workbooks import Rows, xlsx

import workflow
from data.mappings import find_mapping, list_mappings, save_mapping
from data.readers import read_workbook
from data.readers.workbook import Mapping, Reading, role_answer
from data.store import Store
from forecasting.errors import SchemaError

RECEIVED = pd.Timestamp("2022-07-05 09:30")
SAVED = dt.datetime(2022, 7, 5, 1, 30)  # noqa: DTZ001 - the store keeps UTC without zone


def reading(rows: Rows, mapping: Mapping | None = None, file_name: str = "a.xlsx") -> Reading:
    return read_workbook(
        xlsx(("Sheet1", rows)), file_name, mapping, received_at=RECEIVED, known_areas=workflow.known_areas()
    )


def values(one: Reading) -> list[tuple[Any, ...]]:
    return [
        (row.area, row.entity_type, str(row.month), row.measure, row.value) for row in one.observations.itertuples()
    ]


def table(month: str, *rows: list[Any]) -> Rows:
    return [[f"2022年{month}"], ["类型", "新增户", "歇业备", "期末数（户）"], *rows]


def test_a_layout_is_asked_about_once_and_known_next_month(store: Store) -> None:
    may = reading(table("5月", ["企业", 22, 4, 1637]))
    asked = {question.text.partition("：")[2]: question for question in may.questions}
    assert list(asked) == ["表里没有写明是哪个地区的数。请选择地区。", "列“歇业备”不认识“歇业备”。这一列是什么？"]
    area, column = asked.values()
    assert (area.takes_text, area.options, area.is_lasting) == ("area", (), True)
    assert [option.value for option in column.options][:2] == ["ignore", "measure=entries"]
    mapping = Mapping().answered(area.key, "141033").answered(column.key, "ignore")
    done = reading(table("5月", ["企业", 22, 4, 1637]), mapping)
    assert done.is_complete
    assert values(done) == [
        ("141033", "enterprise", "2022-05", "entries", 22.0),
        ("141033", "enterprise", "2022-05", "stock", 1637.0),
    ]
    assert done.answers == dict(mapping.answers)

    save_mapping(
        store, source="蒲县市场监管局", fingerprint=may.fingerprint, mapping=mapping, author="王", saved_at=SAVED
    )
    june = reading(table("6月", ["企业", 23, 5, 1652], ["个体", 101, 9, 6013]), file_name="六月.xlsx")
    assert june.fingerprint == may.fingerprint
    held = find_mapping(store, source="蒲县市场监管局", fingerprint=june.fingerprint)
    assert held == Mapping(tuple(sorted(mapping.answers)))
    assert [row[2:] for row in values(reading(table("6月", ["企业", 23, 5, 1652]), held))] == [
        ("2022-06", "entries", 23.0),
        ("2022-06", "stock", 1652.0),
    ]
    assert find_mapping(store, source="大宁县", fingerprint=june.fingerprint) is None


def test_another_layout_has_another_fingerprint() -> None:
    one = reading(table("5月", ["企业", 22, 4, 1637]))
    other = reading([["2022年5月"], ["类型", "新增户", "期末数（户）"], ["企业", 22, 1637]])
    assert one.fingerprint != other.fingerprint


def test_months_that_are_added_do_not_change_the_layout() -> None:
    first = reading([["蒲县2022年新设"], ["类型", "4月", "5月"], ["企业", 17, 30]])
    later = reading([["蒲县2022年新设"], ["类型", "4月", "5月", "6月"], ["企业", 17, 30, 23]])
    assert first.fingerprint == later.fingerprint


def test_an_answer_about_one_file_is_used_but_not_kept(store: Store) -> None:
    rows: Rows = [["蒲县新设"], ["类型", "11月", "12月", "1月"], ["企业", 14, 19, 31]]
    (question,) = reading(rows).questions
    assert (question.takes_text, question.is_lasting) == ("year", False)
    mapping = Mapping().answered(question.key, "2021")
    assert [row[2] for row in values(reading(rows, mapping))] == ["2021-11", "2021-12", "2022-01"]
    save_mapping(store, source="蒲县", fingerprint="f" * 64, mapping=mapping, author="王", saved_at=SAVED)
    assert find_mapping(store, source="蒲县", fingerprint="f" * 64) == Mapping()


def test_a_role_that_was_guessed_wrong_is_corrected() -> None:
    rows: Rows = [["蒲县2022年6月"], ["类型", "新设"], ["企业", 14]]
    (key,) = [role.key for role in reading(rows).sheets[0].roles if role.text == "新设"]
    corrected = reading(rows, Mapping().answered(key, role_answer(measure="exits")))
    assert values(corrected) == [("141033", "enterprise", "2022-06", "exits", 14.0)]
    ignored = reading(rows, Mapping().answered(key, "ignore"))
    assert not ignored.is_complete
    assert ignored.observations.empty


@pytest.mark.parametrize(
    ("rows", "value", "expected"),
    [
        ([["截至2022年6月底蒲县"], ["类型", "新设"], ["企业", 105]], "kind=month", [("2022-06", "entries", 105.0)]),
        ([["蒲县2022年6月"], ["类型", "户数"], ["企业", 105]], "measure=stock", [("2022-06", "stock", 105.0)]),
        ([["蒲县2022年6月"], ["类型", "新设"], ["民营企业", 20]], "entity=enterprise", [("2022-06", "entries", 20.0)]),
        ([["2022年6月实有"], ["县区", "实有"], ["城区", 31]], "140302", [("2022-06", "stock", 31.0)]),
        ([["2022年6月实有"], ["县区", "实有"], ["经开区", 31]], "140109", [("2022-06", "stock", 31.0)]),
        ([["蒲县"], ["类型", "新设"], ["企业", 20]], "2022-05", [("2022-05", "entries", 20.0)]),
        ([["蒲县2022年6月目标任务"], ["类型", "新设"], ["企业", 20]], "counts", [("2022-06", "entries", 20.0)]),
        ([["蒲县2022年6月"], ["单位：万户"], ["类型", "新设"], ["企业", 2000]], "1", [("2022-06", "entries", 2000.0)]),
        ([["蒲县2022年6月"], ["类型", "新设", "吊销"], ["企业", None, 2]], "zero", [("2022-06", "exits", 2.0)]),
        ([["截至2022年6月15日蒲县"], ["类型", "实有"], ["企业", 20]], "2022-06", [("2022-06", "stock", 20.0)]),
        ([["蒲县2022年6月末"], ["类型", "2021年", "实有"], ["企业", None, 20]], "same", [("2022-06", "stock", 20.0)]),
    ],
)  # fmt: skip
def test_one_answer_settles_one_question(rows: Rows, value: str, expected: list[Any]) -> None:
    asked = reading(rows).questions
    assert len(asked) <= 1
    mapping = Mapping(tuple((question.key, value) for question in asked))
    done = reading(rows, mapping)
    assert done.questions == ()
    assert [row[2:] for row in values(done)] == expected


def test_answering_every_question_of_a_file_leaves_none_that_was_asked_before() -> None:
    rows: Rows = [["2022年6月"], ["县区", "新设", "歇业备"], ["蒲县", 131, 1], ["市直", 4, 2], ["合计", 135, 3]]
    found, mapping = reading(rows), Mapping()
    for _ in range(4):
        for question in found.questions:
            mapping = mapping.answered(question.key, question.options[0].value)
        found = reading(rows, mapping)
    assert (found.questions, found.faults) == ((), ())
    assert values(found) == [("141033", "all", "2022-06", "entries", 131.0)]


def test_a_mapping_is_text_and_comes_back() -> None:
    mapping = Mapping((("表|列|新设", "measure=entries"), ("!格|3,1", "2022-01")))
    assert dict(Mapping.from_json(mapping.to_json()).answers) == dict(mapping.answers)
    with pytest.raises(SchemaError, match="不是 JSON"):
        Mapping.from_json("{")
    with pytest.raises(SchemaError, match="格式不对"):
        Mapping.from_json('{"a": 1}')


def test_mappings_are_kept_with_who_and_when_and_the_newest_holds(store: Store) -> None:
    for value in ("ignore", "measure=entries"):
        save_mapping(
            store, source=" 蒲县 ", fingerprint="a" * 64, mapping=Mapping((("k", value),)), author="李", saved_at=SAVED
        )
    assert find_mapping(store, source="蒲县", fingerprint="a" * 64) == Mapping((("k", "measure=entries"),))
    kept = list_mappings(store)
    assert [(one.author, one.saved_at, one.mapping.get("k")) for one in kept] == [
        ("李", SAVED, "ignore"),
        ("李", SAVED, "measure=entries"),
    ]
    with pytest.raises(SchemaError, match="写明来源"):
        save_mapping(store, source=" ", fingerprint="a" * 64, mapping=Mapping(), author="李", saved_at=SAVED)


def test_an_unknown_facet_is_a_defect_of_the_caller() -> None:
    with pytest.raises(TypeError, match="unknown facets"):
        role_answer(colour="red")


@pytest.mark.parametrize("answer", ["nonsense", "999999", "area=999999", "entity=shop", "measure=", "="])
def test_an_answer_that_says_nothing_leaves_the_question_open(answer: str) -> None:
    rows: Rows = [["2022年6月实有"], ["县区", "实有"], ["经开区", 31]]
    (question,) = reading(rows).questions
    assert [one.key for one in reading(rows, Mapping(((question.key, answer),))).questions] == [question.key]
    for text in ("蒲县2022年6月|类型,歇业备|企业,4", "2022年6月|类型,新设|企业,4", "蒲县|类型,新设|企业,4"):
        table_of = [line.split(",") for line in text.split("|")]
        (open_one,) = reading(table_of).questions
        assert [one.key for one in reading(table_of, Mapping(((open_one.key, answer),))).questions] == [open_one.key]
