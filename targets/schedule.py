"""When a task is due, parsed from the words of a task list: a date, a recurring day, or open-ended.

`X月底`, `X月底前` and `X月` all mean the last day of that month, `年底` and a bare year that of December. A text
which is none of the forms below is an error, never guessed: `3月前`, for one, may or may not include March.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from forecasting.errors import SchemaError

SCHEDULE_KINDS = {"date": "有期限", "recurring": "定期", "open": "长期"}
DECEMBER = 12
MONTHS_A_YEAR = 12
LAST_MONTH_OF_SEASON = {"春": 5, "夏": 8, "秋": 11}
REPORT_DAYS = 3
SETTLE_DAYS = 7
#: Months between two due days of a rhythm.
RHYTHMS = {"月": 1, "季": 3, "季度": 3, "半年": 6, "年": 12}

YEAR = r"(?:(?P<year>20[0-9]{2})年)?"
BY = r"(?:前|以前|之前)?"
DAY_FORM = re.compile(rf"{YEAR}(?P<month>[0-9]{{1,2}})月(?P<day>[0-9]{{1,2}})[日号]{BY}")
MONTH_FORM = re.compile(rf"{YEAR}(?P<month>[0-9]{{1,2}})月(?:份|(?:底|末){BY})?")
SEASON_FORM = re.compile(rf"{YEAR}(?P<season>[春夏秋])(?:季|天)?(?:末|底)?")
YEAR_FORM = re.compile(
    rf"(?:(?P<year>20[0-9]{{2}})年?)?年?(?:底|末){BY}|(?P<whole>20[0-9]{{2}})年(?:全年(?:坚持)?)?|全年"
)
DAY_OF_MONTH_FORM = re.compile(rf"每月(?P<day>[0-9]{{1,2}})[日号]{BY}")
RHYTHM_FORM = re.compile(rf"[每按](?P<rhythm>月|季度|季|半年)(?:底|末)?{BY}")
YEARLY_FORM = re.compile(rf"每年(?:(?P<month>[0-9]{{1,2}})月(?:底|末){BY}|(?:年?(?:底|末){BY})?)")
OPEN_FORMS = tuple(
    re.compile(form)
    for form in (
        # Without end.
        r"(?:全年)?(?:持续|长期|常态化?)(?:推进|坚持|落实|开展)?(?:（[^0-9（）]*）)?",
        r"(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)(?:已)?开始(?:正常运行|执行)(?:，?并长期坚持)?",
        r"立行立改|立即整改",
        # Under way or done when the list was written, without a date.
        r"已(?:完成|实现|拨付|(?:分别)?申报(?:成功)?)|正在(?:有序推进|协调)|目前已入企服务[0-9]+次|召开[0-9]+次座谈会",
        # When the superior authority says so.
        r"按上级要求落实|根据省市下达政策时限落实|根据税务总局部署统一实施",
    )
)


@dataclass(frozen=True)
class Schedule:
    """When a task is due.

    Parameters
    ----------
    text : str
        As printed, without white space.
    kind : str
        `date`, `recurring` or `open`.
    deadline : datetime.date or None
        Last day on which a task of kind `date` is in time; None for the other kinds.
    every_months : int or None
        Months between two due days of a recurring task: 1, 3, 6 or 12.
    anchor_month : int
        A month in which a recurring task is due.
    day : int or None
        Day of the month on which a recurring task is due; None for the last one, which also stands for a day that a
        month does not have.
    """

    text: str
    kind: str
    deadline: dt.date | None = None
    every_months: int | None = None
    anchor_month: int = DECEMBER
    day: int | None = None

    def next_due(self, after: dt.date) -> dt.date:
        """Return the first due day of a recurring task after a day.

        Parameters
        ----------
        after : datetime.date
            This day itself does not count.

        Returns
        -------
        datetime.date

        Raises
        ------
        SchemaError
            If the task does not recur.
        """
        if self.every_months is None:
            raise SchemaError(f"时间进度“{self.text}”不是定期的，没有下一个到期日。")
        year, month = after.year, after.month
        while True:
            if (month - self.anchor_month) % self.every_months == 0:
                due = _day_of(year, month, self.day)
                if due > after:
                    return due
            year, month = (year + 1, 1) if month == MONTHS_A_YEAR else (year, month + 1)


def parse_schedule(text: str, *, year: int) -> Schedule:
    """Parse the words a task list uses for the time of a task.

    Parameters
    ----------
    text : str
        As printed; white space is left out.
    year : int
        Year of the list, for a date that names none.

    Returns
    -------
    Schedule

    Raises
    ------
    SchemaError
        If the text is none of the known forms, or names a day that does not exist.

    Examples
    --------
    >>> parse_schedule("6月底前", year=2022).deadline
    datetime.date(2022, 6, 30)
    >>> parse_schedule("每月25号前", year=2022).next_due(dt.date(2022, 8, 25))
    datetime.date(2022, 9, 25)
    >>> parse_schedule("持续推进", year=2022).kind
    'open'
    """
    text = re.sub(r"\s", "", text)
    try:
        for form, make in FORMS:
            match = form.fullmatch(text)
            if match:
                return make(text, match, year)
    except ValueError as error:  # the calendar's: month 13, 31 April
        raise SchemaError(f"时间进度“{text}”中的日期不存在，请核对。") from error
    if any(form.fullmatch(text) for form in OPEN_FORMS):
        return Schedule(text, "open")
    raise SchemaError(
        f"看不懂时间进度“{text}”。请写作期限（2022年12月底、6月底前）、定期（每月25号前、每季度、每半年、每年）或长期（持续推进）。"
    )


def _by_day(text: str, match: re.Match[str], year: int) -> Schedule:
    return Schedule(text, "date", dt.date(int(match["year"] or year), int(match["month"]), int(match["day"])))


def _by_month(text: str, match: re.Match[str], year: int) -> Schedule:
    return Schedule(text, "date", _day_of(int(match["year"] or year), int(match["month"])))


def _by_season(text: str, match: re.Match[str], year: int) -> Schedule:
    return Schedule(text, "date", _day_of(int(match["year"] or year), LAST_MONTH_OF_SEASON[match["season"]]))


def _by_year(text: str, match: re.Match[str], year: int) -> Schedule:
    return Schedule(text, "date", _day_of(int(match["year"] or match["whole"] or year), DECEMBER))


def _on_day_of_month(text: str, match: re.Match[str], year: int) -> Schedule:
    day = dt.date(year, 1, int(match["day"])).day  # January has every day a month can have
    return Schedule(text, "recurring", every_months=1, day=day)


def _in_rhythm(text: str, match: re.Match[str], _year: int) -> Schedule:
    return Schedule(text, "recurring", every_months=RHYTHMS[match["rhythm"]])


def _yearly(text: str, match: re.Match[str], year: int) -> Schedule:
    month = dt.date(year, int(match["month"] or DECEMBER), 1).month
    return Schedule(text, "recurring", every_months=RHYTHMS["年"], anchor_month=month)


#: Dated and recurring forms; no text matches two of them.
FORMS: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str], int], Schedule]], ...] = (
    (DAY_FORM, _by_day),
    (MONTH_FORM, _by_month),
    (SEASON_FORM, _by_season),
    (YEAR_FORM, _by_year),
    (DAY_OF_MONTH_FORM, _on_day_of_month),
    (RHYTHM_FORM, _in_rhythm),
    (YEARLY_FORM, _yearly),
)


def _day_of(year: int, month: int, day: int | None = None) -> dt.date:
    """Day of a month; the last one for None or a day beyond it."""
    if not 1 <= month <= MONTHS_A_YEAR:
        raise ValueError(f"month {month}")  # caught by `parse_schedule`
    last = calendar.monthrange(year, month)[1]
    return dt.date(year, month, last if day is None else min(day, last))


def clock_dues(since: dt.date, *, is_major: bool) -> tuple[tuple[str, str, dt.date | None], ...]:
    """Return the stages of the 13710 clock and their last days in time; METHODS section 1.

    Parameters
    ----------
    since : datetime.date
        First day of supervision.
    is_major : bool
        Whether a month is allowed rather than seven days.

    Returns
    -------
    tuple of (str, str, datetime.date or None)
        Code, Chinese name and day: deployed the same day, reported back three calendar days later, settled seven days
        later or on the same day of the next month (its last where it is shorter), struck off without a day of its own.

    Examples
    --------
    >>> clock_dues(dt.date(2023, 1, 31), is_major=True)[2]
    ('1月', '办结', datetime.date(2023, 2, 28))
    """
    year, month = (since.year + 1, 1) if since.month == DECEMBER else (since.year, since.month + 1)
    settled_by = _day_of(year, month, since.day) if is_major else since + dt.timedelta(days=SETTLE_DAYS)
    reported_by = since + dt.timedelta(days=REPORT_DAYS)
    settle_code = "1月" if is_major else "7"
    return ("1", "部署", since), ("3", "反馈", reported_by), (settle_code, "办结", settled_by), ("0", "销号", None)
