"""The words of the field, in the order in which they are looked for: a longer word before the one it contains.

What is not here is not understood, and is said so. To teach the reader a word, add it to its line.
"""

from __future__ import annotations

import re

#: Words that make a column a rate, a goal, a rank: never a count of entities, whatever else the header says.
SPECIAL: list[tuple[str, str]] = [
    ("yoy", r"同比|[比较](?:上年|去年)(?:同期|同月)?(?!末|底)|[比较]同期"),
    (
        "growth",
        r"环比|[比较](?:上月|上期|上季度?|年初|上年末|去年末|期初)|增速|增幅|增长率|增长|增减|±|升降|变化|变动|贡献|拉动",
    ),
    ("share", r"占比|比重|比例|百分比|占总|率(?!先)|构成|%"),
    ("goal", r"目标|任务|计划|完成(?=率|进度|比|情况|百分)|进度|达标|缺口|预计|预测|预期|序时|应达|拟|测算"),
    ("rank", r"排名|位次|名次|排序|排位"),
    ("index", r"^(?:序号|编号|行次|栏次|序|No\.?|代号)$"),
    ("previous", r"(?:上年|去年|上一年度?|前年)(?:同期|同月|累计|当月|本月)?数?(?!末|底)|同期|同月"),
    ("before", r"上月(?!末|底)|上期(?!末)"),
    ("opening", r"期初|月初|上月末|上月底|上期末"),
    ("earlier", r"年初(?!至|起|以来|累计)|上年末|上年底|去年末|去年底|上年年末|去年年底|季初"),
    ("note", r"^(?:备注|说明|原因|注|调整原因|备 注)$"),
    (
        "other",
        r"注册资[本金]|资金|资本|金额|[万亿]元|人数|从业|就业|人员|\(人\)|万人|面积|税|营业额|产值|投资|人口|GDP|密度|活跃|存活|"
        r"电话|联系|负责人|网格|年报|抽查|户籍|平均|简易注销|一般注销|变更|备案|补换照|换照|注销公告",
    ),
]
#: Parts of a type: not one of the product's types, and not to be taken for one.
SUBTYPE = (
    r"私营企业|私企|民营企业|民营经济|民营|私营|内资企业|内资|外商投资企业|外资企业|外资|港澳台|国有企业|国有|国企|集体企业|集体|"
    r"股份合作|股份|有限责任公司|有限公司|公司制企业|公司制|个人独资企业|个人独资|合伙企业|合伙|分公司|分支机构|非法人|法人|"
    r"规上|规模以上|高新技术企业|高新|科技型中小企业|科技型|小微企业|小微|微型企业|中小企业|中小微|中型企业|小型企业|大型企业|"
    r"第?[一二三]产业|第?[一二三]产|一二三产|制造业|批发|零售|住宿|餐饮|建筑业|服务业|家庭农场|专精特新|上市公司|企业集团|"
    r"新型农业|新型|涉农|文旅|外贸|商贸流通|物流|工业(?!园|和信息化)|旅游|科技|"
    r"个转企|小升规|四上|联合社|央企|农业企业|工业企业|商贸企业|电商|网店|女性|青年|大学生"
)
#: What a type is said to hold: the whole type, not a part of it. 合作社(联合社) is what the law calls the two together.
INCLUDED = rf"\((?:其中)?含(?:{SUBTYPE}|简易注销|一般注销|[及和与、,])+\)|(?<=合作社)(?:\(联合社\)|[及和与、]联合社)"
#: What a type is said to lack: neither the type nor a part of it that is known.
EXCEPT = r"不含|不包括|不包含|不计|除外|扣除|剔除"
ENTITIES: list[tuple[str, str]] = [
    ("cooperative", r"农民专业合作社|农民专业合作经济组织|农民合作社|专业合作社|合作社|农合社|农专社"),
    ("individual", r"个体工商户|个体经营户|个体商户|个体户|个体"),
    ("enterprise", r"各类企业|企业类|企业"),
    ("any", r"各类(?:市场|经营)主体|全部(?:市场|经营)主体|(?:市场|经营)主体"),
]
MEASURES: list[tuple[str, str]] = [
    ("net", r"净新增|净增加|净增长|净增|净减"),
    ("exits", r"注[、,/]?(?:\()?吊(?:\))?销|注销[、,/和及与+]?\(?(?:含)?吊销\)?|吊销[、,/和及与+]?注销|注吊销|退出"),
    (
        "entries",
        r"新设立登记|新设登记|新设立|新设|新登记注册|新登记|新增登记|新增注册|新增设立|新增|新注册登记|新注册|新开办|新办|"
        r"新开业|新成立|设立登记|新发展|设立",
    ),
    ("cancel", r"注销登记|注销"),
    ("revoke", r"吊销"),
    (
        "stock",
        r"累计实有|[本当]?[期月年季][末底]实有|累计在册|[本当]?[期月年季][末底]在册|现有实有|实有|在册|存量|现有|在营|保有量|在业|期末|季末",
    ),
    ("adjustment", r"调整"),
]
KINDS: list[tuple[str, str]] = [
    (
        "ytd",
        r"本年累计|本年度累计|全年累计|年初至今|自年初累计|自年初起?累?计?|至本月累计|1-本月累计?|1至本月累计?|本月止累计|本月止|"
        r"年内累计|今年以来累计|今年以来|年累计|累计数|累计",
    ),
    ("month", r"本月|当月|单月|月度|月内"),
    ("period", r"本期|当期"),
    ("unclear", r"本年度|本年|今年|年内"),
]
#: The words before which a sum stands.
TOTAL = r"总计|合计|共计|总共|小计|全部|总数|总量|总体|累计合计"
#: Words that add no meaning; 户数 after 新设 says what we know.
IDLE = (
    r"其中|数量|户数|个数|家数|总户数(?=$)|情况|登记注册|登记|注册|统计|月报表?|报表|汇总表?|一览表|明细表?|进展|分析|表|数据|数|户|家|个|"
    r"的|按|分|各|及|和|与|、|,|:|;|\.|/|-|_|\(|\)|\*|\"|“|”|·|末|底|份|月(?=$)|年(?=$)|期(?=$)|\(户\)|主体|类型|现|指标|基本|发展|上报|报送|全"
)
#: Header of a column of labels -> what the labels are.
LABELS = {
    "area": (
        r"地区|区域|县区|县\(市、区\)|县\(市,区\)|市\(县、区\)|县市区|市县|市\(县\)|县\(区\)|县、区|各县区?|各地|区县|"
        r"单位|单位名称|所属地区|辖区|行政区划?|行政区域|乡镇|乡镇街道|乡\(镇\)|乡镇\(街道\)|乡\(镇、街道\)|街道|"
        r"登记机关|名称|地区名称|县名|县别|区划名称|县区名称|地市|市|县|市州|所属区域|管辖单位"
    ),
    "period": (
        r"月份|时间|日期|年月|期间|报告期|统计时间|统计期|月|时期|统计月份|所属期|数据月份|所属月份|统计日期|"
        r"年/月|年-月|年份月份|报告月|期别|月度"
    ),
    "year": r"年份|年度|年",
    "entity": (
        r"类型|主体类型|市场主体类型|经营主体类型|类别|企业类型|经济类型|分类|主体类别|市场主体类别|"
        r"市场主体|经营主体|主体|主体名称|市场主体分类"
    ),
    "item": r"指标|指标名称|项目|统计指标|内容|事项|项|指标项|科目|栏目",
    "value": (r"数值|数量|值|数|户数|数量\(户\)|户数\(户\)|数值\(户\)|数据|本期数|绝对数|绝对值|总量|数\(户\)"),
    "code": r"地区代码|行政区划代码|区划代码|代码|区划码|地区编码|行政代码|区划|地区码",
}
CONTEXT = re.compile(
    r"^\(?(?:单位|计量单位|数据单位)[:：]?\(?(?:[百千万亿]|十万)?[户个家]|^\(?单位[:：]|"
    r"^(?:填报|报送|编制|制表|填表|上报|统计)(?:单位|机关|时间|日期|人)|^(?:表\s*号|制定机关|批准|文号|有效期|报告期|报表期|统计期|统计时间|时间|日期|数据期|截至|截止)[:：]"
    r"|^(?:表\s*号|制定机关|批准文号|报告期别|综合机关名称)|^(?:数据)?截[至止]"
)
NOTE = re.compile(
    r"^\(?(?:注\d*|备注|说明|附注|数据来源|资料来源|来源|制表人?|填表人?|审核人?|复核人?|负责人|单位负责人|填报人|填报日期|报出日期|联系人|联系电话|"
    r"制表日期|打印日期|打印时间|统计负责人|分管领导|主管领导|局长|分管局长|经办人|口径)(?:签字|签名|签章)?(?:\d*[:：、.)\s]|$)|^[*※★]|^注[\d①-⑨]|^(?:数据来源|资料来源)"
)


