"""/screening: who made which round. /screening/<village>/<day>: one round, putting it on record, correcting it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from caseapp.actions import screening as acts
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.org.queries import Units
from caseapp.domain.people.queries import people_of_villages
from caseapp.domain.screening.queries import (
    DoneRound,
    OwedList,
    Village,
    corrections,
    done_round,
    done_rounds,
    findings,
    members_of,
    there_on,
    villages_seen,
)
from caseapp.domain.screening.rounds import Round, rounds_kept
from caseapp.kernel.clock import parse_day
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.labels import label
from caseapp.web import trail
from caseapp.web.cases.present import rows_of
from caseapp.web.entrance import new_token
from caseapp.web.page import said
from caseapp.web.screening.forms import TypedRound, read_form
from caseapp.web.screening.present import cell, owed_rows, table
from caseapp.web.session import ctx, needs

if TYPE_CHECKING:
    from caseapp.domain.screening.models import ScreeningRound

room = Blueprint("screening", __name__)
Answer = str | Response | tuple[str, int]
TOWN_ROUNDS, OWN_ROUNDS = 6, 12


@room.get("/screening")
@needs(may.READ)
def listing() -> str:
    """Villages and their last rounds: done in time, late, not done; of a single village, its own."""
    context = ctx()
    villages = villages_seen(db.session, context.actor, there_on(context.today))
    kept = rounds_kept(context.office, context.today)
    last = kept[-(TOWN_ROUNDS if len(villages) > 1 else OWN_ROUNDS) :][::-1]
    ids = [village.id for village in villages]
    done = done_rounds(db.session, context.actor, ids, last[-1].first) if last else []
    owed = OwedList(context.actor, context.office, context.today)
    return render_template(
        "screening/list.html",
        villages=table(context, villages, last, done),
        rounds=last,
        late=owed_rows(context, owed.rows(db.session, owed.late) if owed.rounds else []),
        own=[village.code for village in villages if acts.may_record(context, village.code)],
        since=context.office.rounds_since(context.today),
        cadence=str(context.office.settings.value("screening.cadence", context.today)),
        coming=[one for one in context.office.sensitive(context.today) if one.sunday >= context.today],
    )


def _asked(unit: str, day: str) -> tuple[Village, Round]:
    """The round that an address names. An address without a day is none."""
    try:
        return acts.round_for(ctx(), unit, parse_day(day, "day"))
    except RuleViolation:
        raise OutOfScope(N_("there is no such round")) from None


@room.get("/screening/<unit>/<day>")
@needs(may.READ)
def show(unit: str, day: str) -> str:
    """One round: where it went, who, what it found as far as the reader may see."""
    context = ctx()
    village, asked = _asked(unit, day)
    done = done_round(db.session, context.actor, village.id, asked.first)
    return render_template(
        "screening/show.html",
        village=village, round=asked, cell=cell(context, village, asked, done), done=done,
        records=acts.may_record(context, unit), days_left=(asked.last - context.today).days,
        **(_on_record(done) if done else {}),
    )  # fmt: skip


def _on_record(done: DoneRound) -> dict[str, Any]:
    """What is on record of a round: who went, what was found, what was corrected."""
    context = ctx()
    found = findings(db.session, context.actor, done.made.id)
    return {
        "people": [name for _username, name in members_of(db.session, done.made.id)],
        "rows": rows_of(context, [case for case, _at in found]),
        "added": {case.number: at for case, at in found if at > done.made.signed_at},
        "corrections": corrections(db.session, done.made.id),
    }


@room.route("/screening/<unit>/<day>/record", methods=["GET", "POST"])
@needs(may.REGISTER)
def record(unit: str, day: str) -> Answer:
    """Put a round on record: one form, one step."""
    context = ctx()
    village, asked = _asked(unit, day)
    acts.demand_record(context, unit)
    people = _people(village)
    if request.method == "GET":
        if done_round(db.session, context.actor, village.id, asked.first):
            return _to(unit, asked)
        me = context.actor.username
        return _page(village, asked, TypedRound(new_token(), members=(me,)), people)
    typed = read_form(request.form, dict(people))

    def put() -> ScreeningRound:
        return acts.record_round(context, unit, asked.first, typed.told(), nothing_found=typed.nothing_found)

    return _put(village, asked, typed, people, put)


@room.route("/screening/<unit>/<day>/correct", methods=["GET", "POST"])
@needs(may.REGISTER)
def correct(unit: str, day: str) -> Answer:
    """Correct a round that is on record, or add what else was found."""
    context = ctx()
    village, asked = _asked(unit, day)
    acts.demand_record(context, unit)
    done = done_round(db.session, context.actor, village.id, asked.first)
    if done is None:
        raise OutOfScope(N_("there is no such round"))
    went = members_of(db.session, done.made.id)
    people = list(dict([*went, *_people(village)]).items())
    if request.method == "GET":
        return _page(
            village, asked, _as_typed(done.made, [username for username, _name in went]), people, made=done.made
        )
    typed = read_form(request.form, dict(people))

    def put() -> ScreeningRound:
        return acts.correct_round(context, unit, asked.first, typed.told(), typed.reason)

    return _put(village, asked, typed, people, put, made=done.made)


def _as_typed(made: ScreeningRound, went: list[str]) -> TypedRound:
    return TypedRound(
        new_token(), area=made.area, households=str(made.households), members=tuple(went),
        companions=made.companions, note=made.note, rows=(),
    ).with_one_more()  # fmt: skip


def _put(  # noqa: PLR0917 - the page comes back with all it showed
    village: Village, asked: Round, typed: TypedRound, people: list[tuple[str, str]],
    put: Callable[[], ScreeningRound], made: ScreeningRound | None = None,
) -> Answer:  # fmt: skip
    """Store what was typed, or show it again: with one row more, or with what is wrong with it."""
    if request.form.get("name") == "more":
        return _page(village, asked, typed.with_one_more(), people, made=made)
    try:
        with unit_of_work(db.session):
            put()
    except RuleViolation as problem:
        trail.refused(problem)
        return _page(village, asked, typed, people, made=made, problem=problem), 422
    flash(gettext("On record."), "success")
    return _to(village.code, asked)


def _to(unit: str, asked: Round) -> Response:
    return redirect(url_for("screening.show", unit=unit, day=asked.first.isoformat()))


def _page(village: Village, asked: Round, typed: TypedRound, people: list[tuple[str, str]], **more: Any) -> str:
    """The form. A problem with one matter stands at its row."""
    problem: RuleViolation | None = more.get("problem")
    name, _, row = problem.field.partition("-") if problem else ("", "", "")
    context = ctx()
    return render_template(
        "screening/record.html",
        village=village, round=asked, typed=typed, people=people, made=more.get("made"), today=context.today,
        units=_units(village.code, context.units), mine=_mine(village.code),
        categories=[(slug, label("category", slug)) for slug in context.office.categories()],
        problem=said(problem) if problem else "", at=(name, int(row) if row.isdecimal() else 0),
        more_rows=len(typed.rows) < acts.MOST_MATTERS,
    )  # fmt: skip


def _people(village: Village) -> list[tuple[str, str]]:
    """Who may have gone: the people of the village, each once."""
    found = people_of_villages(db.session, [village.id], ctx().today).get(village.id, [])
    return list({user.username: user.full_name for _role, user in found}.items())


def _units(village: str, units: Units) -> list[tuple[str, str]]:
    """Where a matter may lie: the village and its groups, as far as the actor's posts cover them."""
    reach = ctx().actor.units_with(may.REGISTER)
    return [(code, units.place(code).name) for code in units.subtree(village) if units.id_of[code] in reach]


def _mine(village: str) -> str:
    """The actor's own unit in the village, for the rows that are still blank."""
    posts = [office.unit for office in ctx().actor.offices if ctx().units.is_within(office.unit, village)]
    return posts[0] if posts else village
