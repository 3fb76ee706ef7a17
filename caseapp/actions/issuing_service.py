"""Serving letters (送达): each try is on record; once a letter has reached all it is addressed to, its notice is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

from caseapp.actions.cases import Act, record
from caseapp.actions.contacts import reveal_contacts
from caseapp.actions.context import Ctx
from caseapp.actions.issuing import letter_for
from caseapp.actions.issuing_files import FORMS
from caseapp.actions.journal import note
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.serving import to_announce
from caseapp.domain.cases.texts import read_text
from caseapp.domain.documents.queries import papers_of
from caseapp.domain.issuing.kinds import KINDS
from caseapp.domain.issuing.models import Letter, LetterService
from caseapp.domain.issuing.queries import services_of, written_in
from caseapp.domain.issuing.serving import Delivered, addressed, check_delivered, counts_from, still_to_serve
from caseapp.domain.issuing.writing import read_facts
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.papers.files import write_paper
from caseapp.papers.letters import slip_paper

LIMITS = {"received_by": 200, "why": 500, "parcel": 60}


def record_service(ctx: Ctx, letter_id: int, said: Delivered) -> Letter:
    """Put down a try to serve an issued letter to one of those it is addressed to. When it has reached the last of
    them, the notice of what it announces is on record too, on the day it counts from: the one truth from which duties
    and rights run. Raises RuleViolation naming the field."""
    letter = letter_for(ctx, letter_id, "serve")
    if letter.state != "issued" or letter.issued_on is None:
        raise RuleViolation("", N_("this is not possible with this letter now: look at it again"))
    kind, written, tries = KINDS[letter.kind], written_in(letter), services_of(ctx.session, letter.id)
    said = _cleaned(said)
    waiting = still_to_serve(written, tries)
    check_delivered(kind, said, letter.issued_on, ctx.today, waiting=waiting, tries=tries)
    if said.paper and said.paper not in {str(nth) for nth, _kind in papers_of(ctx.session, letter.case_id)}:
        raise RuleViolation("paper", N_("there is no such paper on this case"))
    row = LetterService(
        letter_id=letter.id, receiver=said.receiver, way=said.way, tried_on=said.on, served_on=counts_from(said),
        received_by=said.received_by, why=said.why, paper=said.paper, parcel=said.parcel,
        recorded_by=ctx.actor.username, recorded_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    note(
        ctx, "letter_served" if row.served_on else "letter_not_served", letter.case.number,
        letter=letter.id, number=letter.number,
    )  # fmt: skip
    if row.served_on and waiting == [said.receiver]:
        _all_reached(ctx, letter, [*tries, row])
    return letter


def _cleaned(said: Delivered) -> Delivered:
    told: dict[str, Any] = {name: read_text(getattr(said, name), name, limit=most) for name, most in LIMITS.items()}
    return replace(said, **told)


def _all_reached(ctx: Ctx, letter: Letter, tries: Sequence[LetterService]) -> None:
    """The letter has reached everybody: it counts from the last day, and its notice goes on record, unless that was put
    there without the letter."""
    served = [one for one in tries if one.served_on is not None]
    last = max(served, key=lambda one: (one.served_on, one.id))
    letter.state = "served"
    ctx.session.flush()
    kind, history = KINDS[letter.kind], load_history(ctx.session, letter.case, ctx.units)
    if not kind.notice or kind.notice not in to_announce(history.head, history.events):
        return
    data = {
        "notice": kind.notice, "method": last.way, "paper": last.paper, "parcel": last.parcel,
        "received_by": "、".join(dict.fromkeys(one.received_by for one in served if one.received_by)),
        "letter_no": letter.number,
    }  # fmt: skip
    told = {name: value for name, value in data.items() if value}
    record(ctx, Act(letter.case.number, "serve_notice", told, _moment(ctx, letter, last)))


def _moment(ctx: Ctx, letter: Letter, last: LetterService) -> datetime | None:
    """Of an earlier day its noon, and never before the letter was issued; none for now."""
    assert last.served_on is not None
    assert letter.issued_at is not None
    if last.served_on == ctx.today:
        return None
    return max(datetime.combine(last.served_on, time(12), SHANGHAI), letter.issued_at)


def slip_of(ctx: Ctx, letter: Letter, nth: int, form: str, fonts: Sequence[Path] = ()) -> bytes:
    """The slip (送达回证) of an issued letter for one of those it is addressed to. Their address stands on it for who
    may see it, which is on record. Raises OutOfScope."""
    names = addressed(written_in(letter))
    if letter.number is None or form not in FORMS or not 0 < nth <= len(names):
        raise OutOfScope(N_("there is no such page"))
    name, told = names[nth - 1], ""
    if ctx.actor.may(may.CONTACTS):
        parties = reveal_contacts(ctx, letter.case.number, f"送达回证 {letter.number}")
        told = next((one.address for one in parties if one.name.strip() == name and one.address), "")
    paper = slip_paper(letter.kind, read_facts(letter.facts), name, told)
    return write_paper(paper, form, fonts)
