"""回避: who is complained of, sits in a unit complained of, or declared an interest finds no trace of the case on any
address there is. The addresses come from the application itself, so a new page is tried without a word here."""

from __future__ import annotations

import json
from io import BytesIO
from itertools import product
from zipfile import ZipFile

import pytest
from flask import current_app

from caseapp.actions import supervision
from caseapp.actions.cases import Act, propose, record
from caseapp.actions.co_handlers import ask_to_help
from caseapp.actions.exports import export_cases
from caseapp.actions.handover import hand_over
from caseapp.actions.interests import declare_interest
from caseapp.actions.meetings import record_decision
from caseapp.actions.notices import tell_the_day
from caseapp.actions.teams import fill_seat, staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions
from caseapp.domain.access.models import Interest
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.models import Case, CaseEvent, Proposal
from caseapp.domain.deadlines.queries import overdue_list
from caseapp.domain.issuing.models import Letter
from caseapp.domain.notices.models import Notice
from caseapp.domain.reports.queries import read_report
from caseapp.domain.reports.report import as_json
from caseapp.domain.screening.models import ScreeningFinding
from caseapp.domain.supervision.models import Sheet
from caseapp.domain.teams.models import CaseSeat, CoHandler, Handover, HandoverItem
from caseapp.kernel.errors import RuleViolation
from caseapp.kernel.periods import Month
from tests.cases.make import do, head, log
from tests.conftest import CAST
from tests.documents.make import add
from tests.office.read_pdf import texts
from tests.screening.make import go_round, keep_rounds
from tests.sizes import LONG, many

pytestmark = pytest.mark.either_database

TITLE, NAME = "围墙越界独此一件", "钱癸九独此一人"
OPEN_TO_ALL = {
    "static",
    "bootstrap.static",
    "health.alive",
    "health.ready",
    "entry.login",
    "entry.logout",
    "assets.bundle",
    "queue.worker",
}
# A PDF says what the Word file says and takes long to draw: one period of each, for the person's own unit.
DRAWN = {"papers.pdf": "2026-11", "papers.yearly": "2026", "closing.freeze": ""}
# who, and how they came to be out of the case
OUT = {
    "accused person": ("village", {"about": ("village",)}, False),
    "accused unit, its cadre": ("village", {"about": ("TH-SH",)}, False),
    "accused unit, its grid official": ("grid", {"about": ("TH-SH",)}, False),
    "accused unit, its liaison": ("liaison", {"about": ("TH-SH",)}, False),
    "under an accused official": ("grid", {"about": ("village",)}, False),
    "in the unit of somebody accused in words": ("liaison", {"about": ("会计@TH-SH",)}, False),
    "interest of a leader": ("leader", {}, True),
    "interest of the office": ("office2", {}, True),
    "interest of a station": ("station", {}, True),
    "interest of an auditor": ("auditor", {}, True),
    "interest of a grid official": ("grid", {}, True),
}
FEW = [
    "accused person",
    "under an accused official",
    "in the unit of somebody accused in words",
    "interest of the office",
]


