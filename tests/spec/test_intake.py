"""What a county's monthly file may look like, and what is understood of it. Reads as the manual of the intake."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pandas as pd
import pytest

from data.observations import COLUMNS
from data.readers import read_workbook
from forecasting.errors import FaultsError

AREAS = {"141033": "蒲县", "140109": "万柏林区", "140722": "左权县"}
RECEIVED = pd.Timestamp("2022-07-05 09:30")


def understood(text: str | bytes, file_name: str = "上报.csv") -> list[tuple[Any, ...]]:
    content = text.encode() if isinstance(text, str) else text
    table, _ = read_workbook(content, file_name, received_at=RECEIVED, known_areas=AREAS).released()
    assert list(table.columns) == COLUMNS
    return [(*row[:2], str(row[2]), *row[3:]) for row in table.itertuples(index=False, name=None)]


def refused(text: str | bytes, file_name: str = "上报.csv") -> tuple[str, ...]:
    with pytest.raises(FaultsError) as caught:
        understood(text, file_name)
    return caught.value.faults


def workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_wide_form_has_a_row_a_month_and_a_column_a_measure() -> None:
    # 6472 + 151 - 32 = 6591;  6591 + 98 - 41 - 20 = 6628; blank cells were not observed
    assert understood(
        "地区代码,月份,新设,注销吊销,实有,调整,调整原因\n"
        "141033,2022-01,151,32,6591,,\n"
        "141033,2022-02,98,41,6628,-20,划归邻县\n"
        "141033,2022-03,,,6650,,\n"
    ) == [
        ("141033", "all", "2022-01", "entries", 151.0, 0.0, "final", "上报.csv", RECEIVED),
        ("141033", "all", "2022-01", "exits", 32.0, 0.0, "final", "上报.csv", RECEIVED),
        ("141033", "all", "2022-01", "stock", 6591.0, 0.0, "final", "上报.csv", RECEIVED),
        ("141033", "all", "2022-02", "entries", 98.0, 0.0, "final", "上报.csv", RECEIVED),
        ("141033", "all", "2022-02", "exits", 41.0, 0.0, "final", "上报.csv", RECEIVED),
        ("141033", "all", "2022-02", "stock", 6628.0, 0.0, "final", "上报.csv", RECEIVED),
        ("141033", "all", "2022-02", "adjustment", -20.0, 0.0, "final", "上报.csv；调整原因：划归邻县", RECEIVED),
        ("141033", "all", "2022-03", "stock", 6650.0, 0.0, "final", "上报.csv", RECEIVED),
    ]


def test_long_form_has_a_row_a_number() -> None:
    assert understood(
        "地区,主体类型,月份,指标,数值,精度,状态,来源,数据日期\n"
        "蒲县,企业,2021-12,实有,1204,0.5,初步,统计月报,2022-01-10\n"
        "蒲县,企业,2021-12,实有,1207,,正式,,2022-02-09\n"
        "万柏林区,个体,2022-06,新设,38,,,,\n"
    ) == [
        (
            "141033",
            "enterprise",
            "2021-12",
            "stock",
            1204.0,
            0.5,
            "preliminary",
            "统计月报",
            pd.Timestamp("2022-01-10"),
        ),
        ("141033", "enterprise", "2021-12", "stock", 1207.0, 0.0, "final", "上报.csv", pd.Timestamp("2022-02-09")),
        ("140109", "individual", "2022-06", "entries", 38.0, 0.0, "final", "上报.csv", RECEIVED),
    ]


def test_english_headers_and_words_mean_the_same() -> None:
    english = "area,entity_type,month,entries,exits,stock\n140722,cooperative,2022-05,7,2,305\n"
    chinese = "地区代码,主体类型,月份,新设,注销,实有\n140722,农民专业合作社,2022-05,7,2,305\n"
    assert understood(english) == understood(chinese)
    assert [row[3:5] for row in understood(english)] == [("entries", 7.0), ("exits", 2.0), ("stock", 305.0)]


def test_a_workbook_says_the_same_as_its_csv() -> None:
    rows = [
        ["地区代码", "主体类型", "月份", "新设", "实有"],
        [141033, "个体工商户", dt.date(2022, 4, 1), 52, "5,018"],
        ["141033", "个体工商户", "2022年5月", 47.0, 5060],
        ["141033", "个体工商户", 202206, None, 5077],
    ]
    text = (
        "地区代码,主体类型,月份,新设,实有\n"
        '141033,个体工商户,2022-04,52,"5,018"\n'
        "141033,个体工商户,2022-05,47,5060\n"
        "141033,个体工商户,2022-06,,5077\n"
    )
    from_workbook = understood(workbook(("6月", rows)), "上报.xlsx")
    assert [row[:7] for row in from_workbook] == [row[:7] for row in understood(text)]
    assert [row[4] for row in from_workbook] == [52.0, 5018.0, 47.0, 5060.0, 5077.0]


@pytest.mark.parametrize(
    "month",
    ["2022-06", "2022-6", "2022年6月", "2022年06月", "202206", "2022/6", "2022/06", "2022-06-01", "2022-06-30",
     "2022/6/30", "2022年6月30日", "２０２２年６月", " 2022-06 ", "2022-06-01 00:00:00"],
)  # fmt: skip
def test_ways_to_write_a_month(month: str) -> None:
    assert [row[2] for row in understood(f"地区代码,月份,实有\n141033,{month},7961\n")] == ["2022-06"]


def test_the_month_in_which_the_file_is_received_may_be_in_it() -> None:
    assert [row[2] for row in understood("地区代码,月份,实有\n141033,2022-07,7961\n")] == ["2022-07"]


@pytest.mark.parametrize(
    ("month", "fault"),
    [
        ("2022.1", "月份“2022.1”是小数，分不清"),
        ("2022-13", "“2022-13”不是月份"),
        ("2022-02-30", "“2022-02-30”不是月份"),
        ("2022-06-15", "月份“2022-06-15”是月中的一天"),
        ("44713", "“44713”不是月份"),
        ("一季度", "“一季度”不是月份"),
        ("", "月份为空"),
        ("2022-08", "月份 2022-08 晚于收到文件的月份 2022-07"),
        ("1899-12", "月份“1899-12”早于 1900 年"),
    ],
)
def test_ways_not_to_write_a_month(month: str, fault: str) -> None:
    (said,) = refused(f"地区代码,月份,实有\n141033,{month},7961\n")
    assert said.startswith(f"第2行“月份”列（B2）：{fault}")


@pytest.mark.parametrize(
    ("written", "value"),
    [("0", 0.0), ("16000", 16000.0), ('"16,000"', 16000.0), ("１６０００", 16000.0), (" 7 ", 7.0), ("12.0", 12.0)],
)
def test_ways_to_write_a_number(written: str, value: float) -> None:
    assert [row[4] for row in understood(f"地区代码,月份,实有\n141033,2022-06,{written}\n")] == [value]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("1.6万", "实有应为数字，现为“1.6万”。请以户为单位填阿拉伯数字"),
        ("16000户", "实有应为数字，现为“16000户”"),
        ("—", "实有应为数字，现为“—”"),
        ("12①", "实有应为数字，现为“12①”"),
        ('"1,60,00"', "实有应为数字，现为“1,60,00”"),
        ("1e3", "实有应为数字，现为“1e3”"),
        ("nan", "实有应为数字，现为“nan”"),
        ("=1+1", "实有应为数字，现为公式文字“=1+1”"),
        ("15.5", "实有应为整数，现为 15.5"),
        ("13912345678", "实有为 13912345678，超过十亿"),
        ("-15", "实有户数为负（-15）。请核对后重新上传；若为冲减，请在“调整”列填写并注明原因。"),
    ],
)
def test_ways_not_to_write_a_number(written: str, fault: str) -> None:
    (said,) = refused(f"地区代码,月份,实有\n141033,2022-06,{written}\n")
    assert said.startswith(f"第2行“实有”列（C2）：{fault}")


def test_a_fault_in_a_workbook_names_sheet_and_cell_as_its_user_sees_them() -> None:
    rows = [
        ["地区代码", "月份", "新设"],
        *(["141033", f"2021-{m:02d}", m] for m in range(1, 11)),
        ["141033", "2021-11", -15],
    ]
    assert refused(workbook(("4月", []), ("5月", []), ("6月", rows)), "上报.xlsx") == (
        "表格第 3 张“6月”C12：新设户数为负（-15）。请核对后重新上传；若为冲减，请在“调整”列填写并注明原因。",
    )


def test_a_repeated_month_names_both_cells() -> None:
    assert refused("地区代码,月份,新设,实有\n141033,2022-01,5,90\n141033,2022-02,6,96\n141033,202201,5,90\n") == (
        "第4行“月份”列（B4）：141033 全部市场主体 2022-01 重复：新设、实有已见于第2行“月份”列（B2）。"
        "请只保留一处；若为更正，请填写不同的数据日期。",
    )


def test_a_month_missing_in_the_middle_is_named() -> None:
    assert refused("地区代码,月份,实有\n141033,2021-11,88\n141033,2022-02,96\n140109,2022-01,7\n") == (
        "第3行“月份”列（B3）：141033 全部市场主体 2022-02 之前缺少 2021-12、2022-01（共2个月）。"
        "月份须连续，请补登后重新上传；若本行月份有误，请更正。",
    )


def test_types_that_do_not_add_up_to_the_total() -> None:
    # 23 + 711 + 60 = 794, not 797
    assert refused(
        "地区代码,主体类型,月份,实有\n"
        "141033,企业,2022-06,23\n141033,个体工商户,2022-06,711\n141033,合作社,2022-06,60\n141033,合计,2022-06,797\n"
    ) == (
        "第5行“实有”列（D5）：141033 全部市场主体 2022-06 实有合计与分项不符："
        "企业23 + 个体工商户711 + 农民专业合作社60 = 794，全部为797，差 +3。请核对后更正。",
    )


def test_an_adjustment_needs_a_reason_and_a_reason_an_adjustment() -> None:
    assert refused("地区代码,月份,调整,调整原因\n141033,2022-01,-8,\n141033,2022-02,,划归\n141033,2022-03,0,\n") == (
        "第2行“调整原因”列（D2）：调整为 -8，须在“调整原因”列注明原因。请补填。",
        "第3行“调整原因”列（D3）：填写了调整原因“划归”，但没有调整数。请补填调整数，或删去原因。",
    )


def test_all_faults_are_reported_at_once_in_reading_order() -> None:
    faults = refused(
        "地区代码,主体类型,月份,新设,注销,实有\n"
        "141033,企业,2022-01,-3,2,100\n"  # negative
        "141033,企业,2022-02,1.6万,2,100\n"  # text in a number
        "141033,企业,2022-04,4,2.5,100\n"  # March missing, a fraction
        "141033,企业,2022-01,4,2,100\n"  # repeated
        "999999,商贩,2022-05,4,2,100\n"  # unknown area, unknown type
        "140109,企业,2023-01,4,2,100\n"  # a month to come
    )
    starts = [
        "第2行“新设”列（D2）：新设户数为负（-3）",
        "第3行“新设”列（D3）：新设应为数字，现为“1.6万”",
        "第4行“月份”列（C4）：141033 企业 2022-04 之前缺少 2022-03（共1个月）",
        "第4行“注销”列（E4）：注销吊销应为整数，现为 2.5",
        "第5行“月份”列（C5）：141033 企业 2022-01 重复：新设、注销吊销、实有已见于第2行“月份”列（C2）",
        "第6行“地区代码”列（A6）：不认识地区代码“999999”",
        "第6行“主体类型”列（B6）：主体类型不认识“商贩”",
        "第7行“月份”列（C7）：月份 2023-01 晚于收到文件的月份 2022-07",
    ]
    assert [fault[: len(start)] for fault, start in zip(faults, starts, strict=True)] == starts


@pytest.mark.parametrize(
    "unread", ["蒲先,2022-02,9", "蒲县,2022.2,9", "蒲县,二月,9", "蒲县,2022-22,9", "蒲县,2022-02,9户"]
)
def test_a_month_whose_row_could_not_be_read_is_not_reported_missing_as_well(unread: str) -> None:
    (fault,) = refused(f"地区,月份,实有\n蒲县,2022-01,88\n{unread}\n蒲县,2022-03,96\n")
    assert fault.startswith("第3行")


def test_a_month_whose_measure_could_not_be_read_is_not_reported_missing_as_well() -> None:
    rows = "蒲县,2022-01,实有,88\n蒲县,2022-02,在册,91\n蒲县,2022-03,实有,96\n"
    (fault,) = refused(f"地区,月份,指标,数值\n{rows}")
    assert fault.startswith("第3行“指标”列（C3）：指标不认识“在册”")


def test_a_row_that_could_not_be_read_explains_no_gap_elsewhere() -> None:
    rows = "地区代码,主体类型,月份,实有\n141033,企业,2022-01,88\n141033,企业,2022-03,96\n"
    gap = "第3行“月份”列（C3）：141033 企业 2022-03 之前缺少 2022-02"
    for unread in ("141033,个体,二月,7", "140109,企业,二月,7", "999999,企业,2022-04,7", "999999,个体,2022-02,7"):
        assert [fault[: len(gap)] == gap for fault in refused(f"{rows}{unread}\n")] == [True, False]


def test_a_file_that_is_not_what_its_name_says() -> None:
    book = workbook(("1月", [["地区代码", "月份", "实有"], ["141033", "2022-01", 5]]))
    assert refused(book, "上报.csv") == (
        "文件“上报.csv”名不副实：后缀是 .csv，内容却是Excel 工作簿（xlsx）。请把后缀改为 .xlsx 后重新上传。",
    )
    assert refused("地区代码,月份,实有\n", "上报.xlsx")[0].startswith(
        "文件“上报.xlsx”名不副实：后缀是 .xlsx，内容却是文本。"
    )
    assert refused(b"%PDF-1.7\n%\xe2\xe3", "上报.xlsx")[0].startswith(
        "文件“上报.xlsx”名不副实：后缀是 .xlsx，内容却是PDF"
    )


def test_an_empty_file() -> None:
    assert refused(b"") == ("文件“上报.csv”是空的（0 字节）。请确认导出成功后重新上传。",)
    assert refused("\ufeff\r\n  \r\n") == ("文件“上报.csv”是空的（没有任何文字）。请确认导出成功后重新上传。",)
    assert refused("地区代码,月份,实有\n") == ("表头下没有任何数值。请填写数据后重新上传。",)
