"""Going through an announcement: each figure with what the words before it say of area, type, period and measure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pandas as pd

from data.readers.announcement_counts import PeriodCount
from data.readers.announcement_numbers import Figure, find_figures, find_range
from data.readers.announcement_periods import Span, find_periods
from data.readers.announcement_words import (
    KIND,
    MEASURE,
    MEASURE_NAMES,
    NO_COUNT,
    PROMISE,
    SCOPE,
    SCOPE_LEVELS,
    YOY,
)
from data.readers.area_codes import at_level
from data.readers.cells import MAX_COUNT
from data.readers.grid import shown
from data.readers.places import Places
from forecasting.errors import FaultsError


class Unclear(FaultsError):
    """What a figure leaves open."""

    def __init__(self, question: str) -> None:
        super().__init__([question])


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
    area: str | None = None
    area_question: str = ""
    named: list[str] = field(default_factory=list)
    span: Span | None = None
    since: Span | None = None
    kind: str | None = None
    kind_question: str = ""
    measure: str | None = None
    is_promise: bool = False
    is_listed: bool = False
    is_measured: bool = False
    measure_before: str | None = None

    def read_sentence(self, sentence: str) -> None:
        """Read a sentence, and keep what it says of place and time for those after it.

        Parameters
        ----------
        sentence : str
            Without blanks and its closing mark, digits narrow.
        """
        if not sentence.startswith("其中"):
            self.kind, self.kind_question, self.measure = None, "", None
        self.since, self.is_promise, self.is_listed = None, False, False
        if "分别" in sentence and any(list(find_figures(clause)) for clause, _ in _parts(sentence)):
            self.questions.append(
                f"“{shown(sentence)}”用“分别”并列几个数，对应关系须由人判断。请拆成一句一个数后重新录入。"
            )
            return
        n_before = len(self.candidates)
        for clause, joint in _parts(sentence):
            self._read_clause(clause, joint, n_before)

    def _read_clause(self, clause: str, joint: str, n_before: int) -> None:
        self.is_measured, self.measure_before = False, self.measure
        marks = sorted(self._marks(clause), key=lambda mark: mark[0])
        figures = list(find_figures(clause))
        at = 0
        for figure in figures:
            self._take(mark for mark in marks if at <= mark[0] < figure.start or (at == 0 and mark[0] < figure.start))
            after = [mark for mark in marks if mark[0] == figure.end and mark[1] == "kind"]
            self._take(iter(after))
            self._read_figure(clause, figure, clause[at : figure.start])
            at = figure.end
        self._take(mark for mark in marks if mark[0] >= at)
        growth = YOY.search(clause)
        if growth and len(self.candidates) > n_before:
            sign = 1 if growth["way"][0] in "增上提" else -1
            self.candidates[-1] = replace(self.candidates[-1], yoy=sign * float(growth["share"]) / 100)
        # 企业、个体工商户共5万户: what stands before the mark without a figure shares the one that follows.
        shares = joint == "、" and not figures and any(name in ("kind", "area") for _, name, _ in marks)
        self.is_listed = shares or (self.is_listed and not figures)

    def _marks(self, clause: str) -> Iterator[tuple[int, str, object]]:
        """Yield what the clause says of place, time, type and measure, and where."""
        for start, _, codes in self.places.spans(clause):
            yield start, "area", codes
        for match in SCOPE.finditer(clause):
            yield match.start(), "scope", match
        for span in find_periods(clause, self.published):
            yield span.at, "span", span
        for match in KIND.finditer(clause):
            yield match.start(), "kind", match
        for match in MEASURE.finditer(clause):
            yield match.start(), "measure", match.lastgroup
        for match in PROMISE.finditer(clause):
            yield match.start(), "promise", None

    def _take(self, marks: Iterator[tuple[int, str, object]]) -> None:
        kinds = []
        for _, name, said in marks:
            if name == "area" and isinstance(said, tuple):
                self._take_area(said)
            elif name == "scope" and isinstance(said, re.Match):
                self._take_scope(said)
            elif name == "span" and isinstance(said, Span):
                if said.start is not None and said.end is None:
                    self.since = said
                else:
                    self.span = said
            elif name == "kind" and isinstance(said, re.Match):
                kinds.append(said)
            elif name == "measure" and isinstance(said, str):
                self._take_measure(said)
            elif name == "promise":
                self.is_promise = True
        if kinds:
            self._take_kind(kinds)

    def _take_measure(self, said: str) -> None:
        # 新登记市场主体达1.2万户 is of entries: 达 says how many, not of what. In a clause of its own after entries, it
        # may be of either; 总量 is not.
        is_flow = self.measure in ("entries", "exits", "net", "either")
        if said in ("total", "reach") and self.is_measured:
            return
        self.measure = {"total": "stock", "reach": "unclear" if is_flow else "stock"}.get(said, said)
        self.is_measured = True

    def _take_kind(self, kinds: list[re.Match[str]]) -> None:
        found = kinds[-1]
        self.kind = found.lastgroup if found.lastgroup != "narrow" else None
        self.kind_question = ""
        if found["narrow"]:
            self.kind_question = (
                f"“{found[0]}”的口径比企业、个体工商户、合作社窄，不能与登记数相加。如确要录入，请改写为产品的主体类型"
            )
        elif len(kinds) > 1 and kinds[-2].lastgroup != found.lastgroup and kinds[-2].lastgroup != "all":
            both = "”和“".join(kind[0] for kind in kinds[-2:])
            self.kind_question = f"“{both}”合在一起，分不出各有多少"

    def _take_area(self, codes: tuple[str, ...]) -> None:
        near = [code for code in codes if self.default and (code == self.default or code[:4] == self.default[:4])]
        codes = tuple(near) if len(codes) > 1 and len(near) == 1 else codes
        self.area, self.area_question = (
            (codes[0], "") if len(codes) == 1 else (None, f"地区名不止一处（{'、'.join(codes)}）。请加上所属市")
        )
        if self.area:
            self.named.append(self.area)

    def _take_scope(self, match: re.Match[str]) -> None:
        scope = match["scope"]
        known = [*reversed(self.named), *filter(None, [self.default])]
        if scope is None:
            found = ["100000"]
        else:
            own = [code for code in known if self.places.known[code].endswith(scope)]
            above = [at_level(code, SCOPE_LEVELS[scope]) for code in known]
            found = own[:1] or [code for code in above if code and self.places.known.get(code, "").endswith(scope)]
        self.area = found[0] if found else None
        self.area_question = "" if found else f"“{match[0]}”没有说明是哪里。请选择地区，或写出地名"

    def _read_figure(self, clause: str, figure: Figure, before: str) -> None:
        place = f"“{shown(clause)}”中的“{figure.wording}”"
        reason = next((why for why, words in NO_COUNT.items() if words.search(before)), "")
        if self.is_promise or "为目标" in clause:
            reason = "是目标或预计，不是已发生的数；目标请在目标页录入"
        if reason:
            self.left_out.append(f"{place}{reason}，未取。")
            # 比上年末增加30万户 is an aside: what follows it goes on with what was said before.
            self.measure = self.measure_before
            return
        try:
            self.candidates.append(self._count(clause, figure))
        except Unclear as unclear:
            self.questions.append(f"{place}：{unclear}。")

    def _count(self, clause: str, figure: Figure) -> PeriodCount:
        if find_range(clause):
            raise Unclear(f"“{find_range(clause)}”是一个范围。请填写一个数")
        if figure.value > MAX_COUNT:
            raise Unclear("超过十亿户，不合常理。请核对单位")
        if self.is_listed:
            raise Unclear("前面用顿号并列了几项，分不出这个数属于哪一项还是合计。请一句只写一项")
        if self.kind_question:
            raise Unclear(self.kind_question)
        if self.kind is None:
            raise Unclear("没有说明是市场主体、企业、个体工商户还是合作社。请写明")
        if self.measure is None and self.span is not None and self.span.is_point:
            # 截至2022年7月底，全省市场主体364万户: of a point in time, and of nothing that happens, is the stock.
            self.measure = "stock"
        if self.measure is None:
            raise Unclear("没有说明是实有、新设还是注销。请写明")
        if self.measure == "unclear":
            raise Unclear("前面说的是新设或注销，这个“达”说的是它还是实有不清楚。请写明")
        if figure.value == 0:
            raise Unclear("读不出这个数。请写成阿拉伯数字，如 10000户 或 1万户")
        if self.measure == "either":
            raise Unclear("“新增”可能是新设，也可能是净增。请改写为“新设”或“净增”")
        area = self.area or ("" if self.area_question else self.default)
        if not area:
            raise Unclear(self.area_question or "没有说明地区。请选择地区，或写出地名")
        start, end = self._months()
        return PeriodCount(
            area=area,
            area_name=self.places.known[area],
            entity_type=self.kind,
            measure=self.measure,
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

    def _months(self) -> tuple[pd.Period, pd.Period]:
        """First and last month of a figure of the current measure."""
        span = self.span
        if span is not None and span.question:
            raise Unclear(span.question.rstrip("。"))
        if span is None or span.start is None or span.end is None:
            said = f"“{self.since.wording}”没有说明到哪个月为止" if self.since else "没有说明年月"
            raise Unclear(f"{said}。请写明，如 截至2022年7月底、2022年1-5月")
        if self.measure == "stock":
            if span.start != span.end and not span.is_point:
                end = f"{span.end.year}年{span.end.month}月底"
                raise Unclear(f"“{span.wording}”是一段时间，实有须是某个月末的数。请写明月份，如 {end}")
            return span.end, span.end
        if self.since is not None and self.since.start is not None:
            return self.since.start, span.end
        if span.is_point:
            name = MEASURE_NAMES[self.measure or "net"]
            raise Unclear(f"只写了到“{span.wording}”为止，没有说明{name}从哪个月算起。请写明，如 2022年1-5月")
        return span.start, span.end

    def check_said_twice(self) -> None:
        """Turn figures of one series and period that differ into a question."""
        groups: dict[tuple[object, ...], list[PeriodCount]] = {}
        for each in self.candidates:
            groups.setdefault((each.area, each.entity_type, each.measure, each.start, each.end), []).append(each)
        for same in groups.values():
            if len(same) > 1:
                said = "、".join(f"“{each.wording}”" for each in same)
                self.questions.append(f"{said} 看来是同一地区、类型、时间的同一个数。请只保留一个，或写明它们的不同。")
                self.candidates = [each for each in self.candidates if each not in same]


def _parts(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield each clause with the mark that ends it."""
    cut = re.split(r"([，、：:（）()]|(?<![0-9]),|,(?![0-9]{3}))", sentence)
    for clause, joint in zip(cut[::2], [*cut[1::2], ""], strict=True):
        if clause:
            yield clause, joint
