"""The batches that were taken in: what each changed, and taking one back."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import workflow
from forecasting.errors import BeizengError
from views.components.change import show_changes
from views.components.faults import show_faults
from views.components.ready import start_computing, store
from views.components.words import plain

KINDS = {"intake": "录入", "correction": "更正", "undo": "撤销"}
UNDONE = "undone"
SHOWN, LONG, HEIGHT = 200, 12, 480


def show_batches() -> None:
    """Draw the batches, newest first, what one of them changed, and its undoing."""
    if UNDONE in st.session_state:
        st.success(st.session_state.pop(UNDONE), icon=":material/undo:")
    table = store().batches().iloc[::-1]
    if table.empty:
        st.info("还没有任何批次。", icon=":material/info:")
        return
    st.markdown("每次录入记为一批。撤销一批会另记一批，**历史版本照旧可查**；撤销错了，再撤销那次撤销即可。")
    rows = [_row(row) for row in table.head(SHOWN).to_dict("records")]
    st.table(rows, hide_index=True, height=HEIGHT if len(rows) > LONG else "content")
    st.header("看一批、撤销一批", anchor=False)
    names = {int(row["batch"]): _name(row) for row in table.to_dict("records")}
    batch = st.selectbox("哪一批", list(names), index=None, format_func=names.get, placeholder="请选择", key="batch")
    if batch is None:
        return
    changes = store().changes_of(batch)
    st.markdown(f"第{batch}批使{len(changes)}个数有了变化。" if len(changes) else f"第{batch}批没有带来变化。")
    show_changes(changes)
    by = table.loc[table["batch"] == batch, "undone_by"].iloc[0]
    if not pd.isna(by):
        st.info(f"第{batch}批已由第{by}批撤销。若要恢复，请撤销第{by}批。", icon=":material/undo:")
        return
    with st.form("undo"):
        reason = st.text_input("为什么撤销", key="undo_reason")
        author = st.text_input("经办人", value=workflow.operator(), key="undo_author")
        is_sent = st.form_submit_button("撤销这一批", icon=":material/undo:")
    if is_sent:
        _undo(batch, reason, author)


def _undo(batch: int, reason: str, author: str) -> None:
    if not author.strip():
        st.error("撤销须写明由谁。请填写经办人。", icon=":material/error:")
        return
    before = workflow.left_behind(store())
    try:
        receipt = workflow.undo(store(), batch, reason=reason, author=author.strip())
    except BeizengError as error:
        show_faults(error, "未撤销")
        return
    left = receipt.rows_read - receipt.rows_new
    others = f"；另有{left}个数已由其他批次另行报送，未动" if left else ""
    said = f"第{batch}批已撤销，记为第{receipt.batch}批：恢复或撤回{receipt.rows_new}个数{others}。"
    behind = [plain(line) for line in workflow.left_behind(store()) if line not in before]
    st.session_state[UNDONE] = "\n\n".join([said, *behind])
    start_computing()
    st.rerun()


def _row(row: dict[str, object]) -> dict[str, str]:
    told = {
        "批次": str(row["batch"]),
        "时间": _moment(row),
        "事项": KINDS[str(row["kind"])] + (f"第{row['undoes']}批" if row["kind"] == "undo" else ""),
        "经办人": str(row["author"]) + (f"（{row['source']}）" if row["source"] else ""),
        "文件": str(row["file_name"]),
        "新数／读取": f"{row['rows_new']}／{row['rows_read']}",
        "说明": str(row["note"]) + ("" if pd.isna(row["undone_by"]) else f"（已由第{row['undone_by']}批撤销）"),
    }
    return {name: plain(text) for name, text in told.items()}


def _name(row: dict[str, object]) -> str:
    what = row["file_name"] or row["note"]
    return f"第{row['batch']}批　{_moment(row)}　{KINDS[str(row['kind'])]}　{what}"


def _moment(row: dict[str, object]) -> str:
    moment = pd.Timestamp(str(row["received_at"]), tz="UTC").tz_convert(workflow.now().astimezone().tzinfo)
    return f"{moment:%Y-%m-%d %H:%M}"
