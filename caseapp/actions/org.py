"""Changing the tree of units."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.search import move_grams
from caseapp.domain.org.models import TREE, Mark, Unit
from caseapp.domain.org.tree import TIERS, Place, Tree, check_tree


def load_tree(ctx: Ctx, places: list[Place]) -> tuple[int, int]:
    """Add units and update those already there. What the list does not name stays as it is.

    Returns how many were added and how many changed. Raises RuleViolation before anything is written when the tree that
    would result is none.
    """
    merged = {**ctx.units.places, **{place.code: place for place in places}}
    check_tree(places if not ctx.units.places else _with_twins(places, merged))
    rows = {unit.code: unit for unit in ctx.session.scalars(select(Unit))}
    tree, added, changed = Tree(merged.values()), 0, 0
    for place in sorted(merged.values(), key=lambda place: -TIERS.index(place.tier)):
        row = rows.get(place.code)
        if row is None:
            row = rows[place.code] = Unit(code=place.code)
            ctx.session.add(row)
            added += 1
        elif ctx.units.places[place.code] != place:
            changed += 1
        above = row.parent_id
        _fill(row, place, tree, rows)
        ctx.session.flush()  # the units below need this one's id
        if place.tier == "group" and above not in (None, row.parent_id):
            move_grams(ctx.session, row.id, row.parent_id)
    ctx.session.merge(Mark(name=TREE, value=secrets.token_hex(8)))
    note(ctx, "units_loaded", added=added, changed=changed)
    ctx.forget_units()
    return added, changed


def _with_twins(places: list[Place], merged: dict[str, Place]) -> list[Place]:
    """The whole tree that would result, codes that stand twice in the list still standing twice."""
    named = {place.code for place in places}
    return places + [place for code, place in merged.items() if code not in named]


def _fill(row: Unit, place: Place, tree: Tree, rows: dict[str, Unit]) -> None:
    row.tier, row.kind, row.name = place.tier, place.kind, place.name
    row.parent_id = rows[place.parent].id if place.parent else None
    row.path = "".join(f"{code}/" for code in reversed(tree.line(place.code)))
