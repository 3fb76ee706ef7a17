"""What the office sets: day counts, the ladder, names of seats, official days; each with who, when, from a day on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.notices import tell_of_setting
from caseapp.actions.shadow import cast_shadow
from caseapp.domain.access import permissions as may
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.queries import running_dates
from caseapp.domain.deadlines.rules import owed_at
from caseapp.domain.org.models import TREE, CalendarDay, Mark, Setting
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.queries import calendar_with, official_days
from caseapp.domain.org.settings import ROBOT_HOSTS, SINCE_EVER, SPECS, read_setting
from caseapp.domain.people.queries import user_named
from caseapp.kernel.errors import N_, NotAllowed, RuleViolation

FACTOR_WITHIN = timedelta(days=180)


@dataclass(frozen=True)
class Moved:
    """A due date that a change of rules moves."""

    number: str
    kind: str
    before: date
    after: date


def set_value(ctx: Ctx, key: str, value: str, valid_from: date, *, recompute: bool = False) -> int:
    """Set a value from a day on; what is counted from an earlier day keeps its rule.

    With ``recompute`` it holds for whatever is still running too, and the running due dates move: on purpose, after a
    look at ``moved_by``. Returns how many cases that the actor sees were worked out anew. Raises
    RuleViolation.
    """
    if not may_set(ctx, key):
        raise NotAllowed(N_("your posts do not allow this"))
    read = read_setting(key, value)
    if valid_from < ctx.today:
        raise RuleViolation("valid_from", N_("a change is valid from today on, or from a later day"))
    old = ctx.office.settings.value(key, valid_from)
    _check_more(ctx, key, read)
    since = SINCE_EVER if recompute else valid_from
    row = Setting(key=key, value=read, valid_from=since, set_by=ctx.actor.username, set_at=ctx.now)
    ctx.session.add(row)
    _new_version(ctx)
    if SPECS[key].tells:
        ctx.session.flush()  # the notice names it
        tell_of_setting(ctx, f"setting:{row.id}")
    note(ctx, "setting_changed", key, old=old, new=read, valid_from=since.isoformat())
    ctx.forget_office()
    return _recompute(ctx) if recompute else 0


def may_set(ctx: Ctx, key: str) -> bool:
    """Whether the actor may set a value: what leaves the house goes where the administrator alone says."""
    return ctx.actor.may(may.ACCOUNTS if key == ROBOT_HOSTS else may.SETTINGS)


def set_at_first(ctx: Ctx, key: str, value: object) -> bool:
    """Set a value that the program itself gives when nobody has set one. Returns whether it did."""
    if ctx.office.settings.entered.get(key):
        return False
    ctx.session.add(Setting(key=key, value=value, valid_from=SINCE_EVER, set_by=ctx.actor.username, set_at=ctx.now))
    _new_version(ctx)
    note(ctx, "setting_changed", key, old=None, new=value, valid_from=SINCE_EVER.isoformat())
    ctx.session.flush()  # the settings are read again
    ctx.forget_office()
    return True


def _check_more(ctx: Ctx, key: str, read: object) -> None:
    """What a value alone does not show: a head is an active user; a category that may be in use is not taken away; once
    the second factor is needed it stays so, and it is not put off for long."""
    if key == "login.factor_from":
        _check_factor_from(ctx, date.fromisoformat(str(read)))
    if key.startswith("head.") and read:
        user = user_named(ctx.session, str(read))
        if user is None or not user.active:
            raise RuleViolation("value", N_("there is no active user %(username)s"), username=read)
    if key == "category.own" and isinstance(read, list) and len(read) < len(ctx.office.settings.own_categories()):
        raise RuleViolation("value", N_("a category stays once it was there: change its name, or add below"))


def _check_factor_from(ctx: Ctx, day: date) -> None:
    stands = ctx.office.second_factor_from(ctx.today)
    if stands <= ctx.today < day:
        raise RuleViolation("value", N_("the second factor is needed already, and stays so"))
    if day > ctx.today + FACTOR_WITHIN:
        raise RuleViolation("value", N_("the second factor is put off for 180 days at most"))


def moved_by(ctx: Ctx, key: str, value: str) -> list[Moved]:
    """Which running due dates a value would move, were they worked out anew. Writes nothing."""
    ctx.actor.demand(may.SETTINGS)
    settings = ctx.office.settings.and_then(key, read_setting(key, value), SINCE_EVER)
    return list(_moved(ctx, OfficeRules(settings, ctx.office.calendar)))


def set_year(ctx: Ctx, year: int, days: Mapping[date, tuple[str, str]], source: str) -> int:
    """Enter a year's official days: kind and name by day. What stood there before for that year is replaced; due dates
    counted in working days over these days are worked out anew. Returns how many cases that the actor sees were. Raises
    RuleViolation."""
    ctx.actor.demand(may.SETTINGS)
    if not any(day.month < 12 for day in days):
        raise RuleViolation("text", N_("The text names no official day"))
    of_the_year = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    for old in ctx.session.scalars(select(CalendarDay).where(or_(CalendarDay.day.in_(days), of_the_year))).all():
        ctx.session.delete(old)
    ctx.session.flush()  # the new ones take their place
    ctx.session.add_all(
        CalendarDay(
            day=day, kind=kind, name=name, source=source[:200], entered_by=ctx.actor.username, entered_at=ctx.now
        )
        for day, (kind, name) in days.items()
    )
    ctx.session.flush()  # the calendar is read again
    _new_version(ctx)
    tell_of_setting(ctx, f"official_days:{year}")
    note(ctx, "official_days_entered", str(year), days=len(days))
    ctx.forget_office()
    return _recompute(ctx)


def moved_by_year(ctx: Ctx, year: int, days: Mapping[date, tuple[str, str]]) -> list[Moved]:
    """Which running due dates a year's official days would move. Writes nothing."""
    ctx.actor.demand(may.SETTINGS)
    kept = [row for row in official_days(ctx.session) if row.day.year != year]
    new = [CalendarDay(day=day, kind=kind, name=name) for day, (kind, name) in days.items()]
    return list(_moved(ctx, OfficeRules(ctx.office.settings, calendar_with([*kept, *new]))))


