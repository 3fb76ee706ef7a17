"""Putting the cases of a file on record once they were judged: new ones many at once, those on record one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import or_, select

from caseapp.actions.cases import add_event
from caseapp.actions.context import Ctx
from caseapp.actions.opening import Opening, judged, put_on_record
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.merging import ENDINGS, Others
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.exchange.continuing import comparable, news_of
from caseapp.domain.exchange.queries import check_alone, demand_seen
from caseapp.domain.reports.queries import known_to_frozen
from caseapp.kernel.errors import N_, CaseappError, RuleViolation

OUTCOMES = ("added", "continued", "unchanged")
AT_ONCE = 100


@dataclass(frozen=True)
class Refusal:
    """A line that was not taken: its number in the file, and why. ``in_part``: its case was taken, without the event
    that is refused."""

    line: int
    problem: CaseappError
    in_part: bool = False


@dataclass
class Imported:
    """What an import did."""

    added: int = 0
    continued: int = 0
    unchanged: int = 0
    recorded_now: int = 0
    refused: list[Refusal] = field(default_factory=list)
    lines: int = 0

    def add(self, other: Imported) -> None:
        """Count in what another part did."""
        for name in (*OUTCOMES, "recorded_now", "lines"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.refused = sorted([*self.refused, *other.refused], key=lambda refusal: refusal.line)


@dataclass(frozen=True)
class Incoming:
    """A case of the file that can be read."""

    line: int
    head: Head
    events: list[Event]
    tokens: tuple[str, ...] = ()
    """What it is known again by, if it has no number; under the first it is put on record."""
    others: Others | None = None
    """What is known of the cases that its end has to do with, if it ends."""
    frozen_until: datetime | None = None
    """Behind which frozen report it was judged (``Frozen``)."""

    @property
    def begins(self) -> bool:
        """Whether its registration is told."""
        return any(event.kind == "registered" for event in self.events)

    @property
    def registered(self) -> Event:
        """Its registration."""
        return next(event for event in self.events if event.kind == "registered")

    @property
    def endings(self) -> list[Event]:
        """Its events that void or merge it: one at most."""
        return [event for event in self.events if event.kind in ENDINGS]


class Frozen:
    """Up to which instant the frozen reports of a unit, and of those above it, knew everything; asked once for all."""

    def __init__(self, ctx: Ctx) -> None:
        self._units = ctx.units
        self._known = known_to_frozen(ctx.session)

    def until(self, unit: str) -> datetime | None:
        """That instant; None when nothing is frozen."""
        above = self._units.ids_ever_above(unit)
        return max((known for unit_id, known in self._known.items() if unit_id in above), default=None)


def recorded_now(events: list[Event], until: datetime | None, now: datetime) -> list[Event]:
    """Events of which those that a frozen report would have known, had they been here, are recorded now."""
    if until is None:
        return events
    return [replace(one, recorded_at=now) if one.at <= one.recorded_at <= until else one for one in events]


def in_parts(good: list[Incoming]) -> Iterator[list[Incoming]]:
    """The lines in parts that are taken together. All of a part have a number of their own or none has: a number that
    is given must not be one that comes. No two are known again by the same token: the second is the first one's."""
    part: list[Incoming] = []
    tokens: set[str] = set()
    for incoming in good:
        other = part and bool(part[0].head.number) != bool(incoming.head.number)
        if len(part) == AT_ONCE or other or not tokens.isdisjoint(incoming.tokens):
            yield part
            part, tokens = [], set()
        part.append(incoming)
        tokens.update(incoming.tokens)
    yield part


class Taking:
    """Adds cases, and to those on record what the file knows beyond them. New ones are put down together; before one on
    record is continued those before it are put down, so that the order is that of the file."""

    def __init__(self, ctx: Ctx, result: Imported) -> None:
        self.ctx, self.result = ctx, result
        self.told = dict.fromkeys(OUTCOMES, 0)  # without accusations: the log is read by who may not know
        self.new: list[tuple[Incoming, Opening]] = []
        self.touched: list[tuple[str, list[str]]] = []
        self.frozen = Frozen(ctx)

    def take(self, part: list[Incoming]) -> None:
        """Take some lines, of which no two are the same case."""
        known = _known_cases(self.ctx, part)
        for incoming in part:
            try:
                if incoming.line in known:
                    self._put_down()
                    with self.ctx.session.begin_nested():
                        outcome = self._continue(known[incoming.line], incoming)
                    self._count(outcome, incoming)
                else:
                    self.new.append((incoming, self._opening(incoming)))
            except CaseappError as problem:
                self.result.refused.append(Refusal(incoming.line, problem))
        self._put_down()

    def _put_down(self) -> None:
        if self.new:
            cases = put_on_record(self.ctx, [opening for _, opening in self.new])
            if not self.ctx.actor.is_system:
                self.touched += [(case.number, ["registered"]) for case in cases]
        for incoming, _ in self.new:
            self._count("added", incoming)
        self.new = []

    def _count(self, outcome: str, incoming: Incoming) -> None:
        setattr(self.result, outcome, getattr(self.result, outcome) + 1)
        self.told[outcome] += not incoming.head.sealed

    def _opening(self, incoming: Incoming) -> Opening:
        events = self._not_behind_frozen(incoming.head, incoming.events)
        token = incoming.tokens[0] if incoming.tokens else None
        as_judged = incoming.others is None and incoming.frozen_until == self.frozen.until(incoming.head.unit)
        return judged(self.ctx, incoming.head, events, token=token, others=incoming.others, legal=as_judged)

    def _continue(self, case: Case, incoming: Incoming) -> str:
        demand_seen(self.ctx.session, self.ctx.actor, case, incoming.head)
        ours = load_history(self.ctx.session, case, self.ctx.units)
        if comparable(ours.head) != comparable(replace(incoming.head, number=case.number)):
            raise RuleViolation("number", N_("%(number)s is on record with another head"), number=case.number)
        new = news_of(incoming.events, ours.events)
        if not new:
            return "unchanged"
        check_alone(self.ctx.actor, case, new)
        add_event(self.ctx, case, *self._not_behind_frozen(ours.head, new), others=incoming.others)
        self.touched.append((case.number, [event.kind for event in new]))
        return "continued"

    def _not_behind_frozen(self, head: Head, events: list[Event]) -> list[Event]:
        """Events as they are put on record: what was frozen stays reproducible (contract §4)."""
        until = self.frozen.until(head.unit)
        told = recorded_now(events, until, self.ctx.now)
        self.result.recorded_now += sum(one is not event for one, event in zip(told, events, strict=True))
        return told


def _known_cases(ctx: Ctx, part: list[Incoming]) -> dict[int, Case]:
    """Which cases on record some lines tell of, by line."""
    tokens = {token: incoming.line for incoming in part for token in incoming.tokens}
    numbers = {incoming.head.number: incoming.line for incoming in part if not incoming.tokens}
    found = select(Case).where(or_(Case.token.in_(tokens), Case.number.in_(numbers)))
    cases = ctx.session.scalars(found)
    return {tokens[case.token] if case.token in tokens else numbers[case.number]: case for case in cases}
