"""Whom it bars that a case complains of somebody: what ``domain/access/circle.py`` asks about, read from the posts and
the standing teams."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select

from caseapp.actions.context import Ctx
from caseapp.domain.access.circle import Bar, Pair, PostHeld, circle, officials
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.accused import deputies_ever, named_since
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.people.queries import posts_of
from caseapp.domain.teams.models import StandingSeat

Way = tuple[int | None, str | None, bool, bool, str | None, str | None]


def circle_of(ctx: Ctx, history: History, also: Iterable[str] = ()) -> frozenset[Bar]:
    """The circle of who is complained of in a case; with ``also``, of those as well, from today on."""
    named = {**dict.fromkeys(also, ctx.today), **named_since(history)}
    people = officials(named, ctx.units)
    if not people:
        return circle(named, (), (), ctx.units)
    pairs = [*deputies_ever(history), *_standing_pairs(ctx, people)]
    return circle(named, _posts(ctx, people), pairs, ctx.units)


def _posts(ctx: Ctx, people: Iterable[str]) -> Iterable[PostHeld]:
    for username, post in posts_of(ctx.session, people):
        yield PostHeld(username, post.role, ctx.units.by_id[post.unit_id].code, post.ended_on)


def _standing_pairs(ctx: Ctx, people: Iterable[str]) -> list[Pair]:
    row, names = StandingSeat, list(people)
    query = select(row.holder, row.deputy).where(
        row.deputy.is_not(None), or_(row.holder.in_(names), row.deputy.in_(names))
    )
    return [(holder, str(deputy)) for holder, deputy in ctx.session.execute(query)]


def bars(ctx: Ctx, history: History, there: Iterable[CaseAccess]) -> set[Way]:
    """The bars of a case as rows. A circle grows and does not shrink while its cause stands on record: who was barred
    as a deputy stays so, whoever stands in the standing team by now."""
    found = {_row(ctx, bar) for bar in circle_of(ctx, history)}
    about = set(history.now.about)
    stay = (row for row in there if row.barred and row.username and row.because in about)
    return found | {(None, row.username, True, False, None, row.because) for row in stay}


def _row(ctx: Ctx, bar: Bar) -> Way:
    return ctx.units.id_of[bar.unit] if bar.unit else None, bar.person, True, False, bar.role, bar.because


def concerned(ctx: Ctx, usernames: Iterable[str]) -> list[Case]:
    """The cases whose circle may have grown because something changed about some people: what complains of them."""
    known = CaseAccess.barred & CaseAccess.because.in_(list(usernames))
    query = select(Case).where(Case.id.in_(select(CaseAccess.case_id).where(known))).order_by(Case.id)
    return list(ctx.session.scalars(query))
