"""What an administrator does to somebody's account. What concerns a protected account, and the end of any second
factor, is asked for by one and decided by another; its holder is told of everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from caseapp.actions.accounts import account, add_post, add_user, end_post, held_by, open_post, set_active
from caseapp.actions.context import Ctx
from caseapp.actions.entry_codes import start_afresh
from caseapp.actions.journal import note
from caseapp.actions.notices import tell_of_account, tell_of_account_asked, tell_of_account_given
from caseapp.actions.passwords import NONE
from caseapp.actions.second_factor import drop_factor
from caseapp.actions.taking_back import take_back_request
from caseapp.domain.access import permissions as may
from caseapp.domain.access.powers import check_powers, needs_second
from caseapp.domain.access.queries import account_deciders, unit_about
from caseapp.domain.people.account_acts import ALWAYS_TWO
from caseapp.domain.people.models import AccountAct, User
from caseapp.domain.people.queries import entry_code_of, has_factor, posts_on, untold_acts, user_named, waiting_acts
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation, WrongPerson


@dataclass(frozen=True)
class AskedAct:
    """What is to be done to whose account; of a post, which one where."""

    kind: str
    username: str
    role: str = ""
    unit: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of it: done, or waiting for a second person; and a one-time code that is shown this once."""

    act: AccountAct
    code: str = ""


def new_account(ctx: Ctx, full_name: str, phone: str, asked: AskedAct) -> Outcome:
    """A new account with its first post. Its holder gets a one-time code, from the second person where one is needed.
    Raises RuleViolation."""
    ctx.actor.demand(may.ACCOUNTS)
    user = add_user(ctx, asked.username, full_name, phone=phone)
    return do_or_ask(ctx, replace(asked, username=user.username))


def end_of(ctx: Ctx, username: str, post_id: int) -> AskedAct:
    """The end of one of somebody's posts, to be done or asked for. Raises OutOfScope."""
    post = open_post(account(ctx, username), post_id)
    return AskedAct("end_post", username, post.role, ctx.units.by_id[post.unit_id].code)


