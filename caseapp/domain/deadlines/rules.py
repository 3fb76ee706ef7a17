"""When is what due, and what light it shows (contract §6).

``items`` says what a case owes at the end of a day; ``spans`` draws that out over time, so that the database can be
asked for any day with one comparison. ``light`` is the lamp of one item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from caseapp.domain.cases.assignments import answer_owed
from caseapp.domain.cases.events import Head
from caseapp.domain.cases.history import History
from caseapp.domain.cases.limits import LIMITS
from caseapp.domain.cases.snapshot import Snapshot, due_of, handling_begins
from caseapp.domain.org.office import DEFAULT, OfficeRules
from caseapp.domain.org.settings import CALENDAR
from caseapp.domain.org.tree import Tree
from caseapp.domain.teams.seats import backlog_from, needs_team

KINDS = (
    "notice", "first_contact", "follow_up", "team", "handle", "perform", "undertaking", "return_visit", "answer_above",
)  # fmt: skip
CHARGED_TO = {
    "notice": "office",
    "first_contact": "grid",
    "follow_up": "liaison",
    "team": "office",
    "handle": "lead",
    "perform": "lead",
    "undertaking": "lead",
    "return_visit": "grid",
    "answer_above": "office",
}
VISITORS = ("grid", "village", "liaison", "dept", "lead")
"""The seats that a return visit falls to, in this order, when who sits in the one before recorded the resolution."""
AGREED_WHILE = ("open", "resolved")
LONG_LIMIT = 30
YELLOW_DAYS, YELLOW_DAYS_LONG = 3, 7
LIGHTS = ("red", "yellow", "green")


@dataclass(frozen=True, order=True)
class Item:
    """Something a case owes: what, its number within its kind, when, and how the date was worked out."""

    due_on: date
    kind: str
    nth: int
    start_on: date
    days: int
    rule: str
    unit: str = CALENDAR
    provisional: bool = False


@dataclass(frozen=True)
class Span:
    """An item and the days at whose end it was owed: from ``from_on`` until the day before ``to_on`` (None: on)."""

    item: Item
    from_on: date
    to_on: date | None


def light(due_on: date, days: int, today: date, lamps: tuple[int, int] = (YELLOW_DAYS, YELLOW_DAYS_LONG)) -> str:
    """Red after the due date; yellow in the last 3 days up to and including it (7 for limits of 30 days and more), or
    as many as the office set (``lamps``)."""
    if due_on < today:
        return "red"
    near = lamps[1] if days >= LONG_LIMIT else lamps[0]
    return "yellow" if due_on - timedelta(days=near - 1) <= today else "green"


def charged_to(kind: str, now: Snapshot, at_work: Callable[[], Iterable[str]]) -> str:
    """The seat an item is charged to, or the office (contract §6). An empty seat is the unit's that holds the case.

    A return visit is never charged to who recorded the resolution: it falls to the deputy, to another seat, or to the
    office, which names a visitor. ``at_work`` are the people of that unit, who make the visit where no grid official
    sits.
    """
    if kind != "return_visit" or now.resolved_by is None:
        return CHARGED_TO[kind]
    if CHARGED_TO[kind] not in now.seats and set(at_work()) - {now.resolved_by}:
        return CHARGED_TO[kind]
    pairs = {seat: {row.holder, row.deputy} - {None, now.resolved_by} for seat, row in now.seats.items()}
    return next((seat for seat in VISITORS if pairs.get(seat)), "office")


def not_by(kind: str, now: Snapshot) -> str | None:
    """Who does not meet an item: of a return visit, who recorded the resolution that it is to confirm."""
    return now.resolved_by if kind == "return_visit" else None


def days_late(due_on: date, day: date) -> int:
    """How many days an item is overdue at the end of a day."""
    return max(0, (day - due_on).days)


def _item(office: OfficeRules, kind: str, start: date, rule: str, nth: int = 1) -> Item:
    counted = office.reckon(f"{rule}_{nth}" if kind == "return_visit" else rule, start)
    return Item(counted.due, kind, nth, start, counted.days, rule, counted.unit, counted.provisional)


@dataclass(frozen=True)
class _Day:
    """What an item is worked out from: the case, where it stood at the end of a day, since when it needed a team, the
    rules of the office."""

    head: Head
    now: Snapshot
    day: date
    need_since: date | None
    tree: Tree
    office: OfficeRules


def items(at: _Day) -> Iterator[Item]:
    """What a case owes at the end of a day: a suggestion a notice, and an answer to who assigned it; an accusation
    nothing."""
    head, now = at.head, at.now
    if head.sealed:
        return
    yield from _notice(at)
    yield from _answer(now)
    if now.matter:
        yield from _own_answer(at)
    elif not head.suggestion:
        yield from _work(at)


def _own_answer(at: _Day) -> Iterator[Item]:
    """涉众群体: of one petition of a matter of many, the work is owed by the case it is handled with; that it is
    answered in time is owed to each petitioner."""
    if at.now.standing == "open" and not at.now.promised and not at.head.suggestion:
        yield _handle(at.head, at.now, at.office)


def _work(at: _Day) -> Iterator[Item]:
    head, now = at.head, at.now
    if now.standing == "open":
        yield _contact(now, at.office)
        if at.need_since and needs_team(head, now, at.day, at.tree) and not now.seated:
            yield _item(at.office, "team", at.need_since, "team")
        yield _perform(now, at.office) if now.promised else _handle(head, now, at.office)
    yield from _undertakings(now)
    if now.standing == "resolved":
        yield from _return_visits(at)


def _notice(at: _Day) -> Iterator[Item]:
    """Owed whatever became of the petition, until it is withdrawn or archived."""
    over = at.now.noticed_on or at.now.state == "withdrawn" or at.now.archived
    if at.head.track == "petition" and at.head.named and not over:
        yield _item(at.office, "notice", at.now.received_on, "notice")


def _answer(now: Snapshot) -> Iterator[Item]:
    """上级交办: who assigned the matter is owed an answer by the day it named, beside what the law wants by when."""
    one = now.assignment
    if one is not None and answer_owed(one, now.standing):
        days = (one.answer_due - one.received_on).days
        yield Item(one.answer_due, "answer_above", one.nth, one.received_on, days, "answer_above")


def _contact(now: Snapshot, office: OfficeRules) -> Item:
    if not now.worked and not now.reopenings:
        return _item(office, "first_contact", now.registered_on, "first_contact")
    return _item(office, "follow_up", now.last_work_on, f"follow_up_{now.risk}")


def _handle(head: Head, now: Snapshot, office: OfficeRules) -> Item:
    standing = _handle_standing(head, now, office)
    if now.reopened_on is None:
        return standing
    reopened = _item(office, "handle", now.reopened_on, "handle_reopened")
    return max(standing, reopened, key=lambda item: item.due_on)


def _handle_standing(head: Head, now: Snapshot, office: OfficeRules) -> Item:
    """The first date, or the last extension in its place."""
    if now.extended_to:
        assert now.extended_from is not None
        before = due_of(head.track, now.extended_from, office)
        return Item(now.extended_to, "handle", 1, before, (now.extended_to - before).days, "handle_extended")
    return first_handling(head, now, office)


def first_handling(head: Head, now: Snapshot, office: OfficeRules) -> Item:
    """The handling limit before any extension or reopening: the date that the case page goes on showing."""
    return _item(office, "handle", handling_begins(head, now), f"handle_{head.track}")


def _perform(now: Snapshot, office: OfficeRules) -> Item:
    """兑现: what a reply promised is performed by the day it names, else within 30 days."""
    assert now.replied_on is not None
    if now.perform_by:
        return Item(now.perform_by, "perform", 1, now.replied_on, (now.perform_by - now.replied_on).days, "perform_by")
    return _item(office, "perform", now.replied_on, "perform")


def _undertakings(now: Snapshot) -> Iterator[Item]:
    """协议履行: each thing undertaken in the agreement in force is done by the day it names (人民调解法 art. 31)."""
    if now.agreement is None or now.archived or now.standing not in AGREED_WHILE:
        return
    begins_on = now.agreement.effective_on
    for one in now.agreement.owed:
        yield Item(one.due_on, "undertaking", one.nth, begins_on, (one.due_on - begins_on).days, "undertaking")


def _return_visits(at: _Day) -> Iterator[Item]:
    now = at.now
    assert now.resolved_on is not None
    over = at.day > now.resolved_on + timedelta(days=LIMITS.return_visits_end)
    if now.archived or over or any(visit.result == "refused" for visit in now.visits):
        return
    for nth in range(len(now.visits) + 1, len(LIMITS.return_visits) + 1):
        yield _item(at.office, "return_visit", now.resolved_on, "return_visit", nth)


def owed_at(history: History, day: date, office: OfficeRules = DEFAULT) -> list[Item]:
    """What a case owed at the end of a day, in order of due date."""
    now = history.at(day)
    if now is None or history.ended:
        return []
    return sorted(items(_Day(history.head, now, day, need_since(history, day), history.trees.on(day), office)))


def overdue_at(history: History, day: date, office: OfficeRules = DEFAULT) -> list[Item]:
    """What of it was overdue: due before that day and still unmet at its end."""
    return [item for item in owed_at(history, day, office) if item.due_on < day]


def need_since(history: History, day: date) -> date | None:
    """The first day ever, up to ``day``, at whose end the case needed a team."""
    for turn in _turning_days(history):
        now = history.at(turn)
        if turn <= day and now and needs_team(history.head, now, turn, history.trees.on(turn)):
            return turn
    return None


def _turning_days(history: History) -> list[date]:
    """The days on which what a case owes can change: those of its events, and those that time alone brings."""
    days = set(history.days)
    days.add(backlog_from(history.snapshots[0].registered_on))
    for snapshot in history.snapshots:
        if snapshot.resolved_on:
            days.add(snapshot.resolved_on + timedelta(days=LIMITS.return_visits_end + 1))
    return sorted(days)


def spans(history: History, office: OfficeRules = DEFAULT) -> list[Span]:
    """Everything a case owes, ever owed, or will come to owe by time alone, with the days it was or will be owed."""
    if history.ended or history.head.sealed:
        return []
    running: dict[Item, date] = {}
    done: list[Span] = []
    needed: date | None = None
    for turn in _turning_days(history):
        day = _day(history, turn, needed, office)
        needed, owed = day.need_since, set(items(day))
        done += [Span(item, since, turn) for item, since in running.items() if item not in owed]
        running = {item: running.get(item, turn) for item in owed}
    return done + [Span(item, since, None) for item, since in running.items()]


def _day(history: History, turn: date, needed: date | None, office: OfficeRules) -> _Day:
    """What the items of a day are worked out from; ``needed``: since when a team was needed, as far as known before."""
    now, tree = history.at(turn), history.trees.on(turn)
    assert now is not None
    if needed is None and needs_team(history.head, now, turn, tree):
        needed = turn
    return _Day(history.head, now, turn, needed, tree, office)
