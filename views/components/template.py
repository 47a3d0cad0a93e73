"""The table that users fill in: its columns, how to fill them, an example."""

from __future__ import annotations

import streamlit as st

from data.readers.columns import HEADERS

#: Field of the reader -> how to fill its column, and an example. One row a month and type.
COLUMNS = {
    "area_code": ("六位行政区划代码，乡镇为九位", "141033"),
    "area_name": ("全称；与地区代码填一个即可", "蒲县"),
    "entity_type": ("企业、个体工商户、农民专业合作社，或全部市场主体", "企业"),
    "month": ("年和月", "2023-07"),
    "entries": ("当月新设户数", "21"),
    "exits": ("当月注销和吊销户数", "6"),
    "stock": ("月末实有户数；上月末实有＋新设－注销吊销＋调整＝本月末实有，不符的不能入库", "1655"),
    "adjustment": ("迁入迁出、类型变更等增减，没有则填0", "0"),
    "note": ("有调整时写明", ""),
}


def offer_template() -> None:
    """Draw the offer of the table, and how it is filled in."""
    with st.expander("没有现成的表？下载模板来填"):
        st.download_button(
            "下载模板",
            template(),
            file_name="beizeng-template.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
        )
        st.table(explained(), hide_index=True)


def template() -> bytes:
    """Return the template: the headers alone, as the spreadsheets of Chinese offices open them.

    Returns
    -------
    bytes
        CSV with a byte order mark.
    """
    return (",".join(HEADERS[name][0] for name in COLUMNS) + "\r\n").encode("utf-8-sig")


def explained() -> list[dict[str, str]]:
    """Return one row a column: its header, how to fill it, an example.

    Returns
    -------
    list of dict
    """
    return [{"列": HEADERS[name][0], "怎么填": how, "示例": example} for name, (how, example) in COLUMNS.items()]
