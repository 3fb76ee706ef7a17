"""Who swaps an identifier of their own case for one of a case that they may not see is told what they would be told of
one that nobody has, learns no word of it, and changes nothing in it."""

from __future__ import annotations

import random
import re
from difflib import unified_diff
from itertools import islice
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from caseapp.actions.cases import Act, propose
from caseapp.actions.co_handlers import ask_to_help
from caseapp.actions.interests import declare_interest
from caseapp.actions.issuing import draft_letter
from caseapp.actions.meetings import record_decision
from caseapp.actions.notices import tell_the_day
from caseapp.actions.receipts import make_receipt
from caseapp.actions.supervision import draft_by_hand, issue
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.access.models import Interest
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.models import Case
from caseapp.domain.notices.models import Notice
from tests.access.swapping import FILLED, NOBODYS, Swap, swaps
from tests.access.test_recusal_matrix import told_by
from tests.access.test_who_sees_what import BY_CHANCE
from tests.cases.make import do, log, petition
from tests.documents.make import add
from tests.sizes import many, on_either

TRIES, A_WORLD, LOOKED_AT_EVERY = many(400, 2_600), 200, 25
WORDS = {
    "complained of": ("围墙越界独此一件", "到场测量独此一回", "钱癸九独此一人", "000-0000-9753"),
    "accusation": ("收礼不办独此一件", "逢年过节独此一回", "孙壬十独此一人", "000-0000-8642"),
}
KEPT_OUT = {
    "complained of": ("village", "grid", "liaison", "outsider", "admin"),
    "accusation": ("grid", "village", "liaison", "station", "leader", "auditor", "outsider", "admin", "office2"),
}
ABOUT_THE_LAST = re.compile(r'<div role="status">.*?</div>', re.DOTALL)
"""What is told about the request before, whose answer led to this page."""
NOT_OF_THE_CASE = {"audit_entry", "seal", "chain_head", "request_key"}


def full_case(app: Any, as_user: Any, **said: Any) -> dict[str, Any]:
    """A petition with what a case can have; returns what each thing of it is named by."""
    office, leader = as_user("office"), as_user("leader")
    number = log(office, petition(**said))
    with unit_of_work(db.session):
        staff_case(office, number)
        helper = ask_to_help(office, number, "grid2", "协助", office.today)
        sheet = draft_by_hand(office, number, "raised_again")
        issue(office, sheet.id, "两日内到场", None)
        decided = record_decision(office, "TH", office.today, "再议", "leader", office.today, number=number)
        asked = propose(office, Act(number, "extend", {"to": "2027-02-20", "reason": "待测量"}))
        make_receipt(office, number)
        letter = draft_letter(office, number, "acceptance")
    do(office, number, "follow_up", method="visit", note=said.get("description", "到场"))
    paper = add(office, number, app.extensions["caseapp"].files, name=f"{said['title']}.jpg")
    with unit_of_work(db.session):
        declare_interest(as_user("station"), number, "亲属")
        tell_the_day(leader, leader.today)
    case_id = db.session.query(Case.id).filter_by(number=number).scalar()
    return {
        "number": number, "case_id": case_id, "proposal": asked.id, "sheet_id": sheet.id, "helper": helper.id,
        "decision": decided.id, "document": paper.id, "letter": letter.id,
        "interest": db.session.query(Interest.id).filter_by(case_id=case_id).scalar(),
        "notice_id": db.session.query(Notice.id).filter_by(case_id=case_id, recipient="grid2").limit(1).scalar(),
    }  # fmt: skip


def hidden_case(app: Any, as_user: Any) -> dict[str, Any]:
    """A petition against a village, with what it can have."""
    title, text, *petitioner = WORDS["complained of"]
    parties = (Party("petitioner", *petitioner),)
    return full_case(app, as_user, title=title, description=text, about=("TH-SH",), parties=parties)


def sealed_case(app: Any, as_user: Any) -> dict[str, Any]:
    """An accusation of one of the office, with what it can have."""
    office, (title, text, *petitioner) = as_user("office"), WORDS["accusation"]
    parties = (Party("petitioner", *petitioner),)
    accused = petition(title=title, description=text, petition_class="accusation", about=("office2",), parties=parties)
    number = log(office, accused)
    paper = add(office, number, app.extensions["caseapp"].files, name=f"{title}.jpg")
    case_id = db.session.query(Case.id).filter_by(number=number).scalar()
    return {"number": number, "case_id": case_id, "document": paper.id}


def rows_of(case_id: int) -> dict[str, list[Any]]:
    """Every row of every table that is of the case: what must not change."""
    db.session.rollback()
    found = {}
    for table in db.metadata.sorted_tables:
        column = table.c.get("case_id") if table.name != "case_file" else table.c.id
        if column is not None and table.name not in NOT_OF_THE_CASE:
            rows = sa.select(table).where(column == case_id)
            if table.name == "notice":  # others read their own
                rows = rows.where(table.c.recipient == "grid2")
            found[table.name] = sorted(map(repr, db.session.execute(rows)))
    return found


def answer_to(app: Any, client: Any, swap: Swap) -> tuple[int, str]:
    """What is told, whatever the identifier was."""
    answer = swap.send(app, client)
    text = ABOUT_THE_LAST.sub("", BY_CHANCE.sub("", told_by(answer)))
    answer.close()
    for typed in (swap.path(app), *map(str, (swap.values | swap.fields).values())):
        for form in (quote(quote(typed)), quote(typed), typed) if len(typed) > 9 else ():
            text = text.replace(form, "…")
    return answer.status_code, text


@pytest.mark.slow(seconds=60)
@pytest.mark.parametrize(("world", "seed"), on_either(range(0, TRIES, A_WORLD)), indirect=["world"])
def test_a_swapped_identifier_is_one_that_nobody_has(world, browse, as_user, seed, tried):
    app, dice = world.app, random.Random(seed)
    mine = full_case(app, as_user, title="自家水渠", description="在自家门前")
    theirs = {"complained of": hidden_case(app, as_user), "accusation": sealed_case(app, as_user)}
    before = {which: rows_of(case["case_id"]) for which, case in theirs.items()}
    clients = {who: browse(who) for who in {who for kept_out in KEPT_OUT.values() for who in kept_out}}
    for nth, swap in enumerate(islice(swaps(app, dice, mine, FILLED), A_WORLD), start=1):
        which = dice.choice([name for name, case in theirs.items() if swap.fits(case)])
        who = dice.choice(KEPT_OUT[which])
        told = f"{nth}: {who} {swap}, {which}"
        nobodys, answer = (answer_to(app, clients[who], swap.of(case)) for case in (NOBODYS, theirs[which]))
        assert not [word for word in WORDS[which] if word in answer[1]], told
        assert nobodys[0] < 400 or answer == nobodys, "\n".join(
            [told, *unified_diff(nobodys[1].split("\n"), answer[1].split("\n"), n=0)]
        )
        if nth % LOOKED_AT_EVERY == 0:
            for name, case in theirs.items():
                assert rows_of(case["case_id"]) == before[name], told
    for who, client in clients.items():
        assert client.get("/inbox").status_code == 200, f"{who} is still there to try"
    tried(A_WORLD)
