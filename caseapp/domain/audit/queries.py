"""Reading the audit log, what was tried by nobody in particular, and the ledger of runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import starmap

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from caseapp.domain.audit.backups import OFF
from caseapp.domain.audit.models import AuditEntry, ChainHead, JobRun, StrayTries
from caseapp.kernel.clock import WRONG_BY, day_begins

PAGE, LOOKED_BACK = 50, 40


@dataclass(frozen=True)
class AskedEntries:
    """Which entries of the log are asked for: of whom, what they did, to what, from one day to another; all of them
    where nothing is said."""

    actors: Collection[str] = ()
    actions: Collection[str] = ()
    subject: str = ""
    first: date | None = None
    last: date | None = None

    def clause(self) -> ColumnElement[bool]:
        """As a condition."""
        columns = (AuditEntry.actor, self.actors), (AuditEntry.action, self.actions)
        parts: list[ColumnElement[bool]] = [column.in_(wanted) for column, wanted in columns if wanted]
        parts += [AuditEntry.subject == self.subject] if self.subject else []
        parts += [AuditEntry.at >= day_begins(self.first)] if self.first else []
        parts += [AuditEntry.at < day_begins(self.last + timedelta(days=1))] if self.last else []
        return and_(true(), *parts)


def log_entries(
    session: Session, asked: AskedEntries, seen: ColumnElement[bool], *, before: int = 0, most: int = PAGE
) -> list[AuditEntry]:
    """Entries of the log, latest first: of those that a reader sees (``seen``), the ones asked for that came before the
    entry ``before``. One more than ``most`` when there is a next page."""
    query = select(AuditEntry).where(asked.clause(), seen)
    place = session.get(AuditEntry, before) if before else None
    if place is not None:
        earlier = or_(AuditEntry.at < place.at, AuditEntry.seq < place.seq)
        query = query.where(AuditEntry.at <= place.at, earlier)
    return list(session.scalars(query.order_by(AuditEntry.at.desc(), AuditEntry.seq.desc()).limit(most + 1)))


def not_among(session: Session, entries: Collection[AuditEntry], seen: ColumnElement[bool]) -> set[int]:
    """The numbers of those entries that are not among the ones ``seen``."""
    seqs = {entry.seq for entry in entries}
    return seqs - set(session.scalars(select(AuditEntry.seq).where(AuditEntry.seq.in_(seqs), seen)))


@dataclass(frozen=True)
class StrayHour:
    """What was tried in an hour, from where and how often; no origin stands for all others together."""

    hour: datetime
    kind: str
    origin: str
    tries: int


def stray_hours(session: Session, most: int = 100) -> list[StrayHour]:
    """What nobody in particular tried, the latest hours first, the most tries of an hour first."""
    query = select(StrayTries.hour, StrayTries.kind, StrayTries.origin, StrayTries.tries)
    order = StrayTries.hour.desc(), StrayTries.tries.desc(), StrayTries.kind, StrayTries.origin
    return list(starmap(StrayHour, session.execute(query.order_by(*order).limit(most))))


def last_seal(session: Session) -> int:
    """The number of the last seal there is."""
    return session.scalar(select(ChainHead.seq).where(ChainHead.name == "seals")) or 0


def has_run(session: Session, job: str, slot: datetime, now: datetime) -> bool:
    """Whether a job ran for a slot. What ran by a clock that was ahead did not."""
    query = select(JobRun.id).where(JobRun.job == job, JobRun.slot == slot, JobRun.ran_at <= now + WRONG_BY)
    return session.scalar(query) is not None


def last_slot(session: Session, job: str, now: datetime) -> datetime | None:
    """The latest slot of a job that ran. What ran by a clock that was ahead did not."""
    return session.scalar(select(func.max(JobRun.slot)).where(JobRun.job == job, JobRun.ran_at <= now + WRONG_BY))


def last_finding(session: Session, job: str) -> list[tuple[str, str, str]]:
    """What the last run of the job that looks for damage found: kind, name, and what the database said."""
    query = select(JobRun.result).where(JobRun.job == job).order_by(JobRun.id.desc()).limit(1)
    found: dict[str, list[tuple[str, str, str]]] = session.scalar(query) or {}
    return found.get("damaged", [])


def last_backup(session: Session) -> JobRun | None:
    """The last backup, whoever had it made; nights on which none was asked for are passed over."""
    query = select(JobRun).where(JobRun.job == "backup").order_by(JobRun.slot.desc()).limit(LOOKED_BACK)
    return next((run for run in session.scalars(query) if run.result != OFF), None)


def last_runs(session: Session) -> dict[str, JobRun]:
    """The latest run of each job."""
    latest = select(func.max(JobRun.id)).group_by(JobRun.job)
    return {run.job: run for run in session.scalars(select(JobRun).where(JobRun.id.in_(latest)))}
