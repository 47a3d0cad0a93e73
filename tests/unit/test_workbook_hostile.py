"""Hostile and damaged workbooks: a fault in bounded time and memory, nothing executed, no errors but ours."""

from __future__ import annotations

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
import xlwt
from corpus_workbooks import dressed_xls, dressed_xlsx, ods, text, xls, xlsx

import workflow
from data.readers import book_grid, load_file, read_workbook, zip_check
from data.readers.workbook import Reading
from forecasting.errors import BeizengError, FaultsError

RECEIVED = pd.Timestamp("2022-07-05 09:30")
ROWS = [
    ["蒲县2022年6月市场主体登记情况统计表"],
    ["类型", "新设", "注销", "实有"],
    ["企业", 23, 6, 1652],
    ["个体工商户", 101, 25, 6013],
    ["农民专业合作社", 7, 1, 296],
    ["合计", 131, 32, 7961],
]
BOOKS = {"xlsx": xlsx(("6月", ROWS)), "xls": xls(("6月", ROWS)), "ods": ods(("6月", ROWS)), "csv": text(ROWS)}


def reading(content: bytes, file_name: str) -> Reading:
    return read_workbook(content, file_name, received_at=RECEIVED, known_areas=workflow.known_areas())


def faults(content: bytes, file_name: str) -> tuple[str, ...]:
    with pytest.raises(FaultsError) as caught:
        reading(content, file_name).released()
    return caught.value.faults


def survives(content: bytes, file_name: str) -> bool:
    """Read a damaged file; return whether it was refused, and fail on any error that is not ours."""
    try:
        reading(content, file_name).released()
    except BeizengError:
        return True
    return False


def mutated(content: bytes, rng: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(rng.choice((1, 2, 4, 12))):
        at = rng.randrange(len(damaged))
        match rng.randrange(3):
            case 0:
                damaged[at] = rng.randrange(256)
            case 1:
                del damaged[at : at + rng.randrange(1, 40)]
            case _:
                damaged[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 20)))
    return bytes(damaged)


