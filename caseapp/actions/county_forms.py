"""The county's own forms in Excel: put in use, taken out of it. One that cannot be filled is refused, with why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.paper_templates import plain_name
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.texts import read_text
from caseapp.domain.reports.models import CountyForm
from caseapp.domain.reports.queries.county_forms import forms_in_use
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.papers.county_form import check_form

LONGEST_NAME = 60


def put_form(ctx: Ctx, name: str, file_name: str, data: bytes, known: Iterable[str]) -> CountyForm:
    """Put a form in use under a name; what was used under it before stays on record. ``known``: the names that the
    program fills. Raises RuleViolation with what is wrong, and where; then nothing is changed."""
    ctx.actor.demand(may.SETTINGS)
    called = read_text(name, "name", needed=True, limit=LONGEST_NAME)
    check_form(data, known)
    return _append(ctx, called, plain_name(file_name), data, "county_form_put")


def drop_form(ctx: Ctx, form_id: int) -> None:
    """Take a form out of use. Raises OutOfScope when it is not in use."""
    ctx.actor.demand(may.SETTINGS)
    form = next((one for one in forms_in_use(ctx.session) if one.id == form_id), None)
    if form is None:
        raise OutOfScope(N_("there is no such page"))
    _append(ctx, form.name, "", None, "county_form_dropped")


def _append(ctx: Ctx, name: str, file_name: str, content: bytes | None, action: str) -> CountyForm:
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}" if content else ""
    row = CountyForm(
        name=name, file_name=file_name, content=content, digest=digest, put_by=ctx.actor.username, put_at=ctx.now
    )
    ctx.session.add(row)
    ctx.session.flush()
    note(ctx, action, name, version=row.id, file_name=file_name, digest=digest)
    return row
