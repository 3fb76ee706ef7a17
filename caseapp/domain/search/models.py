"""The table that search and the hint of the quick log look texts up in."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base

Key = BigInteger().with_variant(Integer, "sqlite")


class CaseGram(Base):
    """A pair of characters in the title or the description of a case, and the village the case belongs to (the town for
    what arose at no village). Accusations have none.

    It is read by pair, or by pair and village, so the key is all there is; on SQLite it is the table itself. It has no
    foreign keys: it is worked out from the case row by ``actions/shadow.py`` and cases are never deleted, while a
    check for each of a hundred rows would double what logging a case costs.
    """

    __tablename__ = "case_gram"
    __table_args__ = {"sqlite_with_rowid": False}

    gram: Mapped[str] = mapped_column(String(2), primary_key=True)
    village_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