def do_or_ask(ctx: Ctx, asked: AskedAct) -> Outcome:
    """Do it at once where one person may, else ask a second one for it. Raises RuleViolation, NotAllowed."""
    user = account(ctx, asked.username)
    _check(ctx, user, asked)
    act = AccountAct(
        kind=asked.kind, username=user.username, role=asked.role, unit=asked.unit, reason=asked.reason.strip()[:200],
        state="waiting", asked_by=ctx.actor.username, asked_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(act)
    ctx.session.flush()  # notices need the id
    if takes_two(ctx, user, asked):
        _ask(ctx, act)
        return Outcome(act)
    if act.kind == "post" and not ctx.actor.is_system:
        tell_of_account_given(ctx, act, _where(ctx, act))  # an account of nobody's own would read a village's cases
    return Outcome(act, _carry_out(ctx, act, user))


def takes_two(ctx: Ctx, user: User, asked: AskedAct) -> bool:
    """Whether a second person decides: about a protected account, a post that makes it one, any second factor. Whoever
    runs the machine is asked by nobody: they can read the database itself."""
    if ctx.actor.is_system:
        return False
    posts = [(asked.role, ctx.units.tier(asked.unit))] if asked.unit else []
    if asked.kind != "end_post":
        posts += held_by(ctx, user)
    return asked.kind in ALWAYS_TWO or needs_second(posts)


def _check(ctx: Ctx, user: User, asked: AskedAct) -> None:
    """What can be said before anybody decides."""
    if user.username == ctx.actor.username:
        message = N_('nobody changes their own account here; the own password is changed under "My account"')
        raise NotAllowed(message)
    if asked.kind == "post":
        _check_post(ctx, user, asked)
    if asked.kind == "end_post":
        _post_to_end(ctx, user, asked)
    if asked.kind == "end_factor" and not has_factor(ctx.session, user):
        raise RuleViolation("username", N_("there is no second factor yet"))
    if (asked.kind, asked.username, asked.role, asked.unit) in _waiting(ctx):
        raise RuleViolation("username", N_("this was asked for already, and waits for a second person"))


def _check_post(ctx: Ctx, user: User, asked: AskedAct) -> None:
    if asked.role not in may.GRANTS:
        raise RuleViolation("role", N_("there is no such role"))
    ctx.units.place(asked.unit)
    check_powers([asked.role, *(post.role for post in posts_on(user, ctx.today))], user.full_name)


def _post_to_end(ctx: Ctx, user: User, asked: AskedAct | AccountAct) -> int:
    """The id of the post that is to end. Raises OutOfScope when it ended meanwhile."""
    unit = ctx.units.id_of.get(asked.unit)
    held = (post.id for post in user.posts if (post.role, post.unit_id, post.ended_on) == (asked.role, unit, None))
    return open_post(user, next(held, 0)).id


def _waiting(ctx: Ctx) -> set[tuple[str, str, str, str]]:
    return {(act.kind, act.username, act.role, act.unit) for act in waiting_acts(ctx.session)}


def _ask(ctx: Ctx, act: AccountAct) -> None:
    if not deciders_of(ctx, act):
        raise WrongPerson(
            "username",
            N_("there is no second person who could decide this: whoever runs the machine does it with caseapp users"),
        )
    note(ctx, "account_asked", act.username, kind=act.kind, role=act.role, unit=act.unit)
    tell_of_account_asked(ctx, act, _where(ctx, act))


def decide_act(ctx: Ctx, act_id: int, *, agreed: bool) -> Outcome:
    """Decide what somebody else asked for: carried out, or refused. The one-time code that may come of it is shown to
    who decides, never to who asked. Raises OutOfScope, NotAllowed, RuleViolation."""
    act = next((one for one in waiting_acts(ctx.session) if one.id == act_id), None)
    if act is None:
        raise OutOfScope(N_("there is nothing to decide here any more"))
    if ctx.actor.username not in deciders_of(ctx, act):
        raise NotAllowed(N_("somebody else decides this: neither who asked for it nor the holder of the account"))
    note(ctx, "account_decided", act.username, kind=act.kind, agreed=agreed, asked_by=act.asked_by)
    if agreed:
        return Outcome(act, _carry_out(ctx, act, _holder(ctx, act)))
    _settle(ctx, act, "refused")
    return Outcome(act)


def take_back_act(ctx: Ctx, act_id: int) -> Outcome:
    """Who asked for an act takes the request back while it waits. Raises OutOfScope, NotAllowed."""
    act = next((one for one in waiting_acts(ctx.session) if one.id == act_id), None)
    if act is None:
        raise OutOfScope(N_("there is nothing to decide here any more"))
    take_back_request(ctx, act.asked_by, act.decided_at, act.username, kind=act.kind)
    _settle(ctx, act, "refused")
    return Outcome(act)


def deciders_of(ctx: Ctx, act: AccountAct) -> list[str]:
    """Who may decide what was asked."""
    out = (act.asked_by, act.username)
    return account_deciders(ctx.session, ctx.units, ctx.office, ctx.today, unit=_where(ctx, act), leave_out=out)


def _where(ctx: Ctx, act: AccountAct) -> str:
    return act.unit or unit_about(ctx.units, _holder(ctx, act), ctx.today)


def _holder(ctx: Ctx, act: AccountAct) -> User:
    user = user_named(ctx.session, act.username)
    assert user is not None
    return user


def _settle(ctx: Ctx, act: AccountAct, state: str) -> None:
    act.state, act.decided_at = state, ctx.now
    act.decided_by = ctx.actor.username if ctx.actor.username != act.asked_by else None
    ctx.session.flush()  # what is told is read from it
    tell_of_account(ctx, act, _where(ctx, act))


def _carry_out(ctx: Ctx, act: AccountAct, user: User) -> str:
    code = DO[act.kind](ctx, act, user)
    _settle(ctx, act, "done")
    return code


def _give_post(ctx: Ctx, act: AccountAct, user: User) -> str:
    """Give the post. An account that becomes a protected one by it begins anew, with a code from the second person:
    nobody who knew its password, or set up its second factor, comes along."""
    before = needs_second(held_by(ctx, user))
    add_post(ctx, user, act.role, act.unit, asked_by=act.asked_by)
    if needs_second(held_by(ctx, user)) and not before:
        drop_factor(ctx, user)
        return start_afresh(ctx, user)
    without = user.password_hash == NONE and entry_code_of(ctx.session, user, ctx.now) is None
    return start_afresh(ctx, user) if without else ""


def _end_post(ctx: Ctx, act: AccountAct, user: User) -> str:
    end_post(ctx, user.username, _post_to_end(ctx, user, act), asked_by=act.asked_by)
    return ""


def _reset(ctx: Ctx, _act: AccountAct, user: User) -> str:
    note(ctx, "password_reset", user.username)
    return start_afresh(ctx, user)


def _set_active(ctx: Ctx, act: AccountAct, user: User) -> str:
    set_active(ctx, user.username, active=act.kind == "enable", asked_by=act.asked_by)
    return ""


def _end_factor(ctx: Ctx, _act: AccountAct, user: User) -> str:
    drop_factor(ctx, user)
    note(ctx, "factor_ended", user.username)
    return ""


DO: dict[str, Callable[[Ctx, AccountAct, User], str]] = {
    "post": _give_post,
    "end_post": _end_post,
    "reset": _reset,
    "enable": _set_active,
    "disable": _set_active,
    "end_factor": _end_factor,
}


def to_decide(ctx: Ctx) -> list[AccountAct]:
    """What waits for me as the second person."""
    return [act for act in waiting_acts(ctx.session) if ctx.actor.username in deciders_of(ctx, act)]


def asked_by_me(ctx: Ctx) -> list[AccountAct]:
    """What I asked for, and somebody else has still to decide."""
    return [act for act in waiting_acts(ctx.session) if act.asked_by == ctx.actor.username]


def told_after_login(ctx: Ctx) -> list[AccountAct]:
    """What was done to one's own account since the last login, told once."""
    found = untold_acts(ctx.session, ctx.actor.username)
    for act in found:
        act.told_at = ctx.now
    return found
