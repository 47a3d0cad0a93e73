"""The same jobs from a terminal. Exit code 0, or an error in one line on standard error."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import time
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import pandas as pd
import typer

import workflow
from data.catalogue import area_name
from data.observations import STATUSES
from data.origins import read_horizons, read_month, read_origins, read_spell
from data.period_counts import COUNT_MEASURES
from data.quality import SEVERITIES
from data.scenarios import read_scenario
from data.store import Preview
from data.store.findings import HeldFinding
from data.vintages import CHANGES
from forecasting.errors import BeizengError, FaultsError, ModelError, SchemaError
from forecasting.events import EFFECTS, EVENT_KINDS, FLOWS
from forecasting.panel import ENTITY_TYPES, MEASURES
from reports.accuracy import accuracy_lines
from reports.attain import attain_lines, reliability_lines
from reports.status import assessment_record, outlook_record, status_record
from reports.wording import SIMULATED, trust
from targets.allocation import RULES
from targets.assessment import Assessment
from targets.outlook import outlook_sentence
from workflow import declared

app = typer.Typer(help="市场主体倍增监测预测：命令行。", add_completion=False, pretty_exceptions_enable=False)

#: Changes listed by a dry run.
SHOWN = 50

AsOf = Annotated[
    str | None, typer.Option("--as-of", help="按当日已知的数据，如 2023-06-30 或 2023-06（该月末）。默认用全部数据。")
]
Area = Annotated[str | None, typer.Option("--area", help="只看一个地区（六位或九位代码）。")]
Purges = Annotated[bool, typer.Option("--purges", help="计入今后可能的集中清理，频率和规模取自已登记的清理。")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，字段见 README。")]


@app.command()
def demo() -> None:
    """载入演示数据（模拟）并测算。"""
    store = workflow.open_store()
    receipt = workflow.load_demo(store)
    _say(f"演示数据（模拟）：共{receipt.rows_read}条，新增{receipt.rows_new}条。")
    workflow.refit(store, report=_say)
    _say("完成。")


@app.command()
def ingest(
    files: Annotated[list[Path], typer.Argument(help="CSV 或 Excel 文件，列名见 README。", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会改变什么，不入库。")] = False,
    source: Annotated[str, typer.Option("--source", help="报送单位；行内没有写来源的，以此为来源。")] = "",
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="数据为人所知的日期，如 2023-07-10；默认现在，不能晚于今天。")
    ] = None,
) -> None:
    """录入月度数据；有一处错误则整个文件不入库。"""
    store = workflow.open_store()
    known_on = _day(as_of)
    for file in files:
        if dry_run:
            _show_preview(file, workflow.preview_file(store, file, source=source, known_on=known_on, report=_say))
            continue
        receipt = workflow.ingest_file(store, file, source=source, known_on=known_on, report=_say)
        if not receipt.is_stored:
            typer.echo(f"{file.name}：与第{receipt.same_as}批是同一个文件、同样的数，没有重复入库。")
            continue
        again = f"（与第{receipt.same_as}批是同一个文件，但读出的数或日期不同）" if receipt.same_as else ""
        typer.echo(
            f"{file.name}：第{receipt.batch}批，读取{receipt.rows_read}条，新增或更正{receipt.rows_new}条{again}。"
        )


@app.command()
def records(
    files: Annotated[list[Path], typer.Argument(help="登记记录，一户一行（CSV 或 parquet）。", show_default=False)],
    area: Annotated[str, typer.Option("--area", help="记录里没有地区的，写明是哪个地区（代码）。")] = "",
    level: Annotated[
        str, typer.Option("--level", help="归到哪一级：province、city、county、township；默认照记录。")
    ] = "",
    places: Annotated[
        list[str] | None, typer.Option("--place", help="某个词是哪个地区，如 经开区分局=141033；可重复。")
    ] = None,
    columns: Annotated[
        list[str] | None, typer.Option("--column", help="某个字段是哪一列，如 established=成立日期；可重复。")
    ] = None,
    entity_type: Annotated[
        str, typer.Option("--entity-type", help="记录里没有主体类型的，写明是哪种；不分类型为“全部市场主体”。")
    ] = "",
    types: Annotated[
        list[str] | None, typer.Option("--type", help="某个词是哪种主体，如 合伙企业=企业；可重复。")
    ] = None,
    entries_to: Annotated[str | None, typer.Option("--entries-to", help="新设完整到哪个月；默认由记录判断。")] = None,
    exits_to: Annotated[
        str | None, typer.Option("--exits-to", help="注销吊销完整到哪个月，如 2020-10；默认由记录判断。")
    ] = None,
    memory: Annotated[int, typer.Option("--memory", help="内存上限（兆）。")] = 2048,
    as_of: Annotated[str | None, typer.Option("--as-of", help="记录是哪天导出的；默认今天。")] = None,
    source: Annotated[str, typer.Option("--source", help="报送单位。")] = "",
    is_confirmed: Annotated[bool, typer.Option("--yes", help="已看过说明和待确认的事项，入库。")] = False,
) -> None:
    """由登记记录算出各月新设、注销吊销、实有；先说明怎么算的，加 --yes 才入库。"""
    from data.readers.registry import RegistryOptions

    options = RegistryOptions(
        area=area,
        level=level,
        columns=_words("--column", columns),
        entity_type=_type(entity_type),
        entries_to=None if entries_to is None else read_month(entries_to),
        exits_to=None if exits_to is None else read_month(exits_to),
        memory_mb=memory,
        area_words=_words("--place", places),
        type_words={word: _type(kind) for word, kind in _words("--type", types).items()},
    )
    reading = workflow.read_records(files, as_of=_day(as_of), options=options)
    for line in reading.report.lines():
        typer.echo(line)
    typer.echo(f"得到{len(reading.observations)}个月度数。" + ("" if is_confirmed else "没有入库；确认后加 --yes。"))
    if is_confirmed:
        receipt = workflow.take_in_records(workflow.open_store(), reading, files, source=source)
        typer.echo(
            f"第{receipt.batch}批，读取{receipt.rows_read}条，新增或更正{receipt.rows_new}条。"
            if receipt.is_stored
            else f"与第{receipt.same_as}批是同样的文件、同样的数，没有重复入库。"
        )


@app.command()
def batches() -> None:
    """列出全部批次：何时、何人、哪个文件、新增多少、是否已撤销。"""
    table = workflow.open_store().batches()
    for row in table.to_dict("records"):
        received = pd.Timestamp(row["received_at"], tz="UTC").tz_convert(workflow.now().astimezone().tzinfo)
        what = {"intake": "录入", "correction": "更正", "undo": f"撤销第{row['undoes']}批"}[row["kind"]]
        undone = "" if pd.isna(row["undone_by"]) else f"已由第{row['undone_by']}批撤销"
        cells = (
            f"第{row['batch']}批", f"{received:%Y-%m-%d %H:%M}", what, row["author"], row["source"], row["file_name"],
            f"读取{row['rows_read']}条，新增或更正{row['rows_new']}条", row["sha256"][:12], row["note"], undone,
        )  # fmt: skip
        typer.echo("\t".join(cells))
    if table.empty:
        typer.echo("还没有任何批次。")


@app.command()
def undo(
    batch: Annotated[int, typer.Argument(help="批次号，见 batches。", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="为什么撤销。", show_default=False)],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="从哪天起不再算数；默认现在。用于撤销倒填日期的批次。")
    ] = None,
) -> None:
    """撤销一批：另记一批，使数据恢复到没有这一批的样子；历史版本照旧可查。"""
    store = workflow.open_store()
    before = workflow.left_behind(store)
    receipt = workflow.undo(store, batch, reason=reason, effective_on=_day(as_of))
    typer.echo(
        f"第{batch}批已撤销，记为第{receipt.batch}批：涉及{receipt.rows_read}个数，恢复或撤回{receipt.rows_new}个。"
    )
    if receipt.rows_read > receipt.rows_new:
        typer.echo(f"另有{receipt.rows_read - receipt.rows_new}个数已由其他批次另行报送，未动。")
    for line in workflow.left_behind(store):
        if line not in before:
            typer.echo(line)


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件（.csv 或 .xlsx）。", show_default=False)],
    as_of: AsOf = None,
) -> None:
    """导出全部数据（长表，含数据日期和批次）；加 --as-of 则只导出当日已知的数。"""
    from reports.export import WRITERS

    if out.suffix.lower() not in WRITERS:
        raise SchemaError(f"不能写成“{out.suffix}”。请用 {' 或 '.join(WRITERS)} 作文件名的结尾。")
    table = workflow.export_table(workflow.open_store(), _day(as_of))
    _write(out, WRITERS[out.suffix.lower()](table))
    typer.echo(f"共{len(table)}条。")


@app.command()
def quality(
    area: Area = None,
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help="也列出已有结论的和不再出现的。")] = False,
) -> None:
    """检查数据质量并列出问题；只提示，不改数。"""
    _check_area(area)
    held = [
        one
        for one in workflow.watch_quality(workflow.open_store())
        if area in (None, one.finding.area) and (every or (one.is_found and one.state == "open"))
    ]
    if as_json:
        typer.echo(json.dumps([_finding_record(one) for one in held], ensure_ascii=False, indent=2))
        return
    for one in held:
        gone = "" if one.is_found else "（最近一次检查已不再出现）"
        typer.echo(f"[{SEVERITIES[one.finding.severity]}] {one.finding.kind_name}　{one.finding.evidence}{gone}")
        typer.echo(f"   编号 {one.id}　{one.state_name}" + (f"：{one.state_reason}" if one.state_reason else ""))
        for proposal in one.finding.proposals:
            typer.echo(f"   可能的解释（待确认）　{proposal}")
    typer.echo(f"共{len(held)}条。")


@app.command()
def goals(
    file: Annotated[Path | None, typer.Argument(help="自设目标的 CSV 文件；不填则列出现有目标。")] = None,
) -> None:
    """录入自设目标，或列出现有目标。"""
    store = workflow.open_store()
    if file is not None:
        added = workflow.add_goals(store, file)
        typer.echo(f"{file.name}：录入{len(added)}个目标。")
        return
    for goal in workflow.all_goals(store):
        typer.echo(f"{goal.id}\t{goal.area}\t{goal.deadline}\t{goal.wording}")


@app.command()
def events(
    file: Annotated[Path | None, typer.Argument(help="事件的 CSV 文件，格式见手册；不填则列出现有事件。")] = None,
) -> None:
    """录入事件，或列出现有事件及其来源。"""
    store = workflow.open_store()
    if file is not None:
        added = declared.add_events(store, file, author=workflow.operator(), saved_at=workflow.now())
        typer.echo(f"{file.name}：录入{len(added)}个事件。")
        return
    own = declared.declared(store)
    for event in workflow.all_events(store):
        by = own.get(event.id)
        said = [event.source or event.document_number, f"{by.author} {by.saved_at:%Y-%m-%d %H:%M}录入" if by else ""]
        span = f"{event.start}" if event.start == event.end else f"{event.start}/{event.end}"
        source = SIMULATED if event.is_simulated else "；".join(part for part in said if part)
        cells = (event.id, event.area, span, EVENT_KINDS[event.kind], EFFECTS[event.effect], event.title, source)
        typer.echo("\t".join(cells))


@app.command()
def proposals(
    area: Area = None,
    accept: Annotated[str | None, typer.Option("--accept", help="采纳：编号；成为事件，参与以后的测算。")] = None,
    title: Annotated[str, typer.Option("--title", help="采纳时写明是什么事。")] = "",
    refuse: Annotated[str | None, typer.Option("--refuse", help="不采纳：编号；以后不再提出。")] = None,
    reason: Annotated[str, typer.Option("--reason", help="不采纳的理由。")] = "",
) -> None:
    """列出疑似而未登记的水平变化和集中清理，或采纳、不采纳其一。"""
    _check_area(area)
    if accept is not None and refuse is not None:
        raise SchemaError("--accept 和 --refuse 只能用一个。请分两次运行。")
    store = workflow.open_store()
    found = workflow.proposals(store)
    key = accept or refuse
    if key is None:
        shown = [one for one in found if area in (None, one.area)]
        for one in shown:
            typer.echo(f"{one.id}\t{one.sentence}")
        typer.echo(f"共{len(shown)}项疑似变化。采纳用 --accept 编号，不采纳用 --refuse 编号 --reason 理由。", err=True)
        return
    one = declared.chosen(found, key)
    stamp = {"author": workflow.operator(), "saved_at": workflow.now()}
    if accept is not None:
        event = declared.accept(store, one, title=title, **stamp)
        typer.echo(f"已采纳为事件 {event.id}：{event.title}。下次测算时生效。")
    else:
        declared.refuse(store, one, reason=reason, **stamp)
        typer.echo(f"{one.id} 不采纳，以后不再提出。")


@app.command()
def refit(as_of: AsOf = None, purges: Purges = False) -> None:
    """重新测算：补齐当前数据所需的全部预测。"""
    for run_id in workflow.refit(workflow.open_store(), _day(as_of), has_purges=purges, report=_say):
        typer.echo(run_id)


@app.command()
def status(
    area: Area = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help="也列出暂无数据的目标。")] = False,
    purges: Purges = False,
) -> None:
    """各目标的进度、预测、缺口和每月所需。"""
    situation = workflow.situation(workflow.open_store(), _day(as_of), has_purges=purges, report=_say)
    _show(situation, area=area, as_json=as_json, every=every)
    if area is not None and not as_json:
        _show_in_full(situation, area)


# -5 is a mistake in a number, not the option -5.
@app.command(context_settings={"ignore_unknown_options": True})
def month(
    area: Annotated[str, typer.Argument(help="地区代码。", show_default=False)],
    value: Annotated[str, typer.Argument(help="当月至今的累计户数。", show_default=False)],
    day: Annotated[int, typer.Option("--day", help="截至当月几日。", show_default=False)],
    flow: Annotated[str, typer.Option("--flow", help="entries（新设）或 exits（注销吊销）。")] = "entries",
) -> None:
    """未满月的数：按工作日推算全月，与原预测合看；不录入，不参与测算。"""
    from targets.month_so_far import month_so_far

    _check_area(area)
    if flow not in FLOWS:
        raise SchemaError(f"--flow 为“{flow}”，应为 {'、'.join(FLOWS)} 之一。")
    if not re.fullmatch(r"\d{1,9}", value):
        raise SchemaError(f"户数“{value}”应为不小于 0 的整数。")
    situation = workflow.situation(workflow.open_store(), report=_say)
    projection = situation.projections.get(area)
    if projection is None or area not in situation.areas:
        raise SchemaError(f"{area} 没有按月的预测，不能推算。请先录入月度数据。")
    mark = _mark(situation, area)
    typer.echo(f"{mark}{area_name(area)}：{month_so_far(projection, area, flow, float(value), day).sentence}")


@app.command()
def scenario(
    file: Annotated[Path, typer.Argument(help="情景文件（TOML），写法见手册。", show_default=False)],
    area: Area = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    save: Annotated[bool, typer.Option("--save", help="按名称保存，供页面选用。")] = False,
    purges: Purges = False,
) -> None:
    """情景推演：在同一组随机数上与基准预测对比。"""
    assumed = read_scenario(file)
    store = workflow.open_store()
    base = workflow.situation(store, _day(as_of), has_purges=purges, report=_say)
    changed = workflow.under(base, assumed)
    if save:
        workflow.save_scenario(store, assumed)
    if as_json:
        _show(changed, area=area, as_json=True, every=False)
        return
    for before, after in zip(_chosen(base, area, every=False), _chosen(changed, area, every=False), strict=True):
        mark = _mark(base, before.goal.area)
        typer.echo(f"{mark}基准　{before.sentence}")
        typer.echo(f"{mark}情景“{assumed.name}”　{after.sentence}")


@app.command()
def deck(
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件（.pptx）。", show_default=False)],
    area: Area = None,
    as_of: AsOf = None,
    purges: Purges = False,
) -> None:
    """生成例会幻灯片。"""
    situation = workflow.situation(workflow.open_store(), _day(as_of), has_purges=purges, report=_say)
    _write(out, workflow.deck(situation, area=area))


@app.command()
def benchmark(
    source: Annotated[
        str,
        typer.Argument(
            help="m1、m3、tourism，或长表文件（CSV、parquet；列 unique_id，ds 或 t，y，split）。",
            show_default=False,
        ),
    ],
    out: Annotated[Path | None, typer.Option("--json", help="结果写到哪个文件（JSON）。")] = None,
    horizon: Annotated[int | None, typer.Option("--horizon", help="长表的预测期数。")] = None,
    season: Annotated[int, typer.Option("--season", help="长表一个周期的期数。")] = 12,
) -> None:
    """用公开竞赛数据或自备长表评测预测模型。用时为拟合并抽取 1000 条路径，不含读数和评分。"""
    # What is slow to import is imported here, so that the other commands stay quick.
    from data.benchmarks import COMPETITIONS, competition, long_table
    from forecasting.benchmark import evaluate

    _check_folder(out)
    if source in COMPETITIONS:
        if horizon is not None or season != 12:
            raise SchemaError(f"竞赛数据 {source} 的预测期和季节长度是既定的，请去掉 --horizon 和 --season。")
        split = competition(source)
    elif horizon is None:
        raise SchemaError("评测自备长表须用 --horizon 给出预测期数，如 --horizon 12。")
    else:
        split = long_table(Path(source), horizon=horizon, season=season)
    _say(f"{len(split.ids)}个序列，训练期最长{split.train.shape[1]}期，预测期{split.test.shape[1]}期。评测中……")
    found = evaluate(split.train, split.test, clock=time.perf_counter, season=split.season)
    for failure in found["failed"]:
        failure["unique_id"] = split.ids[failure["row"]]
    if out is not None:
        _write(out, json.dumps({"data": source} | found, ensure_ascii=False, indent=2).encode())
    for line in accuracy_lines(found["models"]):
        typer.echo(line)
    typer.echo(
        f"sMAPE 和覆盖率为百分数，偏差为百分点；计入 MASE 的序列{found['n_scored']}个，共{found['n_series']}个。"
    )
    if found["negative_series"]:
        typer.echo(f"其中{found['negative_series']}个序列的训练数据有负数，未作变换。")


@app.command()
def attain(
    origins: Annotated[
        str,
        typer.Option(
            "--origins", help="起点：首:末:间隔月数，如 2009-12:2021-12:12；或以逗号分隔。", show_default=False
        ),
    ],
    file: Annotated[
        Path | None,
        typer.Argument(
            help="长表文件（CSV、parquet；列 series，month，entries，可有 exits、stock）；不填则用库中的数据。",
            show_default=False,
        ),
    ] = None,
    flow: Annotated[str, typer.Option("--flow", help="entries、exits（其后合计）或 stock（期末）。")] = "entries",
    horizons: Annotated[str, typer.Option("--horizons", help="预测期（月），以逗号分隔。")] = "12,24,36",
    history: Annotated[int | None, typer.Option("--history", help="模型所见的月数；不填则为全部。")] = None,
    mask: Annotated[
        list[str] | None, typer.Option("--mask", help="不作为依据的月份，如 2020-03:2020-08；可重复。")
    ] = None,
    delay: Annotated[
        int | None,
        typer.Option(
            "--delay",
            min=0,
            help="各起点月末之后几天预测，只用到那天为止已知的数据版本；不填则都用现在的数。只用于库中的数据。",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--json", help="结果写到哪个文件（JSON）。")] = None,
) -> None:
    """回测达标概率：在过去各起点说出的概率，与后来的结果对照。"""
    # What is slow to import is imported here, so that the other commands stay quick.
    from threadpoolctl import threadpool_limits

    from data.long_panel import long_panel
    from forecasting import attain as backtest
    from forecasting.settlement import attain_figures
    from workflow.attaining import attain_held, held_series

    _check_folder(out)
    asked, ahead, masked = read_origins(origins), read_horizons(horizons), [read_spell(text) for text in mask or []]
    options = {"of": flow, "history": history, "masked": masked}
    mark = ""
    if file is not None:
        if delay is not None:
            raise SchemaError("--delay 只用于库中的数据，长表没有数据版本。请去掉 --delay，或不填文件。")
        series = long_panel(file)
        run = partial(backtest.attain, series, asked, ahead, **options)
    else:
        store = workflow.open_store()
        held = held_series(store)
        series, mark = held.series, held.mark
        run = partial(attain_held, store, held, asked, ahead, delay=delay, **options)
    _say(f"{len(series.ids)}个序列，{series.months[0]} 至 {series.months[-1]}，{len(asked)}个起点。回测中……")
    # As in `workflow.projecting`: the matrices are small.
    with threadpool_limits(limits=1, user_api="blas"):
        figures = attain_figures(run())
    if out is not None:
        settings = {"data": str(file)} if file is not None else {"data": "store", "mark": mark, "delay": delay}
        settings |= {"flow": flow, "history": history, "origins": [str(one) for one in asked]}
        settings |= {"horizons": ahead, "mask": mask or [], "seed": backtest.SEED, "n_paths": backtest.N_PATHS}
        record = {"settings": settings, "n_series": len(series.ids), "figures": figures}
        _write(out, json.dumps(record, ensure_ascii=False, indent=2).encode())
    for line in (*([f"【{mark}】"] if mark else []), *attain_lines(figures), "", *reliability_lines(figures)):
        typer.echo(line)


def main() -> None:
    """Run the command line; what a user can put right ends in one line, anything else is a defect and may crash."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.TyperException as error:
        _end(f"命令写法有误（{error}）。用 --help 查看写法。", code=2)
    except FaultsError as error:
        faults = " ".join(f"({number}) {fault}" for number, fault in enumerate(error.faults, start=1))
        _end(f"{error.heading}：{faults}" if error.heading else faults)
    except BeizengError as error:
        _end(str(error))


