"""Checking the event log from end to end: every event, every seal, the audit log, and that no end was cut off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.actions.journal import change_content
from caseapp.domain.audit.chain import stamp, text_digest
from caseapp.domain.audit.models import AuditEntry, ChainHead, Seal
from caseapp.domain.audit.verify import Link, Verified, check_chain
from caseapp.domain.cases.history import effect_of
from caseapp.domain.cases.models import Case, CaseEvent, CaseEventText
from caseapp.domain.cases.record import chained, take_up
from caseapp.domain.org.chronicle import Change
from caseapp.domain.org.models import UnitChange
from caseapp.kernel.errors import N_, CaseappError

BATCH = 2000


def verify(session: Session) -> Verified:
    """Check everything that is append-only. The first broken place of each chain is named in ``broken``."""
    result = Verified()
    ends = _cases(session, result)
    _seals(session, result, ends)
    _units(session, result)
    _audit(session, result)
    return result


def _cases(session: Session, result: Verified) -> dict[str, dict[int, str]]:
    """Check each case's chain. Returns, by number, the digest at each length."""
    columns = (CaseEvent, Case.number, Case.length, Case.chain, CaseEventText.salt, CaseEventText.texts)
    rows = session.execute(
        select(*columns)
        .join(Case, Case.id == CaseEvent.case_id)
        .outerjoin(CaseEventText, CaseEventText.event_id == CaseEvent.id)
        .order_by(CaseEvent.case_id, CaseEvent.seq)
        .execution_options(yield_per=BATCH)
    )
    ends: dict[str, dict[int, str]] = {}
    with closing(rows):
        for _, group in groupby(rows, key=lambda row: row[0].case_id):
            case = list(group)
            result.cases += 1
            ends[case[0].number] = {row[0].seq: row[0].digest for row in case}
            try:
                _case(case, result)
            except CaseappError as problem:
                result.broken.append(problem)
            for row in case:  # not all of them: the rows read ahead are still to come
                session.expunge(row[0])
    return ends


def _case(rows: list[Any], result: Verified) -> None:
    number = rows[0].number
    length, head = check_chain(_links(rows, result), number)
    result.events += length
    if (length, head) != (rows[0].length, rows[0].chain):
        raise CaseappError(N_("%(name)s: the last events are missing"), name=number)


def _links(rows: list[Any], result: Verified) -> Iterator[Link]:
    for event, number, _, _, salt, texts in rows:
        told = take_up(event.kind, (event.at, event.recorded_at), event.by, event.facts, {})
        if salt is None and event.text_digest is not None:
            result.erased += 1
        elif salt is not None and text_digest(salt, texts) != event.text_digest:
            raise CaseappError(N_("%(name)s: the text of record %(seq)d was changed"), name=number, seq=event.seq)
        if (event.on, event.effect) != (told.on, effect_of(told)):
            raise CaseappError(N_("%(name)s: record %(seq)d was changed"), name=number, seq=event.seq)
        content = chained(number, event.seq, told, event.facts, event.text_digest)
        yield Link(event.seq, content, event.previous, event.digest)


def _seals(session: Session, result: Verified, ends: dict[str, dict[int, str]]) -> None:
    """Each seal names a head that is still there; every case's last event is sealed; the last seal is the last one."""
    seals = session.scalars(select(Seal).order_by(Seal.seq).execution_options(yield_per=BATCH))
    sealed: dict[str, int] = {}

    def links() -> Iterator[Link]:
        for seal in seals:
            if ends.get(seal.number, {}).get(seal.length) != seal.head:
                result.broken.append(
                    CaseappError(N_("%(name)s: events that were sealed are missing"), name=seal.number)
                )
            sealed[seal.number] = seal.length
            content = {"number": seal.number, "length": seal.length, "head": seal.head}
            yield Link(seal.seq, content, seal.previous, seal.digest)

    with closing(seals):
        _check_end(session, result, "seals", links())
    for number, chain in ends.items():
        if sealed.get(number) != max(chain):
            result.broken.append(CaseappError(N_("%(name)s: the last events bear no seal"), name=number))


def _units(session: Session, result: Verified) -> None:
    rows = session.scalars(select(UnitChange).order_by(UnitChange.seq).execution_options(yield_per=BATCH))

    def links() -> Iterator[Link]:
        for row in rows:
            told = Change(row.unit, row.kind, row.from_on, row.facts, row.recorded_at, row.by, row.reason)
            yield Link(row.seq, change_content(row.seq, told), row.previous, row.digest)

    with closing(rows):
        _check_end(session, result, "units", links())


def _audit(session: Session, result: Verified) -> None:
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=BATCH))

    def links() -> Iterator[Link]:
        for entry in entries:
            content = {
                "at": stamp(entry.at), "actor": entry.actor, "action": entry.action, "subject": entry.subject,
                "detail": entry.detail,
            }  # fmt: skip
            result.entries += 1
            yield Link(entry.seq, content, entry.previous, entry.digest)

    with closing(entries):
        _check_end(session, result, "audit", links())


def _check_end(session: Session, result: Verified, name: str, links: Iterator[Link]) -> None:
    end = session.get_one(ChainHead, name)
    try:
        length, head = check_chain(links, name)
        if (end.seq, end.digest) != (length, head):
            raise CaseappError(N_("%(name)s: the last records are missing"), name=name)
    except CaseappError as problem:
        result.broken.append(problem)
