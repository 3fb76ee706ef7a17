"""Putting whole histories on record: one event from a form, many from an import, which puts down many cases at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from caseapp.actions.context import Ctx
from caseapp.actions.journal import append_links, chain
from caseapp.actions.numbers import next_numbers
from caseapp.actions.shadow import cast_shadows
from caseapp.domain.audit.chain import START
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.fields import check_event
from caseapp.domain.cases.heads import check_head
from caseapp.domain.cases.history import History
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.merging import Others
from caseapp.domain.cases.models import Case
from caseapp.domain.moves.queries import others_named


@dataclass(frozen=True)
class Opening:
    """A history that may be put on record, and the token that its case is known again by."""

    history: History
    token: str | None = None


def open_case(ctx: Ctx, head: Head, events: list[Event], *, token: str | None = None) -> Case:
    """Put a history on record. Raises RuleViolation."""
    return put_on_record(ctx, [judged(ctx, head, events, token=token)])[0]


def judged(
    ctx: Ctx, head: Head, events: list[Event], *, token: str | None = None, others: Others | None = None,
    legal: bool = False,
) -> Opening:  # fmt: skip
    """A history that breaks no rule; an import knows the ``others`` of its file. Its head and its events are cleaned
    and checked here, wherever they come from. ``legal``: as they come they were held against the rules already, and
    end in no other case. Raises RuleViolation."""
    clean, told = check_head(head, ctx.units, ctx.office.categories()), checked(ctx, events)
    if not (legal and (clean, told) == (head, events)):
        known = others_named(ctx, clean.number, told) if others is None else others
        check_history(clean, told, ctx.law, ctx.now, others=known)
    return Opening(History(clean, told, ctx.units), token)


def checked(ctx: Ctx, events: Iterable[Event]) -> list[Event]:
    """Events with their fields cleaned. Raises RuleViolation."""
    return [check_event(event, ctx.units, ctx.office.categories()) for event in events]


def put_on_record(ctx: Ctx, openings: Sequence[Opening]) -> list[Case]:
    """Put histories that were judged on record, in their order, each under its number or the next one of its series."""
    histories = [one.history for one in openings]
    nameless = [one for one in histories if not one.head.number]
    given = iter(next_numbers(ctx, [(one.head.series, one.events[0].on.year) for one in nameless]))
    cases = [
        Case(number=one.history.head.number or next(given), length=0, chain=START, token=one.token) for one in openings
    ]
    ctx.session.add_all(cases)
    pairs = list(zip(cases, histories, strict=True))
    links = [(case, chain(case, history.entered, history.head)) for case, history in pairs]
    cast_shadows(ctx, pairs)
    append_links(ctx.session, links)
    return cases
