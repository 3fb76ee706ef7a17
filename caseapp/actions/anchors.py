"""Anchors: made each day and when a month is frozen, put into the log, mailed, and written to a file that is only ever
added to. Whoever can write the database cannot make one: the key is not in it."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.actions.heads import mark_heads
from caseapp.actions.journal import note
from caseapp.db import audit_key_of
from caseapp.domain.audit.anchor import Anchor, as_line, from_record
from caseapp.domain.audit.heads import KEYED, key_sign
from caseapp.domain.audit.models import AuditEntry, ChainHead
from caseapp.domain.cases.models import Case
from caseapp.domain.notices.models import Delivery
from caseapp.domain.org.settings import ANCHOR_MAILS
from caseapp.domain.reports.models import FrozenReport
from caseapp.kernel.private import OWNER_ALONE, make_private_folder

log = logging.getLogger(__name__)


def read_anchor(ctx: Ctx, key: str) -> Anchor | None:
    """Where the logs end now, under a key; none for an installation without one. Read in one statement, so that it is
    of one instant; nothing is written."""
    if not key:
        return None
    ctx.session.flush()  # what this transaction wrote is part of it
    cases = select(func.count()).select_from(Case).scalar_subquery()
    frozen = select(func.count()).select_from(FrozenReport).scalar_subquery()
    rows = ctx.session.execute(select(ChainHead.name, ChainHead.seq, ChainHead.digest, cases, frozen)).all()
    ends, digests = {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}
    at = ctx.now.replace(microsecond=0)
    return Anchor(at, ends, rows[0][3], rows[0][4], digests).marked(key.encode())


def put_down(ctx: Ctx, anchor: Anchor) -> None:
    """Put an anchor into the log and have it mailed to whom the office names."""
    note(ctx, "anchored", "", anchor=anchor.text, record=anchor.record)
    addresses = ctx.office.settings.value(ANCHOR_MAILS, ctx.today)
    assert isinstance(addresses, list | tuple)
    ctx.session.add_all(
        Delivery(
            recipient="", channel="email", state="waiting", next_try_at=ctx.now, created_at=ctx.now,
            address=str(address), anchor=anchor.text,
        )
        for address in addresses
    )  # fmt: skip


def anchor_now(ctx: Ctx, key: str) -> Anchor | None:
    """Make an anchor and put it down."""
    anchor = read_anchor(ctx, key)
    if anchor is not None:
        put_down(ctx, anchor)
    return anchor


def key_heads(ctx: Ctx) -> None:
    """Mark the ends of the logs with the key for the first time, on record; later it changes nothing."""
    key = audit_key_of(ctx.session.get_bind().engine)
    if not key or ctx.session.scalar(select(AuditEntry.seq).where(AuditEntry.action == KEYED).limit(1)):
        return
    note(ctx, "heads_keyed", "", key=key_sign(key))
    mark_heads(ctx.session, key)


def last_anchor(session: Session) -> str:
    """The text of the latest anchor, for the foot of papers; none yet is empty."""
    latest = select(AuditEntry.detail).where(AuditEntry.action == "anchored")
    found = session.scalar(latest.order_by(AuditEntry.at.desc(), AuditEntry.seq.desc()).limit(1))
    return str(found["anchor"]) if found else ""


def write_out(session: Session, file: Path) -> int:
    """Add to the file of anchors those of the log that are not in it yet. Nothing in the file is ever changed: it may
    lie on another machine that allows no more than adding. Returns how many were added. Raises OSError."""
    made = select(AuditEntry.seq, AuditEntry.detail).where(
        AuditEntry.action == "anchored", AuditEntry.seq > _last_entry(file)
    )
    found = session.execute(made.order_by(AuditEntry.seq))
    lines = [as_line(from_record(detail["record"]), seq) for seq, detail in found]
    if lines:
        _add(file, lines)
    return len(lines)


def keep_outside(session: Session, file: Path) -> int:
    """The same, where it must not stand in the way: a file that cannot be reached now is caught up with by the daily
    job, and the log of the program says so."""
    try:
        return write_out(session, file)
    except (OSError, ValueError) as problem:
        log.warning("anchors were not written to %s: %s", file, problem)
        return 0


def _last_entry(file: Path) -> int:
    """The entry of the log that the last line of the file tells of."""
    if not file.exists():
        return 0
    lines = [line for line in file.read_text("utf-8").splitlines() if line.startswith("{")]
    return max((json.loads(line).get("entry", 0) for line in lines), default=0)


def _add(file: Path, lines: Iterable[str]) -> None:
    make_private_folder(file.parent)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ALONE)
    with os.fdopen(handle, "a", encoding="utf-8") as added:
        added.writelines(f"{line}\n" for line in lines)
        added.flush()
        os.fsync(added.fileno())
