"""Scenarios as files and records: TOML from an analyst, JSON in the store.

name = "加大招商力度"
why = "两个标准厂房投用"
[[effects]]
flow = "entries"            # entries, exit_rate, one_off
multiplier = 1.2
area = "141033"             # omit for all
entity_type = "enterprise"  # omit for all
from = "2023-07"
until = "2024-12"
ramp_months = 3
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from forecasting.errors import FaultsError, SchemaError
from forecasting.scenario import Effect, Scenario

FIELDS = {
    "flow": str, "multiplier": float, "addition": float, "area": str, "entity_type": str, "from": pd.Period,
    "until": pd.Period, "ramp_months": int,
}  # fmt: skip
#: Fields whose name in a file is a reserved word or a preposition in the code.
ATTRIBUTES = {"from": "start", "until": "end"}


def read_scenario(path: Path) -> Scenario:
    """Read a scenario from a TOML file.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    Scenario

    Raises
    ------
    SchemaError
        If the file is absent or is not TOML.
    FaultsError
        With every fault of its content.
    """
    try:
        record = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise SchemaError(f"没有文件 {path}。请核对路径。") from error
    except OSError as error:
        raise SchemaError(f"不能读取 {path}（{error.strerror}）。请核对路径，须是一个文件。") from error
    except UnicodeDecodeError as error:
        raise SchemaError(f"{path.name} 不是 UTF-8 编码的文本。请另存为 UTF-8 后重试。") from error
    except tomllib.TOMLDecodeError as error:
        raise SchemaError(f"{path.name} 不是正确的 TOML（{error}）。请对照手册中的例子更正。") from error
    return scenario_from_record(record)


def scenario_record(scenario: Scenario) -> dict[str, Any]:
    """Describe a scenario in JSON-compatible values.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    dict
    """
    effects = []
    for effect in scenario.effects:
        values = {name: getattr(effect, ATTRIBUTES.get(name, name)) for name in FIELDS}
        effects.append(
            {
                name: str(value) if isinstance(value, pd.Period) else value
                for name, value in values.items()
                if value is not None
            }
        )
    return {"name": scenario.name, "why": scenario.why, "effects": effects}


def scenario_from_record(record: Mapping[str, Any]) -> Scenario:
    """Make the scenario that a record describes.

    Parameters
    ----------
    record : mapping
        `name`, optional `why`, and a list `effects` of mappings with keys of `FIELDS`.

    Returns
    -------
    Scenario

    Raises
    ------
    FaultsError
        With every fault: unknown names, wrong kinds, unparsable months, and the scenario's own.
    """
    faults = [
        f"没有名为“{name}”的项，可用 name、why、effects。" for name in record if name not in ("name", "why", "effects")
    ]
    name, why, listed = record.get("name", ""), record.get("why", ""), record.get("effects", [])
    if not isinstance(name, str) or not isinstance(why, str):
        faults.append("name 和 why 应为带引号的文字。")
    if not isinstance(listed, list) or not listed or not all(isinstance(item, dict) for item in listed):
        faults.append("至少要有一项 [[effects]]。")
        listed = []
    effects = []
    for number, item in enumerate(listed, start=1):
        values, own = _effect_values(item)
        faults += [f"第{number}项：{fault}" for fault in own]
        if not own:
            effects.append(Effect(**values))
    if faults:
        raise FaultsError(faults, f"情景“{name}”有误")
    return Scenario(name=name, why=why, effects=tuple(effects))


def _effect_values(item: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    faults = [f"没有名为“{name}”的项，可用 {'、'.join(FIELDS)}。" for name in item if name not in FIELDS]
    if "flow" not in item:
        faults.append("缺少 flow（entries、exit_rate 或 one_off）。")
    for name, kind in FIELDS.items():
        if name not in item:
            continue
        value = item[name]
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if kind is pd.Period:
            try:
                values[ATTRIBUTES[name]] = pd.Period(str(value), freq="M")
            except ValueError:
                faults.append(f'{name} 为“{value}”，应写作 "2023-07"。')
        elif kind is float and is_number:
            values[name] = float(value)
        elif kind is int and is_number and float(value).is_integer():
            values[name] = int(value)
        elif kind is str and isinstance(value, str):
            values[name] = value
        else:
            what = {float: "数", int: "整数", str: "带引号的文字"}[kind]
            faults.append(f"{name} 为 {value!r}，应为{what}。")
    return values, faults
