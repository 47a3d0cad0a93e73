"""One cell to a word the product knows: a type, a measure, a status, an area."""

from __future__ import annotations

from collections.abc import Mapping

from data.readers.cells import CellFault, parse_text
from data.readers.grid import Cell, shown

ENTITY_TYPE_WORDS = {
    "全部市场主体": "all",
    "全部": "all",
    "合计": "all",
    "all": "all",
    "企业": "enterprise",
    "enterprise": "enterprise",
    "个体工商户": "individual",
    "个体": "individual",
    "individual": "individual",
    "农民专业合作社": "cooperative",
    "合作社": "cooperative",
    "cooperative": "cooperative",
}
MEASURE_WORDS = {
    "新设": "entries",
    "entries": "entries",
    "注销吊销": "exits",
    "注销": "exits",
    "exits": "exits",
    "实有": "stock",
    "stock": "stock",
    "调整": "adjustment",
    "adjustment": "adjustment",
}
STATUS_WORDS = {
    "正式": "final",
    "final": "final",
    "初步": "preliminary",
    "preliminary": "preliminary",
    "模拟": "simulated",
    "simulated": "simulated",
    "公布": "published",
    "published": "published",
}


def parse_word(cell: Cell, words: Mapping[str, str], title: str) -> str:
    """Return what one of a few words stands for.

    Parameters
    ----------
    cell : Cell
    words : mapping of str to str
        Word in lower case -> meaning.
    title : str
        What the word tells, for messages.

    Returns
    -------
    str

    Raises
    ------
    CellFault
        For a blank cell or any other word.
    """
    text = parse_text(cell)
    meaning = words.get(text.lower())
    if meaning is None:
        held = f"不认识“{shown(text)}”" if text else "为空"
        raise CellFault(f"{title}{held}。请填 {'、'.join(words)} 之一。")
    return meaning


def parse_area(code: Cell | None, name: Cell | None, known_areas: Mapping[str, str]) -> str:
    """Return the code of an area given by its code, its name, or both.

    Parameters
    ----------
    code, name : Cell or None
        None where the table has no such column.
    known_areas : mapping of str to str
        Code -> name.

    Returns
    -------
    str

    Raises
    ------
    CellFault
        If the area is blank, unknown or ambiguous, or code and name are of two areas.
    """
    given_code = "" if code is None else parse_text(code)
    given_name = "" if name is None else parse_text(name)
    if not given_code and not given_name:
        raise CellFault("地区为空。请在每一行填写地区。")
    if given_code and given_code not in known_areas:
        raise CellFault(f"不认识地区代码“{shown(given_code)}”。请填民政部门公布的六位行政区划代码（乡镇为九位）。")
    if given_code:
        if given_name and known_areas[given_code] != given_name:
            raise CellFault(
                f"地区代码 {given_code} 是{known_areas[given_code]}，与地区“{shown(given_name)}”不一致。请核对其一。"
            )
        return given_code
    codes = [known for known, title in known_areas.items() if title == given_name]
    if len(codes) > 1:
        raise CellFault(f"“{shown(given_name)}”不止一处（{'、'.join(codes)}）。请加“地区代码”列写明。")
    if not codes:
        titles = known_areas.items()
        near = [f"{title}（{known}）" for known, title in titles if given_name in title or title in given_name]
        hint = f"是否为 {'、'.join(near[:3])}？" if near else ""
        raise CellFault(f"不认识地区“{shown(given_name)}”。{hint}请填全称，或改用“地区代码”列。")
    return codes[0]
