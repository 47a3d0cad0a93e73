"""What a batch would change of what is held, its confirmation, and its receipt."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

import workflow
from data.observations import STATUSES
from data.period_counts import COUNT_MEASURES
from data.store import Preview, Receipt
from data.vintages import CHANGES
from forecasting.errors import BeizengError
from forecasting.panel import ENTITY_TYPES, MEASURES
from views.components.faults import show_faults
from views.components.ready import start_computing
from views.components.words import plain

#: Changes listed, those of earlier numbers first; rows above which the table scrolls by itself.
LISTED, LONG, HEIGHT = 200, 12, 420
ORDER = ("changed", "withdrawn", "new", "status")
RECEIPT = "receipt"


def confirm(preview: Callable[[], Preview], take_in: Callable[[], Receipt], *, key: str, is_signed: bool) -> None:
    """Draw what a batch would change, and store it when that is confirmed.

    Parameters
    ----------
    preview : callable
        Tells what it would change.
    take_in : callable
        Stores it.
    key : str
        Names the batch: its receipt is shown as long as it is the one at hand.
    is_signed : bool
        Whether it is said who brings it.
    """
    st.header("最后一步　核对变化，确认入库", anchor=False)
    held: tuple[str, Receipt] | None = st.session_state.get(RECEIPT)
    if held is not None and held[0] == key:
        _show_receipt(held[1])
        return
    try:
        seen = preview()
        show_preview(seen)
    except BeizengError as error:
        show_faults(error, "不能入库")
        return
    if not is_signed:
        st.warning("请在上面填写经办人。", icon=":material/person:")
    if st.button("确认入库", type="primary", icon=":material/inventory:", disabled=not is_signed, key=f"take {key}"):
        try:
            with st.spinner("正在入库……"):
                st.session_state[RECEIPT] = (key, take_in())
        except BeizengError as error:
            show_faults(error, "未入库")
            return
        start_computing()
        st.rerun()


def show_preview(preview: Preview) -> None:
    """Draw what a batch would change.

    Parameters
    ----------
    preview : Preview
    """
    if preview.same_as is not None:
        st.info(f"这个文件已作为第{preview.same_as}批录入过。", icon=":material/file_copy:")
    counts = preview.changes["change"].value_counts()
    said = "，".join(f"{name}{counts[kind]}个" for kind, name in CHANGES.items() if kind in counts)
    st.markdown(
        f"共{preview.rows_read}个数，其中{preview.rows_new}个与库中不同。"
        + (f"入库后：**{said}**。" if said else "入库后**没有变化**。")
    )
    show_changes(preview.changes)


def show_changes(changes: pd.DataFrame) -> None:
    """Draw a table of differences, numbers that are replaced or withdrawn first.

    Parameters
    ----------
    changes : pandas.DataFrame
        See `data.vintages.differences`.
    """
    if changes.empty:
        return
    ordered = changes.assign(at=changes["change"].map(ORDER.index)).sort_values("at", kind="stable")
    rows = [_row(row) for row in ordered.head(LISTED).to_dict("records")]
    st.table(rows, hide_index=True, height=HEIGHT if len(rows) > LONG else "content")
    if len(changes) > LISTED:
        st.caption(f"只列出前{LISTED}个，共{len(changes)}个。")


def _row(row: dict[str, object]) -> dict[str, str]:
    names = {**MEASURES, **COUNT_MEASURES}
    area = str(row["area"])
    series = f"{workflow.known_areas().get(area, area)} {ENTITY_TYPES[str(row['entity_type'])]}"
    told = {
        "变化": CHANGES[str(row["change"])],
        "哪个数": f"{series} {row['month']} {names[str(row['measure'])]}",
        "现有": _number(row["before"], row["status_before"]),
        "入库后": _number(row["after"], row["status_after"]),
    }
    return {name: plain(text) for name, text in told.items()}


def _number(value: object, status: object) -> str:
    if not isinstance(value, float) or pd.isna(value):
        return "无"
    return f"{value:.10g}" + ("" if status == "final" else f"（{STATUSES[str(status)]}）")


def _show_receipt(receipt: Receipt) -> None:
    if receipt.is_stored:
        st.success(
            f"已入库：第{receipt.batch}批，读取{receipt.rows_read}条，新增或更正{receipt.rows_new}条。",
            icon=":material/check:",
        )
        st.caption("录错了可以在“批次与撤销”里撤回，历史照旧可查。")
    else:
        st.info(f"与第{receipt.batch}批是同一个文件、同样的数，没有重复入库。", icon=":material/file_copy:")
    if receipt.rows_new:
        st.info("正在用新数据重新测算，完成后各页自动显示新的结果。", icon=":material/hourglass_top:")
