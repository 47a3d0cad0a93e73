"""The entry of the pages: what the window is called, and which pages there are. Run with `streamlit run app.py`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

#: A file of ours: Streamlit fetches the window's icon from Google where it is named as one of theirs.
ICON = Path(__file__).parent / "views" / "icon.svg"
PAGES = (
    ("views/overview.py", "总览", ":material/monitoring:"),
    ("views/goal.py", "目标与缺口", ":material/flag:"),
    ("views/area.py", "区域", ":material/location_on:"),
    ("views/scenario.py", "情景推演", ":material/alt_route:"),
    ("views/materials.py", "例会材料", ":material/slideshow:"),
    ("views/intake.py", "数据上报", ":material/upload_file:"),
    ("views/quality.py", "数据质量", ":material/fact_check:"),
)

st.set_page_config(page_title="市场主体倍增监测预测", page_icon=ICON, layout="wide")
st.navigation([st.Page(path, title=title, icon=icon) for path, title, icon in PAGES]).run()