def rezipped(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return made.getvalue()


# Damage --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "rounds"), [("xlsx", 40), ("xls", 60), ("ods", 40), ("csv", 200)])
def test_mutated_files_are_read_or_refused_and_nothing_else(kind: str, rounds: int) -> None:
    rng = random.Random(20220705)
    refused = sum(survives(mutated(BOOKS[kind], rng), f"a.{kind}") for _ in range(rounds))
    assert refused > rounds // 3


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv"])
def test_many_more_mutations(kind: str) -> None:
    rng = random.Random(6013)
    for _ in range(1500):
        content = bytearray(BOOKS[kind])
        # In place only: what keeps its length reaches deepest.
        for _ in range(rng.choice((1, 3, 10))):
            content[rng.randrange(len(content))] = rng.randrange(256)
        survives(bytes(content), f"a.{kind}")


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv"])
def test_truncated_files_are_refused_or_read_and_nothing_else(kind: str) -> None:
    rng = random.Random(6)
    content = BOOKS[kind]
    for _ in range(12):
        survives(content[: rng.randrange(1, len(content))], f"a.{kind}")
    if kind != "csv":
        assert "a." in faults(content[: len(content) // 2], f"a.{kind}")[0]


@pytest.mark.parametrize(("kind", "member"), [("xlsx", "xl/worksheets/sheet1.xml"), ("ods", "content.xml")])
def test_damage_inside_the_zip_is_refused_or_read_and_nothing_else(kind: str, member: str) -> None:
    rng = random.Random(31)
    for _ in range(25):
        damaged = rezipped(BOOKS[kind], lambda name, xml: mutated(xml, rng) if name == member else xml)
        survives(damaged, f"a.{kind}")


def test_damage_to_fonts_formats_and_shared_strings_is_refused_or_read_and_nothing_else() -> None:
    rng = random.Random(1652)

    def dress(book: Any, sheet: Any) -> None:
        struck, raised = book.add_format({"font_strikeout": True}), book.add_format({"font_script": 1})
        sheet.write_rich_string("B3", "1652", raised, "1")
        sheet.write_rich_string("B4", struck, "20", "6013")
        sheet.write("B5", 296, book.add_format({"num_format": '[>=10000]0!.0,"万";0"户"', "font_strikeout": True}))

    def dress_xls(sheet: Any) -> None:
        sheet.write_rich_text(2, 1, ["1652", ("1", xlwt.easyfont("escapement superscript"))])
        sheet.write(3, 1, 6013, xlwt.easyxf("font: struck_out true", num_format_str='0"万户"'))

    book, old = dressed_xlsx(dress), dressed_xls(dress_xls)
    for member in ("xl/styles.xml", "xl/sharedStrings.xml"):
        for _ in range(25):
            survives(rezipped(book, lambda name, xml, at=member: mutated(xml, rng) if name == at else xml), "a.xlsx")
    at = old.index("Calibri".encode("utf-16-le")) if "Calibri".encode("utf-16-le") in old else old.index(b"Arial")
    for _ in range(60):
        content = bytearray(old)
        for _ in range(4):
            content[rng.randrange(at - 60, len(content) // 2)] = rng.randrange(256)
        survives(bytes(content), "a.xls")


def test_a_process_that_dies_is_a_damaged_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "dies.py"
    script.write_text("import os, sys\nsys.stdin.buffer.read()\nos.abort()\n")
    monkeypatch.setattr(book_grid, "_SCRIPT", script)
    assert faults(BOOKS["xls"], "a.xls")[0].startswith("文件“a.xls”已损坏或不完整")
    script.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(book_grid, "PATIENCE", 0.5)
    assert faults(BOOKS["xls"], "a.xls")[0].startswith("文件“a.xls”在 0.5 秒内没有读完")


# Bombs ---------------------------------------------------------------------------------------------------------------

CELL = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{}"/>'
ROW = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'


@pytest.mark.parametrize(("rows", "columns"), [(1_048_576, 16_384), (1000, 16_384), (100_000_000, 100_000_000)])
def test_an_ods_that_repeats_a_cell_beyond_bounds(rows: int, columns: int) -> None:
    bomb = ods(body=f'<table:table table:name="T">{ROW.format(rows, CELL.format(columns))}</table:table>')
    assert len(bomb) < 2000
    (fault,) = faults(bomb, "a.ods")
    assert fault.startswith(f"表“T”占到第 {rows} 行、第 {columns} 列，超过上限")


def test_blank_cells_repeated_to_the_edge_of_the_sheet_are_no_bomb() -> None:
    edge = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/>'
    )
    padded = rezipped(
        BOOKS["ods"], lambda _, xml: xml.replace(b"</table:table>", f"{edge}</table:table-row></table:table>".encode())
    )
    assert reading(padded, "a.ods").is_complete


def test_more_marked_cells_than_bounds_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_check, "MOST_MARKED", 1)

    def dress(book: Any, sheet: Any) -> None:
        struck = book.add_format({"font_strikeout": True})
        sheet.write_row("A3", ["企业", 1652], struck)

    assert faults(dressed_xlsx(dress), "a.xlsx")[0].startswith("有删除线或特殊数字格式的格超过 1 个")


def test_the_process_itself_refuses_what_a_scan_let_through() -> None:
    bomb = ods(body=f'<table:table table:name="T">{ROW.format(2000, CELL.format(16_384))}</table:table>')
    with pytest.raises(FaultsError, match=r"超过上限|已损坏或不完整"):
        book_grid._sheets(bomb, "a.ods")


def test_an_ods_that_unpacks_to_too_much() -> None:
    made = io.BytesIO(BOOKS["ods"])
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("Pictures/a.png", "w") as member:
        for _ in range(201):
            member.write(bytes(1024**2))
    assert faults(made.getvalue(), "a.ods")[0].startswith("文件“a.ods”解压后为 201 MB，超过上限 200 MB")


@pytest.mark.parametrize(
    ("kind", "member"),
    [("xlsx", "xl/worksheets/sheet1.xml"), ("xlsx", "xl/styles.xml"), ("ods", "content.xml")],
)
def test_entities_that_multiply_are_refused(kind: str, member: str) -> None:
    entities = '<!ENTITY a0 "aaaaaaaaaaaaaaaaaaaa">' + "".join(
        f'<!ENTITY a{n} "{"".join(f"&a{n - 1};" for _ in range(20))}">' for n in range(1, 8)
    )

    def change(name: str, xml: bytes) -> bytes:
        if name != member:
            return xml
        body = xml[xml.index(b"?>") + 2 :] if xml.startswith(b"<?xml") else xml
        root = re.match(rb"\s*<([\w:]+)", body)
        assert root
        doctype = f"<!DOCTYPE {root[1].decode()} [{entities}]>".encode()
        return (
            b'<?xml version="1.0"?>'
            + doctype
            + body.replace("企业".encode(), b"&a7;", 1).replace(b"<v>23<", b"<v>&a7;<", 1)
        )

    assert faults(rezipped(BOOKS[kind], change), f"a.{kind}")[0].startswith(f"文件“a.{kind}”已损坏或不完整")


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "xls", "ods"])
def test_a_file_of_200_mb_is_refused_before_it_is_read(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"大.{suffix}"
    with path.open("wb") as file:
        file.truncate(200 * 1024**2)
    monkeypatch.delattr(Path, "read_bytes")
    with pytest.raises(FaultsError, match=rf"文件“大\.{suffix}”大小为 200\.0 MB，超过上限 20 MB"):
        load_file(path)


# What is in it and must not act --------------------------------------------------------------------------------------


def test_macros_are_never_opened() -> None:
    made = io.BytesIO(BOOKS["xlsx"])
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 this is no macro and nobody looks")
    assert reading(made.getvalue(), "a.xlsm").is_complete


@pytest.mark.parametrize(
    "formula", ["='[http://127.0.0.1:9/a.xlsx]Sheet1'!$A$1", '=WEBSERVICE("http://127.0.0.1:9/")', "=cmd|'/C calc'!A0"]
)
def test_a_formula_is_its_stored_result_or_a_fault(formula: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(BOOKS["xlsx"]))
    book["6月"]["B3"] = formula
    made = io.BytesIO()
    book.save(made)
    assert faults(made.getvalue(), "a.xlsx")[0].startswith("表格第 1 张“6月”B3：新设是没有算出结果的公式“=")
    stored = rezipped(made.getvalue(), lambda _, xml: re.sub(rb"</f><v\s*/?>(</v>)?", b"</f><v>23</v>", xml))
    found = reading(stored, "a.xlsx")
    assert found.is_complete
    assert found.observations["value"].iloc[0] == 23


def test_a_protected_workbook_is_named_as_such() -> None:
    names = "EncryptedPackage".encode("utf-16-le")
    header = bytearray(BOOKS["xls"])
    at = header.find("Workbook".encode("utf-16-le"))
    header[at : at + len(names)] = names
    header[at + 64 : at + 66] = (len(names) + 2).to_bytes(2, "little")
    assert faults(bytes(header), "a.xls") == ("文件“a.xls”加了密码。请去掉密码后重新上传。",)


def test_a_compound_file_that_is_no_workbook_is_named_as_such() -> None:
    other = BOOKS["xls"].replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le"))
    assert faults(other, "a.xls")[0].startswith("文件“a.xls”里没有工作簿，可能是 Word 等其他文件")
