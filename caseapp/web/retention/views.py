"""/retention: the cases whose contacts are proposed to be erased, and those that wait for a signature."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from caseapp.actions import retention as acts
from caseapp.actions.erasing import forget_erased_now
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.people.queries import names_of
from caseapp.domain.retention.queries import ErasingLine, ErasingList
from caseapp.domain.retention.rules import AT_ONCE, KEPT
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.web.attempt import attempt
from caseapp.web.session import ctx, needs

room = Blueprint("retention", __name__)
WHO = (may.FILE, may.APPROVE, may.SEALED)


class Waiting(NamedTuple):
    """A list as its reader sees it: how many cases are on it, and the first of them."""

    total: int
    lines: list[ErasingLine]


@room.get("/retention")
@needs(*WHO)
def listing() -> str:
    """What is proposed, and what waits for a signature, as far as the reader may act on it."""
    context = ctx()
    proposed, asked = (_waiting(asked=asked) for asked in (False, True))
    names = names_of(db.session, {line.asked_by for line in asked.lines if line.asked_by})
    return render_template(
        "retention/show.html", proposed=proposed, asked=asked, names=names, most=AT_ONCE,
        months=context.office.settings.days(KEPT, context.today), me=context.actor.username,
    )  # fmt: skip


def _waiting(*, asked: bool) -> Waiting:
    context = ctx()
    found = ErasingList(context.actor, context.today, asked=asked)
    return Waiting(found.count(db.session), found.lines(db.session))


@room.post("/retention/<answer>")
@needs(*WHO)
def answer(answer: str) -> Response:
    """Ask for it, sign for it, send it back, or keep the contacts longer: of the cases that are ticked."""
    numbers, context = request.form.getlist("case"), ctx()
    doings: dict[str, tuple[Callable[[], int], str]] = {
        "ask": (
            lambda: acts.ask_to_erase(context, numbers),
            N_("Asked for, for %(count)d cases. Nothing is erased before somebody else has signed."),
        ),
        "sign": (lambda: acts.sign_erasing(context, numbers), N_("The contacts of %(count)d cases are erased.")),
        "back": (lambda: acts.send_back(context, numbers), N_("%(count)d cases are on the list of proposals again.")),
        "keep": (
            lambda: acts.keep_longer(context, numbers, request.form.get("reason", "")),
            N_("The contacts of %(count)d cases are kept for a year longer."),
        ),
    }
    if answer not in doings:
        raise OutOfScope(N_("there is no such page"))
    act, done = doings[answer]
    count = attempt(act)
    if count is not None:
        flash(gettext(done, count=count), "success")
        if answer == "sign":
            forget_erased_now(db.session)
    return redirect(url_for("retention.listing"))
