"""A record of a phone's queue as the ordinary forms read it, and the act it asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import request
from flask_wtf import FlaskForm

from caseapp.actions import cases as acts
from caseapp.actions.queue import seen_length, token_of
from caseapp.db import db
from caseapp.domain.cases.states import TRANSITIONS
from caseapp.domain.queue.queries import taken
from caseapp.domain.queue.rules import happened_at
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.web.cases import forms
from caseapp.web.cases.views import in_whose_seat, log_form
from caseapp.web.session import ctx

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case

BESIDE = ("length", "at", "submit", "csrf_token")


def filled(kind: str, client_id: str) -> tuple[FlaskForm, Callable[[], Case]]:
    """The form of a record, and what to do when it is filled in properly."""
    if kind == "log":
        return _log(client_id)
    return _act(kind, _number())


def _log(client_id: str) -> tuple[FlaskForm, Callable[[], Case]]:
    form = log_form()

    def act() -> Case:
        received = form.received_on.data.isoformat() if form.received_on.data else None
        token = token_of(ctx(), client_id)
        return acts.register(ctx(), acts.RegisterCase(form.head(), token, _at(), received_on=received))

    return form, act


def _act(action: str, number: str) -> tuple[FlaskForm, Callable[[], Case]]:
    context = ctx()
    case = acts.case_for(context, number)
    transition = acts.transition_of(case, action)
    acts.demand(context, case, transition)
    form = forms.act_form(transition, [])()
    registered, seat = case.registered_at, in_whose_seat(case, action)
    names = tuple(name for name in form._fields if name not in BESIDE)

    def act() -> Case:
        seen = int(form.length.data) if (form.length.data or "").isdigit() else 0
        at = form.instant() or max(_at(), registered)
        data: dict[str, Any] = {**form.values(names), **seat}
        return acts.record(ctx(), acts.Act(number, action, data, at, seen_length(ctx(), number, seen)))

    return form, act


def _number() -> str:
    """The case a record is about: by its number, or by the record that logged it. Raises OutOfScope."""
    parent = request.form.get("parent", "")
    found = taken(db.session, ctx().actor.username, parent) if parent else None
    number = found.number if found else request.form.get("number", "")
    if not number:
        raise OutOfScope(N_("the case of this record has not been sent yet"))
    return number


def _at() -> datetime:
    """When the record was typed."""
    made, sent = (request.form.get(name, type=int) for name in ("made_at", "sent_at"))
    return happened_at(ctx().now, made, sent)


def offline_acts(case: Case) -> list[str]:
    """What may be queued about a case where it stands; who may is asked when it is sent."""
    return [action for action in ("follow_up", "return_visit") if (case.state, action) in TRANSITIONS]

