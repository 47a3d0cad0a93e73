"""Going through an announcement: each figure with what the words before it say of area, type, period and measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from data.readers.announcement_checks import check_cancelled, check_parts, check_said_twice
from data.readers.announcement_clauses import (
    Mark,
    Part,
    bare_number,
    find_marks,
    joined_measures,
    narrowed_span,
    split_clauses,
    unknown_place,
    unread_words,
)
from data.readers.announcement_counts import PeriodCount
from data.readers.announcement_numbers import Figure, find_figures, find_range
from data.readers.announcement_pairs import expand_pairs
from data.readers.announcement_periods import Span
from data.readers.announcement_said import Said, Unclear
from data.readers.announcement_words import (
    ABOUT_BEFORE,
    CHANGE,
    EXCEPT,
    GOAL,
    HARMLESS,
    NARROWING,
    NO_COUNT,
    OPENING,
    SUBTYPE_WORDS,
    YOY,
)
from data.readers.cells import MAX_COUNT
from data.readers.grid import shown
from data.readers.places import Places

_LEFT_OUT = "left out"
_BASE = "是用来比较的数，不是本期的"


@dataclass(frozen=True)
class Head:
    """A figure of a sentence, of which a later one without a measure of its own may be a part.

    Parameters
    ----------
    measure : str
    kind : str or None
    most : float
        The largest value it may have.
    area : str or None
    """

    measure: str
    kind: str | None
    most: float
    area: str | None


@dataclass
class TextReader:
    """Goes through a text and keeps what was last said of place and time, and in a sentence of type and measure.

    Parameters
    ----------
    places : Places
    published : pandas.Timestamp
    source : str
    default : str
        Code of the area meant where none is named; may be empty.

    Attributes
    ----------
    candidates : list of PeriodCount
    questions, left_out : list of str
    """

    places: Places
    published: pd.Timestamp
    source: str
    default: str
    candidates: list[PeriodCount] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    cancelled: list[PeriodCount] = field(default_factory=list)
    has_revoked: bool = False
    narrowed: str = ""
    promised: Said | None = None
    is_listed: bool = False
    is_compared: bool = False
    is_part: bool = False
    #: The figure before this clause is the last candidate.
    is_counted: bool = False

    def __post_init__(self) -> None:
        self.said = Said(self.places, self.default, self.published.year)

    def read_sentence(self, sentence: str) -> None:
        """Read a sentence, and keep what it says of place and time for those after it.

        Parameters
        ----------
        sentence : str
            Without blanks and its closing mark, digits narrow.
        """
        if all(next(find_figures(part.text), None) is None for part in split_clauses(sentence)):
            sentences: Sequence[str] = [sentence]
        elif excluded := EXCEPT.search(sentence):
            self.questions.append(
                f"“{shown(sentence)}”写有“{excluded[0]}”，口径与登记数不同。请改写为全部户数后重新录入。"
            )
            return
        elif "分别" in sentence:
            sentences = expand_pairs(sentence, self.places, self.published)
            if not sentences:
                self.questions.append(
                    f"“{shown(sentence)}”用“分别”并列几个数，对应关系须由人判断。请拆成一句一个数后重新录入。"
                )
                return
        else:
            sentences = [sentence]
        for one in sentences:
            self._read_one(one)

    def _read_one(self, sentence: str) -> None:
        self.is_part = sentence.startswith("其中")
        self.said.begin_sentence(is_part=self.is_part)
        if not self.is_part:
            self.heads, self.narrowed = [], ""
        self._end_promise()
        self.is_listed = self.is_compared = self.is_counted = False
        outside: list[Said] = []
        parts = list(split_clauses(sentence))
        for at, part in enumerate(parts):
            while part.depth < len(outside):
                self.said = outside.pop()
            while part.depth > len(outside):
                outside.append(self.said.copy())
            is_joined = (
                at + 1 < len(parts) and part.joint == "、" and next(find_figures(parts[at + 1].text), None) is not None
            )
            self._read_clause(part, is_joined=is_joined)
        if outside:
            self.said = outside[0]

    def _end_promise(self) -> None:
        if self.promised is not None:
            self.said.span, self.said.measure = self.promised.span, self.promised.measure
            self.promised = None

    def _read_clause(self, part: Part, *, is_joined: bool) -> None:
        clause = part.text
        self.said.is_measured = False
        marks = find_marks(clause, self.places, self.published)
        figures = list(find_figures(clause))
        names = {mark.name for mark in marks}
        if "promise" in names and self.promised is None:
            self.promised = self.said.copy()
        elif "fact" in names and "promise" not in names:
            self._end_promise()
        if clause.startswith(("截至", "截止")):
            self.narrowed = ""
        if figures:
            self._read_figures(clause, marks, figures)
        else:
            self._read_words(part, marks, is_joined=is_joined)
        growth = YOY.search(clause)
        is_own = not figures and names & {"kind", "area", "place", "scope", "measure", "span"}
        if growth and self.is_counted and not is_own:
            sign = 1 if growth["way"][0] in "增上提" else -1
            self.candidates[-1] = replace(self.candidates[-1], yoy=sign * float(growth["share"]) / 100)

    def _read_words(self, part: Part, marks: list[Mark], *, is_joined: bool) -> None:
        """Take what a clause without a figure says of those after it."""
        clause = part.text
        unread = unread_words(clause, marks, (), 0, len(clause))
        self.said.take(marks, is_narrative=bool(unread))
        if span := narrowed_span(clause, marks):
            self.said.span = span
        if place := unknown_place(clause, unread):
            self.said.take_place(place)
        found = NARROWING.search(clause)
        if found:
            self.narrowed = clause
        self.is_compared = self.is_compared or any(mark.name == "compared" for mark in marks)
        self.is_part = self.is_part or clause.startswith("其中")
        names = {mark.name for mark in marks} - {"aside", "compared", "this_month"}
        if number := bare_number(clause, marks):
            self.questions.append(f"“{shown(clause)}”中的“{number}”没有写单位“户”。请补上后重新录入。")
        is_about = (part.depth and not HARMLESS.search(clause)) or ABOUT_BEFORE.match(clause)
        if part.depth and is_about and (unread or names):
            self.narrowed = clause
        if (clause.startswith("其中") or (part.joint in (":", "：") and not OPENING.search(clause))) and unread:
            self.narrowed = clause
        if is_about and (unread or found or names) and self.is_counted:
            last = self.candidates.pop()
            self.is_counted = False
            self.questions.append(f"“{last.wording}”后面的“{shown(clause)}”可能改变口径。请改写后重新录入。")
        self.is_counted = self.is_counted and not unread
        # 企业、个体工商户共5万户: what stands before the mark without a figure shares the one that follows.
        shares = part.joint == "、" and (bool(names & {"kind", "area", "measure"}) or (is_joined and bool(unread)))
        self.is_listed = shares or self.is_listed

    def _read_figures(self, clause: str, marks: list[Mark], figures: list[Figure]) -> None:
        at = 0
        compared = next((mark for mark in marks if mark.name == "compared"), None)
        for number, figure in enumerate(figures):
            own = [mark for mark in marks if at <= mark.start < figure.start]
            end = figure.end
            if not any(mark.name == "kind" for mark in own):
                after = [mark for mark in marks if mark.name == "kind" and mark.start >= figure.end]
                if (
                    after
                    and not unread_words(clause, marks, figures, figure.end, after[0].start)
                    and (number + 1 == len(figures) or after[0].start == figure.end)
                ):
                    own, end = [*own, after[0]], after[0].end
            is_last = number + 1 == len(figures)
            kept = self._take(own, compared if compared and compared.start < figure.start else None)
            stretch = at, (len(clause) if is_last else end)
            reason = self._no_count(clause, figure, at, own, compared)
            if reason:
                self.left_out.append(f"“{shown(clause)}”中的“{figure.wording}”{reason}，未取。")
                if reason != _BASE:
                    self._head(figure, _LEFT_OUT)
                self.said, self.is_counted = kept, False
            else:
                self._read_count(clause, figure, marks, figures, stretch, compared)
                if compared is not None and compared.start < figure.start:
                    # 比上年末净增109户达到1652户: what follows goes on with what was said before the comparison.
                    self.said.measure, self.said.is_measured = kept.measure, False
            self.said.is_measure_new = False
            at = end
        self.said.take([mark for mark in marks if mark.start >= at])
        self.said.is_measure_new = self.said.is_span_new = self.is_listed = self.is_compared = self.is_part = False

    def _take(self, own: list[Mark], compared: Mark | None) -> Said:
        """Take what stands before a figure; return what to go on with where the figure is an aside."""
        before = self.said.copy()
        if compared is None:
            self.said.take(own)
            kept = self.said.copy()
            kept.measure = before.measure
            return kept
        self.said.take([mark for mark in own if mark.start < compared.start])
        kept = self.said.copy()
        self.said.take([compared, *(mark for mark in own if mark.start > compared.start)])
        return kept

    def _no_count(self, clause: str, figure: Figure, at: int, own: list[Mark], compared: Mark | None) -> str:
        """Return why a figure is no count of its period, or nothing."""
        if self.promised is not None or GOAL.search(clause):
            return "是目标或预计，不是已发生的数；目标请在目标页录入"
        before = clause[at : figure.start]
        if any(mark.name == "aside" and mark.start <= figure.start < mark.end for mark in own):
            return _BASE
        if compared is not None and compared.start < figure.start:
            if CHANGE.search(before):
                return "是与别期相比的变化量，不是户数"
            if compared.start >= at and not any(mark.name == "measure" and mark.start > compared.start for mark in own):
                return _BASE
        if self.is_compared and CHANGE.search(before):
            return "是与别期相比的变化量，不是户数"
        return next((why for why, words in NO_COUNT.items() if words.search(before)), "")

    def _head(self, figure: Figure, measure: str) -> None:
        self.heads.append(Head(measure, self.said.kind, figure.value + figure.precision, self.said.area))

    def _read_count(
        self,
        clause: str,
        figure: Figure,
        marks: list[Mark],
        figures: list[Figure],
        stretch: tuple[int, int],
        compared: Mark | None,
    ) -> None:
        self.is_counted = False
        try:
            self._check_figure(clause, figure)
            self._check_words(clause, figure, marks, figures, stretch)
            self._settle_measure(clause, figure, marks, stretch)
            count = self._count(clause, figure, self._since(clause, compared, figure))
        except Unclear as unclear:
            self.questions.append(f"“{shown(clause)}”中的“{figure.wording}”：{unclear}。")
        else:
            self.candidates.append(count)
            self.is_counted = True
            if self.said.measure == "cancel":
                self.cancelled.append(count)
        if self.said.measure is not None:
            self._head(figure, self.said.measure)

    def _check_words(
        self, clause: str, figure: Figure, marks: list[Mark], figures: list[Figure], stretch: tuple[int, int]
    ) -> None:
        unread = unread_words(clause, marks, figures, *stretch)
        if part := SUBTYPE_WORDS.search(_spoken(clause, marks, stretch)):
            raise Unclear(
                f"“{part[0]}”的口径比企业、个体工商户、合作社窄，不能与登记数相加。如确要录入，请改写为产品的主体类型"
            )
        if both := joined_measures(clause, marks):
            raise Unclear(f"“{both}”合在一起，分不出各有多少")
        if unread:
            raise Unclear(f"没有看懂“{'”“'.join(unread)}”，它可能改变口径。如不影响，请删去后重新录入")
        if self.said.span is not None and self.said.span.question:
            raise Unclear(self.said.span.question.rstrip("。"))
        if self.narrowed:
            raise Unclear(f"前面的“{self.narrowed}”可能使口径变窄。如不影响，请只粘贴含户数的半句")
        if "累计" in clause[: figure.start] and self.said.span is not None:
            span, measure = self.said.span, self.said.measure
            is_month = not span.is_point and span.start is not None and span.start == span.end
            if (is_month and self.said.since is None and measure != "stock") or measure is None:
                raise Unclear("“累计”没有说明从哪个月算起。请写明，如 2022年1-5月")

    def _check_figure(self, clause: str, figure: Figure) -> None:
        if find_range(clause):
            raise Unclear(f"“{find_range(clause)}”是一个范围。请填写一个数")
        if figure.value > MAX_COUNT:
            raise Unclear("超过十亿户，不合常理。请核对单位")
        if figure.value % 1:
            raise Unclear("不是整数户。请核对是否为平均数，或漏写了“万”")
        if self.is_listed:
            raise Unclear("前面用顿号并列了几项，分不出这个数属于哪一项还是合计。请一句只写一项")
        if self.said.kind_question:
            raise Unclear(self.said.kind_question)
        if self.said.kind is None:
            raise Unclear("没有说明是市场主体、企业、个体工商户还是合作社。请写明")

    def _settle_measure(self, clause: str, figure: Figure, marks: list[Mark], stretch: tuple[int, int]) -> None:
        """Find of which figure before it one without a measure of its own is a part, or the like."""
        said = self.said
        if said.is_measure_new or not self.heads:
            return
        possible = [head for head in self.heads if _may_hold(head, said.kind, figure)]
        if not possible:
            raise Unclear("比前面的总数还大，分不出它说的是实有、新设还是注销。请写明")
        measures = list(dict.fromkeys(head.measure for head in possible))
        if len(measures) > 1 or measures == [_LEFT_OUT]:
            raise Unclear("前面有几个数，分不出这个数是实有、新设、注销还是变化量。请写明")
        said.measure = measures[0]
        names_area = any(mark.name in ("area", "scope") and stretch[0] <= mark.start < stretch[1] for mark in marks)
        areas = list(dict.fromkeys(head.area for head in self.heads))
        is_part = self.is_part or "其中" in clause[slice(*stretch)]
        if len(areas) > 1 and not names_area and not is_part and said.kind != self.heads[-1].kind:
            raise Unclear("前面有几个地区，分不出这个数属于哪一个。请写明地区")

    def _since(self, clause: str, compared: Mark | None, figure: Figure) -> pd.Period | None:
        """Return the first month of a net increase that is given against an earlier month's end."""
        span = self.said.span
        if compared is None or compared.start > figure.start or self.said.measure != "net":
            return None
        if span is None or span.end is None or not span.is_point:
            return None
        if "年初" in clause[compared.start : figure.start]:
            return pd.Period(year=span.end.year, month=1, freq="M")
        against = [
            mark.said
            for mark in find_marks(clause[compared.end : figure.start], self.places, self.published)
            if isinstance(mark.said, Span)
        ]
        first = against[0] if len(against) == 1 else None
        return first.end + 1 if first and first.is_point and first.end is not None and first.end < span.end else None

    def _count(self, clause: str, figure: Figure, since: pd.Period | None) -> PeriodCount:
        said = self.said
        if said.measure is None and said.span is not None and said.span.is_point:
            # 截至2022年7月底，全省市场主体364万户: of a point in time, and of nothing that happens, is the stock.
            said.measure = "stock"
        if said.measure is None:
            raise Unclear("没有说明是实有、新设还是注销。请写明")
        if said.measure == "unclear":
            raise Unclear("前面说的是新设或注销，这个“达”说的是它还是实有不清楚。请写明")
        if figure.value == 0:
            raise Unclear("读不出这个数。请写成阿拉伯数字，如 10000户 或 1万户")
        if said.measure == "either":
            raise Unclear("“新增”可能是新设，也可能是净增。请改写为“新设”或“净增”")
        if said.measure == "revoke":
            self.has_revoked = True
            raise Unclear("只有吊销数，产品的注销吊销是两者之和。请改写为注销吊销的合计")
        area = said.area or ("" if said.area_question else self.default)
        if not area:
            raise Unclear(said.area_question or "没有说明地区。请选择地区，或写出地名")
        start, end = (since, said.span.end) if since is not None and said.span is not None else said.months()
        return PeriodCount(
            area=area,
            area_name=self.places.known[area],
            entity_type=str(said.kind),
            measure="exits" if said.measure == "cancel" else said.measure,
            start=start,
            end=end,
            value=figure.value,
            precision=figure.precision,
            bound=figure.bound,
            yoy=None,
            wording=figure.wording,
            source=self.source,
            published=self.published,
        )

    def check(self) -> None:
        """Turn figures that contradict each other into questions."""
        if self.has_revoked:
            self.candidates, asked = check_cancelled(self.candidates, self.cancelled)
            self.questions += asked
        self.candidates, asked, left = check_said_twice(self.candidates)
        self.questions += asked
        self.left_out += left
        self.candidates, asked = check_parts(self.candidates)
        self.questions += asked


def _may_hold(head: Head, kind: str | None, figure: Figure) -> bool:
    if head.kind != "all":
        return head.measure != _LEFT_OUT
    return kind == "all" or figure.value - figure.precision <= head.most


def _spoken(clause: str, marks: list[Mark], stretch: tuple[int, int]) -> str:
    """A stretch without its names and periods: 全国企业 is no 国企."""
    named = [(mark.start, mark.end) for mark in marks if mark.name in ("area", "place", "scope", "span")]
    start, end = stretch
    return "".join(" " if any(first <= at < last for first, last in named) else clause[at] for at in range(start, end))
