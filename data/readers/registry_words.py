"""What registers call their columns, types and states, and the blanks and open ends they write for a date.

Headers are compared without blanks, in lower case and with half-width marks. Types are told by rules in a fixed order,
since a register has hundreds of them: 有限责任公司(自然人投资或控股) is an enterprise because it says 公司. Words no
rule knows are no type, and their rows are left aside and counted until the user says what they are.
"""

from __future__ import annotations

import re
import unicodedata

from data.readers.words import ENTITY_TYPE_WORDS

#: Field -> the headers it goes by. A field may stand in one column only.
COLUMN_ALIASES: dict[str, tuple[str, ...]] = {
    "id": (
        "统一社会信用代码", "社会信用代码", "统一社会信用代码/注册号", "信用代码", "注册号",
        "主体身份代码", "登记编号", "编号", "id", "regno", "uscc", "credit_code", "registration_number",
    ),
    "area_code": ("地区代码", "行政区划代码", "区划代码", "所属区划代码", "area_code", "area", "division_code"),
    "area_name": (
        "地区", "区县", "县区", "县(市、区)", "县(区)", "市县", "所属地区", "所在地区",
        "所属区县", "所在区县", "行政区划", "属地", "辖区", "area_name", "county", "district", "region",
    ),
    "authority": ("登记机关", "登记机关名称", "注册机关", "发照机关", "authority", "registration_authority"),
    "entity_type": (
        "主体类型", "市场主体类型", "经营主体类型", "企业类型", "企业(机构)类型", "类型", "组织形式",
        "entity_type", "type", "company_type",
    ),
    "established": (
        "成立日期", "成立时间", "设立日期", "设立时间", "注册日期", "注册时间", "开业日期",
        "established", "established_date", "date_established", "inc_date", "incorporated", "incorporation_date",
        "date_of_incorporation", "registration_date",
    ),
    "deregistered": (
        "注销日期", "注销时间", "deregistered", "deregistered_date", "diss_date", "dissolved", "dissolution_date",
        "date_of_dissolution",
    ),
    "revoked": ("吊销日期", "吊销时间", "revoked", "revoked_date", "revocation_date"),
    "status": ("登记状态", "经营状态", "主体状态", "企业状态", "存续状态", "状态", "status"),
    "address": ("住所", "地址", "经营场所", "注册地址", "住所(经营场所)", "住所/经营场所", "经营场所/住所", "address"),
    "agent": ("代理机构", "代办机构", "代理人", "代办人", "委托代理人", "经办人", "agent"),
}  # fmt: skip
FIELD_NAMES = {
    "id": "编号",
    "area_code": "地区代码",
    "area_name": "地区",
    "authority": "登记机关",
    "entity_type": "主体类型",
    "established": "成立日期",
    "deregistered": "注销日期",
    "revoked": "吊销日期",
    "status": "登记状态",
    "address": "住所",
    "agent": "代理人",
}

#: Written where there is no date: not yet, never, not known.
BLANK_DATES = (
    "", "-", "--", "—", "——", "/", "\\", "\\n", "无", "空", "未注销", "未吊销", "长期", "长期有效", "永久",
    "永续", "至今", "无固定期限", "无限期", "null", "none", "nan", "nat", "n/a", "na", "0",
    "00000000", "0000-00-00", "0000-00-00 00:00:00",
)  # fmt: skip
#: Days that databases write for "none": no register has a record of them.
OPEN_DAYS = ("1900-01-01", "2099-12-31", "2999-12-31")

#: States of a record that is on the register, as far as a state alone says it.
LIVING = (
    "存续", "在营", "开业", "在业", "在册", "正常", "存续(在营、开业、在册)", "在营(开业)", "在营(开业)企业",
    "登记成立", "live", "active", "registered",
)  # fmt: skip

_TYPE_RULES = (
    (r"供销合作社|信用合作社|信用社|股份经济合作|经济联合社|代表机构|代表处", None),
    (r"个体|家庭经营|^个人经营$", "individual"),
    (r"农民专业合作|^(农民|农业)?(专业)?合作社(联合社|分支机构)?$", "cooperative"),
    (r"公司|企业|独资|合伙|股份合作制|全民所有制|^(内资|外资|私营|国有|集体)$", "enterprise"),
)


def normal(text: object) -> str:
    """Return a word as words are compared: half-width, without blanks, in lower case.

    Parameters
    ----------
    text : object

    Returns
    -------
    str

    Examples
    --------
    >>> normal(" 企业（机构）类型 ")
    '企业(机构)类型'
    """
    return re.sub(r"[\s\ufeff]", "", unicodedata.normalize("NFKC", str(text))).lower()


def type_of(text: str) -> str | None:
    """Return the entity type a register's word for it belongs to.

    Parameters
    ----------
    text : str

    Returns
    -------
    str or None
        None where no rule knows the word.

    Examples
    --------
    >>> [type_of(word) for word in ("有限责任公司(自然人独资)", "个体工商户", "个人独资企业", "供销合作社")]
    ['enterprise', 'individual', 'enterprise', None]
    """
    word = normal(text)
    kind = ENTITY_TYPE_WORDS.get(word)
    if kind is not None and kind != "all":
        return kind
    return next((kind for rule, kind in _TYPE_RULES if re.search(rule, word)), None)
