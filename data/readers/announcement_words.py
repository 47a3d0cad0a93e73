"""What the words of an announcement say of a figure: measure, type, scope; and what makes it no count to be kept."""

from __future__ import annotations

import re

#: Measure -> Chinese; `net` is none of Observations.
MEASURE_NAMES = {"stock": "实有", "entries": "新设", "exits": "注销吊销", "net": "净增"}
_MEASURES = {
    "net": r"净增(?:长|加)?",
    "entries": r"(?:累计)?新(?:设立|设|登记|注册|开办|办|发展)(?:注册|登记)?",
    "exits": r"注销|吊销|退出市场|退出",
    "stock": r"实有|在册|存量|保有量|拥有|共有|(?:增加|增长|发展|壮大|增)[到至]",
    "total": r"总量|总数|总户数|户数",
    "reach": r"达到|已达|达|突破",
    "either": r"新增|(?:增加|增长)(?!了?[0-9.]+[%％个])",
}
#: The last of these before a figure says what it is. `total` and `reach` say how many of what was said before, and
#: stock where nothing was; `either` may be entries or a net increase.
MEASURE = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _MEASURES.items()))

_NARROW = (
    "民营|私营|国有|国资|集体|外资|外商投资|港澳台|规上|规模以上|限额以上|高新技术|科技型?|中小微?|小微|微型|大型|龙头|上市|工业|涉外|"
    "新兴|专精特新|制造业|农业|服务业|商贸|建筑业?|四上|个转企|瞪羚|创新型|活跃|新型农业|涉税|停业|异常"
)
_KINDS = {
    "individual": "个体工商户|个体户|个体",
    "cooperative": "农民专业合作社|农村专业合作社|专业合作社|合作社",
    "all": "市场主体|经营主体|商事主体",
    "enterprise": "企业",
}
KIND = re.compile(
    rf"(?P<narrow>(?:{_NARROW}|类|的|“|”)*(?:{_NARROW})(?:“|”)?)?"
    rf"(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _KINDS.items())})"
)

SCOPE = re.compile(r"全国|(?:全|我|本)(?P<scope>省|市|县|区)")
SCOPE_LEVELS = {"省": "province", "市": "city", "县": "county", "区": "county"}

#: Words that make every figure after them in the sentence no fact: what is promised or expected.
PROMISE = re.compile(
    r"目标(?!任务|完成|的)|力争|(?<!倍增)计划(?!实施|以来)|预计|预期|争取|确保|任务数?(?!完成|的)|有望|将(?!近)"
)
#: Words that make a figure of their clause no count of a period: reason -> words before it.
NO_COUNT = {
    "是平均数，不是户数": re.compile(r"日均|月均|年均|平均|每天|每日|每千人|每万人|人均"),
    "是上年同期的数，不是本期的": re.compile(r"同期"),
    "是与别期相比的变化量，不是户数": re.compile(
        r"(?:同比|环比|比|较|相比)[^户家个%]*?(?<!净)(?:增加|增长|增|多|减少|下降|减|少)了?$|(?:同比|环比)净?增(?:加|长)?了?$"
    ),
    "是占比或其中一部分，口径不明": re.compile(r"占(?:比)?"),
}
YOY = re.compile(r"同比(?P<way>增长|上升|提高|增加|增|下降|减少|降低|降)了?(?P<share>[0-9]+(?:\.[0-9]+)?)[%％]")
