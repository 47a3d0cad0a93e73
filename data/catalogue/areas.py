"""Areas by GB/T 2260 code (nine digits for townships), each with the area it belongs to.

The file holds the country, Shanxi with its cities and counties, the townships of the five counties of the sources, and
Hong Kong, whose public register is the real data the product is exercised on.
"""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from data.catalogue.rows import Row, check_keys_unique, raise_faults, rows_of
from data.catalogue.tables import FOLDER, read_table
from forecasting.errors import SchemaError

COLUMNS = ["code", "name", "level", "parent"]
#: Chinese name of each level, and the level its parent has.
LEVELS = {"nation": "全国", "province": "省", "city": "市", "county": "县", "township": "乡镇"}
PARENT_LEVEL = {"nation": "", "province": "nation", "city": "province", "county": "city", "township": "county"}
CODE_DIGITS = {"nation": 6, "province": 6, "city": 6, "county": 6, "township": 9}


@cache
def load_areas() -> pd.DataFrame:
    """Load the areas of the catalogue.

    Returns
    -------
    pandas.DataFrame
        Columns code, name, level, parent, of str; the parent of the nation is "". Shared between callers: copy it
        before changing it.

    Raises
    ------
    FaultsError
        If a code is repeated or malformed, a level unknown, or a parent absent or of the wrong level.
    """
    path = FOLDER / "areas.csv"
    table = read_table(path, COLUMNS)
    rows = list(rows_of(table, path.name))
    check_keys_unique(rows, ["code"])
    levels = dict(zip(table["code"], table["level"], strict=True))
    for row in rows:
        row.require(["code", "name", "level"])
        _check_place(row, levels)
    raise_faults(rows, path.name)
    return table


def _check_place(row: Row, levels: dict[str, str]) -> None:
    """Record what is wrong with the level, the code or the parent of a row."""
    level, code, parent = row.cells["level"], row.cells["code"], row.cells["parent"]
    if level not in LEVELS:
        row.fault("level", f"“{level}”不在 {'、'.join(LEVELS)} 之内。")
        return
    if not re.fullmatch(f"[0-9]{{{CODE_DIGITS[level]}}}", code):
        row.fault("code", f"“{code}”应为{CODE_DIGITS[level]}位数字。")
    if levels.get(parent, "") != PARENT_LEVEL[level]:
        row.fault("parent", f"“{parent}”不是表中的{LEVELS.get(PARENT_LEVEL[level], '空')}级代码。")


@cache
def _places() -> dict[str, tuple[str, str]]:
    """Name and parent of every code."""
    areas = load_areas()
    return dict(zip(areas["code"], zip(areas["name"], areas["parent"], strict=True), strict=True))


def is_known(code: str) -> bool:
    """Whether the catalogue holds an area.

    Parameters
    ----------
    code : str

    Returns
    -------
    bool
    """
    return code in _places()


def area_name(code: str) -> str:
    """Return the Chinese name of an area.

    Parameters
    ----------
    code : str
        GB/T 2260 code.

    Returns
    -------
    str

    Raises
    ------
    SchemaError
        If the catalogue does not hold the code.

    Examples
    --------
    >>> area_name("141033")
    '蒲县'
    """
    if not is_known(code):
        raise SchemaError(f"没有代码为“{code}”的地区。请核对代码，或在 areas.csv 中补上。")
    return _places()[code][0]


def ancestors(code: str) -> tuple[str, ...]:
    """Return the areas an area lies in.

    Parameters
    ----------
    code : str
        GB/T 2260 code.

    Returns
    -------
    tuple of str
        Codes from the nearest to the nation, without the area itself.

    Raises
    ------
    SchemaError
        If the catalogue does not hold the code.

    Examples
    --------
    >>> ancestors("141033")
    ('141000', '140000', '100000')
    """
    area_name(code)
    parent = _places()[code][1]
    return (parent, *ancestors(parent)) if parent else ()
