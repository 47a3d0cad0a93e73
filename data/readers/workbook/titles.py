"""What one title says, and what in it is not understood.

A title is held to the rule of every header: 蒲县活跃市场主体 is not 蒲县市场主体. Without its area, its period and the
words of the field, what is left must be of the words that titles are made of; else it is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from data.readers.places import Places
from data.readers.workbook import lexicon
from data.readers.workbook.asking import Notebook
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.meaning import Meaning, join_spans, meaning_of
from data.readers.workbook.numbers import UNITS
from data.readers.workbook.periods import find_span
from data.readers.workbook.text import plain

SHORTEST_MONTH = 28
#: What is said of less than a month; of days, from one to another.
_PART = re.compile(
    r"[上中下]旬|[上下前后]半月|第[一二三四五六1-6]周|最后一?周|末周|[本上]周|周报|旬报|日报|[前后]\d{1,2}[天日]|[单当]日|当天|日均|"
    r"最高日|假期|小长假|黄金周|(?P<first>\d{1,2})[日号]?[-至到](?:\d{1,2}月)?(?P<last>\d{1,2})[日号]"
)
_FORECAST = re.compile(r"预计|预测|预期|测算|拟")
_GOALS = re.compile(r"目标|任务|计划")
_PROGRESS = re.compile(r"完成|进展|情况|进度|落实")
#: 市场主体增长情况 are counts over some time.
_COURSE = re.compile(r"(?:增长|变化|变动|增减|升降|构成)(?:变化|变动|增减)?(?:情况|统计|趋势|走势|分析|一览|表|$)")
#: 注册资本及户数, 新设和同比: one of several things the columns are of.
_BESIDE = re.compile(
    r"(?:资[本金]|金额|备案|变更|同比|环比|占比|比重|增[长速幅减]|排名|位次|构成)[及和与、]|[及和与、](?:注册资[本金]|金额|备案|变更|同比|环比|占比|比重|增[长速幅减]|排名|位次|构成)"
)
#: 市场主体（含个体工商户） is what it was.
_WITH = re.compile(r"(?<=主体)\((?:其中)?含[^()]*\)")
_ASIDE = re.compile(r"作废|废弃|废表|草稿|旧表|^旧$|备份|样表|样例|示例|模板|测试|模拟|参考")
_UNIT_LINE = re.compile(r"^\(?(?:[^:;]{0,6}单位)[:;为]")
_IN_UNITS = re.compile(r"(百万|十万|[百千万亿]?)[户家个]")
#: The words of titles, beside those of the field: they say nothing of what is counted.
_TITLE_WORDS = re.compile(
    r"全[国省市县区]|[本我][省市县区]|[省市县区]级|各(?:[省市县区乡镇]|、|\([省市县区乡镇、,]+\))+|各(?:地|级|地区|单位|部门|乡镇|街道)|[省市县区乡镇]|街道|"
    r"(?:人民)?政府|市场(?:和质量)?监[督管]?(?:管理)?|市监|行政审批(?:服务)?(?:管理)?|工商(?:行政)?(?:管理)?|统计局|局|委员会|办公室|专班|领导小组|"
    r"关于|的|及其?|和|与|以及|等|之|为|在|以来|自|起|至|到|止|截|末|底|份|第|期|号|附件?|续|总|分|子|图|No|"
    r"统计|报表|月报|季报|快报|通报|简报|报告|公告|公报|材料|台账|台帐|一览|汇总|明细|清单|名录|分析|监测|调度|对照|对比|比较|摘要|综合|"
    r"发展|运行|变化|变动|增长|走势|趋势|培育|壮大|推进|倍增|行动|工程|工作|专项|例会|会议|十[三四五]五|规划|期间|时期|阶段|时点|"
    r"情况|状况|现状|概况|基本|主要|重要|指标|数据|数量|数字|数值|总量|规模|结构|户数|个数|登记|注册|商事|营商环境|制度|改革|"
    r"解|单位|构成|时间|日期|优化|活动|类|按|逐|历|近|当前|目前|最新|月度?|季度?|年度?|各年|分年|今年|本年|地区|区域|辖区|行政区划|类型|类别|种类|分类|主体|经营|"
    r"新版|最终|终稿|定稿|初步|修订|更正|正式|表[一二三四五六七八九十]?|填报|上报|报送|提供|制|[一二三四五六七八九十]+(?=[、.)])|共|页|份"
)
_NUMBERING = re.compile(
    r"(?:附件|附表|表|图|No\.?)\d+(?:[-.]\d+)*|^\d{1,2}[、.)](?!\d)|\((?:\d{1,2}|[一二三四五六七八九十]+)\)|第\d+[期号页批]|〔\d{4}〕"
)
_PATTERNS = dict(lexicon.SPECIAL_WORDS)
_LETTERS = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbfA-Za-z\d]+")


def title_meaning(text: str) -> Meaning:
    """Read a title: of several measures or types it speaks of none, of two periods it leaves the kind open.

    Parameters
    ----------
    text : str

    Returns
    -------
    Meaning
    """
    one = meaning_of(_WITH.sub("", plain(text)))
    if lexicon.EXCEPT_WORDS.search(plain(text)):
        # 市场主体（不含个体） is of neither; what it is of is asked with its words.
        one = replace(one, entity=None)
    rest = find_span(plain(text))[1]
    second = find_span(rest)[0] if one.span else None
    if second and second.last is not None and one.span:
        span, is_clear = join_spans(one.span, second)
        # 2022年……6月 is one period; 6月（1-6月） are two, and leave open which a column is of.
        kind = one.kind if one.span.last is None else "unclear"
        one = replace(one, span=span if is_clear else one.span, kind=kind)
    if one.special and (_COURSE.search(plain(text)) or _BESIDE.search(plain(text))):
        one = replace(one, special=None)
    return replace(one, total=None)


def strange_words(text: str, places: Places) -> str:
    """Return the words of a title that are not understood.

    Parameters
    ----------
    text : str
    places : Places

    Returns
    -------
    str
        Parted by 、; empty where all of it is understood. What is excepted (不含个体) is not.
    """
    if _PART.search(plain(text)):
        # Has a question of its own.
        return ""
    left = _NUMBERING.sub("", places.without(_WITH.sub("", plain(text))))
    if lexicon.EXCEPT_WORDS.search(left) or re.search(r"非(?=企业|个体|农|公)|除.+外", left):
        return next((found[0] for found in re.finditer(r"[^()]*(?:不|除|非|扣|剔)[^()]*", left)), left)
    meaning = meaning_of(left)
    rest = meaning.rest
    for _ in range(2):
        rest = find_span(rest)[1]
    if meaning.special:
        rest = _PATTERNS.get(meaning.special, lexicon.SUBTYPE_WORDS).sub("", rest)
    return "、".join(_LETTERS.findall(_TITLE_WORDS.sub("|", rest)))


def word_of(special: str, text: str) -> str:
    """Return the word that makes a title one of a special kind.

    Parameters
    ----------
    special : str
        A name of `lexicon.SPECIAL`, or `subtype`.
    text : str

    Returns
    -------
    str
    """
    found = _PATTERNS.get(special, lexicon.SUBTYPE_WORDS).search(plain(text))
    return found[0] if found else ""


def is_of_goals(text: str) -> bool:
    """Return whether a title says that its numbers are goals or forecasts: 目标完成情况 is of counts, 情况（预计） not.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return bool(_FORECAST.search(text) or (_GOALS.search(text) and not _PROGRESS.search(text)))


