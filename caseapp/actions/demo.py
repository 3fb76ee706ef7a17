"""Loading the demo township through the same doors that a real one comes through."""

from __future__ import annotations

from caseapp.actions.accounts import add_post, add_user
from caseapp.actions.context import Ctx
from caseapp.actions.imports import Progress, import_cases
from caseapp.actions.org import load_tree
from caseapp.actions.teams import set_standing_team
from caseapp.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from caseapp.demo.township import Township, build
from caseapp.domain.org.models import Mark
from caseapp.domain.org.tree import Place
from caseapp.kernel.errors import RuleViolation

__all__ = ["DEMO_ACCOUNTS", "DEMO_PASSWORD", "load_demo"]
SEED = 20260101


def load_demo(ctx: Ctx, progress: Progress | None = None) -> int:
    """Units, users, standing teams and two years of invented cases, ending today. Returns how many cases."""
    town = build(SEED, ctx.today)
    ctx.session.add(Mark(name="demo", value=str(SEED)))
    load_tree(ctx, [Place(**unit) for unit in town.units])
    _add_people(ctx, town)
    result = import_cases(ctx, enumerate(town.cases, start=1), progress)
    if result.refused:
        first = result.refused[0]
        raise RuleViolation("demo", f"case {first.line}: {first.problem}")
    return result.added


def _add_people(ctx: Ctx, town: Township) -> None:
    for person in town.users:
        user = add_user(ctx, person.username, person.full_name, DEMO_PASSWORD, phone=person.phone or "")
        for role, unit in person.posts:
            add_post(ctx, user, role, unit)
    for team in town.teams:
        set_standing_team(ctx, team.village, team.seats)
