"""Awkward files as offices send them, each with the observations it holds or the question it must raise.

Numbers are asymmetric on purpose: a swapped row and column, a lost sign or a shifted month shows.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlsxwriter
import xlwt

Rows = list[list[Any]]
Key = tuple[str, str, str, str]
PU, DA, WAN, ZUO = "141033", "141030", "140109", "140722"


@dataclass(frozen=True)
class Case:
    """A file, and what is in it or what must be asked (a part of the text each) or found at fault."""

    name: str
    content: bytes
    file_name: str
    expected: dict[Key, float | tuple[float, float]]
    asked: tuple[str, ...] = ()
    faulted: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    dropped: tuple[str, ...] = ()
    #: (area, type, measure, first month, last month) -> what is one number of several months.
    counted: tuple[tuple[tuple[str, str, str, str, str], float], ...] = ()


def xlsx(
    *sheets: tuple[str, Rows] | tuple[str, Rows, list[str]],
    hidden: tuple[str, ...] = (),
    hidden_rows: tuple[int, ...] = (),
    hidden_columns: str = "",
) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows, *merged in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for box in merged[0] if merged else ():
            sheet.merge_cells(box)
        if title in hidden:
            sheet.sheet_state = "hidden"
        for row in hidden_rows:
            sheet.row_dimensions[row].hidden = True
        for column in hidden_columns:
            sheet.column_dimensions[column].hidden = True
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def xls(
    *sheets: tuple[str, Rows] | tuple[str, Rows, list[str]],
    hidden_rows: tuple[int, ...] = (),
    hidden_columns: tuple[int, ...] = (),
) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    date = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for title, rows, *merged in sheets:
        sheet = book.add_sheet(title)
        boxes = {}
        for box in merged[0] if merged else ():
            left, top, right, bottom = openpyxl.utils.range_boundaries(box)
            boxes[top - 1, left - 1] = (bottom - 1, right - 1)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell is None:
                    continue
                style = date if isinstance(cell, dt.date) else xlwt.Style.default_style
                if (r, c) in boxes:
                    sheet.write_merge(r, boxes[r, c][0], c, boxes[r, c][1], cell, style)
                else:
                    sheet.write(r, c, cell, style)
        for row in hidden_rows:
            sheet.row(row - 1).hidden = True
        for column in hidden_columns:
            sheet.col(column).hidden = True
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)
_MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def ods(*sheets: tuple[str, Rows] | tuple[str, Rows, list[str]], body: str = "") -> bytes:
    tables = body
    for title, rows, *merged in sheets:
        spans = {}
        for box in merged[0] if merged else ():
            left, top, right, bottom = openpyxl.utils.range_boundaries(box)
            spans[top - 1, left - 1] = (bottom - top + 1, right - left + 1)
        cells = [
            "".join(_ods_cell(cell, spans.get((r, c))) for c, cell in enumerate(row)) for r, row in enumerate(rows)
        ]
        lines = "".join(f"<table:table-row>{line}</table:table-row>" for line in cells)
        tables += f'<table:table table:name="{escape(title)}">{lines}</table:table>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", _ODS.format(tables))
    return made.getvalue()


def _ods_cell(cell: Any, span: tuple[int, int] | None) -> str:
    spanned = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, dt.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell}"{spanned}/>'
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"{spanned}/>'
    if str(cell).startswith("="):
        return f'<table:table-cell table:formula="of:{escape(str(cell))}"{spanned}/>'
    return (
        f'<table:table-cell office:value-type="string"{spanned}><text:p>{escape(str(cell))}</text:p></table:table-cell>'
    )


def text(rows: Rows, encoding: str = "utf-8") -> bytes:
    made = io.StringIO()
    width = max(len(row) for row in rows)
    csv.writer(made).writerows([[*row, *[""] * (width - len(row))] for row in rows])
    return made.getvalue().encode(encoding)


def month(
    area: str, entity: str, when: str, entries: Any = None, exits: Any = None, stock: Any = None
) -> dict[Key, Any]:
    """The observations of one month of a series."""
    values = {"entries": entries, "exits": exits, "stock": stock}
    return {(area, entity, when, name): value for name, value in values.items() if value is not None}


def months(area: str, entity: str, measure: str, start: str, *values: Any) -> dict[Key, Any]:
    """Observations of consecutive months; None is a month not observed."""
    year, first = map(int, start.split("-"))
    at = [f"{year + (first - 1 + step) // 12}-{(first - 1 + step) % 12 + 1:02d}" for step in range(len(values))]
    return {(area, entity, when, measure): value for when, value in zip(at, values, strict=True) if value is not None}


TITLE = "蒲县2022年6月市场主体登记情况统计表"
JUNE = month(PU, "all", "2022-06", 131, 32, 7961)
BY_TYPE = {
    **month(PU, "enterprise", "2022-06", 23, 6, 1652),
    **month(PU, "individual", "2022-06", 101, 25, 6013),
    **month(PU, "cooperative", "2022-06", 7, 1, 296),
}
TYPE_ROWS: Rows = [
    ["企业", 23, 6, 1652],
    ["个体工商户", 101, 25, 6013],
    ["农民专业合作社", 7, 1, 296],
    ["合计", 131, 32, 7961],
]


def _case(name: str, content: bytes, file_name: str, expected: dict[Key, Any], **more: Any) -> Case:
    return Case(name, content, file_name, expected, **more)


def cases() -> list[Case]:
    """The corpus."""
    return [
        *_rows_and_titles(),
        *_headers(),
        *_layouts(),
        *_periods(),
        *_numbers(),
        *_cumulative(),
        *_areas(),
        *_totals(),
        *_questions(),
        *_adjustments(),
        *_sceptic(),
        *_years_on_an_axis(),
        *_run_on(),
        *_hidden(),
        *_years_and_comparisons(),
        *_titles_not_understood(),
        *_beside_the_table(),
        *_periods_of_several_months(),
        *_other_habits(),
        *_names_and_notes(),
        *_wholes_and_parts(),
        *_parts_of_a_month(),
        *_formatting(),
    ]


def _rows_and_titles() -> list[Case]:
    plain = [
        [TITLE],
        ["单位：户"],
        ["类型", "新设", "注销", "实有"],
        *TYPE_ROWS,
        ["注：数据来源于市场监管局登记系统。"],
        ["制表人：张三", None, "审核：李四"],
    ]
    everything = {**BY_TYPE, **JUNE}
    merged = ["A1:D1"]
    return [
        _case("title, unit, total and notes, xlsx", xlsx(("Sheet1", plain, merged)), "a.xlsx", everything),
        _case("the same as xls", xls(("Sheet1", plain, merged)), "a.xls", everything),
        _case("the same as ods", ods(("Sheet1", plain, merged)), "a.ods", everything),
        _case("the same as csv", text(plain), "a.csv", everything),
        _case("the same as csv with a byte-order mark", text(plain, "utf-8-sig"), "a.csv", everything),
        _case("the same as csv in GB18030", text(plain, "gb18030"), "a.csv", everything),
        _case(
            "blank rows and a blank first column",
            xlsx(("Sheet1", [[], [], *([None, *row] for row in plain[:3]), [], *([None, *row] for row in plain[3:])])),
            "a.xlsx",
            everything,
        ),
        _case(
            "reporting office, date of filling in and unit in one row",
            xlsx(
                (
                    "Sheet1",
                    [
                        ["市场主体月报"],
                        ["填报单位：蒲县市场监督管理局", None, "2022年6月", "单位：户"],
                        ["类型", "新设", "注销吊销", "实有"],
                        *TYPE_ROWS,
                        ["填报日期：2022年7月3日"],
                    ],
                )
            ),
            "a.xlsx",
            everything,
        ),
        _case(
            "month from the sheet, area from the title",
            xlsx(("6月", [["蒲县2022年市场主体登记情况"], ["类型", "新设", "注销", "期末实有"], *TYPE_ROWS])),
            "a.xlsx",
            everything,
        ),
        _case(
            "area from the sheet, month from the title",
            xlsx(("蒲县", [["2022年6月市场主体登记情况"], ["类型", "新登记", "注吊销", "在册"], *TYPE_ROWS])),
            "a.xlsx",
            everything,
        ),
        _case(
            "header with spaces and line breaks inside",
            xlsx(
                (
                    "Sheet1",
                    [
                        [TITLE],
                        ["类  型", "新 设\n（户）", "注 销\n（户）", "实 有\n（户）"],
                        ["企 业", 23, 6, 1652],
                        ["个体\n工商户", 101, 25, 6013],
                        ["农民专业\n合作社", 7, 1, 296],
                        ["合　计", 131, 32, 7961],
                    ],
                )
            ),
            "a.xlsx",
            everything,
        ),
        _case(
            "numbered rows",
            xlsx(
                (
                    "Sheet1",
                    [
                        [TITLE],
                        ["序号", "类型", "新设", "注销", "实有"],
                        *([n, *row] for n, row in enumerate(TYPE_ROWS, 1)),
                    ],
                )
            ),
            "a.xlsx",
            everything,
        ),
        _case(
            "row of column numbers",
            xlsx(("Sheet1", [[TITLE], ["类型", "新设", "注销", "实有"], ["甲", 1, 2, 3], *TYPE_ROWS])),
            "a.xlsx",
            everything,
        ),
        _case(
            "remarks column",
            xlsx(
                (
                    "Sheet1",
                    [
                        [TITLE],
                        ["类型", "新设", "注销", "实有", "备注"],
                        *([*row, "含迁入 3 户" if at == 1 else None] for at, row in enumerate(TYPE_ROWS)),
                    ],
                )
            ),
            "a.xlsx",
            everything,
        ),
        _case(
            "其中 rows under the total",
            xlsx(
                (
                    "Sheet1",
                    [
                        [TITLE],
                        ["项目", "新设", "注销", "实有"],
                        ["市场主体合计", 131, 32, 7961],
                        ["其中：企业", 23, 6, 1652],
                        ["　　　个体工商户", 101, 25, 6013],
                        ["　　　农民专业合作社", 7, 1, 296],
                    ],
                )
            ),
            "a.xlsx",
            everything,
        ),
        _case(
            "subtypes under 其中 are left out",
            xlsx(
                (
                    "Sheet1",
                    [
                        [TITLE],
                        ["类型", "新设", "注销", "实有"],
                        TYPE_ROWS[0],
                        ["其中：私营企业", 20, 5, 1500],
                        *TYPE_ROWS[1:],
                    ],
                )
            ),
            "a.xlsx",
            everything,
            dropped=("某一类主体中的一部分",),
        ),
    ]


def _headers() -> list[Case]:
    two = [
        [TITLE],
        ["单位：户"],
        ["地区", "新设", None, None, None, "实有", None, None, None],
        [None, "合计", "企业", "个体", "合作社", "合计", "企业", "个体", "合作社"],
        ["蒲县", 131, 23, 101, 7, 7961, 1652, 6013, 296],
    ]
    merged = ["A1:I1", "A3:A4", "B3:E3", "F3:I3"]
    expected = {key: value for key, value in {**BY_TYPE, **JUNE}.items() if key[3] != "exits"}
    kinds = [
        [TITLE],
        ["类型", "本月", None, "本年累计", None, "期末"],
        [None, "新设", "注销", "新设", "注销", "实有"],
        ["企业", 23, 6, 140, 31, 1652],
        ["个体工商户", 101, 25, 590, 122, 6013],
        ["农民专业合作社", 7, 1, 29, 4, 296],
        ["合计", 131, 32, 759, 157, 7961],
    ]
    types = ("enterprise", "individual", "cooperative", "all")
    # What 1-5月 leaves of 本年累计 is of five months, and no month of it can be told.
    earlier = tuple(
        ((PU, kind, measure, "2022-01", "2022-05"), row[3 + at] - row[1 + at])
        for kind, row in zip(types, kinds[3:], strict=True)
        for at, measure in enumerate(("entries", "exits"))
    )
    years = [
        ["蒲县新设市场主体", None, None, None, None],
        ["类型", "2021年", None, "2022年", None],
        [None, "11月", "12月", "1月", "2月"],
        ["企业", 14, 19, 31, 8],
        ["个体工商户", 55, 62, 120, 37],
    ]
    year_values = {
        **months(PU, "enterprise", "entries", "2021-11", 14, 19, 31, 8),
        **months(PU, "individual", "entries", "2021-11", 55, 62, 120, 37),
    }
    return [
        _case("two-row merged header", xlsx(("Sheet1", two, merged)), "a.xlsx", expected),
        _case("two-row merged header, xls", xls(("Sheet1", two, merged)), "a.xls", expected),
        _case("two-row merged header, ods", ods(("Sheet1", two, merged)), "a.ods", expected),
        _case("two-row header, csv without merges", text(two, "gb18030"), "a.csv", expected),
        _case(
            "当月 beside 累计",
            xlsx(("Sheet1", kinds, ["B2:C2", "D2:E2", "A2:A3"])),
            "a.xlsx",
            {**BY_TYPE, **JUNE},
            counted=earlier,
        ),
        _case("当月 beside 累计, csv", text(kinds), "a.csv", {**BY_TYPE, **JUNE}, counted=earlier),
        _case(
            "years over months", xlsx(("Sheet1", years, ["A1:E1", "A2:A3", "B2:C2", "D2:E2"])), "a.xlsx", year_values
        ),
        _case("years over months, csv", text(years), "a.csv", year_values),
        _case(
            "同比 columns fit and are left out",
            xlsx(
                (
                    "Sheet1",
                    [
                        ["蒲县市场主体登记情况"],
                        ["月份", "新设", None, "实有"],
                        [None, "户数", "同比（%）", None],
                        ["2021年6月", 100, None, 6400],
                        *([f"2021年{m}月", 50 + m, None, 6400 + 9 * m] for m in range(7, 13)),
                        *([f"2022年{m}月", 90 + m, None, 6600 + 9 * m] for m in range(1, 6)),
                        ["2022年6月", 131, 31.0, 7961],
                    ],
                    ["B2:C2"],
                )
            ),
            "a.xlsx",
            {
                **months(
                    PU,
                    "all",
                    "entries",
                    "2021-06",
                    100,
                    *(50 + m for m in range(7, 13)),
                    *(90 + m for m in range(1, 6)),
                    131,
                ),
                **months(
                    PU,
                    "all",
                    "stock",
                    "2021-06",
                    6400,
                    *(6400 + 9 * m for m in range(7, 13)),
                    *(6600 + 9 * m for m in range(1, 6)),
                    7961,
                ),
            },
        ),
        _case(
            "goals and ranks beside counts",
            xlsx(
                (
                    "Sheet1",
                    [
                        ["2022年6月各县市场主体培育情况"],
                        ["县区", "年度目标", "新设", "完成率（%）", "排名", "实有"],
                        ["蒲县", 1489, 131, 8.8, 2, 7961],
                        ["大宁县", 900, 88, 9.8, 1, 5120],
                    ],
                )
            ),
            "a.xlsx",
            {**month(PU, "all", "2022-06", 131, None, 7961), **month(DA, "all", "2022-06", 88, None, 5120)},
            dropped=("目标、计划或进度", "排名"),
        ),
        _case(
            "注销 and 吊销 apart",
            xlsx(
                (
                    "Sheet1",
                    [
                        [TITLE],
                        ["类型", "新设", "注销", "吊销", "实有"],
                        ["企业", 23, 4, 2, 1652],
                        ["个体工商户", 101, 20, 5, 6013],
                    ],
                )
            ),
            "a.xlsx",
            {**month(PU, "enterprise", "2022-06", 23, 6, 1652), **month(PU, "individual", "2022-06", 101, 25, 6013)},
        ),
        _case(
            "净增 as a check",
            xlsx(
                (
                    "Sheet1",
                    [
                        [TITLE],
                        ["类型", "新设", "注销吊销", "净增", "实有"],
                        ["企业", 23, 6, 17, 1652],
                        ["个体户", 101, 25, 76, 6013],
                    ],
                )
            ),
            "a.xlsx",
            {**month(PU, "enterprise", "2022-06", 23, 6, 1652), **month(PU, "individual", "2022-06", 101, 25, 6013)},
        ),
        _case(
            "上年末 and 上年同期 are not this month",
            xlsx(
                (
                    "Sheet1",
                    [[TITLE], ["类型", "上年末实有", "上年同期新设", "新设", "期末实有"], ["企业", 1598, 17, 23, 1652]],
                )
            ),
            "a.xlsx",
            month(PU, "enterprise", "2022-06", 23, None, 1652),
        ),
    ]


def _layouts() -> list[Case]:
    wide = [
        ["蒲县2022年新设市场主体分月情况"],
        ["单位：户"],
        ["类型", *(f"{m}月" for m in range(1, 7))],
        ["企业", 11, 5, 19, 17, 30, 23],
        ["个体工商户", 88, 31, 97, 60, 75, 101],
        ["合计", 99, 36, 116, 77, 105, 124],
    ]
    wide_values = {
        **months(PU, "enterprise", "entries", "2022-01", 11, 5, 19, 17, 30, 23),
        **months(PU, "individual", "entries", "2022-01", 88, 31, 97, 60, 75, 101),
    }
    long = [
        ["县区", "主体类型", "指标", "时间", "数值（户）"],
        ["蒲县", "企业", "新设", "2022年6月", 23],
        ["蒲县", "企业", "期末实有", "2022年6月", 1652],
        ["大宁", "个体户", "新设", "2022年6月", 64],
        ["大宁", "个体户", "注销", "2022年6月", 12],
    ]
    down = [
        ["蒲县市场主体情况"],
        ["指标", "2022年4月", "2022年5月", "2022年6月"],
        ["新设", 98, 120, 131],
        ["注销吊销", 41, 27, 32],
        ["期末实有", 7769, 7862, 7961],
    ]
    areas_across = [
        ["2022年6月末实有市场主体"],
        ["类型", "蒲县", "大宁县", "合计"],
        ["企业", 1652, 1310, 2962],
        ["个体工商户", 6013, 3700, 9713],
        ["农民专业合作社", 296, 110, 406],
    ]
    types_across = [
        ["2022年6月新设市场主体（户）"],
        ["县区", "合计", "企业", "个体工商户", "农民专业合作社"],
        ["蒲县", 131, 23, 101, 7],
        ["大宁县", 88, 14, 64, 10],
        ["总计", 219, 37, 165, 17],
    ]
    both = {
        **month(PU, "all", "2022-06", 131),
        **month(PU, "enterprise", "2022-06", 23),
        **month(PU, "individual", "2022-06", 101),
        **month(PU, "cooperative", "2022-06", 7),
        **month(DA, "all", "2022-06", 88),
        **month(DA, "enterprise", "2022-06", 14),
        **month(DA, "individual", "2022-06", 64),
        **month(DA, "cooperative", "2022-06", 10),
    }
    sections = [
        ["蒲县2022年上半年市场主体情况"],
        ["指标", "4月", "5月", "6月"],
        ["一、新设"],
        ["企业", 17, 30, 23],
        ["个体工商户", 60, 75, 101],
        ["二、期末实有"],
        ["企业", 1611, 1637, 1652],
        ["个体工商户", 5902, 5950, 6013],
    ]
    section_values = {
        **months(PU, "enterprise", "entries", "2022-04", 17, 30, 23),
        **months(PU, "individual", "entries", "2022-04", 60, 75, 101),
        **months(PU, "enterprise", "stock", "2022-04", 1611, 1637, 1652),
        **months(PU, "individual", "stock", "2022-04", 5902, 5950, 6013),
    }
    nested = [
        ["2022年6月", None, None, None],
        ["地区", "类型", "新设", "实有"],
        ["蒲县", "企业", 23, 1652],
        [None, "个体", 101, 6013],
        [None, "合作社", 7, 296],
        [None, "小计", 131, 7961],
        ["大宁县", "企业", 14, 1310],
        [None, "个体", 64, 3700],
        [None, "合作社", 10, 110],
        [None, "小计", 88, 5120],
        ["总计", None, 219, 13081],
    ]
    nested_values = {
        **{k: v for k, v in {**BY_TYPE, **JUNE}.items() if k[3] != "exits"},
        **month(DA, "enterprise", "2022-06", 14, None, 1310),
        **month(DA, "individual", "2022-06", 64, None, 3700),
        **month(DA, "cooperative", "2022-06", 10, None, 110),
        **month(DA, "all", "2022-06", 88, None, 5120),
    }
    sheets = [
        (
            f"2022年{m}月",
            [
                ["蒲县市场主体情况"],
                ["类型", "新设", "注销", "实有"],
                ["企业", 10 + m, m, 1600 + m * m],
                ["个体工商户", 70 + m, 2 * m, 5900 + 7 * m],
            ],
        )
        for m in (4, 5, 6)
    ]
    sheet_values: dict[Key, Any] = {}
    for m in (4, 5, 6):
        sheet_values |= {
            **month(PU, "enterprise", f"2022-0{m}", 10 + m, m, 1600 + m * m),
            **month(PU, "individual", f"2022-0{m}", 70 + m, 2 * m, 5900 + 7 * m),
        }
    stacked = [
        ["蒲县2022年6月新设情况"],
        ["类型", "户数"],
        ["企业", 23],
        ["个体工商户", 101],
        [],
        ["蒲县2022年6月末实有情况"],
        ["类型", "户数"],
        ["企业", 1652],
        ["个体工商户", 6013],
    ]
    beside = [
        ["蒲县2022年6月"],
        ["类型", "新设", None, "类型", "实有"],
        ["企业", 23, None, "企业", 1652],
        ["个体工商户", 101, None, "个体工商户", 6013],
    ]
    two_types = {
        **month(PU, "enterprise", "2022-06", 23, None, 1652),
        **month(PU, "individual", "2022-06", 101, None, 6013),
    }
    form = [[TITLE], ["本月新设", 131], ["本月注销吊销", 32], ["期末实有", 7961]]
    return [
        _case(
            "months across, sum of two types is asked about",
            xlsx(("Sheet1", wide)),
            "a.xlsx",
            {},
            asked=("合计恰等于企业、个体工商户之和",),
        ),
        _case("months across, without the sum", xlsx(("Sheet1", wide[:-1])), "a.xlsx", wide_values),
        _case(
            "long",
            text(long),
            "a.csv",
            {
                ("141033", "enterprise", "2022-06", "entries"): 23,
                ("141033", "enterprise", "2022-06", "stock"): 1652,
                (DA, "individual", "2022-06", "entries"): 64,
                (DA, "individual", "2022-06", "exits"): 12,
            },
        ),
        _case(
            "measures down, months across",
            xlsx(("Sheet1", down)),
            "a.xlsx",
            {
                **months(PU, "all", "entries", "2022-04", 98, 120, 131),
                **months(PU, "all", "exits", "2022-04", 41, 27, 32),
                **months(PU, "all", "stock", "2022-04", 7769, 7862, 7961),
            },
        ),
        _case(
            "areas across",
            xlsx(("Sheet1", areas_across)),
            "a.xlsx",
            {
                **month(PU, "enterprise", "2022-06", None, None, 1652),
                **month(PU, "individual", "2022-06", None, None, 6013),
                **month(PU, "cooperative", "2022-06", None, None, 296),
                **month(DA, "enterprise", "2022-06", None, None, 1310),
                **month(DA, "individual", "2022-06", None, None, 3700),
                **month(DA, "cooperative", "2022-06", None, None, 110),
            },
        ),
        _case("types across, areas down, sums both ways", xls(("Sheet1", types_across)), "a.xls", both),
        _case("headings within the table", xlsx(("Sheet1", sections)), "a.xlsx", section_values),
        _case(
            "areas merged over types with 小计 and 总计",
            xlsx(("Sheet1", nested, ["A3:A6", "A7:A10", "A11:B11"])),
            "a.xlsx",
            nested_values,
        ),
        _case("areas over types, csv without merges", text(nested), "a.csv", nested_values),
        _case("a sheet a month", xlsx(*sheets), "a.xlsx", sheet_values),
        _case("a sheet a month, ods", ods(*sheets), "a.ods", sheet_values),
        _case(
            "a sheet an area",
            xlsx(
                ("蒲县", [["2022年6月"], ["类型", "新设"], ["企业", 23], ["个体", 101]]),
                ("大宁县", [["2022年6月"], ["类型", "新设"], ["企业", 14], ["个体", 64]]),
            ),
            "a.xlsx",
            {
                **month(PU, "enterprise", "2022-06", 23),
                **month(PU, "individual", "2022-06", 101),
                **month(DA, "enterprise", "2022-06", 14),
                **month(DA, "individual", "2022-06", 64),
            },
        ),
        _case("two tables on a sheet", xlsx(("Sheet1", stacked)), "a.xlsx", two_types),
        _case("tables side by side", xlsx(("Sheet1", beside)), "a.xlsx", two_types),
        _case("a form of two columns without header", xlsx(("Sheet1", form)), "a.xlsx", JUNE),
        _case(
            "months down with the year above them",
            xlsx(
                (
                    "Sheet1",
                    [
                        ["蒲县市场主体登记"],
                        ["年份", "月份", "新设", "注销"],
                        [2021, 11, 69, 20],
                        [None, 12, 81, 23],
                        [2022, 1, 151, 32],
                        [None, 2, 45, 9],
                    ],
                    ["A3:A4", "A5:A6"],
                )
            ),
            "a.xlsx",
            {
                **months(PU, "all", "entries", "2021-11", 69, 81, 151, 45),
                **months(PU, "all", "exits", "2021-11", 20, 23, 32, 9),
            },
        ),
    ]


PERIOD_FORMS: list[Any] = [
    "2022年6月", "202206", "2022.06", "2022-6", "2022/6", "2022年06月", "二〇二二年六月", "2022年6月份", "2022年6月末",
    "2022年6月底", 202206, 44713, dt.date(2022, 6, 1), dt.date(2022, 6, 30), "２０２２年６月", "2022 年 6 月",
    "22年6月", "2022-06-30", "20220630", "2022.6",
]  # fmt: skip


def _periods() -> list[Case]:
    header = [["蒲县市场主体情况"], ["月份", "企业实有", "个体实有"]]
    june = {
        **month(PU, "enterprise", "2022-06", None, None, 1652),
        **month(PU, "individual", "2022-06", None, None, 6013),
    }
    found = [
        _case(f"month written {form!r}", xlsx(("Sheet1", [*header, [form, 1652, 6013]])), "a.xlsx", june)
        for form in PERIOD_FORMS
    ]
    dotted = [
        ["蒲县新设市场主体"],
        ["月份", "新设"],
        [2021.9, 71],
        [2021.1, 66],
        [2021.11, 69],
        [2021.12, 81],
        [2022.1, 151],
        [2022.2, 45],
    ]
    return [
        *found,
        _case(
            "2021.1 between 2021.9 and 2021.11 is October",
            xlsx(("Sheet1", dotted)),
            "a.xlsx",
            months(PU, "all", "entries", "2021-09", 71, 66, 69, 81, 151, 45),
        ),
        _case(
            "2022.1 alone is asked about",
            xlsx(("Sheet1", [["蒲县新设市场主体"], ["月份", "新设"], [2022.1, 151]])),
            "a.xlsx",
            {},
            asked=("A3：“2022.1”是小数",),
        ),
        _case(
            "serials across",
            xls(
                (
                    "Sheet1",
                    [
                        ["蒲县新设市场主体"],
                        ["月份", dt.date(2022, 4, 1), dt.date(2022, 5, 1), dt.date(2022, 6, 1)],
                        ["企业", 17, 30, 23],
                        ["个体", 60, 75, 101],
                    ],
                )
            ),
            "a.xls",
            {
                **months(PU, "enterprise", "entries", "2022-04", 17, 30, 23),
                **months(PU, "individual", "entries", "2022-04", 60, 75, 101),
            },
        ),
        _case(
            "202204 across as numbers",
            text(
                [
                    ["蒲县新设市场主体"],
                    ["类型", "202204", "202205", "202206"],
                    ["企业", 17, 30, 23],
                    ["个体", 60, 75, 101],
                ]
            ),
            "a.csv",
            {
                **months(PU, "enterprise", "entries", "2022-04", 17, 30, 23),
                **months(PU, "individual", "entries", "2022-04", 60, 75, 101),
            },
        ),
        _case(
            "year said once, then months",
            text([["蒲县新设市场主体"], ["月份", "户数"], ["2021年11月", 69], ["12月", 81], ["1月", 151], ["2月", 45]]),
            "a.csv",
            months(PU, "all", "entries", "2021-11", 69, 81, 151, 45),
        ),
        _case(
            "stock at quarter ends",
            xlsx(("Sheet1", [["蒲县2022年实有市场主体"], ["类型", "一季度末"], ["企业", 1590]])),
            "a.xlsx",
            month(PU, "enterprise", "2022-03", None, None, 1590),
        ),
        _case(
            "a quarter's entries cannot be parted",
            xlsx(("Sheet1", [["蒲县2022年新设市场主体"], ["类型", "一季度"], ["企业", 60]])),
            "a.xlsx",
            {},
            counted=(((PU, "enterprise", "entries", "2022-01", "2022-03"), 60),),
        ),
        _case(
            "months without a year",
            xlsx(("Sheet1", [["蒲县新设市场主体"], ["类型", "5月", "6月"], ["企业", 30, 23]])),
            "a.xlsx",
            {},
            asked=("没有写年份",),
        ),
        _case(
            "no month at all",
            xlsx(("Sheet1", [["蒲县市场主体情况"], ["类型", "新设", "实有"], ["企业", 23, 1652]])),
            "a.xlsx",
            {},
            asked=("没有写明是哪年哪月",),
        ),
        _case(
            "a month to come",
            xlsx(("Sheet1", [["蒲县新设市场主体"], ["类型", "2022年12月"], ["企业", 30]])),
            "a.xlsx",
            {},
            faulted=("B3：月份 2022-12 晚于收到文件的月份 2022-07",),
        ),
        _case(
            "a day in mid-month",
            xlsx(("Sheet1", [["截至2022年6月15日蒲县实有市场主体"], ["类型", "实有"], ["企业", 1650]])),
            "a.xlsx",
            {},
            asked=("在月中",),
        ),
    ]


def _numbers() -> list[Case]:
    return [
        _case(
            "万户 in the unit row",
            xlsx(
                (
                    "Sheet1",
                    [
                        ["2022年6月末实有市场主体"],
                        [None, None, "单位：万户"],
                        ["地区", "企业", "个体工商户"],
                        ["山西省", 90.6, 255.0],
                        ["临汾市", 8.12, 24.5],
                    ],
                )
            ),
            "a.xlsx",
            {
                ("140000", "enterprise", "2022-06", "stock"): (906000, 50),
                ("140000", "individual", "2022-06", "stock"): (2550000, 500),
                ("141000", "enterprise", "2022-06", "stock"): (81200, 50),
                ("141000", "individual", "2022-06", "stock"): (245000, 500),
            },
        ),
        _case(
            "万户 in one header",
            text([["临汾市2022年6月"], ["类型", "新设（户）", "实有（万户）"], ["企业", "1,204", "8.1"]]),
            "a.csv",
            {
                ("141000", "enterprise", "2022-06", "entries"): 1204,
                ("141000", "enterprise", "2022-06", "stock"): (81000, 500),
            },
        ),
        _case(
            "numbers as text",
            xlsx(
                (
                    "Sheet1",
                    [
                        [TITLE],
                        ["类型", "新设", "注销", "实有"],
                        ["企业", "２３", " 6 ", "1，652"],
                        ["个体工商户", "101户", "25", "6,013户"],
                        ["合作社", "7", "—", "…"],
                    ],
                )
            ),
            "a.xlsx",
            {
                **month(PU, "enterprise", "2022-06", 23, 6, 1652),
                **month(PU, "individual", "2022-06", 101, 25, 6013),
                **month(PU, "cooperative", "2022-06", 7),
            },
        ),
        _case(
            "1.6万户 and 1万6千",
            xlsx(("Sheet1", [["2022年6月实有"], ["县区", "实有"], ["左权县", "1.6万户"], ["万柏林区", "8万3千"]])),
            "a.xlsx",
            {(ZUO, "all", "2022-06", "stock"): (16000, 500), (WAN, "all", "2022-06", "stock"): (83000, 500)},
        ),
        _case(
            "dashes and blanks are no zeros",
            xlsx(
                (
                    "Sheet1",
                    [
                        [TITLE],
                        ["类型", "新设", "注销", "实有"],
                        ["企业", "-", "——", 1652],
                        ["个体工商户", None, 0, "……"],
                    ],
                )
            ),
            "a.xlsx",
            {**month(PU, "enterprise", "2022-06", None, None, 1652), **month(PU, "individual", "2022-06", None, 0)},
        ),
        _case(
            "a footnote mark on a number",
            xlsx(("Sheet1", [[TITLE], ["类型", "新设"], ["企业", "23①"]])),
            "a.xlsx",
            {},
            faulted=("B3：新设应为数字，现为“23①”",),
        ),
        _case(
            "约 and 余",
            xlsx(("Sheet1", [[TITLE], ["类型", "实有"], ["企业", "约1600"], ["个体", "6000余"]])),
            "a.xlsx",
            {},
            faulted=("B3：实有应为数字，现为“约1600”", "B4：实有应为数字，现为“6000余”"),
        ),
        _case(
            "an error value",
            xlsx(("Sheet1", [[TITLE], ["类型", "实有"], ["企业", "#REF!"]])),
            "a.xlsx",
            {},
            faulted=("B3：实有是 Excel 的错误值“#REF!”",),
        ),
        _case(
            "a formula never computed",
            xlsx(("Sheet1", [[TITLE], ["类型", "实有"], ["企业", "=1600+52"]])),
            "a.xlsx",
            {},
            faulted=("B3：实有是没有算出结果的公式",),
        ),
        _case(
            "a formula never computed, xls",
            xls(("Sheet1", [[TITLE], ["类型", "实有"], ["企业", xlwt.Formula("1600+52")]])),
            "a.xls",
            {},
            faulted=("B3：实有是没有算出结果的公式",),
        ),
        _case(
            "a formula never computed, ods",
            ods(("Sheet1", [[TITLE], ["类型", "实有"], ["企业", "=1600+52"]])),
            "a.ods",
            {},
            faulted=("B3：实有是没有算出结果的公式",),
        ),
        _case(
            "negative entries",
            xlsx(("6月", [[TITLE], ["类型", "新设"], ["企业", -15]])),
            "a.xlsx",
            {},
            faulted=("表格第 1 张“6月”B3：新设户数为负（-15）",),
        ),
        _case(
            "a fraction of an entity",
            xlsx(("Sheet1", [[TITLE], ["类型", "实有"], ["企业", 1.6]])),
            "a.xlsx",
            {},
            faulted=("B3：实有应为整数，现为 1.6",),
        ),
        _case(
            "万户 over whole entities",
            xlsx(("Sheet1", [[TITLE], ["单位：万户"], ["类型", "实有"], ["企业", 1652], ["个体", 6013]])),
            "a.xlsx",
            {},
            asked=("大得不合常理",),
        ),
        _case(
            "无 is asked about",
            xlsx(("Sheet1", [[TITLE], ["类型", "新设"], ["企业", 23], ["合作社", "无"]])),
            "a.xlsx",
            {},
            faulted=("B4：新设应为数字，现为“无”",),
        ),
    ]


def _cumulative() -> list[Case]:
    ytd = [
        ["蒲县2022年新设市场主体累计"],
        ["类型", "1-2月", "1-3月", "1-4月", "1-5月", "1-6月"],
        ["企业", 16, 35, 52, 82, 105],
        ["个体", 119, 216, 276, 351, 452],
    ]
    ytd_values = {
        **months(PU, "enterprise", "entries", "2022-03", 19, 17, 30, 23),
        **months(PU, "individual", "entries", "2022-03", 97, 60, 75, 101),
    }
    by_month = [
        ["蒲县市场主体新设情况"],
        ["月份", "当月", "本年累计"],
        ["2022年1月", 99, 99],
        ["2022年2月", 36, 135],
        ["2022年3月", 116, 251],
        ["2022年4月", 77, 328],
    ]
    return [
        _case(
            "累计 from January and February on",
            xlsx(("Sheet1", ytd)),
            "a.xlsx",
            ytd_values,
            counted=(
                ((PU, "enterprise", "entries", "2022-01", "2022-02"), 16),
                ((PU, "individual", "entries", "2022-01", "2022-02"), 119),
            ),
        ),
        _case(
            "当月 and 累计 agree",
            xlsx(("Sheet1", by_month)),
            "a.xlsx",
            months(PU, "all", "entries", "2022-01", 99, 36, 116, 77),
        ),
        _case(
            "当月 and 累计 disagree",
            xlsx(("Sheet1", [*by_month[:-1], ["2022年4月", 77, 338]])),
            "a.xlsx",
            {},
            faulted=("当月与累计不符",),
        ),
        _case(
            "only 累计 a month",
            xlsx(
                (
                    "Sheet1",
                    [
                        ["蒲县市场主体"],
                        ["月份", "累计新设"],
                        ["2022年1月", 99],
                        ["2022年2月", 135],
                        ["2022年3月", 251],
                        ["2022年4月", 328],
                    ],
                )
            ),
            "a.xlsx",
            months(PU, "all", "entries", "2022-01", 99, 36, 116, 77),
        ),
        _case(
            "累计 that falls",
            xlsx(
                (
                    "Sheet1",
                    [["蒲县市场主体"], ["月份", "累计新设"], ["2022年1月", 99], ["2022年2月", 135], ["2022年3月", 128]],
                )
            ),
            "a.xlsx",
            {},
            asked=("B5：2022-03 新设由累计相减得 -7，为负",),
        ),
        _case(
            "累计 that does not say so",
            xlsx(
                (
                    "Sheet1",
                    [
                        ["蒲县2022年新设市场主体"],
                        ["月份", "户数"],
                        ["1月", 99],
                        ["2月", 135],
                        ["3月", 251],
                        ["4月", 328],
                        ["5月", 433],
                        ["6月", 557],
                    ],
                )
            ),
            "a.xlsx",
            {},
            asked=("各月只增不减（99 至 557），像是本年累计数",),
        ),
        _case(
            "only the half-year is known",
            xlsx(("Sheet1", [["蒲县2022年1-6月市场主体情况"], ["类型", "新设", "期末实有"], ["企业", 105, 1652]])),
            "a.xlsx",
            month(PU, "enterprise", "2022-06", stock=1652),
            counted=(((PU, "enterprise", "entries", "2022-01", "2022-06"), 105),),
        ),
        _case(
            "截至 leaves entries open",
            xlsx(("Sheet1", [["截至2022年6月底蒲县市场主体情况"], ["类型", "新设", "实有"], ["企业", 105, 1652]])),
            "a.xlsx",
            {},
            asked=("看不出是当月数还是本年累计数",),
        ),
        _case(
            "January and February between two years",
            xlsx(
                (
                    "Sheet1",
                    [
                        ["蒲县市场主体新设情况"],
                        ["月份", "新设"],
                        ["2021年11月", 69],
                        ["2021年12月", 81],
                        ["2022年1-2月", 196],
                        ["2022年3月", 116],
                    ],
                )
            ),
            "a.xlsx",
            {},
            asked=("2022-01 新设是多少？",),
        ),
        _case(
            "January supplied by the user",
            xlsx(
                (
                    "Sheet1",
                    [
                        ["蒲县市场主体新设情况"],
                        ["月份", "新设"],
                        ["2021年11月", 69],
                        ["2021年12月", 81],
                        ["2022年1-2月", 196],
                        ["2022年3月", 116],
                    ],
                )
            ),
            "a.xlsx",
            months(PU, "all", "entries", "2021-11", 69, 81, 151, 45, 116),
            answers=(("!补|141033|all|entries|2022-01", "151"),),
        ),
        _case(
            "January that nobody knows apart from February",
            xlsx(
                (
                    "Sheet1",
                    [
                        ["蒲县市场主体新设情况"],
                        ["月份", "新设"],
                        ["2021年11月", 69],
                        ["2021年12月", 81],
                        ["2022年1-2月", 196],
                        ["2022年3月", 116],
                    ],
                )
            ),
            "a.xlsx",
            {
                (PU, "all", "2021-11", "entries"): 69,
                (PU, "all", "2021-12", "entries"): 81,
                (PU, "all", "2022-03", "entries"): 116,
            },
            answers=(("!补|141033|all|entries|2022-01", "合计"),),
            counted=(((PU, "all", "entries", "2022-01", "2022-02"), 196),),
        ),
    ]


def _areas() -> list[Case]:
    return [
        _case(
            "short names and a prefix",
            xlsx(
                (
                    "Sheet1",
                    [
                        ["2022年6月实有市场主体"],
                        ["县区", "实有"],
                        ["蒲县", 7961],
                        ["大宁", 5120],
                        ["太原市万柏林区", 83211],
                        ["左权县市场监管局", 14020],
                    ],
                )
            ),
            "a.xlsx",
            {
                (PU, "all", "2022-06", "stock"): 7961,
                (DA, "all", "2022-06", "stock"): 5120,
                (WAN, "all", "2022-06", "stock"): 83211,
                (ZUO, "all", "2022-06", "stock"): 14020,
            },
        ),
        _case(
            "城区 is in two cities",
            xlsx(("Sheet1", [["2022年6月实有市场主体"], ["县区", "实有"], ["城区", 31000]])),
            "a.xlsx",
            {},
            asked=("A3：“城区”不止一处",),
        ),
        _case(
            "城区 in a table of 阳泉市",
            xlsx(("Sheet1", [["阳泉市2022年6月实有市场主体"], ["县区", "实有"], ["城区", 31000], ["盂县", 22117]])),
            "a.xlsx",
            {("140302", "all", "2022-06", "stock"): 31000, ("140322", "all", "2022-06", "stock"): 22117},
        ),
        _case(
            "codes of twelve digits",
            xlsx(
                (
                    "Sheet1",
                    [["2022年6月实有市场主体"], ["行政区划代码", "名称", "实有"], ["141033000000", "蒲县", 7961]],
                )
            ),
            "a.xlsx",
            {(PU, "all", "2022-06", "stock"): 7961},
        ),
        _case(
            "an area that is none",
            xlsx(("Sheet1", [["2022年6月实有市场主体"], ["县区", "实有"], ["蒲县", 7961], ["经开区", 801]])),
            "a.xlsx",
            {},
            asked=("A4：行“经开区”里的“经开区”不认识",),
        ),
        _case(
            "townships of a county with its total",
            xlsx(
                (
                    "Sheet1",
                    [
                        ["蒲县2022年6月实有市场主体"],
                        ["乡镇", "实有"],
                        ["蒲城镇", 4100],
                        ["薛关镇", 900],
                        ["全县", 5000],
                    ],
                )
            ),
            "a.xlsx",
            {
                ("141033100", "all", "2022-06", "stock"): 4100,
                ("141033101", "all", "2022-06", "stock"): 900,
                (PU, "all", "2022-06", "stock"): 5000,
            },
        ),
        _case(
            "a city above its counties",
            xlsx(
                (
                    "Sheet1",
                    [["2022年6月新设市场主体"], ["地区", "新设"], ["临汾市", 219], ["蒲县", 131], ["大宁县", 88]],
                )
            ),
            "a.xlsx",
            {
                ("141000", "all", "2022-06", "entries"): 219,
                (PU, "all", "2022-06", "entries"): 131,
                (DA, "all", "2022-06", "entries"): 88,
            },
        ),
        _case(
            "no area at all",
            xlsx(("Sheet1", [["2022年6月"], ["类型", "新设"], ["企业", 23]])),
            "a.xlsx",
            {},
            asked=("没有写明是哪个地区",),
        ),
    ]


def _totals() -> list[Case]:
    rows = [["2022年6月新设市场主体"], ["县区", "新设"], ["蒲县", 131], ["大宁县", 88]]
    return [
        _case(
            "a total of areas that fits",
            xlsx(("Sheet1", [*rows, ["合计", 219]])),
            "a.xlsx",
            {**month(PU, "all", "2022-06", 131), **month(DA, "all", "2022-06", 88)},
        ),
        _case(
            "a total of areas that does not fit",
            xlsx(("Sheet1", [*rows, ["合计", 229]])),
            "a.xlsx",
            {},
            faulted=("B5：合计 229 与 B3、B4 之和 219 不符，差 +10",),
        ),
        _case(
            "types that do not add up",
            xlsx(("Sheet1", [[TITLE], ["类型", "新设"], ["企业", 23], ["个体", 101], ["合作社", 7], ["合计", 134]])),
            "a.xlsx",
            {},
            faulted=("合计与分项不符",),
        ),
        _case(
            "合计 of months",
            xlsx(
                (
                    "Sheet1",
                    [["蒲县2022年新设市场主体"], ["类型", "4月", "5月", "6月", "合计"], ["企业", 17, 30, 23, 70]],
                )
            ),
            "a.xlsx",
            months(PU, "enterprise", "entries", "2022-04", 17, 30, 23),
        ),
        _case(
            "合计 of months that does not fit",
            xlsx(
                (
                    "Sheet1",
                    [["蒲县2022年新设市场主体"], ["类型", "4月", "5月", "6月", "合计"], ["企业", 17, 30, 23, 71]],
                )
            ),
            "a.xlsx",
            {},
            faulted=("E3：合计 71 与 B3、C3、D3 之和 70 不符",),
        ),
        _case(
            "小计 of cities and 总计",
            xlsx(
                (
                    "Sheet1",
                    [
                        ["2022年6月新设市场主体"],
                        ["县区", "新设"],
                        ["蒲县", 131],
                        ["大宁县", 88],
                        ["小计", 219],
                        ["左权县", 57],
                        ["平遥县", 203],
                        ["小计", 260],
                        ["总计", 479],
                    ],
                )
            ),
            "a.xlsx",
            {
                **month(PU, "all", "2022-06", 131),
                **month(DA, "all", "2022-06", 88),
                **month(ZUO, "all", "2022-06", 57),
                **month("140728", "all", "2022-06", 203),
            },
        ),
        _case(
            "net that does not fit",
            xlsx(("Sheet1", [[TITLE], ["类型", "新设", "注销吊销", "净增"], ["企业", 23, 6, 18]])),
            "a.xlsx",
            {},
            asked=("D3：净增为 18，而新设 23 − 注销吊销 6 = 17",),
        ),
        _case(
            "同比 that does not fit",
            xlsx(
                (
                    "Sheet1",
                    [
                        [TITLE],
                        ["类型", "新设", None, None],
                        [None, "本月", "上年同期", "同比（%）"],
                        ["企业", 23, 20, 51.0],
                    ],
                    ["B2:D2"],
                )
            ),
            "a.xlsx",
            {},
            asked=("同比为“51”",),
        ),
    ]


def _questions() -> list[Case]:
    return [
        _case(
            "sheet and title disagree",
            xlsx(("5月", [[TITLE], ["类型", "新设"], ["企业", 23]])),
            "a.xlsx",
            {},
            asked=("所写的时间不一致",),
        ),
        _case(
            "a column that is not understood",
            xlsx(("Sheet1", [[TITLE], ["类型", "新设", "歇业备"], ["企业", 23, 4]])),
            "a.xlsx",
            {},
            asked=("C2：列“歇业备”不认识“歇业备”",),
        ),
        _case(
            "goals under a title of goals",
            xlsx(("Sheet1", [["2022年蒲县新设市场主体目标任务分解表"], ["类型", "2022年6月"], ["企业", 25]])),
            "a.xlsx",
            {},
            asked=("标题像是目标",),
        ),
        _case(
            "counts without a measure",
            xlsx(("Sheet1", [["蒲县2022年6月市场主体情况"], ["类型", "户数"], ["企业", 23]])),
            "a.xlsx",
            {},
            asked=("没有写明是新设、注销还是实有",),
        ),
        _case(
            "the same number twice and different",
            xlsx(
                ("6月", [[TITLE], ["类型", "新设"], ["企业", 23]]), ("汇总", [[TITLE], ["类型", "新设"], ["企业", 32]])
            ),
            "a.xlsx",
            {},
            faulted=("同一个数写了两处而不相同",),
        ),
        _case(
            "a hidden sheet",
            xlsx(
                ("Sheet1", [[TITLE], ["类型", "新设"], ["企业", 23]]),
                ("旧数", [[TITLE], ["类型", "新设"], ["企业", 21]]),
                hidden=("旧数",),
            ),
            "a.xlsx",
            {},
            asked=("工作表“旧数”是隐藏的",),
        ),
        _case(
            "吊销 alone",
            xlsx(("Sheet1", [[TITLE], ["类型", "新设", "吊销"], ["企业", 23, 2]])),
            "a.xlsx",
            {},
            asked=("有吊销数而没有注销数",),
        ),
        _case(
            "本年 may be either",
            xlsx(("Sheet1", [[TITLE], ["类型", "本年新设"], ["企业", 105]])),
            "a.xlsx",
            {},
            asked=("看不出是当月数还是本年累计数",),
        ),
        _case(
            "month only in the name of the file",
            xlsx(("Sheet1", [["蒲县市场主体情况"], ["类型", "新设"], ["企业", 23]])),
            "蒲县2022年6月.xlsx",
            {},
            asked=("没有写明是哪年哪月",),
        ),
    ]


def _one(
    name: str, rows: Rows, expected: dict[Key, Any] | None = None, merged: list[str] | None = None, **more: Any
) -> Case:
    return _case(name, xlsx(("Sheet1", rows, merged or [])), "a.xlsx", expected or {}, **more)


def _adjustments() -> list[Case]:
    """调整 with and without a reason, and 期初 that does or does not lead to 期末."""
    head = ["类型", "期初", "新设", "注销", "期末"]
    adjusted = {**month(PU, "enterprise", "2022-06", 23, 6, 1652), (PU, "enterprise", "2022-06", "adjustment"): -5}
    fitting = month(PU, "enterprise", "2022-06", 23, 6, 1652)
    columns = [[TITLE], ["类型", "新设", "注销", "调整", "实有", "备注"], ["企业", 23, 6, -5, 1652, "迁出至隰县5户"]]
    return [
        _one("调整 with its reason in the remarks", columns, adjusted),
        _one("调整 without a reason", [*columns[:2], columns[2][:5]], asked=("D3：2022-06 调整为 -5，须注明原因",)),
        _one(
            "调整 whose reason the user gives",
            [*columns[:2], columns[2][:5]],
            adjusted,
            answers=(("!调整|141033|enterprise|2022-06", "迁出至隰县"),),
        ),
        _one(
            "调整 that the user leaves out",
            [*columns[:2], columns[2][:5]],
            fitting,
            answers=(("!调整|141033|enterprise|2022-06", "ignore"),),
        ),
        _one("期初 that leads to 期末", [[TITLE], head, ["企业", 1635, 23, 6, 1652]], fitting),
        _one(
            "期初 that does not lead to 期末",
            [[TITLE], head, ["企业", 1640, 23, 6, 1652]],
            asked=("B3：2022-06 期初 1640 + 新设 23 − 注销吊销 6 = 1657，期末为 1652，差 −5",),
        ),
        _one(
            "期初 with an adjustment by the user's word",
            [[TITLE], head, ["企业", 1640, 23, 6, 1652]],
            adjusted,
            answers=(("!期初|141033|enterprise|2022-06", "迁出至隰县5户"),),
        ),
        _one(
            "期初 that is not to be used",
            [[TITLE], head, ["企业", 1640, 23, 6, 1652]],
            fitting,
            answers=(("!期初|141033|enterprise|2022-06", "leave"),),
        ),
        _one(
            "期初 and 调整 that lead to 期末",
            [[TITLE], [*head, "调整", "备注"], ["企业", 1640, 23, 6, 1652, -5, "迁出"]],
            adjusted,
        ),
        _one(
            "期初 and 调整 that do not lead to 期末",
            [[TITLE], [*head, "调整", "备注"], ["企业", 1640, 23, 6, 1652, -4, "迁出"]],
            faulted=("B3：期初 1640 + 新设 23 − 注销吊销 6 + 调整 -4，与期末 1652 差 −1",),
        ),
        _one(
            "期初 of the year beside 累计",
            [
                [TITLE],
                ["类型", "期初", "本月新设", "本月注销", "累计新设", "累计注销", "期末"],
                ["企业", 1543, 23, 6, 140, 31, 1652],
            ],
            fitting,
            counted=(
                ((PU, "enterprise", "entries", "2022-01", "2022-05"), 140 - 23),
                ((PU, "enterprise", "exits", "2022-01", "2022-05"), 31 - 6),
            ),
        ),
        _one(
            "a quarter and the half-year leave a quarter",
            [["蒲县2022年新设市场主体"], ["类型", "一季度", "上半年"], ["企业", 60, 105]],
            counted=(
                ((PU, "enterprise", "entries", "2022-01", "2022-03"), 60),
                ((PU, "enterprise", "entries", "2022-04", "2022-06"), 45),
            ),
        ),
        _one(
            "quarters and their year",
            [
                ["蒲县2021年新设市场主体"],
                ["类型", "一季度", "二季度", "三季度", "四季度", "全年"],
                ["企业", 60, 70, 65, 50, 245],
            ],
            counted=tuple(
                ((PU, "enterprise", "entries", f"2021-{3 * at + 1:02d}", f"2021-{3 * at + 3:02d}"), value)
                for at, value in enumerate((60, 70, 65, 50))
            ),
        ),
        _one(
            "quarters that miss their year",
            [
                ["蒲县2021年新设市场主体"],
                ["类型", "一季度", "二季度", "三季度", "四季度", "全年"],
                ["企业", 60, 70, 65, 50, 246],
            ],
            faulted=("F3：当月与累计不符：此格为 246",),
        ),
        _one(
            "a year from July to June",
            [["蒲县2021年7月至2022年6月新设市场主体"], ["类型", "户数"], ["企业", 260]],
            counted=(((PU, "enterprise", "entries", "2021-07", "2022-06"), 260),),
        ),
        _one(
            "累计 entries beside the exits of the month",
            [["蒲县2022年6月"], ["类型", "1-6月新设", "6月注销", "6月末实有"], ["企业", 105, 6, 1652]],
            month(PU, "enterprise", "2022-06", None, 6, 1652),
            counted=(((PU, "enterprise", "entries", "2022-01", "2022-06"), 105),),
        ),
        _one(
            "ends of two years and of June",
            [["蒲县市场主体实有情况"], ["类型", "2020年末", "2021年末", "2022年6月末"], ["企业", 1400, 1598, 1652]],
            {
                (PU, "enterprise", when, "stock"): value
                for when, value in (("2020-12", 1400), ("2021-12", 1598), ("2022-06", 1652))
            },
        ),
        _one(
            "期初 with 注销 and 吊销 apart",
            [
                [TITLE],
                ["类型", "期初", "新设", "注销", "吊销", "期末"],
                ["企业", 1700, 23, 6, 65, 1652],
                ["个体工商户", 5937, 101, 20, 5, 6013],
            ],
            {
                **month(PU, "enterprise", "2022-06", 23, 6 + 65, 1652),
                **month(PU, "individual", "2022-06", 101, 20 + 5, 6013),
            },
        ),
        _one(
            "期初 of a type with its reason, and of the sum",
            [
                [TITLE],
                [*head, "备注"],
                ["企业", 1640, 23, 6, 1652, "迁出5户"],
                ["个体工商户", 5937, 101, 25, 6013, None],
                ["农民专业合作社", 290, 7, 1, 296, None],
                ["合计", 7867, 131, 32, 7961, None],
            ],
            {
                **BY_TYPE,
                **JUNE,
                (PU, "enterprise", "2022-06", "adjustment"): -5,
                (PU, "all", "2022-06", "adjustment"): -5,
            },
            answers=(("!期初|141033|enterprise|2022-06", "迁出5户"),),
        ),
        _one(
            "a month of two quarter columns and a stock of every area",
            [
                ["临汾市2022年上半年市场主体情况表（单位：户）"],
                ["县（市、区）", "1-3月新登记", None, "1-6月新登记", None, "6月末实有"],
                [None, "企业", "个体", "企业", "个体", "合计"],
                ["蒲县", 35, 216, 105, 452, 7961],
            ],
            month(PU, "all", "2022-06", stock=7961),
            ["B2:C2", "D2:E2", "A2:A3"],
            counted=tuple(
                ((PU, kind, "entries", *span), value)
                for kind, first, both in (("enterprise", 35, 105), ("individual", 216, 452))
                for span, value in ((("2022-01", "2022-03"), first), (("2022-04", "2022-06"), both - first))
            ),
        ),
        _one(
            "a negative quarter",
            [["蒲县2022年新设市场主体"], ["类型", "一季度"], ["企业", -60]],
            faulted=("B3：新设户数为负（-60）",),
        ),
        _one(
            "a half-year below its quarter",
            [["蒲县2022年新设市场主体"], ["类型", "一季度", "上半年"], ["企业", 60, 55]],
            asked=("C3：2022-04 至 2022-06 新设由累计相减得 -5，为负",),
        ),
    ]


def _years_on_an_axis() -> list[Case]:
    """Years along one axis and months along the other."""
    year = [81, 30, 110, 70, 80, 90, 77, 66, 88, 99, 71, 61]
    half = [99, 36, 116, 77, 105, 124]
    both = {**months(PU, "all", "entries", "2021-01", *year), **months(PU, "all", "entries", "2022-01", *half)}
    title, heads = ["蒲县新设市场主体"], [f"{m}月" for m in range(1, 13)]

    def across(total: int) -> Rows:
        body = [[f"{m}月", year[m - 1], half[m - 1] if m <= 6 else None] for m in range(1, 13)]
        return [title, ["月份", "2021年", "2022年"], *body, ["合计", total, 557]]

    return [
        _one(
            "years down and months across",
            # 81 + 30 + … + 61 = 923; 99 + 36 + 116 + 77 + 105 + 124 = 557
            [title, ["年份", *heads, "合计"], ["2021年", *year, 923], ["2022年", *half, *[None] * 6, 557]],
            both,
        ),
        _one("years across and months down", across(923), both),
        _one(
            "a year across that does not add up",
            across(913),
            faulted=("B15：合计 913 与 B3、B4……B14（共12格） 之和 923 不符，差 −10",),
        ),
        _one("years down and types beside them", [
            title, ["年份", "类型", "11月", "12月"], ["2021年", "企业", 14, 19], [None, "个体", 50, 41],
        ], {
            **months(PU, "enterprise", "entries", "2021-11", 14, 19),
            **months(PU, "individual", "entries", "2021-11", 50, 41),
        }, merged=["A3:A4"]),
    ]  # fmt: skip


def _run_on() -> list[Case]:
    """Sums that are formulas, and run on over months in which nothing was reported."""
    title = ["蒲县2022年新设市场主体"]
    past = ["蒲县2021年新设市场主体"]
    blank = [past, ["类型", *(f"{m}月" for m in range(1, 13)), "全年"], ["企业", 11, 5, 19, *[None] * 9, 35]]
    ytd = [title, ["月份", "当月", "累计"], ["1月", 11, 11], ["2月", 5, 16], ["3月", None, 16]]
    key = "!Sheet##1:{}|空白"
    return [
        _one("全年 over months that are blank", blank, asked=("N3：2021-04 至 2021-12 新设由累计相减得 0",)),
        _one(
            "全年 is what the half year was",
            [["蒲县2021年新设市场主体"], ["类型", "上半年", "全年"], ["企业", 105, 105]],
            asked=("C3：2021-07 至 2021-12 新设由累计相减得 0，而表中没有这几个月自己的数",),
        ),
        _one("累计 goes on over a blank month", ytd, asked=("C5：2022-03 新设由累计相减得 0，而当月的格空着",)),
        _one(
            "累计 goes on, and the month was not reported",
            ytd,
            months(PU, "all", "entries", "2022-01", 11, 5),
            answers=((key.format("bbf70a"), "leave"),),
            dropped=("2022-03 没有报送",),
        ),
        _one(
            "累计 goes on, and there were none",
            ytd,
            months(PU, "all", "entries", "2022-01", 11, 5, 0),
            answers=((key.format("bbf70a"), "zero"),),
        ),
        _one(
            "累计 goes on beside a mark",
            [*ytd[:-1], ["3月", "—", 16]],
            months(PU, "all", "entries", "2022-01", 11, 5, 0),
        ),
        _one(
            "累计 tells a blank month",
            [*ytd[:-1], ["3月", None, 23]],
            months(PU, "all", "entries", "2022-01", 11, 5, 23 - 16),
        ),
    ]


def _hidden() -> list[Case]:
    """Rows and columns that whoever sent the file may not see."""
    rows = [["2022年6月新设"], ["县区", "企业", "个体"], ["蒲县", 23, 101], ["大宁县", 14, 64], ["合计", 37, 165]]
    pu = {**month(PU, "enterprise", "2022-06", 23), **month(PU, "individual", "2022-06", 101)}
    da = {**month(DA, "enterprise", "2022-06", 14), **month(DA, "individual", "2022-06", 64)}
    row, column = "Sheet##1:{}|隐藏行|537b74", "Sheet##1:{}|隐藏列|d300aa"
    key = "beeedf"
    sheet = ("Sheet1", rows)
    return [
        _case(
            "a hidden row", xlsx(sheet, hidden_rows=(4,)), "a.xlsx", {}, asked=("A4：第 4 行在表中是隐藏的（共1行）",)
        ),
        _case("a hidden row, xls", xls(sheet, hidden_rows=(4,)), "a.xls", {}, asked=("A4：第 4 行在表中是隐藏的",)),
        _case(
            "a hidden column, xls", xls(sheet, hidden_columns=(2,)), "a.xls", {}, asked=("C2：第 C 列在表中是隐藏的",)
        ),
        _case("a hidden column", xlsx(sheet, hidden_columns="C"), "a.xlsx", {}, asked=("C2：第 C 列在表中是隐藏的",)),
        _case(
            "a hidden row that is read",
            xlsx(sheet, hidden_rows=(4,)),
            "a.xlsx",
            {**pu, **da},
            answers=((row.format(key), "read"),),
        ),
        _case(
            "a hidden row that is not",
            xlsx(sheet, hidden_rows=(4,)),
            "a.xlsx",
            pu,
            answers=((row.format(key), "skip"),),
        ),
        _case(
            "a hidden column that is not read",
            xls(sheet, hidden_columns=(2,)),
            "a.xls",
            {key: value for key, value in {**pu, **da}.items() if key[1] == "enterprise"},
            answers=((column.format(key), "skip"),),
        ),
        _case("a hidden sum", xlsx(sheet, hidden_rows=(5,)), "a.xlsx", {**pu, **da}),
        _case("a hidden row of the header", xlsx(sheet, hidden_rows=(1, 2)), "a.xlsx", {**pu, **da}),
    ]


def _years_and_comparisons() -> list[Case]:
    """Whole years, last year's month beside this year's, dates below the table, units of more than one kind."""
    year = [["蒲县2021年度新设情况"], ["类型", "新设"], ["企业", 623]]
    both = [["蒲县新设市场主体"], ["类型", "2021年5月", "2022年5月"], ["企业", 19, 30], ["个体", 97, 105]]
    time, hole = "!Sheet##1:{}|表|时间", "Sheet##1:{}|缺月|11"
    below = [["蒲县2022年6月新设"], ["类型", "新设"], ["企业", 23], ["注：数据截止2022年5月31日"]]
    return [
        _one("a title of a year", year, asked=("A2：表里没有写明是哪年哪月的数",)),
        _one(
            "a title of a year, that is all of it",
            year,
            counted=(((PU, "enterprise", "entries", "2021-01", "2021-12"), 623),),
            answers=((time.format("c9b5b8"), "2021"),),
        ),
        _one("the same month of two years", both, asked=("C3：141033 企业 2022-05 之前缺少 2021-06 至 2022-04",)),
        _one(
            "the same month of two years, the newer alone",
            both,
            {**month(PU, "enterprise", "2022-05", 30), **month(PU, "individual", "2022-05", 105)},
            answers=((hole.format("d9417e"), "newer"),),
            dropped=("中间缺月之前的数不用",),
        ),
        _one(
            "the same month of two years, and what lies between is held",
            both,
            {
                **month(PU, "enterprise", "2021-05", 19),
                **month(PU, "individual", "2021-05", 97),
                **month(PU, "enterprise", "2022-05", 30),
                **month(PU, "individual", "2022-05", 105),
            },
            answers=((hole.format("d9417e"), "both"),),
        ),
        _one("a note of another month below", below, asked=("A4：表下的说明与标题所写的时间不一致",)),
        _one(
            "a note of the day of the report below",
            [*below[:-1], ["注：数据截止2022年7月3日"]],
            month(PU, "enterprise", "2022-06", 23),
        ),
        _one(
            "a note of the same month below",
            [*below[:-1], ["数据截至2022年6月30日"]],
            month(PU, "enterprise", "2022-06", 23),
        ),
        _one(
            "two units in one line",
            [[TITLE], ["单位：户、万元"], ["类型", "新设", "注册资本"], ["企业", 23, 4100]],
            month(PU, "enterprise", "2022-06", 23),
        ),
        _one(
            "a text of Excel's short form",
            [[TITLE], ["类型", "新设"], ["企业", "1.7E+03"], ["个体", 105]],
            {**month(PU, "enterprise", "2022-06", (1700.0, 50.0)), **month(PU, "individual", "2022-06", 105)},
        ),
    ]


def _titles_not_understood() -> list[Case]:
    """A title is understood whole or asked about; what it says against the rows is asked about too."""

    def titled(title: str) -> Rows:
        return [[f"蒲县2022年6月{title}"], ["类型", "新设"], ["企业", 23], ["个体", 101]]

    strange = {
        "活跃市场主体情况": "标题里有“活跃”",
        "市场主体（不含个体）情况": "不含个体”不认识",
        "非个体市场主体情况": "不认识",
        "网上登记市场主体情况": "“网上”不认识",
        "重点企业和个体情况": "“重点”不认识",
        "经济开发区市场主体情况": "不认识",
        "市场主体情况（上年同期）": "上年同期数",
        "民营经济市场主体情况": "某一类主体中一部分的数",
        "市场主体登记情况（预计）": "像是目标、任务或计划",
        "4、5、6月市场主体情况": "“456",
        "日均市场主体情况": "不足一个月",
        "前20天市场主体情况": "不足一个月",
        "上半月市场主体情况": "不足一个月",
    }
    both = {**month(PU, "enterprise", "2022-06", 23), **month(PU, "individual", "2022-06", 101)}
    usual = (
        "市场主体发展情况统计表",
        "全县各类市场主体登记情况表（一）",
        "关于市场主体倍增工程推进情况的通报",
        "市场主体增长情况",
        "市场主体（含个体工商户）情况",
        "新设市场主体及同比情况",
        "各乡镇市场主体培育情况",
    )
    one = [["2022年6月新设"], ["类型", "新设"], ["企业", 23], ["个体", 101]]
    return [
        *(_one(f"a title of {title}", titled(title), asked=(part,)) for title, part in strange.items()),
        *(_one(f"a usual title: {title}", titled(title), both) for title in usual),
        _one(
            "a strange title that is nothing strange",
            titled("活跃市场主体情况"),
            both,
            answers=(("Sheet##1:c9b5b8|题|活跃", "whole"),),
        ),
        _one("a title of two types over towns", [
            ["2022年6月企业和个体工商户登记情况"], ["县区", "新设"], ["蒲县", 23], ["大宁县", 14],
        ], asked=("标题写了不止一类主体",)),
        _one("a title of another measure", [
            ["蒲县2022年6月注销情况"], ["类型", "新设"], ["企业", 23], ["个体", 101],
        ], asked=("B2：标题写的是注销，这里是新设",)),
        _one("a title of another type", [
            ["蒲县2022年6月个体工商户情况"], ["类型", "新设"], ["企业", 23], ["合作社", 7],
        ], asked=("标题写的是个体工商户，这里是企业",)),
        _one("a title of another month", [
            ["蒲县2022年6月情况"], ["类型", "5月新设"], ["企业", 23],
        ], asked=("B2：标题写的是2022年6月，这里是5月",)),
        _case("a sheet of another type", xlsx(("个体", [["蒲县2022年6月企业情况"], ["指标", "户数"], ["新设", 23]])),
              "a.xlsx", {}, asked=("表名“个体”与标题所写的类型不一致",)),
        _case("a sheet put aside", xlsx(("作废", one)), "a.xlsx", {}, asked=("表名“作废”像是作废",)),
        _case("a sheet put aside, and skipped", xlsx(("蒲县", one), ("上年同期", one)), "a.xlsx", both,
              answers=(("表名|上年同期", "skip"),)),
    ]  # fmt: skip


def _beside_the_table() -> list[Case]:
    """Units, kinds and bounds that stand beside, above or below the table."""
    stock = "山西省2022年6月末实有市场主体统计表"
    body: Rows = [["类型", "实有"], ["企业", 81], ["个体", 245]]
    wan = {
        **month("140000", "enterprise", "2022-06", None, None, (810_000.0, 5000.0)),
        **month("140000", "individual", "2022-06", None, None, (2_450_000.0, 5000.0)),
    }
    flows: Rows = [["类型", "新设"], ["企业", 105], ["个体", 452]]
    title = ["蒲县2022年6月市场主体情况统计表"]
    half = (
        ((PU, "enterprise", "entries", "2022-01", "2022-06"), 105),
        ((PU, "individual", "entries", "2022-01", "2022-06"), 452),
    )
    return [
        *(
            _one(f"the title's row says {unit}", [[stock, None, unit], *body], wan)
            for unit in ("（万户）", "万户", "数据：万户")
        ),
        _one("a unit below", [[stock], *body, ["（以上数据单位：万户）"]], asked=("没有写单位，而同一张工作表的别处",)),
        _one("a note of 万户 above", [[stock], ["说明：本表数据以万户为单位"], *body], asked=("没有写单位",)),
        _one("万户 beside 万元", [[stock], ["单位：亿元、万户"], *body], wan),
        _one("户 and 万户", [[stock], ["单位：户、万户"], *body], asked=("写了两种单位",)),
        *(
            _one(f"a header of {header}", [[stock], ["类型", header], *body[1:]], wan)
            for header in ("实有（万）", "实有/万户", "实有 万户")
        ),
        _one("a province of 364", [["2022年6月末"], ["地区", "实有"], ["山西省", 364]], asked=("小得不合常理",)),
        _one("the title's row says 累计", [[*title, None, "（累计）"], *flows], counted=half),
        _one("the title's row says 计划数", [[*title, None, "计划数"], *flows], asked=("像是目标、任务或计划",)),
        _one("a note of 累计", [title, *flows, ["注：本表新设数为1-6月累计。"]], asked=("看不出是当月数还是",)),
        _case("a file of 累计", xlsx(("Sheet1", [title, *flows])), "蒲县2022年1-6月累计.xlsx", {},
              asked=("看不出是当月数还是本年累计数",)),
        _one("2022年 under June", [title, ["类型", "2022年新设"], *flows[1:]], asked=("看不出是当月数还是本年累计数",)),
        _one("本月累计", [title, ["类型", "本月累计新设"], *flows[1:]], asked=("看不出是当月数还是",)),
        _one("a note of days", [title, *flows, ["注：数据截至2022年6月25日。"]], asked=("这张表的数照读吗",)),
        _one("a note of what is not in it", [title, *flows, ["注：不含农民专业合作社。"]], asked=("这张表的数照读吗",)),
        _one("a remark of an error", [
            title, ["类型", "新设", "备注"], ["企业", 105, "更正：应为125"], ["个体", 452, None],
        ], asked=("备注写着“更正:应为125”",)),
    ]  # fmt: skip


def _periods_of_several_months() -> list[Case]:
    """What is of several months is one number of them, whatever the word beside it."""
    two = (((PU, "all", "entries", "2022-01", "2022-02"), 135),)
    title = ["蒲县2022年市场主体新设"]
    days = ["蒲县新设市场主体（2022年1月1日-6月30日）"]
    half = (((PU, "enterprise", "entries", "2022-01", "2022-06"), 105),)
    return [
        *(
            _one(f"{months_} of 当月 beside 累计", [
                title, ["月份", "当月", "累计"], [months_, 135, 135], ["3月", 116, 251], ["4月", 77, 328],
            ], months(PU, "all", "entries", "2022-03", 116, 77), counted=two)
            for months_ in ("1-2月", "1、2月", "一、二月", "1月-2月")
        ),
        _one("a half year of 本期", [["蒲县2022年上半年市场主体新设"], ["类型", "本期", "上年同期"], ["企业", 105, 98]],
             counted=half),
        _one("本月 of January and February", [["蒲县2022年1-2月"], ["类型", "本月新设"], ["企业", 16]],
             asked=("看不出是当月数还是本年累计数",)),
        _one("a span of days that are months", [days, ["类型", "户数"], ["企业", 105]], counted=half),
        _one("a span of days from a system", [
            ["蒲县新设市场主体"], ["统计时间：2022-01-01至2022-06-30"], ["类型", "户数"], ["企业", 105],
        ], counted=half),
        _one("a span of days that are no month", [
            ["蒲县新设市场主体（2022年6月1日至6月25日）"], ["类型", "户数"], ["企业", 20],
        ], asked=("像是不足一个月",)),
        _one("days under 日期", [["蒲县2022年6月新设"], ["日期", "户数"], [1, 4], [2, 7]], asked=("不止一天的数",)),
        *(
            _one(f"a period written {form}", [["蒲县市场主体"], ["月份", "实有"], [form, 7961]],
                 month(PU, "all", "2022-06", None, None, 7961))
            for form in ("2022年6月（修订）", "2022年06", "2022_06", "6/2022", "2022年第6月", "2022年6月30日24时")
        ),
        _one("months newest first", [title, ["月份", "户数"], ["6月", 124], ["5月", 105], ["4月", 77]],
             months(PU, "all", "entries", "2022-04", 77, 105, 124)),
        _one("months as numbers over columns", [title, ["月份", 4, 5, 6], ["企业", 17, 30, 23]],
             months(PU, "enterprise", "entries", "2022-04", 17, 30, 23)),
    ]  # fmt: skip


def _other_habits() -> list[Case]:
    """Areas in two columns, codes that are numbers, what lies above, sums of parts of a type."""
    june = ["2022年6月"]
    both = {**month(PU, "all", "2022-06", 131), **month(DA, "all", "2022-06", 88)}
    parts: Rows = [[TITLE], ["类型", "实有"], ["内资企业", 100], ["私营企业", 1500], ["外资企业", 52], ["小计", 1652],
                   ["个体工商户", 6013], ["合作社", 296], ["合计", 7961]]  # fmt: skip
    return [
        _one("city and county in two columns", [
            june, ["市", "县区", "新设"], ["临汾市", "蒲县", 131], ["临汾市", "大宁县", 88],
        ], both),
        _one("codes as numbers", [june, ["代码", "县区", "新设"], [141033, "蒲县", 131], [141030, "大宁县", 88]], both),
        _one("footnotes behind names", [june, ["县区", "新设"], ["蒲县①", 131], ["大宁县*", 88]], both),
        _one("全市 beside 全县", [
            ["蒲县2022年6月末实有"], ["范围", "实有"], ["全市", 455_000], ["全县", 7961],
        ], {**month("141000", "all", "2022-06", None, None, 455_000), **month(PU, "all", "2022-06", None, None, 7961)}),
        _one("a 小计 of parts of enterprises", parts, asked=("“小计”之上都是企业的各类",)),
        _one("a 小计 that is the enterprises", parts, {
            **month(PU, "enterprise", "2022-06", None, None, 1652),
            **month(PU, "individual", "2022-06", None, None, 6013),
            **month(PU, "cooperative", "2022-06", None, None, 296),
            **month(PU, "all", "2022-06", None, None, 7961),
        }, answers=(("Sheet##1:4341a3|行|小计|小计", "entity=enterprise"),)),
        _one("注销 that holds 简易注销", [[TITLE], ["类型", "注销（含简易注销）"], ["企业", 6]],
             month(PU, "enterprise", "2022-06", None, 6)),
        _one("a first row that is no number", [[TITLE], ["类型", "新设"], ["企业", "300+"], ["个体", 101]],
             faulted=("B3：新设应为数字，现为“300+”",)),
    ]  # fmt: skip


def _names_and_notes() -> list[Case]:
    """What the names of file and sheet, a second title line and the lines below the table say otherwise."""
    title = ["蒲县2022年6月市场主体情况统计表"]
    body: Rows = [["类型", "新设"], ["企业", 23], ["个体", 101]]
    both = {**month(PU, "enterprise", "2022-06", 23), **month(PU, "individual", "2022-06", 101)}
    table = [title, *body]
    ordinary = (
        "附件1 蒲县2022年6月市场主体发展情况表",
        "蒲县市场监督管理局2022年6月市场主体登记情况",
        "蒲县工业和信息化局2022年6月市场主体培育情况表",
        "蒲县2022年6月“市场主体建设年”活动情况统计表",
        "蒲县2022年6月市场主体倍增任务完成情况调度表（表一）",
        "关于蒲县2022年6月高质量发展市场主体指标的专报",
        "蒲县新设市场主体情况（202206）",
    )
    below: tuple[list[Any], ...] = (
        ["2022年7月5日"],
        [None, "2022年7月5日"],
        [None, "蒲县市场监督管理局"],
        ["局长：王五", "经办人：李四"],
        ["注：截至6月底，全县市场主体累计达到7961户，今年1-6月累计新设557户。"],
        ["数据截止：2022年6月30日24时"],
    )
    doubtful = (
        "注：统计时间为2022年1月1日至6月30日。",
        "注：数据截至5月底。",
        "注：本表为2021年6月数据。",
        "注：新设数为6月上旬数。",
        "注：未包括农民专业合作社。",
        "注：以上均为预计数。",
        "注：新设含变更登记。",
        "填报单位：大宁县市场监督管理局",
    )

    def sheet(name: str) -> bytes:
        return xlsx((name, table))

    return [
        *(_one(f"an ordinary title: {words}", [[words], *body], both) for words in ordinary),
        *(_one(f"below the table: {words}", [*table, words], both) for words in below),
        *(_one(f"a doubt below: {words}", [*table, [words]], asked=("？",)) for words in doubtful),
        *(
            _case(f"a sheet named {name}", sheet(name), "a.xlsx", {}, asked=("？",))
            for name in ("第二季度", "1-6月", "6月25日", "初稿", "同期数", "半年", "2022H1", "1-6", "6.25")
        ),
        *(
            _case(f"a file named {name}", xlsx(("Sheet1", table)), f"{name}.xlsx", {}, asked=("？",))
            for name in (
                "大宁县2022年6月", "蒲县202205", "蒲县5月", "蒲县2022年6月上旬", "蒲县6月不含个体", "蒲县6月预计",
            )
        ),
        _one("the smaller area of two lines", [
            ["临汾市2022年6月新设市场主体"], ["填报单位：蒲县行政审批局"], *body,
        ], both),
        _one("two lines of two counties", [
            ["蒲县2022年6月新设市场主体"], ["填报单位：大宁县行政审批局"], *body,
        ], asked=("说到不止一个地区",)),
        _one("市场主体（含企业、个体，不含合作社）", [
            ["2022年6月市场主体（含企业、个体，不含合作社）情况"], ["县区", "新设"], ["蒲县", 23],
        ], asked=("不认识",)),
        _one("以来 in a title", [["蒲县2022年3月以来新设市场主体"], *body], asked=("“以来”不认识",)),
        _one("quarters in a title", [["蒲县2022年1-2季度新设"], ["类型", "户数"], ["企业", 60]],
             counted=(((PU, "enterprise", "entries", "2022-01", "2022-06"), 60),)),
        _one("three months in one row", [
            ["蒲县2022年新设"], ["时期", "户数"], ["1、2、3月", 36], ["4、5、6月", 45],
        ], counted=(
            ((PU, "all", "entries", "2022-01", "2022-03"), 36), ((PU, "all", "entries", "2022-04", "2022-06"), 45),
        )),
        _one("days down the rows", [
            ["蒲县2022年新设"], ["日期", "户数"], ["6月1日", 4], ["6月2日", 7], ["6月3日", 5],
        ], asked=("不止一天的数",)),
        _one("合计 in the column of numbers", [
            ["2022年6月新设"], ["序号", "县区", "企业"], [1, "蒲县", 23], [2, "大宁县", 14], ["合计", None, 38],
        ], faulted=("合计 38 与 C3、C4 之和 37 不符",)),
        _one("1-1月累计", [["蒲县2022年1月"], ["类型", "1月新设", "1-1月累计新设"], ["企业", 11, 11]],
             month(PU, "enterprise", "2022-01", 11)),
        _case("an answer about one sheet is of that sheet", xlsx(
            ("5月", [["蒲县2022年5月新设"], *body]),
            ("6月", [["蒲县2022年6月上旬新设"], ["类型", "新设"], ["企业", 4], ["个体", 9]]),
        ), "a.xlsx", {**month(PU, "enterprise", "2022-05", 23), **month(PU, "individual", "2022-05", 101)},
            answers=(("#月#1:c9b5b8@6月|不足月|上旬", "ignore"),)),
    ]  # fmt: skip


def _wholes_and_parts() -> list[Case]:
    """A type that says what it holds is that type; one that says what it lacks is not."""
    firms = {**month(PU, "enterprise", "2022-06", 23), **month(PU, "cooperative", "2022-06", 7)}

    def held(firm: str, cooperative: str) -> Rows:
        return [[TITLE], ["类型", "新设"], [firm, 23], [cooperative, 7]]

    return [
        _one("合作社（联合社）", held("企业", "农民专业合作社（联合社）"), firms),
        _one("合作社及联合社", held("企业", "农民专业合作社及联合社"), firms),
        _one("含联合社, 含分支机构", held("企业（含分支机构）", "农民专业合作社(含联合社)"), firms),
        _one("含外资, 其中含", held("企业（含内资、外资）", "合作社（其中含联合社）"), firms),
        _one("不含分支机构", held("企业（不含分支机构）", "合作社"), asked=("A3：行“企业(不含分支机构)”不认识",)),
        _one("含 another type", held("企业（含个体工商户）", "合作社"), asked=("A3：行“企业(含个体工商户)”自相矛盾",)),
        _one(
            "联合社 beside 合作社 is a part of it",
            [*held("企业", "合作社"), ["其中：联合社", 1]],
            firms,
            dropped=("某一类主体中的一部分",),
        ),
    ]


def _parts_of_a_month() -> list[Case]:
    """Titles of days, weeks and ten days; and those of days that are the whole month."""
    firm = month(PU, "enterprise", "2022-06", 23)

    def of(title: str, sheet: str = "Sheet1") -> bytes:
        return xlsx((sheet, [[title], ["类型", "新设"], ["企业", 23]]))

    asked = [
        _case(f"{said} is no month", of(f"蒲县2022年6月{said}市场主体"), "a.xlsx", {}, asked=(f"A1：“{part}”像是不足",))
        for said, part in (("上旬", "上旬"), ("第1周", "第1周"), ("1-20日", "1-20日"), ("11日至20日", "11日至20日"))
    ]
    return [
        *asked,
        _case("a sheet of ten days", of("蒲县2022年6月", "中旬"), "a.xlsx", {}, asked=("“中旬”像是不足一个月的数",)),
        _case("all days of the month", of("蒲县2022年6月1-30日市场主体"), "a.xlsx", firm),
        _one(
            "上月末实有, 本月末实有",
            [[TITLE], ["类型", "上月末实有", "本月新设", "本月注销", "本月末实有"], ["企业", 1635, 23, 6, 1652]],
            # 1635 + 23 - 6 = 1652
            month(PU, "enterprise", "2022-06", 23, 6, 1652),
        ),
    ]


def _sceptic() -> list[Case]:
    """Files made to be read wrong without a word."""
    firm = month(PU, "enterprise", "2022-06", 23)
    return [
        _one(
            "a number of two lines is not one number",
            [[TITLE], ["类型", "新设"], ["企业", "23\n24"]],
            faulted=("B3：新设应为数字，现为“23 24”",),
        ),
        _one(
            "a number with a gap",
            [[TITLE], ["类型", "新设"], ["企业", "2 3"]],
            faulted=("B3：新设应为数字，现为“2 3”",),
        ),
        _one(
            "私营企业 where there is no 企业",
            [[TITLE], ["类型", "新设"], ["私营企业", 20], ["个体工商户", 101]],
            asked=("A3：表里没有“企业”，只有“私营企业”",),
        ),
        _one(
            "a title of 私营企业",
            [["蒲县2022年6月私营企业登记情况"], ["指标", "户数"], ["新设", 20], ["注销", 3]],
            asked=("标题说的是某一类主体中的一部分",),
        ),
        _one("a row without a label", [[TITLE], ["类型", "新设"], ["企业", 23], [None, 101]], asked=("A4：没有名称",)),
        _one("a column without a header", [[TITLE], ["类型", "新设", None], ["企业", 23, 6]], asked=("C3：没有名称",)),
        _one(
            "a grand total below a blank area",
            [["2022年6月"], ["地区", "类型", "新设"], ["蒲县", "企业", 23], ["大宁县", "企业", 14], [None, "合计", 37]],
            asked=("C5：这一行没有写全地区或主体类型，37 也不等于",),
        ),
        _one(
            "2021年 beside a title of June 2022",
            [["蒲县2022年6月末实有市场主体"], ["类型", "2021年", "2022年"], ["企业", 1500, 1652]],
            asked=("2021年的数是哪个时间的",),
        ),
        _one(
            "the unit only in a note below",
            [["2022年6月末实有市场主体"], ["地区", "实有"], ["山西省", 364], ["注：单位为万户。"]],
            asked=("别处写的是万户",),
        ),
        _one(
            "a second table that forgets the unit",
            [
                ["2022年6月末实有"],
                ["单位：万户"],
                ["地区", "实有"],
                ["山西省", 364],
                [],
                ["2022年6月新设"],
                ["地区", "新设"],
                ["山西省", 3],
            ],
            asked=("A6：这张表上方没有写单位",),
        ),
        _one(
            "a unit without its colon",
            [["2022年6月末实有市场主体"], [None, "单位 万户"], ["地区", "实有"], ["山西省", 364]],
            {("140000", "all", "2022-06", "stock"): (3640000, 5000)},
        ),
        _one(
            "units in the second row of the header",
            [["2022年6月"], ["地区", "新设", "实有"], [None, "户", "万户"], ["山西省", 30431, 364]],
            {("140000", "all", "2022-06", "entries"): 30431, ("140000", "all", "2022-06", "stock"): (3640000, 5000)},
        ),
        _one(
            "a value merged over two rows",
            [[TITLE], ["类型", "新设"], ["企业", 131], ["个体", None]],
            merged=["B3:B4"],
            faulted=("B3：数字格合并了 2 格",),
        ),
        _one(
            "the day of the report beside the title",
            [["蒲县市场主体登记情况", None, "2022年7月1日"], ["类型", "新设"], ["企业", 23]],
            asked=("C1：2022年7月1日不是月末",),
        ),
        _one(
            "a header Excel dated into another year",
            [["蒲县2021年新设市场主体"], ["类型", dt.date(2022, 1, 1), dt.date(2022, 2, 1)], ["企业", 11, 5]],
            asked=("标题写的是2021年，这里是2022年",),
        ),
        _one(
            "1-6 that Excel made 6 January",
            [["蒲县2022年新设"], ["类型", dt.date(2022, 1, 6)], ["企业", 140]],
            asked=("在月中",),
        ),
        _one(
            "a row of another county than the title",
            [["大宁县2022年6月新设"], ["县区", "新设"], ["蒲县", 131]],
            asked=("A3：标题、表名写的是大宁县（141030），这里是蒲县（141033）",),
        ),
        _one(
            "a township of another county",
            [["大宁县2022年6月新设"], ["乡镇", "新设"], ["蒲城镇", 31]],
            asked=("这里是蒲城镇（141033100）",),
        ),
        _case(
            "the file's name says another month",
            xlsx(("Sheet1", [[TITLE], ["类型", "新设"], ["企业", 23]])),
            "蒲县2022年5月.xlsx",
            {},
            asked=("文件名与表内所写的时间不一致",),
        ),
        _one(
            "counts that look like years",
            [["2022年6月实有"], ["地区", "企业", "个体"], ["蒲县", 2021, 2022], ["大宁县", 2019, 2023]],
            {
                **month(PU, "enterprise", "2022-06", None, None, 2021),
                **month(PU, "individual", "2022-06", None, None, 2022),
                **month(DA, "enterprise", "2022-06", None, None, 2019),
                **month(DA, "individual", "2022-06", None, None, 2023),
            },
        ),
        _one(
            "counts that look like column numbers",
            [["2022年6月新设"], ["县区", "企业", "个体", "合作社"], ["蒲县", 1, 2, 3]],
            {
                **month(PU, "enterprise", "2022-06", 1),
                **month(PU, "individual", "2022-06", 2),
                **month(PU, "cooperative", "2022-06", 3),
            },
        ),
        _one(
            "months over two years without a year",
            [["蒲县2021-2022年新设"], ["类型", "11月", "12月", "1月", "2月"], ["企业", 14, 19, 31, 8]],
            asked=("B2：“11月”没有写年份",),
        ),
        _one(
            "two columns of the same name",
            [[TITLE], ["类型", "新设", "新设"], ["企业", 23, 24]],
            faulted=("C3：2022-06 新设为 24，而 表格第 1 张“Sheet1”B3 为 23",),
        ),
        _one(
            "stock that differs between 本月 and 累计",
            [[TITLE], ["类型", "本月", "累计"], ["新设企业", 23, 140], ["实有企业", 15, 1652]],
            faulted=("同一个数写了两处而不相同",),
        ),
        _one(
            "a quarter that does not fit its months",
            [["蒲县2022年新设"], ["类型", "1月", "2月", "3月", "一季度"], ["企业", 11, 5, 19, 36]],
            faulted=("E3：当月与累计不符：此格为 36",),
        ),
        _one(
            "the rest of the year is blank",
            [
                ["蒲县2022年新设"],
                ["类型", *(f"{m}月" for m in range(1, 13)), "合计"],
                ["企业", 11, 5, 19, 17, 30, 23, *[None] * 6, 105],
            ],
            months(PU, "enterprise", "entries", "2022-01", 11, 5, 19, 17, 30, 23),
        ),
        _one(
            "累计 below the months",
            [["蒲县2022年"], ["月份", "新设"], ["1月", 99], ["2月", 36], ["3月", 116], ["累计", 251]],
            months(PU, "all", "entries", "2022-01", 99, 36, 116),
        ),
        _one(
            "累计 below the months that does not fit",
            [["蒲县2022年"], ["月份", "新设"], ["1月", 99], ["2月", 36], ["3月", 116], ["累计", 261]],
            faulted=("B6：合计 261 与 B3、B4、B5 之和 251 不符",),
        ),
        _one(
            "January by difference",
            [["蒲县"], ["月份", "当月新设", "累计新设"], ["2022年2月", 36, 135], ["2022年3月", 116, 251]],
            months(PU, "all", "entries", "2022-01", 99, 36, 116),
        ),
        _one(
            "累计新设 and 年初至今 beside 本月",
            [[TITLE], ["类型", "年初至今新设", "本月新设"], ["企业", 140, 23]],
            firm,
            counted=(((PU, "enterprise", "entries", "2022-01", "2022-05"), 140 - 23),),
        ),
        _one(
            "上月 beside 本月",
            [[TITLE], ["类型", "上月实有", "本月实有"], ["企业", 1635, 1652]],
            month(PU, "enterprise", "2022-06", None, None, 1652),
            dropped=("上月（上期）数",),
        ),
        _one(
            "完成 may be the count",
            [["2022年6月"], ["县区", "新设", None], [None, "目标", "完成"], ["蒲县", 150, 131]],
            merged=["B2:C2"],
            asked=("C3：列“新设／完成”不认识“完成”",),
        ),
        _one(
            "a plan beside the fact",
            [["2022年6月"], ["县区", "新设计划", "新设"], ["蒲县", 150, 131]],
            month(PU, "all", "2022-06", 131),
            dropped=("目标、计划或进度",),
        ),
        _one(
            "an average is no county",
            [["2022年6月新设"], ["县区", "新设"], ["蒲县", 131], ["大宁县", 88], ["平均", 109]],
            {**month(PU, "all", "2022-06", 131), **month(DA, "all", "2022-06", 88)},
        ),
        _one(
            "two types in one row",
            [[TITLE], ["类型", "新设"], ["企业和个体工商户", 124], ["合作社", 7]],
            asked=("A3：行“企业和个体工商户”自相矛盾",),
        ),
        _one(
            "a type less one", [[TITLE], ["类型", "新设"], ["市场主体（不含合作社）", 124]], asked=("里的“不含”不认识",)
        ),
        _one(
            "登记 may be new or all",
            [[TITLE], ["类型", "登记户数"], ["企业", 23]],
            asked=("没有写明是新设、注销还是实有",),
        ),
        _one(
            "新设/注销 in one column",
            [[TITLE], ["类型", "新设/注销"], ["企业", 23]],
            asked=("列“新设/注销”表头自相矛盾",),
        ),
        _one(
            "brackets for a negative number",
            [[TITLE], ["类型", "新设"], ["企业", "(15)"]],
            faulted=("B3：新设应为数字，现为“(15)”",),
        ),
        _one(
            "a code that is not the name's",
            [["2022年6月"], ["区划代码", "县区", "新设"], ["141033", "大宁县", 131]],
            asked=("自相矛盾（地区）",),
        ),
        _one(
            "the page is broken by its header",
            [[TITLE], ["类型", "新设", "实有"], ["企业", 23, 1652], ["类型", "新设", "实有"], ["个体", 101, 6013]],
            {
                **month(PU, "enterprise", "2022-06", 23, None, 1652),
                **month(PU, "individual", "2022-06", 101, None, 6013),
            },
        ),
        _one(
            "续表",
            [[TITLE], ["类型", "新设"], ["企业", 23], ["续表"], ["类型", "新设"], ["个体", 101]],
            {**firm, **month(PU, "individual", "2022-06", 101)},
        ),
        _one(
            "a numbered outline",
            [
                [TITLE],
                ["指标", "本月"],
                ["一、新设市场主体", 131],
                ["（一）企业", 23],
                ["其中：私营企业", 20],
                ["（二）个体工商户", 101],
                ["（三）农民专业合作社", 7],
                ["二、期末实有市场主体", 7961],
                ["（一）企业", 1652],
                ["（二）个体工商户", 6013],
                ["（三）农民专业合作社", 296],
            ],
            {k: v for k, v in {**BY_TYPE, **JUNE}.items() if k[3] != "exits"},
        ),
        _one(
            "a grand total that is off by one",
            [
                ["2022年6月新设"],
                ["县区", "企业", "个体", "合作社", "合计"],
                ["蒲县", 23, 101, 7, 131],
                ["大宁县", 14, 64, 10, 88],
                ["总计", 37, 165, 17, 218],
            ],
            faulted=("E5：合计 218 与 E3、E4 之和 219 不符，差 −1",),
        ),
        _one(
            "a total over a county that has no figure",
            [["2022年6月新设"], ["县区", "新设"], ["蒲县", 131], ["大宁县", None], ["合计", 219]],
            month(PU, "all", "2022-06", 131),
        ),
        _one(
            "a total below the figures that are there",
            [["2022年6月新设"], ["县区", "新设"], ["蒲县", 131], ["大宁县", None], ["合计", 100]],
            faulted=("B5：合计 100 与 B3 之和 131 不符",),
        ),
        _case(
            "a thousands comma without quotes",
            "蒲县2022年6月登记情况\n类型,新设,实有\n企业,23,1,652\n".encode(),
            "a.csv",
            {},
            faulted=("第3行有 4 格，表头有 3 格",),
        ),
        _case(
            "semicolons below a title",
            "蒲县2022年6月登记情况\n类型;新设;实有\n企业;23;1,652\n".encode("gb18030"),
            "a.csv",
            month(PU, "enterprise", "2022-06", 23, None, 1652),
        ),
        _one(
            "parents and parts in two columns",
            [
                [TITLE],
                ["指标", None, "户数"],
                ["新设", None, 131],
                [None, "企业", 23],
                [None, "个体工商户", 101],
                [None, "合作社", 7],
                ["期末实有", None, 7961],
                [None, "企业", 1652],
                [None, "个体工商户", 6013],
                [None, "合作社", 296],
            ],
            {k: v for k, v in {**BY_TYPE, **JUNE}.items() if k[3] != "exits"},
        ),
        _one(
            "a row that forgets its type",
            [
                ["2022年6月"],
                ["县区", "类型", "新设"],
                ["蒲县", "企业", 23],
                ["蒲县", None, 131],
                ["大宁县", "企业", 14],
            ],
            asked=("C4：这一行没有写全地区或主体类型",),
        ),
        _one(
            "a block of totals by type",
            [
                ["2022年6月"],
                ["县区", "类型", "新设"],
                ["总计", "企业", 38],
                [None, "个体", 165],
                ["蒲县", "企业", 23],
                [None, "个体", 101],
                ["大宁县", "企业", 14],
                [None, "个体", 64],
            ],
            faulted=("C3：合计 38 与 C5、C7 之和 37 不符",),
        ),
        _one(
            "a letter O in a number, alone in its table",
            [
                ["蒲县2022年6月新设"],
                ["类型", "户数"],
                ["个体", 101],
                [],
                ["蒲县2022年6月末实有"],
                ["类型", "户数"],
                ["企业", "1O1"],
            ],
            faulted=("B7：实有应为数字，现为“1O1”",),
        ),
        _one(
            "words where a number should be",
            [[TITLE], ["类型", "新设"], ["企业", 23], ["个体", "待报"]],
            faulted=("B4：新设应为数字，现为“待报”",),
        ),
    ]


_STOCK: Rows = [[TITLE], ["类型", "实有"], ["企业", 1652], ["个体工商户", 6013], ["农民专业合作社", 296]]


def dressed_xlsx(dress: Callable[[Any, Any], None], rows: Rows = _STOCK, **options: Any) -> bytes:
    """A workbook whose strings are shared, as Excel's are, changed by a function of workbook and sheet."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, options) as book:
        sheet = book.add_worksheet("Sheet1")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        dress(book, sheet)
    return made.getvalue()


