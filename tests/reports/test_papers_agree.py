"""The page, the JSON, the workbook, the Word file and the PDF of one month say the same numbers: each is read back."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from caseapp.actions.imports import import_cases
from caseapp.db import unit_of_work
from caseapp.domain.rates.formulas import LINES, RATES
from caseapp.kernel.ratio import Ratio
from tests.office.read_pdf import texts
from tests.recount.histories import write_cases
from tests.recount.pure import TREE

pytestmark = pytest.mark.one_database

MONTH = "2025-07"
SENTENCE = (
    r"上期结转(?P<stock>\d+)件，本期新增(?P<new>\d+)件，反弹恢复(?P<returned>\d+)件，合计(?P<inflow>\d+)件。"
    r"期末已化解(?P<resolved>\d+)件，办结未化解(?P<closed_unresolved>\d+)件，转出(?P<left>\d+)件，未办结(?P<open>\d+)件"
)
SAID = {"net": "化解率", "verified": "核实化解率"}
IN_ITEMS = {"ontime": "按期办结率", "notice": "及时告知率", "visit": "回访及时率", "seats": "五包一到位率"}


@pytest.fixture
def told(system, run, kept):
    """A month of invented histories, as the command tells it."""

    def make() -> None:
        with unit_of_work(system.session):
            import_cases(system, enumerate(write_cases(4242, 120, TREE), start=1))

    kept.begin("month_of_papers", make)
    found = json.loads(run("report", "month", MONTH, "--unit", "TH", "--json", "--as", "auditor").stdout)
    assert found["lines"]["inflow"] > 10
    return found


@pytest.fixture
def client(told, browse):
    return browse("auditor")


def paired(rate) -> str:
    return f"{Ratio(**rate).percent}（{rate['n']}/{rate['d']}）"


def test_the_page_says_what_the_json_says(told, client):
    page = client.get(f"/reports/TH/{MONTH}").text
    for key in LINES:
        assert f'/reports/TH/{MONTH}/cases/{key}">{told["lines"][key]}</a>' in page, key
    for key in RATES:
        rate = told["rates"][key]
        for side in ("n", "d"):
            assert f'/reports/TH/{MONTH}/cases/{key}.{side}">{rate[side]}</a>' in page, key
        assert f"<strong>{Ratio(**rate).percent}</strong>" in page, key
    for kind in ("village", "category", "tier"):
        for key, part in told[f"by_{kind}"].items():
            for line in ("new", "resolved", "open"):
                count = part["lines"][line]
                link = f'/cases/{line}?part={kind}:{key}">{count}</a>'
                assert (link in page) == bool(count), (kind, key, line)


def flat(figures) -> dict[str, int]:
    """The figures for the county by the names they are opened by."""
    found = {key: value for key, value in figures.items() if isinstance(value, int)}
    found |= {f"{channel}.{key}": n for channel, both in figures["items_by_channel"].items() for key, n in both.items()}
    rates = {key: value for key, value in figures.items() if isinstance(value, dict) and key != "items_by_channel"}
    return found | {f"{key}.{side}": n for key, rate in rates.items() for side, n in rate.items()}


def test_each_figure_for_the_county_stands_on_the_page_and_opens_its_cases(told, client):
    page = client.get(f"/reports/TH/{MONTH}").text
    figures = flat(told["county"])
    assert figures["people"] > figures["items"] > 3
    for name, count in figures.items():
        linked = f'/reports/TH/{MONTH}/cases/county.{name}">{count}</a>' in page
        assert linked == (bool(count) or name[-2:] in (".n", ".d")), name
    for name in ("people", "once.n", "visit.items", "pet_satisfied.d"):
        behind = client.get(f"/reports/TH/{MONTH}/cases/county.{name}")
        assert f'<span class="count">{figures[name]}</span>' in behind.text, name
    for unknown in ("county.items.n", "county.moon", "apart.accusations", "apart.moon"):
        assert client.get(f"/reports/TH/{MONTH}/cases/{unknown}").status_code == 404


def test_what_stands_apart_opens_its_cases(told, client):
    for key, count in told["apart"].items():
        if key != "accusations":
            page = client.get(f"/reports/TH/{MONTH}/cases/apart.{key}").text
            assert f'<span class="count">{count}</span>' in page, key


def test_the_sheets_for_the_county_say_what_the_json_says(told, client):
    book = load_workbook(BytesIO(client.get(f"/reports/TH/{MONTH}.xlsx").data), data_only=True)
    rows = {
        row[0].value: [cell.value for cell in row[1:7]]
        for name in ("报县信访局", "报县委政法委")
        for row in book[name].iter_rows(min_row=4)
    }
    both = told["county"], told["year_to_date"]["county"]
    assert rows["信访件次"] == [cell for one in both for cell in (one["items"], one["people"], None)]
    assert rows["受理纠纷"] == [cell for one in both for cell in (one["disputes"], one["dispute_people"], None)]
    visits = [one["items_by_channel"].get("visit", {"items": 0, "people": 0}) for one in both]
    assert rows["来访"] == [cell for one in visits for cell in (one["items"], one["people"], None)]
    for key, name in {
        "accepted_in_time": "及时受理率",
        "once": "一次性化解率",
        "mediation_success": "调解成功率",
    }.items():
        pairs = [(cells[0], cells[1]) for cells in (rows[name][:3], rows[name][3:])]
        assert pairs == [(one[key]["n"], one[key]["d"]) for one in both], name


def test_the_csv_has_the_figures_for_the_county(told, client):
    rows = client.get(f"/reports/TH/{MONTH}.csv").data.decode("utf-8-sig").splitlines()
    assert f"month,,county.items,,,{told['county']['items']}" in rows
    once = told["county"]["once"]
    assert f"month,,county.once,{once['n']},{once['d']},{Ratio(**once).percent}" in rows


def check_text(text, told):
    """The sentences of the document: the identity, both rates, items with n and d."""
    text = re.sub(r"\s", "", text)
    found = re.search(SENTENCE, text)
    assert found
    assert {key: int(count) for key, count in found.groupdict().items()} == {
        key: told["lines"][key] for key in found.groupdict()
    }
    for key, name in SAID.items():
        assert f"{name}{paired(told['rates'][key])}" in text, key
    for key, name in IN_ITEMS.items():
        rate = told["rates"][key]
        assert re.search(rf"{name}{re.escape(Ratio(**rate).percent)}[（(]{rate['n']}/{rate['d']}[）)]", text), key
    county = told["county"]
    assert f"受理信访{county['items']}件次、{county['people']}人次" in text
    assert f"受理矛盾纠纷{county['disputes']}件、涉及{county['dispute_people']}人" in text
    assert f"一次性化解率{paired(county['once'])}" in text


def test_the_word_file_says_what_the_json_says(told, client):
    document = Document(BytesIO(client.get(f"/reports/TH/{MONTH}.docx").data))
    check_text("\n".join(paragraph.text for paragraph in document.paragraphs), told)
    rows = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in document.tables[0].rows}
    columns = ("stock", "new", "returned", "inflow", "resolved", "closed_unresolved", "left", "open")
    for code, part in told["by_village"].items():
        assert rows[TREE.place(code).name][:8] == [str(part["lines"][key]) for key in columns], code
    late = [[cell.text for cell in row.cells] for row in document.tables[1].rows[1:]]
    assert [(row[0], int(row[3])) for row in late] == [(item["case"], item["days_late"]) for item in told["overdue"]]


def test_the_pdf_says_what_the_json_says(told, client, chinese_font):
    pages = "".join(texts(client.get(f"/reports/TH/{MONTH}.pdf").data))
    check_text(re.sub(r"—\d+—", "", re.sub(r"\s", "", pages)), told)
    flat = re.sub(r"\s", "", pages)
    for item in told["overdue"]:
        assert item["case"] in flat


def test_the_workbook_says_what_the_json_says(told, client):
    sheet = load_workbook(BytesIO(client.get(f"/reports/TH/{MONTH}.xlsx").data), data_only=True).worksheets[1]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(place for place, row in enumerate(rows) if row[0] == "上期结转")
    figures = rows[start : start + len(LINES) + len(RATES)]
    assert [row[1] for row in figures[: len(LINES)]] == [told["lines"][key] for key in LINES]
    assert [row[1:3] for row in figures[len(LINES) :]] == [
        [told["rates"][key]["n"], told["rates"][key]["d"]] for key in RATES
    ]
    shown = [f"{row[3]:.1f}%" if isinstance(row[3], int | float) else row[3] for row in figures[len(LINES) :]]
    assert shown == [Ratio(**told["rates"][key]).percent for key in RATES]
