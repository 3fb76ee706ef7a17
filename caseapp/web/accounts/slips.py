"""The slip with a one-time code: shown once, to be printed and handed over."""

from __future__ import annotations

from flask import current_app, render_template, request, url_for

from caseapp.actions.account_acts import Outcome
from caseapp.db import db
from caseapp.domain.people.queries import entry_code_of, user_named
from caseapp.kernel.signs import in_groups
from caseapp.web.accounts.words import what_of
from caseapp.web.session import ctx


def slip_page(outcome: Outcome) -> str:
    """Who it is for, where to go, the code and until when it is valid. Nothing else ever shows the code again."""
    user = user_named(db.session, outcome.act.username)
    assert user is not None
    made = entry_code_of(db.session, user, ctx().now)
    base = current_app.extensions["caseapp"].base_url or request.host_url
    return render_template(
        "accounts/slip.html", user=user, code=in_groups(outcome.code), until=made.until if made else None,
        page=base.rstrip("/") + url_for("entry.first_login"), what=what_of(outcome.act),
    )  # fmt: skip
