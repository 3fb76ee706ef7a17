"""Checking the logs from end to end: every event, every seal, the audit log, that no end was cut off, and that anchors
hold; and who is shown which entry of the audit log."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session, undefer

from caseapp.domain.access import permissions
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.access.queries import not_barred, scope
from caseapp.domain.audit.anchor import Anchor, from_record
from caseapp.domain.audit.chain import change_content, stamp, text_digest
from caseapp.domain.audit.families import FAMILIES
from caseapp.domain.audit.models import NOT_THERE, AuditEntry, ChainHead, Seal
from caseapp.domain.audit.verify import Link, Places, Verified, check_anchor, check_chain, found_in_the_log, places_of
from caseapp.domain.cases.history import effect_of
from caseapp.domain.cases.models import Case, CaseEvent, CaseEventText
from caseapp.domain.cases.queries import placed_in, texts_erased
from caseapp.domain.cases.record import chained, take_up
from caseapp.domain.org.chronicle import Change
from caseapp.domain.org.models import Unit, UnitChange
from caseapp.domain.reports.frozen import digest_of
from caseapp.domain.reports.models import FrozenPaper, FrozenReport, FrozenWords
from caseapp.domain.reports.wordbook import digest_of_text
from caseapp.domain.verification.queries.erased import Erasing, contacts_left, erasings
from caseapp.domain.verification.queries.heads import check_heads
from caseapp.domain.verification.queries.held import Kept, chained_rows, check_rows
from caseapp.domain.verification.queries.receipts import check_receipts
from caseapp.kernel.errors import N_, CaseappError

BATCH = 2000
PAPERS = 20  # each is a file


def verify(session: Session, key: str = "", given: Sequence[Anchor] = ()) -> Verified:
    """Check everything that is append-only. The first broken place of each chain is named in ``broken``. ``given`` are
    anchors that were kept elsewhere; those in the log itself are looked at too, under the ``key`` of the marks."""
    result = Verified()
    own = list(_own_anchors(session, result))
    kept, lost = found_in_the_log(given, own, keyed=bool(key))
    result.broken += lost
    anchors = [*kept, *own]
    places = places_of(anchors)
    ends = _cases(session, result)
    _seals(session, result, ends, places)
    _units(session, result, places)
    _audit(session, result, places)
    rows: Kept = {}
    with closing(chained_rows(session, places, rows)) as links:
        _check_end(session, result, "held", links)
    check_rows(session, result, rows)
    check_receipts(session, result)
    result.broken += check_heads(session, key)
    _frozen(session, result)
    _hold_against(anchors, places, key, result)
    return result


def _own_anchors(session: Session, result: Verified) -> Iterator[Anchor]:
    """The anchors in the log."""
    for detail in session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "anchored")).all():
        try:
            yield from_record(detail.get("record", {}))
        except CaseappError as problem:
            result.broken.append(problem)


def _hold_against(anchors: Iterable[Anchor], places: Places, key: str, result: Verified) -> None:
    """Hold each anchor against the chains; a place that several anchors show to be broken is named once."""
    named = {str(problem) for problem in result.broken}
    for anchor in anchors:
        problems = check_anchor(anchor, places, key.encode() if key else None)
        result.anchors += not problems
        result.broken += [problem for problem in problems if str(problem) not in named]
        named |= {str(problem) for problem in problems}


def _cases(session: Session, result: Verified) -> dict[str, dict[int, str]]:
    """Check each case's chain. Returns, by number, the digest at each length."""
    columns = (CaseEvent, Case.number, Case.length, Case.chain, CaseEventText.salt, CaseEventText.texts)
    rows = session.execute(
        select(*columns)
        .join(Case, Case.id == CaseEvent.case_id)
        .outerjoin(CaseEvent.texts)
        .order_by(CaseEvent.case_id, CaseEvent.seq)
        .execution_options(yield_per=BATCH)
    )
    ends: dict[str, dict[int, str]] = {}
    erased, left = erasings(session), contacts_left(session)
    with closing(rows):
        for _, group in groupby(rows, key=lambda row: row[0].case_id):
            case = list(group)
            result.cases += 1
            ends[case[0].number] = {row[0].seq: row[0].digest for row in case}
            try:
                _case(case, erased.get(case[0].number), left.get(case[0].number, {}), result)
            except CaseappError as problem:
                result.broken.append(problem)
            for row in case:  # not all of them: the rows read ahead are still to come
                session.expunge(row[0])
    return ends


