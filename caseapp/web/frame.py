"""The frame around every page: navigation with its badges, bell, menu. It is drawn once for all who would see the same:
whatever it says is among the values it is kept by."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from flask import request
from flask_login import current_user
from markupsafe import Markup

from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.notices.queries import Glance
from caseapp.kernel.errors import N_
from caseapp.web.addresses import url_for
from caseapp.web.tongue import Tongue, label, macros, tongue


class NavigationEntry(NamedTuple):
    """One place of the navigation."""

    endpoint: str
    label: str
    icon: str
    url: str
    active: bool
    badge: int | None = None


class Frame(NamedTuple):
    """What stands above a page, in the menu, and below."""

    top: Markup
    menu: Markup
    below: Markup


class Surroundings(NamedTuple):
    """Where a page is: its endpoint, and what addresses begin with; the picture of the brand; whether texts are
    large."""

    endpoint: str
    root: str
    mark: str
    large: bool


class Reader(NamedTuple):
    """Who reads it: their posts in words, what the badges say, whether they are logged in all the way."""

    actor: Actor
    posts: tuple[tuple[str, str], ...]
    glance: Glance
    full: bool


def frame(glance: Glance | None, *, large: bool) -> Frame:
    """The frame of the page that is asked for, for who asks."""
    mark = url_for("static", filename="img/mark.svg")
    return _drawn(tongue(), Surroundings(request.endpoint or "", request.script_root, mark, large), _reader(glance))


def _reader(glance: Glance | None) -> Reader | None:
    if glance is None:
        return None
    actor, units = current_user.ctx.actor, current_user.ctx.units
    posts = tuple((label("role", office.role), units.full_name(office.unit)) for office in actor.offices)
    return Reader(actor, posts, glance, current_user.stage == "full")


@lru_cache(maxsize=1024)
def _drawn(said: Tongue, around: Surroundings, reader: Reader | None) -> Frame:
    """In a language, which is the one in force."""
    draw = macros("frame")
    entries = [*_navigation(said, around.endpoint, reader)] if reader and reader.full else []
    unread, name, posts = (
        (reader.glance.unread, reader.actor.full_name, reader.posts) if reader else (0, "", ())
    )  # fmt: skip
    return Frame(
        draw.top(entries, unread, around.mark, reader is not None),
        draw.menu(name, posts, entries, "en" if said.english else "zh", around.large),
        draw.below(entries) if reader else Markup(),
    )


def _navigation(said: Tongue, here: str, reader: Reader) -> Iterator[NavigationEntry]:
    actor, glance = reader.actor, reader.glance
    places = [
        ("work.show", N_("My work"), "work", True, glance.mine),
        ("cases.listing", N_("Cases"), "cases", actor.may(may.READ) or actor.may(may.SEALED), None),
        ("cases.new", N_("Log"), "new", actor.may(may.REGISTER), None),
        ("deadlines.listing", N_("Overdue"), "overdue", actor.may(may.READ), glance.overdue),
        ("reports.index", N_("Reports"), "report", actor.may(may.REPORT), None),
        ("screening.listing", N_("Screening"), "screening", actor.may(may.READ), None),
        ("supervision.listing", N_("Supervision"), "log", actor.may(may.SUPERVISE) or actor.may(may.REPLY), None),
        ("assigned.listing", N_("Assigned from above"), "log", actor.may(may.DIRECT), None),
        ("receptions.listing", N_("Reception days"), "people", actor.may(may.SUPERVISE), None),
        ("visitors.listing", N_("Register of visitors"), "people", actor.may(may.SUPERVISE), None),
        ("subsidies.listing", N_("Subsidies for mediated cases"), "log", actor.may(may.SUPERVISE), None),
        ("issuing.listing", N_("Letters"), "report", actor.may(may.ACCEPT) or actor.may(may.SERVE), None),
        ("absences.listing", N_("Absences"), "people", actor.may(may.WORK), None),
        ("pressed.listing", N_("Pressed for petitioning"), "log", actor.may(may.PRESSURE), None),
        ("teams.listing", N_("Teams"), "team", actor.may(may.TEAMS), None),
        ("settings.listing", N_("Settings"), "log", actor.may(may.SETTINGS), None),
        ("accounts.listing", N_("Accounts"), "people", actor.may(may.ACCOUNTS), None),
        ("accounts.asked", N_("Accounts to decide on"), "people", actor.has_role("leader", "admin"), None),
        ("audit.listing", N_("Audit log"), "log", actor.may(may.AUDIT) or actor.may(may.SEALED), None),
    ]
    for endpoint, word, icon, shown, badge in places:
        if shown:
            yield NavigationEntry(endpoint, said.looked_up(word), icon, url_for(endpoint), here == endpoint, badge)
