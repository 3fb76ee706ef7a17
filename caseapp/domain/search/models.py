"""The table that search and the hint of the quick log look texts up in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Dialect, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from caseapp.db import Base, Hex
from caseapp.domain.search.grams import from_token, token


class Keys(TypeDecorator[frozenset[int]]):
    """Numbers of pairs: an array on PostgreSQL, which a GIN index is over; tokens on SQLite, which FTS5 reads."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        array = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.ARRAY(SmallInteger) if array else Text())

    def process_bind_param(self, value: Iterable[int] | None, dialect: Dialect) -> Any:
        keys = sorted(value or ())
        return keys if dialect.name == "postgresql" else " ".join(map(token, keys))

    def process_result_value(self, value: Any, dialect: Dialect) -> frozenset[int]:
        return frozenset(value or () if dialect.name == "postgresql" else map(from_token, (value or "").split()))


class CaseContact(Base):
    """A telephone or identity number that a case is looked up by, as a digest under a key (``db/sealed.py``): who
    copies the database can compare numbers with none of them. Accusations have none, nor has what was struck out or
    erased."""

    __tablename__ = "case_contact"
    __table_args__ = (Index("ix_case_contact_case_id", "case_id"), {"sqlite_with_rowid": False})

    digest: Mapped[str] = mapped_column(Hex, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, autoincrement=False)


class CaseWords(Base):
    """What a case is found by: the numbers of the pairs of its title and its description, and that of its village (of
    its town for what arose at no village). Accusations have no row, nor has what was struck out or erased.

    On SQLite triggers keep ``case_words_index`` (FTS5) in line with the rows.
    """

    __tablename__ = "case_words"
    __table_args__ = (
        Index(
            "ix_case_words_found_by", "found_by", postgresql_using="gin", postgresql_with={"fastupdate": "off"}
        ).ddl_if(dialect="postgresql"),
    )  # fmt: skip

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, autoincrement=False)
    village_id: Mapped[int]
    found_by: Mapped[frozenset[int]] = mapped_column(Keys)
