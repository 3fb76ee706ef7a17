"""The agreement on paper: what the parties sign says what is on record, and the form has room for what is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from caseapp.db import db
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.agreements import Agreement, Undertaking
from caseapp.domain.cases.events import Party
from caseapp.kernel.yuan import in_words
from caseapp.office.makers import write_docx, write_pdf
from caseapp.papers.agreement import agreement_paper, clause
from tests.cases.make import do, log, petition
from tests.office.read_pdf import texts

LONG = "阿卜杜热依木·买买提图尔荪（双合村第三组，代表其父及两位兄弟共四户）"
PAID = Undertaking(1, "赵丁四", "修缮水沟", date(2026, 11, 30), "周甲一", Decimal("3000.50"), "村委会", "现金")
DONE = Undertaking(2, LONG, "恢复水沟原状", date(2026, 12, 20))
LATER = Undertaking(3, "赵丁四", "修缮水沟", date(2027, 1, 31), "周甲一", Decimal("2000"))
AGREED = Agreement("written", date(2026, 11, 23), "双方互不追究。", "(2026)太和人调字第12号", (PAID, DONE, LATER))
PARTIES = (Party("respondent", LONG, "000-0000-1234"), Party("party", "周甲一"), Party("party", ""))


def read(paper) -> str:
    document = Document(BytesIO(write_docx(paper)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_each_clause_says_who_pays_whom_what_by_when_where_and_how_in_figures_and_words_that_agree():
    assert clause(PAID) == (
        "赵丁四于2026年11月30日前在村委会以现金方式向周甲一支付人民币叁仟元伍角整（￥3,000.50），用于修缮水沟。"
    )
    assert clause(DONE) == f"{LONG}于2026年12月20日前履行：恢复水沟原状。"


def test_the_written_one_has_what_article_29_lists_and_no_number_of_a_telephone():
    told = read(agreement_paper(AGREED, "排水沟被堵，两家争执。", PARTIES))
    for part in (
        "人民调解协议书",
        "(2026)太和人调字第12号",
        "排水沟被堵，两家争执。",
        "双方互不追究。",
        "一式3份",
        "人民调解员（签名）",
        "加盖人民调解委员会印章",
    ):
        assert part in told
    assert f"合计{in_words(Decimal('5000.50'))}（￥5,000.50）" in told
    assert told.count(LONG) >= 3
    assert "000-0000-1234" not in told
    assert "信访" not in told


def test_the_oral_one_is_a_sheet_of_what_was_agreed_and_holds_from_that_day():
    told = read(agreement_paper(Agreement("oral", date(2026, 11, 23), "当面赔礼道歉。"), "口角。", ()))
    assert "人民调解口头协议登记表" in told
    assert "自各方当事人达成协议之日起生效" in told
    assert "2026年11月23日" in told


def test_word_and_pdf_say_the_same(chinese_font):
    paper = agreement_paper(AGREED, "排水沟被堵。", PARTIES)
    printed = "".join("".join(texts(write_pdf(paper, ()))).split())
    for line in read(paper).splitlines():
        assert "".join(line.split()) in printed, line


def test_it_is_taken_from_the_case_by_who_sees_it_on_record_and_blank_by_whoever_reads(as_user, browse):
    number = log(as_user("grid"))
    client = browse("village")
    assert client.get(f"/agreement/docx/{number}").status_code == 404
    do(as_user("village"), number, "agree", form="written", effective_on="2026-11-23", text="互不追究")
    answer = client.get(f"/agreement/docx/{number}")
    assert "互不追究" in read_answer(answer)
    assert client.get(f"/agreement/odt/{number}").status_code == 404
    assert browse("village2").get(f"/agreement/docx/{number}").status_code == 404
    assert db.session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "letter_taken")).all() == [number]
    assert "人民调解口头协议登记表" in read_answer(client.get("/agreement/blank/oral.docx"))
    assert client.get("/agreement/blank/other.docx").status_code == 404


@pytest.mark.one_database
def test_an_accusation_has_none(as_user, browse):
    number = log(as_user("office"), petition(petition_class="accusation"))
    assert browse("discipline").get(f"/agreement/docx/{number}").status_code == 404


def read_answer(answer) -> str:
    document = Document(BytesIO(answer.data))
    return "\n".join(one.text for one in document.paragraphs)
