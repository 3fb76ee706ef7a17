"""/volumes: the file of a case (卷宗): what lies in it, what it lacks, and each of its volumes as a PDF."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask_babel import gettext
from flask_login import login_required

from caseapp.actions.volume import Gathered, bind_volume, file_of_case, gather_volume
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.web import trail
from caseapp.web.attempt import found_if_doubled
from caseapp.web.documents.uploads import store
from caseapp.web.heavy import heavy
from caseapp.web.issuing.paper_forms import case_with_papers
from caseapp.web.session import ctx
from caseapp.web.taken import fonts, sent

room = Blueprint("volumes", __name__)


@room.get("/volumes/of/<path:number>")
@login_required
def show(number: str) -> str:
    """What lies in the file of a case, and what it lacks."""
    case = case_with_papers(number)
    return render_template("issuing/volume.html", case=case, file=file_of_case(ctx(), case))


@room.get("/volumes/<int:nth>/<path:number>")
@login_required
@heavy
def file(nth: int, number: str) -> Response:
    """A volume as a PDF; who takes it stands in the audit log."""
    told = found_if_doubled(lambda: gather_volume(ctx(), case_with_papers(number), nth, fonts()))
    content = _bound(told)  # nobody who writes waits for it
    trail.seen("letter_taken", number, kind="volume", nth=nth, form="pdf")
    return sent(content, gettext("File of the case, volume %(nth)d", nth=nth), "pdf")


def _bound(told: Gathered) -> bytes:
    try:
        return bind_volume(told, store(), fonts())
    except FileNotFoundError:
        raise OutOfScope(N_("the file of this paper is missing: tell who keeps the installation")) from None