def dressed_xls(dress: Callable[[Any], None], rows: Rows = _STOCK, *, is_from_1904: bool = False) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = is_from_1904
    sheet = book.add_sheet("Sheet1", cell_overwrite_ok=True)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    dress(sheet)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def dressed_ods(first: str, second: str, *, styles: str = "", columns: str = "") -> bytes:
    """A workbook of 企业 and 个体工商户, whose numbers are given as cells in XML."""
    head = f"<table:table-row>{_ods_cell(TITLE, None)}</table:table-row>"
    head += f"<table:table-row>{_ods_cell('类型', None)}{_ods_cell('实有', None)}</table:table-row>"
    for label, cell in (("企业", first), ("个体工商户", second)):
        head += f"<table:table-row>{_ods_cell(label, None)}{cell}</table:table-row>"
    content = ods(body=f'<table:table table:name="Sheet1">{columns}{head}</table:table>')
    made = io.BytesIO()
    namespace = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" office:version'
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            xml = old.read(name).decode().replace("office:version", namespace, 1)
            body = f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
            new.writestr(name, xml.replace("<office:body>", body) if name == "content.xml" else old.read(name))
    return made.getvalue()


def _ods_style(name: str, family: str, properties: str, parent: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="{family}" style:parent-style-name="{parent}">'
        f"<style:text-properties {properties}/></style:style>"
    )


