"""Taking in whole case histories (contract §4). The form and the import obey the same table of moves.

A line that breaks a rule is refused with its number and the rule, the others are taken. Importing a file again adds
nothing; a file that knows more about a case than we do continues it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from caseapp.actions.cases import add_event, open_case
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.numbers import numbers_to_come
from caseapp.domain.access import permissions as may
from caseapp.domain.audit.chain import canonical
from caseapp.domain.cases.events import Event, Head, Party
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import known_numbers, load_history
from caseapp.domain.cases.states import check_history
from caseapp.domain.exchange.casefile import read_case, write_case, write_event
from caseapp.domain.reports.queries import known_to_frozen
from caseapp.kernel.errors import N_, CaseappError, RuleViolation

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Refusal:
    """A line that was not taken: its number in the file, and why."""

    line: int
    problem: CaseappError


@dataclass
class Imported:
    """What an import did."""

    added: int = 0
    continued: int = 0
    unchanged: int = 0
    recorded_now: int = 0
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True)
class Incoming:
    """A case of the file that can be read."""

    line: int
    head: Head
    events: list[Event]

    @property
    def begins(self) -> bool:
        """Whether its registration is told."""
        return any(event.kind == "registered" for event in self.events)

    @property
    def token(self) -> str:
        """What a case without a number is known again by: its head and its registration."""
        first = next(event for event in self.events if event.kind == "registered")
        content = canonical(write_case(replace(self.head, number=""), [first]))
        return "import:" + hashlib.sha256(content.encode()).hexdigest()


class UndoneError(Exception):
    """Raised inside a unit of work to take everything back: a dry run, or an atomic import with a refused line."""


def read_lines(text: Iterable[str]) -> Iterator[tuple[int, object]]:
    """The JSON values of a file of lines, with their numbers; empty lines are passed over. A line that is no JSON comes
    as the RuleViolation that says so."""
    for number, line in enumerate(text, start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                yield number, RuleViolation("line", N_("this is not JSON"))


def import_cases(ctx: Ctx, lines: Iterable[tuple[int, object]], progress: Progress | None = None) -> Imported:
    """Take in cases. The caller owns the transaction, and takes it back for a dry run."""
    result = Imported()
    good = _references_hold(ctx, _legal(ctx, _readable(ctx, lines, result), result), result)
    for place, incoming in enumerate(good, start=1):
        try:
            with ctx.session.begin_nested():
                outcome = _take(ctx, incoming, result)
            setattr(result, outcome, getattr(result, outcome) + 1)
        except CaseappError as problem:
            result.refused.append(Refusal(incoming.line, problem))
        if progress:
            progress(place, len(good))
    result.refused.sort(key=lambda refusal: refusal.line)
    note(
        ctx, "cases_imported", added=result.added, continued=result.continued, unchanged=result.unchanged,
        refused=len(result.refused),
    )  # fmt: skip
    return result


def _readable(ctx: Ctx, lines: Iterable[tuple[int, object]], result: Imported) -> list[Incoming]:
    """The lines that can be read; the others are refused."""
    good: list[Incoming] = []
    numbers: set[str] = set()
    for line, value in lines:
        try:
            if isinstance(value, CaseappError):
                raise value
            head, events = read_case(value, ctx.units, ctx.office.categories())
            _check_scope(ctx, head)
            if head.number in numbers:
                raise RuleViolation("number", N_("the number %(number)s stands there twice"), number=head.number)
        except CaseappError as problem:
            result.refused.append(Refusal(line, problem))
        else:
            numbers |= {head.number} - {""}
            good.append(Incoming(line, head, events))
    return good


def _legal(ctx: Ctx, read: list[Incoming], result: Imported) -> list[Incoming]:
    """Those of them that are legal histories. Of a case on record only what is new is judged, against what is there,
    when it is taken: what was taken once is a fact (contract §4)."""
    there = _on_record(ctx, read)
    good: list[Incoming] = []
    for incoming in read:
        try:
            if incoming.line not in there:
                check_history(incoming.head, incoming.events, ctx.law, ctx.now)
        except CaseappError as problem:
            result.refused.append(Refusal(incoming.line, problem))
        else:
            good.append(incoming)
    return good


def _on_record(ctx: Ctx, read: list[Incoming]) -> set[int]:
    """The lines whose cases are on record already."""
    found: set[int] = set()
    for start in range(0, len(read), 500):
        part = read[start : start + 500]
        numbers = known_numbers(ctx.session, {incoming.head.number for incoming in part} - {""})
        tokens = {incoming.token: incoming.line for incoming in part if not incoming.head.number and incoming.begins}
        known = ctx.session.scalars(select(Case.token).where(Case.token.in_(tokens)))
        found |= {incoming.line for incoming in part if incoming.head.number in numbers}
        found |= {tokens[token] for token in known if token}
    return found


def _check_scope(ctx: Ctx, head: Head) -> None:
    if not ctx.actor.is_system and ctx.units.id_of[head.unit] not in ctx.actor.units_with(may.EXCHANGE):
        raise RuleViolation("unit", N_("your posts do not cover the unit %(unit)s"), unit=head.unit)


def _references_hold(ctx: Ctx, good: list[Incoming], result: Imported) -> list[Incoming]:
    """Leave out cases that name a case nobody knows, until none is left that names one left out."""
    while True:
        named = {number for incoming in good for number in _named(incoming)}
        known = {incoming.head.number for incoming in good} | known_numbers(ctx.session, named)
        known |= _numbers_to_come(ctx, good) if named - known else set()
        dangling = [incoming for incoming in good if not _named(incoming) <= known]
        if not dangling:
            return good
        for incoming in dangling:
            number = ", ".join(sorted(_named(incoming) - known))
            problem = RuleViolation("of", N_("there is no case %(number)s"), number=number)
            result.refused.append(Refusal(incoming.line, problem))
        good = [incoming for incoming in good if incoming not in dangling]


def _named(incoming: Incoming) -> set[str]:
    """The cases a history refers to."""
    return {str(event.data[key]) for event in incoming.events for key in ("of", "into") if key in event.data}


def _numbers_to_come(ctx: Ctx, good: list[Incoming]) -> set[str]:
    """The numbers that lines without one are going to be given: a line may refer to them."""
    wanted = [
        (incoming.head.track, min(incoming.events, key=lambda event: event.at).on.year)
        for incoming in good
        if not incoming.head.number
    ]
    return numbers_to_come(ctx, wanted)


def _take(ctx: Ctx, incoming: Incoming, result: Imported) -> str:
    """Add a case, or what the file knows beyond our record of it. Returns which."""
    if incoming.head.number:
        case = ctx.session.scalar(select(Case).where(Case.number == incoming.head.number))
        token = None
    else:
        token = incoming.token
        case = ctx.session.scalar(select(Case).where(Case.token == token))
    if case is None:
        open_case(ctx, incoming.head, _not_behind_frozen(ctx, incoming.head, incoming.events, result), token=token)
        return "added"
    return _continue(ctx, case, incoming, result)


def _not_behind_frozen(ctx: Ctx, head: Head, events: list[Event], result: Imported) -> list[Event]:
    """Events that a frozen report would have known, had they been here, are recorded now: what was frozen stays
    reproducible (contract §4)."""
    until = known_to_frozen(ctx.session, ctx.units.ids_above(head.unit))
    if until is None:
        return events
    late = sum(event.recorded_at <= until for event in events)
    result.recorded_now += late
    now = ctx.now
    return [replace(event, recorded_at=now) if event.recorded_at <= until else event for event in events]


def _continue(ctx: Ctx, case: Case, incoming: Incoming, result: Imported) -> str:
    ours = load_history(ctx.session, case, ctx.units)
    if _comparable(ours.head) != _comparable(replace(incoming.head, number=case.number)):
        raise RuleViolation("number", N_("%(number)s is on record with another head"), number=case.number)
    beyond = list(ours.events)
    new = []
    for event in incoming.events:
        same = next((one for one in beyond if _identity(one) == _identity(event)), None)
        if same is None:
            new.append(event)
        else:
            beyond.remove(same)
    _refuse_contradiction(beyond, new)
    if not new:
        return "unchanged"
    add_event(ctx, case, *_not_behind_frozen(ctx, ours.head, new, result))
    return "continued"


def _refuse_contradiction(beyond: list[Event], new: list[Event]) -> None:
    """The same thing at the same instant, told in another way, is a contradiction. ``beyond``: what we know and the
    file does not tell."""
    there = {_occasion(event) for event in beyond}
    for event in new:
        if event.kind == "registered" or _occasion(event) in there:
            raise RuleViolation(
                event.kind, N_("%(kind)s contradicts what is on record for that instant"), kind=event.kind
            )


def _occasion(event: Event) -> tuple[object, ...]:
    return (event.kind, event.at, event.data.get("seat"), event.data.get("field"))


def _identity(event: Event) -> str:
    """What makes two events the same: all but when they were entered and telephone numbers, which files leave out."""
    return canonical({**write_event(event), "recorded_at": None})


def _comparable(head: Head) -> Mapping[str, Any]:
    silent = tuple(Party(party.role, party.name, "", party.contact) for party in head.parties)
    return write_case(replace(head, parties=silent), [])
