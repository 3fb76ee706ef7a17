"""Whether the ends of the chains bear the marks of the key."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.audit.heads import KEYED, bears_mark, key_sign
from caseapp.domain.audit.models import AuditEntry, ChainHead
from caseapp.kernel.errors import N_, CaseappError

NO_KEY = N_("the ends of the logs bear marks that cannot be checked without the key (audit_key)")
OTHER_KEY = N_("the ends of the logs bear marks of another key than the one here (audit_key): they cannot be checked")
MOVED = N_("%(name)s: the log was added to or cut without the key; somebody wrote into the database past the program")


def check_heads(session: Session, key: str) -> list[CaseappError]:
    """Each chain whose end does not bear the mark of the key; or why that cannot be told. A database that was not
    brought up to date since there are marks has none yet."""
    told = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == KEYED).order_by(AuditEntry.seq)).all()
    heads = session.execute(select(ChainHead.name, ChainHead.seq, ChainHead.digest, ChainHead.mark)).all()
    if not told and not any(mark for *_end, mark in heads):
        return []
    if not key:
        return [CaseappError(NO_KEY)]
    if told and told[0].get("key") != key_sign(key):
        return [CaseappError(OTHER_KEY)]
    return [
        CaseappError(MOVED, name=name)
        for name, seq, digest, mark in sorted(heads)
        if not bears_mark(key, mark, (name, seq, digest))
    ]
