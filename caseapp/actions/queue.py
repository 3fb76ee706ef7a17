"""Taking what phones kept while there was no line: each record once, however often it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy import update

from caseapp.actions.cases import case_for
from caseapp.actions.context import Ctx
from caseapp.actions.documents import JUST_NOW, Prepared, attach
from caseapp.actions.store import Store
from caseapp.db import insert_new
from caseapp.domain.cases.models import Case
from caseapp.domain.queue.models import TakenRecord
from caseapp.domain.queue.queries import others_since, taken
from caseapp.domain.queue.rules import LONGEST_WAIT, check_record
from caseapp.kernel.errors import N_, RuleViolation


def take_once(ctx: Ctx, kind: str, client_id: str, act: Callable[[], Case]) -> str:
    """Do what a record asks for unless it was done already; returns the number of the case either way.

    The claim and the act are one transaction: a second sending that comes meanwhile waits for the first, and finds what
    it did. Raises what the act raises, and then nothing is kept.
    """
    check_record(kind, client_id)
    key = {"username": ctx.actor.username, "client_id": client_id}
    claim = insert_new(ctx.session, TakenRecord).values(**key, kind=kind, case_id=None, taken_at=ctx.now)
    if ctx.session.scalar(claim.returning(TakenRecord.client_id)) is None:
        return number_of(ctx, kind, client_id)
    case = act()
    ctx.session.flush()  # gives a new case its id
    ctx.session.execute(update(TakenRecord).filter_by(**key).values(case_id=case.id))
    return case.number


def number_of(ctx: Ctx, kind: str, client_id: str) -> str:
    """The case number of a record that was taken. Raises RuleViolation when its id was used for something else."""
    found = taken(ctx.session, ctx.actor.username, client_id)
    if found is None or found.kind != kind:
        raise RuleViolation("client_id", N_("this record has no proper id of its own"))
    return found.number


def token_of(ctx: Ctx, client_id: str) -> str:
    """The token under which a queued log is registered: of this user and this id, so that nobody finds another's case
    by its id."""
    return hashlib.sha256(f"{ctx.actor.username}\n{client_id}".encode()).hexdigest()


def seen_length(ctx: Ctx, number: str, seen: int) -> int:
    """How much of a case the doer has seen, counting what the doer added since: three visits queued on one page are
    three entries, but what somebody else entered meanwhile is to be looked at first."""
    case = case_for(ctx, number)
    return seen if others_since(ctx.session, case, seen, ctx.actor.username) else case.length


def add_photo(ctx: Ctx, number: str, photo: Prepared, store: Store, *, of_log: bool) -> Case:
    """Put a photo on its case. One taken with the log (``of_log``) may have waited for a line long after the log got
    through; its logger adds it also where the case is out of sight by then (an accusation)."""
    document = attach(ctx, number, photo, store, within=LONGEST_WAIT if of_log else JUST_NOW)
    return ctx.session.get_one(Case, document.case_id)