def _show_preview(file: Path, preview: Preview) -> None:
    """Print what a file would change, the first of it number by number."""
    names = {**MEASURES, **COUNT_MEASURES}
    same = f"与第{preview.same_as}批是同一个文件；" if preview.same_as else ""
    counts = preview.changes["change"].value_counts()
    kinds = "，".join(f"{name}{counts[kind]}个" for kind, name in CHANGES.items() if kind in counts) or "没有变化"
    typer.echo(
        f"{file.name}：{same}读取{preview.rows_read}条，其中新的{preview.rows_new}条；入库后：{kinds}。没有入库。"
    )
    for row in preview.changes.head(SHOWN).itertuples():
        before, after = (
            "无" if pd.isna(value) else f"{value:.10g}（{STATUSES[str(status)]}）"
            for value, status in ((row.before, row.status_before), (row.after, row.status_after))
        )
        typer.echo(
            f"  {CHANGES[str(row.change)]}　{row.area} {ENTITY_TYPES[str(row.entity_type)]} {row.month} "
            f"{names[str(row.measure)]}：{before} → {after}"
        )
    if len(preview.changes) > SHOWN:
        typer.echo(f"  ……另有{len(preview.changes) - SHOWN}个")


def _finding_record(held: HeldFinding) -> dict[str, object]:
    one = held.finding
    return {
        "id": held.id, "kind": one.kind, "kind_name": one.kind_name, "severity": one.severity, "area": one.area,
        "entity_type": one.entity_type, "measure": one.measure, "start": one.start, "end": one.end,
        "subject": one.subject, "direction": one.direction, "evidence": one.evidence, "numbers": one.numbers,
        "proposals": list(one.proposals), "is_found": held.is_found, "state": held.state,
        "state_author": held.state_author, "state_reason": held.state_reason,
        "first_found": held.first_found.isoformat(timespec="seconds") + "Z",
    }  # fmt: skip


