"""Which column of a register is which: told by its title, or by the user; two columns for one field are a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.readers.grid import shown
from data.readers.registry_words import COLUMN_ALIASES, FIELD_NAMES, normal
from forecasting.errors import FaultsError

_FIELDS = {normal(alias): name for name, aliases in COLUMN_ALIASES.items() for alias in aliases}
_PLACES = ("area_code", "area_name", "authority")


def match_fields(titles: Sequence[str], given: Mapping[str, str], *, has_area: bool, has_type: bool) -> dict[str, int]:
    """Find the column of each field.

    Parameters
    ----------
    titles : sequence of str
    given : mapping of str to str
        Field -> title, as the user says; goes before the aliases. An empty title: this field is in no column.
    has_area, has_type : bool
        Whether the user says one area or one type for the whole file, so that no column is needed.

    Returns
    -------
    dict of str to int
        Field -> column from 0, in the order of `COLUMN_ALIASES`.

    Raises
    ------
    FaultsError
        Naming each field that is unknown, absent or in two columns.

    Examples
    --------
    >>> match_fields(["登记机关", "企业（机构）类型", "成立日期", "注销日期"], {}, has_area=False, has_type=False)
    {'authority': 0, 'entity_type': 1, 'established': 2, 'deregistered': 3}
    """
    faults: list[str] = []
    found: dict[str, list[int]] = {}
    for name, title in given.items():
        if name not in COLUMN_ALIASES:
            faults.append(f"列对应中的“{name}”不是字段。应为 {'、'.join(COLUMN_ALIASES)} 之一。")
        elif title:
            found[name] = [at for at, held in enumerate(titles) if normal(held) == normal(title)]
            if not found[name]:
                faults.append(f"没有名为“{shown(title)}”的列（{FIELD_NAMES[name]}）。现有列：{_listed(titles)}。")
    taken = {at for columns in found.values() for at in columns}
    for at, title in enumerate(titles):
        field = _FIELDS.get(normal(title))
        if field is not None and field not in given and at not in taken:
            found.setdefault(field, []).append(at)
    for name, columns in found.items():
        if len(columns) > 1:
            both = "、".join(f"第{at + 1}列“{shown(titles[at])}”" for at in columns)
            faults.append(f"{FIELD_NAMES[name]}不止一列：{both}。请写明用哪一列（--column 字段=列名）。")
    faults.extend(_absent(set(found), titles, has_area=has_area, has_type=has_type))
    if faults:
        raise FaultsError(faults, "登记记录的列有误")
    dropped = ({*_PLACES} if has_area else set()) | ({"entity_type"} if has_type else set())
    return {name: found[name][0] for name in COLUMN_ALIASES if name in found and name not in dropped}


def _absent(found: set[str], titles: Sequence[str], *, has_area: bool, has_type: bool) -> list[str]:
    held, faults = f"现有列：{_listed(titles)}。", []
    if "established" not in found:
        faults.append(f"没有找到成立日期的列。{held}请写明是哪一列，如 --column established=成立日期。")
    if not {"deregistered", "revoked"} & found:
        faults.append(f"没有找到注销日期或吊销日期的列，无法计算退出和实有。{held}请补上该列（可为空）。")
    if not has_area and not found & {*_PLACES}:
        faults.append(
            f"没有找到地区或登记机关的列。{held}请写明是哪一列（--column authority=列名），"
            "或给出整个文件的地区代码（--area）。"
        )
    if not has_type and "entity_type" not in found:
        faults.append(
            f"没有找到主体类型的列。{held}请写明是哪一列（--column entity_type=列名），"
            "或给出整个文件的主体类型（--entity-type，不分类型为“全部市场主体”）。"
        )
    return faults


def _listed(titles: Sequence[str]) -> str:
    return "、".join(shown(title) or "（空）" for title in titles[:40])
