"""docs/who-sees-what.md says what each of six people learns of a petition against a village head, page by page; this
holds it to the application. Somebody learns something when any page reads otherwise than before there was the case."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from datetime import timedelta

import pytest

from caseapp.actions.accounts import add_post, add_user
from caseapp.actions.cases import Act, propose
from caseapp.actions.co_handlers import ask_to_help
from caseapp.actions.exports import export_cases
from caseapp.actions.issuing import draft_letter
from caseapp.actions.meetings import record_decision
from caseapp.actions.notices import tell_the_day
from caseapp.actions.reports import freeze_month
from caseapp.actions.supervision import draft_by_hand, issue
from caseapp.actions.teams import fill_seat, may_sit, set_standing_team, staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.models import Case
from caseapp.domain.notices.models import Notice
from caseapp.domain.people.models import LoginSession
from caseapp.domain.reports.queries import frozen_reports, stored_report
from caseapp.domain.reports.report import as_json
from caseapp.kernel.periods import Month
from tests.access.test_recusal_matrix import addresses, told_by
from tests.cases.make import do, log, petition
from tests.conftest import PASSWORD
from tests.documents.make import add
from tests.house.code import ROOT

PAGE = ROOT / "docs" / "who-sees-what.md"
TITLE, NAME = "围墙越界独此一件", "钱癸九独此一人"
PEOPLE = {
    "accused": "village", "colleague": "village3", "deputy": "village2", "superior": "leader", "handler": "office2",
    "outsider": "outsider",
}  # fmt: skip
NONE_OF_IT = ("accused", "colleague", "deputy")
LONG_TO_DRAW = ("volumes.file", "papers.pdf", "papers.document", "papers.workbook", "papers.yearly", "receipts.file")
BY_CHANCE = re.compile(r'(name="(?:csrf_token|token|key)"[^>]*value=)"[^"]*"|key=[\w-]+')
NUMBER = "太信〔2026〕0001号"
VALUES = {
    "number": [NUMBER], "action": ["follow_up"], "field": ["title", "about"], "seat": ["lead"], "kind": ["handle"],
    "proposal": [1], "sheet_id": [1], "step": ["answer"], "helper": [1], "interest": [1], "notice_id": [1],
    "unit": ["TH", "TH-SH", "TH-SH-01"], "month": ["2026-11"], "period": ["2026-11", "2026-Q4"], "day": ["2026-11-23"],
    "figure": ["new", "open", "inflow"], "decision": [1], "username": ["village"], "act": ["post"], "absence": [1],
    "key": ["days.team"], "channel": ["email"], "paper": ["month"], "version": [1], "token": ["of-no-receipt"],
    "grant": ["none"], "nth": [1], "report": [1], "what": ["rename"], "document": [1], "variant": ["1"], "duty": [1], "reception": [1], "handover": [1], "request_id": [1], "answer": ["approve"], "act_id": [1],
    "own unit": ["TH"], "letter": [1], "which": ["original"], "form": ["docx"], "slug": ["application", "register"],
}  # fmt: skip


@pytest.fixture
def before(system, as_user, clock):
    """The day before, with a colleague of the village head, and his deputy in the village next door."""
    with unit_of_work(db.session):
        add_post(system, add_user(system, "village3", "村干部丙", PASSWORD), "village", "TH-SH")
        set_standing_team(system, "TH-SH", {
            "lead": ("leader", None), "dept": ("station", None), "village": ("village", "village2"),
            "grid": ("grid", None),
        })  # fmt: skip


def matter(app, as_user, clock) -> str:
    """A petition against the village head with everything a case can have, late by now."""
    office = as_user("office")
    number = log(office, petition(title=TITLE, risk="red", about=("village",), parties=(Party("petitioner", NAME),)))
    with unit_of_work(db.session):
        staff_case(office, number)
        fill_seat(office, number, "grid", ("grid2", None), "换人")
        ask_to_help(office, number, "grid2", "协助测量", office.today)
        propose(office, Act(number, "extend", {"to": "2027-02-20", "reason": "待测量"}))
        sheet = draft_by_hand(office, number, "raised_again")
        issue(office, sheet.id, "两日内到场", None)
        draft_letter(office, number, "acceptance")
        record_decision(office, "TH", office.today, f"{TITLE}再议", "leader", office.today, number=number)
    letter = {"sender": "县信访局", "letter_no": "县信交〔2026〕7号", "received_on": office.today.isoformat()}
    due = (office.today + timedelta(days=10)).isoformat()
    do(office, number, "take_assignment", **letter, answer_due=due, report_wanted=True)
    do(office, number, "follow_up", method="visit", note="到场测量")
    do(office, number, "agree", form="oral", effective_on=office.today.isoformat(), text="再测一次")
    add(office, number, app.extensions["caseapp"].files, name=f"{NAME}.jpg")
    clock.pass_by(days=20)
    with unit_of_work(db.session):
        tell_the_day(as_user("office"), as_user("office").today)
    return number


def pages(app, client) -> dict[tuple[str, str], tuple[int, str]]:
    """Every page there is, as somebody sees it, by the room of the application that shows it."""
    found = {}
    for rule, path, method in addresses(app, VALUES):
        if method == "GET" and rule.endpoint not in LONG_TO_DRAW:
            answer = client.get(path)
            said = "a picture" if answer.mimetype.startswith("image/") else BY_CHANCE.sub("", told_by(answer))
            found[rule.endpoint.split(".")[0], path] = (answer.status_code, said)
    searched, hint = client.get("/cases", query_string={"q": TITLE[:4]}), {"story": TITLE, "unit": "TH-SH-01"}
    found["search", TITLE] = (searched.status_code, BY_CHANCE.sub("", searched.text).replace(TITLE[:4], ""))
    found["hint of the same matter", TITLE] = (0, client.post("/cases/new/similar", data=hint).text)
    return found


def beside_the_pages(as_user, who: str, number: str) -> dict[str, bool]:
    """What else could tell somebody of a case: whether it does."""
    ctx, case = as_user(who), db.session.query(Case).one()
    exported = list(export_cases(ctx)) if ctx.actor.may(permissions.EXCHANGE) else []
    kept = frozen_reports(db.session, ctx.units.id_of["TH"], Month(2026, 11))[0]
    frozen = as_json(stored_report(db.session, ctx.actor, ctx.units, kept).report)
    return {
        "frozen report": bool(frozen["lines"]["new"]) and ctx.actor.offices[0].unit == "TH",
        "export": number in json.dumps(exported, ensure_ascii=False),
        "inbox and mail": db.session.query(Notice).filter_by(case_id=case.id, recipient=who).count() > 0,
        "seat, task, handing over": may_sit(ctx, case, who) and who != "outsider",
    }


def stay_logged_in(ctx) -> None:
    """Let the sessions of all go on, although days went by."""
    with unit_of_work(db.session):
        db.session.query(LoginSession).update({"seen_at": ctx.now, "started_at": ctx.now})


def in_two(page: str) -> tuple[str, str]:
    """The frame of a page, and what it holds; of what is no page, all of it is what it holds."""
    begins, ends = page.find("<main"), page.find("</main>")
    return (page[:begins] + page[ends:], page[begins:ends]) if begins >= 0 else ("", page)


def changed(room: str, before: tuple[int, str], after: tuple[int, str]) -> dict[str, bool]:
    """Whether a page reads otherwise, and whether the frame around it does: navigation, badges, bell."""
    (frame, was), (frame_now, is_now) = in_two(before[1]), in_two(after[1])
    return {room: (before[0], was) != (after[0], is_now), "badges of every page": frame != frame_now}


def differences(app, browse, as_user, clock) -> tuple[dict[str, dict[str, bool]], str]:
    """By what shows it, whether each of them learns of the case."""
    clients = {role: browse(who) for role, who in PEOPLE.items()}
    clock.pass_by(days=20)
    stay_logged_in(as_user("office"))
    first = {role: pages(app, client) for role, client in clients.items()}
    clock.pass_by(days=-20)
    number = matter(app, as_user, clock)
    stay_logged_in(as_user("office"))
    learns: defaultdict[str, dict[str, bool]] = defaultdict(dict)
    for role, client in clients.items():
        for (room, path), said in pages(app, client).items():
            for what, told in changed(room, first[role][room, path], said).items():
                learns[what][role] = learns[what].get(role, False) or told
    clock.pass_by(days=10)
    with unit_of_work(db.session):
        freeze_month(as_user("office"), "TH", Month(2026, 11))
    for role, who in PEOPLE.items():
        for what, told in beside_the_pages(as_user, who, number).items():
            learns[what][role] = told
    return dict(learns), number


def table(learns: dict[str, dict[str, bool]]) -> str:
    """The table of the page: what shows something of the case to whom."""
    heading = (
        "| Room of the pages, or what else | " + " | ".join(PEOPLE) + " |\n" + "| --- " * (len(PEOPLE) + 1) + "|\n"
    )
    lines = (
        f"| {what} | " + " | ".join("the case" if learns[what][role] else "–" for role in PEOPLE) + " |\n"
        for what in sorted(learns)
    )
    return heading + "".join(lines)


@pytest.mark.one_database
@pytest.mark.slow(seconds=120)
def test_each_learns_what_the_page_says_and_the_first_three_nothing_at_all(app, browse, as_user, before, clock):
    learns, number = differences(app, browse, as_user, clock)
    assert number == NUMBER
    if os.environ.get("CASEAPP_WRITE_DOCS"):
        PAGE.write_text(
            PAGE.read_text(encoding="utf-8").split("## The table\n\n")[0] + "## The table\n\n" + table(learns),
            encoding="utf-8",
        )
    for role in (*NONE_OF_IT, "outsider"):
        assert [what for what, told in learns.items() if told[role]] == [], role
    assert learns["cases"]["superior"]
    assert learns["search"]["superior"]
    assert learns["frozen report"]["superior"]
    assert table(learns) == PAGE.read_text(encoding="utf-8").split("## The table\n\n")[1]
