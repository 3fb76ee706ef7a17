"""The month's workbook says what the JSON says, number by number; LibreOffice, working it out anew, agrees."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from flask_babel import force_locale, gettext

from caseapp.actions.imports import import_cases
from caseapp.actions.org import load_tree
from caseapp.db import db, unit_of_work
from caseapp.demo.township import build
from caseapp.domain.cases.words import CATEGORIES
from caseapp.domain.org.queries import load_units
from caseapp.domain.org.tree import Place
from caseapp.domain.rates.formulas import LINES as ALL_LINES
from caseapp.domain.rates.formulas import RATES
from caseapp.domain.reports.queries import read_report
from caseapp.domain.reports.report import as_json
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.periods import Month
from caseapp.kernel.ratio import Ratio
from caseapp.labels import label
from caseapp.office.xlsx import Worksheet, read_sheet, write_book
from caseapp.office.xlsx_formulas import percent, place
from caseapp.papers.county_sheets import county_sheets
from caseapp.papers.month_sheet import FIRST_PAIR, FIRST_RATE, LINES, NOW, TOTAL_ROW
from caseapp.papers.month_workbook import FIRST_FIGURE, HEADLINE, month_workbook
from tests.conftest import absent
from tests.office.read_pdf import texts

pytestmark = pytest.mark.one_database

FIXTURE = Path(__file__).resolve().parents[2].parent / "shared" / "fixtures" / "june-2024"
OFFICE = os.environ.get("CASEAPP_TEST_OFFICE", "")
LATE = datetime(2026, 11, 23, tzinfo=SHANGHAI)


def demo(system) -> None:
    town = build(7, date(2026, 11, 20))
    with unit_of_work(system.session):
        load_tree(system, [Place(**unit) for unit in town.units])
        assert not import_cases(system, enumerate(town.cases[:300], start=1)).refused


def june(system) -> None:
    if not FIXTURE.exists():
        pytest.skip("the worked example is not beside the checkout")
    with (FIXTURE / "units.csv").open(encoding="utf-8") as file:
        units = [
            Place(row["code"], row["parent"], row["tier"], row["kind"], row["name"]) for row in csv.DictReader(file)
        ]
    cases = [json.loads(text) for text in (FIXTURE / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    with unit_of_work(system.session):
        load_tree(system, units)
        assert not import_cases(system, enumerate(cases, start=1)).refused


def nothing(_system) -> None:
    """Nothing happened."""


MONTHS = {demo: Month(2025, 3), june: Month(2024, 6), nothing: Month(2020, 2)}
FULL = [("sqlite", june), pytest.param("postgres", june, marks=pytest.mark.postgres), ("sqlite", demo)]
of_full_months = pytest.mark.parametrize(("world", "month"), FULL, indirect=True)
of_any_month = pytest.mark.parametrize(("world", "month"), [*FULL, ("sqlite", nothing)], indirect=True)


@pytest.fixture
def month(request, system, kept):
    """A month, in a world that is filled once for all tests of it."""
    kept.begin(f"workbook_{request.param.__name__}", lambda: request.param(system))
    return MONTHS[request.param]


def made(ctx, month, unit="TH"):
    """The report and its workbook."""
    units = load_units(db.session)
    report = read_report(db.session, ctx.actor, units, unit, month, as_of=LATE)
    with force_locale("zh_Hans_CN"):
        return report, units, month_workbook(report, units, gettext, label)


def values(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def figures(told) -> list[object]:
    """What a row of the first sheet shows of a part of the JSON, up to the categories."""
    rates = {key: Ratio(**told["rates"][key]) for key in ("net", "verified")}
    row: list[object] = [rates[key].n if key in rates else told["lines"][key] for key in LINES]
    for rate in rates.values():
        row += [rate.n, rate.d, shown(rate)]
    return [*row, rates["net"].d, rates["net"].d - rates["net"].n]


def shown(rate: Ratio) -> object:
    return "—" if rate.d == 0 else float(rate.percent.rstrip("%"))


def cells(row) -> list[object]:
    return [cell.value for cell in row]


@of_any_month
def test_the_table_agrees_with_the_json(system, month):
    report, units, data = made(system, month)
    told, sheet = as_json(report), values(data).worksheets[0]
    villages = {code for code in units.subtree("TH") if units.tier(code) == "village"} | set(told["by_village"])
    assert cells(sheet[TOTAL_ROW])[1 : FIRST_PAIR - 1] == figures(told)
    nought = {"lines": dict.fromkeys(ALL_LINES, 0), "rates": {key: {"n": 0, "d": 0} for key in RATES}}
    for row, code in enumerate(sorted(villages), start=TOTAL_ROW + 1):
        found = cells(sheet[row])
        assert found[0] == units.place(code).name
        assert found[1 : FIRST_PAIR - 1] == figures(told["by_village"].get(code, nought))
        pairs = found[FIRST_PAIR - 1 :]
        assert [sum(pairs[0:-2:2]), sum(pairs[1:-2:2])] == pairs[-2:]
        assert sum(pairs[-2:]) == found[NOW - 1]
    assert cells(sheet[TOTAL_ROW + len(villages) + 1])[1 : FIRST_PAIR - 1] == figures(told["year_to_date"])
    for at, key in enumerate(CATEGORIES):
        net = Ratio(**told["by_category"].get(key, nought)["rates"]["net"])
        column = FIRST_PAIR + 2 * at
        assert cells(sheet[TOTAL_ROW])[column - 1 : column + 1] == [net.n, net.d - net.n], key
        assert str(net.d) in sheet.cell(3, column).value
    assert read_sheet(data)[TOTAL_ROW - 1][FIRST_RATE + 1] == figures(told)[FIRST_RATE]
    assert data == made(system, month)[2]


@of_full_months
def test_each_cell_of_village_and_category_is_the_report_narrowed_to_it(system, month):
    _report, units, data = made(system, month)
    sheet, told = values(data).worksheets[0], 0
    villages = {sheet.cell(row, 1).value: row for row in range(TOTAL_ROW + 1, sheet.max_row)}
    for at, category in enumerate(CATEGORIES):
        part = read_report(
            db.session, system.actor, units, "TH", month, as_of=LATE, narrowed={"category": category}
        ).part("village")
        for code, tally in part.items():
            net, row = tally.rate("net"), villages[units.place(code).name]
            pair = [sheet.cell(row, FIRST_PAIR + 2 * at + side).value for side in (0, 1)]
            assert pair == [net.n, net.d - net.n], (code, category)
            told += net.d
    assert told == sheet.cell(TOTAL_ROW, NOW).value > 5


@of_any_month
def test_the_other_sheets_agree_with_the_json(system, month):
    report, _units, data = made(system, month)
    told, book = as_json(report), values(data)
    windows = (told, told["year_to_date"], told["previous_month"], told["same_month_last_year"])
    lines = [[window["lines"][key] for window in windows] for key in ALL_LINES]
    assert [cells(row)[1::3] for row in book.worksheets[1].iter_rows(FIRST_FIGURE, 3 + len(lines))] == lines
    first = FIRST_FIGURE + len(lines)
    for row, key in zip(book.worksheets[1].iter_rows(first, first + len(RATES) - 1), RATES, strict=True):
        rates = [Ratio(**window["rates"][key]) for window in windows]
        assert cells(row)[1:] == [cell for rate in rates for cell in (rate.n, rate.d, shown(rate))]
    for sheet, kind in zip(book.worksheets[2:5], ("village", "category", "tier"), strict=True):
        parts = told[f"by_{kind}"]
        for row, key in enumerate(sorted(parts), start=3):
            assert cells(sheet[row])[1 : 1 + len(HEADLINE)] == [parts[key]["lines"][line] for line in HEADLINE]
        assert cells(sheet[2])[1] == sum(part["lines"]["stock"] for part in parts.values())


def without_values(data: bytes) -> bytes:
    """The workbook with only the formulas left: what is read afterwards was worked out by whoever opened it."""
    stripped = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stripped, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part))
    return stripped.getvalue()


def worked_out_anew(data: bytes, folder: Path) -> bytes:
    """What LibreOffice makes of the formulas alone."""
    if not OFFICE:
        absent("LibreOffice")
    (folder / "in").mkdir()
    source = folder / "in" / "book.xlsx"
    source.write_bytes(without_values(data))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return (folder / "out" / "book.xlsx").read_bytes()


def compare(data: bytes, anew: bytes) -> int:
    """Compare each formula's value with the one worked out; how many there were."""
    compared = 0
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    kept, found, bare = values(data), values(anew), values(without_values(data))
    for sheet in formulas:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            where = sheet.title, cell.coordinate
            assert bare[sheet.title][cell.coordinate].value is None, where
            assert found[sheet.title][cell.coordinate].value == kept[sheet.title][cell.coordinate].value, where
            compared += 1
    return compared


