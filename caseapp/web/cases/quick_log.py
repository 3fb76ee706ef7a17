"""The quick log: its form, what is put on record with it, what is said afterwards."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from caseapp.actions import cases as acts
from caseapp.actions.joining import register_for
from caseapp.actions.transfer_sheets import is_to_print
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.queries import sees_case
from caseapp.web.cases import forms, of_many
from caseapp.web.cases.accused import accusable, units_of
from caseapp.web.documents.uploads import Sent, add_to, tell
from caseapp.web.session import ctx


def register(form: forms.LogForm, sent: Sent) -> tuple[str, bool]:
    """The number of the new case, with the photos that came along, and whether its logger sees it from now on."""
    command = acts.RegisterCase(form.head(), form.token.data, received_on=form.received())
    assigned, matter = form.assigned(ctx().today), request.form.get("matter", "")
    number = register_for(ctx(), command, assigned, matter).number
    add_to(number, sent)
    return number, sees_case(db.session, ctx().actor, number)


def logged(registered: tuple[str, bool], sent: Sent) -> Response:
    """Say the number, and which photos were taken; show the receipt, also where its logger sees no case."""
    number, seen = registered
    flash(gettext("Logged as %(number)s.", number=number), "success")
    tell(sent)
    if not seen:
        if is_to_print(ctx(), number):
            return redirect(url_for("outside.sheet", number=number))
        flash(
            gettext("You do not see it from now on: only those do who may, and of whom it does not complain."), "info"
        )
    return redirect(url_for("receipts.show", number=number))


def log_form() -> forms.LogForm:
    """The quick log for who is logged in, filled with what was sent, or with the place of their post. Whom it may
    complain of is looked up where somebody is named, and to show it."""
    context = ctx()
    form = forms.LogForm()
    reach = context.actor.units_with(may.REGISTER)
    units = [
        (code, context.units.full_name(code)) for code in context.units.places if context.units.id_of[code] in reach
    ]
    form.offer(units, units_of(context), context.office.categories(), receives=bool(context.actor.as_organ(may.DIRECT)))
    form.about.choices = accusable(context) if form.about.data else []
    if request.method == "GET":
        form.unit.data = next((office.unit for office in context.actor.offices if office.unit_id in reach), None)
        if context.actor.has_role("office"):
            form.track.data, form.channel.data = "petition", "visit"
        if matter := request.args.get("matter"):
            of_many.begin(context, form, matter)
    return form
