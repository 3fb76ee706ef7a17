"""Letters of a petition whose requests are on record one by one: the notice of acceptance says what went elsewhere, the
opinion has facts, a ground and an opinion for each that stays (信访工作条例 art. 23, 32)."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from caseapp.actions.issuing import check_letter, draft_letter, issue_letter, send_back, sign_off, write_letter
from caseapp.actions.issuing_files import drawn
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import load_history
from caseapp.domain.issuing.models import Letter
from caseapp.domain.issuing.queries import written_in
from caseapp.kernel.errors import RuleViolation
from caseapp.web.entrance import word_of
from tests.cases.make import do
from tests.issuing.make import drafted, issued

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("office")]

ASKED = ("更正承包地确权面积", "补发2025年粮食补贴", "修复被压坏的机耕路")
MATTERS = f"第1项：{ASKED[0]}\n第2项：{ASKED[1]}"
WENT = "第3项（修复被压坏的机耕路）不属于我单位职权范围，请向县交通运输局提出。"
EACH = {
    "facts_1": "经实测，少登记0.6亩。", "basis_1": "《农村土地承包法》第二十四条", "opinion_1": "于年底前更正登记。",
    "outcome_1": "supported",
    "facts_2": "补贴已于2025年9月发放到户。", "basis_2": "当年惠农补贴实施办法第八条", "opinion_2": "不再重复发放。",
    "outcome_2": "not_supported",
}  # fmt: skip


@pytest.fixture
def parted(as_user, number) -> str:
    """A petition of three requests, of which the third went to another organ."""
    for nth, text in enumerate(ASKED, start=1):
        do(as_user("office"), number, "add_request", nth=nth, text=text)
    do(
        as_user("office"), number, "pass_request", nth=3, how="redirected", to="县交通运输局", reason="属县道管护范围"
    )  # fmt: skip
    return number


def opinion(as_user, number: str, **more: str) -> int:
    """A draft of the opinion, written whole."""
    with unit_of_work(db.session):
        letter = draft_letter(as_user("office"), number, "opinion")
        write_letter(as_user("office"), letter.id, {**written_in(letter), **EACH, "perform_by": "2026-12-20", **more})
        return letter.id


def sign(as_user, key: int) -> None:
    with unit_of_work(db.session):
        check_letter(as_user("office2"), key)
    with unit_of_work(db.session):
        sign_off(as_user("leader"), key)


def paper_of(as_user, key: int) -> str:
    letter = db.session.get_one(Letter, key)
    content = drawn(as_user("office"), letter, "original", "docx")
    return "\n".join(one.text for one in Document(BytesIO(content)).paragraphs)


def test_the_notice_of_acceptance_says_what_stays_and_what_went_elsewhere(as_user, parted):
    with unit_of_work(db.session):
        letter = draft_letter(as_user("office"), parted, "acceptance")
    written = written_in(letter)
    assert written["matters"] == "第1项：更正承包地确权面积\n第2项：补发2025年粮食补贴"
    assert written["remark"] == "第3项（修复被压坏的机耕路）不属于我单位职权范围，请向县交通运输局提出。"
    told = paper_of(as_user, letter.id)
    assert "第2项：补发2025年粮食补贴" in told
    assert "1. 第1项" not in told


def test_the_opinion_answers_each_request_and_records_it_with_the_reply(as_user, parted):
    issued(as_user, parted, matters=MATTERS, remark=WENT)
    key = opinion(as_user, parted)
    sign(as_user, key)
    with unit_of_work(db.session):
        issue_letter(as_user("office"), key)
    query = select(CaseEvent.kind, CaseEvent.facts).join(Case).where(Case.number == parted).order_by(CaseEvent.seq)
    events = [(kind, facts.get("nth"), facts.get("outcome")) for kind, facts in db.session.execute(query)]
    assert events[-3:] == [
        ("request_answered", 1, "supported"), ("request_answered", 2, "not_supported"), ("replied", None, "supported"),
    ]  # fmt: skip
    case = db.session.query(Case).filter_by(number=parted).one()
    reply = load_history(db.session, case, as_user("office").units).events[-1]
    assert reply.text("text") == "第1项：于年底前更正登记。\n第2项：不再重复发放。"
    assert reply.text("ground") == "《农村土地承包法》第二十四条；当年惠农补贴实施办法第八条"
    told = paper_of(as_user, key)
    assert "关于第1项：经查，经实测，少登记0.6亩。" in told
    assert "依据当年惠农补贴实施办法第八条，不再重复发放。该项请求缺乏事实根据" in told
    assert "上述予以支持的请求，于2026年12月20日前办理完毕。" in told


def test_an_opinion_that_leaves_a_request_out_is_not_checked(as_user, parted):
    issued(as_user, parted, matters=MATTERS, remark=WENT)
    key = opinion(as_user, parted, basis_2="")
    with pytest.raises(RuleViolation) as problem, unit_of_work(db.session):
        check_letter(as_user("office2"), key)
    assert problem.value.field == "basis_2"


def test_a_request_put_down_after_the_opinion_was_signed_off_is_not_left_out(as_user, parted):
    issued(as_user, parted, matters=MATTERS, remark=WENT)
    key = opinion(as_user, parted)
    sign(as_user, key)
    do(as_user("office"), parted, "add_request", nth=4, text="公开村级账目")
    with pytest.raises(RuleViolation) as problem, unit_of_work(db.session):
        issue_letter(as_user("office"), key)
    assert problem.value.field == "requests"
    with unit_of_work(db.session):
        send_back(as_user("leader"), key, "补第4项")
    with unit_of_work(db.session):
        more = {"facts_4": "账目已按季公开。", "basis_4": "《村民委员会组织法》第三十条", "opinion_4": "可随时查阅。"}
        written = written_in(db.session.get_one(Letter, key))
        more |= {"outcome_4": "explained", "matters": f"{written['matters']}\n第4项：公开村级账目"}
        write_letter(as_user("office"), key, {**written, **more})
    sign(as_user, key)
    with unit_of_work(db.session):
        issue_letter(as_user("office"), key)
    assert "关于第4项：经查，账目已按季公开。" in paper_of(as_user, key)


def test_a_request_passed_on_after_the_opinion_was_written_is_not_answered_in_it(as_user, parted):
    issued(as_user, parted, matters=MATTERS, remark=WENT)
    key = opinion(as_user, parted)
    do(as_user("office"), parted, "pass_request", nth=2, how="transferred", to="县财政局", reason="属其职责")
    with pytest.raises(RuleViolation) as problem, unit_of_work(db.session):
        check_letter(as_user("office2"), key)
    assert problem.value.field == "requests"


def test_what_was_written_of_the_whole_stands_with_the_first_request_that_is_put_down_later(as_user, browse, number):
    issued(as_user, number)
    key = drafted(as_user, number, "opinion")
    do(as_user("office"), number, "add_request", nth=1, text=ASKED[0])
    form = browse("office").get(f"/letters/{word_of(key)}/write").text
    assert "第1项 · " in form
    assert "经入户核查，家庭人均收入低于当地标准。" in form


def test_on_pages_each_lack_is_told_beside_its_field_and_in_words(as_user, browse, parted):
    issued(as_user, parted, matters=MATTERS, remark=WENT)
    client = browse("office")
    write = client.post(f"/letters/draft/opinion/{parted}").location
    form = client.get(write).text
    for name in ("facts_1", "basis_1", "opinion_2"):
        assert f'name="{name}"' in form
    assert 'name="facts"' not in form
    assert 'name="facts_3"' not in form
    saved = client.post(
        write, data={"to": "李乙二", "matters": "第1项：x", **EACH, "opinion_2": ""}, follow_redirects=True
    )
    assert "尚未填写：第2项 · 处理意见" in saved.text
    page = write.removesuffix("/write")
    back = browse("leader").post(f"{page}/check", follow_redirects=True)
    assert "第2项 · " in back.text


def test_a_request_passed_on_after_the_notice_is_told_in_the_opinion(as_user, parted):
    issued(as_user, parted, matters=MATTERS, remark=WENT)
    do(as_user("office"), parted, "pass_request", nth=2, how="transferred", to="县财政局", reason="属其职责")
    with unit_of_work(db.session):
        letter = draft_letter(as_user("office"), parted, "opinion")
    told = paper_of(as_user, letter.id)
    assert "第2项（补发2025年粮食补贴）已转送县财政局处理。" in told
    assert "第3项（修复被压坏的机耕路）不属于我单位职权范围，请向县交通运输局提出。" in told


@pytest.mark.parametrize(
    ("kind", "said", "field"),
    [
        ("acceptance", {"matters": "第1项：更正承包地确权面积", "remark": "第3项请向县交通运输局提出。"}, "matters"),
        ("acceptance", {"matters": MATTERS, "remark": ""}, "remark"),
        ("opinion", {"matters": MATTERS}, "matters"),
    ],
)
def test_a_letter_that_leaves_a_request_out_is_not_checked(as_user, parted, kind, said, field):
    if kind == "opinion":
        issued(as_user, parted, matters=MATTERS, remark=WENT)
        key = opinion(as_user, parted, **said)
    else:
        key = drafted(as_user, parted, **said)
    with pytest.raises(RuleViolation) as problem, unit_of_work(db.session):
        check_letter(as_user("office2"), key)
    assert problem.value.field == field


def test_a_request_amended_after_the_opinion_was_signed_off_is_not_answered_in_its_old_words(as_user, parted):
    issued(as_user, parted, matters=MATTERS, remark=WENT)
    key = opinion(as_user, parted)
    sign(as_user, key)
    do(as_user("office"), parted, "amend_request", nth=2, text="补发2024年粮食补贴", reason="年份有误")
    with pytest.raises(RuleViolation) as problem, unit_of_work(db.session):
        issue_letter(as_user("office"), key)
    assert problem.value.field == "matters"


def test_an_opinion_does_not_contradict_the_reply_that_is_on_record(as_user, parted):
    do(as_user("office"), parted, "accept", route=6)
    for nth, outcome in ((1, "supported"), (2, "not_supported")):
        said = {"outcome": outcome, "facts": "经查。", "ground": "条例", "text": "如上。"}
        do(as_user("office"), parted, "answer_request", nth=nth, **said)
    do(as_user("office"), parted, "reply", outcome="supported", perform_by="2026-12-20")
    key = opinion(as_user, parted, outcome_1="not_supported", outcome_2="supported")
    sign(as_user, key)
    with pytest.raises(RuleViolation) as problem, unit_of_work(db.session):
        issue_letter(as_user("office"), key)
    assert problem.value.field == "outcome_1"


def test_a_request_of_several_lines_is_one_matter(as_user, number):
    do(as_user("office"), number, "add_request", nth=1, text="修路\n并装路灯")
    do(as_user("office"), number, "add_request", nth=2, text="补低保")
    with unit_of_work(db.session):
        letter = draft_letter(as_user("office"), number, "acceptance")
    assert written_in(letter)["matters"] == "第1项：修路 并装路灯\n第2项：补低保"
