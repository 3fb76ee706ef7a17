"""Three senders at one database, killed at random, to receivers that refuse every third message: nothing comes twice."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from caseapp.actions.context import Ctx
from caseapp.actions.notices_inbox import put_into_inboxes
from caseapp.actions.notices_outbox import gather
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.access.queries import actor_of
from caseapp.domain.cases.models import Case
from caseapp.domain.notices.models import Delivery, Reach
from caseapp.domain.notices.rules import Telling
from caseapp.domain.people.models import Post, User
from caseapp.domain.people.queries import user_named
from tests.cases.make import log, moment
from tests.conftest import NOW, HandClock
from tests.many_processes import opened_by_many, start
from tests.notices.make import list_robots
from tests.notices.receivers import Kept, mail_server, robot
from tests.notices.worker import main
from tests.sizes import many

CASES, PEOPLE, EACH = 400, many(80, 250), 40
KILLS = many(4, 8)
LONGEST = 240


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared(request: pytest.FixtureRequest, tmp_path: Path, worlds: Any) -> Iterator[tuple[str, HandClock]]:
    with opened_by_many(request.param, tmp_path, worlds) as opened:
        yield opened


def copies_of_a_case(number: str) -> list[int]:
    """Many cases like one, as rows: their histories are not what this is about."""
    case = db.session.scalars(sa.select(Case).where(Case.number == number)).one()
    kept = {column.name: getattr(case, column.key) for column in sa.inspect(Case).columns}
    ways = db.session.execute(sa.select(CaseAccess.unit_id).where(CaseAccess.case_id == case.id)).scalars().all()
    first = case.id + 1
    rows = [kept | {"id": first + place, "number": f"件{place:04d}号", "token": None} for place in range(CASES)]
    with unit_of_work(db.session) as session:
        session.execute(sa.insert(Case.__table__), rows)
        access = [{"case_id": row["id"], "unit_id": unit} for row in rows for unit in ways]
        session.execute(sa.insert(CaseAccess), access)
    return [row["id"] for row in rows]


def people(mail: Any, robots: tuple[str, str]) -> list[str]:
    """Clerks of the office: half told by mail, a quarter by each robot."""
    unit = db.session.scalar(sa.text("SELECT id FROM unit WHERE code = 'TH'"))
    names = [f"clerk-{place:03d}" for place in range(PEOPLE)]
    ways = ("email", "wecom", "email", "dingtalk")
    with unit_of_work(db.session) as session:
        for place, name in enumerate(names):
            post = Post(role="office", unit_id=unit, started_on=NOW.date())
            session.add(User(username=name, full_name=name, password_hash="-", created_at=NOW, posts=[post]))
            way = ways[place % 4]
            address = f"{name}@office.example" if way == "email" else f"{robots[way == 'dingtalk']}/{name}"
            session.add(Reach(username=name, channel=way, address=address, secret="s" if way == "dingtalk" else ""))
    return names


def left() -> int:
    db.session.rollback()
    waiting = Delivery.state.in_(("waiting", "sending"))
    return db.session.scalar(sa.select(sa.func.count()).select_from(Delivery).where(waiting)) or 0


def send_and_kill(url: str, folder: Path, mail_url: str, arrived: Any) -> int:
    """Three senders; one after the other is killed as messages arrive, and another takes its place."""
    chance, kills, began = random.Random(7), 0, time.time()
    senders = [start(main, url, folder, mail_url, began, NOW) for _ in range(3)]
    at = sorted(chance.sample(range(5, PEOPLE - 20), KILLS))
    try:
        while left() and time.time() < began + LONGEST:
            if kills < KILLS and arrived() >= at[kills]:
                time.sleep(chance.random() / 20)  # so that it is hit anywhere in its round
                place = chance.randrange(3)
                senders[place].kill()
                senders[place].join()
                senders[place] = start(main, url, folder, mail_url, began, NOW)
                kills += 1
            time.sleep(chance.random() / 50)
    finally:
        for sender in senders:
            sender.kill()
            sender.join()
    return kills


def numbers(text: str) -> list[str]:
    return re.findall(r"件\d{4}号", text)


@pytest.mark.slow(seconds=45)
def test_thousands_of_notices_arrive_once_though_senders_are_killed_and_receivers_refuse(
    shared: tuple[str, HandClock], tmp_path: Path
):
    url, clock = shared
    ctx = Ctx(db.session, SYSTEM, clock)
    grid = Ctx(db.session, actor_of(user_named(db.session, "grid"), ctx.units, ctx.today), clock)
    cases = copies_of_a_case(log(grid, at=moment(2026, 11, 22, 9)))
    kept = Kept(refuse_every=3)
    with mail_server(kept) as mail_url, robot(kept) as wecom, robot(kept) as dingtalk:
        list_robots(ctx, wecom, dingtalk)
        names = people(mail_url, (wecom, dingtalk))
        tellings = [
            (Telling("urged", cases[(place * EACH + turn) % CASES], item=f"urge:{place}"), [name])
            for place, name in enumerate(names)
            for turn in range(EACH)
        ]
        with unit_of_work(db.session):
            assert put_into_inboxes(ctx, tellings) == PEOPLE * EACH
            assert gather(ctx) == PEOPLE
            db.session.execute(sa.text("ANALYZE"))
        kills = send_and_kill(url, tmp_path, mail_url, lambda: len(kept.arrived))
    states = dict(db.session.execute(sa.select(Delivery.recipient, Delivery.state)).all())
    came = Counter(
        (re.search(r"clerk-\d{3}", to)[0], number) for _, to, text in kept.arrived for number in numbers(text)
    )  # type: ignore[index]
    uncertain = {name for name, state in states.items() if state == "uncertain"}
    assert set(states.values()) <= {"sent", "uncertain"}
    assert set(came.values()) == {1}
    wanted = {
        (name, f"件{(place * EACH + turn) % CASES:04d}号") for place, name in enumerate(names) for turn in range(EACH)
    }
    assert wanted - set(came) <= {pair for pair in wanted if pair[0] in uncertain}
    assert set(came) <= wanted
    assert kills == KILLS
    assert len(uncertain) <= kills
