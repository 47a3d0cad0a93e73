"""Published sentences to counts; `reader.read_announcement` is the way in."""

from data.readers.announcement.counts import AnnouncementReading, PeriodCount, to_tables
from data.readers.announcement.reader import read_announcement

__all__ = ["AnnouncementReading", "PeriodCount", "read_announcement", "to_tables"]
