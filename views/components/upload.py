"""A file step by step: what it is, what was understood, what is asked, what it changes, and its receipt.

The file and the answers rest in the reader's session; nothing is stored before it is confirmed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

import streamlit as st

import workflow
from data.readers import MAX_BYTES, Reading
from data.readers.workbook import Mapping
from forecasting.errors import BeizengError
from views.components.change import confirm
from views.components.faults import show_faults
from views.components.questions import ask, correct, show_answers
from views.components.ready import store
from views.components.understood import show_reading
from views.components.words import day, plain

KINDS = ["xlsx", "xls", "ods", "csv", "txt"]
ANSWERS, READING = "intake_answers", "intake_reading"
#: Streamlit's own words on the box are English; what it says of size and kinds stands in our label.
IN_CHINESE = """
<style>
[data-testid="stFileUploaderDropzoneInstructions"] {display: none;}
[data-testid="stFileUploaderDropzone"] button p {font-size: 0;}
[data-testid="stFileUploaderDropzone"] button p::after {content: "选择文件，或拖到这里"; font-size: 1rem;}
</style>
"""


@dataclass(frozen=True)
class _Asked:
    """All that a reading follows from."""

    content: bytes
    file_name: str
    source: str
    known_on: dt.date | None
    mapping: Mapping
    is_anew: bool

    @property
    def file(self) -> str:
        """Name of the file's content, under which its answers are held."""
        return hashlib.sha256(self.content + self.source.encode()).hexdigest()


def upload() -> None:
    """Draw the steps from a file to its receipt."""
    st.markdown(
        "各单位现成的表格直接上传，**不用改格式**。系统逐格说明读成了什么；看不准的会问，不猜；"
        "**全部弄清、您确认之后才入库**。"
    )
    st.html(IN_CHINESE)
    limit = MAX_BYTES // 1024**2
    file = st.file_uploader(
        f"第一步　选择表格（xlsx、xls、ods、csv，不超过{limit}兆）", type=KINDS, max_upload_size=limit, key="file"
    )
    left, middle, right = st.columns([2, 1, 1])
    source = left.text_input(
        "报送单位", key="source", placeholder="如：蒲县市场监管局", help="同一单位的答复会记住，下月同样的表不再问。"
    )
    known_on = middle.date_input(
        "何时得知", value=None, max_value="today", key="known_on", help="这些数是哪天知道的；不填就是现在。"
    )
    author = right.text_input("经办人", value=workflow.operator(), key="author", persist_state="session")
    if file is None:
        return
    asked = _Asked(file.getvalue(), file.name, source.strip(), known_on, *_answers(file.getvalue(), source.strip()))
    try:
        with st.spinner("正在读表……"):
            reading = _read(asked)
    except BeizengError as error:
        show_faults(error, "文件未入库")
        return
    show_reading(reading)
    if reading.faults:
        show_faults(reading.faults, "表里有误，文件未入库。请更正后重新上传")
    if (answer := ask(reading.questions) or correct(reading)) is not None:
        _keep(asked, answer)
    if show_answers(reading, asked.mapping):
        _forget(asked)
    for remark in reading.remarks:
        st.info(plain(remark), icon=":material/calculate:")
    if reading.is_complete:
        confirm(
            lambda: workflow.preview(store(), reading, asked.content),
            lambda: workflow.take_in(store(), reading, asked.content, source=asked.source, author=author.strip()),
            # Read otherwise, or of another day, it is another batch.
            key=f"{asked.file} {asked.known_on} {asked.mapping.to_json()}",
            is_signed=bool(author.strip()),
        )
    elif not reading.questions and not reading.faults:
        st.info("没有可以入库的数。", icon=":material/info:")
    if known_on is not None:
        st.caption(f"这些数记为{day(known_on)}得知。")


def _read(asked: _Asked) -> Reading:
    held: tuple[_Asked, Reading] | None = st.session_state.get(READING)
    if held is None or held[0] != asked:
        reading = workflow.read_upload(
            store(), asked.content, asked.file_name,
            source=asked.source, known_on=asked.known_on, mapping=asked.mapping, is_anew=asked.is_anew,
        )  # fmt: skip
        held = st.session_state[READING] = (asked, reading)
    return held[1]


def _answers(content: bytes, source: str) -> tuple[Mapping, bool]:
    """Return what was answered of a file, and whether earlier answers of its source are put aside."""
    file = hashlib.sha256(content + source.encode()).hexdigest()
    of, mapping, is_anew = st.session_state.get(ANSWERS, ("", Mapping(), False))
    return (mapping, is_anew) if of == file else (Mapping(), False)


def _keep(asked: _Asked, answers: dict[str, str]) -> None:
    mapping = asked.mapping
    for key, value in answers.items():
        mapping = mapping.answered(key, value)
    st.session_state[ANSWERS] = (asked.file, mapping, asked.is_anew)
    st.rerun()


def _forget(asked: _Asked) -> None:
    st.session_state[ANSWERS] = (asked.file, Mapping(), True)
    st.rerun()
