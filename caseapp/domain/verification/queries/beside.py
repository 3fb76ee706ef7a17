"""Checking what stands in no chain of its own against the audit log, which says how it came about: declared interests,
acts that waited for a second person, posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.access.models import Interest
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.audit.verify import Verified
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.people.models import Post, User
from caseapp.kernel.errors import N_, CaseappError

Told = Counter[tuple[Hashable, ...]]
INTEREST = N_("%(name)s: the declared interests are not what the audit log says")
REQUEST = N_("%(name)s: what was asked for and decided is not what the audit log says")
POST = N_("%(name)s: the posts are not what the audit log says")


def check_beside(session: Session, result: Verified) -> None:
    """Hold interests, requests and posts against the log."""
    _hold(
        result,
        INTEREST,
        _declared(session),
        _rows(session, select(Case.number, Interest.username).join(Case, Case.id == Interest.case_id)),
    )
    undone = select(Case.number, Interest.username).join(Case, Case.id == Interest.case_id)
    _hold(
        result,
        INTEREST,
        _undone(session),
        _rows(session, undone.where(Interest.undone_at.is_not(None))),
    )
    asked = select(Case.number, Proposal.action, Proposal.asked_by).join(Case, Case.id == Proposal.case_id)
    interests = select(Case.number, Interest.username).join(Case, Case.id == Interest.case_id)
    undone = interests.where(Interest.undone_at.is_not(None))
    _hold(result, INTEREST, _declared(session), _rows(session, interests))
    _hold(result, INTEREST, _undone(session), _rows(session, undone))
    asked = select(Case.number, Proposal.action, Proposal.asked_by).join(Case, Case.id == Proposal.case_id)
    _hold(result, REQUEST, _proposed(session), _rows(session, asked))
    decided = select(Case.number, Proposal.action, Proposal.decided_by, Proposal.approved)
    decided = decided.join(Case, Case.id == Proposal.case_id).where(Proposal.decided_at.is_not(None))
    _hold(result, REQUEST, _decided(session), _rows(session, decided))
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


def _declared(session: Session) -> Told:
    return _of(session, "interest_declared", lambda entry: (entry.subject, entry.actor))


def _undone(session: Session) -> Told:
    return _of(session, "interest_undone", lambda entry: (entry.subject, entry.detail.get("person")))


def _proposed(session: Session) -> Told:
    return _of(session, "proposed", lambda entry: (entry.subject, entry.detail.get("move"), entry.actor))


def _decided(session: Session) -> Told:
    return _of(
        session, "decided",
        lambda entry: (entry.subject, entry.detail.get("move"), entry.actor, entry.detail.get("approved")),
    )  # fmt: skip


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
