"""The one tree of errors whose messages are meant for users, in Chinese.

Anything that is raised and is not a `BeizengError` is a defect of the product and may crash.
A message says what is wrong, where, what we have and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence


class BeizengError(ValueError):
    """Something a user can put right; `str(error)` is Chinese and complete."""


class SchemaError(BeizengError):
    """A table, array or record does not have the shape or content it declares."""


class FaultsError(BeizengError):
    """Many faults found in one pass, all reported at once.

    Parameters
    ----------
    faults : sequence of str
        One Chinese sentence a fault, in reading order.
    heading : str
        What was being checked; shown before the list.
    """

    SHOWN = 20

    def __init__(self, faults: Sequence[str], heading: str = "") -> None:
        self.faults = tuple(faults)
        self.heading = heading
        lines = list(self.faults[: self.SHOWN])
        if len(self.faults) > self.SHOWN:
            lines.append(f"……另有{len(self.faults) - self.SHOWN}处同类或其他问题，请先更正以上各处。")
        if heading:
            lines.insert(0, f"{heading}（共{len(self.faults)}处问题）：")
        super().__init__("\n".join(lines))


class HistoryError(BeizengError):
    """A date was asked for of which nothing was known."""


class StoreError(BeizengError):
    """The database cannot be reached or opened."""


class ModelError(BeizengError):
    """A panel cannot be projected as it stands."""
