"""What moves with a unit that was merged into another one or closed: its cases, its posts, its standing team."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from caseapp.actions.context import Ctx
from caseapp.actions.duties import settle_people
from caseapp.actions.shadow import bring_in_line
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.models import Case
from caseapp.domain.org.models import Unit
from caseapp.domain.people.models import Post
from caseapp.domain.teams.models import StandingSeat


def carry_over(ctx: Ctx, gone: Unit) -> None:
    """Let what belonged to a unit that is gone follow it. Of one that was closed without a successor, open cases go to
    the unit above, posts end, and the standing team is dissolved."""
    for case in ctx.session.scalars(select(Case).where(_concerned(gone))).all():
        bring_in_line(ctx, case)
    settle_people(ctx, _move_posts(ctx, gone))
    _move_team(ctx, gone)


def come_back(ctx: Ctx, unit_id: int) -> None:
    """A unit that was merged into another one is there again: its cases come back from that one."""
    for case in ctx.session.scalars(select(Case).where(Case.holder_id == unit_id)).all():
        bring_in_line(ctx, case)


def _concerned(gone: Unit) -> ColumnElement[bool]:
    """The cases that a unit holds or is complained of in; of a closed one, those that are open."""
    barred = exists().where(CaseAccess.case_id == Case.id, CaseAccess.unit_id == gone.id, CaseAccess.barred)
    if gone.into_id is None:
        return and_(Case.holder_id == gone.id, Case.standing == "open")
    return or_(Case.holder_id == gone.id, barred)


def posts_at(gone: Unit) -> ColumnElement[bool]:
    """The posts that somebody still has at a unit on the day it ends."""
    return and_(Post.unit_id == gone.id, or_(Post.ended_on.is_(None), Post.ended_on > gone.closed_on))


def _move_posts(ctx: Ctx, gone: Unit) -> list[str]:
    """A post at a unit that was merged becomes one at the unit it went to, from that day on. Returns whose they are."""
    assert gone.closed_on is not None
    posts = ctx.session.scalars(select(Post).where(posts_at(gone)).options(joinedload(Post.user))).all()
    for post in posts:
        day = max(gone.closed_on, post.started_on)
        there = select(Post.id).where(
            Post.user_id == post.user_id, Post.unit_id == gone.into_id, Post.role == post.role, Post.ended_on.is_(None)
        )
        if gone.into_id is not None and ctx.session.scalar(there) is None:
            ctx.session.add(
                Post(user_id=post.user_id, unit_id=gone.into_id, role=post.role, started_on=day, ended_on=post.ended_on)
            )
        post.ended_on = day
    ctx.session.flush()  # posts are read again
    return [post.user.username for post in posts]


def _move_team(ctx: Ctx, gone: Unit) -> None:
    """The seats of a standing team that the other unit has not filled itself go to it."""
    filled = set(ctx.session.scalars(select(StandingSeat.seat).where(StandingSeat.unit_id == gone.into_id)))
    for row in ctx.session.scalars(select(StandingSeat).where(StandingSeat.unit_id == gone.id)).all():
        if gone.into_id is None or row.seat in filled:
            ctx.session.delete(row)
        else:
            row.unit_id = gone.into_id
    ctx.session.flush()  # the teams are read again
