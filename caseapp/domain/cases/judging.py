"""Judged when it happened: a new event is held against the rules of its day, what was settled is a fact (§4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.guards import Step
from caseapp.domain.cases.history import begin, step
from caseapp.domain.cases.law import Law
from caseapp.domain.cases.merging import Others
from caseapp.domain.cases.snapshot import Snapshot
from caseapp.domain.cases.states import check_step
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.tree import Tree
from caseapp.kernel.errors import N_, RuleViolation


def check_history(
    head: Head, events: Iterable[Event], law: Law, now: datetime, settled: Iterable[Event] = (),
    *, others: Others | None = None,
) -> Snapshot:  # fmt: skip
    """Hold new events, and those after them in time, against the rules, in the order of ``at``, ties in the order of
    the list, what was on record first. ``settled`` is what was on record: it is a fact, and what lies before the first
    new event is told and not judged (contract §4). With nothing settled, a whole history is judged. ``others``: what is
    known of the cases that a merge may lead to.

    Returns where the case stands after it. Raises RuleViolation.
    """
    new = tuple(events)
    told, first_new = _in_order(settled, new)
    if not told or told[0].kind != "registered":
        raise RuleViolation("events", N_("the first event of a case is its registration"))
    if first_new == 0:
        _check_times(told[0], now)
        _check_received(told[0])
        _judge(partial(_check_unit, head.unit, told[0]), told[0], law, now)
    snapshot = begin(head, told[0], law.trees.on(told[0].on))
    for place, event in enumerate(told[1:], start=1):
        tree = law.trees.on(event.on)
        if place >= first_new:
            if any(event is one for one in new):
                _check_times(event, now)
            _judge(partial(_check_in, Step(head, tuple(told[:place]), snapshot, event, tree, others)), event, law, now)
        snapshot = step(snapshot, event, head, tree)
    return snapshot


def _in_order(settled: Iterable[Event], new: Iterable[Event]) -> tuple[list[Event], int]:
    """All events in the order in which they happened, and the place of the first that is new."""
    marked = [*((event, False) for event in settled), *((event, True) for event in new)]
    ordered = sorted(marked, key=lambda one: one[0].at)
    first_new = next((place for place, (_, is_new) in enumerate(ordered) if is_new), len(ordered))
    return [event for event, _ in ordered], first_new


def _judge(check: Callable[[Tree, OfficeRules], None], event: Event, law: Law, now: datetime) -> None:
    """Hold an event against the units and the limits of its day: as they are known now or, of one recorded earlier, as
    they were known then. What was legal under either is legal. Raises RuleViolation with what is known now."""
    try:
        check(law.trees.on(event.on), law.office)
    except RuleViolation as problem:
        if law.as_known_at is None or event.recorded_at >= now:
            raise
        then = law.as_known_at(event.recorded_at)
        try:
            check(then.trees.on(event.on), then.office)
        except RuleViolation:
            raise problem from None


def _check_in(step_: Step, tree: Tree, office: OfficeRules) -> None:
    check_step(replace(step_, tree=tree, office=office))


def _check_unit(unit: str, event: Event, tree: Tree, _office: OfficeRules) -> None:
    if unit not in tree.places:
        raise RuleViolation("unit", N_("%(code)s is not there on %(day)s"), code=unit, day=event.on)


def _check_times(event: Event, now: datetime) -> None:
    if event.at > now or event.recorded_at > now:
        raise RuleViolation("at", N_("%(kind)s lies in the future"), kind=event.kind)
    if event.recorded_at < event.at:
        raise RuleViolation("recorded_at", N_("%(kind)s was recorded before it happened"), kind=event.kind)


def _check_received(event: Event) -> None:
    received_on = event.day("received_on")
    if received_on and received_on > event.on:
        raise RuleViolation("received_on", N_("a case is received on or before the day it is registered"))
