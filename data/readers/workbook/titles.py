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
from data.readers.workbook.periods import find_span
from data.readers.workbook.text import plain
from data.readers.workbook.title_words import NARROWING, NUMBERING, TITLE_WORDS

SHORTEST_MONTH = 28
#: Answers about a table that may be of less than a month.
PART_OPTIONS = ((IGNORE, "不读这张表"), ("month", "是整月的数"))
#: What is said of less than a month; of days, from one to another.
_PART = re.compile(
    r"[上中下]旬|[上下前后]半月|第[一二三四五六1-6]周|最后一?周|末周|[本上]周|周报|旬报|(?<!\d)日报|[前后]\d{1,2}[天日]|[单当]日|当天|日均|"
    r"最高日|月中|假期|小长假|黄金周|(?P<first>\d{1,2})[日号]?[-至到](?:\d{1,2}月)?(?P<last>\d{1,2})[日号]"
)
FORECAST = re.compile(r"预计|预测|预期|测算|拟")
_GOALS = re.compile(r"目标|任务|计划")
_PROGRESS = re.compile(r"完成|进展|情况|进度|落实")
#: 市场主体增长情况 are counts over some time.
_COURSE = re.compile(r"(?:增长|变化|变动|增减|升降|构成)(?:变化|变动|增减)?(?:情况|统计|趋势|走势|分析|一览|表|$)")
#: 注册资本及户数, 新设和同比: one of several things the columns are of.
_BESIDE = re.compile(
    r"(?:资[本金]|金额|备案|变更|同比|环比|占比|比重|增[长速幅减]|排名|位次|构成)[及和与、]|[及和与、](?:注册资[本金]|金额|备案|变更|同比|环比|占比|比重|增[长速幅减]|排名|位次|构成)"
)
#: 市场主体（含个体工商户） is what it was.
_WITH = re.compile(
    r"(?<=主体)\((?:其中)?含(?:企业|个体工商户|个体户|个体|农民专业合作社|合作社|各类|所有|全部|类型|[及和与、])+\)"
)
_PATTERNS = dict(lexicon.SPECIAL_WORDS)
_CLOCK = re.compile(r"(?<=日)\d{1,2}(?:时|:\d{2})(?::\d{2})?")
_DAY = re.compile(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH = re.compile(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])(?!\d)")
_LETTERS = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbfA-Za-z\d]+")


def dated(text: str) -> str:
    """Write the months and days that a text gives in digits alone as others are: 202206, 20220630.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> dated("新设（202206）"), dated("20220101-20220630")
    ('新设(2022年6月)', '2022年1月1日-2022年6月30日')
    """
    left = _CLOCK.sub("", plain(text))
    left = _DAY.sub(lambda found: f"{found[1]}年{int(found[2])}月{int(found[3])}日", left)
    return _MONTH.sub(lambda found: f"{found[1]}年{int(found[2])}月", left)


def title_meaning(text: str) -> Meaning:
    """Read a title: of several measures or types it speaks of none, of two periods it leaves the kind open.

    Parameters
    ----------
    text : str

    Returns
    -------
    Meaning
    """
    text = dated(text)
    one = meaning_of(_WITH.sub("", text))
    if lexicon.EXCEPT_WORDS.search(text):
        # 市场主体（不含个体） is of neither; what it is of is asked with its words.
        one = replace(one, entity=None)
    rest = find_span(text)[1]
    second = find_span(rest)[0] if one.span else None
    if second and second.last is not None and one.span:
        span, is_clear = join_spans(one.span, second)
        # 2022年……6月 is one period; 6月（1-6月） are two, and leave open which a column is of.
        kind = one.kind if one.span.last is None else "unclear"
        one = replace(one, span=span if is_clear else one.span, kind=kind)
    if one.special and (_COURSE.search(text) or _BESIDE.search(text)):
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
    if part_of_month(text):
        # Has a question of its own.
        return ""
    left = places.without(NUMBERING.sub("", _WITH.sub("", dated(text))))
    narrowing = NARROWING.search(left)
    if narrowing:
        return narrowing[0]
    if lexicon.EXCEPT_WORDS.search(left) or re.search(r"非(?=企业|个体|农|公)|除.{1,20}外", left):
        return next((found[0] for found in re.finditer(r"[^()]*(?:不|除|非|扣|剔)[^()]*", left)), left)
    meaning = meaning_of(left)
    rest = meaning.rest
    for _ in range(2):
        rest = find_span(rest)[1]
    if meaning.special:
        rest = _PATTERNS.get(meaning.special, lexicon.SUBTYPE_WORDS).sub("", rest)
    return "、".join(_LETTERS.findall(TITLE_WORDS.sub("|", rest)))


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


def goal_word(text: str) -> str:
    """Return the word by which a title says that its numbers are goals or forecasts.

    目标完成情况 is of counts, 情况（预计） is not.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Empty where none does.
    """
    found = FORECAST.search(text) or (None if _PROGRESS.search(text) else _GOALS.search(text))
    return found[0] if found else ""


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


def ask_if_part(key: str, note: Notebook, texts: Sequence[tuple[int, int, str]]) -> bool:
    """Ask where titles speak of days, a week or ten days: their numbers are no month's.

    Parameters
    ----------
    key : str
        Of the table.
    note : Notebook
    texts : sequence of (int, int, str)
        Row, column and words.

    Returns
    -------
    bool
        Whether the user does not want the table.
    """
    for row, column, text in texts:
        said = part_of_month(text)
        if said:
            asked = f"“{said}”像是不足一个月的数。这张表怎样处理？"
            # 1-25日 this month may be 1-10日 the next.
            is_lasting = not re.search(r"\d", said)
            own = f"{note.own(key)}|不足月|{said}"
            return note.ask(own, row, column, asked, PART_OPTIONS, is_lasting=is_lasting) == IGNORE
    return False


def part_of_month(text: str) -> str:
    """Return what of a text says that it is of less than a month.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Empty where nothing does.
    """
    found = _PART.search(dated(text))
    if found is None or (found["first"] == "1" and int(found["last"]) >= SHORTEST_MONTH):
        return ""
    return found[0]
