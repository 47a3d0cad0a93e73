"""Tables of a known panel, laid out at random: which facet stands in the title, down the rows, across the columns."""

from __future__ import annotations

import random
from typing import Any

from corpus_workbooks import Key, Rows

AREAS = {"141033": "蒲县", "141030": "大宁县", "140722": "左权县"}
TYPES = {"enterprise": "企业", "individual": "个体工商户", "cooperative": "农民专业合作社"}
MEASURES = {"entries": ["新设", "新登记", "新增"], "exits": ["注销吊销", "注销"], "stock": ["期末实有", "实有", "在册"]}


def random_table(rng: random.Random) -> tuple[Rows, dict[Key, float]]:
    """Lay out a random part of a random panel.

    Returns
    -------
    rows : list of list
    expected : dict
        What is in it.
    """
    areas = rng.sample(list(AREAS), rng.randint(1, 3))
    types = rng.sample(list(TYPES), rng.randint(1, 3))
    measures = rng.sample(list(MEASURES), rng.randint(1, 3))
    first, n_months = rng.randint(1, 4), rng.randint(1, 3)
    months = [f"2022-{first + step:02d}" for step in range(n_months)]
    is_short = rng.random() < 0.3
    names = {
        "area": {code: AREAS[code] for code in areas},
        "entity": {code: TYPES[code] for code in types},
        "measure": {code: rng.choice(MEASURES[code]) for code in measures},
        "month": {code: f"{int(code[-2:])}月" if is_short else _month_name(code, rng) for code in months},
    }
    values = {(a, e, m, f): float(rng.randint(0, 9999)) for a in areas for e in types for m in months for f in measures}
    if len(types) == len(TYPES) and rng.random() < 0.5:
        names["entity"]["all"] = rng.choice(["合计", "市场主体合计", "总计"])
        for a, m, f in {(a, m, f) for a, _, m, f in values}:
            values[a, "all", m, f] = sum(values[a, e, m, f] for e in TYPES)
    facets = list(names)
    rng.shuffle(facets)
    titled = [name for name in facets if len(names[name]) == 1 and rng.random() < 0.7]
    free = [name for name in facets if name not in titled]
    cut = rng.randint(0, len(free))
    down, across = free[:cut], free[cut:]
    rows = _laid_out(names, values, titled, down, across, rng)
    if is_short:
        rows[0][0] = f"2022年{rows[0][0]}"
    return (_numbered(rows, len(down)) if rng.random() < 0.15 and down else rows), values


def _numbered(rows: Rows, n_labels: int) -> Rows:
    """Put a column of numbers before the table and one of remarks behind it."""
    header = next(at for at, row in enumerate(rows) if len(row) > 1 and row[0] is not None)
    found: Rows = []
    for at, row in enumerate(rows):
        is_body = at > header and len(row) > n_labels
        found.append(
            [
                *([at - header] if is_body else ["序号"] if at == header else [None]),
                *row,
                "备注" if at == header else None,
            ]
        )
    return [[row[1]] if len(row) == 3 and row[0] is None else row for row in found]


def _month_name(month: str, rng: random.Random) -> str:
    number = int(month[-2:])
    return f"2022年{number}月" if rng.random() < 0.7 else f"2022.{month[-2:]}"


def _laid_out(
    names: dict[str, dict[str, str]],
    values: dict[Key, float],
    titled: list[str],
    down: list[str],
    across: list[str],
    rng: random.Random,
) -> Rows:
    words = {"area": "县区", "entity": "类型", "measure": "指标", "month": "月份"}
    fixed = {name: next(iter(names[name])) for name in titled}
    title = "".join(names[name][fixed[name]] for name in ("area", "month", "measure", "entity") if name in titled)
    rows: Rows = [[f"{title}市场主体情况表" if rng.random() < 0.5 and "entity" not in titled else f"{title}情况"]]
    if rng.random() < 0.5:
        rows.append(["单位：户"])
    columns = _products(names, across)
    lines = _products(names, down)
    for level, name in enumerate(across or [""]):
        labels = [words[one] for one in down] if level == max(len(across), 1) - 1 else [None] * len(down)
        cells: list[Any] = []
        for at, column in enumerate(columns):
            said = names[name][column[level]] if name else "户数"
            above = columns[at - 1][: level + 1] if at else None
            is_blank = bool(name) and above == column[: level + 1] and level < len(across) - 1
            cells.append(None if is_blank else said)
        rows.append([*labels, *cells])
    for at, line in enumerate(lines):
        labels = []
        for level, name in enumerate(down):
            is_repeat = at > 0 and lines[at - 1][: level + 1] == line[: level + 1] and level < len(down) - 1
            labels.append(None if is_repeat and rng.random() < 0.5 else names[name][line[level]])
        cells = []
        for column in columns:
            at_cell = {**fixed, **dict(zip(down, line, strict=True)), **dict(zip(across, column, strict=True))}
            key = (at_cell["area"], at_cell["entity"], at_cell["month"], at_cell["measure"])
            if rng.random() < 0.05:
                values.pop(key)
                cells.append(rng.choice(["—", "…", None]))
            else:
                cells.append(_written(values[key], rng))
        rows.append([*labels, *cells])
    if (
        down
        and down[0] == "area"
        and rng.random() < 0.5
        and not any(None in row or "—" in row or "…" in row for row in rows[-len(lines) :])
    ):
        rows.append(_total(rows[-len(lines) :], len(down), across, columns))
    if rng.random() < 0.4:
        rows.append(["注：数据来源于登记系统。"])
    return rows


def _written(value: float, rng: random.Random) -> str:
    plain = f"{value:.0f}"
    return rng.choice(
        [
            plain,
            plain,
            f"{value:,.0f}",
            plain.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
            f" {plain} ",
        ]
    )


def _total(body: Rows, n_labels: int, across: list[str], columns: list[tuple[str, ...]]) -> list[Any]:
    del across
    narrow = str.maketrans("０１２３４５６７８９", "0123456789")
    sums = [
        sum(int(str(row[n_labels + at]).translate(narrow).replace(",", "")) for row in body)
        for at in range(len(columns))
    ]
    return ["合计", *[None] * (n_labels - 1), *map(str, sums)]


def _products(names: dict[str, dict[str, str]], facets: list[str]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for name in facets:
        found = [(*one, code) for one in found for code in names[name]]
    return found
