"""The PDF of the monthly report is the Word file: the same words and numbers, those of the JSON."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn

from caseapp.actions.month_notes import return_note, submit_note
from caseapp.actions.org import load_rows
from caseapp.actions.reports import freeze_month
from caseapp.db import db, unit_of_work
from caseapp.domain.org.tree import Place
from caseapp.domain.org.unit_rows import UnitRow
from caseapp.kernel.periods import Month
from tests.cases.make import do, head, log, moment
from tests.office.read_pdf import texts

pytestmark = [pytest.mark.usefixtures("chinese_font"), pytest.mark.one_database]
OCTOBER = Month(2026, 10)


@pytest.fixture
def october(as_user) -> None:
    first = log(as_user("grid"), head(title="独此标题"), at=moment(2026, 10, 5, 9))
    log(as_user("grid"), head(category="land"), at=moment(2026, 10, 8, 9))
    log(as_user("grid2"), head(unit="TH-DS-01"), at=moment(2026, 10, 9, 9))
    do(as_user("grid"), first, "resolve", at=moment(2026, 10, 20, 9), method="mediation", evidence="协议")


def of_word(data: bytes) -> str:
    """All text of a Word file in its order, without white space."""
    body = Document(BytesIO(data)).element.body
    return "".join("".join(one.text or "" for one in body.iter(qn("w:t"))).split())


def of_pdf(data: bytes) -> str:
    """All text of a PDF in its order, without white space and page numbers."""
    pages = ["".join(text.split()) for text in texts(data)]
    assert [page[-len(f"—{number}—") :] for number, page in enumerate(pages, 1)] == [
        f"—{number}—" for number in range(1, len(pages) + 1)
    ]
    return "".join(page.removesuffix(f"—{number}—") for number, page in enumerate(pages, 1))


def both(client, address: str) -> tuple[str, str]:
    pdf, word = client.get(f"{address}.pdf"), client.get(f"{address}.docx")
    assert (pdf.status_code, word.status_code, pdf.mimetype) == (200, 200, "application/pdf")
    return of_pdf(pdf.data), of_word(word.data)


def test_it_says_word_for_word_what_the_word_file_says_and_the_numbers_of_the_json(october, browse, run):
    pdf, word = both(browse("office"), "/reports/TH/2026-10")
    assert pdf == word
    told = json.loads(run("report", "month", "2026-10", "--unit", "TH", "--json").stdout)
    lines, rates = told["lines"], told["rates"]
    assert (
        f"上期结转{lines['stock']}件，本期新增{lines['new']}件，反弹恢复{lines['returned']}件，合计{lines['inflow']}件"
        in pdf
    )
    for name, key in (("化解率", "net"), ("核实化解率", "verified")):
        assert re.search(rf"{name}[\d.]+%（{rates[key]['n']}/{rates[key]['d']}）", pdf)
    assert told["overdue"]
    for item in told["overdue"]:
        assert item["case"] in pdf
    for village in told["by_village"].values():
        columns = ("stock", "new", "returned", "inflow", "resolved", "closed_unresolved", "left", "open")
        assert "".join(str(village["lines"][key]) for key in columns) in pdf
    assert "独此标题" not in pdf
    assert "周甲一" not in pdf


def test_a_month_with_nothing_in_it_is_a_document_all_the_same(browse):
    pdf, word = both(browse("office"), "/reports/TH/2026-09")
    assert pdf == word
    assert "附件1" in pdf


def test_long_and_rare_names_of_villages_are_whole(october, browse, system, as_user):
    name = "太和镇喆犇㛃畲族自治村民委员会第一片区"
    with unit_of_work(db.session):
        load_rows(system, [UnitRow(Place("TH-DS", "TH", "village", "村", name))], OCTOBER.window.start)
    pdf, word = both(browse("office"), "/reports/TH/2026-10")
    assert pdf == word
    assert name in pdf


def test_command_and_page_have_what_the_villages_submitted_and_only_that(october, browse, run, tmp_path, as_user):
    with unit_of_work(db.session):
        submit_note(as_user("village"), "TH-SH", OCTOBER, "山林界址不清\n另有一处", "集中踏勘")
        submit_note(as_user("village2"), "TH-DS", OCTOBER, "退回的话", "")
        return_note(as_user("office"), "TH-DS", OCTOBER, "请写明件数")
    paths = tmp_path / "o.pdf", tmp_path / "o.docx"
    assert run("report", "month", "2026-10", "--unit", "TH", "--pdf", paths[0], "--docx", paths[1]).exit_code == 0
    pdf, word = of_pdf(paths[0].read_bytes()), of_word(paths[1].read_bytes())
    assert pdf == word == both(browse("office"), "/reports/TH/2026-10")[0]
    assert "双合村：山林界址不清另有一处" in pdf
    assert "双合村：集中踏勘" in pdf
    assert "退回的话" not in pdf


def test_a_frozen_revision_is_the_document_of_its_instant(october, browse, clock, as_user):
    with unit_of_work(db.session):
        freeze_month(as_user("office"), "TH", OCTOBER)
    before = browse("office").get("/reports/TH/2026-10.pdf?revision=1").data
    clock.pass_by(days=1)
    log(as_user("grid"), head(), at=moment(2026, 10, 9, 9))
    client = browse("office2")
    assert client.get("/reports/TH/2026-10.pdf?revision=1").data == before
    assert client.get("/reports/TH/2026-10.pdf").data != before


@pytest.mark.parametrize(("who", "unit", "status"), [
    ("outsider", "TH", 404), ("village", "TH-SH", 200), ("village", "TH", 404), ("admin", "TH", 403),
])  # fmt: skip
def test_who_may_not_see_the_report_sees_no_pdf(october, browse, who, unit, status):
    assert browse(who).get(f"/reports/{unit}/2026-10.pdf").status_code == status


def test_without_a_font_the_page_and_the_command_say_what_mends_it(october, browse, run, tmp_path, monkeypatch):
    monkeypatch.setattr("caseapp.office.fonts.usual_folders", lambda: [tmp_path])
    answer = browse("office").get("/reports/TH/2026-10.pdf")
    assert answer.status_code == 422
    assert "fonts-noto-cjk" in answer.text
    outcome = run("report", "month", "2026-10", "--unit", "TH", "--pdf", tmp_path / "o.pdf")
    assert outcome.exit_code == 1
    assert "CASEAPP_FONT" in outcome.stderr
    assert not (tmp_path / "o.pdf").exists()
