"""Who reports late: areas whose last month lies behind that of most others of their level.

Nothing is said while the others are still reporting: a month counts once three quarters of the others have it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.quality.evidence import FEWEST_PEERS, Evidence
from data.quality.finding import QualityFinding

#: Share of the others that must have a month before its absence is late.
SHARE_REPORTED = 0.75


def check_late(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each area behind the rest, with the number of months."""
    counts = evidence.monthly[evidence.monthly["measure"] != "adjustment"]
    last = counts.groupby("area")["month"].max()
    digits = last.index.str.len()
    for area, month in last.items():
        others = np.sort(last[(last.index != area) & (digits == len(str(area)))].astype("int64").to_numpy())[::-1]
        if len(others) < FEWEST_PEERS:
            continue
        # The month that three quarters of the others have reached.
        reached = pd.Period(ordinal=int(others[int(np.ceil(SHARE_REPORTED * len(others))) - 1]), freq="M")
        behind = (reached - month).n if reached > month else 0
        if not behind:
            continue
        yield QualityFinding(
            "late", "high" if behind >= 3 else "medium" if behind == 2 else "low", str(area), "", "",
            str(month + 1), str(reached),
            f"{evidence.name(str(area))} 最新数据为 {month}，"
            f"其他{len(others)}个地区中四分之三以上已报到 {reached}，迟报{behind}个月。",
            {"迟报月数": float(behind)},
        )  # fmt: skip
