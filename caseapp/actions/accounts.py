"""Users and their posts: added, ended, disabled."""

from __future__ import annotations

from collections.abc import Iterable

from caseapp.actions.circles import tell_of_circles
from caseapp.actions.context import Ctx
from caseapp.actions.duties import settle_people
from caseapp.actions.entry_codes import end_sessions
from caseapp.actions.journal import note
from caseapp.actions.leaving import tell_of_leaving, would_leave
from caseapp.actions.passwords import NONE, put_password
from caseapp.domain.access import permissions as may
from caseapp.domain.access.powers import Held, check_powers, needs_second
from caseapp.domain.people.models import Post, User
from caseapp.domain.people.queries import posts_on, user_named
from caseapp.domain.people.roles import ROLES
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation


def add_user(ctx: Ctx, username: str, full_name: str, password: str | None = None, *, phone: str = "") -> User:
    """A new account without posts; one without a password waits for its holder to set one. Raises RuleViolation."""
    username = username.strip()
    if not username or not username.isascii() or not username.replace("_", "").replace("-", "").isalnum():
        raise RuleViolation("username", N_("a user name is made of Latin letters, digits, - and _"))
    if len(username) > 60 or len(full_name.strip()) > 80:
        raise RuleViolation("username", N_("a user name has up to 60 characters, a full name up to 80"))
    if user_named(ctx.session, username) is not None:
        raise RuleViolation("username", N_("there is a user %(username)s already"), username=username)
    if not full_name.strip():
        raise RuleViolation("full_name", N_("the full name is missing"))
    user = User(
        username=username, full_name=full_name.strip(), phone=phone, active=True, created_at=ctx.now,
        password_hash=NONE,
    )  # fmt: skip
    if password is not None:
        put_password(ctx, user, password)
    ctx.session.add(user)
    ctx.session.flush()  # posts need the id
    note(ctx, "user_added", username)
    return user


def add_post(ctx: Ctx, user: User, role: str, unit: str, *, asked_by: str = "") -> Post:
    """Give a user a post: a role at a unit. Nobody gives themselves one, nobody holds two of the three powers, and one
    that makes a protected account, or goes to one, is given by two (``actions/account_acts.py``); ``asked_by`` is the
    other one. Raises RuleViolation, NotAllowed."""
    if role not in ROLES:
        raise RuleViolation(
            "role", N_("there is no role %(role)s; the roles are %(roles)s"), role=role, roles=", ".join(ROLES)
        )
    _demand_not_own(ctx, user)
    place = ctx.units.place(unit)
    check_powers([role, *(post.role for post in posts_on(user, ctx.today))], user.full_name)
    _demand_two(ctx, [(role, place.tier), *held_by(ctx, user)], asked_by)
    if any(post.role == role and post.unit_id == ctx.units.id_of[unit] and not post.ended_on for post in user.posts):
        raise RuleViolation("role", N_("%(name)s holds this post already"), name=user.full_name)
    post = Post(role=role, unit_id=ctx.units.id_of[place.code], started_on=ctx.today)
    user.posts.append(post)
    ctx.session.flush()  # so that the post shows in what the same transaction reads
    note(ctx, "post_added", user.username, role=role, unit=unit)
    settle_people(ctx, [user.username])
    tell_of_circles(ctx, [user.username])
    return post


def _demand_not_own(ctx: Ctx, user: User) -> None:
    if user.username == ctx.actor.username:
        raise NotAllowed(N_("nobody changes their own posts"))


def held_by(ctx: Ctx, user: User) -> list[Held]:
    """The posts that somebody holds today, whether or not the account is open."""
    return [(post.role, ctx.units.tier(ctx.units.by_id[post.unit_id].code)) for post in posts_on(user, ctx.today)]


def _demand_two(ctx: Ctx, posts: Iterable[Held], asked_by: str) -> None:
    """What concerns an account with such posts is done by two people, or by whoever runs the machine."""
    if not ctx.actor.is_system and needs_second(posts) and asked_by in ("", ctx.actor.username):
        raise NotAllowed(N_("this needs a second person"))


def end_post(ctx: Ctx, username: str, post_id: int, *, asked_by: str = "") -> None:
    """End a post from today, of somebody else; one of the town by two, ``asked_by`` being the other one. What it was is
    kept."""
    user = account(ctx, username, asked_by)
    _demand_not_own(ctx, user)
    post = open_post(user, post_id)
    unit = ctx.units.by_id[post.unit_id].code
    _demand_two(ctx, [(post.role, ctx.units.tier(unit))], asked_by)
    left = would_leave(ctx, username, post_id)
    post.ended_on = ctx.today
    settle_people(ctx, [username])
    tell_of_leaving(ctx, user, left)
    note(ctx, "post_ended", username, role=post.role, unit=unit)


def open_post(user: User, post_id: int) -> Post:
    """A post of somebody that was not ended. Raises OutOfScope."""
    for post in user.posts:
        if post.id == post_id and post.ended_on is None:
            return post
    raise OutOfScope(N_("there is no such post"))


def set_active(ctx: Ctx, username: str, *, active: bool, asked_by: str = "") -> None:
    """Disable an account, ending its sessions, or enable it again. Nobody disables their own; of a protected one both
    take two, ``asked_by`` being the other one: else one person would shut out all who could stop them."""
    user = account(ctx, username, asked_by)
    if user.username == ctx.actor.username:
        raise NotAllowed(N_("nobody disables their own account"))
    _demand_two(ctx, held_by(ctx, user), asked_by)
    left = would_leave(ctx, username) if user.active and not active else None
    user.active = active
    end_sessions(ctx, user)
    if left:
        tell_of_leaving(ctx, user, left)
    note(ctx, "user_enabled" if active else "user_disabled", username)


def account(ctx: Ctx, username: str, asked_by: str = "") -> User:
    """The account of a name, for who may manage it, or agrees to what ``asked_by`` asked for. Raises OutOfScope,
    NotAllowed."""
    if not asked_by:
        ctx.actor.demand(may.ACCOUNTS)
    user = user_named(ctx.session, username)
    if user is None:
        raise OutOfScope(N_("there is no such user"))
    return user
