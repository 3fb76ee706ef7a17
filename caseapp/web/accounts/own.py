"""/me: my account: the password, the second factor, where I am logged in, what was done to my account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from caseapp.actions import own_account as acts
from caseapp.actions.logins import remember_device, session_of
from caseapp.actions.second_factor import is_required, waiting_secret
from caseapp.db import db, unit_of_work
from caseapp.domain.people.queries import acts_about, factor_of, live_logins, names_of, unused_recovery_codes
from caseapp.kernel.errors import RuleViolation
from caseapp.kernel.signs import in_groups
from caseapp.papers.factor import factor_picture
from caseapp.web.accounts.forms import CodeForm, OwnPasswordForm, PresentForm
from caseapp.web.accounts.words import act_words
from caseapp.web.page import show_problem
from caseapp.web.session import ctx
from caseapp.web.visitor import keep_device, visitor

room = Blueprint("own", __name__)
Answer = str | Response | tuple[str, int]
RECOVERY = "recovery"


@room.get("/me")
@login_required
def show() -> Answer:
    """My account."""
    return _page(OwnPasswordForm(), PresentForm(prefix=RECOVERY))


def _page(password_form: FlaskForm, present_form: FlaskForm) -> Answer:
    user, factor = acts.own(ctx()), factor_of(db.session, acts.own(ctx()))
    done = acts_about(db.session, user.username)
    sessions = [
        {"told": one, "handle": acts.handle_of(one.id), "here": one.id == current_user.id}
        for one in live_logins(db.session, user.id, ctx().now)
    ]
    page = render_template(
        "accounts/own.html", user=user, password_form=password_form, present_form=present_form, sessions=sessions,
        factor=factor if factor and factor.secret else None, left=len(unused_recovery_codes(db.session, user)),
        required=is_required(ctx(), [office.role for office in ctx().actor.offices]), done=done, act_words=act_words,
        names=names_of(db.session, {name for act in done for name in (act.asked_by, act.decided_by or "")}),
    )  # fmt: skip
    return page, 422 if password_form.errors or present_form.errors else 200


def _try(form: FlaskForm, act: Callable[[], Any]) -> Any:
    """Do it in one transaction. A broken rule goes beside its field, a wrong password counts as a try; None then."""
    if not form.validate_on_submit():
        return None
    try:
        with unit_of_work(db.session):
            return act() or True
    except RuleViolation as problem:
        show_problem(form, problem)
        if problem.field == "present":
            with unit_of_work(db.session):
                acts.put_down_wrong_try(ctx())
        return None


@room.post("/me/password")
@login_required
def password() -> Answer:
    """Another password: every session ends, this one too, and one logs in with it."""
    form = OwnPasswordForm()
    if not _try(form, lambda: acts.change_password(ctx(), form.present.data or "", form.password.data or "")):
        return _page(form, PresentForm(None, prefix=RECOVERY))
    logout_user()
    flash(gettext("The password is changed. Log in with the new one."), "success")
    return redirect(url_for("entry.login"))


@room.post("/me/session")
@login_required
def end_session() -> Answer:
    """End one of my sessions."""
    with unit_of_work(db.session):
        acts.end_session(ctx(), request.form.get("session", ""))
    flash(gettext("That session has ended."), "success")
    return redirect(url_for("own.show"))


@room.post("/me/sessions")
@login_required
def end_sessions() -> Answer:
    """End all my sessions but this one; no device is known any more."""
    with unit_of_work(db.session):
        count = acts.end_other_sessions(ctx(), current_user.id)
    flash(gettext("Ended: %(count)d. Devices are known no more.", count=count), "success")
    return redirect(url_for("own.show"))


@room.route("/me/factor", methods=["GET", "POST"])
@login_required
def factor() -> Answer:
    """Set up a second factor: ask for a secret, read it with the app, type its first code."""
    form = PresentForm()
    begun = request.method == "POST" and _try(
        form, lambda: acts.begin_own_factor(ctx(), current_user.id, form.present.data or "")
    )
    if begun:
        return redirect(url_for("own.factor"))
    return _factor_page(form, CodeForm(None))


def _factor_page(form: FlaskForm, code_form: FlaskForm) -> Answer:
    user = acts.own(ctx())
    secret = waiting_secret(ctx(), user)
    page = render_template(
        "accounts/factor.html", form=form, code_form=code_form, secret=in_groups(secret).replace("-", " "),
        picture=factor_picture(secret, user.username, gettext("Petitions and disputes")) if secret else "",
        ask=acts.must_say_password(ctx(), user, current_user.id), waits=current_user.stage == "enrol",
    )  # fmt: skip
    return page, 422 if form.errors or code_form.errors else 200


@room.post("/me/factor/code")
@login_required
def confirm() -> Answer:
    """The first code: from now on the second factor counts. The recovery codes are shown this once."""
    form, session_id = CodeForm(), current_user.id
    codes = _try(form, lambda: acts.confirm_own_factor(ctx(), session_id, form.code.data or ""))
    if not codes:
        return _factor_page(PresentForm(None), form)
    with unit_of_work(db.session):
        token = remember_device(ctx(), session_of(db.session, session_id), visitor(), factor_given=True)
    response = _codes_page(codes)
    return keep_device(response, token)


@room.post("/me/recovery")
@login_required
def recovery() -> Answer:
    """Ten recovery codes in place of those there are."""
    form = PresentForm(prefix=RECOVERY)
    codes = _try(form, lambda: acts.renew_recovery_codes(ctx(), form.present.data or ""))
    return _codes_page(codes) if codes else _page(OwnPasswordForm(None), form)


def _codes_page(codes: list[str]) -> Any:
    shown = [in_groups(code) for code in codes]
    return make_response(render_template("accounts/recovery.html", codes=shown, user=acts.own(ctx())))
