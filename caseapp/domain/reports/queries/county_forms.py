"""The forms in Excel that the county wants filled."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from caseapp.domain.reports.models import CountyForm


def forms_in_use(session: Session) -> list[CountyForm]:
    """Each form that is in use, by name; their content is read when it is asked for."""
    latest = select(func.max(CountyForm.id)).group_by(CountyForm.name)
    query = select(CountyForm).where(CountyForm.id.in_(latest), CountyForm.digest != "")
    return list(session.scalars(query.order_by(CountyForm.name)))


def form_in_use(session: Session, form_id: int) -> CountyForm | None:
    """A form that is in use, with its file; None when there is none."""
    form = form_with_content(session, form_id)
    return form if form is not None and form in forms_in_use(session) else None


def all_forms(session: Session) -> list[CountyForm]:
    """Every form that was ever put here, latest first."""
    return list(session.scalars(select(CountyForm).order_by(CountyForm.id.desc())))


def form_with_content(session: Session, form_id: int) -> CountyForm | None:
    """A form with its file; None when there is none."""
    query = select(CountyForm).where(CountyForm.id == form_id, CountyForm.digest != "")
    return session.scalar(query.options(undefer(CountyForm.content)))
