"""What kind of line or name one is: units and nothing else, a form's own, numbers put aside."""

from __future__ import annotations

import re

from data.readers.workbook import lexicon
from data.readers.workbook.meaning import meaning_of
from data.readers.workbook.numbers import UNITS
from data.readers.workbook.text import plain
from data.readers.workbook.titles import FORECAST, title_meaning

_ASIDE = re.compile(
    r"作废|废弃|废表|草稿|草表|初稿|旧表|旧版|^旧$|备份|存档|副本|样表|样本|样例|示例|演示|培训|模板|测试|模拟|参考|错误|勿用|不用|删|修改前|"
    r"停用|未审|历史|开发区|园区|目录|封面|填表说明"
)
#: Sheets of other periods than a month's, or of a day: 半年, 2022H1, 1-6, 6.25.
_OTHER_PERIOD = re.compile(r"(?<![上下])半年|[Hh][12](?!\d)|^1-(?:[3-9]|1[0-2])$|^\d{1,2}\.(?:1[3-9]|2\d)$")
_FORM_LINE = re.compile(
    r"^\(?(?:填报|填表|报送|上报|编制|制表|制定|综合|提供|批准|牵头|责任|主管|统计)?(?:单位|机关|部门)(?:名称|负责人)?(?:\(盖?章?\))?[:：](?!\(?[百千万亿]*[户家个元])|"
    r"^\(?(?:密级|电子邮箱|邮箱|电话|联系电话|联系人|填表说明|填报说明|报送时间|文号|表号|批准文号|有效期至?|签字|局长|负责人)[^:]{0,4}[:：]|"
    r"^(?:密级|有效期至|主管领导|局长|负责人)"
)
_UNIT_LINE = re.compile(r"^\(?(?:[^:;]{0,6}单位)[:;为]")
_IN_UNITS = re.compile(r"(百万|十万|[百千万亿]?)[户家个]")


def is_form_line(text: str) -> bool:
    """Return whether a line is one of a form's own: who fills it in, by what order, until when it is valid.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return bool(_FORM_LINE.match(plain(text)))


def is_unit_line(text: str) -> bool:
    """Return whether a line names units and nothing else: 单位：户、万元.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return bool(_UNIT_LINE.match(plain(text)))


def units_in(text: str) -> tuple[int, ...]:
    """Return the units of entities that a line names; nothing for a line that is no line of units.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> units_in("单位：户、万元"), units_in("单位：亿元、万户"), units_in("（万户）"), units_in("蒲县各类企业35户")
    ((1,), (10000,), (10000,), ())
    """
    left = plain(text)
    line = _UNIT_LINE.match(left)
    if line and _IN_UNITS.search(left, line.end()):
        return tuple(dict.fromkeys(UNITS[found[1]] for found in _IN_UNITS.finditer(left, line.end())))
    unit = meaning_of(text).unit
    return (unit,) if unit else ()


def is_put_aside(text: str) -> bool:
    """Return whether the name of a sheet says that its numbers are not those of the month: 作废, 目标, 上年同期.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    special = title_meaning(text).special
    is_turned = special is not None and special not in ("index", "note")
    left = plain(text)
    return is_turned or bool(_ASIDE.search(left) or _OTHER_PERIOD.search(left) or lexicon.EXCEPT_WORDS.search(left))


def is_put_aside_file(stem: str) -> bool:
    """Return whether the name of a file says that its numbers are not those of the month: 作废, 不含个体, 预计.

    Parameters
    ----------
    stem : str

    Returns
    -------
    bool
    """
    left = plain(stem)
    return bool(_ASIDE.search(left) or lexicon.EXCEPT_WORDS.search(left) or FORECAST.search(left) or "同期" in left)