def _case(rows: list[Any], erasing: Erasing | None, left: Mapping[int, str], result: Verified) -> None:
    number = rows[0].number
    length, head = check_chain(_links(rows, erasing, left, result), number)
    result.events += length
    if (length, head) != (rows[0].length, rows[0].chain):
        raise CaseappError(N_("%(name)s: the last events are missing"), name=number)


def _links(rows: list[Any], erasing: Erasing | None, left: Mapping[int, str], result: Verified) -> Iterator[Link]:
    """The links of a case. ``left``: the digests of texts without the contacts that they told."""
    for event, number, _, _, salt, texts in rows:
        told = take_up(event.kind, (event.at, event.recorded_at), event.by, event.facts, {})
        if salt is None and event.text_digest is not None:
            if erasing is None or not erasing.covers(event):
                text = N_("%(name)s: the text of record %(seq)d is gone, and the audit log tells of no erasing")
                raise CaseappError(text, name=number, seq=event.seq)
            result.erased += 1
        elif salt is not None and text_digest(salt, texts) != left.get(event.seq, event.text_digest):
            raise CaseappError(N_("%(name)s: the text of record %(seq)d was changed"), name=number, seq=event.seq)
        if (event.on, event.effect) != (told.on, effect_of(told)):
            raise CaseappError(N_("%(name)s: record %(seq)d was changed"), name=number, seq=event.seq)
        content = chained(number, event.seq, told, event.facts, event.text_digest)
        yield Link(event.seq, content, event.digest)


def _seals(session: Session, result: Verified, ends: dict[str, dict[int, str]], places: Places) -> None:
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
            link = Link(seal.seq, content, seal.digest)
            places.pass_by("seals", link, len(sealed))
            yield link

    with closing(seals):
        _check_end(session, result, "seals", links())
    for number, chain in ends.items():
        if sealed.get(number) != max(chain):
            result.broken.append(CaseappError(N_("%(name)s: the last events bear no seal"), name=number))


def _units(session: Session, result: Verified, places: Places) -> None:
    rows = session.scalars(select(UnitChange).order_by(UnitChange.seq).execution_options(yield_per=BATCH))

    def links() -> Iterator[Link]:
        for row in rows:
            told = Change(row.unit, row.kind, row.from_on, row.facts, row.recorded_at, row.by, row.reason)
            link = Link(row.seq, change_content(row.seq, told), row.digest)
            places.pass_by("units", link)
            yield link

    with closing(rows):
        _check_end(session, result, "units", links())


def _audit(session: Session, result: Verified, places: Places) -> None:
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=BATCH))

    def links() -> Iterator[Link]:
        frozen = 0
        for entry in entries:
            content = {
                "at": stamp(entry.at), "actor": entry.actor, "action": entry.action, "subject": entry.subject,
                "detail": entry.detail,
            }  # fmt: skip
            result.entries += 1
            frozen += entry.action == "report_frozen"
            link = Link(entry.seq, content, entry.digest)
            places.pass_by("audit", link, frozen)
            yield link

    with closing(entries):
        _check_end(session, result, "audit", links())


def _frozen(session: Session, result: Verified) -> None:
    """Each frozen report, its words and its papers are what the audit log says was frozen, and all are there."""
    wordbooks, papers = _whole_wordbooks(session), _papers(session)
    told = select(AuditEntry.subject, AuditEntry.detail).where(AuditEntry.action == "report_frozen")
    promised = {_key(unit, detail): detail for unit, detail in session.execute(told)}
    rows = select(FrozenReport, Unit.code).join(Unit, Unit.id == FrozenReport.unit_id)
    rows = rows.options(undefer(FrozenReport.stored)).execution_options(yield_per=PAPERS)
    for frozen, unit in session.execute(rows):
        detail = promised.pop((unit, frozen.month, frozen.revision), {})
        promise = (detail.get("digest"), detail.get("papers", {}), detail.get("anchor"))
        if not (promise == (frozen.digest, papers[frozen.id], frozen.anchor) and _is_whole(frozen, wordbooks)):
            result.broken.append(_not_as_frozen(unit, frozen.month, frozen.revision))
    result.broken += [_not_as_frozen(*key) for key in promised]


