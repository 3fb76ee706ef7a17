"""/login, /login/code, /first-login, /logout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user, login_required, login_user, logout_user
from werkzeug.wrappers import Response

from caseapp.actions import logins
from caseapp.actions.account_acts import told_after_login
from caseapp.actions.context import Ctx
from caseapp.actions.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from caseapp.actions.entry_codes import is_code
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import Actor
from caseapp.domain.org.queries import is_demo
from caseapp.domain.people.queries import names_of, user_named
from caseapp.kernel.errors import RuleViolation, TooMany
from caseapp.labels import label
from caseapp.web.accounts.forms import CodeForm, FirstLoginForm, LoginForm
from caseapp.web.accounts.paths import own_path
from caseapp.web.accounts.words import act_words
from caseapp.web.page import CHOICES, said, show_problem
from caseapp.web.session import clock, ctx, load
from caseapp.web.trail import came_from
from caseapp.web.visitor import keep_device, visitor

if TYPE_CHECKING:
    from caseapp.domain.people.models import LoginSession

room = Blueprint("entry", __name__)
Answer = str | Response | tuple[str, int]
HALF = "half"
"""Where the cookie keeps a login that waits for the code of the second factor."""


@room.route("/login", methods=["GET", "POST"])
def login() -> Answer:
    """Log in. Wrong name, wrong password, disabled and throttled are answered alike."""
    form = LoginForm()
    if form.validate_on_submit():
        name, password = form.username.data or "", form.password.data or ""
        with unit_of_work(db.session):
            begun = logins.log_in(_asking(name), name, password, visitor())
        if begun is not None:
            return _go_on(begun)
        if is_code(_asking(name), user_named(db.session, name), password):
            return first_login_page(FirstLoginForm(None, username=name, code=password))
        form.password.errors = [
            gettext("The name or the password is wrong, or there were too many tries; wait a while.")
        ]
    rows = demo_accounts() if is_demo(db.session) else []
    status = 422 if form.errors else 200
    return render_template("accounts/login.html", form=form, demo_accounts=rows, demo_password=DEMO_PASSWORD), status


def _asking(name: str) -> Ctx:
    return Ctx(db.session, Actor(name), clock(), network=came_from())


def _go_on(begun: LoginSession) -> Response:
    """To the second step where there is one, else inside."""
    if begun.stage != "code":
        return _enter(begun, factor_given=False)
    _renew_cookie()
    session[HALF] = begun.token
    return redirect(url_for("entry.second_step", next=own_path(request.args.get("next", "")) or None))


def _renew_cookie() -> None:
    kept = {name: session[name] for name in CHOICES if name in session}
    session.clear()
    session.update(kept)


def _enter(begun: LoginSession, *, factor_given: bool) -> Response:
    """Inside: the device is known from now on, and one is told what was done to one's account."""
    _renew_cookie()
    full = begun.stage == "full"
    with unit_of_work(db.session):
        known = logins.remember_device(_asking(""), begun, visitor(), factor_given=factor_given) if full else ""
    found = load(begun.token)
    assert found is not None
    login_user(found)
    _tell()
    response = redirect(own_path(request.args.get("next", "")) or url_for("work.show"))
    return keep_device(response, known) if known else response


def _tell() -> None:
    with unit_of_work(db.session):
        told = told_after_login(ctx())
        names = names_of(db.session, {name for act in told for name in (act.asked_by, act.decided_by or "")})
        for act in told:
            flash(gettext("Your account. %(what)s.", what=act_words(act, names)), "warning")


@room.route("/login/code", methods=["GET", "POST"])
def second_step() -> Answer:
    """The code of the second factor, or a recovery code, after the password."""
    form = CodeForm()
    if HALF not in session:
        return redirect(url_for("entry.login"))
    if form.validate_on_submit():
        try:
            with unit_of_work(db.session):
                begun = logins.give_code(_asking(""), session[HALF], form.code.data or "", visitor())
        except TooMany as problem:
            session.pop(HALF)
            flash(said(problem), "danger")
            return redirect(url_for("entry.login"))
        if begun is not None:
            return _enter(begun, factor_given=True)
        form.code.errors = [gettext("This code is wrong, or was used already. Wait for the next one.")]
    return render_template("accounts/code.html", form=form), 422 if form.errors else 200


@room.route("/first-login", methods=["GET", "POST"])
def first_login() -> Answer:
    """Set a password with the one-time code of the slip."""
    form = FirstLoginForm()
    if form.validate_on_submit():
        name = form.username.data or ""
        try:
            with unit_of_work(db.session):
                begun = logins.enter_with_code(
                    _asking(name), name, form.code.data or "", form.password.data or "", visitor()
                )
        except RuleViolation as problem:
            show_problem(form, problem)
        else:
            if begun is not None:
                return _go_on(begun)
            form.code.errors = [
                gettext("The name or the code is wrong, or the code was used or is older than three days.")
            ]
    return first_login_page(form)


def first_login_page(form: FirstLoginForm) -> Answer:
    """The form for a one-time code."""
    return render_template("accounts/first_login.html", form=form), 422 if form.errors else 200


def demo_accounts() -> list[dict[str, str]]:
    """The demo accounts, for the login page of the demo database alone."""
    return [{"username": name, "role": label("role", name), "password": DEMO_PASSWORD} for name in DEMO_ACCOUNTS]


@room.post("/logout")
@login_required
def logout() -> Answer:
    """End this session, here and in our table."""
    with unit_of_work(db.session):
        logins.log_out(ctx(), current_user.id)
    logout_user()
    answer = redirect(url_for("entry.login"))
    answer.headers["Clear-Site-Data"] = '"cache"'  # not the storage: what waits in a phone to be sent stays
    return answer