def _words(option: str, pairs: list[str] | None) -> dict[str, str]:
    """Read what words of a file mean, each written `word=meaning`; the word may hold = itself."""
    said = {}
    for pair in pairs or []:
        word, _, meaning = pair.rpartition("=")
        if not word.strip() or not meaning.strip():
            raise SchemaError(f"{option} 为“{pair}”，应写作 词=所指。")
        said[word.strip()] = meaning.strip()
    return said


def _type(name: str) -> str:
    """Return the type of a Chinese name, or what was given."""
    return next((kind for kind, shown in ENTITY_TYPES.items() if shown == name), name)


def _check_folder(out: Path | None) -> None:
    """Refuse a file that cannot be written before anything that takes long."""
    if out is not None and not out.absolute().parent.is_dir():
        raise SchemaError(f"不能写入 {out}（没有这个文件夹）。请换一个已有的、可写的文件夹。")


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise SchemaError(f"不能写入 {out}（{error.strerror}）。请换一个已有的、可写的文件夹。") from error
    typer.echo(f"已写入 {out}")


def _end(message: str, *, code: int = 1) -> NoReturn:
    typer.echo(f"错误：{' '.join(message.split())}", err=True)
    sys.exit(code)


def _show(situation: workflow.Situation, *, area: str | None, as_json: bool, every: bool) -> None:
    chosen = _chosen(situation, area, every=every or as_json)
    if as_json:
        typer.echo(json.dumps(_record(situation, chosen, area), ensure_ascii=False, indent=2))
        return
    for one in chosen:
        mark = _mark(situation, one.goal.area)
        lamps = "　".join(f"{lamp.shape}{lamp.word}" for lamp in one.lamps)
        typer.echo(f"◎ {one.who}　{one.goal.wording}　{lamps}")
        typer.echo(f"   {mark}{one.sentence}")
        if trust(one):
            typer.echo(f"   {trust(one)}")
    for code, reason in situation.unprojected.items():
        if area in (None, code):
            _say(f"{code} 未测算：{reason}")


