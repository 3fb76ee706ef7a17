"""Tries at codes that failed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseapp.domain.receipts.models import TrackAttempt


def attempts_since(session: Session, keys: tuple[str, ...], since: datetime) -> dict[str, int]:
    """How many tries failed under some keys since an instant."""
    row = TrackAttempt
    query = select(row.key, func.count()).where(row.key.in_(keys), row.at > since).group_by(row.key)
    return {row[0]: row[1] for row in session.execute(query)}
