"""Once-only: a slot of a job runs once, over any number of processes, whatever dies in between.

The claim (a unique row of the run ledger) and the effect are one transaction: a process that dies takes both with it,
and the next one finds the slot free. What takes long is worked out ``beforehand`` without holding anything, and kept in
short transactions of its own. Between any two transactions there is a ``pause``, so that others who write come in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.actions.runs import claim, finish
from caseapp.db import unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.audit.queries import has_run, last_slot
from caseapp.domain.org.queries import load_office
from caseapp.jobs.registry import Job
from caseapp.jobs.schedule import Daily, Every
from caseapp.kernel.clock import Clock, local_day


def at_once() -> None:
    """No pause: nobody else is writing."""


def run_slot(session: Session, clock: Clock, job: Job, slot: datetime, pause: Callable[[], None] = at_once) -> bool:
    """Run a job for a slot unless that was done. Returns whether it ran."""
    if job.beforehand and not has_run(session, job.name, slot, clock()):
        for keep in job.beforehand(Ctx(session, SYSTEM, clock), slot):
            with unit_of_work(session):
                keep()
            pause()
    with unit_of_work(session):
        ctx = Ctx(session, SYSTEM, clock)
        run = claim(session, job.name, slot, clock)
        if run is None:
            return False
        finish(session, run, job.run(ctx, slot))
    return True


def missed_slots(session: Session, job: Job, now: datetime) -> list[datetime]:
    """The slots since the last one that ran, oldest first; on a new installation, and of a job that does not catch up,
    the latest one alone."""
    last = last_slot(session, job.name, now)
    schedule = schedule_of(session, job, now)
    session.rollback()  # nothing was written; the slots run in transactions of their own
    if last and job.catch_up:
        return list(schedule.slots(last, now))
    latest = schedule.latest(now)
    return [latest] if last is None or latest > last else []


def schedule_of(session: Session, job: Job, now: datetime) -> Daily | Every:
    """When a job is due, as the office has set it where it may."""
    return job.due_by(load_office(session, now), local_day(now)) if job.set_by else job.schedule


def catch_up(session: Session, clock: Clock, jobs: Iterable[Job], pause: Callable[[], None] = at_once) -> int:
    """Run every missed slot of some jobs, each once. Returns how many ran here."""
    ran = 0
    for job in jobs:
        for slot in missed_slots(session, job, clock()):
            ran += run_slot(session, clock, job, slot, pause)
            pause()
    return ran
