"""Reading the audit log and the ledger of runs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseapp.domain.audit.models import JobRun


def last_slot(session: Session, job: str) -> datetime | None:
    """The latest slot of a job that ran."""
    return session.scalar(select(func.max(JobRun.slot)).where(JobRun.job == job))


def last_runs(session: Session) -> dict[str, JobRun]:
    """The latest run of each job."""
    latest = select(func.max(JobRun.id)).group_by(JobRun.job)
    return {run.job: run for run in session.scalars(select(JobRun).where(JobRun.id.in_(latest)))}
