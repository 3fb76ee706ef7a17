"""A record of a phone's queue as the ordinary forms read it, and the act it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from flask import request
from flask_wtf import FlaskForm

from caseapp.actions import cases as acts
from caseapp.actions.assigning import register_assigned
from caseapp.actions.documents import JUST_NOW, LARGEST_UPLOAD, Upload, case_to_add_to, prepare
from caseapp.actions.queue import add_photo, seen_length, token_of
from caseapp.db import db
from caseapp.domain.cases.states import TRANSITIONS
from caseapp.domain.moves.queries import demand, transition_of
from caseapp.domain.queue.queries import Taken, taken
from caseapp.domain.queue.rules import LONGEST_WAIT, happened_at
from caseapp.kernel.clock import local_day
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.web.cases.act_forms import Fitting, act_form
from caseapp.web.cases.quick_log import log_form
from caseapp.web.documents.uploads import store
from caseapp.web.entrance import milliseconds
from caseapp.web.session import ctx

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case
    from caseapp.domain.deadlines.models import Deadline

BESIDE = ("length", "at", "submit", "csrf_token")


def filled(kind: str, client_id: str) -> tuple[FlaskForm | None, Callable[[], Case]]:
    """The form of a record, and what to do when it is filled in properly. A photo has no form."""
    if kind == "log":
        return _log(client_id)
    if kind == "photo":
        return None, _photo(client_id)
    return _act(kind, _number())


def _log(client_id: str) -> tuple[FlaskForm, Callable[[], Case]]:
    form = log_form()

    def act() -> Case:
        command = acts.RegisterCase(form.head(), token_of(ctx(), client_id), _at(), received_on=form.received())
        return register_assigned(ctx(), command, form.assigned(local_day(_at())))

    return form, act


def _act(action: str, number: str) -> tuple[FlaskForm, Callable[[], Case]]:
    context = ctx()
    case = acts.case_for(context, number)
    transition = transition_of(case, action)
    demand(context, case, transition)
    form = act_form(transition, Fitting())()
    registered = case.registered_at
    names = tuple(name for name in form._fields if name not in BESIDE)

    def act() -> Case:
        at = form.instant() or max(_at(), registered)
        length = seen_length(ctx(), number, form.seen(0))
        return acts.record(ctx(), acts.Act(number, action, form.values(names), at, length, own_id=True))

    return form, act


def _photo(client_id: str) -> Callable[[], Case]:
    """Decodes the photo, which takes a while, before the transaction."""
    number, of_log = _number(), _parent() is not None
    case_to_add_to(
        ctx(), number, within=LONGEST_WAIT if of_log else JUST_NOW
    )  # before the decoding: nobody makes the server work on what is not theirs
    sent = request.files.get("photo")
    if sent is None:
        raise RuleViolation("photo", N_("the photo is missing"))
    kind = request.form.get("paper_kind", "photo")
    ready = prepare(Upload(kind, sent.filename or "", sent.read(LARGEST_UPLOAD + 1), client_id))
    return lambda: add_photo(ctx(), number, ready, store(), of_log=of_log)


def _parent() -> Taken | None:
    """The record that logged the case this one is about."""
    parent = request.form.get("parent", "")
    found = taken(db.session, ctx().actor.username, parent) if parent else None
    return found if found and found.kind == "log" else None


def _number() -> str:
    """The case a record is about: by its number, or by the record that logged it. Raises OutOfScope."""
    parent = _parent()
    number = parent.number if parent else request.form.get("number", "")
    if not number:
        raise OutOfScope(N_("the case of this record has not been sent yet"))
    return number


def _at() -> datetime:
    """When the record was typed."""
    made, sent = (request.form.get(name, type=milliseconds) for name in ("made_at", "sent_at"))
    return happened_at(ctx().now, made, sent)


def offline_acts(case: Case, username: str, owed: Iterable[Deadline]) -> list[str]:
    """What may be queued about a case where it stands; who may is asked when it is sent. A return visit is for who may
    meet it."""
    barred = any(item.not_by == username for item in owed if item.kind == "return_visit")
    acts = ("follow_up",) if barred else ("follow_up", "return_visit")
    return [action for action in acts if (case.state, action) in TRANSITIONS]
