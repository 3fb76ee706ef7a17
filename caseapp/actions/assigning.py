"""A case that comes from above (上级交办): it is logged with what the sender wants by when, in one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caseapp.actions.cases import RegisterCase, add_event, register
from caseapp.actions.context import Ctx
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.models import Case
from caseapp.kernel.errors import N_, NotAllowed


def register_assigned(ctx: Ctx, command: RegisterCase, assigned: Mapping[str, Any] | None) -> Case:
    """Log a case, and with it what was ``assigned`` from above, if anything was: for posts at the town only. A form
    that comes again is there already. Raises NotAllowed, RuleViolation."""
    if assigned is None:
        return register(ctx, command)
    if not ctx.actor.as_organ(may.DIRECT):
        raise NotAllowed(N_("what is assigned from above is received by the town"))
    case = register(ctx, command)
    if case.length == 1:
        event = Event("assigned", case.registered_at, case.last_recorded_at, ctx.actor.username, dict(assigned))
        add_event(ctx, case, event)
    return case
