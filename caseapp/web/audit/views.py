"""/audit: the log for who oversees: found by who, what, of what and when; page by page; as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import false, or_

from caseapp.actions.trail import note_once_an_hour
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.audit.families import FAMILIES, actions_of
from caseapp.domain.audit.queries import PAGE, AskedEntries, log_entries, not_among, stray_hours
from caseapp.domain.people.queries import called, names_of
from caseapp.domain.verification.queries import entry_of_a_matter, entry_seen
from caseapp.kernel.clock import parse_day
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.labels import LABELS, label
from caseapp.papers.log_sheet import LONGEST, log_csv, log_workbook
from caseapp.web.audit.words import LogRow, rows_of
from caseapp.web.entrance import key_in, word_of
from caseapp.web.heavy import heavy
from caseapp.web.page import said, show_instant
from caseapp.web.session import ctx, needs
from caseapp.web.taken import MEDIA

room = Blueprint("audit", __name__)
HEADINGS = (N_("When"), N_("User name"), N_("Who did it"), N_("What was done"), N_("Of what"), N_("Details"))
FIELDS = ("who", "what", "subject", "first", "last")
FORMS = ("csv", "xlsx")


@room.get("/audit")
@needs(may.AUDIT, may.SEALED)
def listing() -> tuple[str, int]:
    """The log, latest first, as it was asked for; for the desk for accusations, of what was done with them."""
    asked, problems = _asked_for(), dict[str, str]()
    try:
        entries = _entries(asked, request.args.get("before", 0, type=key_in), PAGE)
    except RuleViolation as problem:
        problems, entries = {problem.field: said(problem)}, []
    more, shown = entries[PAGE:], entries[:PAGE]
    page = render_template(
        "audit/list.html", rows=_rows(shown), asked=asked, problems=problems, families=_families(),
        actions=_actions(), first_url=url_for("audit.listing", **asked) if request.args.get("before") else None,
        next_url=url_for("audit.listing", **asked, before=word_of(shown[-1].seq)) if more else None, longest=LONGEST,
    )  # fmt: skip
    return page, 422 if problems else 200


@room.get("/audit/strays")
@needs(may.AUDIT)
def strays() -> str:
    """What nobody in particular tried, by hour, kind and network."""
    return render_template("audit/strays.html", rows=stray_hours(db.session))


@room.get("/audit.<kind>")
@needs(may.AUDIT)
@heavy
def file(kind: str) -> Response:
    """What was asked for as CSV or as a workbook; who took it away is in the log."""
    kind = kind if kind in FORMS else "csv"
    asked = _asked_for()
    rows = _rows(_entries(asked, 0, LONGEST)[:LONGEST])
    headings = [gettext(text) for text in HEADINGS]
    table = [[show_instant(row.at), row.actor, row.who, row.what, row.subject, _in_line(row)] for row in rows]
    content = log_csv(headings, table) if kind == "csv" else log_workbook(gettext("Audit log"), headings, table)
    with unit_of_work(db.session):
        note_once_an_hour(ctx(), "log_exported", "", form=kind, entries=len(rows), **asked)
    answer = Response(content, content_type=MEDIA[kind])
    answer.headers["Content-Disposition"] = f"attachment; filename=audit-{ctx().today}.{kind}"
    return answer


def _asked_for() -> dict[str, Any]:
    """What was typed, and nothing that was left empty."""
    return {name: typed[:120] for name in FIELDS if (typed := request.args.get(name, "").strip())}


def _entries(asked: dict[str, Any], before: int, most: int) -> list[Any]:
    """The entries asked for that the reader sees, and one more when there are more. Raises RuleViolation."""
    days = {name: parse_day(asked[name], name) for name in ("first", "last") if name in asked}
    actors = [asked["who"], *called(db.session, asked["who"])] if "who" in asked else []
    wanted = AskedEntries(actors, actions_of(asked.get("what", "")), asked.get("subject", ""), **days)
    actor = ctx().actor
    nameless = false() if wanted.subject else entry_of_a_matter(actor)
    return log_entries(db.session, wanted, or_(entry_seen(actor), nameless), before=before, most=most)


def _rows(entries: list[Any]) -> list[LogRow]:
    outside = [entry for entry in entries if entry.action in FAMILIES["outside"]]
    nameless = not_among(db.session, outside, entry_seen(ctx().actor)) if outside else set()
    return rows_of(entries, names_of(db.session, {entry.actor for entry in entries}), nameless)


def _families() -> list[tuple[str, str]]:
    return [(family, label("log_family", family)) for family in FAMILIES]


def _actions() -> list[tuple[str, str]]:
    return sorted(((action, str(word)) for action, word in LABELS["audit"].items()), key=lambda pair: pair[1])


def _in_line(row: LogRow) -> str:
    return "；".join(f"{name}: {value}" for name, value in row.details)
