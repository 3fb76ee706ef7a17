"""/receipt/<number>: the receipt to hand over, print or send; /progress/<number>: a sheet to print and hand over."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response as Redirect

from caseapp.actions.cases import case_for
from caseapp.actions.receipts import make_receipt, receipt_for, renew_receipt
from caseapp.db import db
from caseapp.domain.cases.queries import find_case
from caseapp.domain.cases.queries.mergers import living_seen
from caseapp.domain.receipts.codes import show_code
from caseapp.domain.receipts.queries import Held, read_progress, read_slip
from caseapp.domain.receipts.slip import Slip
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.papers.receipt import Card, as_file, as_qr
from caseapp.web import trail
from caseapp.web.attempt import attempt
from caseapp.web.page import show_day
from caseapp.web.session import ctx
from caseapp.web.track.words import due_text

room = Blueprint("receipts", __name__)
TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


@room.get("/receipt/<path:number>")
@login_required
def show(number: str) -> str:
    """The receipt as it is handed over; for a case that has none yet, a button that makes it."""
    context = ctx()
    held = receipt_for(context, number)
    if held.receipt is None:
        return render_template("receipts/none.html", number=number)
    slip = _slip(held)
    seen = find_case(db.session, context.actor, number)
    page = render_template(
        "receipts/show.html", slip=slip, address=address_of(held.receipt.token), lines=_lines(slip),
        page=urlsplit(address_of("")).netloc + url_for("track.look"), code=show_code(slip.code),
        title=seen.title if seen else "", may_renew=held.case.registered_by != context.actor.username,
    )  # fmt: skip
    trail.seen("code_seen", number, form="page")
    return page


@room.post("/receipt/<path:number>")
@login_required
def make(number: str) -> Redirect:
    """Make the receipt of a case that has none."""
    attempt(lambda: make_receipt(ctx(), number), gettext("The receipt is made."))
    return redirect(url_for("receipts.show", number=number))


@room.post("/receipt/new/<path:number>")
@login_required
def renew(number: str) -> Redirect:
    """Make a new receipt in place of the old one."""
    done = gettext("A new receipt is made. The old code opens nothing any more.")
    attempt(lambda: renew_receipt(ctx(), number), done)
    return redirect(url_for("receipts.show", number=number))


@room.get("/receipts/<kind>/<path:number>")
@login_required
def file(kind: str, number: str) -> Response:
    """The receipt as a picture to send (png), as a page to print (pdf), or its QR code alone (svg)."""
    held = receipt_for(ctx(), number)
    if held.receipt is None or kind not in TYPES:
        raise OutOfScope(N_("there is no such receipt"))
    address, fonts = address_of(held.receipt.token), current_app.extensions["caseapp"].fonts
    if kind == "svg":
        answer = Response(as_qr(address), mimetype=TYPES[kind])
    else:
        card = card_of(_slip(held), address, held.receipt.issued_at)
        answer = Response(as_file(card, kind, fonts), mimetype=TYPES[kind])
        name = quote(f"{card.title} {number}.{kind}")
        answer.headers["Content-Disposition"] = f"inline; filename=receipt.{kind}; filename*=UTF-8''{name}"
    trail.seen("code_seen", number, form=kind)
    return answer


@room.get("/progress/<path:number>")
@login_required
def progress(number: str) -> str:
    """What the public page would show, to print for somebody without a telephone. It holds no code."""
    context = ctx()
    case = case_for(context, number)
    living = living_seen(db.session, context.actor, case)
    told = read_progress(db.session, context.units, context.office, case, context.today, living=living)
    return render_template("receipts/progress.html", progress=told, today=context.today)


def address_of(token: str) -> str:
    """The address in a QR code: the office's own as the installation tells it, or the one this page was asked under."""
    base = current_app.extensions["caseapp"].base_url or request.url_root
    return f"{base.rstrip('/')}/track/{token}"


def _slip(held: Held) -> Slip:
    context = ctx()
    code = held.receipt.code if held.receipt else ""
    return read_slip(db.session, context.units, context.office, held.case, code, day=context.today)


def _lines(slip: Slip) -> list[str]:
    """What happens next and by when."""
    if slip.sealed:
        return [gettext("It goes to the desk that alone sees such matters. That desk gets in touch with you itself.")]
    told = [due_text(due) for due in slip.due]
    return told or [gettext("Nothing is due at present. Look it up with the code, or call.")]


def card_of(slip: Slip, address: str, at: datetime) -> Card:
    """The receipt as a card."""
    contact = slip.contact
    rows = [(gettext("Received on"), show_day(slip.received_on)), (gettext("Office"), contact.office)]
    rows += [(gettext("Telephone"), contact.phone)] if contact.phone else []
    rows += [(gettext("Address"), contact.address)] if contact.address else []
    page = urlsplit(address).netloc + url_for("track.look")
    return Card(
        title=gettext("Receipt of registration"),
        subtitle=contact.office,
        number=slip.number,
        rows=rows,
        heading=gettext("What happens next"),
        notes=[f"{place}. {line}" for place, line in enumerate(_lines(slip), start=1)],
        address=address,
        beside=[
            gettext("Scan to see how it stands"),
            gettext("or open %(page)s and enter number and code:", page=page),
        ],
        code=show_code(slip.code),
        foot=[
            gettext("Keep it well: whoever has the code can see how the matter stands."),
            gettext("Petitioning and mediation cost nothing. Nobody may press or punish you for it."),
        ],
        at=at,
    )
