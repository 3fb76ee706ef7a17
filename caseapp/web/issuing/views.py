"""/letters: the letters (文书) of the cases one sees, each with its steps and files, and blank ones to print."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response as Redirect

from caseapp.actions import issuing as acts
from caseapp.actions.issuing_files import ORIGINAL, SECOND, blank, drawn, shown
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.issuing.kinds import KINDS
from caseapp.domain.issuing.parted import carried
from caseapp.domain.issuing.queries import TABS, LetterList, find_letter, in_tab, is_late, services_of, written_in
from caseapp.domain.issuing.serving import addressed
from caseapp.domain.issuing.writing import missing
from caseapp.domain.people.queries import names_of
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.labels import field_label, label
from caseapp.web import trail
from caseapp.web.attempt import attempt, found_if_doubled
from caseapp.web.issuing.forms import letter_form
from caseapp.web.page import said, show_problem
from caseapp.web.session import ctx, needs
from caseapp.web.taken import fonts, sent

if TYPE_CHECKING:
    from caseapp.domain.issuing.kinds import Kind
    from caseapp.domain.issuing.models import Letter

room = Blueprint("issuing", __name__)
Answer = str | Redirect | tuple[str, int]
WITH_A_REASON = {"send_back": acts.send_back, "withdraw": acts.withdraw_letter}
WITHOUT = {"check": acts.check_letter, "sign_off": acts.sign_off, "issue": acts.issue_letter, "file": acts.file_letter}


@room.get("/letters")
@needs(may.READ)
def listing() -> str:
    """What is still to be done with letters; or the register of those with a number, withdrawn ones too."""
    tab, kind = request.args.get("tab", "waiting"), request.args.get("kind", "")
    if tab not in TABS:
        raise OutOfScope(N_("there is no such page"))
    listed = LetterList(ctx().actor, *in_tab(tab, kind))
    return render_template(
        "issuing/list.html", letters=listed.letters(db.session), count=listed.count(db.session), tab=tab, tabs=TABS,
        kind=kind, kinds=KINDS,
    )  # fmt: skip


@room.post("/letters/draft/<kind>/<path:number>")
@login_required
def draft(kind: str, number: str) -> Redirect:
    """Begin a letter, filled from the case, or go on with the one that is under way."""
    letter = attempt(lambda: acts.draft_letter(ctx(), number, kind).id)
    if letter is None:
        return redirect(url_for("cases.show", number=number))
    return redirect(url_for("issuing.write", letter=letter))


@room.get("/letters/<key:letter>")
@login_required
def show(letter: int) -> str:
    """One letter as it reads, where it stands, and the next steps for who may take them."""
    context, found = ctx(), found_letter(letter)
    steps, writable = acts.open_steps(context, found), acts.may_step(context, found, "write")
    people = [getattr(found, f"{one}_by") for one in ("drafted", "checked", "signed", "issued", "withdrawn", "filed")]
    return render_template(
        "issuing/show.html", letter=found, case=found.case, paper=shown(context, found), steps=steps,
        names=names_of(db.session, {one for one in people if one}), may_write=writable and found.state == "draft",
        own=context.actor.username in found.writers, lacking=_lacking(found),
        files=_files(found, writable=writable), with_reason=WITH_A_REASON, receivers=addressed(written_in(found)),
        tries=(tries := services_of(db.session, letter)), may_serve=_to_serve(found), late=is_late(found, tries),
    )  # fmt: skip


def _to_serve(letter: Letter) -> bool:
    return letter.state == "issued" and acts.may_step(ctx(), letter, "serve")


def _lacking(letter: Letter) -> list[str]:
    if letter.number is not None:
        return []
    return [field_label("letter", name) for name in missing(acts.kind_of(ctx(), letter), written_in(letter))]


def _files(letter: Letter, *, writable: bool) -> list[str]:
    """Which files of a letter are offered: the original while it is to be served, to who serves it; else the copy."""
    if letter.number is None:
        return [ORIGINAL]
    return [ORIGINAL, SECOND] if letter.state == "issued" and writable else [SECOND]


@room.route("/letters/<key:letter>/write", methods=["GET", "POST"])
@login_required
def write(letter: int) -> Answer:
    """Write in a draft. What is needed and empty is told beside its field, and the draft kept all the same."""
    found = found_letter(letter)
    if found.state != "draft" or not acts.may_step(ctx(), found, "write"):
        return redirect(url_for("issuing.show", letter=letter))
    kind = acts.kind_of(ctx(), found)
    written = carried(kind, written_in(found))
    form: Any = letter_form(kind)(data=_read(kind, written))
    if form.validate_on_submit():
        try:
            with unit_of_work(db.session):
                acts.write_letter(ctx(), letter, {name: request.form.get(name, "") for name in kind.names})
            flash(gettext("The draft is saved."), "success")
            return redirect(url_for("issuing.show", letter=letter))
        except RuleViolation as problem:
            show_problem(form, problem)
    elif request.args.get("lacking"):
        for name in missing(kind, written):
            form[name].errors = [gettext("Please fill this in.")]
    page = render_template("issuing/write.html", form=form, letter=found, case=found.case)
    return page, 422 if request.method == "POST" else 200


def _read(kind: Kind, written: dict[str, str]) -> dict[str, object]:
    """What is written, days as days."""
    days = [blank.name for blank in kind.blanks if blank.type == "day"]
    return {**written, **{name: date.fromisoformat(written[name]) if written[name] else None for name in days}}


@room.post("/letters/<key:letter>/<step>")
@login_required
def take(letter: int, step: str) -> Redirect:
    """One step with a letter. What it lacks is told beside the fields, where who asks may write in it."""
    found = found_letter(letter)
    needed = ("requests", *acts.kind_of(ctx(), found).needed)
    state, number = found.state, found.case.number
    try:
        with unit_of_work(db.session):
            _step(letter, step)
        flash(gettext("On record."), "success")
    except RuleViolation as problem:
        trail.refused(problem)
        flash(said(problem), "danger")
        if problem.field in needed and state == "draft":
            return redirect(url_for("issuing.write", letter=letter, lacking="1"))
    return redirect(url_for("issuing.show", letter=letter) if step != "withdraw" else _back_to(number))


def _step(letter: int, step: str) -> None:
    if step in WITHOUT:
        WITHOUT[step](ctx(), letter)
    elif step in WITH_A_REASON:
        WITH_A_REASON[step](ctx(), letter, request.form.get("reason", ""))
    else:
        raise OutOfScope(N_("there is no such act"))


def _back_to(number: str) -> str:
    return url_for("cases.show", number=number, _anchor="letters")


@room.get("/letters/<key:letter>/<which>.<form>")
@login_required
def file(letter: int, which: str, form: str) -> Response:
    """A letter as a Word file or a PDF: of a draft as it reads now, of an issued one the file that is kept."""
    context, found = ctx(), found_letter(letter)
    if which not in _files(found, writable=acts.may_step(context, found, "write")):
        raise OutOfScope(N_("there is no such page"))
    number, name, kind = found.case.number, found.number or "", found.kind
    content = found_if_doubled(lambda: drawn(ctx(), found_letter(letter), which, form, fonts()))
    trail.seen("letter_taken", number, kind=kind, letter=name, which=which, form=form)
    return sent(content, f"{label('letter', kind)}{name}", form)


@room.get("/letters/blank/<kind>.<form>")
@needs(may.READ)
def empty(kind: str, form: str) -> Response:
    """A letter of a kind with room to write by hand where something of a case would stand."""
    return sent(blank(ctx(), kind, form, fonts()), label("letter", kind), form)


def found_letter(letter_id: int) -> Letter:
    found = find_letter(db.session, ctx().actor, letter_id)
    if found is None:
        raise OutOfScope(N_("there is no such letter"))
    return found
