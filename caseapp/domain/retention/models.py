"""What is proposed to be erased."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from caseapp.db import Base


class ErasingProposal(Base):
    """A case whose contacts the nightly job proposes to erase: since when, who asked for it, having looked at the case.
    When somebody else has signed, the contacts are gone and so is this row. Or they are kept longer, until a day."""

    __tablename__ = "erasing_proposal"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, autoincrement=False)
    proposed_at: Mapped[datetime]
    asked_by: Mapped[str | None] = mapped_column(String(80))
    asked_at: Mapped[datetime | None]
    kept_until: Mapped[date | None]
    case: Mapped[Any] = relationship("Case")
