"""Receipts (回执): made with the case when a page registers it, and for older cases when one is first asked for."""

from __future__ import annotations

import secrets
from typing import Any

from caseapp.actions.context import Ctx
from caseapp.actions.held import touch, touch_known
from caseapp.actions.journal import note
from caseapp.db import insert_new
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import is_stub_for
from caseapp.domain.receipts.codes import LENGTH, SIGNS, digest_of_token
from caseapp.domain.receipts.models import Receipt
from caseapp.domain.receipts.queries import Held, held_receipt
from caseapp.domain.receipts.queries.taken import moved_receipts
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope

TOKEN_BYTES = 18  # 144 bits, 24 signs in an address


def issue(ctx: Ctx, case: Case) -> None:
    """Make the receipt of a case, once: two at the same time make one."""
    ctx.session.execute(insert_new(ctx.session, Receipt), {"case_id": case.id, **_drawn(ctx)})
    touch(ctx.session, Receipt, case.id)


def first_receipt(ctx: Ctx, case_id: int) -> dict[str, Any]:
    """The receipt of a new case as a row to be put down."""
    row = {"case_id": case_id, **_drawn(ctx)}
    touch_known(ctx.session, Receipt, row)
    return row


def _drawn(ctx: Ctx) -> dict[str, Any]:
    code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    told = {"issued_at": ctx.now, "issued_by": ctx.actor.username}
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return {"token": token, "token_digest": digest_of_token(token), "code": code, **told}


def receipt_for(ctx: Ctx, number: str) -> Held:
    """A case with its receipt, or without one, for who may print it.

    Who handles the case does not see the code: with it they could rate their own work in the petitioner's name. Who
    logged the case has an hour to hand the receipt over, unless they mediate or close it first. Raises OutOfScope,
    NotAllowed.
    """
    held = held_receipt(ctx.session, ctx.actor, number, ctx.now)
    if held is None or is_stub_for(ctx.actor, held.case):
        raise OutOfScope(N_("there is no such case"))
    ctx.actor.demand(may.REGISTER)
    if held.handled:
        raise NotAllowed(N_("who handles a case does not see the code of its receipt: the office prints it"))
    return held


def make_receipt(ctx: Ctx, number: str) -> None:
    """Make the receipt of a case that has none: it was imported, or is older than receipts."""
    held = receipt_for(ctx, number)
    if held.receipt is None:
        issue(ctx, held.case)
        note(ctx, "receipt_issued", number)


def renew_receipt(ctx: Ctx, number: str) -> None:
    """Make a new receipt in place of one whose code somebody else may have: the old token and code open nothing from
    now on. It is made by somebody who did not log the case, and has neither mediated nor closed it, on record."""
    held = receipt_for(ctx, number)
    if held.case.registered_by == ctx.actor.username:
        raise NotAllowed(N_("who logged a case makes no new receipt of it: somebody else does"))
    if held.receipt is None:
        raise OutOfScope(N_("there is no such receipt"))
    for name, value in _drawn(ctx).items():
        setattr(held.receipt, name, value)
    note(ctx, "receipt_renewed", number)


def give_receipts_back(ctx: Ctx) -> None:
    """Receipts that went along with a case that was taken as an accusation are the struck-out case's again, as all are
    that are taken from now on."""
    for receipt, case_id in moved_receipts(ctx.session):
        touch(ctx.session, Receipt, receipt.case_id, case_id)
        receipt.case_id = case_id
    ctx.session.flush()