def _formatting() -> list[Case]:
    """What fonts and number formats say: struck out, footnote marks, units that are shown only, days from 1904."""
    first, second, third = (
        month(PU, entity, "2022-06", stock=value)
        for entity, value in (("enterprise", 1652), ("individual", 6013), ("cooperative", 296))
    )
    whole = {**first, **second, **third}
    key = (PU, "enterprise", "2022-06", "stock")
    raised, struck = {"font_script": 1}, {"font_strikeout": True}
    xls_raised, xls_struck = xlwt.easyfont("escapement superscript"), xlwt.easyfont("struck_out true")

    def parts(*texts: Any, **look: Any) -> Callable[[Any, Any], None]:
        """Write B3 in parts, of which None stands before one in another font."""

        def dress(book: Any, sheet: Any) -> None:
            sheet.write_rich_string("B3", *(book.add_format(look) if text is None else text for text in texts))

        return dress

    def looks(spot: str, cell: Any, **look: Any) -> Callable[[Any, Any], None]:
        return lambda book, sheet: sheet.write(spot, cell, book.add_format(look))

    def formatted(name: str, cell: float, code: str, expected: dict[Key, Any], **more: Any) -> Case:
        return _case(name, dressed_xlsx(looks("B3", cell, num_format=code)), "a.xlsx", expected, **more)

    def xls_formatted(name: str, cell: float, code: str, expected: dict[Key, Any]) -> Case:
        style = xlwt.easyxf("", num_format_str=code)
        return _case(name, dressed_xls(lambda sheet: sheet.write(2, 1, cell, style)), "a.xls", expected)

    def both(book: Any, sheet: Any) -> None:
        mark = book.add_format(raised)
        sheet.write_rich_string("A3", "企业", mark, "1")
        sheet.write_rich_string("B2", "实有", mark, "注2", " ")
        sheet.write_rich_string("B3", "1652", mark, "3")

    def aside(book: Any, sheet: Any) -> None:
        sheet.write("C2", "备注")
        sheet.write("C3", "核减", book.add_format(struck))
        sheet.write_blank("B6", None, book.add_format(struck))

    inline = xlsx(("Sheet1", [*_STOCK[:2], ["企业", "1652"], *_STOCK[3:]]))
    with zipfile.ZipFile(io.BytesIO(inline)) as old:
        members = {name: old.read(name).decode() for name in old.namelist()}
    sheet_xml = members["xl/worksheets/sheet1.xml"]
    rich = "<is><r><rPr><strike/></rPr><t>20</t></r><r><t>1652</t></r></is>"
    members["xl/worksheets/sheet1.xml"] = sheet_xml.replace("<is><t>1652</t></is>", rich)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for name, xml in members.items():
            new.writestr(name, xml)

    serials: Rows = [["蒲县实有市场主体"], ["类型", 43190, 43220], ["企业", 1611, 1637]]
    number = '<table:table-cell office:value-type="float" office:value="{}"{}><text:p>{}</text:p></table:table-cell>'
    string = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    plain = number.format(6013, "", "6013")
    span = '{}<text:span text:style-name="T1">{}</text:span>{}'
    up, line = 'style:text-position="super 58%"', 'style:text-line-through-style="solid"'
    day = dt.date(2022, 6, 30)
    return [
        _case("superscript footnote", dressed_xlsx(parts("1652", None, "1", **raised)), "a.xlsx", whole),
        _case("subscript footnote", dressed_xlsx(parts("1652", None, "1", font_script=2)), "a.xlsx", whole),
        _case("superscripts in labels and headers", dressed_xlsx(both), "a.xlsx", whole),
        _case(
            "struck out and replaced",
            dressed_xlsx(parts(None, "20", "1652", **struck)),
            "a.xlsx",
            {},
            faulted=("B3：格内的“20”有删除线，看不出其余的算不算",),
        ),
        _case("struck out and replaced, inline", made.getvalue(), "a.xlsx", {}, faulted=("B3：格内的“20”有删除线",)),
        _case(
            "a number struck out",
            dressed_xlsx(looks("B4", 6013, **struck)),
            "a.xlsx",
            {},
            faulted=("B4：此格有删除线，看不出还算不算",),
        ),
        _case(
            "a number as text struck out",
            dressed_xlsx(looks("B4", "6013", **struck)),
            "a.xlsx",
            {},
            faulted=("B4：此格有删除线",),
        ),
        _case("a label struck out", dressed_xlsx(looks("A4", "个体", **struck)), "a.xlsx", {}, faulted=("A4：此格",)),
        _case("a header struck out", dressed_xlsx(looks("B2", "实有", **struck)), "a.xlsx", {}, faulted=("B2：此格",)),
        _case("a title struck out", dressed_xlsx(looks("A1", TITLE, **struck)), "a.xlsx", {}, faulted=("A1：此格",)),
        _case("blank cells and remarks struck out", dressed_xlsx(aside), "a.xlsx", whole),
        formatted("a format with 户", 1652, '#,##0"户"', whole),
        formatted("a format with 万户", 23, '0"万户"', {**whole, key: (230_000.0, 5000.0)}),
        formatted("a format with 万, to the entity", 1.6524, '0.00"万"', {**whole, key: 16_524}),
        formatted("a format that shows in 万", 16_524, '0!.0,"万"', {**whole, key: 16_524}),
        formatted("a format that shows in 万, four digits", 16_524, '0\\.0000"万户"', {**whole, key: 16_524}),
        formatted("a format that shows in 万, in two", 16_524, '0"万"0000"户"', {**whole, key: 16_524}),
        formatted("a format that shows in 千", 16_524, '0.0,"千户"', {**whole, key: 16_524}),
        formatted("a format that shows in 百万", 16_524, '0.00,,"百万"', {**whole, key: 16_524}),
        formatted("a format with a condition, met", 16_524, '[>=10000]0!.0,"万";0', {**whole, key: 16_524}),
        formatted("a format with a condition, not met", 1652, '[>=10000]0"万";0"户"', whole),
        formatted("a format that misleads", 16_524, '0.0,"万"', {}, faulted=("B3：此格的格式显示为“…万”",)),
        formatted("a format with a unit in front", 1652, '"(万户)"0', {}, faulted=("B3：此格的格式显示为",)),
        _case(
            "serials of days from 1904",
            dressed_xlsx(lambda *_: None, serials, date_1904=True),
            "a.xlsx",
            {},
            faulted=("B2：日期存成了数 43190，而这个工作簿从 1904 年起算日期", "C2："),
        ),
        _case(
            "serials of days from 1904, xls",
            dressed_xls(lambda _: None, serials, is_from_1904=True),
            "a.xls",
            {},
            faulted=("B2：日期存成了数 43190",),
        ),
        _case(
            "superscript footnote, xls",
            dressed_xls(lambda sheet: sheet.write_rich_text(2, 1, ["1652", ("1", xls_raised)])),
            "a.xls",
            whole,
        ),
        _case(
            "struck out and replaced, xls",
            dressed_xls(lambda sheet: sheet.write_rich_text(2, 1, [("20", xls_struck), "1652"])),
            "a.xls",
            {},
            faulted=("B3：格内的“20”有删除线",),
        ),
        _case(
            "a number struck out, xls",
            dressed_xls(lambda sheet: sheet.write(2, 1, 1652, xlwt.easyxf("font: struck_out true"))),
            "a.xls",
            {},
            faulted=("B3：此格有删除线",),
        ),
        xls_formatted("a format with 户, xls", 1652, '0"户"', whole),
        xls_formatted("a format with 万户, xls", 23, '0"万户"', {**whole, key: (230_000.0, 5000.0)}),
        xls_formatted("a format with 万户, a fraction, xls", 1.6524, '0.0"万户"', {**whole, key: 16_524}),
        xls_formatted("a format that shows in 万, xls", 16_524, '0!.0,"万"', {**whole, key: 16_524}),
        _case(
            "superscript footnote, ods",
            dressed_ods(string.format(span.format("1652", "1", "")), plain, styles=_ods_style("T1", "text", up)),
            "a.ods",
            {**first, **second},
        ),
        _case(
            "struck out and replaced, ods",
            dressed_ods(string.format(span.format("", "20", "1652")), plain, styles=_ods_style("T1", "text", line)),
            "a.ods",
            {},
            faulted=("B3：格内的“20”有删除线",),
        ),
        _case(
            "a number struck out by a parent style, ods",
            dressed_ods(
                number.format(1652, ' table:style-name="c2"', "1652"),
                plain,
                styles=_ods_style("c1", "table-cell", line) + _ods_style("c2", "table-cell", "", "c1"),
            ),
            "a.ods",
            {},
            faulted=("B3：此格有删除线",),
        ),
        _case(
            "a column struck out, ods",
            dressed_ods(
                number.format(1652, "", "1652"),
                plain,
                styles=_ods_style("c1", "table-cell", line),
                columns='<table:table-column/><table:table-column table:default-cell-style-name="c1"/>',
            ),
            "a.ods",
            {},
            faulted=("B3：此格有删除线", "B4：此格有删除线"),
        ),
        _case(
            "a unit that is shown, ods",
            dressed_ods(number.format(1.6524, "", "1.7万户"), plain),
            "a.ods",
            {**second, key: 16_524},
        ),
        _case(
            "a number that is shown in 万, ods",
            dressed_ods(number.format(16_524, "", "1.7万户"), plain),
            "a.ods",
            {**second, key: 16_524},
        ),
        _case(
            "a number that is shown as another, ods",
            dressed_ods(number.format(16_524, "", "3.7万户"), plain),
            "a.ods",
            {},
            faulted=("B3：此格的格式显示为“3.7万户”，存的却是 16524",),
        ),
        _one(
            "a number turned a day, first and alone",
            [[TITLE], ["类型", "实有"], ["企业", day], ["个体", 6013]],
            faulted=("B3：实有应为数字，现为日期“2022-06-30”",),
        ),
        _one(
            "a number turned a day, last and alone",
            [[TITLE], ["类型", "实有"], ["企业", 1652], ["个体", day]],
            faulted=("B4：实有应为数字，现为日期“2022-06-30”",),
        ),
        _one(
            "a column turned days",
            [[TITLE], ["类型", "新设", "实有"], ["企业", day, 1652], ["个体", day, 6013]],
            faulted=("B3：新设应为数字，现为日期", "B4：新设应为数字，现为日期"),
        ),
        _case(
            "a thousands comma that fills a blank remark",
            f"{TITLE}\n类型,新设,实有,备注\n企业,23,1,652\n个体,101,6013,\n".encode("gb18030"),
            "a.csv",
            {},
            faulted=("第3行“备注”列是“652”，前一格是“1”",),
        ),
        _case(
            "a remark of digits behind a larger number",
            f"{TITLE}\n类型,新设,实有,备注\n企业,23,1652,652\n".encode(),
            "a.csv",
            month(PU, "enterprise", "2022-06", 23, None, 1652),
        ),
    ]