def _moved(ctx: Ctx, office: OfficeRules) -> Iterator[Moved]:
    """Running due dates that other rules would put on another day, of the cases that the actor sees. There may be
    others, and nothing tells of them."""
    before = running_dates(ctx.session, ctx.today)
    for case_id, history in load_histories(ctx.session, and_(_running(), scope(ctx.actor, Case.id)), ctx.units):
        for item in owed_at(history, ctx.today, office):
            was = before.get((case_id, item.kind, item.nth))
            if was is not None and was != item.due_on:
                yield Moved(history.head.number, item.kind, was, item.due_on)


def _running() -> ColumnElement[bool]:
    open_ones = select(Deadline.case_id).where(Deadline.to_on.is_(None))
    return or_(Case.standing == "open", Case.id.in_(open_ones))


def _recompute(ctx: Ctx) -> int:
    """Work out the due dates of every case that owes something, with the rules as they are now. Returns how many of
    them the actor sees: how many there are is not for everybody."""
    seen = select(func.count()).select_from(Case).where(_running(), scope(ctx.actor, Case.id))
    told = ctx.session.scalar(seen) or 0
    cases = {case.id: case for case in ctx.session.scalars(select(Case).where(_running()))}
    for case_id, history in list(load_histories(ctx.session, _running(), ctx.units, texts=True)):
        cast_shadow(ctx, cases[case_id], history)
    return told


def _new_version(ctx: Ctx) -> None:
    """Processes keep what every page needs until the version changes."""
    ctx.session.merge(Mark(name=TREE, value=secrets.token_hex(8)))