@of_any_month
@pytest.mark.libreoffice
def test_libreoffice_works_out_the_same(system, month, tmp_path):
    data = made(system, month)[2]
    assert compare(data, worked_out_anew(data, tmp_path)) > 100


@pytest.mark.libreoffice
@pytest.mark.parametrize(("world", "month"), [("sqlite", demo)], indirect=True)
def test_each_sheet_for_the_county_is_printed_on_one_page(system, month, tmp_path):
    report, units, _data = made(system, month)
    if not OFFICE:
        absent("LibreOffice")
    with force_locale("zh_Hans_CN"):
        (tmp_path / "book.xlsx").write_bytes(write_book(county_sheets(report, units, gettext, label)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "book.xlsx"]
    subprocess.run(command, check=True, capture_output=True, timeout=180, cwd=tmp_path)
    pages = texts((tmp_path / "book.pdf").read_bytes())
    assert [name in page for name, page in zip(("信访情况", "矛盾纠纷情况"), pages, strict=True)] == [True, True]


@pytest.mark.libreoffice
def test_libreoffice_rounds_as_the_report_does(tmp_path):
    rates = [Ratio(n, d) for d in range(61) for n in range(d + 1)]
    rows = [[r.n, r.d, percent(place(1, at), place(2, at), shown(r))] for at, r in enumerate(rates, start=2)]
    data = write_book([Worksheet("甲", ["n", "d", "%"], rows)])
    assert compare(data, worked_out_anew(data, tmp_path)) == len(rates)
