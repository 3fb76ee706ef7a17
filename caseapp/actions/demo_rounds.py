"""The rounds of the demo's villages: two months of them, with the cases that their days found."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.actions.settings import set_at_first
from caseapp.demo.rounds import DemoRound, demo_round
from caseapp.domain.cases.models import Case
from caseapp.domain.people.models import Post
from caseapp.domain.people.queries import people_of_villages
from caseapp.domain.screening.models import ScreeningFinding, ScreeningMember, ScreeningRound
from caseapp.domain.screening.queries import Village, villages_seen
from caseapp.domain.screening.rounds import Round, rounds_kept
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.periods import Month

MONTHS = 2
DAY = timedelta(days=1)


def make_rounds(ctx: Ctx, seed: int, since: date) -> None:
    """Everybody has had their post since a day; rounds are kept for two months; the villages made most of them."""
    for post in ctx.session.scalars(select(Post)):
        post.started_on = since
    begin = Month.of(ctx.today).back(MONTHS).window.start
    set_at_first(ctx, "screening.since", begin.isoformat())
    rounds = rounds_kept(ctx.office, ctx.today)
    villages = villages_seen(ctx.session, ctx.actor)
    people = people_of_villages(ctx.session, [village.id for village in villages], ctx.today)
    found = _screened(ctx, begin)
    for ago, one in enumerate(reversed(rounds)):
        for village in villages:
            told = demo_round(seed, village.code, ago)
            day = one.last - timedelta(days=told.before_end) if told else ctx.today
            if told and day < ctx.today:
                went = [user.username for role, user in people[village.id] if role in ("village", "grid")]
                made = _made(village, one, told, went[ago % 2 :: 2], day)
                ctx.session.add(made)
                ctx.session.flush()  # what it found points at it
                _link(ctx, made, found.get(village.id, []))


def _made(village: Village, one: Round, told: DemoRound, went: list[str], day: date) -> ScreeningRound:
    signed_at = datetime.combine(day, time(16, 20), SHANGHAI)
    return ScreeningRound(
        unit_id=village.id, first_on=one.first, last_on=one.last, area=told.area, households=told.households,
        companions=told.companions, note=told.note, nothing_found=False, signed_by=went[0], signed_on=day,
        signed_at=signed_at, token=f"demo/{village.code}/{one.first}",
        members=[ScreeningMember(username=username) for username in went],
    )  # fmt: skip


def _screened(ctx: Ctx, since: date) -> dict[int, list[tuple[int, date]]]:
    """The cases that came in by screening since a day, with that day, by village."""
    query = select(Case.id, Case.unit_id, Case.registered_on).where(
        Case.channel == "screening", Case.registered_on >= since, ~Case.sealed
    )
    found: dict[int, list[tuple[int, date]]] = {}
    for case_id, unit_id, day in ctx.session.execute(query):
        village = ctx.units.village_of(ctx.units.by_id[unit_id].code)
        found.setdefault(ctx.units.id_of[village], []).append((case_id, day))
    return found


def _link(ctx: Ctx, made: ScreeningRound, cases: list[tuple[int, date]]) -> None:
    """What came in on the days of the round, until it was signed, was found by it."""
    until = min(made.last_on, made.signed_on)
    mine = [case_id for case_id, day in cases if made.first_on <= day <= until]
    ctx.session.add_all(
        ScreeningFinding(case_id=case_id, round_id=made.id, added_at=made.signed_at) for case_id in mine
    )
    made.nothing_found = not mine