@pytest.fixture
def matter(as_user, request, clock):
    """A case with everything a case can have, and somebody who is out of it. Returns (who, number, values for routes)."""
    who, about, declares = OUT[request.param]
    registrar = as_user("office")
    number = log(registrar, head(title=TITLE, parties=(Party("party", NAME),), risk="red", **about))
    with unit_of_work(db.session):
        staff_case(registrar, number)
        ask_to_help(registrar, number, "grid2", "协助测量", as_user("office").today)
        asked = propose(registrar, Act(number, "extend", {"to": "2026-12-30", "reason": "待测量"}))
        sheet = supervision.draft_by_hand(registrar, number, "raised_again")
        supervision.issue(registrar, sheet.id, "两日内到场", None)
        tell_the_day(registrar, registrar.today)
        answers = who if declares else "office2"  # who is complained of cannot even be given a decision about it
        decided = record_decision(
            registrar, "TH", registrar.today, f"{TITLE}再议", answers, registrar.today, number=number
        )
    do(registrar, number, "follow_up", method="visit", note="到场测量")
    paper = add(registrar, number, current_app.extensions["caseapp"].files, name=f"{NAME}.jpg")
    keep_rounds(registrar)
    made = go_round(as_user("village" if who != "village" else "grid"))
    with unit_of_work(db.session):
        case_id = db.session.query(Case.id).filter_by(number=number).scalar()
        db.session.add(ScreeningFinding(case_id=case_id, round_id=made.id, added_at=registrar.now))
        item = HandoverItem(kind="seat", case_id=case_id, seat="dept", before=["grid2", None], after=["station", None])
        given = Handover(leaver="grid2", successor="station", reason=TITLE, made_by="office", made_at=registrar.now)
        given.items.append(item)
        letter = Letter(
            case_id=case_id,
            kind="acceptance",
            state="draft",
            written=json.dumps({"to": NAME, "matters": TITLE, "route": "6", "remark": ""}),
            writers=["office2"],
            drafted_by="office2",
            drafted_at=registrar.now,
        )
        db.session.add_all([given, letter])
    with unit_of_work(db.session):
        if declares:
            declare_interest(as_user(who), number, "亲属")
    clock.pass_by(days=20)
    values = {
        "number": [number], "action": ["follow_up", "resolve", "extend", "escalate"], "field": ["title", "about"],
        "seat": ["lead"], "kind": ["handle", "follow_up", "docx", "pdf", "png", "svg"], "proposal": [asked.id], "sheet_id": [sheet.id],
        "step": ["answer", "accept", "return", "drop", "check", "withdraw"], "helper": [db.session.query(CoHandler).one().id],
        "interest": [row.id for row in db.session.query(Interest)] or [1],
        "notice_id": [row.id for row in db.session.query(Notice).filter_by(recipient=who)] or [1],
        "unit": ["TH", "TH-SH", "TH-SH-01"], "month": ["2026-11"], "period": ["2026-11", "2026-Q4", "2026"], "figure": ["new", "open", "net.d", "verified.d"],
        "day": ["2026-11-23", "2026-12-10"], "decision": [decided.id], "username": [who], "act": ["post"], "absence": [1], "key": ["days.team"], "channel": ["email"],
        "paper": ["month", "week", "year"], "version": [1], "token": ["of-no-receipt"], "grant": ["none"], "nth": [1], "report": [1], "duty": [1], "reception": [1], "handover": [given.id], "request_id": [1],
        "own unit": [CAST[who][2]], "what": ["rename", "merge"], "act_id": [1], "document": [paper.id], "variant": ["thumbnail", "1", "file"],
        "answer": ["approve"], "letter": [letter.id], "which": ["original"], "form": ["docx"], "slug": ["application", "register"],
    }  # fmt: skip
    return who, number, values


