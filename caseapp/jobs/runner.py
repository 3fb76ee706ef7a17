"""Once-only: a slot of a job runs once, over any number of processes, whatever dies in between.

The claim (a unique row of the run ledger) and the effect are one transaction: a process that dies takes both with it,
and the next one finds the slot free.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.db import unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.audit.models import JobRun
from caseapp.jobs.registry import Job
from caseapp.kernel.clock import Clock


def run_slot(session: Session, clock: Clock, job: Job, slot: datetime) -> bool:
    """Run a job for a slot unless that was done. Returns whether it ran."""
    with unit_of_work(session):
        ctx = Ctx(session, SYSTEM, clock)
        claim = _claim(session, job.name, slot, ctx.now)
        if claim is None:
            return False
        result = job.run(ctx, slot)
        session.execute(update(JobRun).where(JobRun.id == claim).values(result=result))
    return True


def _claim(session: Session, job: str, slot: datetime, now: datetime) -> int | None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"job": job, "slot": slot, "ran_at": now, "result": {}}
    return session.scalar(dialect.insert(JobRun).values(row).on_conflict_do_nothing().returning(JobRun.id))


def missed_slots(session: Session, job: Job, now: datetime) -> list[datetime]:
    """The slots since the last one that ran, oldest first; on a new installation the latest one alone."""
    last = session.scalar(select(func.max(JobRun.slot)).where(JobRun.job == job.name))
    session.rollback()  # nothing was written; the slots run in transactions of their own
    return list(job.schedule.slots(last, now)) if last else [job.schedule.latest(now)]


def catch_up(session: Session, clock: Clock, jobs: Iterable[Job]) -> int:
    """Run every missed slot of some jobs, each once. Returns how many ran here."""
    ran = 0
    for job in jobs:
        for slot in missed_slots(session, job, clock()):
            ran += run_slot(session, clock, job, slot)
    return ran


def last_runs(session: Session) -> dict[str, JobRun]:
    """The latest run of each job."""
    latest = select(func.max(JobRun.id)).group_by(JobRun.job)
    return {run.job: run for run in session.scalars(select(JobRun).where(JobRun.id.in_(latest)))}
