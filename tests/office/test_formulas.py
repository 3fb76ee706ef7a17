"""Cells that work themselves out carry what they give."""

from __future__ import annotations

import io

import openpyxl

from caseapp.kernel.ratio import Ratio
from caseapp.office.xlsx import Formula, Worksheet, read_sheet, write_book
from caseapp.office.xlsx_formulas import percent, total
from tests.office.packages import SHEET_PART, parts_of


def book() -> bytes:
    rows = [[total(1, 3, 4, 7), percent("A2", "A4", 175.0), Formula('"<"&A3&"&"', "<3&")], [3, "=A1", ""], [4, "", ""]]
    return write_book([Worksheet("甲", ["a", "b", "c"], rows, sums=1, fixed=1, foot=("脚注",))])


def test_a_formula_stands_beside_its_value_and_text_stays_text():
    data = book()
    assert read_sheet(data)[1:3] == [[7, 175, "<3&"], [3, "=A1", ""]]
    formulas = openpyxl.load_workbook(io.BytesIO(data)).active
    assert (formulas["A2"].value, formulas["B3"].value, formulas["B3"].data_type) == ("=SUM(A3:A4)", "=A1", "s")
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active
    assert [cell.value for cell in values[2]] == [7, 175, "<3&"]
    assert parts_of(data)[SHEET_PART].count(b"<f>") == 3
    assert data == book()


def test_a_sheet_with_a_foot_says_what_is_printed_and_what_stays_in_sight():
    sheet = openpyxl.load_workbook(io.BytesIO(book())).active
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.print_title_cols) == ("B2", "$1:$1", "$A:$A")
    assert sheet.print_area == "'甲'!$A$1:$C$5"


def test_the_sum_of_no_rows_is_nothing():
    assert total(2, 3, 2, 0) == Formula("0", 0)


def test_the_formula_of_a_percentage_rounds_as_the_report_does():
    """The same arithmetic in binary fractions, which is what a spreadsheet has."""
    for d in range(1, 61):
        for n in range(d + 1):
            worked_out = int(float(2000 * n + d) / float(2 * d)) / 10
            assert f"{worked_out:.1f}%" == Ratio(n, d).percent, (n, d)
