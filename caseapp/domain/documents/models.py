"""The photos and papers of a case (附件). The rows are here, the pictures lie as files named by their digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseapp.db import Base
from caseapp.domain.documents.kinds import FORMS, KINDS

Key = BigInteger().with_variant(Integer, "sqlite")


def _one_of(column: str, slugs: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(slug) for slug in slugs)})"


class Document(Base):
    """One photo or paper: the ``nth`` of its case, what it is, who added it. A row is never deleted; a withdrawn paper
    stays on record with the reason.

    ``source`` is the digest of the file as it came in, of which nothing else is kept: an original on somebody's phone
    can be held against it. ``client_id`` is made by the sender, so that sending it twice adds it once.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("case_id", "nth"),
        UniqueConstraint("case_id", "client_id"),
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint(_one_of("form", FORMS), name="form"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_somebody"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    nth: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    form: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(64))
    added_by: Mapped[str] = mapped_column(String(80))
    added_at: Mapped[datetime]
    client_id: Mapped[str | None] = mapped_column(String(80))
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    pages: Mapped[list[DocumentPage]] = relationship(order_by="DocumentPage.nth", cascade="all, delete-orphan")


class DocumentPage(Base):
    """One picture of a paper, by the digests of its file and of its thumbnail's; a photo has one."""

    __tablename__ = "document_page"
    __table_args__ = (UniqueConstraint("document_id", "nth"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    nth: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    thumbnail: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
