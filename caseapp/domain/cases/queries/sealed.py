"""Whether what is encrypted can be read with the keys that are here."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.cases.models import CaseParty


def try_a_number(session: Session) -> bool:
    """Read a telephone number; whether there is one. Raises CaseappError when it was encrypted with a key that is not
    here."""
    return session.scalar(select(CaseParty.phone).where(CaseParty.phone != "").limit(1)) is not None
