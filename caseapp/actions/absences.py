"""AB角: who is away on which days, so that the deputy acts. Entered ahead, over by itself."""

from __future__ import annotations

from datetime import date

from caseapp.actions.context import Ctx
from caseapp.actions.duties import settle_people
from caseapp.actions.journal import note
from caseapp.domain.access import permissions as may
from caseapp.domain.people.models import Absence
from caseapp.domain.people.queries import posts_on, user_named
from caseapp.domain.people.roles import ABSENCE_KINDS
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation


def enter_absence(ctx: Ctx, username: str, kind: str, from_on: date, to_on: date) -> Absence:
    """Record that somebody is away from a day to a day, both included. Everybody may for themselves; who staffs cases,
    for the people of their units. Raises RuleViolation, NotAllowed, OutOfScope."""
    _demand(ctx, username)
    if kind not in ABSENCE_KINDS:
        raise RuleViolation("kind", N_("there is no such kind of absence"))
    if to_on < from_on:
        raise RuleViolation("to_on", N_("the last day lies before the first"))
    if to_on < ctx.today:
        raise RuleViolation("to_on", N_("an absence is entered before it is over"))
    absence = Absence(
        username=username, kind=kind, from_on=from_on, to_on=to_on, entered_by=ctx.actor.username, entered_at=ctx.now
    )
    ctx.session.add(absence)
    ctx.session.flush()  # the caller shows its id
    settle_people(ctx, [username])
    note(ctx, "absence_entered", username, kind=kind, first=from_on.isoformat(), last=to_on.isoformat())
    return absence


def end_absence(ctx: Ctx, absence_id: int) -> None:
    """Somebody is back early: from today on the absence is over. Raises OutOfScope, NotAllowed."""
    absence = ctx.session.get(Absence, absence_id)
    if absence is None or absence.ended_on or absence.to_on < ctx.today:
        raise OutOfScope(N_("there is no such absence"))
    _demand(ctx, absence.username)
    absence.ended_on = ctx.today
    settle_people(ctx, [absence.username])
    note(ctx, "absence_ended", absence.username)


def _demand(ctx: Ctx, username: str) -> None:
    if username == ctx.actor.username:
        return
    user = user_named(ctx.session, username)
    if user is None or not user.active:
        raise OutOfScope(N_("there is no such user"))
    units = {post.unit_id for post in posts_on(user, ctx.today)}
    if not units & ctx.actor.units_with(may.STAFF):
        raise NotAllowed(N_("your posts do not cover this person"))