def addresses(app, values):
    """Every address of the application with every value tried, and by which methods it is asked: each value once, in the
    long trials each with each."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_TO_ALL:
            continue
        unknown = rule.arguments - values.keys()
        assert not unknown, f"{rule}: say here what to try for {unknown}"
        some = values
        if rule.endpoint in DRAWN and not LONG:
            some = values | {"period": [DRAWN[rule.endpoint]], "unit": values["own unit"]}
        named = {name: some[name] for name in sorted(rule.arguments)}
        rows = product(*named.values()) if LONG else side_by_side(*named.values())
        tries = [dict(zip(named, row, strict=True)) for row in rows]
        with app.test_request_context():
            for one in tries:
                path = app.url_for(rule.endpoint, **one)
                for method in sorted(rule.methods & {"GET", "POST"}):
                    yield rule, path, method


def side_by_side(*columns):
    """Rows in which each value of each column stands, the shorter columns from the top again."""
    longest = max(map(len, columns), default=1)
    return [tuple(column[nth % len(column)] for column in columns) for nth in range(longest)]


def told_by(answer) -> str:
    """Everything an answer says, a workbook unpacked, a PDF read."""
    if answer.data.startswith(b"%PDF"):
        return "".join("".join(texts(answer.data)).split())
    if not answer.data.startswith(b"PK"):
        return answer.text
    with ZipFile(BytesIO(answer.data)) as book:
        return "".join(book.read(part).decode(errors="replace") for part in book.namelist())


@pytest.mark.one_database
@pytest.mark.parametrize("matter", many(FEW, list(OUT)), indirect=True)
def test_who_is_out_of_a_case_finds_no_trace_of_it_anywhere(app, browse, matter):
    who, number, values = matter
    client = browse(who)
    before = db.session.query(CaseEvent).count()
    tried = 0
    for rule, path, method in addresses(app, values):
        answer = client.open(path, method=method, data={"reason": "x", "text": "x", "value": "3", "word": "x"})
        about_it = bool(rule.arguments & {"number", "proposal", "sheet_id", "helper", "interest", "document"})
        own_tries = rule.endpoint.startswith("audit.")  # of an auditor: the number they typed themselves stands there
        for trace in (TITLE, NAME) if own_tries else (number, TITLE, NAME):
            assert trace not in told_by(answer), f"{method} {path}: {trace}"
        if about_it:
            assert answer.status_code in (403, 404), f"{method} {path}: {answer.status_code}"
        tried += 1
    assert tried > 80
    searched = client.get("/cases", query_string={"q": TITLE[:4]})
    assert TITLE not in searched.text
    db.session.expire_all()
    assert db.session.query(CaseEvent).count() == before
    assert db.session.query(Proposal).one().decided_at is None
    assert db.session.query(Sheet).one().state == "issued"


@pytest.mark.parametrize("matter", OUT, indirect=True)
def test_nor_in_figures_exports_or_notices(app, as_user, matter, tmp_path):
    who, number, _values = matter
    ctx = as_user(who)
    report = read_report(db.session, ctx.actor, ctx.units, "TH", Month(2026, 11), as_of=ctx.now)
    assert number not in json.dumps(as_json(report), ensure_ascii=False)
    if ctx.actor.may(permissions.EXCHANGE):
        assert number not in "".join(export_cases(ctx))
    assert all(item.case.number != number for item in overdue_list(ctx.actor, ctx.today).items(db.session, ctx.units))
    case_id = db.session.query(Case.id).filter_by(number=number).scalar()
    since = db.session.query(Notice).filter_by(case_id=case_id, recipient=who).count()
    with unit_of_work(db.session):
        supervision.answer(as_user("office" if who == "leader" else "leader"), 1, "已到场")
        tell_the_day(as_user("office"), ctx.today)
    assert db.session.query(Notice).filter_by(case_id=case_id, recipient=who).count() == since


def test_who_is_complained_of_is_given_nothing_of_it_by_any_way(as_user):
    """Neither as A nor as B, nor by handing over, nor as helper, nor by sending the case down to their unit."""
    office = as_user("office")
    number = log(office, head(title=TITLE, about=("village", "TH-DS")))
    case = db.session.query(Case).one()
    assert (case.tier, office.units.by_id[case.holder_id].code) == ("town", "TH")
    ways = (
        lambda: fill_seat(office, number, "village", ("village", None), ""),
        lambda: fill_seat(office, number, "village", ("station", "village"), ""),
        lambda: fill_seat(office, number, "village", ("station", "village2"), ""),
        lambda: ask_to_help(office, number, "village", "协助", office.today),
        lambda: record_decision(office, "TH", office.today, "再议", "village", office.today, number=number),
        lambda: record(office, Act(number, "send_down", {"to": "TH-DS", "requirement": "办理"})),
        lambda: record(office, Act(number, "send_down", {"to": "TH-DS-01", "requirement": "办理"})),
    )
    for way in ways:
        with pytest.raises(RuleViolation), unit_of_work(db.session):
            way()
    with unit_of_work(db.session):
        staff_case(office, number)
        _row, done = hand_over(office, "station", "village", "调离")
    assert [piece for piece, _pair in done.moves if piece.case] == []
    assert [(piece.case.number, "complains" in str(why)) for piece, why in done.kept if piece.case] == [(number, True)]
    assert "village" not in {row.holder for row in db.session.query(CaseSeat)}
