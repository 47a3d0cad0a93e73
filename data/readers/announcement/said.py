"""What an announcement has said up to a figure: of which area, type, measure and period it is, or what is open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pandas as pd

from data.readers.announcement.clauses import Mark
from data.readers.announcement.periods import Span
from data.readers.announcement.words import MEASURE_NAMES, SCOPE_LEVELS
from data.readers.area_codes import at_level, lies_in
from data.readers.places import Places
from forecasting.errors import FaultsError


class Unclear(FaultsError):
    """What a figure leaves open."""

    def __init__(self, question: str) -> None:
        super().__init__([question])


@dataclass
class Said:
    """What was last said of place and time, and in a sentence of type and measure.

    Parameters
    ----------
    places : Places
    default : str
        Code of the area meant where none is named; may be empty.
    published_year : int
    """

    places: Places
    default: str
    published_year: int
    area: str | None = None
    area_question: str = ""
    named: list[str] = field(default_factory=list)
    span: Span | None = None
    since: Span | None = None
    kind: str | None = None
    kind_question: str = ""
    measure: str | None = None
    is_measured: bool = False
    is_measure_new: bool = False
    #: An earlier period was named after a later one, so that a further figure without a period may be of either.
    back: str = ""
    is_back_clear: bool = False
    is_span_here: bool = False
    is_span_new: bool = False
    is_since_used: bool = False
    is_since_open: bool = False

    def begin_sentence(self, *, is_part: bool) -> None:
        """Forget what does not go on from one sentence to the next.

        Parameters
        ----------
        is_part : bool
            Whether the sentence begins with 其中 and so goes on with type and measure.
        """
        if not is_part:
            self.kind, self.kind_question, self.measure = None, "", None
        self.since, self.is_since_used, self.is_since_open = None, False, False
        self.is_span_here, self.is_back_clear = False, False

    def copy(self) -> Said:
        """Return what was said, to come back to after an aside.

        Returns
        -------
        Said
        """
        return replace(self, named=list(self.named))

    def take(self, marks: list[Mark], *, is_narrative: bool = False) -> None:
        """Take what the words before a figure say.

        Parameters
        ----------
        marks : list of Mark
        is_narrative : bool
            Whether the clause has no figure and words that are not understood: 在全市率先推行改革 names 全市 and may
            not be about it.
        """
        kinds: list[re.Match[str]] = []
        spans: list[Span] = []
        areas: list[str] = []
        is_compared = has_term = False
        for mark in marks:
            said = mark.said
            # 在全市率先推行改革, 比大宁县增加: the place need not be that of the figure.
            is_doubtful = is_compared or (is_narrative and mark.start > 0)
            if mark.name == "compared":
                is_compared, has_term = said == "open", False
            elif is_compared and mark.name == "span" and not has_term:
                has_term = True
            elif mark.name == "area" and isinstance(said, tuple):
                areas.append(self._take_area(said, is_doubtful=is_doubtful))
            elif mark.name == "place":
                self.take_place(str(said))
            elif mark.name == "scope" and isinstance(said, re.Match):
                areas.append(self._take_scope(said, is_doubtful=is_doubtful))
            elif mark.name == "span" and isinstance(said, Span):
                spans.append(said)
            elif mark.name == "this_month":
                self._take_this_month()
            elif mark.name == "kind" and isinstance(said, re.Match):
                kinds.append(said)
            elif mark.name == "measure" and isinstance(said, str):
                self._take_measure(said)
        self._take_spans(spans)
        both = [code for code in areas if code]
        if len(set(both)) > 1 and not lies_in(both[-1], both[-2]):
            names = "”和“".join(self.places.known[code] for code in both[-2:])
            self.area, self.area_question = None, f"前面有“{names}”两个地区，分不出这个数属于哪一个。请一句只写一个地区"
        if kinds:
            self._take_kind(kinds)

    def _take_spans(self, spans: list[Span]) -> None:
        closed = [span for span in spans if not (span.start is not None and span.end is None)]
        for span in spans:
            if span not in closed:
                self.since, self.is_since_used = span, False
                self.is_since_open = self.span is not None and not self.span.is_point and not closed
        if len(closed) > 1:
            both = "”和“".join(span.wording for span in closed[-2:])
            closed = [
                replace(closed[-1], start=None, end=None, question=f"“{both}”两个时间在一起，分不出这个数属于哪一个")
            ]
        if not closed:
            return
        span, before = closed[-1], self.span
        year = before.end.year if before is not None and before.end is not None else self.published_year
        if span.year_said in ("上", "去") and year != self.published_year:
            ask = f"“{span.wording}”是相对{year}年还是公布的{self.published_year}年说的不清楚。请写明年份"
            span = replace(span, start=None, end=None, question=ask)
        if (
            self.is_span_here
            and before is not None
            and before.end is not None
            and span.end is not None
            and span.wording.rstrip("年度").isdigit()
            and before.end.year == span.end.year
            and before.end < span.end
        ):
            ask = f"“{span.wording}”在“{before.wording}”之后，没有说明到哪个月为止。请写明起止月份"
            span = replace(span, start=None, end=None, question=ask)
        is_back = before is not None and before.end is not None and (span.end is None or span.end < before.end)
        self.back = f"“{before.wording}”和“{span.wording}”" if before is not None and is_back else ""
        self.is_back_clear = not self.is_span_here
        if self.is_since_used:
            self.since = None
        self.span, self.is_span_new, self.is_span_here, self.is_since_open = span, True, True, False

    def _take_this_month(self) -> None:
        span = self.span
        if span is not None and span.start is not None and span.start == span.end:
            self.span = replace(span, is_point=False)

    def _take_measure(self, said: str) -> None:
        # 新登记市场主体达1.2万户 is of entries: 达 says how many, not of what. In a clause of its own after entries, it
        # may be of either; 总量 is not.
        is_flow = self.measure in ("entries", "exits", "cancel", "revoke", "net", "either")
        if said in ("total", "reach") and self.is_measured:
            return
        self.measure = {"total": "stock", "reach": "unclear" if is_flow else "stock"}.get(said, said)
        self.is_measured = self.is_measure_new = True

    def _take_kind(self, kinds: list[re.Match[str]]) -> None:
        found = kinds[-1]
        self.kind, self.kind_question = found.lastgroup, ""
        if len(kinds) > 1 and kinds[-2].lastgroup not in (found.lastgroup, "all"):
            both = "”和“".join(kind[0] for kind in kinds[-2:])
            self.kind_question = f"“{both}”合在一起，分不出各有多少"

    def _set_area(self, code: str, name: str, *, is_doubtful: bool) -> None:
        current = self.area or ("" if self.area_question else self.default)
        if is_doubtful and current and current != code:
            self.area = None
            self.area_question = (
                f"前面提到“{name}”，分不清这个数是{name}的还是{self.places.known[current]}的。请写明地区"
            )
        else:
            self.area, self.area_question = code, ""

    def _take_area(self, codes: tuple[str, ...], *, is_doubtful: bool) -> str:
        near = [code for code in codes if self.default and (code == self.default or code[:4] == self.default[:4])]
        codes = tuple(near) if len(codes) > 1 and len(near) == 1 else codes
        if len(codes) > 1:
            self.area, self.area_question = None, f"地区名不止一处（{'、'.join(codes)}）。请加上所属市"
            return ""
        self._set_area(codes[0], self.places.known[codes[0]], is_doubtful=is_doubtful)
        self.named.append(codes[0])
        return codes[0]

    def take_place(self, name: str) -> None:
        """Note that a place was named that is not in the catalogue.

        Parameters
        ----------
        name : str
        """
        self.area, self.area_question = (
            None,
            f"“{name}”不在地区目录中（可能是旧名，或不是行政区）。请改写为目录中的地名",
        )
        self.named.append("")

    def _take_scope(self, match: re.Match[str], *, is_doubtful: bool) -> str:
        scope = match["scope"]
        # After a place that is not known, 全县 may be that place.
        is_lost = bool(self.named) and not self.named[-1]
        known = [] if is_lost else [*filter(None, reversed(self.named)), *filter(None, [self.default])]
        if scope is None:
            found = ["100000"]
        else:
            own = [code for code in known if self.places.known[code].endswith(scope)]
            above = [at_level(code, SCOPE_LEVELS[scope]) for code in known]
            found = own[:1] or [code for code in above if code and self.places.known.get(code, "").endswith(scope)]
        if not found:
            self.area, self.area_question = None, f"“{match[0]}”没有说明是哪里。请选择地区，或写出地名"
            return ""
        self._set_area(found[0], match[0], is_doubtful=is_doubtful)
        return found[0]

    def months(self) -> tuple[pd.Period, pd.Period]:
        """Return first and last month of a figure of the current measure.

        Returns
        -------
        tuple of pandas.Period

        Raises
        ------
        Unclear
        """
        span = self.span
        if span is not None and span.question:
            raise Unclear(span.question.rstrip("。"))
        if self.back and not self.is_span_new and not self.is_back_clear:
            raise Unclear(f"前面有{self.back}两个时间，分不出这个数属于哪一个。请写明年月")
        if span is None or span.start is None or span.end is None:
            said = f"“{self.since.wording}”没有说明到哪个月为止" if self.since else "没有说明年月"
            raise Unclear(f"{said}。请写明，如 截至2022年7月底、2022年1-5月")
        if self.measure == "stock":
            if span.start != span.end and not span.is_point:
                end = f"{span.end.year}年{span.end.month}月底"
                raise Unclear(f"“{span.wording}”是一段时间，实有须是某个月末的数。请写明月份，如 {end}")
            return span.end, span.end
        if self.since is not None and self.since.start is not None:
            self.is_since_used = True
            if self.is_since_open or self.since.start > span.end:
                raise Unclear(f"“{self.since.wording}”没有说明到哪个月为止。请写明，如 2022年1-5月")
            return self.since.start, span.end
        if span.is_point:
            name = MEASURE_NAMES.get(self.measure or "net", "注销吊销")
            raise Unclear(f"只写了到“{span.wording}”为止，没有说明{name}从哪个月算起。请写明，如 2022年1-5月")
        return span.start, span.end