def _mark(situation: workflow.Situation, area: str) -> str:
    return f"【{situation.mark(area)}】" if situation.mark(area) else ""


def _record(situation: workflow.Situation, chosen: list[Assessment], area: str | None) -> dict[str, object]:
    """Describe the chosen goals; those of one area in full, with the audit of what is stated."""
    records = [
        assessment_record(
            one,
            whole=workflow.dossier_of(situation, one) if area else None,
            run_id=situation.projections[one.goal.area].run.id if one.goal.area in situation.projections else "",
            is_simulated=one.goal.area in situation.simulated,
        )
        for one in chosen
    ]
    return status_record(
        records,
        as_of=situation.as_of,
        known_at=situation.known_at,
        scenario=situation.scenario.name if situation.scenario else "",
        findings=workflow.audit_of(situation, area) if area else (),
        outlook=_outlook(situation, area),
    )


def _outlook(situation: workflow.Situation, area: str | None) -> dict[str, object] | None:
    """Describe where the stock of the area asked for leads; None without one, or where its types make no total."""
    if area is None or area not in situation.projections:
        return None
    try:
        table = workflow.outlook_of(situation, area)
    except ModelError:
        return None
    return outlook_record(table, run_id=situation.projections[area].run.id, mark=situation.mark(area))


def _show_in_full(situation: workflow.Situation, area: str) -> None:
    """Print the audit of an area and, for every goal with data, each number with its formula."""
    if area in situation.published:
        said = outlook_sentence(workflow.outlook_of(situation, area), area_name(area))
        typer.echo(f"\n{said}{situation.published[area].basis}")
    found = workflow.audit_of(situation, area)
    if found:
        typer.echo("\n目标核对")
    for finding in found:
        typer.echo(f"  [{finding.grade_word}] {finding.text}" + (f"（{finding.formula}）" if finding.formula else ""))
    for one in _chosen(situation, area, every=False):
        whole = workflow.dossier_of(situation, one)
        typer.echo(f"\n{one.who}　{one.goal.wording}")
        for line in whole.lines:
            typer.echo(f"  {line.group}　{line.name}：{line.value}（{line.formula}）")
        for _, _, why in whole.lamps if one.months_left else ():
            typer.echo(f"  {why}")
        for said in whole.review:
            typer.echo(f"  复盘　{said}")
        for rule, parts in whole.by_type.items():
            shares = "，".join(f"{ENTITY_TYPES[kind]}{number}户" for kind, number in parts.items())
            typer.echo(f"  分解　{RULES[rule]}：{shares}")


def _chosen(situation: workflow.Situation, area: str | None, *, every: bool) -> list[Assessment]:
    _check_area(area)
    return [one for one in situation.assessments if area in (None, one.goal.area) and (every or one.state != "no_data")]


def _check_area(area: str | None) -> None:
    if area is not None and area not in workflow.known_areas():
        raise SchemaError(f"没有代码为“{area}”的地区。请核对六位（乡镇九位）代码。")


def _day(text: str | None) -> dt.date | None:
    """Return the day, or the last day of the month, that a text names."""
    if text is None:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text):
            return pd.Period(text, freq="M").end_time.date()
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise SchemaError(f"日期“{text}”应写作 2023-06-30 或 2023-06。") from error


def _say(text: str) -> None:
    typer.echo(text, err=True)


if __name__ == "__main__":
    main()
