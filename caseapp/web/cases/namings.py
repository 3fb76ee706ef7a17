"""What waits for a second person, as pages show it; whom a naming bars, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext

from caseapp.actions.context import Ctx
from caseapp.domain.access.circle import Bar
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.transitions import NAMING
from caseapp.domain.moves.queries.deciding import Waiting, still_possible, without_those_barred, would_bar
from caseapp.domain.people.queries import names_of
from caseapp.labels import label
from caseapp.web.cases.accused import said_of
from caseapp.web.cases.merges import effects

if TYPE_CHECKING:
    from caseapp.domain.cases.history import History
    from caseapp.domain.cases.models import Proposal


@dataclass(frozen=True)
class NamingEffect:
    """Who would be complained of, and whom that bars, each in words."""

    named: str
    barred: list[str]


def asked(ctx: Ctx, proposals: Iterable[Waiting], history: History) -> dict[str, Any]:
    """What waits for a second person in a case, what each of it would do, and what of it could be approved now."""
    shown = without_those_barred(ctx, proposals)
    return {
        "proposals": shown,
        "possible": still_possible(ctx, [one for one, _asker, mine in shown if mine], history),
        "merges": effects(ctx, shown),
        "namings": told(ctx, shown),
    }


def told(ctx: Ctx, proposals: Iterable[Waiting]) -> dict[int, NamingEffect]:
    """What the namings among some proposals would do, by the proposal's id."""
    return {one.id: effect_of(ctx, one) for one, *_ in proposals if one.action == NAMING}


def effect_of(ctx: Ctx, proposal: Proposal) -> NamingEffect:
    """What one naming would do."""
    history = load_history(ctx.session, proposal.case, ctx.units)
    named = [str(one) for one in proposal.data["to"]]
    bars = [bar for bar in would_bar(ctx, history, named) if bar.because in named]
    names = names_of(ctx.session, {*named, *(bar.person for bar in bars if bar.person)})
    barred = sorted({_bar(ctx, one, names) for one in bars})
    return NamingEffect("、".join(said_of(one, ctx.units, names) for one in named) or "—", barred)


def _bar(ctx: Ctx, bar: Bar, names: dict[str, str]) -> str:
    if bar.person:
        return names.get(bar.person, bar.person)
    place = ctx.units.full_name(str(bar.unit))
    if bar.role:
        return gettext("every %(role)s of %(place)s", role=label("role", bar.role), place=place)
    return gettext("everybody with a post in %(place)s or below it", place=place)
