"""Awkward workbooks: each is read right or refused with a question or a fault that names the cell; none read wrong."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest
from corpus_workbooks import Case, cases, text, xlsx
from random_tables import random_table

import workflow
from data.observations import check_observations
from data.readers import read_workbook
from data.readers.workbook import Mapping, Reading
from forecasting.errors import FaultsError

RECEIVED = pd.Timestamp("2022-07-05 09:30")
CORPUS = cases()
RANDOM_TABLES = 120


def reading(content: bytes, file_name: str = "a.xlsx", mapping: Mapping | None = None) -> Reading:
    return read_workbook(content, file_name, mapping, received_at=RECEIVED, known_areas=workflow.known_areas())


def values(one: Reading) -> dict[tuple[Any, ...], tuple[float, float]]:
    return {
        (row.area, row.entity_type, str(row.month), row.measure): (row.value, row.precision)
        for row in one.observations.itertuples()
    }


def test_the_corpus_is_large() -> None:
    assert len(CORPUS) >= 150
    assert len({case.name for case in CORPUS}) == len(CORPUS)
    assert {case.file_name.rpartition(".")[2] for case in CORPUS} == {"xlsx", "xls", "ods", "csv"}


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_an_awkward_file(case: Case) -> None:
    found = reading(case.content, case.file_name, Mapping(case.answers))
    if case.expected or case.counted:
        expected = {key: value if isinstance(value, tuple) else (value, 0.0) for key, value in case.expected.items()}
        assert values(found) == expected
        assert {
            (row.area, row.entity_type, row.measure, str(row.start), str(row.end)): row.value
            for row in found.counts.itertuples()
        } == dict(case.counted)
        assert (found.questions, found.faults) == ((), ())
        check_observations(found.released()[0], is_whole=False)
    else:
        assert not found.is_complete
        with pytest.raises(FaultsError):
            found.released()
    said = [question.text for question in found.questions]
    for one in (*said, *found.faults) if case.asked or case.faulted else ():
        assert one.startswith(("表格第 ", "第")), one
    for part in case.asked:
        assert any(part in one for one in said), said
    for part in case.faulted:
        assert any(part in one for one in found.faults), found.faults
    for part in case.dropped:
        assert any(part in one.what for sheet in found.sheets for one in sheet.dropped)


def test_random_layouts_are_read_right_or_not_at_all() -> None:
    n_read = 0
    for seed in range(RANDOM_TABLES):
        rows, expected = random_table(random.Random(seed))
        found = reading(text(rows), "a.csv")
        if found.is_complete:
            n_read += 1
            assert {key: value for key, (value, _) in values(found).items()} == expected, (seed, rows)
    assert n_read > 0.85 * RANDOM_TABLES


@pytest.mark.slow
def test_many_more_random_layouts_are_read_right_or_not_at_all() -> None:
    for seed in range(10_000, 14_000):
        rows, expected = random_table(random.Random(seed))
        found = reading(text(rows), "a.csv")
        if found.is_complete:
            assert {key: value for key, (value, _) in values(found).items()} == expected, (seed, rows)


def test_what_was_understood_is_said_cell_by_cell() -> None:
    rows = [
        ["蒲县2022年6月", None, None, None],
        ["类型", "新设", "同比", "期末实有（万户）"],
        ["企业", "２３", "15%", "0.16"],
    ]
    (sheet,) = reading(xlsx(("六月", rows))).sheets
    assert (sheet.number, sheet.title, sheet.cells[2]) == (1, "六月", ("企业", "２３", "15%", "0.16"))
    assert [
        (one.row, one.column, one.original, one.measure, one.period, one.value, one.precision) for one in sheet.readings
    ] == [
        (2, 1, "２３", "entries", "2022-06", 23.0, 0.0),
        (2, 3, "0.16", "stock", "2022-06", 1600.0, 50.0),
    ]
    roles = {one.text: (one.part, one.role, one.confidence) for one in sheet.roles}
    assert roles["类型"] == ("列", "主体类型", 1.0)
    assert roles["新设"] == ("列", "新设", 1.0)
    assert roles["蒲县2022年6月"] == ("标题", "2022年6月、蒲县（141033）", 1.0)
    assert [(one.original, one.what) for one in sheet.changes] == [
        ("２３", "“２３”读作 23"),
        ("0.16", "“0.16”读作 1600"),
    ]
    assert [(one.original, one.what) for one in sheet.dropped] == [("同比", "同比，只作核对")]
    assert sheet.place(2, 1) == "表格第 1 张“六月”B3"


def test_a_total_that_fits_is_noted_as_a_check() -> None:
    rows = [["2022年6月新设市场主体"], ["县区", "新设"], ["蒲县", 131], ["大宁县", 88], ["合计", 219]]
    (sheet,) = reading(xlsx(("Sheet1", rows))).sheets
    assert [(one.row, one.column, one.what, one.is_good) for one in sheet.checks] == [
        (4, 1, "等于 B3、B4 之和 219", True)
    ]
    assert [(one.row, one.what) for one in sheet.dropped] == [(4, "合计，核对后不入库")]


def test_a_table_of_the_products_own_columns_is_read_strictly_as_before() -> None:
    found = reading("地区,月份,新设\n蒲县,2022-06,131\n".encode(), "a.csv")
    assert found.is_complete
    assert values(found) == {("141033", "all", "2022-06", "entries"): (131.0, 0.0)}
    assert found.sheets[0].cells == (("地区", "月份", "新设"), ("蒲县", "2022-06", "131"))


def test_what_is_not_complete_is_not_released() -> None:
    content = xlsx(("Sheet1", [["蒲县2022年6月"], ["类型", "新设", "歇业备"], ["企业", 23, 4]]))
    with pytest.raises(FaultsError, match="C2：列“歇业备”不认识“歇业备”。这一列是什么？（可选：不用；新设；"):
        reading(content).released()
