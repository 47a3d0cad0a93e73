"""Going through an announcement: each figure with what the words before it say of area, type, period and measure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from data.readers.announcement.checks import check_cancelled, check_parts, check_said_twice
from data.readers.announcement.clauses import (
    Mark,
    Part,
    bare_number,
    find_marks,
    narrowed_span,
    split_clauses,
    unknown_place,
    unread_words,
)
from data.readers.announcement.counts import PeriodCount
from data.readers.announcement.doubts import (
    BASE,
    PROMISED,
    check_figure,
    check_period,
    check_words,
    first_month,
    no_count,
)
from data.readers.announcement.heads import LEFT_OUT, REFUSED, Head, settle_measure
from data.readers.announcement.numbers import Figure, find_figures
from data.readers.announcement.pairs import expand_pairs
from data.readers.announcement.said import Said, Unclear
from data.readers.announcement.words import (
    ABOUT_BEFORE,
    EXCEPT,
    HARMLESS,
    NARROWING,
    OPENING,
    REMARK,
    WITH,
    YOY,
)
from data.readers.grid import shown
from data.readers.places import Places


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
    is_bare: bool = False
    #: The figure before this clause, where it was taken.
    last: PeriodCount | None = None

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
        self.is_listed = self.is_compared = False
        self.last = None
        # 注销32户（企业6户、个体26户）: what is in brackets is of the figure before them, and is over at their end.
        outside: list[tuple[Said, list[Head], PeriodCount | None]] = []
        parts = list(split_clauses(sentence))
        for at, part in enumerate(parts):
            while part.depth < len(outside):
                self.said, self.heads, self.last = outside.pop()
            while part.depth > len(outside):
                outside.append((self.said.copy(), self.heads, self.last))
                self.heads = self.heads[-1:]
            is_joined = (
                at + 1 < len(parts) and part.joint == "、" and next(find_figures(parts[at + 1].text), None) is not None
            )
            # 企业、个体工商户23户、101户: a figure without a word, in a list.
            self.is_bare = at > 0 and parts[at - 1].joint == "、" and not re.sub(r"[0-9.,万亿户家个]", "", part.text)
            self._read_clause(part, is_joined=is_joined)
        if outside:
            self.said, self.heads, _ = outside[0]

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
        others = {mark.said.lastgroup for mark in marks if isinstance(mark.said, re.Match) and mark.name == "kind"}
        if part.depth and WITH.search(clause) and self.said.kind not in (None, "all") and others - {self.said.kind}:
            self._doubt_last(clause)
            self.narrowed = clause
        if clause.startswith(("截至", "截止")):
            self.narrowed = ""
        if figures:
            self._read_figures(clause, marks, figures)
        else:
            self._read_words(part, marks, is_joined=is_joined)
        growth = YOY.search(clause)
        is_own = not figures and names & {"kind", "area", "place", "scope", "measure", "span"}
        if growth and self.last is not None and not is_own:
            sign = 1 if growth["way"][0] in "增上提" else -1
            grown = replace(self.last, yoy=sign * float(growth["share"]) / 100)
            self.candidates = [grown if each is self.last else each for each in self.candidates]
            self.last = grown

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
        if is_about and (unread or found or names):
            self._doubt_last(clause)
        if unread:
            self.last = None
        # 企业、个体工商户共5万户: what stands before the mark without a figure shares the one that follows.
        shares = part.joint == "、" and (bool(names & {"kind", "area", "measure"}) or (is_joined and bool(unread)))
        self.is_listed = shares or self.is_listed

    def _doubt_last(self, clause: str) -> None:
        """Ask about the figure just read, of which a clause behind it says more."""
        last, self.last = self.last, None
        if last is not None:
            self.candidates = [each for each in self.candidates if each is not last]
            self.questions.append(f"“{last.wording}”后面的“{shown(clause)}”可能改变口径。请改写后重新录入。")

    def _read_figures(self, clause: str, marks: list[Mark], figures: list[Figure]) -> None:
        at = 0
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
            compared = next((mark for mark in marks if mark.name == "compared" and mark.start < figure.start), None)
            kept = self._take(own, compared if compared in own else None, REMARK.search(clause, at, figure.start))
            stretch = at, (len(clause) if is_last else end)
            reason = no_count(clause, figure, at, own, compared, is_compared=self.is_compared)
            if self.promised is not None:
                reason = PROMISED
            if reason:
                self.left_out.append(f"“{shown(clause)}”中的“{figure.wording}”{reason}，未取。")
                if reason != BASE:
                    self._head(figure, LEFT_OUT)
                self.said, self.last = kept, None
            else:
                self._read_count(clause, figure, marks, figures, stretch, compared)
                if compared is not None:
                    # 比上年末净增109户达到1652户: what follows goes on with what was said before the comparison.
                    self.said.measure, self.said.is_measured = kept.measure, False
            self.said.is_measure_new = False
            at = end
        self.said.take([mark for mark in marks if mark.start >= at])
        self.said.is_measure_new = self.said.is_span_new = self.is_listed = self.is_compared = self.is_part = False

    def _take(self, own: list[Mark], compared: Mark | None, remark: re.Match[str] | None) -> Said:
        """Take what stands before a figure; return what to go on with where the figure is an aside."""
        before = self.said.copy()
        if compared is None:
            self.said.take(own)
            kept = self.said.copy()
            before.take([mark for mark in own if remark and mark.start < remark.start()])
            kept.measure = before.measure
            return kept
        self.said.take([mark for mark in own if mark.start < compared.start])
        kept = self.said.copy()
        self.said.take([compared, *(mark for mark in own if mark.start > compared.start)])
        return kept

    def _head(self, figure: Figure, measure: str, *, is_settled: bool = False) -> None:
        most = figure.value + figure.precision
        self.heads.append(Head(measure, self.said.kind, most, self.said.area, is_settled))

    def _read_count(
        self,
        clause: str,
        figure: Figure,
        marks: list[Mark],
        figures: list[Figure],
        stretch: tuple[int, int],
        compared: Mark | None,
    ) -> None:
        is_settled = is_refused = False
        self.last = None
        self.is_part = self.is_part or "其中" in clause[slice(*stretch)]
        names_area = any(mark.name in ("area", "scope") and stretch[0] <= mark.start < stretch[1] for mark in marks)
        is_placed = names_area or self.is_part
        try:
            check_figure(clause, figure, self.said)
            if self.is_listed:
                raise Unclear("前面用顿号并列了几项，分不出这个数属于哪一项还是合计。请一句只写一项")
            if self.is_bare:
                raise Unclear("前面没有说明它属于哪一项。请一句只写一项")
            if self.is_part and self.heads and self.heads[-1].measure == REFUSED:
                raise Unclear("“其中”前面的数没有看懂，这个数也就不清楚。请改写前面的数，或单独写成一句")
            is_refused = True
            check_words(clause, figures, marks, stretch, self.said, self.narrowed)
            is_refused = False
            check_period(clause[slice(*stretch)], self.said)
            is_settled = settle_measure(self.said, figure, self.heads, is_placed=is_placed)
            since = first_month(clause, figure, compared, self.said, self.published)
            if compared is not None and self.said.measure == "net" and since is None:
                raise Unclear("与另一时期相比的增减不是净增。请改写为本期的净增数")
            count = self._count(figure, since)
        except Unclear as unclear:
            self.questions.append(f"“{shown(clause)}”中的“{figure.wording}”：{unclear}。")
            is_settled = False
            is_refused = is_refused or (self.is_part and bool(self.heads) and self.heads[-1].measure == REFUSED)
        else:
            self.candidates.append(count)
            self.last = count
            if self.said.measure == "cancel":
                self.cancelled.append(count)
        if is_refused:
            self._head(figure, REFUSED)
            # 新设女性市场主体40户，注销12户: 注销 may be of them alone.
            self.said.kind_question = f"前面“{figure.wording}”的口径没有看懂，这个数的类型也就不清楚。请写明类型"
        elif self.said.measure is not None:
            self._head(figure, self.said.measure, is_settled=is_settled)

    def _count(self, figure: Figure, since: pd.Period | None) -> PeriodCount:
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
            raise Unclear("只有吊销数，本系统的注销吊销是两者之和。请改写为注销吊销的合计")
        area = said.area or ("" if said.area_question else self.default)
        if not area:
            raise Unclear(said.area_question or "没有说明地区。请选择地区，或写出地名")
        end = said.span.end if said.span is not None else None
        start, end = (since, end) if since is not None and end is not None else said.months()
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
