"""The ledger of scheduled runs: claiming a slot, and putting down what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from caseapp.db import insert_new
from caseapp.domain.audit.models import JobRun


def claim(session: Session, job: str, slot: datetime, now: datetime) -> int | None:
    """Claim a slot in this transaction; None when it ran already. The unique key lets one claimant through."""
    row = {"job": job, "slot": slot, "ran_at": now, "result": {}}
    found: int | None = session.scalar(insert_new(session, JobRun).values(row).returning(JobRun.id))
    return found


def put_down(session: Session, job: str, slot: datetime, now: datetime, result: dict[str, Any]) -> None:
    """Put down what came of a run that nobody claimed, or of one that was claimed before."""
    if (run := claim(session, job, slot, now)) is None:
        run = session.scalar(select(JobRun.id).where(JobRun.job == job, JobRun.slot == slot))
    assert run is not None
    finish(session, run, result)


def finish(session: Session, run: int, result: dict[str, Any]) -> None:
    """Put down what came of a claimed run."""
    session.execute(update(JobRun).where(JobRun.id == run).values(result=result))
