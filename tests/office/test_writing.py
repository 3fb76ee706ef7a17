"""Writing workbooks: what a cell shows is what was written."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from caseapp.office.xlsx import Worksheet, read_sheet, write_book, write_sheet
from tests.office.packages import SHEET_PART, parts_of


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@cmd", "#N/A", "=HYPERLINK(1)", "2024-06-03", "0012"])
def test_text_stays_text_whatever_it_looks_like(text: str) -> None:
    data = write_sheet([text], [[text]], title=text)
    assert read_sheet(data) == [[text], [text], [text]]
    cell = opened(data).active["A3"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert b"<f>" not in parts_of(data)[SHEET_PART]


def test_dates_and_numbers_are_dates_and_numbers() -> None:
    row = [date(2024, 6, 3), datetime(2024, 6, 3, 1, 30, tzinfo=UTC), 5, 1.5, Decimal("2.25"), True, None, ""]
    data = write_sheet(list("甲乙丙丁戊己庚辛"), [row])
    assert read_sheet(data)[1] == [date(2024, 6, 3), datetime(2024, 6, 3, 9, 30), 5, 1.5, 2.25, True, "", ""]  # noqa: DTZ001
    sheet = opened(data).active
    assert (sheet["A2"].number_format, sheet["B2"].number_format) == ("yyyy-mm-dd", "yyyy-mm-dd hh:mm")


def test_a_long_number_keeps_its_digits() -> None:
    assert read_sheet(write_sheet(["编号"], [[123456789012345678], [999999999999999]]))[1:] == [
        ["123456789012345678"],
        [999999999999999],
    ]


def test_what_no_workbook_can_hold_is_left_out_and_the_rest_is_kept() -> None:
    rows = [["甲\x00乙\ud800\x1f"], ["丙\r\n丁"], ["字" * 40_000], [date(1850, 1, 1)], ["喆犇㛃𠮷"]]
    read = [row[0] for row in read_sheet(write_sheet(["甲"], rows))[1:]]
    assert read[0] == "甲乙"
    assert str(read[1]).split() == ["丙", "丁"]
    assert (len(str(read[2])), str(read[2])[-1]) == (32_767, "…")
    assert read[3:] == ["1850-01-01", "喆犇㛃𠮷"]


def test_the_same_input_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = write_sheet(["甲"], [["乙", date(2024, 6, 3)]], title="台账")
    monkeypatch.setenv("TZ", "America/New_York")
    second = write_sheet(["甲"], [["乙", date(2024, 6, 3)]], title="台账")
    assert first == second
    assert b"2000-01-01T00:00:00Z" in parts_of(first)["docProps/core.xml"]


def test_a_sheet_is_laid_out_for_reading_and_printing() -> None:
    sheet = opened(write_sheet(["序号", "诉求"], [[1, "水渠"]], title="太和镇台账", widths=[6, 40])).active
    assert sheet.freeze_panes == "A3"
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:B1"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (
        "landscape",
        9,
        1,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$2:$2"
    assert (sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width) == (6, 40)
    assert (sheet["A2"].font.name, sheet["A2"].font.bold, sheet["A3"].border.left.style) == ("宋体", True, "thin")


def test_a_row_is_as_high_as_its_longest_text_and_a_wide_sheet_goes_on_a3() -> None:
    book = write_book(
        [Worksheet("台账", ["序号", "诉求"], [[1, "水渠"], [2, "字" * 100], [3, "一\n二\n三"]], widths=[6, 41])]
    )
    heights = opened(book).active.row_dimensions
    assert [heights[row].height for row in (1, 2, 3, 4)] == [20, 20, 76, 48]
    assert opened(write_sheet(["甲"] * 20, [], widths=[12] * 20)).active.page_setup.paperSize == 8


def test_a_book_has_its_sheets_their_notes_and_tabs_excel_accepts() -> None:
    month = Worksheet("2024/6 月:统计", ["村", "数"], [["双合村", 3]], title="月报", notes=["统计口径:rates.md"])
    book = opened(write_book([month, Worksheet("2024/6 月:统计", ["村"], []), Worksheet("'", ["村"], [])]))
    assert book.sheetnames == ["2024-6 月-统计", "2024-6 月-统计 2", "Sheet"]
    assert book.worksheets[0]["A4"].value == "统计口径:rates.md"
