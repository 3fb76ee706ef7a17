"""Photos and papers of a case: prepared (decoded and drawn anew), attached, withdrawn.

Preparing takes up to seconds and touches nothing, so an edge does it before its transaction. Attaching writes the
files, then the row: a row never points at nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import and_, exists, select

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.store import Store
from caseapp.domain.access import permissions as may
from caseapp.domain.access.models import Interest
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import asked_for, find_case
from caseapp.domain.documents.kinds import KINDS, LONGEST_NAME, LONGEST_REASON, MOST_A_CASE, plain_name
from caseapp.domain.documents.models import Document, DocumentPage
from caseapp.domain.documents.queries import all_digests, find_document
from caseapp.domain.moves.queries import is_seated, may_move, transition_of
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation
from caseapp.office.picture_pdf import bind
from caseapp.office.pictures import LARGEST, MEGABYTE, Page, remake

JUST_NOW = timedelta(hours=1)
ORPHANED = timedelta(days=1)
OVER = ("voided", "merged")
LARGEST_UPLOAD = LARGEST * MEGABYTE


@dataclass(frozen=True)
class Upload:
    """A file as somebody sends it. ``client_id`` is made by the sender, so that sending it twice adds it once."""

    kind: str
    name: str
    data: bytes
    client_id: str | None = None


@dataclass(frozen=True)
class Prepared:
    """An upload after it was drawn anew: nothing of its bytes is left but their digest."""

    kind: str
    name: str
    client_id: str | None
    source: str
    form: str
    pages: tuple[Page, ...]


def prepare(upload: Upload) -> Prepared:
    """Decode a photo or paper and draw it anew. Raises RuleViolation (``photos``) with why it is not taken."""
    if upload.kind not in KINDS:
        raise RuleViolation("kind", N_("there is no kind of paper %(kind)s"), kind=upload.kind[:20])
    client_id = upload.client_id or None
    if client_id is not None and (len(client_id) > LONGEST_NAME or not client_id.isprintable()):
        raise RuleViolation("client_id", N_("this is no identifier of an upload"))
    form, pages = remake(upload.data)
    source = hashlib.sha256(upload.data).hexdigest()
    return Prepared(upload.kind, plain_name(upload.name), client_id, source, form, tuple(pages))


def attach(ctx: Ctx, number: str, upload: Upload | Prepared, store: Store, *, within: timedelta = JUST_NOW) -> Document:
    """Add a photo or paper to a case. Who may work on the case may, and for an hour whoever registered it, who does not
    see an accusation again; longer, where an edge knows that it was taken with the log and only waited for a line.

    The same ``client_id`` again returns what is there. Raises OutOfScope, NotAllowed, RuleViolation (``photos``).
    """
    ready = upload if isinstance(upload, Prepared) else prepare(upload)
    case = case_to_add_to(ctx, number, for_update=True, within=within)
    there = list(ctx.session.scalars(select(Document).where(Document.case_id == case.id)))
    again = next((one for one in there if ready.client_id and one.client_id == ready.client_id), None)
    if again is not None:
        return again
    _check_room([one for one in there if one.withdrawn_at is None], ready)
    return _add(ctx, case, ready, _kept(ready, store), nth=len(there) + 1)


def _check_room(standing: list[Document], ready: Prepared) -> None:
    """A paper stands on a case once, among so many. Raises RuleViolation (``photos``)."""
    same = next((one for one in standing if one.source == ready.source), None)
    if same is not None:
        raise RuleViolation("photos", N_("this file is on the case already, as number %(nth)d"), nth=same.nth)
    if len(standing) >= MOST_A_CASE:
        raise RuleViolation("photos", N_("a case has %(most)d photos and papers at most"), most=MOST_A_CASE)


def case_to_add_to(ctx: Ctx, number: str, *, for_update: bool = False, within: timedelta = JUST_NOW) -> Case:
    """The case, if the actor may add papers to it; an edge asks before preparing. Raises OutOfScope, NotAllowed,
    RuleViolation when the case is over."""
    case = find_case(ctx.session, ctx.actor, number, for_update=for_update)
    if case is not None and case.state in OVER:
        raise RuleViolation("photos", N_("nothing is added to a case that was voided or merged"))
    if case is None or not may_add(ctx, case, seated=is_seated(ctx, case)):
        return _just_registered(ctx, number, within, seen=case is not None, for_update=for_update)
    return case


def _just_registered(ctx: Ctx, number: str, within: timedelta, *, seen: bool, for_update: bool) -> Case:
    """A case the actor registered a short while ago and did not declare out of."""
    at_once = exists().where(
        CaseEvent.case_id == Case.id, CaseEvent.kind == "registered", CaseEvent.recorded_at > ctx.now - within
    )
    out = exists().where(
        Interest.case_id == Case.id, Interest.username == ctx.actor.username, Interest.undone_at.is_(None)
    )
    taken_over = and_(Case.sealed, Case.repeat_of.is_not(None))  # its logger is not to find out that it is there
    query = select(Case).where(
        asked_for(number, and_(Case.registered_by == ctx.actor.username, at_once, ~out, ~taken_over))
    )
    case = ctx.session.scalar(query.with_for_update(key_share=True) if for_update else query)
    if case is None and seen:
        raise NotAllowed(N_("your posts do not allow this on this case"))
    if case is None:
        raise OutOfScope(N_("there is no such case"))
    return case


def may_add(ctx: Ctx, case: Case, *, seated: bool) -> bool:
    """Whether the actor may work on a case, and so add papers: by a post or a seat; to an accusation, its desk."""
    return case.state not in OVER and may_move(ctx, case, transition_of(case, "follow_up"), seated=seated)


def _kept(ready: Prepared, store: Store) -> list[DocumentPage]:
    """The pages, their files on the disk."""
    try:
        return [
            DocumentPage(
                nth=nth, digest=store.put(page.full), thumbnail=store.put(page.thumbnail),
                width=page.width, height=page.height,
            )
            for nth, page in enumerate(ready.pages, 1)
        ]  # fmt: skip
    except OSError:
        raise RuleViolation("photos", N_("the file could not be stored: the disk may be full")) from None


def _add(ctx: Ctx, case: Case, ready: Prepared, pages: list[DocumentPage], *, nth: int) -> Document:
    document = Document(
        case_id=case.id, nth=nth, kind=ready.kind, form=ready.form, name=ready.name, source=ready.source,
        added_by=ctx.actor.username, added_at=ctx.now, client_id=ready.client_id, pages=pages,
    )  # fmt: skip
    ctx.session.add(document)
    ctx.session.flush()
    note(ctx, "paper_added", case.number, nth=nth, kind=ready.kind, source=ready.source)
    return document


def withdraw(ctx: Ctx, document_id: int, reason: str) -> tuple[Document, Case]:
    """Take a paper back, with a reason: who added it may, or who files the case. The row stays, and who files the case
    still sees it. Raises OutOfScope, NotAllowed, RuleViolation."""
    found = find_document(ctx.session, ctx.actor, document_id)
    if found is None:
        raise OutOfScope(N_("there is no such paper"))
    document, case = found
    if not may_withdraw(ctx, case, document):
        raise NotAllowed(N_("who added a paper withdraws it, or who files the case"))
    if document.withdrawn_at is not None:
        raise RuleViolation("", N_("this paper was withdrawn already"))
    if not reason.strip():
        raise RuleViolation("reason", N_("say why it is withdrawn"))
    if len(reason.strip()) > LONGEST_REASON:
        raise RuleViolation("reason", N_("the text is longer than %(limit)d characters"), limit=LONGEST_REASON)
    document.withdrawn_by, document.withdrawn_at = ctx.actor.username, ctx.now
    document.withdrawn_reason = reason.strip()
    note(ctx, "paper_withdrawn", case.number, nth=document.nth, source=document.source)
    return document, case


def may_file(ctx: Ctx, case: Case) -> bool:
    """Whether the actor files a case, and so still sees what was withdrawn."""
    return ctx.actor.holds(may.SEALED if case.sealed else may.FILE, case.places)


def may_withdraw(ctx: Ctx, case: Case, document: Document) -> bool:
    """Whether a paper is the actor's to withdraw."""
    return document.added_by == ctx.actor.username or may_file(ctx, case)


def may_look(ctx: Ctx, case: Case, document: Document) -> bool:
    """Whether the actor, who sees the case, is shown a paper of it."""
    return document.withdrawn_at is None or may_file(ctx, case)


class Picture(NamedTuple):
    """A page of a paper: its size, and under which digest its file lies."""

    width: int
    height: int
    digest: str


def as_pdf(document: Document, store: Store) -> bytes:
    """A paper of several pages as one PDF, bound from the pictures that are kept."""
    return bound_pictures((Picture(page.width, page.height, page.digest) for page in document.pages), store)


def bound_pictures(pages: Iterable[Picture], store: Store) -> bytes:
    """Some pages as one PDF. Raises FileNotFoundError."""
    return bind((page.width, page.height, store.read(page.digest)) for page in pages)


def drop_orphans(ctx: Ctx, store: Store) -> int:
    """Delete files that no row has pointed at for a day: their transaction was not kept. Returns how many."""
    store.tidy(ORPHANED)
    old = store.older_than(ORPHANED)  # before the rows are read: a row that comes later has written its file anew
    kept = set(all_digests(ctx.session))
    return sum(store.drop(digest, ORPHANED) for digest in old if digest not in kept)
