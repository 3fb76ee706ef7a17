"""/accounts: who works here; a new account, changes of one, and what a second person decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from caseapp.actions import account_acts, accounts
from caseapp.actions.account_acts import AskedAct, Outcome
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.access.powers import roles_beside
from caseapp.domain.access.queries import with_two_powers
from caseapp.domain.people.queries import acts_about, all_users, entry_code_of, has_factor, names_of, posts_on
from caseapp.kernel.errors import RuleViolation
from caseapp.labels import label
from caseapp.web.accounts.forms import AccountForm, PostForm
from caseapp.web.accounts.slips import slip_page
from caseapp.web.accounts.words import act_words, what_of
from caseapp.web.attempt import attempt
from caseapp.web.entrance import whole
from caseapp.web.page import show_problem
from caseapp.web.session import ctx, needs

if TYPE_CHECKING:
    from caseapp.domain.people.models import User

room = Blueprint("accounts", __name__)
Answer = str | Response | tuple[str, int]


@room.get("/accounts")
@needs(may.ACCOUNTS)
def listing() -> Answer:
    """All accounts with their posts; those that hold two of the three powers are marked."""
    both = with_two_powers(db.session, ctx().today)
    return render_template(
        "accounts/list.html", users=all_users(db.session), units=ctx().units, today=ctx().today, both=both
    )


def _with_choices(form: Any, user: User | None = None) -> Any:
    """The units, and the roles that may be given: to somebody who holds posts already, those of the same power."""
    held = [post.role for post in posts_on(user, ctx().today)] if user else []
    form.role.choices = [(role, label("role", role)) for role in roles_beside(held)]
    units = ctx().units
    form.unit.choices = [(code, units.full_name(code)) for code in units.places]
    return form


@room.route("/accounts/new", methods=["GET", "POST"])
@needs(may.ACCOUNTS)
def new() -> Answer:
    """A new account with its first post; its holder gets a slip with a one-time code."""
    form = _with_choices(AccountForm())
    if form.validate_on_submit():
        asked = AskedAct("post", form.username.data, form.role.data, form.unit.data)
        try:
            with unit_of_work(db.session):
                outcome = account_acts.new_account(ctx(), form.full_name.data, form.phone.data, asked)
            return after(outcome)
        except RuleViolation as problem:
            show_problem(form, problem)
    return render_template("accounts/new.html", form=form), 422 if form.errors else 200


def after(outcome: Outcome) -> Answer:
    """The slip when there is a code to hand over; else the account, with what became of it."""
    if outcome.code:
        return slip_page(outcome)
    waits = outcome.act.state == "waiting"
    flash(gettext("Asked for. A second person decides.") if waits else gettext("Saved."), "success")
    return redirect(url_for("accounts.show", username=outcome.act.username))


@room.get("/accounts/<username>")
@needs(may.ACCOUNTS)
def show(username: str) -> Answer:
    """One account: its posts, a new one, its password and second factor, disabling, what was done to it."""
    user, done = accounts.account(ctx(), username), acts_about(db.session, username)
    return render_template(
        "accounts/show.html", user=user, units=ctx().units, today=ctx().today,
        post_form=_with_choices(PostForm(), user),
        done=done, names=names_of(db.session, {name for act in done for name in (act.asked_by, act.decided_by or "")}),
        factor=has_factor(db.session, user), code=entry_code_of(db.session, user, ctx().now),
        two=lambda kind: account_acts.takes_two(ctx(), user, AskedAct(kind, username)),
        act_words=act_words,
    )  # fmt: skip


@room.post("/accounts/<username>/<act>")
@needs(may.ACCOUNTS)
def change(username: str, act: str) -> Answer:
    """Change one account, or ask a second person for it."""
    form = request.form
    asked: dict[str, Callable[[], AskedAct]] = {
        "post": lambda: AskedAct("post", username, form.get("role", ""), form.get("unit", "")),
        "end-post": lambda: account_acts.end_of(ctx(), username, form.get("post", 0, type=whole)),
        "reset": lambda: AskedAct("reset", username, reason=form.get("reason", "")),
        "enable": lambda: AskedAct("enable", username),
        "disable": lambda: AskedAct("disable", username),
        "end-factor": lambda: AskedAct("end_factor", username, reason=form.get("reason", "")),
    }
    outcome = attempt(lambda: account_acts.do_or_ask(ctx(), asked[act]())) if act in asked else None
    return after(outcome) if outcome else redirect(url_for("accounts.show", username=username))


@room.get("/accounts/asked")
@needs(may.DECIDE_ACCOUNTS)
def asked() -> Answer:
    """What waits for a second person, as far as I may be that person, and what I asked for myself."""
    acts = account_acts.to_decide(ctx()), account_acts.asked_by_me(ctx())
    people = {name for act in (*acts[0], *acts[1]) for name in (act.asked_by, act.username)}
    return render_template(
        "accounts/asked.html", acts=acts[0], mine=acts[1], names=names_of(db.session, people), what_of=what_of
    )


@room.post("/accounts/asked/<int:act_id>/<decision>")
@needs(may.DECIDE_ACCOUNTS)
def decide(act_id: int, decision: str) -> Answer:
    """Agree, or refuse, or take one's own request back. A one-time code that comes of it is shown here, to be handed
    over."""
    if decision == "withdraw":
        attempt(lambda: account_acts.take_back_act(ctx(), act_id), gettext("Taken back."))
        return redirect(url_for("accounts.asked"))
    outcome = attempt(lambda: account_acts.decide_act(ctx(), act_id, agreed=decision == "agree"))
    if outcome and outcome.code:
        return slip_page(outcome)
    if outcome:
        flash(gettext("Decided. Who asked for it sees it on the page of the account."), "success")
    return redirect(url_for("accounts.asked"))
