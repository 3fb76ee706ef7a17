"""/units: the tree of units with its history; opening, renaming, moving, merging and closing one from a day on."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from caseapp.actions.unit_changes import Moves, change_unit, what_moves
from caseapp.actions.unit_requests import ask_for_change, waiting_for
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.org.chronicle import NEEDS_SECOND, Change
from caseapp.domain.org.tree import ABOVE, Place
from caseapp.domain.people.queries import names_of
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.labels import label
from caseapp.web.page import show_problem
from caseapp.web.session import ctx, needs
from caseapp.web.units.forms import ChangeForm, MergeForm, MoveForm, OpenForm, RenameForm

room = Blueprint("units", __name__)
Answer = str | Response | tuple[str, int]
ACTS: dict[str, tuple[str, type[ChangeForm]]] = {
    "rename": ("renamed", RenameForm), "move": ("moved", MoveForm), "merge": ("merged", MergeForm),
    "close": ("closed", ChangeForm),
}  # fmt: skip
BELOW = {above: tier for tier, above in ABOVE.items()}


@room.get("/units")
@needs(may.UNITS)
def listing() -> str:
    """The units that are there, in the order of the tree, and those that are gone or to come."""
    units = ctx().units
    mine = [code for code, key in units.id_of.items() if key in ctx().actor.units_with(may.UNITS)]
    order = sorted(mine, key=lambda code: units.paths[units.id_of[code]])
    return render_template(
        "units/list.html", units=units, there=[units.place(code) for code in order if code in units.places],
        gone=[units.place(code) for code in order if code in units.gone],
    )  # fmt: skip


@room.get("/units/<unit>")
@needs(may.UNITS)
def show(unit: str) -> str:
    """One unit: how it stands, and everything that changed about it."""
    place, units = _mine(unit), ctx().units
    told = units.chronicle.of_unit[unit]
    names = names_of(db.session, {change.by for change in told})
    waiting = waiting_for(ctx(), unit)
    acts = [what for what in ACTS if _makes_sense(place, what)] if unit in units.places else []
    acts = [what for what in acts if not (waiting and ACTS[what][0] in NEEDS_SECOND)]
    return render_template(
        "units/show.html", place=place, units=units, told=told, names=names, acts=acts, waiting=waiting
    )


@room.route("/units/new", methods=["GET", "POST"])
@needs(may.UNITS)
def new() -> Answer:
    """Open a unit."""
    form = OpenForm()
    return _change("open", form, None)


@room.route("/units/<unit>/<what>", methods=["GET", "POST"])
@needs(may.UNITS)
def change(unit: str, what: str) -> Answer:
    """Change a unit: what moves is shown before it is put on record."""
    place = _mine(unit)
    if what not in ACTS or not _makes_sense(place, what):
        raise OutOfScope(N_("there is no such page"))
    shown = {"name": place.name, "kind": place.kind} if what == "rename" else {}
    return _change(what, ACTS[what][1](data=shown), place)


def _mine(unit: str) -> Place:
    """A unit within those the actor changes. Raises OutOfScope."""
    units = ctx().units
    if units.id_of.get(unit) not in ctx().actor.units_with(may.UNITS):
        raise OutOfScope(N_("there is no such page"))
    return units.place(unit)


def _makes_sense(place: Place, what: str) -> bool:
    """A town is renamed, and nothing else is done to it here."""
    return what == "rename" or place.tier != "town"


def _change(what: str, form: ChangeForm, place: Place | None) -> Answer:
    _fill(form, place)
    moves: Moves | None = None
    if form.validate_on_submit():
        wanted = _wanted(what, form, place)
        sign = repr((wanted.unit, wanted.kind, wanted.from_on, sorted(wanted.facts.items())))
        try:
            if request.form.get("keep") and form.looked.data == sign:
                return _keep(wanted)
            moves = what_moves(ctx(), wanted)
            form.looked.data = sign
        except RuleViolation as problem:
            show_problem(form, problem)
    page = render_template(
        "units/change.html", form=form, place=place, what=what, moves=moves, units=ctx().units,
        asks=what in ACTS and ACTS[what][0] in NEEDS_SECOND,
        holders=names_of(db.session, {holder for _seat, holder in moves.seats}) if moves else {},
        into=_into(form),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _into(form: ChangeForm) -> Place | None:
    """The unit that another is merged into, as far as it is chosen."""
    return ctx().units.places.get(form.into.data or "") if isinstance(form, MergeForm) else None


def _keep(wanted: Change) -> Response:
    """Put it on record, or ask for it where it needs a second person."""
    asks = wanted.kind in NEEDS_SECOND
    with unit_of_work(db.session):
        if asks:
            ask_for_change(ctx(), wanted)
        else:
            change_unit(ctx(), wanted)
    flash(gettext("Asked for; it waits for a second person.") if asks else gettext("On record."), "success")
    return redirect(url_for("units.show", unit=wanted.unit))


def _fill(form: ChangeForm, place: Place | None) -> None:
    """The day is today unless another is chosen; the units that may be chosen."""
    if not form.is_submitted():
        form.from_on.data = ctx().today
    if isinstance(form, MergeForm) and place:
        form.into.choices = _choices((place.tier,), place)
    if isinstance(form, MoveForm) and place:
        form.parent.choices = _choices((ABOVE[place.tier],), place)
    if isinstance(form, OpenForm):
        form.parent.choices = _choices(BELOW, place)


def _choices(tiers: Collection[str | None], but: Place | None) -> list[tuple[str, str]]:
    """My units of some tiers, but one, as they are chosen from."""
    units, mine = ctx().units, ctx().actor.units_with(may.UNITS)
    there = [one for one in units.places.values() if one.tier in tiers and one != but and units.id_of[one.code] in mine]
    return [(one.code, f"{units.full_name(one.code)} ({label('tier', one.tier)})") for one in there]


def _wanted(what: str, form: ChangeForm, place: Place | None) -> Change:
    """The change that a form describes."""
    facts: dict[str, str] = {}
    if isinstance(form, RenameForm):
        facts |= {"kind": form.kind.data.strip(), "name": form.name.data.strip()}
    if isinstance(form, MoveForm | OpenForm):
        facts["parent"] = form.parent.data
    if isinstance(form, MergeForm):
        facts["into"] = form.into.data
    if isinstance(form, OpenForm):
        code, tier = form.code.data.strip(), BELOW[ctx().units.tier(form.parent.data)]
        return Change(code, "opened", form.from_on.data, facts | {"tier": tier}, reason=form.reason.data)
    assert place is not None
    return Change(place.code, ACTS[what][0], form.from_on.data, facts, reason=form.reason.data)
