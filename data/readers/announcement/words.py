"""What the words of an announcement say of a figure: measure, type, scope; and what makes it no count to be kept."""

from __future__ import annotations

import re

from data.readers.workbook.lexicon import EXCEPT_WORDS, SUBTYPE

#: Measure -> Chinese; `net` is none of Observations.
MEASURE_NAMES = {"stock": "实有", "entries": "新设", "exits": "注销吊销", "net": "净增"}
_MEASURES = {
    "net": r"净增(?:长|加)?",
    "entries": r"(?:累计)?新(?:设立|设|登记|注册|开办|办|发展)(?:注册|登记)?",
    "exits": r"注销[、和及与]?吊销|吊销[、和及与]?注销|注吊销|退出市场|退出",
    "cancel": r"注销",
    "revoke": r"吊销",
    "stock": r"实有|在册|存量|保有量|拥有|共有|(?:增加|增长|发展|壮大|增)[到至]",
    "total": r"总量|总数|总户数|户数",
    "reach": r"达到|已达|达|突破",
    "either": r"新增|(?:增加|增长)(?!了?[0-9.]+[%％个])",
}
#: The last of these before a figure says what it is. `total` and `reach` say how many of what was said before, and
#: stock where nothing was; `either` may be entries or a net increase; `revoke` is a part of exits, and so is `cancel`
#: where revocations are given beside it.
MEASURE = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _MEASURES.items()))

_KINDS = {
    "individual": "个体工商户|个体经营户|个体商户|个体户|个体",
    "cooperative": "农民专业合作社|农村专业合作社|农民合作社|专业合作社|合作社",
    "all": "市场主体|经营主体|商事主体",
    "enterprise": "企业",
}
KIND = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _KINDS.items()))
#: A kind, or a part of one, as it may follow a figure: 4.2万民营企业.
KIND_AFTER = re.compile(rf"(?:{SUBTYPE}|的|类)*(?:{'|'.join(_KINDS.values())})|{SUBTYPE}")

SCOPE = re.compile(r"全国|(?:全|我|本|该)(?P<scope>省|市(?!场)|县|区)")
SCOPE_LEVELS = {"省": "province", "市": "city", "县": "county", "区": "county"}

#: Words that make every figure after them in the sentence no fact: what is promised or expected.
PROMISE = re.compile(
    r"目标(?!任务|完成|的)|力争|(?<!倍增)计划(?!实施|以来)|预计|预期|争取|确保|任务数?(?!完成|的)|有望|将(?!近)"
)
#: What follows makes a figure a goal that was said before it: 距离8000户目标还差39户.
GOAL = re.compile(r"目标(?!任务|完成|的)|还差|尚差|差距|缺口|距离")
#: What ends a promise within its sentence: 力争年底达到9500户, 2022年6月底已达7961户.
FACT = re.compile(r"已|实际")
#: Words that make a figure of their clause no count of a period: reason -> words before it.
NO_COUNT = {
    "是平均数，不是户数": re.compile(r"[日周旬月季年]均|平均|每[天日周月年]|每[千万百]人|人均|单日|[单当]天|当日"),
    "是上年同期的数，不是本期的": re.compile(r"同期|同月"),
    "是与别期相比的变化量，不是户数": re.compile(
        r"(?:同比|环比|比|较|相比)[^户家个%]*?(?<!净)(?:增加|增长|增|多|减少|下降|减|少)了?$|(?:同比|环比)净?增(?:加|长)?了?$"
    ),
    "是占比或其中一部分，口径不明": re.compile(r"占(?:比)?"),
}
YOY = re.compile(r"同比(?P<way>增长|上升|提高|增加|增|下降|减少|降低|降)了?(?P<share>[0-9]+(?:\.[0-9]+)?)[%％]")

