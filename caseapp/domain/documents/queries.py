"""Reading the photos and papers of a case. Whoever does not see the case finds none of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.documents.models import Document, DocumentPage
from caseapp.domain.people.models import User


@dataclass(frozen=True)
class Paper:
    """A document as a case's page lists it: who added it by name, and how many pages it has."""

    document: Document
    added_by: str
    pages: int


def papers_of(session: Session, case_id: int) -> list[Paper]:
    """The papers of a case in the order they were added, withdrawn ones too, in one query; the caller has shown that
    the actor sees the case."""
    pages = select(func.count()).where(DocumentPage.document_id == Document.id).scalar_subquery()
    rows = session.execute(
        select(Document, func.coalesce(User.full_name, Document.added_by), pages)
        .outerjoin(User, User.username == Document.added_by)
        .where(Document.case_id == case_id)
        .order_by(Document.nth)
    )
    return [Paper(*row) for row in rows]


def find_document(session: Session, actor: Actor, document_id: int) -> tuple[Document, Case] | None:
    """A document with its pages and its case, if the actor sees the case."""
    query = (
        select(Document, Case)
        .join(Case, Case.id == Document.case_id)
        .where(Document.id == document_id, scope(actor, Document.case_id))
        .options(joinedload(Document.pages))
    )
    found = session.execute(query).unique().one_or_none()
    return (found[0], found[1]) if found else None


def opinion_of(session: Session, case_id: int) -> Document | None:
    """The latest written opinion (意见书) of a case that was not withdrawn, with its pages; the caller has shown that
    whoever asks may see it."""
    query = (
        select(Document)
        .where(Document.case_id == case_id, Document.kind == "opinion", Document.withdrawn_at.is_(None))
        .order_by(Document.nth.desc())
        .limit(1)
        .options(selectinload(Document.pages))
    )
    return session.scalar(query)


def all_digests(session: Session) -> Iterator[str]:
    """The digest of every file that a row points at."""
    query = select(DocumentPage.digest, DocumentPage.thumbnail).execution_options(yield_per=2000)
    for row in session.execute(query):
        yield from row
