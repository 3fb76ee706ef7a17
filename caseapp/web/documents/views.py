"""/papers: adding photos and papers to a case, looking at them, taking one back, and the files themselves.

A file is never served as a page: it is a JPEG the program drew itself, or a PDF of such, sent as what it is, under a
name the program made, with a policy that lets nothing in it act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response as Answer

from caseapp.actions.documents import as_pdf, case_to_add_to, may_add, may_file, may_look, may_withdraw, withdraw
from caseapp.db import db, unit_of_work
from caseapp.domain.documents.kinds import KINDS, sent_name
from caseapp.domain.documents.queries import find_document, sheets_of
from caseapp.domain.people.queries import names_and_phones
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.web import trail
from caseapp.web.attempt import attempt
from caseapp.web.documents.uploads import add_to, draw_anew, store, tell
from caseapp.web.entrance import new_token, whole
from caseapp.web.session import ctx

if TYPE_CHECKING:
    from caseapp.actions.store import Store
    from caseapp.domain.cases.models import Case
    from caseapp.domain.documents.models import Document
    from caseapp.domain.documents.queries import PaperOnFile

room = Blueprint("documents", __name__)
POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


@room.post("/papers/add/<path:number>")
@login_required
def add(number: str) -> Answer:
    """Add photos and papers to a case."""
    case_to_add_to(ctx(), number)
    kind = request.form.get("kind", "")
    sent = draw_anew(kind if kind in KINDS else "photo", request.form.get("token", ""))
    with unit_of_work(db.session):
        add_to(number, sent)
    tell(sent)
    if not (sent.added or sent.refused):
        flash(gettext("Choose the photos or papers first."), "warning")
    return redirect(url_for("cases.show", number=number, _anchor=None if sent.refused else "papers"))


@room.get("/papers/<key:document>")
@login_required
def look(document: int) -> str:
    """One page of a paper, with the way to the one before and the one after."""
    paper, case = _shown(document)
    asked = request.args.get("page", 1, type=whole)
    page = next((one for one in paper.pages if one.nth == asked), None)
    if page is None:
        raise OutOfScope(N_("there is no such paper"))
    sheets = sheets_of(db.session, case.id, withdrawn=may_file(ctx(), case))
    place = sheets.index((paper.id, page.nth))
    people = names_and_phones(db.session, {paper.added_by, paper.withdrawn_by or paper.added_by})
    return render_template(
        "documents/look.html",
        case=case,
        paper=paper,
        page=page,
        names={username: name for username, (name, _phone) in people.items()},
        before=_address(*sheets[place - 1]) if place else None,
        after=_address(*sheets[place + 1]) if place + 1 < len(sheets) else None,
        place=place + 1,
        count=len(sheets),
        may_withdraw=paper.withdrawn_at is None and may_withdraw(ctx(), case, paper),
    )


def _address(document: int, page: int) -> str:
    return url_for("documents.look", document=document, page=page if page > 1 else None)


@room.get("/papers/<key:document>/<variant>")
@login_required
def file(document: int, variant: str) -> Response:
    """A file: ``thumbnail``, a page by its number, or ``file``, the whole to keep."""
    paper, case = _shown(document)
    try:
        answer = _asked(case, paper, variant)
    except FileNotFoundError:
        raise OutOfScope(N_("the file of this paper is missing: tell who keeps the installation")) from None
    if variant != "thumbnail":
        trail.seen("paper_opened", case.number, nth=paper.nth, kind=paper.kind, form=variant)
    return answer


def _asked(case: Case, paper: Document, variant: str) -> Response:
    """The file that is asked for. Raises FileNotFoundError, OutOfScope."""
    if variant == "file" and paper.form == "pdf":
        return _sent(case, paper, as_pdf(paper, store()), "pdf", keep=True)
    return _sent(case, paper, store().read(_digest(paper, variant)), "jpg", keep=variant == "file")


def _digest(paper: Document, variant: str) -> str:
    """Which file is asked for. Raises OutOfScope."""
    if variant == "thumbnail":
        return paper.pages[0].thumbnail
    digests = {"file": paper.pages[0].digest} | {str(page.nth): page.digest for page in paper.pages}
    if variant not in digests:
        raise OutOfScope(N_("there is no such paper"))
    return digests[variant]


@room.post("/papers/<key:document>/withdraw")
@login_required
def take_back(document: int) -> Answer:
    """Withdraw a paper, with a reason."""
    _paper, case = _shown(document)
    number = case.number
    attempt(lambda: withdraw(ctx(), document, request.form.get("reason", "")), gettext("Withdrawn."))
    return redirect(url_for("cases.show", number=number, _anchor="papers"))


def _shown(document_id: int) -> tuple[Document, Case]:
    """A paper and its case. Raises OutOfScope when the case is not in scope, or the paper was withdrawn from the eyes
    of who asks."""
    found = find_document(db.session, ctx().actor, document_id)
    if found is None or not may_look(ctx(), found[1], found[0]):
        raise OutOfScope(N_("there is no such paper"))
    return found


def page_of(paper: Document, nth: int, store: Store) -> Response:
    """A page of a paper as a picture, for who was shown to have a right to it. Raises OutOfScope."""
    try:
        return _as_file(store.read(_digest(paper, str(nth))), f"{paper.kind}-{nth}.jpg", "jpg")
    except FileNotFoundError:
        raise OutOfScope(N_("the file of this paper is missing: tell who keeps the installation")) from None


def _sent(case: Case, paper: Document, content: bytes, ending: str, *, keep: bool = False) -> Response:
    return _as_file(content, sent_name(case.number, paper.kind, paper.nth, ending), ending, keep=keep)


def _as_file(content: bytes, name: str, ending: str, *, keep: bool = False) -> Response:
    answer = Response(content, mimetype="application/pdf" if ending == "pdf" else "image/jpeg")
    answer.headers["Content-Disposition"] = f"{'attachment' if keep else 'inline'}; filename={name}"
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def on_case(case: Case, papers: list[PaperOnFile], *, seated: bool) -> dict[str, Any]:
    """The section of a case's page: its papers, each with whether its picture is shown, and whether more may come."""
    everything = may_file(ctx(), case)
    return {
        "papers": [(one, everything or not one.withdrawn) for one in papers],
        "may_add_papers": may_add(ctx(), case, seated=seated),
        "paper_kinds": KINDS,
        "paper_token": new_token(),
    }
