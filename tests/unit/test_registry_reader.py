"""The register reader on hand-worked records, and against a second implementation in pandas on hostile random ones."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from data.readers.places import Places
from data.readers.registry import RegistryOptions, RegistryReading, read_registry, yearly_hazard
from forecasting.errors import FaultsError

AREAS = {
    "140000": "山西省", "141000": "临汾市", "141030": "大宁县", "141033": "蒲县",
    "140302": "城区", "140300": "阳泉市", "140502": "城区", "140500": "晋城市",
}  # fmt: skip
HEADER = "统一社会信用代码,登记机关,市场主体类型,成立日期,注销日期,吊销日期"
AS_OF = pd.Timestamp("2022-07-14")


def read(path: Path, **options: object) -> RegistryReading:
    as_of = options.pop("as_of", AS_OF)
    return read_registry([path], as_of=as_of, known_areas=AREAS, options=RegistryOptions(memory_mb=256, **options))


def write(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8", name: str = "登记.csv") -> Path:
    path = folder / name
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return path


def value(reading: RegistryReading, month: str, measure: str, area: str = "141033", kind: str = "enterprise") -> float:
    table = reading.observations
    found = table[
        (table["area"] == area)
        & (table["entity_type"] == kind)
        & (table["month"] == pd.Period(month, freq="M"))
        & (table["measure"] == measure)
    ]
    assert len(found) == 1, f"{area} {kind} {month} {measure}: {len(found)} rows"
    return float(found["value"].iloc[0])


def test_months_by_hand(tmp_path: Path) -> None:
    reading = read(
        write(
            tmp_path,
            "A1,蒲县市场监督管理局,有限责任公司(自然人独资),2022-03-05,,",
            "A2,蒲县市场监督管理局,股份有限公司,2022/3/9,2022-05-02,",
            "A3,临汾市蒲县市场监督管理局,个人独资企业,20220311,2022-06-30,2022年5月4日",
            "A4,蒲县行政审批服务管理局,个体工商户,2022年4月1日,长期,",
            "A5,大宁县工商行政管理局,农民专业合作社,2021-12-31,9999-12-31,—",
            "A6,蒲县市场监督管理局,有限责任公司,2022-07-02,,",
        )
    )
    # 蒲县, enterprises: March +3; May −1 (A2) −1 (A3: revoked in May, before it was deregistered in June).
    assert [value(reading, f"2022-{month:02d}", "entries") for month in (3, 4, 5, 6)] == [3, 0, 0, 0]
    assert [value(reading, f"2022-{month:02d}", "exits") for month in (3, 4, 5, 6)] == [0, 0, 2, 0]
    assert [value(reading, f"2022-{month:02d}", "stock") for month in (3, 4, 5, 6)] == [3, 3, 1, 1]
    assert value(reading, "2022-03", "entries", kind="individual") == 0
    assert value(reading, "2022-04", "stock", kind="individual") == 1
    assert value(reading, "2022-06", "stock", "141030", "cooperative") == 1
    assert reading.observations["month"].max() == pd.Period("2022-06", freq="M")
    report = reading.report
    assert (report.rows_read, report.rows_used, report.rows_after, report.asides) == (6, 6, 1, ())
    assert set(reading.observations["vintage"]) == {AS_OF}
    assert "退出＝注销与吊销中较早的一个，只计一次" in "\n".join(report.lines())


def test_revoked_stay_in_stock_when_only_deregistration_ends(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "A1,蒲县,企业,2022-03-05,,2022-04-01",
        "A2,蒲县,企业,2022-03-06,2022-06-02,2022-05-01",
    )
    assert [value(read(path), f"2022-0{month}", "stock") for month in (3, 4, 5, 6)] == [2, 1, 0, 0]
    kept = read(path, is_revoked_exit=False)
    assert [value(kept, f"2022-0{month}", "stock") for month in (3, 4, 5, 6)] == [2, 2, 2, 1]
    assert "吊销未注销的仍计入实有" in "\n".join(kept.report.lines())


def test_rows_left_aside_each_for_its_reason(tmp_path: Path) -> None:
    reading = read(
        write(
            tmp_path,
            "A1,蒲县,企业,2022-03-05,,",
            "B1,蒲县,企业,,,",
            "B2,蒲县,企业,2022-02-30,,",
            "B3,蒲县,企业,22-02-03,,",
            "B4,蒲县,企业,2022-03-01,三月,",
            "B5,蒲县,企业,2022-07-15,,",
            "B6,蒲县,企业,2022-05-02,2022-05-01,",
            "B7,汾西县市场监督管理局,企业,2022-05-02,,",
            "B8,城区,企业,2022-05-02,,",
            "B9,蒲县,代表机构,2022-05-02,,",
            "A1,蒲县,企业,2022-03-05,,",
        )
    )
    counts = {each.reason: each.rows for each in reading.report.asides}
    assert counts == {
        "no_date": 1, "unreadable_date": 3, "future": 1, "exit_before_entry": 1, "area_unknown": 1, "area_ambiguous": 1,
        "type_unknown": 1, "duplicate": 1,
    }  # fmt: skip
    assert reading.report.rows_read == 11 == reading.report.rows_used + sum(counts.values())
    lines = "\n".join(reading.report.lines())
    assert "B6 蒲县 企业 2022-05-02 2022-05-01" in lines
    assert "“汾西县市场监督管理局”1 行" in lines
    assert "“代表机构”1 行" in lines
    assert value(reading, "2022-06", "stock") == 1


def test_words_the_user_explains(tmp_path: Path) -> None:
    path = write(tmp_path, "A1,经开区分局,代表机构,2022-03-05,,", "A2,蒲县,企业,2022-03-05,,")
    reading = read(path, area_words={"经开区分局": "141033"}, type_words={"代表机构": "enterprise"})
    assert value(reading, "2022-03", "entries") == 2
    assert reading.report.questions == ()
    with pytest.raises(FaultsError, match="地区代码“141099”不在地区目录中"):
        read(path, area_words={"经开区分局": "141099"})


def test_city_office_is_not_the_city(tmp_path: Path) -> None:
    path = write(tmp_path, "A1,临汾市市场监督管理局,企业,2022-03-05,,", "A2,蒲县,企业,2022-03-05,,")
    reading = read(path)
    assert reading.report.aside("area_above") == 1
    assert set(reading.observations["area"]) == {"141033"}
    city = read(path, level="city")
    assert value(city, "2022-03", "entries", "141000") == 2


def test_code_and_name_of_two_areas_contradict_each_other(tmp_path: Path) -> None:
    header = "区划代码,县（市、区）,登记机关,类型,成立日期,注销日期"
    reading = read(
        write(
            tmp_path,
            "141033,蒲县,,企业,2022-03-05,",
            "141033,大宁县,,企业,2022-03-05,",
            # Without area, the office decides; with one, the office is not asked.
            ",,大宁县市场监督管理局,企业,2022-03-05,",
            "141033,,火星市场监督管理局,企业,2022-03-05,",
            header=header,
        )
    )
    assert reading.report.aside("area_contradicted") == 1
    assert value(reading, "2022-03", "entries") == 2
    assert value(reading, "2022-03", "entries", "141030") == 1


def test_same_id_again_returning_and_in_conflict(tmp_path: Path) -> None:
    reading = read(
        write(
            tmp_path,
            # Came back after its exit: two spells, two entries.
            "R1,蒲县,企业,2021-01-05,2021-03-09,",
            "R1,蒲县,企业,2022-02-01,,",
            # An older copy without its exit: the row that knows of the exit is kept.
            "C1,蒲县,企业,2021-02-01,,",
            "C1,蒲县,企业,2021-02-01,2022-04-30,",
        )
    )
    assert reading.report.returned == 1
    assert reading.report.aside("conflict") == 1
    assert value(reading, "2021-02", "stock") == 2
    assert value(reading, "2021-03", "stock") == 1
    assert value(reading, "2022-02", "stock") == 2
    assert value(reading, "2022-04", "stock") == 1


def test_state_undoes_an_exit_or_asks_for_its_date(tmp_path: Path) -> None:
    reading = read(
        write(
            tmp_path,
            "A1,蒲县,企业,2022-01-05,,2022-03-01,存续（在营、开业、在册）",
            "A2,蒲县,企业,2022-01-05,,,注销",
            "A3,蒲县,企业,2022-01-06,,2022-05-01,吊销，未注销",
            header=HEADER + ",登记状态",
        )
    )
    assert reading.report.reinstated == 1
    assert reading.report.aside("exit_undated") == 1
    assert [value(reading, f"2022-0{month}", "stock") for month in (1, 3, 5)] == [2, 2, 1]


def test_survival_by_hand(tmp_path: Path) -> None:
    # Established in January, watched to June: ages 0 to 5. Left at ages 2 and 4. One of March is watched through age 3.
    reading = read(
        write(
            tmp_path,
            "A1,蒲县,企业,2022-01-05,2022-03-31,",
            "A2,蒲县,企业,2022-01-31,2022-05-01,",
            "A3,蒲县,企业,2022-01-31,,",
            "A4,蒲县,企业,2022-03-02,,",
            "A5,蒲县,企业,2022-03-02,2022-07-01,",
        )
    )
    table = reading.survival
    assert table["age"].tolist() == [0, 1, 2, 3, 4, 5]
    # All five through age 3, less the one that left at 2; those of March are not watched at 4.
    assert table["at_risk"].tolist() == [5, 5, 5, 4, 2, 1]
    assert table["exits"].tolist() == [0, 0, 1, 0, 1, 0]
    np.testing.assert_allclose(table["survival"], [1, 1, 4 / 5, 4 / 5, 4 / 5 * 1 / 2, 4 / 5 * 1 / 2])


def test_cohorts_and_yearly_hazard_by_hand(tmp_path: Path) -> None:
    reading = read(
        write(
            tmp_path,
            "A1,蒲县,企业,2020-05-05,2021-05-31,",
            "A2,蒲县,企业,2020-05-06,2021-06-01,",
            "A3,蒲县,企业,2020-05-07,2020-11-01,",
            "A4,蒲县,企业,2020-05-08,,",
            "A5,蒲县,企业,2021-06-08,,",
            "A6,蒲县,企业,2021-07-08,,",
        )
    )
    cohorts = reading.cohorts.set_index("month")
    first, later, last = (cohorts.loc[pd.Period(month, freq="M")] for month in ("2020-05", "2021-06", "2021-07"))
    # Gone by the end of May 2021: A1 and A3; by the end of May 2022: A2 as well.
    assert (first["entries"], first["left_12"], first["left_24"]) == (4, 2, 3)
    assert (later["entries"], later["left_12"]) == (1, 0)
    assert np.isnan(later["left_24"])
    assert np.isnan(last["left_12"])
    hazard = yearly_hazard(reading.survival)
    # Year 0: of six, A3 leaves at age 6, watched with A5 and A6 beside it: 1 of 6. Year 1 (ages 12 to 23): A6 is
    # watched to age 11 only, so A1 is 1 of A1, A2, A4, A5 at 12; A5 is watched through 12, so A2 is 1 of A2, A4 at 13.
    assert hazard["exits"].tolist() == [1, 2]
    np.testing.assert_allclose(hazard["hazard"], [1 / 6, 1 - (3 / 4) * (1 / 2)])


def test_crowds_at_one_address_and_by_one_agent(tmp_path: Path) -> None:
    rows = [f"A{number},蒲县,企业,2022-03-{number + 1:02d},,,昕水路 1 号,王五" for number in range(6)]
    rows += [f"B{number},蒲县,企业,2022-04-01,,,某街{number}号,王五" for number in range(4)]
    reading = read(write(tmp_path, *rows, header=HEADER + ",住所,代理人"))
    found = reading.crowds[["by", "name", "entries"]].to_numpy().tolist()
    assert found == [["address", "昕水路 1 号", 6.0], ["agent", "王五", 6.0]]
    assert str(reading.crowds["month"].iloc[0]) == "2022-03"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_read_alike(tmp_path: Path, encoding: str) -> None:
    reading = read(write(tmp_path, "A1,蒲县市场监督管理局,个体工商户,2022年3月5日,,", encoding=encoding))
    assert value(reading, "2022-03", "entries", kind="individual") == 1
    assert reading.report.encodings == ("gb18030" if encoding == "gb18030" else "utf-8",)


def test_broken_rows_are_counted_and_lose_no_neighbour(tmp_path: Path) -> None:
    rows = [f"A{number},蒲县,企业,2022-03-05,," for number in range(50)]
    rows[7:7] = ["X1,蒲县", '"Y1",蒲县,"企\n业",2022-03-05,,', "X2,蒲县,企业,2022-03-05,,,多一格", ""]
    reading = read(write(tmp_path, *rows))
    # The row whose type is written on two lines is whole; two are not.
    assert value(reading, "2022-03", "entries") == 51
    assert reading.report.aside("broken") == 2
    assert "第9行" in "\n".join(reading.report.lines())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "是空的"),
        ((HEADER + '\nA1,蒲县,"企业,2022-03-05,,\nA2,蒲县,企业,2022-03-05,,\n').encode(), "双引号不配对"),
        (HEADER.encode() + b"\n\xff\xff\xff\n", "编码既不是 UTF-8 也不是 GB18030"),
        (HEADER.encode() + b"\nA1,\0", "含有空字符"),
        (b"PAR1 not really", "不完整或已损坏"),
        ("编号,成立日期\nA1,2022-03-05\n".encode(), "没有找到注销日期或吊销日期的列"),
        ((HEADER + ",成立时间\n").encode(), "成立日期不止一列"),
        ((HEADER + "\n").encode(), "没有一行登记记录可以计入"),
        ((HEADER + "\nA1,蒲县,企业,,,\n").encode(), "没有成立日期：1 行"),
        (b"x" * (9 * 1024**2), "没有换行"),
    ],
)
def test_refused_with_what_to_do(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "登记.csv"
    path.write_bytes(content)
    with pytest.raises(FaultsError, match=message):
        read(path)
    assert [each.name for each in tmp_path.iterdir()] == ["登记.csv"]


def test_names_are_never_sql(tmp_path: Path) -> None:
    row = "A1,蒲县,企业,2022-03-05,,"
    other = write(tmp_path, row, row.replace("A1", "A2"), name="ab.csv")
    hostile = write(tmp_path, row, name="a*'); drop table records; --[b].csv")
    assert value(read(hostile), "2022-03", "entries") == 1
    assert value(read(other), "2022-03", "entries") == 2
    parquet = tmp_path / "x'y.parquet"
    title = "成立\"日期'; drop table records; --"
    columns = {"登记机关": ["蒲县"], "类型": ["企业"], title: ["2022-03-05"], "注销日期": [None]}
    pd.DataFrame(columns).to_csv(tmp_path / "plain.csv", index=False)
    quoted = title.replace('"', '""')
    duckdb.execute(
        f"""copy (select '蒲县' as 登记机关, '企业' as 类型, '2022-03-05' as "{quoted}", null::date as 注销日期)
            to '{str(parquet).replace("'", "''")}' (format parquet)"""
    )
    assert value(read(parquet, columns={"established": title}), "2022-03", "entries") == 1
    assert value(read(tmp_path / "plain.csv", columns={"established": title}), "2022-03", "entries") == 1


