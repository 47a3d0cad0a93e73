"""The catalogue: areas, goals, events and published counts that come with the product.

Facts are kept in the CSV files beside this module, each with its source; the loaders check them and make the types of
`targets` and `forecasting`. A file that breaks its rules is refused with every fault at once.
"""

from data.catalogue.areas import ancestors, area_name, load_areas
from data.catalogue.events import load_events, read_events
from data.catalogue.goals import load_goals, read_goals
from data.catalogue.published import counts_from_published, load_published, published_goals
from data.catalogue.tasks import load_measures, load_tasks

__all__ = [
    "ancestors",
    "area_name",
    "counts_from_published",
    "load_areas",
    "load_events",
    "load_goals",
    "load_measures",
    "load_published",
    "load_tasks",
    "published_goals",
    "read_events",
    "read_goals",
]
