"""The readers, part by part: what the bytes are, the grid, the columns, and what a hostile file can do (nothing)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from data.observations import check_observations
from data.readers import MAX_BYTES, book_grid, grid, load_file, read_workbook, text_grid, xlsx_cells, zip_check
from forecasting.errors import FaultsError
from forecasting.panel import MEASURES

AREAS = {"141033": "蒲县", "140109": "万柏林区", "140213": "城区", "140702": "城区"}
RECEIVED = pd.Timestamp("2022-07-05 09:30")
HEADER = ["地区代码", "月份", "新设", "来源"]
TEXT = "地区代码,月份,新设,来源\n141033,2022-05,15,县局\n141033,2022-06,11,县局\n"
CODES = [("141033", "2022-05", "entries", 15.0, "县局"), ("141033", "2022-06", "entries", 11.0, "县局")]


def observed(content: bytes, file_name: str = "a.csv") -> list[tuple[Any, ...]]:
    table, _ = read_workbook(content, file_name, received_at=RECEIVED, known_areas=AREAS).released()
    check_observations(table)
    table["month"] = table["month"].astype(str)
    return list(table[["area", "month", "measure", "value", "source"]].itertuples(index=False, name=None))


def faults(content: bytes | str, file_name: str = "a.csv") -> tuple[str, ...]:
    with pytest.raises(FaultsError) as caught:
        observed(content.encode() if isinstance(content, str) else content, file_name)
    return caught.value.faults


def workbook(*rows: list[Any], change: Callable[[Any], None] = lambda _: None, title: str = "6月") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    change(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def rezipped(content: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
    return made.getvalue()


GOOD_BOOK = workbook(HEADER, ["141033", dt.date(2022, 5, 1), 15, "县局"], [141033, "2022-06", 11, "县局"])


@pytest.mark.parametrize(
    ("content", "file_name"),
    [
        (TEXT.encode(), "a.csv"),
        (TEXT.encode("utf-8-sig"), "a.csv"),
        (TEXT.encode("gb18030"), "A.CSV"),
        (TEXT.replace("\n", "\r\n").encode(), "C:\\上报\\a.csv"),
        (TEXT.replace(",", ";").encode("gb18030"), "a.csv"),
        (TEXT.replace(",", "\t").encode(), "a.txt"),
        (TEXT.replace(",", " , ").encode(), "a.csv"),
        (("\n,,,\n" + TEXT + ",,,\n\n").encode(), "a.csv"),
        (GOOD_BOOK, "a.xlsx"),
    ],
)
def test_the_same_table_however_it_is_written(content: bytes, file_name: str) -> None:
    assert observed(content, file_name) == CODES


def test_short_gb18030_file_is_not_taken_for_another_encoding() -> None:
    content = "地区,月份,指标,数值,来源\n蒲县,2022年6月,实有,7961,统计局\n".encode("gb18030")
    assert observed(content) == [("141033", "2022-06", "stock", 7961.0, "统计局")]


def test_the_source_of_a_row_that_states_none_is_the_file() -> None:
    assert observed("地区代码,月份,实有\n141033,2022-06,5\n".encode(), "上报/六月.csv")[0][-1] == "六月.csv"


# What the bytes are --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "file_name", "fault"),
    [
        (GOOD_BOOK, "a.csv", "名不副实：后缀是 .csv，内容却是Excel 工作簿（xlsx）。请把后缀改为 .xlsx"),
        (TEXT.encode(), "a.xlsx", "名不副实：后缀是 .xlsx，内容却是文本。请把后缀改为 .csv"),
        (b"%PDF-1.7 \x00", "a.xlsx", "名不副实：后缀是 .xlsx，内容却是PDF 文件。请把数据另存为"),
        (b"\x89PNG\r\n\x1a\n\x00", "a.csv", "名不副实：后缀是 .csv，内容却是图片"),
        (b"\xff\xd8\xff\xe0\x00", "a.xlsx", "名不副实：后缀是 .xlsx，内容却是图片"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "a.xlsx", "内容却是旧版 xls 或加了密码的 Excel 文件。请在 Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "a.xls", "文件“a.xls”已损坏或不完整，无法读取。"),
        (
            GOOD_BOOK,
            "a.doc",
            "不收后缀为“.doc”的文件“a.doc”（只收 .csv、.tsv、.txt、.xlsx、.xlsm、.xls、.ods）",
        ),
        (b" <TABLE><tr>", "a.csv", "名不副实：后缀是 .csv，内容却是网页或 XML"),
        (TEXT.encode("utf-16"), "a.csv", "内容却是UTF-16 编码的文本。请另存为“CSV UTF-8（逗号分隔）”"),
        (TEXT.encode() + b"\x00", "a.csv", "内容却是无法识别的二进制内容"),
        (GOOD_BOOK[:-30], "a.xlsx", "内容却是压缩包或其他办公文件"),
        (GOOD_BOOK[:-6] + b"\xf0\xff\xff\x7f" + GOOD_BOOK[-2:], "a.xlsx", "文件“a.xlsx”已损坏或不完整"),
        (re.sub(rb"(PK\x01\x02..)..", b"\\1\xff\x00", GOOD_BOOK, flags=re.S), "a.xlsx", "内容却是压缩包或其他办公文件"),
        (TEXT.encode() + b"\xff\xff", "a.csv", "编码既不是 UTF-8 也不是 GB18030（国标）"),
        (TEXT.encode(), "a", "不收后缀为“”的文件“a”"),
        (TEXT.encode(), "a\x07.csv", "文件名为空，或含有看不见的控制字符"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(content: bytes, file_name: str, fault: str) -> None:
    (said,) = faults(content, file_name)
    assert fault in said


def test_a_50_mb_file_is_refused_by_its_size_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "大.csv"
    with path.open("wb") as file:
        file.truncate(50 * 1024**2)

    def unread(self: Path) -> bytes:
        raise AssertionError(self)

    monkeypatch.setattr(Path, "read_bytes", unread)
    with pytest.raises(FaultsError, match=re.escape("文件“大.csv”大小为 50.0 MB，超过上限 20 MB。")):
        load_file(path)


def test_an_upload_too_large_by_one_byte_is_refused() -> None:
    (fault,) = faults(TEXT.encode().ljust(MAX_BYTES + 1))
    assert fault.startswith("文件“a.csv”大小为 20.1 MB，超过上限 20 MB。")
    assert observed(TEXT.encode().ljust(100_000, b"\n")) == CODES


def test_files_on_disk_are_read_and_missing_ones_named(tmp_path: Path) -> None:
    path = tmp_path / "六月.xlsx"
    path.write_bytes(GOOD_BOOK)
    assert load_file(path) == GOOD_BOOK
    with pytest.raises(FaultsError, match=r"找不到文件“.*七月\.csv”"):
        load_file(tmp_path / "七月.csv")
    (tmp_path / "空.csv").touch()
    with pytest.raises(FaultsError, match=r"文件“空\.csv”是空的"):
        load_file(tmp_path / "空.csv")


def test_the_time_of_receipt_has_no_zone() -> None:
    with pytest.raises(TypeError, match="naive"):
        read_workbook(TEXT.encode(), "a.csv", received_at=RECEIVED.tz_localize("Asia/Shanghai"), known_areas=AREAS)


# Columns -------------------------------------------------------------------------------------------------------------


def test_a_known_column_that_is_no_count_is_left_aside_and_cells_are_still_read() -> None:
    (negative,) = faults("地区代码,月份,新设,同比\n141033,2022-06,-4,3%\n")
    assert negative.startswith("第2行（C2）：新设户数为负（-4）")
    assert observed("地区代码,月份,新设,同比\n141033,2022-06,4,3%\n".encode())[0][:4] == (
        "141033",
        "2022-06",
        "entries",
        4.0,
    )


def test_an_unknown_column_is_asked_about_with_its_cell() -> None:
    unknown, negative = sorted(faults("地区代码,月份,新设,歇业\n141033,2022-06,-4,3\n"))
    assert unknown.startswith("第1行（D1）：列“歇业”不认识“歇业”。这一列是什么？（可选：不用；新设；注销吊销；实有；")
    assert negative.startswith("第2行（C2）：新设户数为负（-4）")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("地区代码,月份,新设,指标,数值\n141033,2022-06,4,实有,5\n", "表头既有“指标”“数值”（每行一个指标），又有“新设”"),
        ("月份,新设\n2022-06,4\n", "第1行（A1）：表里没有写明是哪个地区的数。请选择地区。"),
        ("地区代码,新设\n141033,4\n", "第1行（A1）：表里没有写明是哪年哪月的数。请选择月份。"),
        ("地区代码,月份\n141033,2022-06\n", "表头没有数据列：应有“新设”“注销吊销”“实有”“调整”之一"),
        ("地区代码,月份,数值\n141033,2022-06,4\n", "表头有“数值”列，缺少“指标”列"),
        ("地区代码,月份,注销,注销吊销\n141033,2022-06,4,4\n", "第1行“注销吊销”列（D1）：与第1行“注销”列（C1）是同一列"),
        ("地区代码,月份,新设,\n141033,2022-06,4,9\n", "第2行（D2）：有内容“9”，但该列没有表头"),
    ],
)
def test_headers_that_do_not_make_a_table(text: str, fault: str) -> None:
    (said,) = faults(text)
    assert said.startswith(fault)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("城区,,2022-06", "第2行“地区”列（A2）：“城区”不止一处（140213、140702）"),
        ("蒲,,2022-06", "第2行“地区”列（A2）：不认识地区“蒲”。是否为 蒲县（141033）？"),
        ("岚县,,2022-06", "第2行“地区”列（A2）：不认识地区“岚县”。请填全称"),
        (",,2022-06", "第2行“地区”列（A2）：地区为空"),
        (
            "蒲县,商贩,2022-06",
            "第2行“主体类型”列（B2）：主体类型不认识“商贩”。请填 全部市场主体、全部、合计、all、企业",
        ),
        ("蒲县,,2022-06", "第2行“主体类型”列（B2）：主体类型为空"),
        ("蒲\u200b县,合计,2022-06", "第2行“地区”列（A2）：“蒲�县”含有看不见的控制字符（U+200B）"),
    ],
)
def test_areas_and_types_are_never_guessed(row: str, fault: str) -> None:
    assert faults(f"地区,主体类型,月份,实有\n{row},5\n")[0].startswith(fault)


def test_code_and_name_must_agree_and_a_code_settles_an_ambiguous_name() -> None:
    text = "地区代码,地区,月份,实有\n140702,城区,2022-06,5\n"
    assert observed(text.encode())[0][0] == "140702"
    (fault,) = faults(text.replace("140702", "141033"))
    assert fault == "第2行“地区代码”列（A2）：地区代码 141033 是蒲县，与地区“城区”不一致。请核对其一。"


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("2022-07-06,正式,0", "第2行“数据日期”列（D2）：数据日期 2022-07-06 晚于收到文件的日期 2022-07-05"),
        ("2022-05-31,正式,0", "第2行“数据日期”列（D2）：数据日期 2022-05-31 早于所属月份 2022-06"),
        ("上月,正式,0", "第2行“数据日期”列（D2）：“上月”不是日期"),
        ("2022-07-05,终稿,0", "第2行“状态”列（E2）：状态不认识“终稿”"),
        ("2022-07-05,正式,-1", "第2行“精度”列（F2）：精度应为不小于 0 的数，现为 -1"),
        ("2022-07-05,正式,约", "第2行“精度”列（F2）：精度应为数字，现为“约”"),
    ],
)
def test_descriptions_of_a_number_are_checked_too(cells: str, fault: str) -> None:
    (said,) = faults(f"地区代码,月份,实有,数据日期,状态,精度\n141033,2022-06,5,{cells}\n")
    assert said.startswith(fault)


def test_a_reason_is_asked_for_where_there_is_no_column_for_it_and_in_long_form() -> None:
    assert faults("地区代码,月份,调整\n141033,2022-06,5\n")[0].startswith(
        "第2行“调整”列（C2）：调整为 5，须在“调整原因”列"
    )
    long = "地区代码,月份,指标,数值,调整原因\n141033,2022-06,调整,5,划入\n"
    assert observed(long.encode()) == [("141033", "2022-06", "adjustment", 5.0, "a.csv；调整原因：划入")]
    assert faults(long.replace("调整,5", "新设,5"))[0].startswith(
        "第2行“调整原因”列（E2）：填写了调整原因“划入”，但没有调整数"
    )
    (fault,) = faults(long.replace("调整,5", "净增,5"))
    assert fault.startswith("第2行“指标”列（C2）：指标不认识“净增”。请填 新设、entries、注销吊销")


# Text files ----------------------------------------------------------------------------------------------------------


def test_a_row_whose_cells_do_not_match_the_header_is_not_read_shifted() -> None:
    (long,) = faults("地区代码,月份,新设,来源\n141033,2022-06,1,200,县局\n")
    assert long.startswith("第2行有 5 格，表头有 4 格，对不上。请补齐分隔符；若数字中有千位分隔逗号")
    (short,) = faults("地区代码,月份,新设,来源\n141033,2022-04,5,县局\n141033,2022\n141033,2022-06,5,县局\n")
    assert short.startswith("第3行有 2 格，表头有 4 格")


def test_a_quote_that_is_not_closed_does_not_swallow_the_rest() -> None:
    (fault,) = faults('地区代码,月份,新设,来源\n141033,2022-05,15,"县局\n141033,2022-06,11,县局\n')
    assert fault.startswith("文件“a.csv”第2行的双引号不配对")


def test_rows_are_counted_and_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_grid, "MAX_ROWS", 3)
    monkeypatch.setattr(book_grid, "MAX_ROWS", 3)
    assert observed(TEXT.encode()) == CODES
    assert faults(TEXT + "\n")[0].startswith("文件“a.csv”超过 3 行")
    late = workbook(HEADER, change=lambda book: book.active.cell(row=9, column=1, value="x"))
    assert faults(late, "a.xlsx")[0].startswith("表“6月”超过 3 行（到第 9 行仍有内容）")
    assert grid.MAX_ROWS == 200_000


@pytest.mark.parametrize("formula", ["=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-县局"])
def test_formula_text_in_a_text_cell_stays_text(formula: str) -> None:
    assert observed(TEXT.replace("县局", formula).encode())[0][-1] == formula


# Workbooks -----------------------------------------------------------------------------------------------------------


def test_a_month_written_as_the_number_2022_1_is_refused() -> None:
    (fault,) = faults(workbook(HEADER, ["141033", 2022.1, 5, ""]), "a.xlsx")
    assert fault.startswith("表格第 1 张“6月”B2：月份“2022.1”是小数，分不清 2022.1 是 1 月还是 10 月。请改为文本")


@pytest.mark.parametrize(
    ("held", "fault"),
    [
        ("=1+1", "新设应为数字，现为公式文字“=1+1”"),
        ("#N/A", "新设应为数字，现为“#N/A”"),
        (True, "新设应为数字，现为“TRUE”"),
        (dt.date(2022, 6, 1), "新设应为数字，现为“2022-06-01”"),
        (dt.timedelta(hours=30), "新设应为数字，现为“1 day, 6:00:00”"),
        (0.15, "新设应为整数，现为 0.15"),
        (-15, "新设户数为负（-15）"),
        ("1.6万", "新设应为数字，现为“1.6万”"),
        ("5\u200b", "“5�”含有看不见的控制字符（U+200B）"),
    ],
)
def test_what_a_number_cell_of_a_workbook_may_not_hold(held: Any, fault: str) -> None:
    (said,) = faults(workbook([], HEADER, ["141033", "2022-06", held, "县局"]), "a.xlsx")
    assert said.startswith(f"表格第 1 张“6月”C3：{fault}")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda cell: setattr(cell, "font", Font(strike=True)), "C3：此格有删除线，看不出还算不算"),
        (lambda cell: setattr(cell, "number_format", '0"万户"'), "C3：新设应为数字，现为“5万户”。请以户为单位"),
        (
            lambda cell: setattr(cell, "value", CellRichText("5", TextBlock(InlineFont(vertAlign="superscript"), "1"))),
            "C3：格内的“1”是上标或下标，看不出算不算",
        ),
    ],
)
def test_what_the_looks_of_a_number_may_not_say(change: Callable[[Any], None], fault: str) -> None:
    rows = ([], HEADER, ["141033", "2022-06", 5, "县局"])
    (said,) = faults(workbook(*rows, change=lambda book: change(book.active["C3"])), "a.xlsx")
    assert said.startswith(f"表格第 1 张“6月”{fault}")


def test_what_is_hidden_in_the_products_own_columns_is_a_fault() -> None:
    def hide(book: Any) -> None:
        book.active.row_dimensions[3].hidden = True
        book.active.column_dimensions["C"].hidden = True
        book.active.column_dimensions["F"].hidden = True

    rows = [HEADER, ["141033", "2022-05", 15, "县局"], ["141033", "2022-06", 11, "县局"]]
    said = faults(workbook(*rows, change=hide), "a.xlsx")
    assert [text[:4] for text in said] == ["C列在表", "第3行在"]


def test_a_struck_header_of_the_products_own_columns_is_a_fault() -> None:
    def change(book: Any) -> None:
        book.active["C1"].font = Font(strike=True)

    (said,) = faults(workbook(HEADER, ["141033", "2022-06", 5, "县局"], change=change), "a.xlsx")
    assert said.startswith("表格第 1 张“6月”C1：此格有删除线")


def test_a_formula_with_a_stored_result_is_that_result() -> None:
    book = workbook(HEADER, ["141033", "2022-06", "=7+4", "县局"])
    stored = rezipped(book, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</f><v></v>", b"</f><v>11</v>"))
    assert stored != book
    assert observed(stored, "a.xlsx") == CODES[1:]


def test_control_characters_in_a_text_cell_are_named() -> None:
    (fault,) = faults(workbook(HEADER, ["141033", "2022-06", 5, "县_x0007_局"]), "a.xlsx")
    assert fault.startswith("表格第 1 张“6月”D2：“县�局”含有看不见的控制字符（U+0007）。请删去后重新录入该格。")


def test_a_hidden_second_sheet_is_asked_about_and_never_read_unasked() -> None:
    def add(book: Any) -> None:
        book.create_sheet("空表")
        book.create_sheet("旧数")["B2"] = 3
        book["旧数"].sheet_state = "hidden"

    (fault,) = faults(workbook(HEADER, ["141033", "2022-06", 5, ""], change=add), "a.xlsx")
    assert fault == "表格第 3 张“旧数”A1：工作表“旧数”是隐藏的。要读吗？（可选：不读；读）"


def test_a_workbook_with_nothing_in_it() -> None:
    assert faults(workbook(), "a.xlsx")[0].startswith("文件“a.xlsx”的各张表都是空的")


def test_a_stray_cell_at_the_end_of_the_sheet_does_not_exhaust_memory() -> None:
    stray = workbook(HEADER, change=lambda book: book.active.cell(row=1_048_576, column=16_384, value=1))
    (fault,) = faults(stray, "a.xlsx")
    assert fault.startswith("表“6月”占到第 1048576 行、第 16384 列，超过上限")
    assert xlsx_cells.MAX_CELLS < 1_048_576 * 16_384


def test_a_zip_bomb_is_refused_by_what_it_would_unpack_to() -> None:
    made = io.BytesIO(GOOD_BOOK)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/a.bin", "w") as member:
        for _ in range(201):
            member.write(bytes(1024**2))
    assert len(made.getvalue()) < MAX_BYTES // 50
    (fault,) = faults(made.getvalue(), "a.xlsx")
    assert fault.startswith("文件“a.xlsx”解压后为 201 MB，超过上限 200 MB")


def test_a_zip_whose_member_is_larger_than_it_claims_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD_BOOK)) as archive:
        info = archive.getinfo("xl/theme/theme1.xml")
    true, lie = info.file_size.to_bytes(4, "little"), (9).to_bytes(4, "little")
    assert GOOD_BOOK.count(true) == 2  # beside the member and in the directory
    assert faults(GOOD_BOOK.replace(true, lie), "a.xlsx")[0].startswith("文件“a.xlsx”已损坏或不完整")
    monkeypatch.setattr(zip_check, "MAX_UNPACKED", 100)
    assert "超过上限" in faults(GOOD_BOOK, "a.xlsx")[0]


def test_a_damaged_workbook_is_a_fault_and_never_anything_else() -> None:
    rng = random.Random(20220705)
    refused = 0
    for _ in range(150):
        damaged = bytearray(GOOD_BOOK)
        for _ in range(3):
            damaged[rng.randrange(4, len(damaged))] = rng.randrange(256)
        try:
            observed(bytes(damaged), "a.xlsx")
        except FaultsError:
            refused += 1
    assert refused > 100


@pytest.mark.parametrize("member", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_xml_that_does_not_parse_is_a_fault(member: str) -> None:
    broken = rezipped(GOOD_BOOK, member, lambda xml: xml[:-9])
    assert faults(broken, "a.xlsx")[0].startswith("文件“a.xlsx”已损坏或不完整")


# Round trip ----------------------------------------------------------------------------------------------------------

COUNTS = st.none() | st.integers(min_value=0, max_value=999_999_999)
NOTES = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12)


@settings(deadline=None)  # a clock is no test
@given(
    first=st.integers(min_value=1900 * 12, max_value=2022 * 12),
    rows=st.lists(
        st.tuples(st.integers(0, 999_999_999), COUNTS, COUNTS, st.none() | st.integers(-9999, 9999), NOTES, NOTES),
        min_size=1,
        max_size=6,
    ),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
def test_any_wide_table_comes_back_from_csv(
    first: int, rows: list[tuple[Any, ...]], delimiter: str, encoding: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["地区代码", "月份", "新设", "注销吊销", "实有", "调整", "调整原因", "来源"])
    expected = []
    for at, (*values, note, source) in enumerate(rows):
        month = f"{(first + at) // 12}-{(first + at) % 12 + 1:02d}"
        said = note if values[3] is not None else ""
        writer.writerow(["141033", month, *("" if value is None else value for value in values), said, source])
        for measure, value in zip(MEASURES, values, strict=True):
            if value is not None:
                why = f"{source}；调整原因：{said}" if measure == "adjustment" else source
                expected.append(("141033", month, measure, float(value), why))
    assert observed(text.getvalue().encode(encoding)) == expected
