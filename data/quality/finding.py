"""What the quality watch says: one finding, its words, and the identity it keeps from one check to the next.

A finding is named by what it is about, never by the numbers that make it: when a number changes and the fault remains,
it is the same finding with new evidence, and its state is kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field, fields

import pandas as pd

from forecasting.errors import SchemaError

#: Most serious first.
SEVERITIES = {"high": "严重", "medium": "较重", "low": "提示"}
STATES = {"open": "待核", "explained": "已由事件解释", "corrected": "已更正"}
KINDS = {
    "identity": "恒等式不闭合",
    "types_sum": "分类型与合计不符",
    "areas_sum": "下级与上级不符",
    "duplicate_month": "月份重复",
    "repeated_month": "照抄上月",
    "missing_month": "月份缺失",
    "magnitude": "数量级有误",
    "outlier": "异常值",
    "level_shift": "水平突变",
    "registration_spike": "新设突增",
    "same_address": "同一地址集中登记",
    "same_agent": "同一代理集中登记",
    "low_survival": "存活率偏低",
    "round_numbers": "凑整数",
    "exact_goal": "恰好等于目标数",
    "late": "迟报",
}
#: What only records show: crowds at one address or by one agent, and cohorts that leave early.
CROWD_KINDS = ("same_address", "same_agent")
COHORT_KINDS = ("low_survival",)


@dataclass(frozen=True)
class QualityFinding:
    """One thing that may be wrong with the data. Nothing is ever changed because of it.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    severity : str
        One of `SEVERITIES`.
    area : str
    entity_type, measure : str
        Empty where it is not about one.
    start, end : str
        First and last month, YYYY-MM.
    evidence : str
        One or two Chinese sentences with the numbers in them.
    numbers : mapping of str to float
        The numbers that make it, by name.
    subject : str
        What else tells it apart from others of the kind, as an address.
    direction : int
        1 where something is more than expected, −1 where less, 0 where neither.
    proposals : tuple of str
        Known events that would explain it, in Chinese. A proposal is none until somebody accepts it.
    """

    kind: str
    severity: str
    area: str
    entity_type: str
    measure: str
    start: str
    end: str
    evidence: str
    numbers: dict[str, float] = field(default_factory=dict)
    subject: str = ""
    direction: int = 0
    proposals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.severity not in SEVERITIES:
            raise SchemaError(f"质量问题的类别“{self.kind}”或程度“{self.severity}”不在词表之内。")

    @property
    def id(self) -> str:
        """Name of the finding: the same whenever the same thing is found again."""
        about = (self.kind, self.area, self.entity_type, self.measure, self.start, self.subject)
        return hashlib.sha256("\x1f".join(about).encode()).hexdigest()[:12]

    @property
    def kind_name(self) -> str:
        """The kind in Chinese."""
        return KINDS[self.kind]

    @property
    def months(self) -> pd.PeriodIndex:
        """The months it is about."""
        return pd.period_range(self.start, self.end, freq="M")


def finding_record(finding: QualityFinding) -> dict[str, object]:
    """Describe a finding, JSON-compatible.

    Parameters
    ----------
    finding : QualityFinding

    Returns
    -------
    dict
    """
    return {**asdict(finding), "proposals": list(finding.proposals)}


def finding_from_record(record: dict[str, object]) -> QualityFinding:
    """Return the finding that a record describes; what later versions added to it is left out.

    Parameters
    ----------
    record : dict
        Of `finding_record`.

    Returns
    -------
    QualityFinding
    """
    known = {name.name: record[name.name] for name in fields(QualityFinding) if name.name in record}
    proposals = known.get("proposals")
    known["proposals"] = tuple(proposals) if isinstance(proposals, list) else ()
    return QualityFinding(**known)  # type: ignore[arg-type]
