"""The terminal on the store: intake with a dry run, batches, undoing, export and quality."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from pathlib import Path

import openpyxl
import pytest
from test_cli import run

import workflow
from workflow.stamps import utc_now

HEADER = "地区代码,月份,新设,注销吊销,实有"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("BEIZENG_USER", "张三")
    return f"sqlite:///{tmp_path / 'cli.db'}"


def write(path: Path, *rows: str) -> str:
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return str(path)


def test_a_dry_run_shows_what_would_change_and_stores_nothing(tmp_path: Path, url: str) -> None:
    may = write(tmp_path / "五月.csv", "141033,2023-05,128,37,8412")
    assert run("ingest", may, url=url).returncode == 0
    both = write(tmp_path / "六月.csv", "141033,2023-05,127,36,8412", "141033,2023-06,131,40,8503")
    told = run("ingest", both, "--dry-run", url=url)
    assert told.returncode == 0
    assert "六月.csv：读取6条，其中新的5条；入库后：新增3个，更正2个。没有入库。" in told.stdout
    assert "更正　141033 全部市场主体 2023-05 新设：128（正式） → 127（正式）" in told.stdout
    assert "新增　141033 全部市场主体 2023-06 实有：无 → 8503（正式）" in told.stdout
    assert run("batches", url=url).stdout.count("\n") == 1
    bad = write(tmp_path / "错.csv", "141033,2023-06,131,40,8498")
    refused = run("ingest", bad, "--dry-run", url=url)
    assert refused.returncode == 1
    assert "恒等式不闭合" in refused.stderr


def test_an_intake_keeps_source_day_and_author(tmp_path: Path, url: str) -> None:
    path = write(tmp_path / "五月.csv", "141033,2023-05,128,37,8412")
    said = run("ingest", path, "--source", "县市场监管局", "--as-of", "2023-06-09", url=url)
    assert said.stdout == "五月.csv：第1批，读取3条，新增或更正3条。\n"
    store = workflow.open_store(url)
    (row,) = store.batches().to_dict("records")
    assert (row["author"], row["source"], row["kind"]) == ("张三", "县市场监管局", "intake")
    assert row["sha256"] == hashlib.sha256(Path(path).read_bytes()).hexdigest()
    known = store.as_of(dt.date(2023, 6, 9))
    assert set(known["source"]) == {"县市场监管局"}
    assert known["vintage"].dt.strftime("%Y-%m-%d").unique().tolist() == ["2023-06-09"]
    again = run("ingest", path, "--source", "县市场监管局", url=url)
    assert again.stdout == "五月.csv：与第1批是同一个文件、同样的数，没有重复入库。\n"


def test_a_day_after_today_is_refused(tmp_path: Path, url: str) -> None:
    path = write(tmp_path / "五月.csv", "141033,2023-05,128,37,8412")
    tomorrow = (workflow.now() + dt.timedelta(days=1)).date()
    said = run("ingest", path, "--as-of", str(tomorrow), url=url)
    assert said.returncode == 1
    assert f"日期 {tomorrow} 晚于今天" in said.stderr


def test_undoing_from_the_terminal(tmp_path: Path, url: str) -> None:
    run("ingest", write(tmp_path / "五月.csv", "141033,2023-05,128,37,8412"), url=url)
    run("ingest", write(tmp_path / "六月.csv", "141033,2023-06,131,40,8503"), url=url)
    said = run("undo", "2", "--reason", "传错了县", url=url)
    assert said.stdout == "第2批已撤销，记为第3批：涉及3个数，恢复或撤回3个。\n"
    lines = run("batches", url=url).stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["第1批", "第2批", "第3批"]
    assert lines[1].endswith("已由第3批撤销")
    assert "撤销第2批\t张三" in lines[2]
    assert "传错了县" in lines[2]
    again = run("undo", "2", "--reason", "传错了县", url=url)
    assert again.returncode == 1
    assert again.stderr == "错误：第2批已由第3批撤销。若要恢复，请撤销第3批。\n"
    assert run("undo", "2", url=url).returncode == 2


def test_a_batch_dated_back_is_undone_from_its_own_day_on(tmp_path: Path, url: str) -> None:
    path = write(tmp_path / "五月.csv", "141033,2023-05,128,37,8412")
    run("ingest", path, "--as-of", "2023-06-09", url=url)
    assert run("undo", "1", "--reason", "数不对", "--as-of", "2023-06-09", url=url).returncode == 0
    right = write(tmp_path / "五月改.csv", "141033,2023-05,129,37,8413")
    assert run("ingest", right, "--as-of", "2023-06-10", url=url).returncode == 0
    assert workflow.open_store(url).panel(dt.date(2023, 6, 30)).stock[0, -1] == 8413


def test_an_export_holds_every_version_and_runs_nothing(tmp_path: Path, url: str) -> None:
    run("ingest", write(tmp_path / "五月.csv", "141033,2023-05,128,37,8412"), "--as-of", "2023-06-09", url=url)
    revised = write(tmp_path / "改.csv", "141033,2023-05,130,39,8412")
    run("ingest", revised, "--source", "=HYPERLINK(0)", "--as-of", "2023-07-09", url=url)
    out = tmp_path / "全部.csv"
    assert run("export", "--out", str(out), url=url).stdout == f"已写入 {out}\n共5条。\n"
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    entries = [row for row in rows if row["指标"] == "entries"]
    assert [(row["地区"], row["月份"], float(row["数值"]), row["批次"]) for row in entries] == [
        ("蒲县", "2023-05", 128.0, "1"),
        ("蒲县", "2023-05", 130.0, "2"),
    ]
    assert entries[1]["来源"] == "'=HYPERLINK(0)"
    assert entries[1]["数据日期"] == "2023-07-09 00:00:00"
    run("export", "--out", str(out), "--as-of", "2023-06-30", url=url)
    then = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    assert [(row["指标"], float(row["数值"])) for row in then] == [("entries", 128), ("exits", 37), ("stock", 8412)]
    book = tmp_path / "全部.xlsx"
    assert run("export", "--out", str(book), url=url).returncode == 0
    sheet = openpyxl.load_workbook(book).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(cells) == 6
    assert cells[0][:4] == ["地区代码", "地区", "主体类型", "月份"]
    assert [cells[2][5], cells[2][8], sheet["I3"].data_type] == [130, "'=HYPERLINK(0)", "s"]
    assert cells[1][0] == "141033"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("export", "--out", "x.pdf"), "错误：不能写成“.pdf”。请用 .csv 或 .xlsx 作文件名的结尾。"),
        (("export", "--out", "x.csv"), "错误：数据库中还没有任何数据"),
        (("undo", "7", "--reason", "误传"), "错误：没有第7批，现在一批也没有"),
        (("quality",), "错误：数据库中还没有任何数据"),
        (("quality", "--area", "999999"), "错误：没有代码为“999999”的地区"),
    ],
)
def test_mistakes_are_one_line(url: str, arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments, url=url)
    assert result.returncode == 1
    assert result.stderr.startswith(message)
    assert len(result.stderr.strip().splitlines()) == 1


def test_quality_of_the_demonstration(url: str) -> None:
    store = workflow.open_store(url)
    workflow.load_demo(store)
    said = run("quality", "--area", "140109", url=url)
    assert said.returncode == 0
    assert "异常值　万柏林区个体工商户 2021-09 注销吊销1496户" in said.stdout
    assert "可能的解释（待确认）　集中清理：集中清理长期停业未经营主体（2021-09）" in said.stdout
    records = json.loads(run("quality", "--json", url=url).stdout)
    purge = next(one for one in records if one["start"] == "2021-09" and one["entity_type"] == "individual")
    assert (purge["kind"], purge["state"], purge["direction"], purge["is_found"]) == ("outlier", "open", 1, True)
    store.set_finding_state(purge["id"], "explained", changed_at=utc_now(), author="张三", reason="清理属实")
    left = json.loads(run("quality", "--json", url=url).stdout)
    assert len(left) == len(records) - 1
    every = json.loads(run("quality", "--json", "--all", url=url).stdout)
    assert next(one for one in every if one["id"] == purge["id"])["state_reason"] == "清理属实"


def test_an_empty_store_has_no_batches(url: str) -> None:
    assert run("batches", url=url).stdout == "还没有任何批次。\n"


def test_what_records_leave_open_is_answered_in_the_terminal(tmp_path: Path, url: str) -> None:
    path = tmp_path / "登记.csv"
    rows = [f"{at},a=b局,LLP,2022-{1 + at % 12:02d}-05," for at in range(36)]
    path.write_text("\n".join(["编号,登记机关,类型,开办,注销日期", *rows]) + "\n", encoding="utf-8")
    words = ["records", str(path), "--as-of", "2023-01-10", "--entries-to", "2022-12", "--exits-to", "2022-12"]
    assert "--column established=成立日期" in run(*words, url=url).stderr
    words += ["--column", "established=开办"]
    told = run(*words, url=url).stderr
    assert "--place 词=代码" in told or "--type 词=企业" in told
    done = run(*words, "--place", "a=b局=141033", "--type", "LLP=企业", "--yes", url=url)
    assert done.returncode == 0, done.stderr
    held = workflow.open_store(url).panel(dt.date.max - dt.timedelta(days=1)).select(area="141033")
    # Three a month, nobody left.
    assert held.keys["entity_type"].tolist() == ["enterprise"]
    assert held.stock[0, -1] == 36
    assert "--type 为“LLP”，应写作 词=所指。" in run(*words, "--type", "LLP", url=url).stderr


def test_records_are_counted_shown_and_stored_when_confirmed(tmp_path: Path, url: str) -> None:
    path = tmp_path / "登记.csv"
    dates = [
        (f"2022-{1 + at % 12:02d}-{1 + at % 28:02d}", f"2023-0{1 + at % 5}-11" if at % 7 == 0 else "")
        for at in range(84)
    ]
    rows = [f"{at},个体工商户,{began},{ended},街道{at}号" for at, (began, ended) in enumerate(dates)]
    path.write_text("\n".join(["编号,类型,成立日期,注销日期,地址", *rows]) + "\n", encoding="utf-8")
    words = ("records", str(path), "--area", "141033", "--as-of", "2023-06-10", "--exits-to", "2023-05")
    told = run(*words, url=url)
    assert told.returncode == 0, told.stderr
    assert "共 84 行，计入 84 行" in told.stdout
    assert "没有入库；确认后加 --yes。" in told.stdout
    assert run("batches", url=url).stdout == "还没有任何批次。\n"
    stored = run(*words, "--yes", url=url)
    assert stored.returncode == 0, stored.stderr
    assert "第1批" in stored.stdout
    store = workflow.open_store(url)
    held = store.panel(dt.date.max - dt.timedelta(days=1)).select(area="141033", entity_type="individual")
    # 84 began, twelve of them (every seventh) had ended by May 2023.
    assert held.stock[0, -1] == 84 - 12
    assert "没有重复入库" in run(*words, "--yes", url=url).stdout
    wrong = run(*words[:-1], "2023年5月", url=url)
    assert wrong.returncode == 1
    assert "月份“2023年5月”应写作 2023-06" in wrong.stderr


def test_sums_over_months_are_parted_against_what_is_held(tmp_path: Path, url: str) -> None:
    """1-5月 of May's file, kept as it was said; 1-6月 of June's less it is June; a sum that does not agree is said."""
    head = "蒲县2022年市场主体\n类型,{}累计新设,{}末实有\n"
    may, june = tmp_path / "五月.csv", tmp_path / "六月.csv"
    may.write_text(head.format("1-5月", "5月") + "企业,117,1635\n", encoding="utf-8")
    june.write_text(head.format("1-6月", "6月") + "企业,140,1652\n", encoding="utf-8")
    said = run("ingest", str(may), "--source", "县局", url=url)
    assert said.stdout == "五月.csv：第1批，读取2条，新增或更正2条。\n"
    told = run("ingest", str(june), "--dry-run", url=url)
    assert "新增　141033 企业 2022-06 新设：无 → 23（正式）" in told.stdout
    assert "新增　141033 企业 2022-01 至 2022-06 新设：无 → 140（正式）" in told.stdout
    assert "2022-06 新设由累计相减得 23" in told.stderr
    assert run("ingest", str(june), url=url).returncode == 0
    store = workflow.open_store(url)
    held = store.as_of(dt.date.max - dt.timedelta(days=1)).set_index(["month", "measure"])["value"]
    assert held["2022-06", "entries"] == 140 - 117
    quarter = tmp_path / "五六月.csv"
    quarter.write_text("蒲县2022年企业新设\n类型,5-6月\n企业,50\n", encoding="utf-8")
    # Less June it is May.
    assert "2022-05 新设由累计相减得 27" in run("ingest", str(quarter), url=url).stderr
    odd = tmp_path / "一至四月.csv"
    odd.write_text("蒲县2022年企业新设\n类型,1-4月\n企业,91\n", encoding="utf-8")
    said = run("ingest", str(odd), url=url)
    # 140 - 50 = 90, not 91.
    assert "2022-01 至 2022-04 新设为 91" in said.stderr
    assert "应为 90，差 +1" in said.stderr
    out = tmp_path / "全部.csv"
    assert run("export", "--out", str(out), url=url).returncode == 0
    rows = list(csv.DictReader(io.StringIO(out.read_bytes().decode("utf-8-sig"))))
    assert {row["月份"] for row in rows if row["指标"] == "entries"} == {
        "2022-05", "2022-06", "2022-01 至 2022-05", "2022-01 至 2022-06", "2022-05 至 2022-06", "2022-01 至 2022-04",
    }  # fmt: skip


def test_what_a_file_holds_besides_is_told(tmp_path: Path, url: str) -> None:
    rows = "类型,新设,同比%\n企业,23,3\n其中：私营企业,20,\n个体工商户,101,4\n注：含迁入\n"
    path = tmp_path / "六月.csv"
    path.write_text(f"蒲县2022年6月市场主体\n{rows}", encoding="utf-8")
    told = run("ingest", str(path), "--dry-run", url=url)
    assert "六月.csv：读取2条" in told.stdout
    assert told.stderr.splitlines() == [
        "未采用　A6：表外的文字",
        "未采用　B4：某一类主体中的一部分，不是本系统的四类",
        "未采用　C2：同比，只作核对",
    ]


def _half(path: Path, last: int, total: int) -> str:
    path.write_text(f"蒲县2022年1-{last}月\n类型,新设\n企业,{total}\n", encoding="utf-8")
    return str(path)


def test_a_store_of_sums_alone_can_be_taken_out(tmp_path: Path, url: str) -> None:
    run("ingest", _half(tmp_path / "半年.csv", 6, 105), "--as-of", "2022-07-05", url=url)
    out = tmp_path / "全部.csv"
    for words in ((), ("--as-of", "2022-07-05")):
        assert run("export", "--out", str(out), *words, url=url).returncode == 0
        (row,) = csv.DictReader(io.StringIO(out.read_text("utf-8-sig")))
        assert (row["月份"], float(row["数值"])) == ("2022-01 至 2022-06", 105)
    early = run("export", "--out", str(out), "--as-of", "2022-07-04", url=url)
    assert "没有 2022-07-04 及以前的数据版本，最早为 2022-07-05" in early.stderr
    run("undo", "1", "--reason", "误录", url=url)
    # Said, and taken back: history stays, and is taken out too.
    assert run("export", "--out", str(out), url=url).stdout.endswith("共2条。\n")


def test_an_undoing_names_the_months_that_were_told_from_it(tmp_path: Path, url: str) -> None:
    run("ingest", _half(tmp_path / "六月.csv", 6, 105), url=url)
    run("ingest", _half(tmp_path / "七月.csv", 7, 131), url=url)
    said = run("undo", "1", "--reason", "数不对", url=url).stdout
    # 131 - 105 = 26 of July rests on what was wrong.
    assert "蒲县企业 2022-07 新设 26 由累计相减得出，而所依据的数已撤销，未随之撤销。" in said
    right = run("ingest", _half(tmp_path / "六月改.csv", 6, 108), url=url)
    assert "2022-07 新设由累计相减得 23（2022-01 至 2022-06、2022-01 至 2022-07），原为 26。" in right.stderr
