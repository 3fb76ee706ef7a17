"""One matter, many people (涉众群体): what is put on record of a matter is on record of each petition that is handled
with it, in the same step; who joins comes to where the matter is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from caseapp.actions.appending import append_events, recorded_at
from caseapp.actions.callbacks import see_to_visits
from caseapp.actions.context import Ctx
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.matters import as_of_joining, caught_up, told_of_each
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.queries.matters import names_of_petitioners
from caseapp.domain.cases.states import action_of
from caseapp.domain.deadlines.undone import check_all_done
from caseapp.domain.issuing.models import Letter
from caseapp.domain.issuing.queries import written_in
from caseapp.domain.issuing.serving import addressed
from caseapp.domain.issuing.writing import receivers
from caseapp.domain.moves.organ import check_closed_by_the_organ
from caseapp.kernel.errors import CaseappError

NO_MORE = "所并入的事项不再办理"


def tell_each(ctx: Ctx, case: Case, events: Iterable[Event]) -> None:
    """Put what was done to a matter on record of each petition that is handled with it, where that is possible: who
    took it back, or was answered already, is passed over; the page of the matter says
    where each one stands. Nobody is told of it: who works on them works on the matter."""
    told = [one for one in (told_of_each(event, case.number) for event in events) if one is not None]
    petitions = _petitions(ctx, case) if told else []
    if petitions:
        reached = _reached(ctx, case, told)
        for one in petitions:
            _tell(ctx, one, told, reached)


def _tell(ctx: Ctx, case: Case, told: Iterable[Event], reached: set[str] | None) -> None:
    history = load_history(ctx.session, case, ctx.units)
    for event in told:
        own = as_of_joining(history, event)
        if own is not None and (own.kind != "notice_served" or _is_reached(history, reached)):
            history = _put_down(ctx, case, own, history)


def _petitions(ctx: Ctx, case: Case) -> list[Case]:
    mine = select(Case).where(Case.matter == case.number).order_by(Case.id).with_for_update(key_share=True)
    return list(ctx.session.scalars(mine))


def _reached(ctx: Ctx, case: Case, told: Iterable[Event]) -> set[str] | None:
    """Whom a paper of the matter reached: everybody (None) where it has representatives, who receive for all; else whom
    its letter is addressed to, but for those whose name another petitioner has too. A paper that is no letter of here
    reached the petitioner of the matter alone."""
    letters = [event.text("letter_no") for event in told if event.kind == "notice_served"]
    if not letters:
        return None
    parties = load_history(ctx.session, case, ctx.units).now.parties
    if any(party.role == "representative" for party in parties):
        return None
    letter = ctx.session.scalar(select(Letter).where(Letter.number == letters[0]))
    of_all = Counter([*names_of_petitioners(ctx.session, None, case.number), *receivers(parties)])
    return {name for name in addressed(written_in(letter)) if of_all[name] == 1} if letter else set()


def _is_reached(history: History, reached: set[str] | None) -> bool:
    named = {party.name.strip() for party in history.now.parties if party.role == "petitioner"}
    return reached is None or (bool(named) and named <= reached)


def let_each_leave(ctx: Ctx, case: Case) -> None:
    """Each petition that is handled with a case is handled by itself from now on: the case is none any more, voided,
    merged, or taken as an accusation. Who did it is not said, so that the last leaves no trace (decision 29)."""
    for one in _petitions(ctx, case):
        at = recorded_at(ctx, one)
        append_events(ctx, one, Event("left_matter", at, at, None, {"reason": NO_MORE}))


def bring_up(ctx: Ctx, case: Case, joined: Event) -> None:
    """A petition that joined a matter is accepted, where that is."""
    matter = ctx.session.scalars(select(Case).where(Case.number == joined.text("of"))).one()
    there, history = (load_history(ctx.session, one, ctx.units) for one in (matter, case))
    for event in caught_up(there, history.now, joined):
        history = _put_down(ctx, case, event, history)


def _put_down(ctx: Ctx, case: Case, event: Event, history: History) -> History:
    """The history with the event; as it was where that is not possible: where the town alone closes what was assigned
    to it from above, or it is to be filed and something of it is still owed to its petitioner."""
    event = replace(event, recorded_at=max(event.recorded_at, recorded_at(ctx, case)))
    try:
        check_closed_by_the_organ(ctx.actor, history.now, str(action_of(event)), case.places)
        if event.kind == "archived":
            check_all_done(history, event.on, ctx.office)
        append_events(ctx, case, event, history=history)
    except CaseappError:
        return history
    see_to_visits(ctx, case, event)
    return history.followed_by([event])
