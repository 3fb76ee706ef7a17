"""Ledgers going out: the export, and the workbook of rows that want mending (contract §5)."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from caseapp.domain.exchange.columns import HEADINGS, KEYS, find_headings
from caseapp.domain.exchange.ledger import case_of, row_to_case
from caseapp.domain.exchange.ledger_book import LedgerSheet, read_ledgers
from caseapp.domain.exchange.ledger_out import LedgerView, case_to_row, error_rows
from caseapp.domain.exchange.ledger_row import RowProblems
from caseapp.domain.exchange.ledger_sheet import ledger_rows
from caseapp.domain.exchange.ledger_units import UnitLookup
from caseapp.office.xlsx import ReadSheet, read_book, read_sheet, write_sheet
from tests.exchange.ledger_world import LOOKUP, NEEDED, TODAY, case, sheet
from tests.exchange.office_ledgers import DAY, UNITS, book, one, row
from tests.exchange.office_ledgers import HEADINGS as OFFICE

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
LEDGER, TREE = SHARED / "real-ledger-2018-2019.xlsx", SHARED / "taihe-units.csv"

OFFICE_UNITS = UnitLookup(
    (unit["code"], unit["parent"], unit["tier"], unit["name"]) for unit in csv.DictReader(UNITS.splitlines())
)

VIEW = LedgerView(
    number="太调〔2024〕0007号", registered_on=date(2024, 6, 3), village="双合村", group="第一组", title="两家争水渠",
    description="〔类别：物业〕\n〔备注：雨季再看\n另见〔2023〕3号〕", channel="screening", risk="yellow",
    parties=("李某", "王某"), headcount=7,
    tier="village", lead="赵原", dept="司法所", liaison="孙坡", mediations=2, evidence="化解方式：公证；现场划定水路",
    due_on=date(2024, 7, 3), light="green", resolved_on=date(2024, 6, 20), method="other", visited_on=date(2024, 6, 27),
    visit_result="fulfilled", score="satisfied", reopenings=1, is_repeat=True, state="verified",
)  # fmt: skip


def cells(view: LedgerView) -> dict[str, object]:
    return dict(zip(KEYS, case_to_row(view, 1), strict=True))


def test_a_case_is_written_in_the_order_of_the_columns() -> None:
    assert case_to_row(VIEW, 4) == [
        4, "太调〔2024〕0007号", date(2024, 6, 3), "网格排查", "双合村", "第一组", "物业", "较大", "李某、王某", 7,
        "两家争水渠", "村", "赵原",
        "司法所", "孙坡", 2, "现场划定水路", date(2024, 7, 3), "正常", date(2024, 6, 20), "公证", "", date(2024, 6, 27),
        "已履行", "满意",
        "反弹1次、重复", "已核实", "雨季再看\n另见〔2023〕3号",
    ]  # fmt: skip


def test_an_open_case_shows_its_progress_and_no_resolution() -> None:
    view = LedgerView(
        "太信〔2024〕0001号", date(2024, 6, 3), "双合村", "水渠堵塞", progress="已约双方", state="handling"
    )
    found = cells(view)
    assert (found["progress"], found["method"], found["resolved_on"], found["state"]) == ("已约双方", "", "", "办理中")


def test_a_description_of_its_own_stands_under_the_title() -> None:
    view = LedgerView("1", date(2024, 6, 3), "双合村", "争水渠", "上游截水。")
    assert cells(view)["gist"] == "争水渠\n上游截水。"


@pytest.mark.parametrize(
    "gist", ["水渠堵塞", "两家争水渠多年。" + "雨天尤甚" * 40, "字" * 150, "第一行\n第二行", "短。\n后面"]
)
def test_gist_and_remarks_come_back_as_they_were_imported(gist: str) -> None:
    found = case(gist=gist, remarks="急", category="物业", progress="已约")
    view = LedgerView("1", date(2024, 6, 3), "双合村", str(found["title"]), str(found["description"]))
    row = cells(view)
    assert (row["gist"], row["remarks"], row["category"], row["progress"]) == (gist, "急", "物业", "已约")


def test_an_export_is_an_import() -> None:
    rows = read_sheet(write_sheet(HEADINGS, [case_to_row(VIEW, 1)], title="太和镇台账"))
    (row,) = ledger_rows(rows, find_headings(rows)).cases
    found = row_to_case(row.cells, LOOKUP, row.number, today=TODAY)
    assert (found["unit"], found["risk"], found["title"]) == ("TH-SH-01", "yellow", "两家争水渠")
    assert [event["kind"] for event in found["events"]] == [  # type: ignore[attr-defined]
        "registered", "seat_filled", "seat_filled", "seat_filled", "resolved", "return_visited", "rated",
    ]  # fmt: skip


def ledger(rows: list[list[object]]) -> LedgerSheet:
    (found,) = read_ledgers([ReadSheet("台账", rows)]).sheets  # type: ignore[arg-type, list-item]
    return found


def refused(sheet: LedgerSheet) -> list[RowProblems]:
    found = []
    for taken in sheet.rows.cases:
        try:
            case_of(taken, LOOKUP, TODAY)
        except RowProblems as problems:
            found.append(problems)
    return found


def test_the_error_workbook_holds_the_rows_to_mend_and_says_what() -> None:
    rows = sheet(
        NEEDED, NEEDED | {"village": "火星村", "risk": "紧急", "serial": 2}, NEEDED | {"registered_on": "24.6.3"}
    )
    found = ledger(rows)
    table = error_rows(found, refused(found))
    assert (table.title, table.headings) == ("太和镇台账", (*HEADINGS, "问题"))
    assert [row[:-1] for row in table.rows] == [tuple(rows[3]), tuple(rows[4])]
    assert table.rows[0][-1] == (
        "所属村(社区): no village or community of ours is called 火星村\n"
        "风险等级: 紧急 is not known here; write one of 一般、较大、重大"
    )


def test_the_mended_error_workbook_is_imported() -> None:
    rows = sheet(NEEDED | {"village": "火星村", "registered_on": date(2024, 6, 3), "number": "=1+1", "headcount": 3})
    found = ledger(rows)
    table = error_rows(found, refused(found))
    again = read_sheet(write_sheet(table.headings, table.rows, title=table.title))
    at = find_headings(again)
    again[at.row + 1][at.at["village"]] = "双合村"
    mended = ledger(again)  # type: ignore[arg-type]
    assert refused(mended) == []
    case_again = case_of(mended.rows.cases[0], LOOKUP, TODAY)
    assert (case_again["number"], case_again["headcount"]) == ("=1+1", 3)
    assert error_rows(mended, [RowProblems(3, [])]).headings == table.headings


def test_columns_about_a_person_do_not_come_out_again() -> None:
    rows: list[list[object]] = [["登记日期", "进京情况", "村", "诉求"], ["2024-06-03", "某年某月", "火星村", "水渠"]]
    found = ledger(rows)
    table = error_rows(found, refused(found), say=lambda problem: f"译:{problem}")
    assert table.headings == ("登记日期", "村", "诉求", "问题")
    assert "某年某月" not in table.rows[0]
    assert str(table.rows[0][-1]).startswith("所属村(社区): 译:no village")


@pytest.mark.skipif(not LEDGER.exists(), reason="the shared ledger is not here")
def test_every_row_of_a_real_ledger_is_taken() -> None:
    with TREE.open(encoding="utf-8") as lines:
        lookup = UnitLookup(
            (unit["code"], unit["parent"], unit["tier"], unit["name"]) for unit in csv.DictReader(lines)
        )
    (sheet,) = read_ledgers(read_book(LEDGER.read_bytes())).sheets
    found = [case_of(row, lookup, date(2026, 11, 23)) for row in sheet.rows.cases]
    assert len(found) == 897
    assert {one["track"] for one in found} == {"petition"}
    assert len({one["number"] for one in found}) == 897


NASTY = {
    "empty sheets before it": lambda: book(("Sheet1", []), ("Sheet2", [[None]]), ("台账", [OFFICE, row(1, "甲")])),
    "headings in row 30": lambda: book(("a", [*[[f"第{line}条"] for line in range(29)], OFFICE, row(1, "甲")])),
    "two rows of headings, merged": lambda: book(
        ("a", [["太和镇台账"], ["序号", "登记", "", "所属村", "当事人", "", "纠纷简要"], ["", "日期", "来源", "", "姓名", "电话", ""],
               [1, DAY, "排查", "双合村", "冉大", "13900001111", "甲"]]),
        merged="A2:A3 B2:C2 D2:D3 E2:F2 G2:G3",
    ),
    "wide digits": lambda: one(row(1, "甲", 登记日期="２０２４年６月３日", 涉及人数="３", 村民小组="１组")),
    "cells with line breaks": lambda: one(row(1, "甲", 村民小组="第一\n组", 登记日期="2024-06-03\n", **{"所属村（社区）": "双合\n村"})),
    "a date with a time": lambda: one(row(1, "甲", 登记日期="2024/6/3 上午9:30")),
    "notes and signatures": lambda: one(
        row(1, "甲"), ["填表说明：1.每月填一次"], [None, None, "以下空白"], ["※本表一式两份"], ["联系人：陈立", None, None, "电话：13900001111"],
        ["年  月  日"], [None] * 5 + ["2024年6月30日"], ["单位（盖章）：双合村村民委员会"], ["合  计", *[None] * 6, 5], ["二、青冈村"],
    ),
    "headings again on the next page": lambda: one(row(1, "甲"), ["太和镇台账（续）"], OFFICE),
    "a note over the whole width": lambda: one(row(1, "甲"), ["审批意见：同意"], [], merged="A3:O4"),
    "a case wholly merged over two rows": lambda: one(
        row(1, "甲"), [], merged=" ".join(f"{letter}2:{letter}3" for letter in "ABCDEFGHI")
    ),
    "a matter over several columns": lambda: one(row(1, "甲", 责任人=None), merged="I2:L2"),
    "formulas in columns nobody reads": lambda: one([*row(1, "甲"), "=B2+30"], [*[None] * 15, "=B3+30"], headings=[*OFFICE, "到期状态"]),
    "an unknown heading with errors": lambda: one([*row(1, "甲"), "#REF!"], headings=[*OFFICE, "上报人"]),
    "the county before the town": lambda: one(row(1, "甲", 村民小组=None, **{"所属村（社区）": "某省某县太和镇双合村（一组）"})),
    "a word that begins as a sum": lambda: one(row("合计", "甲")),
}  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_ledger_holds_its_one_case(name: str) -> None:
    found = read_ledgers(read_book(NASTY[name]()))  # type: ignore[no-untyped-call]
    cases = [case_of(one_row, OFFICE_UNITS, TODAY) for sheet in found.sheets for one_row in sheet.rows.cases]
    assert [(one_case["title"], one_case["events"][0]["at"][:10]) for one_case in cases] == [("甲", "2024-06-03")]  # type: ignore[index]
    assert str(cases[0]["unit"]).startswith("TH-SH")


NEVER_TAKEN = {
    "two days": {"登记日期": "2024-06-03\n2024-06-05"}, "a day and a remark": {"登记日期": "2024-6-3（补录）"},
    "a month": {"登记日期": "2024年6月"}, "an error typed": {"备注": "#REF!已修"}, "an error of another program": {"备注": "Err:502"},
    "households alone": {"涉及人数": "8（户）"}, "two villages": {"所属村（社区）": "双合村、青冈村"},
    "a group against a group": {"所属村（社区）": "双合村一组", "村民小组": "二组"}, "two groups": {"村民小组": "一组、二组"},
    "an identity number as a day": {"登记日期": "522121197001010011"},
}  # fmt: skip


@pytest.mark.parametrize("name", NEVER_TAKEN)
def test_a_row_that_is_not_certain_is_refused(name: str) -> None:
    (sheet,) = read_ledgers(read_book(one(row(1, "甲", **NEVER_TAKEN[name])))).sheets
    with pytest.raises(RowProblems):
        case_of(sheet.rows.cases[0], OFFICE_UNITS, TODAY)


def test_merged_cells_without_end_cost_no_more_than_the_sheet() -> None:
    rows = [["登记日期", "村", "诉求"], *[["2024-06-03", "双合村", f"第{line}件"] for line in range(200)]]
    merged = [((1, 1), (10**7, 1))] * 5_000 + [((2, 0), (199, 0))] * 5_000
    assert len(ledger_rows(rows, find_headings(rows), merged).cases) == 200
