"""Putting whole histories on record: one event from a form, many from an import, which puts down many cases at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from caseapp.actions.context import Ctx
from caseapp.actions.journal import Link, append_links, chain
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
    """Put histories that were judged on record, in their order, each under its number or the next one of its series.
    All who register wait for each other from then on, so numbers are given when everything else was written."""
    cases = [
        Case(number=one.history.head.number or _for_now(), length=0, chain=START, token=one.token) for one in openings
    ]
    ctx.session.add_all(cases)
    pairs = [(case, one.history) for case, one in zip(cases, openings, strict=True)]
    links = [(case, _chained(case, history)) for case, history in pairs if history.head.number]
    cast_shadows(ctx, pairs)
    nameless = [(case, history) for case, history in pairs if not history.head.number]
    given = next_numbers(ctx, [(history.head.series, history.events[0].on.year) for _, history in nameless])
    for (case, history), number in zip(nameless, given, strict=True):
        case.number = number
        links.append((case, _chained(case, history)))
    append_links(ctx.session, links)
    return cases


def _for_now() -> str:
    """What stands in the place of a number until one is given."""
    return secrets.token_hex(16)


def _chained(case: Case, history: History) -> list[Link]:
    return chain(case, history.entered, history.head)
