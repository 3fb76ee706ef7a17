"""/volumes: the file of a case (卷宗): what lies in it, what it lacks, and each of its volumes as a PDF."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask_babel import gettext
from flask_login import login_required

from caseapp.actions.volume import Means, bound_volume, file_of_case
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.web import trail
from caseapp.web.attempt import found_if_doubled
from caseapp.web.documents.uploads import store
from caseapp.web.heavy import heavy
from caseapp.web.issuing.paper_forms import case_with_papers
from caseapp.web.issuing.views import fonts, sent
from caseapp.web.session import ctx

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
    case = case_with_papers(number)
    content = found_if_doubled(lambda: _bound(number, nth))
    trail.seen("letter_taken", case.number, kind="volume", form="pdf")
    return sent(content, gettext("File of the case, volume %(nth)d", nth=nth), "pdf")


def _bound(number: str, nth: int) -> bytes:
    try:
        return bound_volume(ctx(), case_with_papers(number), nth, Means(store(), fonts()))
    except FileNotFoundError:
        raise OutOfScope(N_("the file of this paper is missing: tell who keeps the installation")) from None
