"""Whatever is sent, the answer is a page and a sentence, never a fault of ours."""

from __future__ import annotations

import gc
import logging
import random
from typing import Any

import pytest
import sqlalchemy as sa

from caseapp.actions.cases import Act, propose
from caseapp.db import db, unit_of_work
from caseapp.domain.receipts.models import Receipt
from tests.cases.make import do, log, petition
from tests.sizes import many, on_either
from tests.web.hostile import ROLES, Attacker, Request

REQUESTS, A_WORLD = many(400, 10_000), 200
MAY_SAY_NO = ("/readyz",)


def cases_of_every_kind(as_user: Any) -> dict[str, list[str]]:
    """A few cases with something on record, and what leads to them."""
    office, grid = as_user("office"), as_user("grid")
    plain, asked, closed, sealed = (
        log(grid),
        log(office, petition()),
        log(grid),
        log(office, petition(petition_class="accusation")),
    )
    do(office, asked, "accept", route=6)
    do(grid, closed, "resolve", method="mediation", evidence="协议")
    with unit_of_work(db.session):
        propose(office, Act(plain, "merge", {"into": closed}))
    with unit_of_work(db.session):
        propose(office, Act(asked, "extend", {"to": "2027-01-30", "reason": "复杂"}))
    tokens = list(db.session.scalars(sa.select(Receipt.token)))
    return {
        "number": [plain, asked, closed, sealed], "token": tokens or ["x"], "into": [closed, plain], "of": [asked],
        "headcount": ["3"], "track": ["dispute", "petition"], "category": ["neighbour"], "risk": ["green"],
        "story": ["两家为排水沟争执。"], "evidence": ["协议"], "reason": ["需要"], "method": ["visit", "mediation", "phone"],
        "to": ["TH-SH", "TH-SH-01", "2026-12-30", "县局"], "user": [role for role in ROLES if role],
        "client_id": ["c" * 22, "d" * 22], "score": ["mostly"], "channel": ["visit"], "contact": ["any"],
        "petition_class": ["appeal"], "result": ["agreed", "fulfilled"], "outcome": ["supported", "explained"],
        "at": ["2026-11-23T09:00"], "decision": ["approve", "refuse"], "area": ["第一组"], "households": ["12"],
        "members": ["village", "grid"], "password": ["correct horse"], "advice": ["可诉讼"], "ground": ["litigation"],
        "received_on": ["2026-11-20"], "perform_by": ["2026-12-20"], "due_on": ["2026-12-20"],
    }  # fmt: skip


def send(world: Any, browse: Any, clients: dict[str, Any], told: Request) -> int:
    """Send it, and say what came back."""
    if told.role not in clients:
        clients[told.role] = browse(told.role) if told.role else world.app.test_client()
    answer = clients[told.role].open(told.path, method=told.method, **told.options)
    status: int = answer.status_code
    answer.close()
    return status


@pytest.mark.slow(seconds=60)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a body cut off leaves its file open
@pytest.mark.parametrize(("world", "seed"), on_either(range(0, REQUESTS, A_WORLD)), indirect=["world"])
def test_no_request_finds_a_fault(world, as_user, browse, caplog, seed, tried):
    attacker = Attacker(world.app, random.Random(seed), cases_of_every_kind(as_user))
    clients: dict[str, Any] = {}
    faults, sent = [], 0
    caplog.set_level(logging.ERROR)
    while sent < A_WORLD:
        told = attacker.request()
        if told is None:
            continue
        sent += 1
        caplog.clear()
        status = send(world, browse, clients, told)
        if status >= 500 and told.path not in MAY_SAY_NO:
            faults.append(f"{status} {told}\n{caplog.text[-3000:]}")
    gc.collect()  # the files left open are closed here, not in the middle of another test
    assert not faults, "\n\n".join(faults)
    tried(A_WORLD)


def test_every_route_and_the_fields_of_every_form_are_tried(app):
    attacker = Attacker(app, random.Random(1), {})
    tried = {rule.endpoint for rule in attacker.rules}
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == tried
    assert {"story", "evidence", "headcount", "into"} <= attacker.fields["cases"]
    assert {"text", "valid_from"} <= attacker.fields["settings"]
    assert {"client_id", "user"} <= attacker.fields["queue"]
