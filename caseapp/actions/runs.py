"""The ledger of scheduled runs: claiming a slot, and putting down what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.db import insert_new
from caseapp.domain.audit.models import ChainHead, JobRun
from caseapp.kernel.clock import WRONG_BY, Clock, stopped_clock


def claim(session: Session, job: str, slot: datetime, clock: Clock) -> int | None:
    """Claim a slot in this transaction; None when it ran already. The unique key lets one claimant through. A slot that
    ran by a clock that was ahead is due again by the right one."""
    found = _claimed(session, job, slot, clock())
    if found is None and _forget_if_ahead(session, job, slot, clock):
        found = _claimed(session, job, slot, clock())
    return found


def _claimed(session: Session, job: str, slot: datetime, now: datetime) -> int | None:
    row = {"job": job, "slot": slot, "ran_at": now, "result": {}}
    found: int | None = session.scalar(insert_new(session, JobRun).values(row).returning(JobRun.id))
    return found


def _forget_if_ahead(session: Session, job: str, slot: datetime, clock: Clock) -> bool:
    """Take away a run of the future. The clock is asked after the row was read: a process that was frozen in between
    finds it later, never earlier; and the row goes only as it was read, so that one of several claims the slot."""
    same = JobRun.job == job, JobRun.slot == slot
    ran_at = session.scalar(select(JobRun.ran_at).where(*same))
    if ran_at is None or ran_at <= clock() + WRONG_BY:
        return False
    gone = delete(JobRun).where(*same, JobRun.ran_at == ran_at).returning(JobRun.id)
    return session.scalar(gone) is not None


def put_down(session: Session, job: str, slot: datetime, now: datetime, result: dict[str, Any]) -> None:
    """Put down what came of a run that nobody claimed, or of one that was claimed before."""
    if (run := claim(session, job, slot, stopped_clock(now))) is None:
        run = session.scalar(select(JobRun.id).where(JobRun.job == job, JobRun.slot == slot))
    assert run is not None
    finish(session, run, result)


LOOK = "look"
"""The job that reads every page of the database; ``caseapp check`` does so too."""


def keep_finding(ctx: Ctx, damaged: Sequence[tuple[str, str, str]], slot: datetime | None = None) -> None:
    """Put down what was found damaged by the look of a slot, or by one out of turn."""
    put_down(ctx.session, LOOK, slot or ctx.now, ctx.now, {"damaged": list(damaged)})


def try_writing(session: Session) -> None:
    """Write something that changes nothing, as far as the disk. Raises what the database says."""
    session.execute(update(ChainHead).values(seq=ChainHead.seq))


def finish(session: Session, run: int, result: dict[str, Any]) -> None:
    """Put down what came of a claimed run."""
    session.execute(update(JobRun).where(JobRun.id == run).values(result=result))
