"""Reading workbooks, honest ones and others (contract §5)."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from caseapp.kernel.errors import RuleViolation
from caseapp.office import xlsx_read
from caseapp.office.sheet_cells import Unreadable
from caseapp.office.xls_records import xls_facts
from caseapp.office.xlsx import read_book, read_sheet, write_sheet
from tests.office.packages import SHEET_PART, inline, old_xls, package, parts_of, workbook


def saved(book: openpyxl.Workbook) -> bytes:
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def refusal(data: bytes, **limits: int) -> str:
    with pytest.raises(RuleViolation) as caught:
        read_sheet(data, **limits)
    assert caught.value.field == "file"
    return str(caught.value)


def test_cells_keep_their_place_and_type() -> None:
    book = openpyxl.Workbook()
    book.active["B2"], book.active["C2"], book.active["D3"] = "双合村", 3, date(2024, 6, 3)
    book.active["E3"], book.active["F3"] = datetime(2024, 6, 3, 9, 30), 1.5  # noqa: DTZ001
    assert read_sheet(saved(book)) == [
        ["", "", "", "", "", ""],
        ["", "双合村", 3, "", "", ""],
        ["", "", "", date(2024, 6, 3), datetime(2024, 6, 3, 9, 30), 1.5],  # noqa: DTZ001
    ]


def test_a_workbook_that_counts_days_from_1904_gives_the_same_dates() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active["A1"] = date(2024, 6, 3)
    assert read_sheet(saved(book)) == [[date(2024, 6, 3)]]


def test_of_a_formula_its_value_is_taken_and_an_error_is_told() -> None:
    cells = '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"甲"</f><v>甲</v></c><c r="C1" t="e"><v>#REF!</v></c>'
    assert read_sheet(workbook(f'<row r="1">{cells}</row>')) == [[2, "甲", "#REF!"]]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ('<c r="B2"><f>A1+7</f></c>', "#CALC! =A1+7"),
        ('<c r="B2"><f>A1+7</f><v/></c>', "#CALC! =A1+7"),
        ('<c r="B2"><f>A1&amp;"人"</f><v></v></c>', '#CALC! =A1&"人"'),
        ('<c r="B2" t="e"><f>A1+7</f><v>#N/A</v></c>', "#N/A"),
        ('<c r="B2" t="e"/>', ""),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', ""),
        ('<c r="B2"><f>A1+7</f><v>0</v></c>', 0),
        ('<c r="B2" t="b"><f>1=1</f><v>1</v></c>', True),
    ],
)
def test_a_formula_nobody_worked_out_is_never_empty(cell: str, told: object) -> None:
    rows = read_sheet(workbook(f'<row r="1">{inline("A1", "甲")}</row><row r="2">{cell}{inline("C2", "乙")}</row>'))
    assert rows == [["甲", "", ""], ["", told, "乙"]]


def test_every_sheet_is_read_with_its_merged_cells_and_hidden_rows() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["A5"] = "村", "双合村", "#DIV/0!"
    book.active.merge_cells("A2:A4")
    book.active.row_dimensions[3].hidden = True
    book.create_sheet("空")
    book.create_sheet("旧").sheet_state = "hidden"
    first, empty, old = read_book(saved(book))
    assert (first.name, first.rows) == ("Sheet", [["村"], ["双合村"], [""], [""], ["#DIV/0!"]])
    assert (first.merged, first.hidden_rows, first.hidden) == ([((1, 0), (3, 0))], {3}, False)
    assert (empty.name, empty.rows, old.name, old.hidden) == ("空", [], "旧", True)


def test_an_old_xls_tells_its_errors_hidden_rows_and_merged_cells() -> None:
    (sheet,) = read_book(old_xls("faults"))
    assert sheet.rows == [["村", "人数", "日期"], ["双合村", "#VALUE!", 43984], ["", "#REF!", ""]]
    assert ([list(map(tuple, one)) for one in sheet.merged], sheet.hidden_rows) == ([[(1, 0), (2, 0)]], {3})
    assert sheet.since_1904


def test_sheets_that_together_are_larger_than_allowed_are_refused() -> None:
    book = openpyxl.Workbook()
    book.active["J10"] = book.create_sheet("二")["J10"] = "末"
    data = saved(book)
    assert len(read_book(data, max_cells=200)) == 2
    assert "the sheets together" in refusal(data, max_cells=199)


def test_an_old_xls_is_read() -> None:
    assert read_sheet(old_xls()) == [["登记日期", "村", "诉求", "人数"], [date(2024, 6, 3), "双合村", "水渠堵塞", 3]]


def test_a_broken_old_xls_is_refused_and_ends_nothing() -> None:
    data = old_xls()
    for cut in (100, 600, 2000, len(data) - 600):
        assert "damaged" in refusal(data[:cut])
    assert "damaged" in refusal(data[:2600] + b"\xff" * 800 + data[3400:])


def test_an_old_xls_whose_sectors_go_in_a_circle_is_read_no_further_than_it_is_long() -> None:
    data = bytearray(old_xls("faults") + bytes(2**20))
    table = (struct.unpack_from("<I", data, 76)[0] + 1) * 512
    for sector in range(128):
        struct.pack_into("<I", data, table + 4 * sector, sector)
    with suppress(Unreadable):
        xls_facts(bytes(data))


def test_bytes_changed_at_random_end_in_facts_or_in_damaged() -> None:
    chance, whole = random.Random(7), old_xls("faults")
    for _ in range(500):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 5, 40))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(Unreadable):
            xls_facts(bytes(data[: chance.choice((len(data), 600, 3000))]))


def test_a_hidden_first_sheet_is_passed_over() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "草稿"
    book.active.sheet_state = "hidden"
    book.create_sheet("台账")["A1"] = "台账"
    assert read_sheet(saved(book)) == [["台账"]]


def test_a_million_declared_but_empty_rows_cost_nothing() -> None:
    formatted = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(2, 20_000))
    rows = f'<row r="1">{inline("A1", "甲")}</row>{formatted}<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert read_sheet(workbook(rows, "A1:XFD1048576")) == [["甲"]]


def test_two_cells_in_opposite_corners_do_not_fill_the_memory() -> None:
    rows = f'<row r="1">{inline("A1", "甲")}</row><row r="1048576">{inline("XFD1048576", "乙")}</row>'
    assert refusal(workbook(rows)) == (
        "the sheet reaches to row 1048576 and column 16384; that is more than is read at once"
    )


def test_more_rows_than_a_ledger_has_are_refused() -> None:
    data = write_sheet(["甲"], [[place] for place in range(30)])
    assert len(read_sheet(data, max_rows=31)) == 31
    assert "31 rows" in refusal(data, max_rows=30)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table>", "a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "a web page or XML"),
        ("登记日期,村,诉求\n2024-06-03,双合村,水渠".encode("gb18030"), "a text file (CSV)"),
        ("登记日期\t村\n".encode(), "a text file (CSV)"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not an Excel workbook"),
        (b"%PDF-1.7 nothing", "not an Excel workbook"),
    ],
)
def test_what_is_no_workbook_is_said_to_be_none(data: bytes, said: str) -> None:
    assert said in refusal(data)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    assert "not an Excel workbook" in refusal(package({"word/document.xml": b"<a/>"}))
    assert "not an Excel workbook" in refusal(package({}))


def test_a_truncated_workbook_is_refused() -> None:
    data = write_sheet(["甲"], [["乙"]])
    for cut in (10, len(data) // 2, len(data) - 5):
        assert "damaged" in refusal(data[:cut])


def test_a_part_that_is_no_xml_or_fails_its_checksum_is_refused() -> None:
    assert "damaged" in refusal(package(parts_of(write_sheet(["甲"], [])) | {SHEET_PART: b"<worksheet><row"}))
    stored = package(parts_of(write_sheet(["甲"], [["ZQXJK"]])), zipfile.ZIP_STORED)
    assert "damaged" in refusal(stored.replace(b"ZQXJK", b"ZQXJL"))


def test_a_workbook_without_sheets_is_refused() -> None:
    parts = parts_of(write_sheet(["甲"], []))
    book = parts["xl/workbook.xml"]
    start, end = book.index(b"<sheets>"), book.index(b"</sheets>")
    assert refusal(package(parts | {"xl/workbook.xml": book[:start] + b"<sheets>" + book[end:]})) == (
        "the workbook has no sheet to read"
    )


def test_a_zip_bomb_is_not_unpacked() -> None:
    parts = parts_of(write_sheet(["甲"], []))
    assert "would unpack to" in refusal(package(parts | {"xl/media/a.xml": b"\0" * (40 * 2**20)}))


def test_a_bomb_that_declares_a_small_size_is_not_unpacked_either(monkeypatch: pytest.MonkeyPatch) -> None:
    name, size = "xl/a.xml", 60 * 2**20
    data = bytearray(package(parts_of(write_sheet(["甲"], [])) | {name: b" " * size}))
    for at in range(len(data) - 4):
        if data[at : at + 4] == struct.pack("<I", size):
            data[at : at + 4] = struct.pack("<I", 100)
    assert "damaged" in refusal(bytes(data))


def test_thousands_of_parts_are_refused() -> None:
    parts = {f"xl/{place}.xml": b"<a/>" for place in range(xlsx_read.MAX_ENTRIES + 1)}
    assert "2001 parts" in refusal(package(parts))


def test_a_file_larger_than_any_ledger_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_read, "MAX_BYTES", 2**20)
    assert refusal(b"PK\x03\x04" + b"\0" * 2**20) == "the file is larger than 1 MB"


@pytest.mark.parametrize("part", [SHEET_PART, "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_entities_are_neither_expanded_nor_fetched(part: str) -> None:
    before = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    parts = parts_of(write_sheet(["甲"], []))
    text = before.encode() + (parts.get(part) or b"<sst/>").partition(b"?>")[2] if part in parts else before.encode()
    assert "document type" in refusal(package(parts | {part: text + (b"" if part in parts else b"<sst/>")}))


def test_entities_hidden_by_another_encoding_are_found() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY x "y">]><worksheet/>'.encode("utf-16")
    assert "document type" in refusal(package(parts_of(write_sheet(["甲"], [])) | {SHEET_PART: text}))


def test_a_workbook_behind_a_password_says_so() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    assert "password" in refusal(ole)
    data = bytearray(write_sheet(["甲"], []))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "password" in refusal(bytes(data))
