"""One matter, many people (涉众群体): on the page of a matter, who joined it and who asks to be; one press agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from caseapp.actions.cases import case_for
from caseapp.actions.context import Ctx
from caseapp.actions.joining import agree_to_all
from caseapp.domain.cases.queries.matters import asked_to_join, petitions_of
from caseapp.domain.moves.queries.deciding import may_decide
from caseapp.web.attempt import attempt
from caseapp.web.session import ctx

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case
    from caseapp.domain.supervision.queries import CaseAside
    from caseapp.web.cases.forms import LogForm

room = Blueprint("matters", __name__)


def told(context: Ctx, case: Case, around: dict[str, list[CaseAside]]) -> dict[str, Any]:
    """What the page of a case shows of the petitions that are handled with it: how many the reader sees, the first of
    them, which ask to be, and whether the reader decides that."""
    count, petitions = petitions_of(context.session, context.actor, case.number) if around["follower"] else (0, [])
    could_be = case.standing == "open" and case.track == "petition" and not (case.guarded or case.matter)
    asked = asked_to_join(context.session, context.actor, case.number) if could_be else []
    return {
        "joined_count": count,
        "joined_petitions": petitions,
        "asked_to_join": [(one.case, may_decide(context, one.case, one)) for one in asked],
    }


@room.post("/matters/agree/<path:number>")
@login_required
def agree(number: str) -> Response:
    """Agree to all requests that a petition be handled with a case, as far as the reader may decide them."""
    context = ctx()
    case = case_for(context, number)
    attempt(lambda: agree_to_all(context, case), gettext("Approved."))
    return redirect(url_for("cases.show", number=number))


def begin(context: Ctx, form: LogForm, number: str) -> None:
    """Fill the quick log for one more petition of a matter: where that is, and of which category."""
    matter = case_for(context, number)
    form.track.data, form.channel.data, form.category.data = "petition", "visit", matter.category
    unit = context.units.by_id[matter.unit_id].code
    if unit in dict(form.unit.choices):
        form.unit.data = unit
