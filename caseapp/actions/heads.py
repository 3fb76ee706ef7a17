"""The ends of the chains, each with the mark of a key that is not in the database (``domain/audit/heads.py``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session

from caseapp.db import audit_key_of
from caseapp.domain.audit.anchor import CHAINS
from caseapp.domain.audit.heads import bears_mark, head_mark
from caseapp.domain.audit.models import ChainHead

ENDS = (
    sa.select(ChainHead)
    .where(ChainHead.name.in_(sa.bindparam("names", expanding=True)))
    .order_by(ChainHead.name)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def lock_head(session: Session, name: str) -> ChainHead:
    """The end of a chain, locked until the transaction ends, so that two writers cannot fork it."""
    return lock_heads(session, [name])[name]


def lock_heads(session: Session, names: Sequence[str]) -> dict[str, ChainHead]:
    """The same of several chains, in one order for all writers."""
    if not names:
        return {}
    session.flush()  # the last link this transaction added must be written before the row is read anew
    return {head.name: head for head in session.scalars(ENDS, {"names": names})}


@sa_event.listens_for(ChainHead, "before_update")
def mark_what_moves(_mapper: Any, connection: sa.Connection, head: ChainHead) -> None:
    """Mark the end of a chain that moves, if it bore its mark where it stood: one that was moved past the program stays
    without, so that the next entry does not make it good."""
    key, state = audit_key_of(connection.engine), sa.inspect(head)
    seq, digest = (_was(state.attrs[name]) for name in ("seq", "digest"))
    if seq != head.seq and bears_mark(key, head.mark, (head.name, seq, digest)):
        head.mark = head_mark(key, head.name, head.seq, head.digest)


def _was(attribute: Any) -> Any:
    """What stands in the database."""
    history = attribute.history
    return history.deleted[0] if history.deleted else attribute.value


def mark_heads(session: Session, key: str) -> None:
    """Give each chain's end as it stands its first mark."""
    for head in lock_heads(session, CHAINS).values():
        head.mark = head_mark(key, head.name, head.seq, head.digest)
    session.flush()
