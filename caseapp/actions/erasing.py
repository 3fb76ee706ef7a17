"""Erasing the contacts of a case for good: from the texts of its events, from its row, and from what lies beside it.

The chain of a case covers a salted digest of each text. A text that loses contacts is put down anew with a
salt of its own, and the audit log says which digest it has now: so ``audit verify`` still finds any other change, and
nobody can try which number made the digest from before, because its salt is gone (docs/decisions/0043).
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from caseapp.actions.cases import add_event
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.sealing import forget_what_was
from caseapp.db import unit_of_work
from caseapp.domain.audit.chain import text_digest
from caseapp.domain.cases.contacts import holds_contacts, without_contacts
from caseapp.domain.cases.events import ERASED, Event
from caseapp.domain.cases.models import Case, CaseEventText, CaseParty
from caseapp.domain.org.models import Mark
from caseapp.domain.receipts.models import PressureReport
from caseapp.domain.search.models import CaseContact
from caseapp.kernel.clock import not_before
from caseapp.kernel.personal import PERSONAL

TO_FORGET = "to_forget"
"""The mark that something was erased of which traces may be left in the files of the database."""


def erase_contacts(ctx: Ctx, case: Case, *, asked_by: str) -> None:
    """Erase telephone numbers, addresses and identity numbers of a case's parties, and how who reported pressure wanted
    to be reached. Its record says from then on that they were erased, on which day, and by which two."""
    left = _erase_texts(ctx.session, case)
    ctx.session.execute(update(CaseParty).where(CaseParty.case_id == case.id).values(dict.fromkeys(PERSONAL, "")))
    ctx.session.execute(delete(CaseContact).where(CaseContact.case_id == case.id))
    ctx.session.expire(case, ["parties"])
    for report in ctx.session.scalars(select(PressureReport).where(PressureReport.case_id == case.id)):
        report.reach = ERASED if report.reach else ""
    now = not_before(ctx.now, case.last_recorded_at)
    add_event(ctx, case, Event("contacts_erased", now, now, asked_by, {"approved_by": ctx.actor.username}))
    note(ctx, "contacts_erased", case.number, asked_by=asked_by, left=left)
    ctx.session.merge(Mark(name=TO_FORGET, value=ctx.today.isoformat()))


def _erase_texts(session: Session, case: Case) -> dict[str, str]:
    """Put the texts of a case that tell contacts down anew without them. Returns the digest of each, by the
    place of its event."""
    told = select(CaseEventText.seq, CaseEventText.texts).where(CaseEventText.case_id == case.id)
    rows = [(seq, texts) for seq, texts in session.execute(told.order_by(CaseEventText.seq)) if holds_contacts(texts)]
    new = [_put_anew(case.id, seq, texts) for seq, texts in rows]
    if new:
        gone = CaseEventText.seq.in_([row["seq"] for row in new])
        session.execute(delete(CaseEventText).where(CaseEventText.case_id == case.id, gone))
        session.execute(insert(CaseEventText), new)
    return {str(row["seq"]): text_digest(row["salt"], row["texts"]) for row in new}


def _put_anew(case_id: int, seq: int, texts: dict[str, Any]) -> dict[str, Any]:
    return {"case_id": case_id, "seq": seq, "salt": secrets.token_hex(16), "texts": without_contacts(texts)}


def forget_erased(session: Session) -> bool:
    """Let nothing of what was erased be left in the files of the database, if something was since this was last done.
    Tables are written anew meanwhile: it is for the night. Whether there was anything."""
    there = session.get(Mark, TO_FORGET) is not None
    session.rollback()  # nothing was written
    if there:
        forget_what_was(session)
        with unit_of_work(session):
            session.execute(delete(Mark).where(Mark.name == TO_FORGET))
    return there


def forget_erased_now(session: Session) -> None:
    """The same right after a signature, where it costs others nothing: SQLite empties its log into its file. On
    PostgreSQL it waits for the night."""
    if session.get_bind().dialect.name == "sqlite":
        forget_erased(session)
