"""Writing to the append-only logs: events and their seals, audit entries. Nothing here changes or deletes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session, SessionTransaction

from caseapp.actions.context import Ctx
from caseapp.actions.heads import ChainEnd, lock_head, lock_heads, put_ends
from caseapp.actions.held import CHAIN, hold_rows, written_rows
from caseapp.db.rows import Rows
from caseapp.domain.audit.chain import change_content, digest, stamp, text_digest
from caseapp.domain.audit.models import AuditEntry, Seal
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.history import effect_of
from caseapp.domain.cases.models import Case, CaseEvent, CaseEventText
from caseapp.domain.cases.record import chained, lay_down
from caseapp.domain.org.chronicle import Change

Link = tuple[dict[str, Any], dict[str, Any]]
End = dict[str, Any]
"""The number, the length and the head of the chain of a case."""
UNSEALED = "unsealed"
"""Where a session keeps the ends of the chains that grew in its transaction, by the id of the case: None of those that
are to be read, because a part of the transaction was taken back."""
AT_ONCE = 500
SEALED = select(func.max(Seal.length)).where(Seal.number == Case.number).correlate(Case).scalar_subquery()
GROWN = select(Case.id, Case.number, Case.length, Case.chain).where(
    Case.id.in_(bindparam("ids", expanding=True)), Case.length > func.coalesce(SEALED, 0)
)


def chain(case: Case, events: Sequence[Event], head: Head | None = None) -> list[Link]:
    """Chain events to a case, in the order given: as rows of the log, each with its texts and their salt as a row
    beside it. ``head``: with a registration."""
    links: list[Link] = []
    end = case.length, case.chain
    for event in events:
        link = _link(case.number, end, event, head if event.kind == "registered" else None)
        end = link[0]["seq"], link[0]["digest"]
        links.append(link)
    return links


def append_links(session: Session, chained_to: Sequence[tuple[Case, list[Link]]], rows: Rows) -> None:
    """What was chained to cases as rows to be put down, with the new heads of their chains, which are sealed with the
    transaction."""
    for case, some in chained_to:
        rows.change(case, {"length": some[-1][0]["seq"], "chain": some[-1][0]["digest"]})
    links = [(case.id, *link) for case, some in chained_to for link in some]
    rows.add(CaseEvent, [{"case_id": case_id, **row} for case_id, row, _ in links])
    beside = [{"case_id": case_id, "seq": row["seq"], **told} for case_id, row, told in links if told["texts"]]
    rows.add(CaseEventText, beside)
    ends = {case.id: {"number": case.number, "length": case.length, "head": case.chain} for case, _ in chained_to}
    session.info.setdefault(UNSEALED, {}).update(ends)


def _link(number: str, end: tuple[int, str], event: Event, head: Head | None) -> Link:
    """One event, chained to the end of what there is of the case of a number."""
    facts, texts = lay_down(event, head)
    salt = secrets.token_hex(16)
    covered = text_digest(salt, texts) if texts else None
    length, before = end
    seq = length + 1
    link = digest(before, chained(number, seq, event, facts, covered))
    row = {
        "seq": seq, "kind": event.kind, "at": event.at, "on_day": event.on,
        "recorded_at": event.recorded_at, "effect": effect_of(event), "by": event.by, "facts": facts,
        "text_digest": covered, "digest": link,
    }  # fmt: skip
    return row, {"salt": salt, "texts": texts}


@sa_event.listens_for(Session, "before_commit")
def close_chains(session: Session) -> None:
    """Add the heads of the chains that grew in a transaction to the chain of seals, and the held rows that it wrote to
    theirs, as the last thing before it is kept: all writers share these chains, so what is added is worked out first,
    and then the ends of both are taken at once."""
    if session.in_nested_transaction():
        return
    session.flush()
    rows = Rows()
    grown, written = _grown_chains(session, session.info.pop(UNSEALED, {})), written_rows(session, rows)
    ends = lock_heads(session, ["seals"] * bool(grown) + [CHAIN] * bool(written))
    if grown:
        _seal(ends["seals"], grown, rows)
    if written:
        hold_rows(session, ends[CHAIN], written, rows)
    put_ends(session, ends.values(), rows)
    rows.put_down(session)


def _seal(last: ChainEnd, grown: Sequence[End], rows: Rows) -> None:
    for content in grown:
        link = digest(last.digest, content)
        rows.add(Seal, [{"seq": last.move(link), "digest": link, **content}])


@sa_event.listens_for(Session, "after_transaction_end")
def forget_unsealed(session: Session, ended: SessionTransaction) -> None:
    """What was not kept needs no seal."""
    if ended.parent is None:
        session.info.pop(UNSEALED, None)


@sa_event.listens_for(Session, "after_soft_rollback")
def doubt_ends(session: Session, taken_back: SessionTransaction) -> None:
    """A part of a transaction was taken back, and its cases or events with it: which chains grew is to be read."""
    if taken_back.nested:
        session.info[UNSEALED] = dict.fromkeys(session.info.get(UNSEALED, {}))


def _grown_chains(session: Session, ends: Mapping[int, End | None]) -> list[End]:
    """The ends of the chains that grew, in the order of their cases; those in doubt where they are longer than when
    they were last sealed."""
    grown = {case_id: end for case_id, end in ends.items() if end is not None}
    doubted = [case_id for case_id, end in ends.items() if end is None]
    for begin in range(0, len(doubted), AT_ONCE):
        for case_id, number, length, head in session.execute(GROWN, {"ids": doubted[begin : begin + AT_ONCE]}):
            grown[case_id] = {"number": number, "length": length, "head": head}
    return [grown[case_id] for case_id in sorted(grown)]


def link_changes(session: Session, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Changes of the tree as rows of their log, chained in the order given."""
    last = lock_head(session, "units")
    rows, ends = [], Rows()
    for change in changes:
        assert change.recorded_at is not None
        content = change_content(last.seq + 1, change)
        link = digest(last.digest, content)
        rows.append({
            "seq": last.move(link), "unit": change.unit, "kind": change.kind, "from_on": change.from_on,
            "facts": dict(change.facts), "by": change.by, "recorded_at": change.recorded_at, "reason": change.reason,
            "digest": link,
        })  # fmt: skip
    put_ends(session, [last], ends)
    ends.put_down(session)
    return rows


def note(ctx: Ctx, action: str, subject: str = "", /, **detail: Any) -> None:
    """Put down in the audit log who did what to what; of a command also who started it, as the machine knows them."""
    if ctx.system_user:
        detail["system_user"] = ctx.system_user
    last, now, rows = lock_head(ctx.session, "audit"), ctx.now, Rows()
    content = {"at": stamp(now), "actor": ctx.actor.username, "action": action, "subject": subject, "detail": detail}
    link = digest(last.digest, content)
    rows.add(AuditEntry, [{**content, "at": now, "seq": last.move(link), "digest": link}])
    put_ends(ctx.session, [last], rows)
    rows.put_down(ctx.session)
