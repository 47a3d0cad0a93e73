"""What a deck is made of: the assessments and the stamp that stands on every slide."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pandas as pd

from targets.assessment import Assessment

PROJECTED = ("active", "met")


@dataclass(frozen=True)
class Brief:
    """Content of a deck.

    Parameters
    ----------
    assessments : tuple of Assessment
        In the order in which they are shown.
    title : str
    prepared_on : datetime.date
    is_simulated : bool
    run_id : str
    data_as_of : str
        As it is to be read: 2023年6月 or a date.
    """

    assessments: tuple[Assessment, ...]
    title: str
    prepared_on: datetime.date
    is_simulated: bool
    run_id: str
    data_as_of: str

    @property
    def assessed(self) -> tuple[Assessment, ...]:
        """Goals that there are numbers for."""
        return tuple(one for one in self.assessments if one.state != "no_data")

    @property
    def without_data(self) -> tuple[Assessment, ...]:
        """Goals that there are none for."""
        return tuple(one for one in self.assessments if one.state == "no_data")

    @property
    def origins(self) -> tuple[pd.Period, ...]:
        """Origins of the projections, ascending; none where no goal is projected: one past its deadline tells none."""
        return tuple(
            sorted({one.month for one in self.assessments if one.state in PROJECTED and one.month is not None})
        )
