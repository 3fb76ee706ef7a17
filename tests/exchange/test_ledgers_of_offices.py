"""Ledgers as offices have them: what is taken is true, what is not certain is refused by sheet, row and column."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from caseapp.domain.exchange.ledger import case_at_first
from caseapp.office.xlsx import read_book
from tests.exchange.office_ledgers import GIVEN, OWN, UNITS, one, row

pytestmark = pytest.mark.one_database

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "ledgers"
Taken = tuple[str, str, int, list[str]]  # title, unit, number of people, names


@dataclass
class Told:
    """What must come of a workbook: the cases; sentences by beginning and what they must hold; the exit status."""

    cases: list[Taken] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    status: int = 0
    phones: list[str] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)


TWO = ["冉大", "谭二"]
ALONE = "工作表“Sheet”"
ROW = ALONE + "第 {} 行：{}: "


def at(row: int, heading: str) -> str:
    """How the sentence about a row of the only sheet begins."""
    return ROW.format(row, heading)


def plain(*titles: str) -> list[Taken]:
    """Cases of the first group with both people in them."""
    return [(title, "TH-SH-01", 2, TWO) for title in titles]


GIVEN_TOLD = {
    "merged_village_and_subtotals": Told(
        [*plain("屋檐滴水争执", "田埂争执", "水渠争执"), ("道路争执", "TH-QG-01", 2, TWO)],
        [(ALONE, "3 行是合计、签字或说明，未作为案件读取：第 5、7、8 行")],
    ),
    "three_month_sheets": Told(plain("1月水沟争执", "2月水沟争执", "3月水沟争执")),
    "cover_sheet_first": Told(plain("屋檐滴水争执"), [("工作表“封面”", "未读取")]),
    "error_values_and_uncached_formulas": Told(
        said=[(at(2, "化解日期"), "M2 显示错误 #REF!"), (at(3, "涉及人数"), "H3 显示错误 #VALUE!"),
              (at(4, "化解日期"), "M4 是未经计算的公式 =B4+7"), (at(5, "涉及人数"), "H5 是未经计算的公式 =1+4")],
        status=1,
    ),
    "phone_stays_in_name": Told(
        [("屋檐滴水争执", "TH-SH-01", 2, ["冉大"]), ("水渠争执", "TH-SH-01", 2, ["冉大"]), *plain("田埂争执")],
        phones=["13900001111", "085122334455"],
    ),
    "two_people_become_one": Told(
        [*plain("屋檐滴水争执", "水渠争执"), ("田埂争执", "TH-SH-01", 2, ["冉大有"]), ("林界争执", "TH-SH-01", 2, ["周某某"])],
        phones=["13900001111", "13900002222", "13900001111"],
    ),
    "identity_number_in_text": Told(
        said=[(at(2, "诉求/纠纷简要"), "此处有身份证号码"), (at(3, "备注"), "此处有身份证号码")], status=1
    ),
    "place_in_one_column": Told([("田埂争执", "TH-SH-01", 1, ["冉一"]), ("路争执", "TH-SH-01", 1, ["冉一"])]),
    "group_1_is_ambiguous": Told(
        said=[(at(2, "村民小组/网格"), "1 可能是 双合村第一组 (TH-SH-01)、双合村第一网格 (TH-SH-W1)")], status=1
    ),
    "headings_of_other_offices": Told([("要求支付工资", "TH-SH", 1, ["罗某"])]),
}  # fmt: skip
OWN_TOLD = {
    "merged_village_and_subtotals": Told(
        [*plain("田边树枝", "晒坝占用"), ("林地界线", "TH-SM-01", 2, TWO), ("引水管", "TH-SM-01", 2, TWO)],
        [(ALONE, "4 行是合计、签字或说明，未作为案件读取：第 4、7、8、9 行")],
    ),
    "three_month_sheets": Told(
        [*plain("菜地积水"), ("鱼塘漏水", "TH-QG-01", 2, TWO)],
        [("工作表“青冈”第 3 行：所属村(社区): ", "没有叫 火星村")],
        1,
    ),
    "cover_sheet_first": Told(
        plain("院墙倒塌"),
        [("工作表“统计”", "没有台账的表头"), ("工作表“去年”", "所属村(社区)。表中的表头：登记日期、村庄、诉求")],
        1,
    ),
    "error_values_and_uncached_formulas": Told(
        [("序号不读", "TH-SH-01", 2, TWO)],
        [
            (at(2, "诉求/纠纷简要"), "I2"),
            (at(3, "所属村(社区)"), "D3"),
            (at(4, "诉求/纠纷简要"), "I4"),
            (at(5, "责任人"), "K5"),
            (at(7, "登记日期"), "B7"),
        ],
        1,
    ),
    "phone_stays_in_name": Told(
        plain("堰塘漏水", "鸡舍异味"), [(at(3, "当事人"), "不是电话号码的数字")], 1, ["13900001111", "085122334455"]
    ),
    "two_people_become_one": Told(
        [*plain("借款未还", "竹林归属"), ("坟山争议", "TH-SH-01", 1, ["冉大"]), ("补偿款", "TH-SH-01", 10, TWO)],
        [(at(3, "当事人"), "可能是一个人，也可能是两个人"), (at(4, "当事人"), "无法确定 双合村一组 指的是谁")],
        1,
        ["13900001111"],
        {"坟山争议": "〔当事人：冉大（谭二之妻）〕", "补偿款": "〔当事人：冉大、谭二等十余人〕"},
    ),
    "identity_number_in_text": Told(
        plain("编号很长"),
        [
            (at(2, "责任人"), "身份证"),
            (at(3, "化解措施及进展"), "身份证"),
            (at(4, "涉及人数"), "身份证"),
            (at(5, "类别"), "身份证"),
        ],
        1,
    ),
    "place_in_one_column": Told(
        [("田埂争执", "TH-QG-02", 1, ["冉一"]), ("路争执", "TH-SH-W1", 1, ["冉一"]), ("楼道", "TH-SQ-01", 1, ["冉一"])],
        [(at(5, "村民小组/网格"), "九组"), (at(6, "村民小组/网格"), "1 可能是")],
        1,
    ),
    "group_1_is_ambiguous": Told(
        [("丙", "TH-SH-W1", 2, TWO), ("丁", "TH-SH-02", 2, TWO)],
        [(at(2, "村民小组/网格"), "双合村第一网格"), (at(3, "村民小组/网格"), "双合村第一组")],
        1,
    ),
    "numbers_in_words": Told(
        [
            ("三人", "TH-SH-01", 3, TWO),
            ("十余人", "TH-SH-01", 10, TWO),
            ("约20人", "TH-SH-01", 20, TWO),
            ("2户5人", "TH-SH-01", 5, TWO),
            ("3人", "TH-SH-01", 3, TWO),
        ],
        [
            (at(7, "涉及人数"), "若干人 不是人数"),
            (at(8, "涉及人数"), "3-5人 不是人数"),
            (at(9, "涉及人数"), "3户 不是人数"),
        ],
        1,
        words={word: f"〔涉及人数：{word}〕" for word in ("三人", "十余人", "约20人", "2户5人")},
    ),
    "days_since_1904": Told([("数字", "TH-SH", 1, []), ("日期", "TH-SH", 1, []), ("文字", "TH-SH", 1, [])]),
    "rows_behind_a_filter": Told(
        plain("看得见", "筛掉了", "也筛掉了"), [(ALONE, "2 行案件被筛选或隐藏，已一并读取：第 3、4 行")]
    ),
    "one_case_over_two_rows": Told(
        [("同一批人", "TH-SH-01", 7, ["周海"]), ("另一件", "TH-SH-01", 7, ["周海"])],
        [
            (at(2, "诉求/纠纷简要"), "第 2 至 3 行合并为一格"),
            (at(3, "诉求/纠纷简要"), "第 2 至 3 行"),
            (at(4, "涉及人数"), "第 4 至 5 行"),
            (at(5, "涉及人数"), "第 4 至 5 行"),
        ],
        1,
    ),
    "a_hidden_ledger": Told([("看得见", "TH-SH", 1, [])], [("工作表“旧”", "该表已隐藏")], 1),
}


@dataclass
class Came:
    """What came of a workbook."""

    status: int
    said: list[str]
    cases: list[dict[str, Any]]


@pytest.fixture
def take(run: Callable[..., Any], tmp_path: Path) -> Callable[[bytes], Came]:
    """Import a workbook into a town that has only its units."""
    units = tmp_path / "units.csv"
    units.write_text(UNITS, "utf-8")
    assert run("units", "load", units).exit_code == 0

    def of(content: bytes) -> Came:
        file, out = tmp_path / "ledger.xlsx", tmp_path / "out.jsonl"
        file.write_bytes(content)
        outcome = run("ledger", "import", file, "--unit", "TH", "--errors", tmp_path / "errors.xlsx")
        assert outcome.exit_code in (0, 1), outcome.stderr
        assert run("cases", "export", out, "--with-contacts", "--reason", "核对").exit_code == 0
        cases = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
        return Came(outcome.exit_code, outcome.stderr.splitlines(), cases)

    return of


def assert_as_told(came: Came, told: Told) -> None:
    """Compare what came with what must come."""
    taken = [
        (case["title"], case["unit"], case["headcount"], [party["name"] for party in case["parties"]])
        for case in came.cases
    ]
    assert sorted(taken) == sorted(told.cases)
    about = [line for line in came.said if line.startswith("工作表")]
    assert len(about) == len(told.said), about
    for line, (begins, holds) in zip(about, told.said, strict=True):
        assert line.startswith(begins), line
        assert holds in line, line
    assert came.status == told.status
    phones = [party["phone"] for case in came.cases for party in case["parties"] if "phone" in party]
    assert sorted(phones) == sorted(told.phones)
    assert {
        case["title"]: case["description"] for case in came.cases if case["description"] in told.words.values()
    } == told.words
    assert all(
        event["holder"] in ("陈立", "周敏") for case in came.cases for event in case["events"] if "holder" in event
    )


@pytest.mark.parametrize("name", GIVEN_TOLD)
def test_a_ledger_that_failed_once_tells_the_truth(take: Callable[[bytes], Came], name: str) -> None:
    assert_as_told(take(GIVEN[name]()), GIVEN_TOLD[name])


@pytest.mark.parametrize("name", OWN_TOLD)
def test_and_so_does_another_of_its_kind(take: Callable[[bytes], Came], name: str) -> None:
    assert_as_told(take(OWN[name]()), OWN_TOLD[name])


@pytest.mark.skipif(not SHARED.exists(), reason="the shared ledgers are not here")
@pytest.mark.parametrize("name", GIVEN_TOLD)
def test_the_very_files_tell_the_truth(take: Callable[[bytes], Came], name: str) -> None:
    assert_as_told(take((SHARED / f"{name}.xlsx").read_bytes()), GIVEN_TOLD[name])


@pytest.mark.skipif(not SHARED.exists(), reason="the shared ledgers are not here")
def test_no_shared_file_is_forgotten() -> None:
    assert {path.stem for path in SHARED.glob("*.xlsx")} == set(GIVEN_TOLD) == set(GIVEN)


def test_a_ledger_without_its_headings_is_refused_listing_what_is_there_and_what_is_read(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "ledger.xlsx").write_bytes(OWN["headings_of_other_offices"]())
    outcome = run("ledger", "import", tmp_path / "ledger.xlsx", "--unit", "TH")
    assert outcome.exit_code == 1
    assert "没有包含所需表头的行：所属村(社区)。表中的表头：序号、信访人、信访时间" in outcome.stderr
    assert "乡村名录" in outcome.stderr
    assert "属地、" in outcome.stderr


def test_the_rows_to_mend_keep_their_sheets_and_what_was_merged(take: Callable[[bytes], Came], tmp_path: Path) -> None:
    take(OWN["three_month_sheets"]())
    (sheet,) = read_book((tmp_path / "errors.xlsx").read_bytes())
    assert (sheet.name, sheet.rows[-1][8]) == ("青冈", "坏行")
    take(OWN["one_case_over_two_rows"]())
    (sheet,) = read_book((tmp_path / "errors.xlsx").read_bytes())
    assert [row[8] for row in sheet.rows[1:]] == ["承包地", "承包地", "下一件", "再一件"]
    assert [row[7] for row in sheet.rows[1:]] == [2, 2, 12, 12]


def _seats_and_sides() -> bytes:
    return one(
        row(1, "甲", 责任领导="周敏、罗江、陈立", 责任人="周敏、白河"), row(2, "乙", 责任人="陈立等3人", 当事人="甲方：冉大 乙方：谭二、周海"),
        row(3, "丙", 当事人="被申请人：太和砖厂"), row(4, "丁", 当事人="信访人：冉大；代理人：谭二", 来源="来访", 涉及人数="十余人"),
    )  # fmt: skip


LOOPS = {"seats_and_sides": _seats_and_sides} | {
    name: OWN[name] for name in ("numbers_in_words", "two_people_become_one", "one_case_over_two_rows")
}


@pytest.mark.parametrize("name", LOOPS)
def test_what_was_read_goes_out_and_comes_in_again(
    take: Callable[[bytes], Came], run: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    first, out = take(LOOPS[name]()), tmp_path / "out.xlsx"
    assert run("ledger", "export", out, "--unit", "TH").exit_code == 0
    again = take(out.read_bytes())
    assert (again.status, again.said[-1]) == (0, f"新增 0 件，续记 0 件，未变 {len(first.cases)} 件，拒收 0 件")
    assert again.cases == first.cases


def test_a_ledger_on_record_as_it_was_first_read_adds_nothing(
    take: Callable[[bytes], Came], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names and numbers were read otherwise once, and merged cells not carried down; the row is known again."""
    content = one(
        row(1, "甲", 当事人="冉大 0851 22334455"), row(2, "乙", 当事人="冉大有，女，52岁"), row(3, "丙", 涉及人数="约20人"),
        row(4, "丁", 当事人="冉大 谭二"), row(5, "戊", 类别=None), row(6, "己", 责任人="陈立（１３９００００２２２２）"),
        merged="F5:F6",
    )  # fmt: skip
    with monkeypatch.context() as patch:
        patch.setattr("caseapp.actions.ledger.case_of", case_at_first)
        first = take(content)
    again = take(content)
    assert (len(first.cases), again.said[-1]) == (6, "新增 0 件，续记 0 件，未变 6 件，拒收 0 件")
    assert again.cases == first.cases
