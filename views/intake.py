"""数据录入: a file is checked whole; either all of it is stored, or nothing and every fault is listed."""

from __future__ import annotations

import streamlit as st

import workflow
from data.readers import MAX_BYTES
from forecasting.errors import BeizengError, FaultsError
from views.components.ready import begin, start_computing, store
from views.components.template import explained, template
from views.components.words import plain

SHOWN = 200


def main() -> None:
    """Draw the page."""
    # Data can be put right while nothing can be computed from what is held: this page waits for no projection.
    begin("数据录入")
    st.markdown("上传月度登记数据。系统先逐格核对，**全部无误才入库**；有一处错误则整个文件不入库，并列出全部问题。")
    limit = MAX_BYTES // 1024**2
    file = st.file_uploader(
        f"选择数据文件（CSV 或 xlsx，不超过{limit}兆）", type=["csv", "xlsx"], max_upload_size=limit, key="file"
    )
    is_asked = st.button("核对并入库", type="primary", icon=":material/fact_check:", disabled=file is None)
    if is_asked and file is not None:
        _take_in(file.getvalue(), file.name)
    st.header("填写模板", anchor=False)
    st.download_button(
        "下载模板",
        template(),
        file_name="beizeng-template.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
    st.table(explained(), hide_index=True)


def _take_in(content: bytes, file_name: str) -> None:
    try:
        with st.spinner("正在核对……"):
            receipt = workflow.ingest_bytes(store(), content, file_name)
    except FaultsError as error:
        what = error.heading or "请更正以下问题"
        st.error(plain(f"文件未入库。{what}（共{len(error.faults)}处），请更正后重新上传。"), icon=":material/error:")
        with st.container(border=True):
            for number, fault in enumerate(error.faults[:SHOWN], start=1):
                st.text(f"{number}. {fault}")
            if len(error.faults) > SHOWN:
                st.text(f"……另有{len(error.faults) - SHOWN}处，更正以上各处后再核对。")
        return
    except BeizengError as error:
        st.error(plain(f"文件未入库：{error}"), icon=":material/error:")
        return
    st.success(
        f"已入库：第{receipt.batch}批，读取{receipt.rows_read}条，新增或更正{receipt.rows_new}条。",
        icon=":material/check:",
    )
    if receipt.rows_new:
        start_computing()
        st.info("正在用新数据重新测算，完成后各页自动显示新的结果。", icon=":material/hourglass_top:")


main()