def test_data_that_run_out_are_not_read_as_nothing_happening(tmp_path: Path) -> None:
    days = pd.period_range("2021-01", "2022-04", freq="M").strftime("%Y-%m-28")
    rows = [f"A{day}-{number},蒲县,企业,{day},," for day in days for number in range(40)]
    reading = read(write(tmp_path, *rows), as_of=pd.Timestamp("2022-07-31"))
    report = reading.report
    assert report.entries_to == pd.Period("2022-04", freq="M")
    assert "2022-05 至 2022-07 共3个月只有0行成立" in report.questions[0]
    assert reading.observations["month"].max() == pd.Period("2022-04", freq="M")
    # 12 days into April is not April.
    part = read(
        write(tmp_path, *(row.replace("2022-04-28", "2022-04-12") for row in rows)), as_of=pd.Timestamp("2022-07-31")
    )
    assert part.report.entries_to == pd.Period("2022-03", freq="M")
    assert "最后一行在12日" in part.report.questions[0]
    july = pd.Period("2022-07", freq="M")
    told = read(write(tmp_path, *rows), as_of=pd.Timestamp("2022-07-31"), entries_to=july, exits_to=july)
    assert value(told, "2022-07", "entries") == 0


def test_a_partial_month_is_not_given_out(tmp_path: Path) -> None:
    path = write(tmp_path, "A1,蒲县,企业,2022-06-05,,", "A2,蒲县,企业,2022-07-05,,")
    assert read(path).observations["month"].max() == pd.Period("2022-06", freq="M")
    whole = read(path, as_of=pd.Timestamp("2022-07-31"))
    assert value(whole, "2022-07", "stock") == 2


