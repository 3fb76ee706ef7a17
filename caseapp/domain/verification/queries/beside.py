"""Checking what stands in no chain of its own against the audit log, which says how it came about: declared interests,
acts that waited for a second person, posts; and the ledger of runs against the clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.access.models import Interest
from caseapp.domain.audit.models import AuditEntry, JobRun
from caseapp.domain.audit.verify import Verified
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.people.models import Post, User
from caseapp.domain.verification.queries.erased import TAKEN
from caseapp.kernel.errors import N_, CaseappError

Told = Counter[tuple[Hashable, ...]]
INTEREST = N_("%(name)s: the declared interests are not what the audit log says")
REQUEST = N_("%(name)s: what was asked for and decided is not what the audit log says")
BACK = "request_taken_back"
SAID: Mapping[str, Callable[[AuditEntry], tuple[Hashable, ...]]] = {
    "interest_declared": lambda entry: (entry.subject, entry.actor),
    "interest_undone": lambda entry: (entry.subject, entry.detail.get("person")),
    "proposed": lambda entry: (entry.subject, entry.detail.get("move"), entry.actor),
    "decided": lambda entry: (entry.subject, entry.detail.get("move"), entry.actor, entry.detail.get("approved")),
}
"""What an entry says was declared or undone, asked for or decided."""
BATCH = 2000
RUN = N_("%(name)s: a run is on record that is still to come, so that it would never be made")
POST = N_("%(name)s: the posts are not what the audit log says")


def check_runs(session: Session, result: Verified, now: datetime) -> None:
    """No job ran for a time that is still to come."""
    to_come = select(JobRun.job).where(JobRun.slot > now).distinct().order_by(JobRun.job)
    result.broken += [CaseappError(RUN, name=job) for job in session.scalars(to_come)]


def check_beside(session: Session, result: Verified) -> None:
    """Hold interests, requests and posts against the log."""
    told = _told_by_the_log(session)
    interests = select(Case.number, Interest.username).join(Case, Case.id == Interest.case_id)
    undone = interests.where(Interest.undone_at.is_not(None))
    _hold(result, INTEREST, told["interest_declared"], _rows(session, interests))
    _hold(result, INTEREST, told["interest_undone"], _rows(session, undone))
    asked = select(Case.number, Proposal.action, Proposal.asked_by).join(Case, Case.id == Proposal.case_id)
    _hold(result, REQUEST, told["proposed"], _rows(session, asked))
    decided = select(Case.number, Proposal.action, Proposal.decided_by, Proposal.approved)
    decided = decided.join(Case, Case.id == Proposal.case_id).where(Proposal.decided_at.is_not(None))
    _hold(result, REQUEST, told["decided"], _rows(session, decided))
    _posts(session, result)


def _hold(result: Verified, what: str, told: Told, kept: Told) -> None:
    for one in (told - kept) | (kept - told):
        result.broken.append(CaseappError(what, name=one[0]))


def _rows(session: Session, query: Any) -> Told:
    return Counter(tuple(row) for row in session.execute(query))


def _entries(session: Session, action: str) -> Iterator[AuditEntry]:
    yield from session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()


def _of(session: Session, action: str, said: Callable[[AuditEntry], tuple[Hashable, ...]]) -> Told:
    return Counter(said(entry) for entry in _entries(session, action))


def _told_by_the_log(session: Session) -> dict[str, Told]:
    """What was declared and undone, asked for and decided, in the order of the log. A case that is taken as an
    accusation takes its declared interests along, and what waited for a second person is refused with it; what was
    taken back counts as refused by who had asked for it."""
    told: dict[str, Told] = {action: Counter() for action in SAID}
    query = select(AuditEntry).where(AuditEntry.action.in_((*SAID, TAKEN, BACK))).order_by(AuditEntry.seq)
    for entry in session.scalars(query.execution_options(yield_per=BATCH)):
        if entry.action == TAKEN:
            _take_along(told, entry, str(entry.detail.get("was")))
        elif entry.action == BACK and "move" in entry.detail:
            told["decided"][entry.subject, entry.detail["move"], entry.actor, False] += 1
        elif entry.action != BACK:
            told[entry.action][SAID[entry.action](entry)] += 1
    return told


def _take_along(told: Mapping[str, Told], entry: AuditEntry, was: str) -> None:
    for action in ("interest_declared", "interest_undone"):
        theirs = {one[1:]: times for one, times in told[action].items() if one[0] == was}
        told[action].update({(entry.subject, *said): times for said, times in theirs.items()})
    over = Counter(one[:2] for one in told["decided"].elements())
    waiting = Counter(one[:2] for one in told["proposed"].elements() if one[0] == was) - over
    told["decided"].update({(*one, entry.actor, False): times for one, times in waiting.items()})


def _posts(session: Session, result: Verified) -> None:
    """Nobody holds more posts of a role than the log says were given and not ended, and each that was given is there: a
    merge of units moves a post and may make one of two."""
    given, ended = (_post_entries(session, action) for action in ("post_added", "post_ended"))
    every = _rows(session, select(User.username, Post.role).join(User, User.id == Post.user_id))
    held = _rows(
        session, select(User.username, Post.role).join(User, User.id == Post.user_id).where(Post.ended_on.is_(None))
    )
    for one in (held - (given - ended)) | (given - every):
        result.broken.append(CaseappError(POST, name=one[0]))


def _post_entries(session: Session, action: str) -> Told:
    return _of(session, action, lambda entry: (entry.subject, entry.detail.get("role")))
