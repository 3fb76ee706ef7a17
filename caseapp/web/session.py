"""Who is asking: a login kept in our own table, because a signed cookie alone cannot be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import wraps
from typing import Any

from flask import Flask, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext
from flask_login import LoginManager, UserMixin, current_user, login_required, login_url
from werkzeug.wrappers import Response

from caseapp.actions.context import Ctx
from caseapp.actions.logins import see
from caseapp.db import db, unit_of_work, waiting_at_most
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import actor_with
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.queries import Units, load_office, load_units, tree_version
from caseapp.domain.people.logins import id_of_login
from caseapp.domain.people.queries import live_login
from caseapp.domain.teams.queries.acting import keep_stands_for
from caseapp.kernel.clock import Clock, local_day
from caseapp.kernel.errors import Busy
from caseapp.labels import own_words

TOUCH_EVERY = timedelta(minutes=1)
WHILE_ENROLLING = (
    "entry.login", "entry.first_login", "entry.logout", "own.factor", "own.confirm",
)  # fmt: skip
"""What opens to whoever must set up a second factor first."""


class Login(UserMixin):
    """One live session and who it belongs to, and whether a second factor has to be set up first."""

    def __init__(self, token: str, ctx: Ctx, stage: str) -> None:
        self.id, self.token, self.ctx, self.stage = id_of_login(token), token, ctx, stage

    def get_id(self) -> str:
        """What the cookie says."""
        return self.token

    @property
    def actor(self) -> Actor:
        """The user as somebody who acts."""
        return self.ctx.actor


def clock() -> Clock:
    """The clock of this installation."""
    found: Clock = current_app.extensions["caseapp"].clock
    return found


def ctx() -> Ctx:
    """The context of this request, for who is logged in."""
    found: Ctx = current_user.ctx
    return found


def own_towns() -> str:
    """The towns in which the reader has a post, by name."""
    units = ctx().units
    codes = {units.town_of(office.unit) for office in ctx().actor.offices}
    return "、".join(units.full_name(code) for code in sorted(codes))


def install(app: Flask) -> None:
    """Flask-Login over our own table."""
    manager = LoginManager(app)
    manager.login_view = "entry.login"
    manager.unauthorized_handler(not_in)
    manager.user_loader(load)


def not_in() -> Response:
    """To the page of the second factor, for whose login waits for it to be set up; everybody else logs in."""
    if g.get("must_enrol"):
        return redirect(url_for("own.factor"))
    flash(gettext("Please log in."), "info")
    return redirect(login_url("entry.login", request.url))


def load(token: str) -> Login | None:
    """The login of a cookie, when it is live. Being seen is put down once a minute."""
    now = clock()()
    found = live_login(db.session, id_of_login(token), now)
    if found is None:
        return None
    if found.stage == "enrol" and request.endpoint not in WHILE_ENROLLING:
        g.must_enrol = True
        return None
    if now - found.seen_at > TOUCH_EVERY:
        _touch(id_of_login(token))
    else:
        keep_stands_for(db.session, found.stands_for)
    ctx = Ctx(db.session, Actor(found.username), clock())
    known = _kept(found.version, local_day(now))
    ctx.units, ctx.office = known.units, known.office
    own_words.set(known.words)
    ctx.actor = known.actor(found.username, found.full_name, found.posts)
    return Login(token, ctx, found.stage)


def public_ctx(actor: Actor) -> Ctx:
    """A context for pages that need no login: the actor has no post and sees no case."""
    context = Ctx(db.session, actor, clock())
    known = _kept(tree_version(db.session), context.today)
    context.units, context.office = known.units, known.office
    own_words.set(known.words)
    return context


@dataclass(frozen=True)
class Known:
    """What every page needs and changes a few times a year: the tree, the rules of the office and its words; and who
    acts with which posts, each the same object, so that what is kept by it is found quickly."""

    units: Units
    office: OfficeRules
    words: Mapping[tuple[str, str], str]
    actors: dict[tuple[object, ...], Actor] = field(default_factory=dict)

    def actor(self, username: str, full_name: str, posts: tuple[tuple[str, int], ...]) -> Actor:
        """Somebody who acts with some posts."""
        key = username, full_name, posts
        if key not in self.actors:
            self.actors[key] = actor_with(username, full_name, posts, self.units)
        return self.actors[key]


def _kept(version: str, day: date) -> Known:
    """What is known of a version on a day, read once a process."""
    kept: dict[tuple[str, date], Known] = current_app.extensions.setdefault("caseapp_kept", {})
    found = kept.get((version, day))
    if found is None:
        kept.clear()
        office = load_office(db.session)
        found = kept[version, day] = Known(load_units(db.session, day), office, office.words(day))
    return found


def _touch(session_id: str) -> None:
    """Write down that a session was seen, in a transaction of its own, before the request reads anything. While others
    write it is left for the next page: who reads waits for nobody."""
    with suppress(Busy), waiting_at_most(0), unit_of_work(db.session) as session:
        see(session, session_id, clock()())


def needs(*permissions: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Open a page only to who is logged in and holds one of some permissions by some post."""

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        @login_required
        def checked(*args: Any, **kwargs: Any) -> Any:
            ctx().actor.demand(*permissions)
            return view(*args, **kwargs)

        return checked

    return wrap