def test_areas_by_every_name() -> None:
    places = Places(AREAS)
    assert places.find("阳泉市城区市场监督管理局") == ("140302",)
    assert places.find("城区市场监督管理局") == ("140302", "140502")
    assert places.find("141033000000") == ("141033",)
    assert places.find("山西临汾蒲县") == ("141033",)
    # A branch is never read as the whole that its office is for.
    assert places.find("临汾市市场监督管理局经济开发区分局") == ()
    assert places.find("临汾市市场监督管理局蒲县分局") == ("141033",)
    assert places.find("晋城市蒲县") == ()


# ---- a second implementation -----------------------------------------------------------------------------

BLANK = ["", "-", "—", "长期", "9999-12-31", "null", "0000-00-00", "2099-12-31"]


def hostile_day(rng: np.random.Generator, day: pd.Timestamp) -> str:
    forms = [
        f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日", f" {day:%Y-%m-%d} 00:00:00",
        f"{day.year}.{day.month:02d}.{day.day:02d}", f"{day:%Y/%m/%d} 9:05",
    ]  # fmt: skip
    text = forms[rng.integers(len(forms))]
    return text.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if rng.random() < 0.1 else text


def hostile_records(rng: np.random.Generator, n: int) -> pd.DataFrame:
    offices = [
        "蒲县市场监督管理局",
        "大宁县",
        "141033",
        "山西省临汾市大宁县行政审批服务管理局",
        "城区",
        "火星",
        "",
        "阳泉市城区",
    ]
    kinds = ["有限责任公司", "个体工商户", "农民专业合作社", "股份有限公司(上市)", "家庭经营", "办事处"]
    bad = ["", "长期", "2022-13-01", "昨天", "1022-01-01", "2022-07-15", "2031-01-01"]
    rows = []
    for _ in range(n):
        start = pd.Timestamp("2016-01-01") + pd.Timedelta(days=int(rng.integers(0, 2386)))
        ends = []
        for share in (0.4, 0.1):
            end = start + pd.Timedelta(days=int(rng.integers(-20, 1500)))
            ends.append(hostile_day(rng, end) if rng.random() < share else BLANK[rng.integers(len(BLANK))])
        established = bad[rng.integers(len(bad))] if rng.random() < 0.05 else hostile_day(rng, start)
        if rng.random() < 0.02:
            ends[0] = "2022年2月30日"
        code = "" if rng.random() < 0.05 else f"N{rng.integers(0, n)}"
        rows.append([code, offices[rng.integers(len(offices))], kinds[rng.integers(len(kinds))], established, *ends])
    table = pd.DataFrame(rows, columns=HEADER.split(","))
    return pd.concat([table, table.sample(n // 50, random_state=7)], ignore_index=True)


def oracle_day(text: str) -> pd.Timestamp | str | None:
    text = text.strip().translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    if text in BLANK:
        return None
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: [\d:]+)?|(\d{4})(\d{2})(\d{2})", text)
    if found is None:
        return "?"
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return pd.Timestamp(year=year, month=month, day=day) if year >= 1800 else "?"
    except ValueError:
        return "?"


def oracle(table: pd.DataFrame) -> tuple[dict[str, int], dict[tuple[str, str, str, str], int]]:
    """Reasons and counts, a row at a time."""
    areas = {"蒲县市场监督管理局": "141033", "141033": "141033", "大宁县": "141030", "阳泉市城区": "140302",
             "山西省临汾市大宁县行政审批服务管理局": "141030"}  # fmt: skip
    kinds = {"有限责任公司": "enterprise", "股份有限公司(上市)": "enterprise", "个体工商户": "individual",
             "家庭经营": "individual", "农民专业合作社": "cooperative"}  # fmt: skip
    reasons: dict[str, int] = {}
    by_id: dict[str, list[tuple[pd.Timestamp, pd.Timestamp, str, str]]] = {}
    never = pd.Timestamp("2200-01-01")

    def aside(reason: str, n: int = 1) -> None:
        reasons[reason] = reasons.get(reason, 0) + n

    for at, (code, office, kind, *texts) in enumerate(table.itertuples(index=False)):
        start, *ends = map(oracle_day, texts)
        if start is None:
            aside("no_date")
        elif "?" in (start, *ends):
            aside("unreadable_date")
        else:
            end = min((day for day in ends if day is not None), default=never)
            if start > AS_OF or AS_OF < end < never:
                aside("future")
            elif end < start:
                aside("exit_before_entry")
            elif office not in areas:
                aside("area_ambiguous" if office == "城区" else "area_unknown")
            elif kind not in kinds:
                aside("type_unknown")
            else:
                by_id.setdefault(code or f"row {at}", []).append((start, end, areas[office], kinds[kind]))
    kept = []
    for rows in by_id.values():
        spells = sorted(set(rows))
        aside("duplicate", len(rows) - len(spells))
        ends_before = [max(spell[1] for spell in spells[:at]) for at in range(1, len(spells))]
        if any(spell[0] < end for spell, end in zip(spells[1:], ends_before, strict=True)):
            aside("conflict", len(spells) - 1)
            ended = [spell for spell in spells if spell[1] < never]
            last = max((spell[1] for spell in ended), default=never)
            order = ["all", "enterprise", "individual", "cooperative"]
            same = sorted((s for s in spells if s[1] == last), key=lambda s: (s[0], s[2], order.index(s[3])))
            spells = same[:1]
        kept += spells
    counts: dict[tuple[str, str, str, str], int] = {}
    for start, end, area, kind in kept:
        for day, measure in ((start, "entries"), (end, "exits")):
            if day <= pd.Timestamp("2022-06-30"):
                key = (area, kind, f"{day:%Y-%m}", measure)
                counts[key] = counts.get(key, 0) + 1
    return {reason: n for reason, n in reasons.items() if n}, counts


@pytest.mark.parametrize("seed", [1, 2])
def test_hostile_records_count_as_a_second_implementation_counts_them(tmp_path: Path, seed: int) -> None:
    table = hostile_records(np.random.default_rng(seed), 5000)
    path = tmp_path / "r.csv"
    table.to_csv(path, index=False, encoding="gb18030")
    reading = read(path)
    reasons, counts = oracle(table)
    assert {each.reason: each.rows for each in reading.report.asides} == reasons
    assert {"duplicate", "conflict", "future", "exit_before_entry"} <= reasons.keys()
    assert reading.report.rows_read == len(table)
    flows = reading.observations[reading.observations["measure"] != "stock"]
    found = {
        (row.area, row.entity_type, str(row.month), row.measure): row.value for row in flows.itertuples() if row.value
    }
    assert found == counts
    stock = reading.observations.pivot_table(index=["area", "entity_type", "month"], columns="measure", values="value")
    net = (stock["entries"] - stock["exits"]).groupby(level=[0, 1]).cumsum()
    np.testing.assert_array_equal(stock["stock"], net)


def test_a_hundred_thousand_simulated_records_add_up(tmp_path: Path) -> None:
    path = tmp_path / "records.parquet"
    duckdb.execute(
        f"""copy (select 'N' || i as id, case when hash(i) % 3 = 0 then '蒲县' else '大宁县' end as 登记机关,
                  '企业' as 类型,
                  date '2010-03-05' + cast(hash(i + 1) % 4500 as int) as 成立日期,
                  case when hash(i + 2) % 4 = 0
                       then least(成立日期 + cast(hash(i + 3) % 900 as int), date '2022-06-30') end as 注销日期
                  from range(100000) t(i)) to '{path}' (format parquet)"""
    )
    reading = read(path, threads=1)
    direct = duckdb.execute(f"select count(*), count(注销日期) from '{path}'").fetchone()
    last = reading.observations[reading.observations["month"] == pd.Period("2022-06", freq="M")]
    stock = last.loc[last["measure"] == "stock", "value"].sum()
    assert direct is not None
    assert stock == direct[0] - direct[1] == reading.report.rows_used - direct[1]
    watched = reading.survival[reading.survival["age"] == 0]["at_risk"].sum()
    assert watched == 100000
