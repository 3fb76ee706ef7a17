"""/inbox: what I was told, newest first. /inbox/reach: how I want to be told outside it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from caseapp.actions.notices_inbox import NOT_LISTED, read_all, read_notice, set_reach
from caseapp.db import db, unit_of_work
from caseapp.domain.notices.digest import what_of
from caseapp.domain.notices.queries import PAGE, InboxNotice, inbox, last_messages, reaches_of
from caseapp.domain.notices.rules import told
from caseapp.domain.screening.rounds import Round
from caseapp.kernel.errors import OutOfScope, RuleViolation
from caseapp.labels import label
from caseapp.web.accounts.words import accounts_told
from caseapp.web.entrance import key_in, word_of
from caseapp.web.notices.forms import ReachForm
from caseapp.web.page import said
from caseapp.web.session import ctx
from caseapp.web.settings.words import settings_told

room = Blueprint("notices", __name__)
CHANNELS = {
    "email": _("Mail"),
    "wecom": _("WeCom group robot"),
    "dingtalk": _("DingTalk group robot"),
}
PAGES = {
    "vacant": "vacancies.show",
    "unit_asked": "unit_requests.listing",
    "unit_decided": "unit_requests.listing",
    "account_asked": "accounts.asked",
    "account_given": "accounts.asked",
    "account_changed": "own.show",
    "setting_changed": "notices.show",
    "erasing_due": "retention.listing",
    "erasing_asked": "retention.listing",
}
"""Where a notice leads that is about neither a case nor a round."""
STATES = {
    "waiting": _("waits to be sent"),
    "sending": _("is being sent"),
    "sent": _("sent"),
    "given_up": _("given up: it could not be sent"),
    "uncertain": _("uncertain: it may not have arrived, and is not sent again"),
    "needless": _("no longer needed"),
}


@room.get("/inbox")
@login_required
def show() -> str:
    """My notices, 25 a page."""
    before = request.args.get("before", type=key_in)
    found = inbox(db.session, ctx().actor, before, PAGE + 1)
    said_of = accounts_told(found[:PAGE]) | settings_told(found[:PAGE])
    return render_template(
        "notices/show.html",
        rows=[_row(one) | {"words": said_of.get(one.notice.id, "")} for one in found[:PAGE]],
        next_url=url_for("notices.show", before=word_of(found[PAGE - 1].notice.id)) if len(found) > PAGE else None,
        first_url=url_for("notices.show") if before is not None else None,
    )


def _row(one: InboxNotice) -> dict[str, Any]:
    units, notice, case = ctx().units, one.notice, one.case
    return {
        "notice": notice,
        "what": what_of(notice.kind, notice.item, gettext, label),
        "light": "red" if told(notice.kind).urgent else "yellow" if told(notice.kind).dated else "green",
        "case": case,
        "unit_name": units.full_name(units.by_id[case.unit_id if case else notice.unit_id or 0].code),
        "round": _round(one),
    }


def _round(one: InboxNotice) -> Round | None:
    """The round a notice is about, when it is about one."""
    if one.case is not None or one.notice.due_on is None:
        return None
    return Round(date.fromisoformat(one.notice.item.partition(":")[2]), one.notice.due_on)


@room.post("/inbox/<key:notice_id>/read")
@login_required
def read(notice_id: int) -> Response:
    """Mark one as read, and go to its case, or to its round."""
    with unit_of_work(db.session):
        found = read_notice(ctx(), notice_id)
        unit, day = ctx().units.by_id.get(found.notice.unit_id or 0), found.notice.item.partition(":")[2]
        number = found.case.number if found.case else ""
        page = PAGES.get(found.notice.kind)
    if page is not None:
        return redirect(url_for(page))
    if unit is not None:
        return redirect(url_for("screening.show", unit=unit.code, day=day))
    return redirect(url_for("cases.show", number=number))


@room.post("/inbox/read-all")
@login_required
def all_read() -> Response:
    """Mark all as read."""
    with unit_of_work(db.session):
        read_all(ctx())
    return redirect(url_for("notices.show"))


@room.get("/inbox/reach")
@login_required
def reach() -> str:
    """How I want to be told, and the last messages to me."""
    rows = reaches_of(db.session, ctx().actor.username)
    return _reach_page({channel: ReachForm(None, obj=rows.get(channel), prefix=channel) for channel in CHANNELS})


@room.post("/inbox/reach/<channel>")
@login_required
def change(channel: str) -> Response | tuple[str, int]:
    """Change one way to be told."""
    if channel not in CHANNELS:
        raise OutOfScope("there is no such way to be told")
    form = ReachForm(prefix=channel)
    if form.validate_on_submit():
        try:
            with unit_of_work(db.session):
                set_reach(ctx(), channel, form.address.data or "", form.secret.data or "", active=form.active.data)
            flash(gettext("Saved."), "success")
            return redirect(url_for("notices.reach"))
        except RuleViolation as problem:
            form.address.errors = [*form.address.errors, said(problem)]
    rows = reaches_of(db.session, ctx().actor.username)
    others = {name: ReachForm(None, obj=rows.get(name), prefix=name) for name in CHANNELS if name != channel}
    return _reach_page({name: others.get(name, form) for name in CHANNELS}), 422


def _unlisted() -> list[str]:
    """My robots that are not on the administrator's list: what was entered is kept, and nothing is sent there."""
    rows, office, today = reaches_of(db.session, ctx().actor.username), ctx().office, ctx().today
    kept = [(channel, row.address) for channel, row in rows.items() if channel != "email" and row.address]
    return [channel for channel, address in kept if office.robot_host(address, today) is None]


def _reach_page(forms: dict[str, ReachForm]) -> str:
    for form in forms.values():
        form.secret.data = ""  # it is never shown again
    return render_template(
        "notices/reach.html",
        forms=forms,
        channels=CHANNELS,
        states=STATES,
        unlisted={channel: gettext(NOT_LISTED) for channel in _unlisted()},
        mail=bool(current_app.extensions["caseapp"].mail_url),
        messages=[
            (message, count, message.problem and gettext(message.problem))
            for message, count in last_messages(db.session, ctx().actor.username)
        ],
    )
