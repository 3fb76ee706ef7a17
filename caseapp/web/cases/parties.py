"""/party/<nth>/<number>: what is told of one party, corrected or added with a reason; what it was stays on record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _
from flask_login import login_required
from wtforms import RadioField, SelectField, StringField, SubmitField, TextAreaField

from caseapp.db import db
from caseapp.domain.cases import words
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.parties import write_party
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.texts import LONGEST_TEXT, longest
from caseapp.domain.moves.queries import demand, transition_of
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.kernel.personal import PERSONAL
from caseapp.labels import label
from caseapp.web.cases.acting import Answer, put_on_record
from caseapp.web.cases.forms import ActForm, AtMost, choices, needed, options
from caseapp.web.cases.views import workable
from caseapp.web.session import ctx

room = Blueprint("parties", __name__)
STAYS, GONE = "stays", "gone"
ON_RECORD = _("One is on record: empty, it stays.")
"""What is shown with a reason alone is not shown here either."""


@room.route("/party/<int:nth>/<path:number>", methods=["GET", "POST"])
@login_required
def amend(nth: int, number: str) -> Answer:
    """Correct what is told of a party, by its place on the page of the case; the place after the last adds one."""
    context = ctx()
    case = workable(context, number)
    demand(context, case, transition_of(case, "amend"))
    parties = load_history(db.session, case, context.units).now.parties
    if not 1 <= nth <= len(parties) + 1:
        raise OutOfScope(N_("there is no such page"))
    before = parties[nth - 1] if nth <= len(parties) else None
    form = _form(before)()

    def told() -> dict[str, Any]:
        changed = [] if before and form.becomes.data == GONE else [_told(form, before)]
        to = [*parties[: nth - 1], *changed, *parties[nth:]]
        return {"field": "parties", "to": list(map(write_party, to)), **form.values(("reason",))}

    return put_on_record(case, "amend", form, told)


def _form(before: Party | None) -> Any:
    roles = choices("party", words.PARTY_ROLES)
    fields: dict[str, Any] = {
        "role": RadioField(
            _("Who they are in the case"), choices=options(roles), default=before.role if before else roles[0][0]
        ),
        "name": StringField(_("Name"), [AtMost(longest("name"))], default=before.name if before else ""),
        "contact": SelectField(
            _("May be contacted"),
            choices=options(choices("contact", words.CONTACTS)),
            default=before.contact if before else "any",
        ),
    }
    for name in PERSONAL:
        known = {"description": ON_RECORD} if before and getattr(before, name) else {}
        fields[name] = StringField(label("field", name), [AtMost(longest(name))], **known)
    if before:
        stands = [(STAYS, _("Stays in the case")), (GONE, _("Is taken out of the case"))]
        fields["becomes"] = RadioField(_("What becomes of them"), choices=options(stands), default=STAYS)
    fields["reason"] = TextAreaField(label("field", "reason"), [needed, AtMost(LONGEST_TEXT)])
    fields["submit"] = SubmitField(_("Put on record"))
    return type("PartyForm", (ActForm,), fields)


def _told(form: Any, before: Party | None) -> Party:
    """The party as the form tells it; what is shown with a reason alone stays where nothing was typed."""
    typed = {name: str(form[name].data or "").strip() for name in PERSONAL}
    kept = before or Party(form.role.data)
    typed = {name: text or getattr(kept, name) for name, text in typed.items()}
    return replace(kept, role=form.role.data, name=(form.name.data or "").strip(), contact=form.contact.data, **typed)
