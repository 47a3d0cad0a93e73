"""What fonts and number formats of a workbook say, down to its bytes."""

from __future__ import annotations

import io
import random

import pytest
import xlwt

from data.readers import xls_scan
from data.readers.cell_fonts import Run, note_runs
from data.readers.number_formats import note_format, note_shown
from data.readers.zip_check import Lost


def test_strings_of_an_xls_that_go_on_in_further_records() -> None:
    """8224 bytes fit in a record: 600 strings of 1 to 900 letters, narrow and wide, end anywhere in one."""
    rng = random.Random(8224)
    book = xlwt.Workbook(encoding="utf-8")
    sheet, mark = book.add_sheet("Sheet1"), xlwt.easyfont("escapement superscript")
    expected = {}
    for row in range(600):
        text = "".join(rng.choices("abc企业" if row % 3 else "abc", k=rng.randrange(1, 900))) + str(row)
        if row % 5:
            sheet.write(row, 0, text)
        else:
            sheet.write_rich_text(row, 0, [text, (f"{row}注", mark)])
            expected[row, 0] = (text, f"{row}注")
    made = io.BytesIO()
    book.save(made)
    lost = xls_scan.scan(made.getvalue(), "a.xls")["1"]
    assert {at: (lost.cells[at], lost.raised[at]) for at in lost.cells} == expected
    assert len(expected) == 120


@pytest.mark.parametrize(
    ("value", "code", "read"),
    [
        (23.0, '0"户"', None),
        (23.0, '#,##0"万户"', "23万户"),
        (23.0, 'General"万户"', "23万户"),
        (23.0, '#,##0\\ "万户"_);[Red]\\-0\\ "万户"', "23万户"),
        (-23.0, '0;\\-0"万"', "-23万"),
        (0.0, '0"万";\\-0"万";"—"', None),
        (1.5, '0.0"亿"', "1.5亿"),
        # 162 345 / 10 000 = 16.2345, by a literal point before 1 digit and a comma (1 + 3), or before 4 (4).
        (162345.0, '0!.0,"万"', None),
        (162345.0, '0"."0,"万户"', None),
        (162345.0, "0\\.0000万", None),
        (162345.0, '0"万"0000"户"', None),
        # Two commas less two of the per cent sign, hidden on a second line: 6 - 2 = 4.
        (162345.0, '0.00,,"万"\n%', None),
        (162345.0, '[>=100000000]0!.00,,"亿";[>=10000]0!.0,"万";0', None),
        # 3, not 4: shown is ten times what is stored.
        (162345.0, '0.0,"万"', "?"),
        (162345.0, '0"百分点"', "?"),
        (162345.0, '"万户"0', "?"),
        (9.0, '"乡镇"0', None),
    ],
)
def test_the_unit_that_a_number_format_shows(value: float, code: str, read: str | None) -> None:
    lost = Lost()
    note_format(lost, (2, 1), value, code)
    assert (lost.cells.get((2, 1)), bool(lost.marked)) == (None if read == "?" else read, read == "?")


@pytest.mark.parametrize(
    ("value", "text", "read"),
    [
        (1652.0, "1,652户", None),
        (123.0, "一百二十三", None),
        (1.6524, "1.7万户", "1.6524万户"),
        (16524.0, "1.7万户", None),
        (-16524.0, "-1.7 万", None),
        (16524.0, "1.8万户", "?"),
        (16524.0, "1万6千", "?"),
    ],
)
def test_the_unit_in_what_is_shown_of_a_number(value: float, text: str, read: str | None) -> None:
    lost = Lost()
    note_shown(lost, (2, 1), value, text)
    assert (lost.cells.get((2, 1)), bool(lost.marked)) == (None if read == "?" else read, read == "?")


def test_a_text_that_is_all_raised_stays() -> None:
    lost = Lost()
    note_runs(lost, (0, 0), [Run(" "), Run("注1", is_raised=True)])
    note_runs(lost, (1, 0), [Run("企业"), Run(" ", is_struck=True)])
    assert lost == Lost()
