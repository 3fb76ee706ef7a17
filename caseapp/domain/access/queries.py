"""Whose cases I may see. Every list, count, search, export and ``get`` passes through ``scope``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Subquery,
    and_,
    distinct,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from caseapp.db.among import among
from caseapp.domain.access import permissions
from caseapp.domain.access.actor import Actor, Office
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.access.powers import powers_of
from caseapp.domain.org.models import UnitWithin
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.parts import TreePart
from caseapp.domain.org.queries import Units, is_one_of, lies_within
from caseapp.domain.people.models import Absence, Post, User
from caseapp.domain.people.queries import all_users, held_on, people_within, posts_on

CaseId = InstrumentedAttribute[int] | InstrumentedAttribute[int | None] | ColumnElement[int]
NOTHING = literal_column("0", Integer)
FEW = 100
"""Who reads less than a hundredth of the units sees few of the cases."""

Person = InstrumentedAttribute[str] | InstrumentedAttribute[str | None] | ColumnElement[str | None] | str


@lru_cache(maxsize=2048)
def scope(actor: Actor, case_id: CaseId) -> ColumnElement[bool]:
    """The condition under which an actor sees a case.

    A post sees the cases that arose in or are held by its subtree, a seat-holder sees the case, nobody else does.
    Accusations are seen by their desk alone. Who is complained of, in person or by their unit, sees nothing of it
    (信访工作条例 art. 28, 30).

    The condition is kept: a page asks for it ten times. Ways in and bars are looked up case by case: ``OFFSET 0`` keeps
    PostgreSQL from reading those of all cases for the few rows of a page.
    """
    if actor.is_system:
        return exists().where(CaseAccess.case_id == case_id, CaseAccess.sealed == false(), CaseAccess.barred == false())
    if sees_all(actor):
        return and_(case_id.is_not(None), not_barred(actor, case_id))
    reads, desk = actor.parts_with(permissions.READ), actor.parts_with(permissions.SEALED)
    way = select(1).where(CaseAccess.case_id == case_id, CaseAccess.barred == false(), _way_in(actor, reads, desk))
    return and_(exists(way.offset(NOTHING).correlate_except(CaseAccess)), not_barred(actor, case_id))


def scope_within(
    actor: Actor, case_id: CaseId, unit_ids: frozenset[int], sealed: ColumnElement[bool] | InstrumentedAttribute[bool]
) -> ColumnElement[bool]:
    """``scope()`` of cases that arose in some units, ``sealed`` of which are accusations. Each case has the unit where
    it arose as a way in: who reads all these units needs no other. It is for sums of many cases: those that an actor is
    out of are read once, and not looked up for each."""
    if actor.is_system:
        return ~sealed
    reads, desk = actor.units_with(permissions.READ), actor.units_with(permissions.SEALED)
    if not unit_ids <= reads or (unit_ids & desk and not unit_ids <= desk):
        return scope(actor, case_id)
    free = case_id.not_in(barred_from(actor))
    return free if desk else and_(~sealed, free)


def count_seen(actor: Actor, most: int) -> Select[int] | None:
    """How many cases an actor sees of all, counted no further than some more than ``most``: by the ways in, without
    reading a case. None for who sees so many that the cases themselves are counted sooner."""
    if actor.is_system or _is_everything(actor.parts_with(permissions.READ)):
        return None
    some = []
    for ways in _ways_of(actor):
        found = select(ways.c.case_id).where(not_barred(actor, ways.c.case_id))
        at_least = 2 * most  # a case has at most two ways in of one kind: where it arose and where it is held
        some.append(select(found.limit(at_least).subquery().c.case_id))
    return select(func.count(distinct(union_all(*some).subquery().c.case_id)))


def sparse(actor: Actor, case_id: CaseId) -> ColumnElement[bool] | None:
    """For who sees few of all cases: that the case is among those with a way in for them. It says no more than
    ``scope()``, and leads to the few cases, which a list in order of all would pass by. None for everybody else."""
    reads = [*actor.parts_with(permissions.READ), *actor.parts_with(permissions.SEALED)]
    if actor.is_system or any(FEW * len(part.ids) >= part.units for part in reads):
        return None
    return case_id.in_(union_all(*(select(ways.c.case_id) for ways in _ways_of(actor))))


def _ways_of(actor: Actor) -> list[Subquery]:
    """The cases with a way in for an actor, by its kind; a bar may yet keep them out."""
    way = aliased(CaseAccess)
    reads, desk = actor.parts_with(permissions.READ), actor.parts_with(permissions.SEALED)
    kinds = [and_(way.username == actor.username, way.sealed == false())]
    kinds += [and_(lies_within(way.unit_id, reads), way.sealed == false())] if reads else []
    kinds += [and_(lies_within(way.unit_id, desk), way.sealed == true())] if desk else []
    return [select(way.case_id).where(way.barred == false(), kind).offset(NOTHING).subquery() for kind in kinds]


def _way_in(actor: Actor, reads: list[TreePart], desk: list[TreePart]) -> ColumnElement[bool]:
    by_post, by_desk = lies_within(CaseAccess.unit_id, reads), lies_within(CaseAccess.unit_id, desk)
    ordinary = by_post if _is_everything(reads) else or_(by_post, CaseAccess.username == actor.username)
    if not desk:
        return and_(CaseAccess.sealed == false(), ordinary)
    return or_(and_(CaseAccess.sealed == false(), ordinary), and_(CaseAccess.sealed == true(), by_desk))


def sees_all(actor: Actor) -> bool:
    """Whether somebody sees every case but those that they are out of."""
    return all(_is_everything(actor.parts_with(one)) for one in (permissions.READ, permissions.SEALED))


def _is_everything(parts: Iterable[TreePart]) -> bool:
    """Whether parts of the tree are all of it. Each case has the unit where it arose as a way in, so that who reads
    all units needs no other way, and who may read accusations there too needs none."""
    return any(part.everything for part in parts)


def _barred(actor: Actor) -> ColumnElement[bool]:
    return or_(*_bars(actor))


def _bars(actor: Actor) -> list[ColumnElement[bool]]:
    """What may keep an actor out: in person, a unit wholly, a post at a unit."""
    whole = and_(CaseAccess.role.is_(None), is_one_of(CaseAccess.unit_id, actor.lines))
    by_role = [and_(CaseAccess.role == one.role, CaseAccess.unit_id == one.unit_id) for one in actor.offices]
    return [CaseAccess.username == actor.username, whole, *by_role]


def is_met(actor: Actor, bar: CaseAccess) -> bool:
    """Whether a bar meets an actor: the same as ``_barred`` asks of the database, of a row that is at hand."""
    if bar.username is not None:
        return bar.username == actor.username
    if bar.role is None:
        return bar.unit_id in actor.lines
    return any((office.role, office.unit_id) == (bar.role, bar.unit_id) for office in actor.offices)


def not_barred(actor: Actor, case_id: CaseId) -> ColumnElement[bool]:
    """Whether an actor is neither in the circle of who is complained of in a case, nor out of it by a declared
    interest. It opens nothing: it is for what does not go by ``scope()``."""
    bar = select(1).where(CaseAccess.case_id == case_id, CaseAccess.barred == true(), _barred(actor)).offset(NOTHING)
    return ~exists(bar.correlate_except(CaseAccess))


def barred_from(actor: Actor) -> CompoundSelect[int]:
    """The ids of the cases that an actor is out of: each way to be out of one has an index."""
    return union_all(*(select(CaseAccess.case_id).where(CaseAccess.barred == true(), bar) for bar in _bars(actor)))


def away(person: Person, day: date) -> ColumnElement[bool]:
    """Whether somebody has a recorded absence on a day (AB角)."""
    return exists().where(
        Absence.username == person,
        Absence.from_on <= day,
        Absence.to_on >= day,
        or_(Absence.ended_on.is_(None), Absence.ended_on > day),
    )


def recused(person: Person, case_id: CaseId | ColumnElement[int], day: date) -> ColumnElement[bool]:
    """Whether somebody is barred from a case on a day (回避): complained of, in the circle of who is, or with a
    declared interest."""
    within, post, user = aliased(UnitWithin), aliased(Post), aliased(User)
    below = exists().where(within.above_id == CaseAccess.unit_id, within.unit_id == post.unit_id)
    whole = and_(CaseAccess.role.is_(None), below.correlate(CaseAccess, post))
    by_role = and_(CaseAccess.role == post.role, CaseAccess.unit_id == post.unit_id)
    in_the_unit = exists(
        select(post.id)
        .join(user, user.id == post.user_id)
        .where(user.username == person, held_on(day, post), or_(whole, by_role))
        .correlate_except(post, user)
    )
    return exists().where(
        CaseAccess.case_id == case_id, CaseAccess.barred == true(), or_(CaseAccess.username == person, in_the_unit)
    )


def out_of_it(person: Person, case_id: InstrumentedAttribute[int], day: date) -> ColumnElement[bool]:
    """Whether somebody cannot act on a case on a day: absent or recused."""
    return or_(away(person, day), recused(person, case_id, day))


@lru_cache(maxsize=4)
@lru_cache(maxsize=4)
def readers_by_post(day: date) -> Select[*tuple[Any, ...]]:
    """Who comes into some cases (``ids``) in person, by a seat or a task: case, user name, and each unit where a post
    of theirs reads cases on that day. It is put together once a day."""
    way = aliased(CaseAccess)
    return _with_posts(select(way.case_id).where(among(way.case_id, "ids"), _in_person(way)), way, day)


def with_readers(query: Select[*tuple[Any, ...]], case_id: CaseId, day: date) -> Select[*tuple[Any, ...]]:
    """A query that tells besides who comes into the case of each row: the row once for each, and once for nobody."""
    way = aliased(CaseAccess)
    return _with_posts(query.outerjoin(way, and_(way.case_id == case_id, _in_person(way))), way, day)


def _in_person(way: type[CaseAccess]) -> ColumnElement[bool]:
    return and_(way.username.is_not(None), way.barred == false())


def _with_posts(query: Select[*tuple[Any, ...]], way: type[CaseAccess], day: date) -> Select[*tuple[Any, ...]]:
    reading = [role for role, granted in permissions.GRANTS.items() if permissions.READ in granted]
    user, post = aliased(User), aliased(Post)
    held = and_(post.user_id == user.id, post.role.in_(reading), held_on(day, post))
    told = query.outerjoin(user, user.username == way.username).outerjoin(post, held)
    return told.add_columns(way.username, post.unit_id)


def bars_of(session: Session, case_id: int) -> list[CaseAccess]:
    """Who is barred from a case, for deciding who may be given it."""
    return list(session.scalars(select(CaseAccess).where(CaseAccess.case_id == case_id, CaseAccess.barred == true())))


def barred_units(session: Session, case_id: int) -> set[int]:
    """The units that are wholly out of a case, themselves and what lies below them."""
    whole = select(CaseAccess.unit_id).where(
        CaseAccess.case_id == case_id, CaseAccess.barred, CaseAccess.role.is_(None)
    )
    return {unit for unit in session.scalars(whole) if unit is not None}


def is_unread(session: Session, case_id: int, units: frozenset[int], roles: Iterable[str], day: date) -> bool:
    """Whether all who hold a post of some roles at some units are barred from a case. Where nobody holds one, it is
    not the bars that leave it unread."""
    post, user = aliased(Post), aliased(User)
    out = recused(user.username, literal(case_id), day)
    query = (
        select(out)
        .select_from(post)
        .join(user, user.id == post.user_id)
        .where(post.role.in_(list(roles)), post.unit_id.in_(sorted(units)), held_on(day, post), user.active)
    )
    found = list(session.scalars(query))
    return bool(found) and all(found)


def actor_of(user: User, units: Units, day: date) -> Actor:
    """A user as somebody who acts on a day, with the posts held then."""
    posts = tuple((post.role, post.unit_id) for post in posts_on(user, day))
    return actor_with(user.username, user.full_name, posts, units)


def actor_with(username: str, full_name: str, posts: tuple[tuple[str, int], ...], units: Units) -> Actor:
    """Somebody who acts with some posts, each a role and a unit."""
    codes = [(role, units.by_id[unit_id].code) for role, unit_id in posts]
    offices = [Office(role, code, part=units.part(code), above=units.ids_above(code)) for role, code in codes]
    return Actor(username, full_name, tuple(offices))


def with_two_powers(session: Session, day: date) -> dict[str, list[str]]:
    """Who holds two of the three powers on a day, from before that was refused: the powers, by user name."""
    held = {user.username: powers_of(post.role for post in posts_on(user, day)) for user in all_users(session)}
    return {username: powers for username, powers in held.items() if len(powers) > 1}


def account_deciders(
    session: Session, units: Units, office: OfficeRules, day: date, *, unit: str, leave_out: Iterable[str]
) -> list[str]:
    """Who may be the second person about an account of the town of ``unit``: the other administrators and the head that
    the office set, or else the town's leaders; where none of them is left, the petition office. Left out are who asked
    and who holds the account.

    A head that the office set counts only with a post as a leader: whoever may change the settings would else make
    anybody the second person.
    """
    town, out = frozenset({units.id_of[units.town_of(unit)]}), set(leave_out)

    def those(role: str, where: frozenset[int] | None = town) -> list[str]:
        return [user.username for user in people_within(session, where, day, role) if user.username not in out]

    leaders = those("leader")
    heads = [name for name in office.heads(day) if name in leaders] or leaders
    return [*those("admin", None), *heads] or those("office")


def unit_about(units: Units, user: User, day: date) -> str:
    """In which unit somebody's account is asked about: of a post of theirs, else the first town."""
    held = posts_on(user, day) or user.posts
    if held:
        return units.by_id[held[0].unit_id].code
    return next(code for code, place in units.places.items() if place.tier == "town")
