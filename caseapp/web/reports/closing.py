"""Closing a month: what the villages say, freezing it, comparing a frozen one with what is known today."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from caseapp.actions.anchors import keep_outside
from caseapp.actions.month_notes import return_note, submit_note
from caseapp.actions.reports import Press, compare_with_today, freezing
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.reports.frozen import changed_definitions
from caseapp.domain.reports.wordbook import Wordbook
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.kernel.periods import Month
from caseapp.labels import label
from caseapp.labels.wordbook import labels_of_today, messages_of_today
from caseapp.web.attempt import attempt, worked_out
from caseapp.web.reports.asked import Opened, check_unit, frozen_asked, opened
from caseapp.web.session import ctx, needs

room = Blueprint("closing", __name__)


@room.post("/reports/<unit>/<month>/note/<step>")
@needs(may.REPORT)
def say_beside(unit: str, month: str, step: str) -> Redirect:
    """A village submits its month; the town returns it."""
    check_unit(unit)
    form, wanted = request.form, Month.parse(month)
    steps: dict[str, Callable[[], object]] = {
        "submit": lambda: submit_note(ctx(), unit, wanted, form.get("problems", ""), form.get("plans", "")),
        "return": lambda: return_note(ctx(), unit, wanted, form.get("reason", "")),
    }
    if step not in steps:
        raise OutOfScope(N_("there is no such act"))
    attempt(steps[step], gettext("On record."))
    back = unit if step == "submit" else ctx().units.town_of(unit)
    return redirect(url_for("reports.show", unit=back, period=month))


@room.post("/reports/<unit>/<month>/freeze")
@needs(may.FREEZE)
def freeze(unit: str, month: str) -> Redirect:
    """Freeze the month, or its next revision."""
    check_unit(unit)
    context = ctx()
    words = Wordbook(messages_of_today(), labels_of_today(context.office.words(context.today)))
    settings = current_app.extensions["caseapp"]
    press = Press(words, settings.fonts, settings.audit_key)
    keep = worked_out(lambda: freezing(context, unit, Month.parse(month), press=press))
    revision = attempt(lambda: keep().revision) if keep else None
    if revision is not None:
        keep_outside(db.session, settings.anchors_file)
        flash(gettext("Frozen as revision %(revision)d.", revision=revision), "success")
    return redirect(url_for("reports.show", unit=unit, period=month, revision=revision))


@room.get("/reports/<unit>/<month>/compare")
@needs(may.FREEZE)
def compare(unit: str, month: str) -> str:
    """What would move in a frozen report with today's knowledge, and what moved in each revision."""
    check_unit(unit)
    frozen = frozen_asked(unit, Month.parse(month))
    if frozen is None:
        raise OutOfScope(N_("there is no such report"))
    context, shown = ctx(), opened(frozen)
    moved = compare_with_today(context, frozen)
    told = {name: pair for name, pair in moved["numbers"].items() if not name.endswith("apart.accusations")}
    numbers = [(_number_title(name, shown), *pair) for name, pair in told.items()]
    return render_template(
        "reports/compare.html", frozen=frozen, unit=unit, place=context.units.full_name(unit), moved=moved,
        numbers=numbers, definitions=changed_definitions(moved.get("formulas", (0, 0))),
    )  # fmt: skip


def _figure_name(kind: str, key: str) -> str:
    """A line, a rate, a figure apart, a figure for the county: of one channel, with its name."""
    figure, _, channel = key.partition("_of_")
    word = label({"lines": "line", "rates": "rate", "apart": "apart", "county": "county"}[kind], figure)
    return f"{word} · {label('channel', channel)}" if channel else word


def _number_title(name: str, shown: Opened) -> str:
    """The name of a moved number in words: the part it stands in, and the line, rate or figure apart."""
    *where, kind, key = name.split(".") if "." in name else ["", name]
    if kind == "":
        return gettext("Overdue at the end of the month")
    word = _figure_name(kind, key)
    if not where or where[0] == "":
        return word
    if where[0] == "by_village":
        tree = shown.tree if where[1] in shown.tree else ctx().units
        return f"{tree.place(where[1]).name} · {word}"
    group = label(where[0][3:], where[1]) if where[0].startswith("by_") else label("window", where[0])
    return f"{group} · {word}"
