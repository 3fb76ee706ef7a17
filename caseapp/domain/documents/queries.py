"""Reading the photos and papers of a case. Whoever does not see the case finds none of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, bindparam, case, cast, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from caseapp.db import word
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import is_stub_for
from caseapp.domain.documents.models import Document, DocumentPage
from caseapp.domain.people.models import User
from caseapp.domain.supervision.queries import CaseAside

MOST_NAMED = 200


@dataclass(frozen=True)
class PaperOnFile:
    """A document as a case's page lists it. ``said`` is what its sender called it, or why it was withdrawn."""

    id: int
    nth: int
    kind: str
    form: str
    added_by: str
    added_at: datetime
    withdrawn: bool
    said: str


@cache
def told_beside() -> Select[*tuple[Any, ...]]:
    """The papers of a case, withdrawn ones too, as ``supervision/queries.py: beside()`` reads them in its one query."""
    return (
        select(
            word("paper"), Document.id, Document.added_by, func.coalesce(User.full_name, Document.added_by),
            Document.kind,
            Document.form + word(" ") + case((_standing(), Document.name), else_=Document.withdrawn_reason),
            cast(None, Date), Document.added_at, ~_standing(),
        )
        .outerjoin(User, User.username == Document.added_by)
        .where(Document.case_id == bindparam("case_id", type_=Integer))
    )  # fmt: skip


def papers_told(rows: Iterable[CaseAside]) -> list[PaperOnFile]:
    """What was told beside a case as papers: rows are never deleted, so the order they were added in numbers them."""
    papers = []
    for nth, row in enumerate(sorted(rows, key=lambda row: row.id), 1):
        form, _, said = row.more.partition(" ")
        assert row.at is not None
        papers.append(PaperOnFile(row.id, nth, row.what, form, row.name, row.at, row.over, said))
    return papers


def sheets_of(session: Session, case_id: int, *, withdrawn: bool) -> list[tuple[int, int]]:
    """Each page of each paper of a case, as document and page, in order; withdrawn ones only when asked for. The caller
    has shown that the actor sees the case."""
    query = (
        select(Document.id, DocumentPage.nth)
        .join(DocumentPage, DocumentPage.document_id == Document.id)
        .where(Document.case_id == case_id)
        .order_by(Document.nth, DocumentPage.nth)
    )
    return [(row[0], row[1]) for row in session.execute(query if withdrawn else query.where(_standing()))]


def _standing() -> ColumnElement[bool]:
    return Document.withdrawn_at.is_(None)


def find_document(session: Session, actor: Actor, document_id: int) -> tuple[Document, Case] | None:
    """A document with its pages and its case, if the actor sees the case."""
    query = (
        select(Document, Case)
        .join(Case, Case.id == Document.case_id)
        .where(Document.id == document_id, scope(actor, Document.case_id))
        .options(joinedload(Document.pages))
    )
    found = session.execute(query).unique().one_or_none()
    return (found[0], found[1]) if found and not is_stub_for(actor, found[1]) else None


def papers_of(session: Session, case_id: int) -> list[tuple[int, str]]:
    """The number and the kind of each paper that lies with a case; the caller has shown that the actor sees it."""
    query = select(Document.nth, Document.kind).where(Document.case_id == case_id, _standing()).order_by(Document.nth)
    return [(row[0], row[1]) for row in session.execute(query)]


def standing_papers(session: Session, case_id: int) -> list[Document]:
    """The papers of a case that were not withdrawn, with their pages, in order; the caller has shown that the actor
    sees it."""
    query = select(Document).where(Document.case_id == case_id, _standing()).options(selectinload(Document.pages))
    return list(session.scalars(query.order_by(Document.nth)))


def opinion_of(session: Session, case_id: int) -> Document | None:
    """The latest written opinion (意见书) of a case that was not withdrawn, with its pages; the caller has shown that
    whoever asks may see it."""
    query = (
        select(Document)
        .where(Document.case_id == case_id, Document.kind == "opinion", _standing())
        .order_by(Document.nth.desc())
        .limit(1)
        .options(selectinload(Document.pages))
    )
    return session.scalar(query)


def where_they_lie(session: Session, actor: Actor, digests: Collection[str]) -> list[tuple[str, str, int, int]]:
    """Of some files those that lie with a case the actor sees: the digest, the case, the paper and its page; of very
    many the first."""
    wanted = sorted(digests)[:MOST_NAMED]
    hit = or_(DocumentPage.digest.in_(wanted), DocumentPage.thumbnail.in_(wanted))
    query = (
        select(DocumentPage.digest, DocumentPage.thumbnail, Case.number, Document.nth, DocumentPage.nth)
        .join(Document, Document.id == DocumentPage.document_id)
        .join(Case, Case.id == Document.case_id)
        .where(hit, scope(actor, Document.case_id))
        .order_by(Case.number, Document.nth, DocumentPage.nth)
    )
    rows = session.execute(query)
    return [(one, number, nth, page) for *both, number, nth, page in rows for one in both if one in wanted]


def all_digests(session: Session) -> Iterator[str]:
    """The digest of every file that a row points at."""
    query = select(DocumentPage.digest, DocumentPage.thumbnail).execution_options(yield_per=2000)
    for row in session.execute(query):
        yield from row
