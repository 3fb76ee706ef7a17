"""The table of notices is the one source of who is told what: whoever changes a row changes who is told."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import caseapp
from caseapp.actions import issuing, notices, supervision
from caseapp.actions.co_handlers import ask_to_help
from caseapp.actions.deadlines import sweep
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.notices.queries import WORDS, People, Subject
from caseapp.domain.notices.rules import RULES, TOLD_OF, WHO, Telling
from tests.cases.make import do, head, log, petition
from tests.notices.test_who_is_told import told

pytestmark = pytest.mark.either_database

SOURCE = Path(caseapp.__file__).parent
NAMED = (
    "charged",
    "holder",
    "deputy",
    "asker",
    "issuer",
    "writer",
    "mediator",
    "co_handler",
    "main_handler",
    "visitor",
    "account_holder",
)


@pytest.fixture
def number(as_user) -> str:
    found = log(as_user("grid"), head())
    with unit_of_work(db.session):
        staff_case(as_user("office"), found)
    return found


@pytest.fixture
def row(monkeypatch):
    """Change a row of the table for one test."""

    def change(kind: str, **values) -> None:
        monkeypatch.setitem(RULES, kind, replace(RULES[kind], **values))

    return change


def issue(as_user, number: str) -> None:
    with unit_of_work(db.session):
        sheet = supervision.draft_by_hand(as_user("office"), number, "follow_up_missed")
        supervision.issue(as_user("office"), sheet.id, "到场", None)


def test_a_word_taken_from_a_row_is_told_no_more(number, as_user, row):
    row("supervision_issued", who=("seat",))
    issue(as_user, number)
    assert told("supervision_issued") == ["liaison"]


def test_a_word_added_to_a_row_is_told_from_then_on(number, as_user, row):
    row("supervision_issued", who=("seat", "lead", "heads", "office"))
    row("co_task", who=("co_handler", "lead"))
    row("reopened", who=("office",))
    issue(as_user, number)
    with unit_of_work(db.session):
        ask_to_help(as_user("office"), number, "grid2", "核对界址", date(2026, 11, 28))
    do(as_user("grid"), number, "resolve", method="mediation", evidence="协议")
    do(as_user("grid"), number, "reopen", reason="反弹")
    assert told("supervision_issued") == ["leader", "liaison", "office2"]  # who issues it is not told
    assert told("co_task") == ["grid2", "leader"]
    assert told("reopened") == ["office", "office2"]


def test_a_rung_tells_nobody_when_its_word_is_gone_from_the_row(number, system, clock, row):
    row("overdue", who=("charged", "office"))
    clock.set(2026, 12, 20, 0, 0)
    with unit_of_work(db.session):
        sweep(system, date(2026, 12, 19))
    assert told("overdue", "seat") == ["grid"]
    assert told("overdue", "office") == ["office", "office2"]
    assert told("overdue", "lead") == told("overdue", "heads") == []


def test_what_is_charged_to_the_office_or_a_unit_is_told_to_its_posts(as_user, system, clock):
    log(as_user("grid"), head(risk="yellow"))  # needs a team, which the office fills; nobody sits in a seat yet
    clock.set(2026, 11, 27, 0, 0)
    with unit_of_work(db.session):
        sweep(system, date(2026, 11, 26))
    assert told("overdue", "seat") == ["grid"]
    clock.set(2026, 11, 28, 0, 0)
    with unit_of_work(db.session):
        sweep(system, date(2026, 11, 27))
    assert told("overdue", "seat") == ["grid", "office", "office2"]


def people(ctx, *subjects):
    return People(ctx.session, ctx.actor, ctx.units, office=ctx.office, today=ctx.today, subjects=subjects)


def test_every_word_becomes_people(number, as_user, system):
    assert set(WORDS) == set(WHO)
    case = db.session.query(Case).one()
    named = dict.fromkeys(NAMED, "grid2")
    about = Subject(case, unit="TH-SH", seat="liaison", action="extend", named=named)
    found = {word: sorted(set(WORDS[word](people(system, about), about))) for word in WHO}
    assert found == {word: ["grid2"] for word in NAMED} | {
        "lead": ["leader"], "liaison": ["liaison"], "seat": ["liaison"], "office": ["office", "office2"],
        "heads": ["leader"], "deciders": ["leader", "office", "office2"], "unit": ["village"],
        "makers": ["grid", "liaison", "village"], "cadres": ["village"], "account_deciders": ["admin", "leader"],
        "readers": ["discipline", "office", "office2"], "leaders": ["leader"], "admins": ["admin"],
    }  # fmt: skip


def test_of_an_accusation_its_readers_are_told_that_it_was_taken_as_one_and_nobody_of_anything_else(as_user, system):
    log(as_user("grid"), petition(petition_class="accusation"))
    case, told = db.session.query(Case).one(), people(system)
    assert told.told(Telling("asked", case.id), Subject(case, named={"asker": "grid"})) == []
    assert sorted(told.told(Telling("accusation", case.id), Subject(case))) == ["discipline", "office", "office2"]


def test_every_row_is_told_by_a_teller_and_no_teller_goes_round_the_table():
    tree = ast.parse(Path(notices.__file__).read_text())
    written = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    steps = {f"supervision_{step}" for step in supervision.KIND_OF.values()}
    calls = [node for node in ast.walk(ast.parse(Path(issuing.__file__).read_text())) if isinstance(node, ast.Call)]
    steps |= {f"letter_{ast.literal_eval(one.args[2])}" for one in calls if ast.unparse(one.func) == "tell_of_letter"}
    assert set(RULES) <= written | set(TOLD_OF.values()) | steps
    assert set(TOLD_OF.values()) <= set(RULES)
    putting = [
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if "put_into_inboxes" in path.read_text() or ("Notice)" in path.read_text() and "insert" in path.read_text())
    ]
    assert sorted(putting) == ["actions/notices.py", "actions/notices_inbox.py"]
