"""The county's own forms in Excel: put in use, taken out of it. One that cannot be filled is refused, with why."""

from __future__ import annotations

from collections.abc import Iterable

from caseapp.actions.context import Ctx
from caseapp.actions.paper_templates import keep_file, plain_name
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.texts import read_text
from caseapp.domain.reports.models import CountyForm
from caseapp.domain.reports.queries.county_forms import form_in_use
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.papers.county_form import check_form

LONGEST_NAME = 60


def put_form(ctx: Ctx, name: str, file_name: str, data: bytes, known: Iterable[str]) -> CountyForm:
    """Put a form in use under a name; what was used under it before stays on record. ``known``: the names that the
    program fills. Raises RuleViolation with what is wrong, and where; then nothing is changed."""
    ctx.actor.demand(may.SETTINGS)
    called = read_text(name, "name", needed=True, limit=LONGEST_NAME)
    check_form(data, known)
    row = CountyForm(name=called, file_name=plain_name(file_name))
    keep_file(ctx, row, called, "county_form_put", data)
    return row


def drop_form(ctx: Ctx, form_id: int) -> None:
    """Take a form out of use. Raises OutOfScope when it is not in use."""
    ctx.actor.demand(may.SETTINGS)
    form = form_in_use(ctx.session, form_id)
    if form is None:
        raise OutOfScope(N_("there is no such page"))
    keep_file(ctx, CountyForm(name=form.name, file_name=""), form.name, "county_form_dropped")