def _is_whole(frozen: FrozenReport, wordbooks: Container[str]) -> bool:
    """Whether a report is what its digest covers, and the words it was told in are there."""
    try:
        digest = digest_of(json.loads(frozen.content), frozen.settings, frozen.stored)
    except (ValueError, TypeError, AttributeError):  # what was stored makes no sense any more
        return False
    return digest == frozen.digest and (frozen.words is None or frozen.words in wordbooks)


def _whole_wordbooks(session: Session) -> set[str]:
    """The digests of the words of reports, of those that are what their digest covers."""
    books = session.scalars(select(FrozenWords))
    return {book.digest for book in books if digest_of_text(book.content) == book.digest}


def _papers(session: Session) -> defaultdict[int, dict[str, str]]:
    """The digests of the papers of each frozen report, by kind."""
    papers: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for paper in session.scalars(select(FrozenPaper).execution_options(yield_per=PAPERS)):
        papers[paper.report_id][paper.kind] = _digest_of(paper)
    return papers


def _key(unit: str, detail: Mapping[str, Any]) -> tuple[str, str, int]:
    return unit, detail["month"], detail["revision"]


def _digest_of(paper: FrozenPaper) -> str:
    """The digest of a paper's bytes; none when it is not the one on its row."""
    found = f"sha256:{sha256(paper.content).hexdigest()}"
    return found if found == paper.digest else ""


def _not_as_frozen(unit: str, month: str, revision: int) -> CaseappError:
    return CaseappError(
        N_("%(unit)s %(month)s, revision %(revision)d: what is stored is not what was frozen"),
        unit=unit, month=month, revision=revision,
    )  # fmt: skip


def _check_end(session: Session, result: Verified, name: str, links: Iterator[Link]) -> None:
    end = session.get(ChainHead, name)
    try:
        length, head = check_chain(links, name)
        if end is None or (end.seq, end.digest) != (length, head):
            raise CaseappError(N_("%(name)s: the last records are missing"), name=name)
    except CaseappError as problem:
        result.broken.append(problem)


def entry_seen(actor: Actor) -> ColumnElement[bool]:
    """Which entries of the audit log an actor is shown; every page, filter, count and export of the log goes through
    this. Who reads the log is shown all of it but what is about cases they may not see: accusations, cases they are out
    of. Of a case that was struck out they are shown by whom and when and nothing else, so that one that was logged by
    mistake looks like one that was taken as an accusation; so is the desk for accusations, as one of them may be
    complained of in it. Who may read an accusation is shown what was done with it.

    A try at a number that was answered with "there is no such case" (``NOT_THERE``) is shown whether or not there is
    one: else the log would tell who tries numbers which of them are accusations.
    """
    here, seen = Case.number == AuditEntry.subject, scope(actor, Case.id)
    stub = and_(~Case.sealed, or_(Case.state == "voided", texts_erased()))
    struck = and_(stub, placed_in(actor.parts_with(permissions.SEALED)))
    by_whom = AuditEntry.action == "struck_out"
    hidden = exists().where(here, or_(~seen, and_(stub, ~by_whom)))
    struck_out = and_(struck, by_whom, not_barred(actor, Case.id))
    of_the_desk = exists().where(here, or_(and_(Case.sealed, seen), struck_out))
    in_vain = AuditEntry.detail[NOT_THERE].as_boolean().is_(True)
    reads_log = or_(~hidden, in_vain) if actor.may(permissions.AUDIT) else false()
    return or_(reads_log, of_the_desk)


def entry_of_a_matter(actor: Actor) -> ColumnElement[bool]:
    """Which entries who reads the log is shown without saying of which case they are: what was done to hand over to an
    authority outside what nobody here may read. That it was done, by whom and when is looked after so; only who is
    complained of themselves, or declared an interest, is shown nothing."""
    if not actor.may(permissions.AUDIT):
        return false()
    out = exists().where(
        Case.number == AuditEntry.subject, CaseAccess.case_id == Case.id, CaseAccess.barred,
        CaseAccess.username == actor.username,
    )  # fmt: skip
    return and_(AuditEntry.action.in_(FAMILIES["outside"]), ~out)
