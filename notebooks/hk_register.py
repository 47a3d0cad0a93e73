"""Bring the Hong Kong register by type to the columns that `cli.py ingest` documents: hk_register.py IN.csv OUT.csv.

All its types are companies, hence one series `enterprise`. A month counts as known on its last day, which is an assumption: the
register says nothing of its own publication. Months from 2018-04 on are left out, being flagged incomplete.
"""

import sys

import pandas as pd

table = pd.read_csv(sys.argv[1], parse_dates=["month"]).query("type == 'TOTAL' and '1990-01' <= month < '2018-04'")
table = table.rename(columns={"registrations": "entries", "deregistrations": "exits", "stock_end": "stock"})
table["vintage"] = (table["month"] + pd.offsets.MonthEnd(0)).dt.strftime("%Y-%m-%d")
table["month"] = table["month"].dt.strftime("%Y-%m")
table = table.assign(area="810000", entity_type="enterprise").astype({"exits": int, "stock": int})
columns = ["area", "entity_type", "month", "entries", "exits", "stock", "vintage"]
table.to_csv(sys.argv[2], columns=columns, index=False, encoding="utf-8-sig")