def types_in(text: str) -> set[str]:
    """Return the types a title names.

    Parameters
    ----------
    text : str

    Returns
    -------
    set of str
    """
    left = lexicon.SUBTYPE_WORDS.sub("", lexicon.INCLUDED_WORDS.sub("", _WITH.sub("", plain(text))))
    return {name for name, pattern in lexicon.ENTITY_WORDS if name != "any" and pattern.search(left)}


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
    return is_turned or bool(_ASIDE.search(plain(text)) or lexicon.EXCEPT_WORDS.search(plain(text)))


def ask_if_part(key: str, note: Notebook, texts: Sequence[tuple[int, int, str]]) -> None:
    """Ask where titles speak of days, a week or ten days: their numbers are no month's.

    Parameters
    ----------
    key : str
        Of the table.
    note : Notebook
    texts : sequence of (int, int, str)
        Row, column and words.
    """
    for row, column, text in texts:
        found = _PART.search(plain(text))
        if found and not (found["first"] == "1" and int(found["last"]) >= SHORTEST_MONTH):
            note.ask(
                f"{key}|表|不足月",
                row,
                column,
                f"“{found[0]}”像是不足一个月的数。这张表怎样处理？",
                [(IGNORE, "不读这张表"), ("month", "是整月的数")],
            )
            return
