"""Forms to print: blank ones say nothing of a case, filled ones what is on record, to who may see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from caseapp.actions.accusations import take_as_accusation
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.agreements import Agreement, Undertaking
from caseapp.domain.cases.events import Event, Party
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.documents.kinds import KINDS
from caseapp.domain.receipts.rights import rights_of
from caseapp.kernel.workdays import shipped
from caseapp.office.paper import Form
from caseapp.papers.files import write_paper
from caseapp.papers.forms import FORMS, form_paper, forms_of
from caseapp.papers.forms.facts import PAPERS, RESULTS, FormFacts
from caseapp.papers.forms.volume import named
from tests.cases.make import do, head, log
from tests.documents.make import add
from tests.issuing.make import issued, petitioned
from tests.office.read_pdf import texts

LONG_NAME = "阿卜杜热依木·买买提图尔荪·艾山江"
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


def happened(kind: str, **data: str) -> Event:
    return Event(kind, AT, AT, "liaison", data)


FACTS = FormFacts(
    organ="太和镇人民政府", court="平安县人民法院", number="太调〔2026〕0007号", track="dispute", title="两家排水沟纠纷",
    description="两家共用的排水沟被填埋。", channel="来访", category="邻里", unit="太和镇双合村第一组", headcount="3",
    handler="王丙三", requests="第1项：疏通排水沟\n第2项：赔偿损失", received_on=date(2026, 11, 2), registered_on=date(2026, 11, 3), accepted_on=date(2026, 11, 4),
    due_on=date(2026, 12, 3), resolved_on=date(2026, 11, 20),
    parties=(Party("respondent", "周甲一", "000-0000-1234", address="双合村一组12号"), Party("party", LONG_NAME)),
    sessions=(happened("mediated", result="adjourned"), happened("mediated", result="agreed", note="约定十日内疏通。")),
    visits=(happened("return_visited", result="performing", note="已挖开一半。"),),
    agreement=Agreement(
        "written", date(2026, 11, 18), "疏通排水沟。", "太和人调字第12号",
        (Undertaking(1, "周甲一", "付疏通费用", date(2026, 12, 1), LONG_NAME, Decimal(3000)),),
    ),
    confirm_by=date(2026, 12, 18),
    letters=("信访处理意见书（太信意〔2026〕1号）",), papers=("照片（材料1）",),
)  # fmt: skip


def told(slug: str, facts: FormFacts | None = None) -> str:
    """All that a form says as a Word file, without spaces."""
    paper = form_paper(slug, facts) if facts else form_paper(slug)
    document = Document(BytesIO(write_paper(paper, "docx")))
    cells = [cell.text for table in document.tables for row in table._tbl.tr_lst for cell in _cells(row, table)]
    return "".join("".join([*(one.text for one in document.paragraphs), *cells]).split())


def _cells(row, table):
    from docx.table import _Cell

    return [_Cell(one, table) for one in row.tc_lst]


@pytest.mark.one_database
@pytest.mark.parametrize("slug", FORMS)
def test_a_blank_one_says_nothing_of_a_case_and_a_filled_one_fits_its_pages(slug):
    blank = told(slug)
    assert "2026" not in blank
    assert LONG_NAME not in blank
    for facts in (None, FACTS):
        paper = form_paper(slug, facts) if facts else form_paper(slug)
        pages = texts(write_paper(paper, "pdf"))
        assert 1 <= len(pages) <= 2
        drawn = "".join("".join(pages).replace("— 1 —", "").replace("— 2 —", "").split())
        assert sorted(drawn) == sorted(told(slug, facts)), "Word and PDF say the same"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("slug", "parts"),
    [
        (
            "application",
            ("申请人" + LONG_NAME, "被申请人周甲一", "联系电话000-0000-1234", "住址双合村一组12号", "排水沟被填埋"),
        ),
        ("intake", ("案件编号太调〔2026〕0007号", "受理日期2026年11月3日", "发生地太和镇双合村第一组")),
        (
            "rights",
            ("接受调解、拒绝调解或者要求终止调解", "三十日内共同向人民法院申请司法确认", f"{LONG_NAME}、周甲一："),
        ),
        ("session", ("2026年11月23日", "达成协议。约定十日内疏通。", "人民调解员王丙三")),
        (
            "confirmation",
            ("2026年11月18日", "太和人调字第12号", "3,000", "平安县人民法院", "最迟于2026年12月18日由各方共同提出"),
        ),
        ("performance", ("太和人调字第12号", "履行人签名")),
        ("ended", ("经人民调解委员会2次调解未能达成一致", "申请仲裁、请求有关行政机关处理，或者向人民法院起诉")),
        ("visit", ("正在履行。已挖开一半。", "协议编号太和人调字第12号")),
        ("closing", ("结案日期2026年11月20日", "协议形式书面")),
        ("cover", (f"{LONG_NAME}与周甲一邻里纠纷", "2026年11月3日至2026年11月20日")),
        ("contents", ("1信访处理意见书（太信意〔2026〕1号）", "2照片（材料1）")),
    ],
)
def test_a_form_of_a_dispute_has_what_is_on_record(slug, parts):
    whole = told(slug, FACTS)
    for part in parts:
        assert part in whole


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("slug", "parts"),
    [
        ("register", ("信访形式来访", "收到日期2026年11月2日", "两家共用的排水沟被填埋", "收到的材料（原件已退还）照片（材料1）", "诉求（逐项）第1项：疏通排水沟第2项：赔偿损失")),
        ("extension_sheet", ("受理日期2026年11月4日", "原定期限2026年12月3日")),
        ("representatives", ("不超过5人", "不得代为和解或者放弃权利")),
        ("simple", ("收到日期2026年11月2日",)), ("hearing", ("听证事项两家排水沟纠纷",)),
        ("final", ("复核意见",)), ("reception", ("承诺事项和完成日期",)), ("cover", ("卷名两家排水沟纠纷",)),
    ],
)  # fmt: skip
def test_a_form_of_a_petition_has_what_is_on_record(slug, parts):
    whole = told(slug, replace(FACTS, track="petition"))
    for part in parts:
        assert part in whole


@pytest.mark.one_database
def test_each_result_has_a_word_and_a_file_without_names_has_its_title():
    for result in RESULTS:
        assert RESULTS[result] in told("session", replace(FACTS, sessions=(happened("mediated", result=result),)))
    assert named(replace(FACTS, parties=())) == "两家排水沟纠纷"
    assert named(replace(FACTS, parties=(Party("party", "周甲一"),))) == "周甲一邻里纠纷"


@pytest.mark.one_database
def test_each_kind_of_paper_has_a_word_on_the_list_of_the_file():
    assert set(PAPERS) == set(KINDS)


@pytest.mark.one_database
def test_no_row_of_a_form_is_parted():
    blocks = form_paper("register", FACTS).blocks
    rows = sum(len(block.rows) for block in blocks if isinstance(block, Form))
    document = Document(BytesIO(write_paper(form_paper("register", FACTS), "docx")))
    assert sum(table._tbl.xml.count("w:cantSplit") for table in document.tables) == rows


@pytest.mark.either_database
def test_forms_are_taken_from_the_page_of_a_case_and_blank(browse, as_user):
    number, office = log(as_user("grid")), browse("office")
    assert f"/forms/of/{number}" in office.get(f"/cases/{number}").text.replace("%E5%A4%AA%E8%B0%83", "太调").replace(
        "%E3%80%94", "〔"
    ).replace("%E3%80%95", "〕").replace("%E5%8F%B7", "号")
    page = office.get(f"/forms/of/{number}").text
    assert "人民调解申请书" in page
    assert "信访事项登记表" not in page
    assert "信访事项登记表" in office.get("/forms").text
    blank = office.get("/forms/blank/session.docx")
    assert "周甲一" not in "".join(cell.text for table in Document(BytesIO(blank.data)).tables for cell in table._cells)
    for address in (f"/forms/register/docx/{number}", f"/forms/nothing/docx/{number}", f"/forms/session/odt/{number}"):
        assert office.get(address).status_code == 404
    for address in ("/forms/blank/nothing.docx", "/forms/blank/session.odt", "/forms/of/1"):
        assert office.get(address).status_code == 404


def _of(answer) -> str:
    return "".join(cell.text for table in Document(BytesIO(answer.data)).tables for cell in table._cells)


@pytest.mark.either_database
def test_telephone_numbers_stand_in_it_for_who_may_see_them_and_that_is_on_record(browse, as_user):
    number = log(as_user("grid"))
    office, grid = browse("office"), browse("grid")
    assert "000-0000-1234" in _of(office.get(f"/forms/application/docx/{number}"))
    assert "000-0000-1234" not in _of(office.get(f"/forms/session/docx/{number}"))
    looks = select(AuditEntry.action, AuditEntry.actor).where(
        AuditEntry.action.in_(("contacts_revealed", "letter_taken"))
    )
    found = [tuple(row) for row in db.session.execute(looks.order_by(AuditEntry.seq))]
    assert found == [("contacts_revealed", "office"), ("letter_taken", "office"), ("letter_taken", "office")]
    before = len(found)
    answer = grid.get(f"/forms/application/docx/{number}")
    assert answer.status_code == 200
    revealed = "contacts_revealed" in [row[0] for row in db.session.execute(looks.order_by(AuditEntry.seq))][before:]
    assert revealed == ("000-0000-1234" in _of(answer))


@pytest.mark.either_database
@pytest.mark.usefixtures("office")
def test_the_list_of_the_file_has_the_letters_and_the_papers_of_the_case(browse, as_user, app):
    number = petitioned(as_user)
    letter = issued(as_user, number)
    add(as_user("office"), number, app.extensions["caseapp"].files, kind="evidence")
    whole = _of(browse("office").get(f"/forms/contents/docx/{number}"))
    assert f"信访事项受理告知书（{letter.number}）" in whole
    assert "证据材料（材料1）" in whole


@pytest.mark.either_database
@pytest.mark.usefixtures("office")
def test_an_accusation_has_none_and_who_does_not_see_a_case_finds_none(browse, as_user):
    number = petitioned(as_user)
    assert browse("outsider").get(f"/forms/of/{number}").status_code == 404
    with unit_of_work(db.session):
        accusation = take_as_accusation(as_user("office"), number).number
    discipline = browse("discipline")
    assert discipline.get(f"/cases/{accusation}").status_code == 200
    assert "/forms/of/" not in discipline.get(f"/cases/{accusation}").text
    assert discipline.get(f"/forms/of/{accusation}").status_code == 404
    assert discipline.get(f"/forms/register/docx/{accusation}").status_code == 404


@pytest.mark.either_database
def test_an_agreement_on_record_stands_in_the_application_to_the_court(browse, as_user):
    number = log(as_user("office"), head(unit="TH"))
    do(as_user("office"), number, "agree", form="written", effective_on="2026-11-23", text="疏通排水沟。")
    do(as_user("office"), number, "undertake", nth=1, who="周甲一", what="疏通", due_on="2026-12-01")
    document = Document(BytesIO(browse("office").get(f"/forms/confirmation/docx/{number}").data))
    whole = "".join(one.text for one in document.paragraphs)
    assert "周甲一于2026年12月1日前履行：疏通" in whole
    assert "最迟于2026年12月23日" in whole
    assert set(forms_of("dispute")) | set(forms_of("petition")) == set(FORMS)


@pytest.mark.either_database
def test_the_court_is_asked_within_thirty_days_of_the_agreement_whenever_the_matter_was_resolved(as_user, clock):
    clock.set(2026, 11, 23, 9)
    office = as_user("office")
    number = log(office, head(unit="TH"))
    do(office, number, "agree", form="oral", effective_on="2026-11-23", text="疏通排水沟。")
    clock.set(2026, 12, 3, 9)
    do(office, number, "resolve", method="mediation", evidence="已疏通")
    case = db.session.scalars(select(Case).where(Case.number == number)).one()
    rights = rights_of(load_history(db.session, case, office.units), shipped())
    assert [one.until for one in rights if one.kind == "confirmation"] == [date(2026, 12, 23)]
