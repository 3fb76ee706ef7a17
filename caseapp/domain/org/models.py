"""The table of units."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from caseapp.db import Base


class Unit(Base):
    """A town, a village or community, or a group. ``path`` is the codes from the town down, each closed by a slash."""

    __tablename__ = "unit"
    __table_args__ = (CheckConstraint("tier IN ('town', 'village', 'group')", name="tier"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    tier: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    path: Mapped[str] = mapped_column(String(200), index=True)


DEMO = "demo"
TREE = "tree"


class Mark(Base):
    """A mark on the whole database: that it holds the demo township; the version of its tree of units."""

    __tablename__ = "mark"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
