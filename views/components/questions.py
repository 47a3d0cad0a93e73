"""What a file leaves open, asked once; and the correction of what was understood wrongly."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from data.readers import Reading
from data.readers.workbook import IGNORE, MEASURE_NAMES, Mapping, Question, Role, role_answer
from forecasting.panel import ENTITY_TYPES
from views.components.areas import choose_area
from views.components.words import plain

#: Questions asked at a time.
SHOWN = 12
#: What may be typed in -> how.
TYPED = {"month": "年月，如 2022-06", "year": "年份，如 2022", "count": "户数，如 120", "reason": "原因，如 迁出至邻县"}
KINDS = {"month": "当月数", "ytd": "本年累计数"}


def ask(questions: Sequence[Question]) -> dict[str, str] | None:
    """Draw what is asked.

    Parameters
    ----------
    questions : sequence of Question

    Returns
    -------
    dict of str to str or None
        Answers that were given just now, by key.
    """
    if not questions:
        return None
    st.header("第三步　请回答", anchor=False)
    st.markdown(f"表里有{len(questions)}处说不准，请逐条回答，可以先答一部分。" + _lasting(questions))
    given: dict[str, str] = {}
    with st.form("questions"):
        for number, question in enumerate(questions[:SHOWN], start=1):
            answer = _one(number, question)
            if answer:
                given[question.key] = answer
        if len(questions) > SHOWN:
            st.caption(f"答完这{SHOWN}条后再看其余{len(questions) - SHOWN}条。")
        is_sent = st.form_submit_button("提交回答", type="primary")
    if is_sent and not given:
        st.warning("还没有作答。", icon=":material/help:")
    return given if is_sent and given else None


def _lasting(questions: Sequence[Question]) -> str:
    return "填了报送单位的，关于表格样式的回答下月不再问。" if any(one.is_lasting for one in questions) else ""


def _one(number: int, question: Question) -> str:
    """Draw a question, and return its answer; empty while there is none."""
    st.markdown(f"**{number}.** {plain(question.text)}")
    chosen, typed = "", ""
    if question.options:
        labels = {option.value: option.label for option in question.options}
        chosen = st.radio(
            question.text, list(labels), index=None, format_func=lambda value: labels[value],
            key=f"option {question.key}", horizontal=len(labels) <= 4, label_visibility="collapsed",
        ) or ""  # fmt: skip
    if question.takes_text == "area":
        code = choose_area("是哪个地区", key=f"area {question.key}")
        typed = role_answer(area=code) if code else ""
    elif question.takes_text:
        label = f"{'或填写' if question.options else '请填写'}{TYPED[question.takes_text]}"
        typed = st.text_input(label, key=f"text {question.key}").strip()
    return typed or chosen


def correct(reading: Reading) -> dict[str, str] | None:
    """Draw the correction of what a column or a row was taken for.

    Parameters
    ----------
    reading : Reading

    Returns
    -------
    dict of str to str or None
        The answer that was given just now, by the key of its column or row.
    """
    roles = {f"{sheet.place(one.row, one.column)}　{_said(one)}": one for sheet in reading.sheets for one in sheet.roles
             if one.key}  # fmt: skip
    if not roles:
        return None
    with st.expander("读错了？改一列或一行的意思"), st.form("correction"):
        name = st.selectbox("哪一列（行）", list(roles), index=None, placeholder="请选择")
        names = {
            "measure": ("指标", {IGNORE: "不用这一列（行）", **MEASURE_NAMES}),
            "entity": ("类型", ENTITY_TYPES),
            "kind": ("当月还是累计", KINDS),
        }
        facets = {
            facet: column.selectbox(label, list(words), index=None, format_func=words.get, placeholder="不改")
            for column, (facet, (label, words)) in zip(st.columns(3), names.items(), strict=True)
        }
        facets["area"] = choose_area("地区", key="correction area", placeholder="不改")
        is_sent = st.form_submit_button("按此重读")
    changed = {facet: value for facet, value in facets.items() if value}
    answer = IGNORE if facets["measure"] == IGNORE else role_answer(**changed)
    if not is_sent:
        return None
    if name is None or not answer:
        st.warning("请选择一列（行），并至少改一项。", icon=":material/help:")
        return None
    return {roles[name].key: answer}


def show_answers(reading: Reading, mapping: Mapping) -> bool:
    """Say which answers were used.

    Parameters
    ----------
    reading : Reading
    mapping : Mapping
        Given in this session.

    Returns
    -------
    bool
        Whether they are to be given anew.
    """
    if not reading.answers:
        return False
    now = sum(key in dict(mapping.answers) for key in reading.answers)
    before = len(reading.answers) - now
    parts = [f"您的{now}个回答" if now else "", f"该单位以前的{before}个回答" if before else ""]
    left, right = st.columns([4, 1])
    left.caption(f"已用{'和'.join(part for part in parts if part)}。")
    return right.button("全部重新回答", key="anew")


def _said(role: Role) -> str:
    return f"“{role.text}” → {role.role}"
