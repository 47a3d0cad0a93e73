"""Events: dated facts that change a series for a known reason.

An event whose `masks` names a flow makes the months it covers *missing* for the models of that flow (METHODS 2.5: known
events as missing months). A policy changes the series for good, so it masks nothing and is only shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from forecasting.errors import SchemaError

EVENT_KINDS = {"policy": "政策", "campaign": "集中行动", "lockdown": "疫情管控", "purge": "集中清理"}
FLOWS = ("entries", "exits")


@dataclass(frozen=True)
class Event:
    """A dated event of one area.

    Parameters
    ----------
    id : str
        Key, ASCII.
    area : str
        GB/T 2260 code; the event holds for every area whose code begins with the significant digits of this one
        (140000 covers 141033; 100000 covers the mainland).
    entity_type : str
        `all` or one type.
    kind : str
        One of `EVENT_KINDS`.
    start, end : pandas.Period
        First and last month, frequency M.
    title : str
        Chinese, shown to users.
    masks : tuple of str
        Flows (`entries`, `exits`) whose months are not evidence of the ordinary course.
    is_administrative : bool
        True for acts of the register itself, which are excluded from pace and shown.
    document_number, source, note : str
        Where it stands.
    is_simulated : bool
        True in demonstration data.

    Raises
    ------
    SchemaError
        If a field is not one of the above.
    """

    id: str
    area: str
    entity_type: str
    kind: str
    start: pd.Period
    end: pd.Period
    title: str
    masks: tuple[str, ...] = ()
    is_administrative: bool = False
    document_number: str = ""
    source: str = ""
    note: str = ""
    is_simulated: bool = False

    def __post_init__(self) -> None:
        if self.kind not in EVENT_KINDS:
            raise SchemaError(f"事件 {self.id}：类别“{self.kind}”不在 {'、'.join(EVENT_KINDS)} 之内。请更正。")
        if self.end < self.start:
            raise SchemaError(f"事件 {self.id}：结束月 {self.end} 早于开始月 {self.start}。请更正。")
        unknown = set(self.masks) - set(FLOWS)
        if unknown:
            raise SchemaError(
                f"事件 {self.id}：masks 中的“{'、'.join(sorted(unknown))}”不是 entries 或 exits。请更正。"
            )

    def covers(self, area: str, entity_type: str) -> bool:
        """Whether the event holds for a series, by the prefix of the area code.

        Parameters
        ----------
        area, entity_type : str
            Key of the series.

        Returns
        -------
        bool
        """
        if entity_type != self.entity_type and self.entity_type != "all":
            return False
        if self.area == "100000":
            # Registers of their own: what happens to the mainland's says nothing of theirs.
            return area[:2] not in ("71", "81", "82")
        digits = self.area.rstrip("0") if len(self.area) == 6 else self.area
        # Codes go by pairs of digits: 141000 is "1410", not "141".
        return area.startswith(digits + "0" * (len(digits) % 2 if len(self.area) == 6 else 0))
