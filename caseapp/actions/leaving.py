"""Leaving a post or an account: what it leaves without a holder is said before, told to the office after, and stands
on a page until it is handed over. Events of cases say who holds a seat; nothing is taken out of anybody's hands by
this."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.actions.handover_pieces import HeldPiece, fits, holding, pieces_of
from caseapp.actions.notices import tell_of_vacancies
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.access.queries import not_barred
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.people.models import Post, User
from caseapp.domain.people.queries import people_of_villages, people_who_left, people_within, posts_on, user_named
from caseapp.domain.people.roles import VILLAGE_ROLES


@dataclass
class Left:
    """What nobody able holds any more: pieces by kind, requests that wait in the person's name, villages whose rounds
    nobody makes, towns where nobody decides what waits for a second person."""

    pieces: list[HeldPiece] = field(default_factory=list)
    requests: int = 0
    villages: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)

    def counts(self, person: str) -> dict[str, int]:
        """How many of each kind, seats held as the deputy apart."""
        found = dict.fromkeys(("seat", "deputy", "standing", "task", "decision"), 0)
        for piece in self.pieces:
            found["deputy" if piece.kind == "seat" and piece.held[0] != person else piece.kind] += 1
        return {**found, "requests": self.requests}

    def __bool__(self) -> bool:
        return bool(self.pieces or self.villages or self.undecided)


def would_leave(ctx: Ctx, username: str, post_id: int | None = None) -> Left:
    """What the end of a post, or of an account, would leave without a holder, as numbers for who keeps the accounts:
    nothing of accusations, nor of a case that complains of who asks. Writes nothing."""
    user = user_named(ctx.session, username)
    posts = posts_on(user, ctx.today) if user else []
    ending = [post for post in posts if post_id is None or post.id == post_id]
    return _left(ctx, username, [post for post in posts if post not in ending], ending)


def _left(ctx: Ctx, username: str, staying: list[Post], ending: list[Post]) -> Left:
    everywhere = Ctx(ctx.session, SYSTEM, ctx.clock)
    pieces = [one for one in pieces_of(everywhere, username, frozenset(ctx.units.by_id)) if not fits(ctx, one, staying)]
    asked = Proposal.asked_by == username
    waiting = select(Case.id).join(Proposal, Proposal.case_id == Case.id).where(asked, Proposal.decided_at.is_(None))
    return Left(
        [one for one in pieces if one.case is None or one.case.id in _open_to(ctx, pieces)],
        0 if staying else len(ctx.session.scalars(waiting.where(~Case.sealed, not_barred(ctx.actor, Case.id))).all()),
        _without_makers(ctx, username, staying, ending), _without_deciders(ctx, username, staying, ending),
    )  # fmt: skip


def _open_to(ctx: Ctx, pieces: Iterable[HeldPiece]) -> set[int]:
    ids = {piece.case.id for piece in pieces if piece.case}
    return set(ctx.session.scalars(select(Case.id).where(Case.id.in_(ids), not_barred(ctx.actor, Case.id))))


def _villages_of(ctx: Ctx, posts: Iterable[Post]) -> set[int]:
    """The villages that posts in them, or in their groups, make the rounds of."""
    places = [ctx.units.by_id[post.unit_id] for post in posts if post.role in VILLAGE_ROLES]
    return {ctx.units.id_of[place.parent if place.tier == "group" else place.code] for place in places}


def _without_makers(ctx: Ctx, username: str, staying: list[Post], ending: list[Post]) -> list[str]:
    lost = _villages_of(ctx, ending) - _villages_of(ctx, staying)
    makers = people_of_villages(ctx.session, lost, ctx.today)
    alone = [unit for unit in lost if not {user.username for _role, user in makers.get(unit, [])} - {username}]
    return sorted(ctx.units.by_id[unit].name for unit in alone)


def _without_deciders(ctx: Ctx, username: str, staying: list[Post], ending: list[Post]) -> list[str]:
    approve = tuple(role for role, granted in may.GRANTS.items() if may.APPROVE in granted)
    lost = _units_with(ending, approve) - _units_with(staying, approve)
    alone = [
        unit for unit in lost
        if {user.username for user in people_within(ctx.session, frozenset({unit}), ctx.today, *approve)} <= {username}
    ]  # fmt: skip
    return sorted(ctx.units.by_id[unit].name for unit in alone)


def _units_with(posts: list[Post], roles: tuple[str, ...]) -> set[int]:
    return {post.unit_id for post in posts if post.role in roles}


def tell_of_leaving(ctx: Ctx, user: User, left: Left) -> None:
    """What was left without a holder, to the petition office of each town that it lies in: the page of such seats says
    what it is, to each as far as they may see it."""
    ids = {piece.unit_id or (piece.case.unit_id if piece.case else 0) for piece in left.pieces}
    towns = {ctx.units.town_of(ctx.units.by_id[unit].code) for unit in ids if unit}
    towns |= {ctx.units.town_of(ctx.units.by_id[post.unit_id].code) for post in user.posts if left and not ids}
    tell_of_vacancies(ctx, sorted(towns), user.id)


@dataclass(frozen=True)
class Vacancy:
    """What one person left who is not there for it any more, as far as the actor sees it."""

    username: str
    full_name: str
    pieces: list[HeldPiece]


def vacancies(ctx: Ctx) -> list[Vacancy]:
    """Everything that is held by somebody whose post or account ended, person by person. Raises NotAllowed."""
    ctx.actor.demand(may.TEAMS)
    left = {user.username: user for user in people_who_left(ctx.session, ctx.today)}
    held = holding(ctx, left)
    found = [_vacancy(ctx, user) for username, user in left.items() if username in held]
    return [one for one in found if one.pieces]


def _vacancy(ctx: Ctx, user: User) -> Vacancy:
    posts = posts_on(user, ctx.today) if user.active else []
    pieces = [piece for piece in pieces_of(ctx, user.username) if not fits(ctx, piece, posts)]
    return Vacancy(user.username, user.full_name, pieces)


def villages_without_makers(ctx: Ctx) -> list[str]:
    """Villages of the actor's teams where nobody is there to make the screening rounds. Raises NotAllowed."""
    ctx.actor.demand(may.TEAMS)
    reach = ctx.actor.units_with(may.TEAMS)
    places = {ctx.units.id_of[place.code]: place for place in ctx.units.places.values() if place.tier == "village"}
    mine = {key: place.name for key, place in places.items() if key in reach}
    made = people_of_villages(ctx.session, mine, ctx.today)
    return [name for key, name in mine.items() if not made.get(key)]
