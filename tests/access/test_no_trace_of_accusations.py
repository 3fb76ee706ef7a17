"""检举控告: with and without accusations logged, worked on and exported in between, everything that a reader gets who may
not know of them is the same, byte for byte. The addresses come from the application itself (``test_recusal_matrix.py``)."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa

from caseapp.actions.cases import Act, propose
from caseapp.actions.co_handlers import ask_to_help
from caseapp.actions.deadlines import sweep
from caseapp.actions.exports import export_cases
from caseapp.actions.interests import declare_interest
from caseapp.actions.meetings import record_decision
from caseapp.actions.notices import tell_the_day
from caseapp.actions.reports import freeze_month
from caseapp.actions.supervision import draft_by_hand, issue
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import Interest
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.documents.models import Document
from caseapp.domain.meetings.models import MeetingDecision
from caseapp.domain.notices.models import Notice
from caseapp.domain.supervision.models import Sheet
from caseapp.domain.teams.models import CoHandler
from caseapp.kernel.periods import Month
from tests.access.test_recusal_matrix import DRAWN, OPEN_TO_ALL, addresses, told_by
from tests.cases.make import do, head, log, petition
from tests.documents.make import add, picture
from tests.sizes import many
from tests.web.test_query_counts import counted

WORD = re.compile(r"(?<=[/_=: -])[0-9a-hjkmnp-tv-z]{7}(?=[\"/?&_ ；]|$)")
DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{12,64}")
PHOTO = picture()
READERS = many(("leader", "auditor"), ("leader", "auditor", "village", "station", "admin"))


def between(as_user, tmp_path, *, sealed: bool) -> None:
    """What happens with an accusation while the office does other things; nothing but those when there is none."""
    office = as_user("office2")
    if sealed:
        _worked_on(as_user, office, tmp_path)
    with unit_of_work(db.session):
        list(export_cases(office, reason="独此一件"))


def _worked_on(as_user, office, tmp_path) -> None:
    number = log(as_user("grid"), petition(petition_class="accusation", title="举报独此一件"))
    do(office, number, "accept", route=6)
    do(office, number, "follow_up", method="desk", note="独此一件核实")
    add(office, number, tmp_path)
    with unit_of_work(db.session):
        propose(office, Act(number, "void", {"reason": "独此一件"}))
        declare_interest(as_user("office"), number, "独此一件")


def lived(as_user, clock, tmp_path, *, sealed: bool) -> list[str]:
    """Two months of an office, with or without accusations in between. Returns the numbers of its cases."""
    grid, office = as_user("grid"), as_user("office")
    clock.set(2026, 11, 24, 9)
    between(as_user, tmp_path, sealed=sealed)
    numbers = [log(grid, head(title="水沟")), log(office, petition(title="低保"))]
    clock.set(2026, 12, 3, 9)
    with unit_of_work(db.session):
        freeze_month(office, "TH", Month(2026, 11))
    between(as_user, tmp_path, sealed=sealed)
    numbers.append(log(office, petition(title="修路", petition_class="suggestion")))
    numbers.append(log(grid, head(title="围墙")))
    for number in numbers[:2]:
        with unit_of_work(db.session):
            staff_case(office, number)
    do(grid, numbers[0], "follow_up", method="visit", note="看过")
    add(grid, numbers[0], tmp_path, PHOTO)
    between(as_user, tmp_path, sealed=sealed)
    with unit_of_work(db.session):
        propose(as_user("liaison"), Act(numbers[3], "void", {"reason": "重复"}))
        ask_to_help(office, numbers[1], "station", "协助", date(2026, 12, 11))
        issue(office, draft_by_hand(office, numbers[1], "follow_up_missed").id, "报结果", None)
        declare_interest(as_user("liaison"), numbers[1], "亲属")
        record_decision(office, "TH", date(2026, 12, 3), "再议", "leader", date(2026, 12, 10), number=numbers[1])
    clock.set(2026, 12, 21, 9)
    with unit_of_work(db.session):
        sweep(office, date(2026, 12, 20))
        tell_the_day(office, office.today)
        list(export_cases(office))
    between(as_user, tmp_path, sealed=sealed)
    return numbers


def values(numbers: list[str], who: str) -> dict[str, list[object]]:
    """What is tried in addresses: of each kind of row what readers see."""
    ordinary = Case.number.in_(numbers)
    mine = sa.select(Notice.id).where(Notice.recipient == who).order_by(Notice.id)

    def keys(table) -> list[int]:
        rows = sa.select(table.id).join(Case, Case.id == table.case_id).where(ordinary).order_by(table.id)
        return list(db.session.scalars(rows))

    return {
        "number": list(numbers), "kind": ["handle", "xlsx"], "action": ["follow_up"], "field": ["title"], "seat": ["lead"],
        "filename": ["x"], "proposal": keys(Proposal), "helper": keys(CoHandler), "interest": keys(Interest),
        "sheet_id": keys(Sheet), "step": ["answer"], "notice_id": list(db.session.scalars(mine)) or [1],
        "unit": ["TH", "TH-SH"], "month": ["2026-11", "2026-12"], "period": ["2026-11", "2026-12", "2026-Q4", "2026"],
        "figure": ["new", "open", "net.d", "voided"], "day": ["2026-12-21"], "decision": keys(MeetingDecision),
        "username": [who], "own unit": ["TH"], "act": ["post"], "absence": [1], "key": ["days.team"], "channel": ["email"],
        "paper": ["month"], "version": [1], "token": ["of-no-receipt"], "grant": ["none"], "nth": [1], "report": [1],
        "what": ["rename"], "document": keys(Document), "variant": ["thumbnail", "1", "file"], "bundle": ["page.css"],
    }  # fmt: skip


def told(app, client, numbers: list[str], who: str) -> dict[str, tuple[int, str]]:
    """What each address tells a reader. Keys of rows are words, digests are salted: neither says how many there are, and
    so they stand for nothing."""
    found = {}
    anything: dict[str, list[object]] = {name: [1] for rule in app.url_map.iter_rules() for name in rule.arguments}
    rules = addresses(app, anything | values(numbers, who))
    for rule, path, method in rules:
        if method == "POST" or rule.endpoint in {*OPEN_TO_ALL, *DRAWN, "assets.bundle"}:
            continue
        answer = client.get(path)
        text = DIGEST.sub("digest", WORD.sub("word", told_by(answer)))
        found[WORD.sub("word", f"{path} {len(found)}")] = (answer.status_code, text)
    return found


@pytest.mark.one_database
@pytest.mark.slow(seconds=60)
@pytest.mark.parametrize("who", READERS)
def test_no_page_list_count_or_file_differs_for_who_may_not_know(
    app, world, browse, as_user, monkeypatch, tmp_path, who
):
    seen = {}
    for sealed in (True, False):
        world.fresh()
        numbers = lived(as_user, world.clock, tmp_path, sealed=sealed)
        db.session.execute(sa.text("UPDATE receipt SET code = 'AAAAAAAA', token = case_id"))
        db.session.commit()
        with monkeypatch.context() as patched:
            patched.setattr("secrets.token_urlsafe", lambda size=32: "t" * size)
            seen[sealed] = (numbers, told(app, browse(who), numbers, who))
    assert seen[True][0] == seen[False][0]
    (_, with_them), (_, without) = seen[True], seen[False]
    assert with_them.keys() == without.keys()
    assert len(with_them) > 60
    for address, answer in with_them.items():
        assert answer == without[address], address


@pytest.mark.one_database
def test_the_command_line_as_the_system_and_as_others_tells_the_same(world, as_user, run, tmp_path):
    seen = []
    for sealed in (True, False):
        world.fresh()
        lived(as_user, world.clock, tmp_path, sealed=sealed)
        out = tmp_path / "cases.jsonl"
        commands = (
            ("cases", "export", out), ("overdue", "--unit", "TH", "--json"), ("sweep", "--json"),
            ("report", "month", "2026-12", "--unit", "TH", "--json", "--as", "leader"),
            ("report", "month", "2026-12", "--unit", "TH", "--json", "--as", "auditor"),
            ("report", "week", "2026-12-21", "--unit", "TH"), ("ledger", "export", tmp_path / "l.xlsx", "--unit", "TH"),
        )  # fmt: skip
        seen.append([run(*words).output for words in commands] + [out.read_text()])
    assert seen[0] == seen[1]


@pytest.mark.parametrize("who", ["leader", "village", "auditor", "office"])
def test_an_accusation_is_answered_for_as_a_number_that_there_is_not(browse, as_user, who):
    """The same words after the same number of statements, also for the office where it is out of it."""
    number = log(as_user("grid"), petition(petition_class="accusation", about=("office", "village")))
    client, nobodys = browse(who), number.replace("1828", "0999")
    for path in (
        "/cases/{}",
        "/act/follow_up/{}",
        "/receipt/{}",
        "/progress/{}",
        "/accusation/{}",
        "/receipts/svg/{}",
    ):
        client.get(path.format(number.replace("1828", "0998")))  # reads the tree, once a process
        answers = []
        for one in (number, nobodys):
            db.session.expire_all()
            with counted() as statements:
                answer = client.get(path.format(one))
            answers.append((answer.status_code, answer.text.replace(one, "N"), len(statements)))
        assert answers[0] == answers[1], path
        assert answers[0][0] in (403, 404)
