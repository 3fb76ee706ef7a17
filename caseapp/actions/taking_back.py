"""Taking back what one asked a second person for: the same for acts on cases, accounts, units, declared interests."""

from __future__ import annotations

from datetime import datetime

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.kernel.errors import N_, Conflict, NotAllowed


def take_back_request(ctx: Ctx, asked_by: str | None, decided_at: datetime | None, subject: str, **what: str) -> None:
    """Put down that who asked takes it back, which nobody else does, and only while it waits; the caller settles the
    request. Raises NotAllowed, Conflict."""
    if asked_by != ctx.actor.username:
        raise NotAllowed(N_("only who asked takes a request back"))
    if decided_at is not None:
        raise Conflict(N_("this was decided already"))
    note(ctx, "request_taken_back", subject, **what)
