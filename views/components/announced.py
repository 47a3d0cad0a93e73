"""A published sentence step by step: pasted, understood figure by figure, confirmed, stored."""

from __future__ import annotations

import hashlib

import streamlit as st

import workflow
from forecasting.errors import BeizengError
from views.components.areas import choose_area
from views.components.change import confirm
from views.components.faults import show_faults
from views.components.ready import store
from views.components.words import plain

EXAMPLE = "如：截至2022年7月底，全省市场主体达到364万户，其中企业97.6万户。"


def announce() -> None:
    """Draw the steps from a sentence to its receipt."""
    st.markdown("把新闻、公报里的一句话粘贴进来，或自己写一句。系统逐个读出其中的户数，**您逐个确认后才入库**。")
    text = st.text_area("第一步　原文", key="announced", placeholder=EXAMPLE, max_chars=2000)
    left, right = st.columns(2)
    source = left.text_input("出处（网址或文件名）", key="announced_source")
    published = right.date_input("公布日期", value=None, max_value="today", key="announced_on")
    with left:
        area = choose_area("“全省”“全县”指哪里（原文没写时）", key="announced_area")
    author = right.text_input("经办人", value=workflow.operator(), key="author", persist_state="session")
    if not text.strip():
        return
    if published is None:
        st.info("请填写公布日期：“今年”“上月”由它推算。", icon=":material/event:")
        return
    try:
        reading = workflow.read_published(text, source=source, published=published, area=area or "")
    except BeizengError as error:
        show_faults(error, "还不能读")
        return
    st.header("第二步　逐个确认", anchor=False)
    name = hashlib.sha256(f"{text}|{source}|{published}|{area}".encode()).hexdigest()
    confirmed = [
        one
        for number, one in enumerate(reading.candidates)
        if st.checkbox(plain(one.confirmation), key=f"count {number} {name}")
    ]
    for question in reading.questions:
        st.warning(plain(question), icon=":material/help:")
    for left_out in reading.left_out:
        st.caption(plain(f"未采用：{left_out}"))
    if not confirmed:
        if reading.candidates:
            st.caption("勾选读得对的。读得不对的，请改写原文。")
        return
    confirm(
        lambda: workflow.preview_published(store(), confirmed),
        lambda: workflow.take_in_published(store(), confirmed, author=author.strip()),
        key=f"{name} {'|'.join(one.confirmation for one in confirmed)}",
        is_signed=bool(author.strip()),
    )
