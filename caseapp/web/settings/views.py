"""/settings: what the office sets; /settings/calendar: the official days of a year, pasted from the notice."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from caseapp.actions import settings as acts
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.org.queries import setting_rows
from caseapp.domain.org.settings import CADENCES, CALENDAR, SPECS, WORKING
from caseapp.domain.people.queries import people_within
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.kernel.notice_text import NoticeReading, parse_notice
from caseapp.labels import label
from caseapp.web.entrance import whole
from caseapp.web.page import said
from caseapp.web.session import ctx, needs

room = Blueprint("settings", __name__)
Answer = str | Response | tuple[str, int]
GROUPS = (
    "contact", "paper", "days", "unit", "light", "ladder", "person", "time", "seat", "duty", "category", "prefix",
    "target", "points", "subsidy", "freeze", "screening", "retention", "robot", "outside", "login", "anchor",
)  # fmt: skip


@room.get("/settings")
@needs(may.SETTINGS)
def listing() -> str:
    """Every value in force, by group; each opens to its history and a new value."""
    context = ctx()
    rows = [
        (key, spec, context.office.settings.value(key, context.today), label("setting", key))
        for key, spec in SPECS.items()
    ]
    groups = [(group, [row for row in rows if row[1].group == group]) for group in GROUPS]
    return render_template("settings/list.html", groups=groups, provisional=context.office.missing_year(context.today))


@room.route("/settings/<key>", methods=["GET", "POST"])
@needs(may.SETTINGS)
def change(key: str) -> Answer:
    """One value: a new one from a day on; with running due dates only after a look at what moves."""
    context = ctx()
    if key not in SPECS:
        raise OutOfScope(N_("there is no such page"))
    moved, typed, problem = None, request.form.get("value", ""), ""
    if request.method == "POST":
        try:
            if request.form.get("look"):
                moved = acts.moved_by(context, key, typed)
            else:
                return _set(key, typed)
        except RuleViolation as broken:
            problem = said(broken)
    history = [row for row in setting_rows(db.session) if row.key == key]
    page = render_template(
        "settings/change.html", key=key, spec=SPECS[key], title=label("setting", key), moved=moved, problem=problem,
        now=context.office.settings.value(key, context.today), typed=typed, history=history, today=context.today,
        people=_leaders() if key.startswith("head.") else [],
        units=(CALENDAR, WORKING), cadences=CADENCES, may_set=acts.may_set(context, key),
        chosen=request.form.get("valid_from") or context.today.isoformat(),
    )  # fmt: skip
    return page, 422 if problem else 200


def _leaders() -> list[tuple[str, str]]:
    """Who may be the head of an office: account and name."""
    context = ctx()
    leaders = people_within(db.session, None, context.today, "leader")
    return [(user.username, user.full_name) for user in leaders]


def _set(key: str, typed: str) -> Response:
    valid_from = _day(request.form.get("valid_from", ""))
    recompute = bool(request.form.get("recompute"))
    with unit_of_work(db.session):
        count = acts.set_value(ctx(), key, typed, valid_from, recompute=recompute)
    if recompute:
        flash(gettext("Saved; the due dates of %(count)d cases were worked out anew.", count=count), "success")
    else:
        flash(gettext("Saved."), "success")
    return redirect(url_for("settings.change", key=key))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else ctx().today
    except ValueError:
        raise RuleViolation("valid_from", N_("%(text)s is not a date"), text=text) from None


@room.route("/settings/calendar", methods=["GET", "POST"])
@needs(may.SETTINGS)
def calendar() -> Answer:
    """Paste a year's official notice, look at what was read and which due dates move, then put it in force."""
    context = ctx()
    year = _year_asked()
    text, reading, moved = request.form.get("text", "")[:20_000], None, None
    if request.method == "POST":
        reading = parse_notice(text, year)
        days = _days_of(reading)
        if request.form.get("keep") and days:
            return _keep_year(year, days)
        moved = acts.moved_by_year(context, year, days) if days else None
    shown = context.office.calendar
    page = render_template(
        "settings/calendar.html", year=year, text=text, reading=reading, moved=moved,
        days=sorted((day, kind, shown.names.get(day, "")) for day, kind in shown.days.items() if day.year == year),
        years=range(context.today.year + 1, 2003, -1), official=shown.official(year), said=said,
    )  # fmt: skip
    return page, 422 if reading is not None and not _days_of(reading) else 200


def _year_asked() -> int:
    """The year a notice is about: the one asked for, else the next without a notice, else this one."""
    context = ctx()
    year = request.values.get("year", type=whole) or context.office.missing_year(context.today) or context.today.year
    if not 2004 <= year <= context.today.year + 1:
        raise OutOfScope(N_("there is no such page"))
    return year


def _days_of(reading: NoticeReading) -> dict[date, tuple[str, str]]:
    holidays: dict[date, tuple[str, str]] = {day: ("holiday", name) for day, name in reading.holidays.items()}
    return holidays | {day: ("workday", name) for day, name in reading.workdays.items()}


def _keep_year(year: int, days: Any) -> Response:
    with unit_of_work(db.session):
        count = acts.set_year(ctx(), year, days, gettext("the notice of the State Council, as pasted"))
    flash(gettext("Saved; the due dates of %(count)d cases were worked out anew.", count=count), "success")
    return redirect(url_for("settings.calendar", year=year))