def _compiled(pairs: list[tuple[str, str]]) -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(pattern)) for name, pattern in pairs]


SPECIAL_WORDS, ENTITY_WORDS, MEASURE_WORDS = _compiled(SPECIAL), _compiled(ENTITIES), _compiled(MEASURES)
KIND_WORDS = _compiled(KINDS)
LABEL_WORDS = {name: re.compile(f"(?:{pattern})") for name, pattern in LABELS.items()}
SUBTYPE_WORDS, TOTAL_WORDS, IDLE_WORDS = re.compile(SUBTYPE), re.compile(TOTAL), re.compile(IDLE)
INCLUDED_WORDS, EXCEPT_WORDS = re.compile(INCLUDED), re.compile(EXCEPT)
#: A unit in brackets, after 单位 or a stroke: (户), (万户), (万), 实有/万户.
UNIT = re.compile(
    r"\((?:单位:?)?(?P<bracket>百万|十万|[百千万亿]?)(?:户|家|个)(?:数)?\)|\((?P<short>百万|十万|[百千万亿])\)|"
    r"(?:单位|数据)[:;为是]?\(?(?P<said>百万|十万|[百千万亿]?)(?:户|家|个)|"
    r"单位[:;为是]?\(?(?P<bare>百万|十万|[百千万亿])(?=$|[,、;)/])|(?<![\d.多余几])(?P<end>百万|十万|[百千万亿])(?:户|家|个)数?$|/(?P<stroke>)(?:户|家|个)$|"
    r"^(?P<alone>百万|十万|[百千万亿])(?:户|家|个)$|以(?P<by>百万|十万|[百千万亿])(?:户|家|个)(?:计|为单位)"
)
