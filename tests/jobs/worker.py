"""One of several processes of a test: runs what it is told on a database that others have open too.

``register`` logs cases, ``schedule`` catches up on a job of hundreds of slots, dying in the middle of some.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from caseapp import create_app
from caseapp.actions.cases import RegisterCase, register
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.config import Settings
from caseapp.db import db, unit_of_work
from caseapp.domain.access.queries import actor_of
from caseapp.domain.cases.events import Head
from caseapp.domain.org.queries import load_units
from caseapp.domain.people.queries import user_named
from caseapp.jobs.registry import Job
from caseapp.jobs.runner import run_slot
from tests.sizes import many

START = datetime(2026, 1, 1, tzinfo=UTC)
SLOTS = many(200, 1000)


class EveryMinute:
    """A schedule for the test alone."""

    def slots(self, after: datetime, until: datetime) -> Iterator[datetime]:
        while after < until:
            after += timedelta(minutes=1)
            yield after


def registering(count: int, name: str) -> None:
    with unit_of_work(db.session):
        actor = actor_of(user_named(db.session, "grid"), load_units(db.session), START.date() + timedelta(days=330))
    for place in range(count):
        with unit_of_work(db.session) as session:
            ctx = Ctx(session, actor, lambda: START + timedelta(days=1))
            register(ctx, RegisterCase(Head("dispute", "TH-SH-01", "并发登记"), f"{name}-{place}"))


def scheduling(name: str, deaths: int) -> None:
    """Run the slots; on every 20th of them the process dies in mid-transaction, as often as it may."""
    fatal = {START + timedelta(minutes=minute) for minute in range(20, SLOTS + 1, 20)}

    def effect(ctx: Ctx, slot: datetime) -> dict[str, str]:
        note(ctx, "slot", slot.isoformat())
        if deaths and slot in fatal:
            ctx.session.flush()
            os._exit(9)
        return {"by": name}

    job = Job("minutely", EveryMinute(), effect, "")  # type: ignore[arg-type]
    for slot in job.schedule.slots(START, START + timedelta(minutes=SLOTS)):
        run_slot(db.session, lambda: START + timedelta(days=1), job, slot)


def main(what: str, url: str, name: str, number: int, folder: Path) -> None:
    """Run what is said on the database of an address."""
    settings = Settings(
        folder, url, "key", lambda: START, production=False, field_keys=Path(os.environ["CASEAPP_FIELD_KEYS_FILE"])
    )
    with create_app(settings).app_context():
        {"register": lambda: registering(number, name), "schedule": lambda: scheduling(name, number)}[what]()
        db.session.remove()
        db.engine.dispose()
