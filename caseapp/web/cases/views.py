"""/cases, /cases/new, /cases/<number> and the acts on it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from caseapp.actions import cases as acts
from caseapp.db import COUNT_UP_TO, db
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.contacts import is_reached
from caseapp.domain.cases.guards import extension_bounds
from caseapp.domain.cases.queries import (
    PAGE,
    CaseFilter,
    is_stub_for,
    load_history,
)
from caseapp.domain.cases.queries.matters import is_handled_with
from caseapp.domain.cases.transitions import NAMING
from caseapp.domain.deadlines.queries import has_light, items_of
from caseapp.domain.deadlines.queries.lines import lit_list
from caseapp.domain.moves.queries import demand, transition_of
from caseapp.domain.org.tree import TIERS
from caseapp.domain.people.queries import people_told
from caseapp.domain.search.queries import mentions
from caseapp.domain.teams.queries import is_mine, proposals_in
from caseapp.kernel.errors import N_, AnotherMatter, OutOfScope, RuleViolation
from caseapp.web.attempt import found_if_doubled
from caseapp.web.cases import forms, merges, moves, namings, of_many, present, quick_log
from caseapp.web.cases.accused import accusable, units_of
from caseapp.web.cases.acting import BESIDE, put_on_record
from caseapp.web.cases.dues import dues
from caseapp.web.cases.fitting import form_for
from caseapp.web.cases.similar import before_logging
from caseapp.web.documents.uploads import draw_anew
from caseapp.web.entrance import key_in, new_token, word_of
from caseapp.web.outside.views import authorities_not_set
from caseapp.web.page import show_problem
from caseapp.web.session import ctx, needs
from caseapp.web.tongue import label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caseapp.actions.context import Ctx
    from caseapp.domain.access.actor import Actor
    from caseapp.domain.cases.models import Case
    from caseapp.domain.cases.queries.lines import CaseLine
    from caseapp.domain.org.queries import Units

room = Blueprint("cases", __name__)
Answer = str | Response | tuple[str, int]
FILTERS = ("unit", "state", "tier", "category", "track", "light", "mine", "matter", "q")
STATES_TO_CHOOSE = ("open", "resolved", "closed_unresolved", "left", "voided", "merged")


@room.get("/cases")
@login_required
def listing() -> Answer:
    """The cases I may see, newest first, narrowed by what the address says."""
    context = ctx()
    listed, today = lit_list(context.actor, narrowed(request.args)), context.today
    found = listed.page(db.session, _after(request.args.get("after", "")), today, context.office.lamps(today))
    page, more = found.lines[:PAGE], len(found.lines) > PAGE
    asked: dict[str, Any] = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    return render_template(
        "cases/list.html",
        rows=present.rows_of_lines(context, page),
        count=count_text(found.many),
        next_url=url_for("cases.listing", **asked, after=_key(page[-1].case)) if more else None,
        first_url=url_for("cases.listing", **asked) if request.args.get("after") else None,
        asked=tuple(asked.items()),
        options=tuple(_options()),
    )


def _options() -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """What a list can be narrowed to."""
    yield "unit", _units_seen(ctx().actor, ctx().units)
    slugs = {
        "state": STATES_TO_CHOOSE, "tier": TIERS, "category": ctx().office.categories(),
        "track": ("petition", "dispute"), "light": ("red", "yellow", "green"),
    }  # fmt: skip
    for name, some in slugs.items():
        yield name, tuple((slug, label(name, slug)) for slug in some)


@lru_cache(maxsize=256)
def _units_seen(actor: Actor, units: Units) -> tuple[tuple[str, str], ...]:
    """The units of which somebody sees cases by a post."""
    mine = actor.units_with(may.READ) | actor.units_with(may.SEALED)
    return tuple((code, units.full_name(code)) for code in units.places if units.id_of[code] in mine)


def narrowed(args: Any) -> CaseFilter:
    """The filter an address asks for. Raises OutOfScope for a unit nobody knows."""
    context = ctx()
    unit, colour = args.get("unit", ""), args.get("light", "")
    if unit and unit not in context.units:
        raise OutOfScope(N_("there is no such unit"))
    clauses, looked_up = [], None
    if colour in ("red", "yellow", "green"):
        clauses.append(has_light(db.session, colour, context.today, context.office.lamps(context.today)))
    if args.get("mine"):
        clauses.append(is_mine(context.actor.username))
    if args.get("matter"):
        clauses.append(is_handled_with(args["matter"]))
    if words := args.get("q", "").replace("\0", "").strip()[:60]:
        found = mentions(db.session, context.actor, words)
        looked_up = (*clauses, found.looked_up)
        clauses.append(found.listed)
    return CaseFilter(
        part=context.units.part(unit) if unit else None,
        states=(args["state"],) if args.get("state") else (),
        tier=args.get("tier", ""),
        category=args.get("category", ""),
        track=args.get("track", ""),
        clauses=tuple(clauses),
        looked_up=looked_up,
    )


def _after(key: str) -> tuple[datetime, int] | None:
    try:
        stamp, case_id = key.rsplit("_", 1)
        return datetime.fromtimestamp(int(stamp) / 1_000_000, UTC), key_in(case_id)
    except (ValueError, OverflowError, OSError):
        return None


def _key(case: Case | CaseLine) -> str:
    since = case.registered_at - datetime(1970, 1, 1, tzinfo=UTC)
    return f"{since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds}_{word_of(case.id)}"


def count_text(count: int, up_to: int = COUNT_UP_TO) -> str:
    """How many, over a thousand as 1,000+."""
    return f"{up_to:,}+" if count > up_to else f"{count:,}"


@room.route("/cases/new", methods=["GET", "POST"])
@needs(may.REGISTER)
def new() -> Answer:
    """The quick log."""
    form, hints = quick_log.log_form(), []
    if form.validate_on_submit() and not (hints := before_logging(form)):
        sent = draw_anew(form.paper_kind.data, form.token.data)
        try:
            return quick_log.logged(found_if_doubled(partial(quick_log.register, form, sent)), sent)
        except RuleViolation as problem:
            show_problem(form, problem)
            if isinstance(problem, AnotherMatter):
                form.token.data = new_token()
    if (form.errors or hints) and any(file.filename for file in request.files.getlist("photos")):
        flash(gettext("Choose the photos once more: a form that comes back has lost them."), "warning")
    form.about.choices = accusable(ctx())
    unset = authorities_not_set(ctx())
    page = render_template("cases/new.html", form=form, hints=hints, unset=unset, matter=request.values.get("matter"))
    return page, 422 if form.errors else 200


@room.get("/cases/<path:number>")
@login_required
def show(number: str) -> Answer:
    """One case: where it stands, what is due, who answers for it, what happened, what can be done."""
    context = ctx()
    case = acts.case_for(context, number)
    if is_stub_for(context.actor, case):
        return render_template("cases/struck_out.html", case=case)
    history = load_history(db.session, case, context.units)
    seats, around = history.now.seats, moves.around(context, case)
    seated = any(context.actor.username in (row.holder, row.deputy) for row in seats.values())
    people = people_told(db.session, present.people_named(history, seats), context.today)
    names = {username: told.name for username, told in people.items()}
    handles = present.handles(context, history, around)
    asked = proposals_in(db.session, context.actor, context.today, case.id) if around["waiting"] else []
    ways = moves.ways_of(around, [one.action for one, _asker, _mine in asked], seated=seated)
    first, others = moves.offered(context, case, history, ways)
    return render_template(
        "cases/show.html",
        case=case,
        state=present.state_of(case),
        now=history.now,
        place=context.units.full_name(history.head.unit),
        holder=context.units.full_name(context.units.by_id[case.holder_id].code),
        dues=dues(context, history, items_of(db.session, case.id, context.today)),
        seats=present.seat_rows(context, history, people, around["missed"]),
        team_missing=present.lacks_team(case, context.today),
        entries=present.timeline(history, context.units, names, present.rating_hidden(context, history, around)),
        about=present.amended_value("about", history.now.about, context.units, names),
        first=first,
        others=others,
        amendable=forms.AMENDABLE_ON_PAGES,
        beside=around,
        **moves.desk(context, case, history, around, seated=seated),
        may_print=context.actor.may(may.REGISTER) and not handles,
        **moves.seats(context, case, history, ways, around["standing"]),
        may_see_contacts=moves.may_see_contacts(context) and any(map(is_reached, history.now.parties)),
        **namings.asked(context, asked, history),
        **merges.onward(context, case),
        **of_many.told(context, case, around),
    )


def workable(context: Ctx, number: str) -> Case:
    """A case of which its reader is shown more than that it was struck out. Raises OutOfScope."""
    case = acts.case_for(context, number)
    if is_stub_for(context.actor, case):
        raise OutOfScope(N_("there is no such page"))
    return case


@room.route("/act/<action>/<path:number>", methods=["GET", "POST"])
@login_required
def act(action: str, number: str) -> Answer:
    """One act on one case: its form, and putting it on record."""
    context = ctx()
    case = workable(context, number)
    transition = transition_of(case, action)
    if action in ("amend", NAMING, "fill_seat", "clear_seat"):
        raise OutOfScope(N_("there is no such page"))
    demand(context, case, transition)
    history = cache(lambda: load_history(db.session, case, context.units))
    form = form_for(context, case, history, action)
    if action == "extend":
        first, last = extension_bounds(history().head, history().now, context.office)
        form.to.render_kw = {"min": first.isoformat(), "max": last.isoformat()}
    names = tuple(name for name in form._fields if name not in BESIDE)
    return put_on_record(case, action, form, lambda: form.values(names), asks=transition.second is not None)


@room.route("/amend/<field>/<path:number>", methods=["GET", "POST"])
@login_required
def amend(field: str, number: str) -> Answer:
    """Amend one value of a case, with a reason; what it was stays on record. Who is complained of is asked for."""
    context = ctx()
    case = workable(context, number)
    if field not in forms.AMENDABLE_ON_PAGES:
        raise OutOfScope(N_("there is no such page"))
    if field == "about":
        return _name(case)
    demand(context, case, transition_of(case, "amend"))
    now = load_history(db.session, case, context.units).now
    form = forms.amend_form(field, getattr(now, field), context.office.categories())()
    return put_on_record(case, "amend", form, lambda: {"field": field, **form.values(("to", "reason"))})


def _name(case: Case) -> Answer:
    context = ctx()
    demand(context, case, transition_of(case, NAMING))
    now = load_history(db.session, case, context.units).now.about
    form: Any = forms.naming_form(accusable(context, now), units_of(context), now)()
    reason = lambda: {"to": form.everybody_named(form.to.data or ()), **form.values(("reason",))}  # noqa: E731
    return put_on_record(case, NAMING, form, lambda: {"field": "about", **reason()}, asks=True)