_PERCENT = r"[0-9]+(?:\.[0-9]+)?(?:[%％‰]|个?百分点|倍)(?:以上|左右|多)?"
_ORDINAL = r"第[0-9一二三四五六七八九十]+(?:[位名]|$)"
#: Remarks on growth, share and rank: nothing in them says of what the figures beside them are.
ASIDE = re.compile(
    rf"(?:同比|环比)?(?:分别)?净?(?:增长|增幅|增速|增加|增|上升|提高|上涨|下降|减少|降低|降|减)(?:率|了|为|达到?|约|超过?|近)*{_PERCENT}"
    rf"|占.*?{_PERCENT}|占.*?(?:[一二三四五六七八九]成|之[一二三四五六七八九]|半)"
    rf"|(?:是|为|相当于).*?倍|(?:较|比).*?翻了?[一两]?番"
    rf"|(?:增速|增幅|总量|数量|排名)?在?全[国省市县区](?:的|各?县市?区?|中)*(?:排名?|排在|位?居|位?列|名列)?{_ORDINAL}"
    rf"|(?:位?居|位?列|名列|排名?|排在|位次|跻身|稳居|高于|低于|快于|优于|领先|走在).*$|^{_PERCENT}$"
)
#: A comparison: the places and times after it are not those of the figures.
COMPARED = re.compile(r"(?<![同环占对])比(?![重例率较])|较(?![快大好高多少为强])|相比|相较")
#: Where a remark on another period, an average or a share begins: the measure said before it goes on after it.
REMARK = re.compile(r"同比|环比|同期|同月|[日周旬月季年]均|平均|每|占")
CHANGE = re.compile(r"(?<!净)(?:增加|增长|增|多|减少|下降|减|少)了?(?:约|近|超)?$")
#: Words of a clause without a figure that narrow what the rest of its sentence counts.
NARROWING = re.compile(
    rf"{SUBTYPE}|网上|线上|网办|掌上|电子化|自助|渠道|方式|窗口|平台|领域|行业|方面|期间|[单当首]日|当天|当周|[上中下]旬|"
    r"第[一二三四五]周|(?<!其)中$|属于|来自|的$|者$|[以之][上下内]$|类$"
)
#: What a bracket may hold without a figure and change nothing: （含个体工商户）, （以下简称……）.
HARMLESS = re.compile(r"^(?:其中)?(?:含|包括|包含|以下|下同|简称|即)")
#: What a count is said to hold besides: 企业（含农民专业合作社）.
WITH = re.compile(r"^(?:其中)?(?:含|包括|包含)")
#: Words that open a list of figures and are about all of them: 数据显示：……
OPENING = re.compile(r"显示|获悉|了解|介绍|统计|通报|如下|情况|消息|据")
#: Said of the figure before it: 新设企业20户，均为网上办理.
ABOUT_BEFORE = re.compile(r"^(?:均|都|皆|全部|全都|全为|主要|系|属)")
EXCEPT = re.compile(rf"{EXCEPT_WORDS.pattern}|除.{{1,12}}?[之以]?外")
#: Words of a sum, of which the type said last need not be the type.
TOGETHER = re.compile("共计|合计|总计|总共|一共")
#: Words that add no meaning to a count.
IDLE = re.compile(
    r"其中|全部|包括|包含|含|截至|截止|为止|至|到|止|为|是|即|有|共计|合计|总计|总共|一共|共|已经|已|各类|各|类|的|了|户数|数量|"
    r"总|约|在|从|由|自|于|现|登记注册|登记|注册|依法|目前|大关|关口|(?:创|历史)*新高|首次|历史性|再次|成功|一举|全年|年内|"
    r"和|与|及|以及|分别|此外|另|同时|还|又|而|则|也|期末|累计|当月|[户家个]|增[至到]|上升|稳步|进一步|较快|大幅|数"
)
#: Names of places that have no code of their own: 蒲县经济开发区.
ZONE = re.compile(r"[\u4e00-\u9fff]{0,8}?(?:开发区|园区|示范区|新区|高新区|产业园|工业园|保税区|景区|商圈|新城)")
