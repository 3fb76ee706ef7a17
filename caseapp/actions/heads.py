"""The ends of the chains, each with the mark of a key that is not in the database (``domain/audit/heads.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from caseapp.db import audit_key_of, plain_rows
from caseapp.db.rows import Rows
from caseapp.domain.audit.anchor import CHAINS
from caseapp.domain.audit.heads import bears_mark, head_mark
from caseapp.domain.audit.models import ChainHead

ENDS = (
    sa.select(ChainHead.name, ChainHead.seq, ChainHead.digest, ChainHead.mark)
    .where(ChainHead.name.in_(sa.bindparam("names", expanding=True)))
    .order_by(ChainHead.name)
    .with_for_update()
)


@dataclass
class ChainEnd:
    """The end of a chain: the number and the digest of its last link, and the mark that it bore where it stood."""

    name: str
    seq: int
    digest: str
    mark: str

    def __post_init__(self) -> None:
        self.stood = self.name, self.seq, self.digest

    def move(self, digest: str) -> int:
        """Add a link to the chain. Its number."""
        self.seq, self.digest = self.seq + 1, digest
        return self.seq


def lock_head(session: Session, name: str) -> ChainEnd:
    """The end of a chain, locked until the transaction ends, so that two writers cannot fork it. Who moves it puts it
    down (``put_ends``)."""
    return lock_heads(session, [name])[name]


def lock_heads(session: Session, names: Sequence[str]) -> dict[str, ChainEnd]:
    """The same of several chains, in one order for all writers."""
    return {name: ChainEnd(name, *told) for name, *told in plain_rows(session, ENDS, {"names": names})} if names else {}


def put_ends(session: Session, ends: Iterable[ChainEnd], rows: Rows) -> None:
    """Let the ends that moved be put down, with their links. Each is marked if it bore its mark where it stood: one
    that was moved past the program stays without, so that the next entry does not make it good."""
    key = audit_key_of(session.get_bind().engine)
    for end in ends:
        if end.seq != end.stood[1]:
            bore = bears_mark(key, end.mark, end.stood)
            _put(end, head_mark(key, end.name, end.seq, end.digest) if bore else end.mark, rows)


def _put(end: ChainEnd, mark: str, rows: Rows) -> None:
    row = {"name": end.name, "seq": end.seq, "digest": end.digest, "mark": mark}
    rows.add(ChainHead, [row], over=("seq", "digest", "mark"))


def mark_heads(session: Session, key: str) -> None:
    """Give each chain's end as it stands its first mark."""
    rows = Rows()
    for end in lock_heads(session, CHAINS).values():
        _put(end, head_mark(key, end.name, end.seq, end.digest), rows)
    rows.put_down(session)
