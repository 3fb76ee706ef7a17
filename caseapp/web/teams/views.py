"""/teams: the standing teams that cases are staffed from."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from caseapp.actions.teams import Pair, set_standing_team
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.org.tree import Place
from caseapp.domain.people.queries import names_of, people_within
from caseapp.domain.teams.queries import standing_teams
from caseapp.domain.teams.seats import ROLE_OF_SEAT, SEATS
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.web.page import said
from caseapp.web.session import ctx, needs

room = Blueprint("teams", __name__)


def _places() -> list[Place]:
    """The town and the villages that the actor staffs."""
    context = ctx()
    reach = context.actor.units_with(may.TEAMS)
    return [
        place for place in context.units.places.values()
        if place.tier != "group" and context.units.id_of[place.code] in reach
    ]  # fmt: skip


@room.get("/teams")
@needs(may.TEAMS)
def listing() -> str:
    """Every unit with its five seats, empty ones too."""
    teams = standing_teams(db.session)
    people = {
        person for team in teams.values() for row in team.values() for person in (row.holder, row.deputy) if person
    }
    units = ctx().units
    return render_template(
        "teams/list.html", seats=SEATS, names=names_of(db.session, people),
        teams=[(place, teams.get(units.id_of[place.code], {})) for place in _places()],
    )  # fmt: skip


@room.route("/teams/<unit>", methods=["GET", "POST"])
@needs(may.TEAMS)
def edit(unit: str) -> str | Response | tuple[str, int]:
    """The standing team of one unit."""
    context = ctx()
    if unit not in {place.code for place in _places()}:
        raise OutOfScope(N_("there is no such unit"))
    chosen = {seat: _chosen(seat) for seat in SEATS}
    if request.method == "POST":
        try:
            with unit_of_work(db.session):
                set_standing_team(ctx(), unit, {seat: pair for seat, pair in chosen.items() if pair[0]})
            flash(gettext("Saved."), "success")
            return redirect(url_for("teams.listing"))
        except RuleViolation as problem:
            flash(said(problem), "danger")
    else:
        chosen = _standing(context.units.id_of[unit])
    town = [context.units.part(context.units.town_of(unit))]
    people = {seat: people_within(db.session, town, context.today, ROLE_OF_SEAT[seat]) for seat in SEATS}
    page = render_template(
        "teams/edit.html", place=context.units.place(unit), seats=SEATS, chosen=chosen, people=people
    )
    return page, 422 if request.method == "POST" else 200


def _standing(unit_id: int) -> dict[str, Pair]:
    """The standing team of a unit as it is, empty seats too."""
    rows = standing_teams(db.session).get(unit_id, {})
    return {seat: (rows[seat].holder, rows[seat].deputy) if seat in rows else ("", None) for seat in SEATS}


def _chosen(seat: str) -> Pair:
    return request.form.get(f"{seat}-holder", ""), request.form.get(f"{seat}-deputy", "") or None
