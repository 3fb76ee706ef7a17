"""/login, /logout, /accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user, login_required, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from caseapp.actions import accounts, logins
from caseapp.actions.context import Ctx
from caseapp.actions.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import with_two_powers
from caseapp.domain.org.queries import is_demo
from caseapp.domain.people.queries import all_users
from caseapp.domain.people.roles import ROLES
from caseapp.kernel.errors import RuleViolation
from caseapp.labels import label
from caseapp.web.accounts.forms import AccountForm, LoginForm, PasswordForm, PostForm
from caseapp.web.attempt import attempt
from caseapp.web.entrance import whole
from caseapp.web.page import CHOICES, said
from caseapp.web.session import Login, clock, ctx, needs
from caseapp.web.trail import came_from

room = Blueprint("accounts", __name__)
Answer = str | Response | tuple[str, int]


@room.route("/login", methods=["GET", "POST"])
def login() -> Answer:
    """Log in. Wrong name, wrong password, disabled and throttled are answered alike."""
    form = LoginForm()
    if form.validate_on_submit():
        with unit_of_work(db.session):
            asking = Ctx(db.session, Actor(form.username.data or ""), clock(), network=came_from())
            begun = logins.log_in(asking, form.username.data or "", form.password.data or "")
            session_id = begun.id if begun else None
        if session_id is not None:
            return _enter(session_id)
        form.password.errors = [
            gettext("The name or the password is wrong, or there were too many tries; wait a while.")
        ]
    rows = demo_accounts() if is_demo(db.session) else []
    status = 422 if form.errors else 200
    return render_template("accounts/login.html", form=form, demo_accounts=rows, demo_password=DEMO_PASSWORD), status


def _enter(session_id: str) -> Response:
    kept = {name: session[name] for name in CHOICES if name in session}
    session.clear()
    session.update(kept)
    login_user(Login(session_id, Ctx(db.session, Actor(""), clock())))
    target = request.args.get("next", "")
    return redirect(target if target.startswith("/") and not target.startswith(("//", "/\\")) else url_for("work.show"))


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
    return redirect(url_for("accounts.login"))


@room.get("/accounts")
@needs(may.ACCOUNTS)
def listing() -> Answer:
    """All accounts with their posts; those that hold two of the three powers are marked."""
    both = with_two_powers(db.session, ctx().today)
    return render_template(
        "accounts/list.html", users=all_users(db.session), units=ctx().units, today=ctx().today, both=both
    )


def _with_choices(form: Any) -> Any:
    form.role.choices = [(role, label("role", role)) for role in ROLES]
    units = ctx().units
    form.unit.choices = [(code, units.full_name(code)) for code in units.places]
    return form


@room.route("/accounts/new", methods=["GET", "POST"])
@needs(may.ACCOUNTS)
def new() -> Answer:
    """A new account with its first post."""
    form = _with_choices(AccountForm())
    if form.validate_on_submit():
        try:
            with unit_of_work(db.session):
                user = accounts.add_user(
                    ctx(), form.username.data, form.full_name.data, form.password.data, phone=form.phone.data
                )
                accounts.add_post(ctx(), user, form.role.data, form.unit.data)
            return redirect(url_for("accounts.show", username=form.username.data.strip()))
        except RuleViolation as problem:
            show_problem(form, problem)
    return render_template("accounts/new.html", form=form), 422 if form.errors else 200


def show_problem(form: FlaskForm, problem: RuleViolation) -> None:
    """Put a broken rule beside the field it is about, or on top of the page."""
    field = form._fields.get(getattr(form, "told_as", {}).get(problem.field, problem.field))
    if field is None:
        flash(said(problem), "danger")
        form.form_errors.append(said(problem))
    else:
        field.errors = [*field.errors, said(problem)]


@room.get("/accounts/<username>")
@needs(may.ACCOUNTS)
def show(username: str) -> Answer:
    """One account: its posts, a new one, a new password, disabling."""
    user = accounts.account(ctx(), username)
    forms = {"post_form": _with_choices(PostForm()), "password_form": PasswordForm()}
    return render_template("accounts/show.html", user=user, units=ctx().units, today=ctx().today, **forms)


@room.post("/accounts/<username>/<act>")
@needs(may.ACCOUNTS)
def change(username: str, act: str) -> Answer:
    """Change one account."""
    changes: dict[str, Callable[[], object]] = {
        "post": lambda: accounts.add_post(
            ctx(), accounts.account(ctx(), username), request.form.get("role", ""), request.form.get("unit", "")
        ),
        "end-post": lambda: accounts.end_post(ctx(), username, request.form.get("post", 0, type=whole)),
        "password": lambda: accounts.set_password(ctx(), username, request.form.get("password", "")),
        "disable": lambda: accounts.set_active(ctx(), username, active=False),
        "enable": lambda: accounts.set_active(ctx(), username, active=True),
    }
    if act not in changes:
        return redirect(url_for("accounts.show", username=username))
    attempt(changes[act], gettext("Saved."))
    return redirect(url_for("accounts.show", username=username))
