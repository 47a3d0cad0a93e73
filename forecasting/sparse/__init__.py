"""Projection from few counts: a long table of counts in, joint monthly paths out."""

from forecasting.sparse.counts import COUNT_COLUMNS, check_counts, counts_of_panel, panel_of_counts
from forecasting.sparse.planning import SparsePlan, plan_counts
from forecasting.sparse.projection import carry_out_counts
from forecasting.sparse.season import Season, season_of_counts

__all__ = [
    "COUNT_COLUMNS",
    "Season",
    "SparsePlan",
    "carry_out_counts",
    "check_counts",
    "counts_of_panel",
    "panel_of_counts",
    "plan_counts",
    "season_of_counts",
]
