"""Screening rounds 排查: a village puts a round on record; each matter found becomes a case in the same step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from caseapp.actions.cases import RegisterCase, register
from caseapp.actions.context import Ctx
from caseapp.actions.held import touch
from caseapp.actions.journal import note
from caseapp.actions.settings import set_at_first
from caseapp.db import insert_new
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.events import Head, Party
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.texts import read_text, tidy
from caseapp.domain.people.queries import names_of, people_of_villages
from caseapp.domain.people.roles import VILLAGE_ROLES
from caseapp.domain.screening.models import ScreeningCorrection, ScreeningFinding, ScreeningMember, ScreeningRound
from caseapp.domain.screening.queries import Village, round_of, village_seen
from caseapp.domain.screening.rounds import Round, rounds_kept
from caseapp.kernel.clock import local_day
from caseapp.kernel.errors import N_, AnotherMatter, NotAllowed, OutOfScope, RuleViolation, WrongPerson

MOST_HOUSEHOLDS, MOST_MATTERS = 100_000, 30
LONGEST = {"area": 200, "companions": 200, "note": 1000, "reason": 500}
STORED = N_("this round is on record already; correct it there, or add what else was found")
TOLD_AS = {"title": "story", "description": "story", "parties": "name"}
"""Where the form of a round tells what a head calls otherwise."""


@dataclass(frozen=True)
class MatterFound:
    """Something a round found, as it is told: what happened, where, to how many; a name only when they give one."""

    title: str
    story: str
    unit: str
    category: str
    headcount: int = 1
    name: str = ""


@dataclass(frozen=True)
class ToldRound:
    """A round as a form tells it. ``members`` are usernames; ``token`` is made with the form, so that sending it twice
    stores it once; ``matters`` are by the number of their row."""

    area: str
    households: int
    members: tuple[str, ...]
    token: str
    companions: str = ""
    note: str = ""
    matters: Mapping[int, MatterFound] | None = None

    @property
    def found(self) -> Mapping[int, MatterFound]:
        """The matters found."""
        return self.matters or {}


def may_record(ctx: Ctx, unit: str) -> bool:
    """Whether the actor makes the rounds of a village: its cadre, its liaison cadre, a grid official of its groups. The
    town reads, and sees who has not."""
    return any(
        office.role in VILLAGE_ROLES and office.grants(may.REGISTER) and ctx.units.is_within(office.unit, unit)
        for office in ctx.actor.offices
    )


def round_for(ctx: Ctx, unit: str, day: date) -> tuple[Village, Round]:
    """The round of a village in which a day lies, for somebody who sees it. Raises OutOfScope when there is none: an
    unknown village or one of others, a round that has not begun, or one from before rounds were kept."""
    village = village_seen(ctx.session, ctx.actor, unit)
    found = next((one for one in rounds_kept(ctx.office, ctx.today) if day in one), None)
    if village is None or village.since is None or found is None or found.first < village.since:
        raise OutOfScope(N_("there is no such round"))
    return village, found


def record_round(ctx: Ctx, unit: str, day: date, told: ToldRound, *, nothing_found: bool) -> ScreeningRound:
    """Put the round in which a day lies on record, signed by the actor, with a case for each matter found: all of it or
    nothing. After its last day it is on record as late. Sent twice, it is stored once; what says something else the
    second time is refused, so that nobody takes it for stored.

    Raises OutOfScope, NotAllowed, RuleViolation; of a matter, the field ends in the number of its row.
    """
    village, found = round_for(ctx, unit, day)
    demand_record(ctx, unit)
    _check(ctx, village, told, ())
    again = ctx.session.scalar(select(ScreeningRound).where(ScreeningRound.token == told.token))
    if again is not None and (again.unit_id, again.first_on) == (village.id, found.first):
        return _stored_like_this(ctx, again, unit, told)
    if nothing_found and told.found:
        raise RuleViolation("nothing_found", N_("either nothing was found, or matters were: not both"))
    if not nothing_found and not told.found:
        raise RuleViolation("nothing_found", N_("say what was found, or sign that nothing was"))
    made = _insert(ctx, village, found, told, nothing_found=nothing_found)
    _register(ctx, made, unit, told, made.signed_at)
    note(
        ctx, "round_recorded", unit, first=found.first.isoformat(), households=told.households,
        late=made.is_late, nothing_found=nothing_found,
    )  # fmt: skip
    return made


def demand_record(ctx: Ctx, unit: str) -> None:
    """Raise NotAllowed unless the actor makes the rounds of a village."""
    if not may_record(ctx, unit):
        raise NotAllowed(N_("the people of the village put its rounds on record"))


def _insert(ctx: Ctx, village: Village, found: Round, told: ToldRound, *, nothing_found: bool) -> ScreeningRound:
    """The round, unless somebody was quicker. The unique key decides between two at once."""
    now = ctx.now
    row = {
        "unit_id": village.id, "first_on": found.first, "last_on": found.last, "area": tidy(told.area),
        "households": told.households, "companions": tidy(told.companions), "note": tidy(told.note),
        "nothing_found": nothing_found, "signed_by": ctx.actor.username, "signed_on": local_day(now),
        "signed_at": now, "token": told.token,
    }  # fmt: skip
    new = ctx.session.scalar(insert_new(ctx.session, ScreeningRound).values(row).returning(ScreeningRound.id))
    made = round_of(ctx.session, village.id, found.first)
    if new is not None:
        touch(ctx.session, ScreeningRound, new)
    if made is None or (new is None and made.token != told.token):
        raise RuleViolation("", STORED)
    if new is not None:
        made.members = [ScreeningMember(username=username) for username in told.members]
    return made


def _register(ctx: Ctx, made: ScreeningRound, unit: str, told: ToldRound, added_at: datetime) -> list[str]:
    """A case for each matter, on the channel of screening. Returns the numbers of those that are new here."""
    numbers = []
    for row, matter in told.found.items():
        try:
            _check_matter(ctx, unit, matter)
            head = Head(
                track="dispute", unit=matter.unit, title=matter.title, description=matter.story,
                channel="screening", category=matter.category, headcount=matter.headcount, parties=_party(matter),
            )  # fmt: skip
            case = register(ctx, RegisterCase(head, f"{told.token}/{row}"))
        except AnotherMatter as problem:
            raise RuleViolation(f"story-{row}", STORED) from problem
        except RuleViolation as problem:
            field = TOLD_AS.get(problem.field, problem.field)
            raise type(problem)(f"{field}-{row}", problem.message, **problem.params) from problem
        ctx.session.flush()  # the case has its id
        if ctx.session.get(ScreeningFinding, case.id) is None:
            ctx.session.add(ScreeningFinding(case_id=case.id, round_id=made.id, added_at=added_at))
            numbers.append(case.number)
    return numbers


def _party(matter: MatterFound) -> tuple[Party, ...]:
    return (Party("party", matter.name.strip()),) if matter.name.strip() else ()


def _check(ctx: Ctx, village: Village, told: ToldRound, before: Iterable[str]) -> None:
    if not tidy(told.area):
        raise RuleViolation("area", N_("say which area was screened"))
    if not 1 <= told.households <= MOST_HOUSEHOLDS:
        raise RuleViolation("households", N_("write how many households were visited: a whole number from 1 on"))
    people = {
        user.username for _role, user in people_of_villages(ctx.session, [village.id], ctx.today).get(village.id, [])
    }
    if unknown := set(told.members) - people - set(before):
        raise RuleViolation("members", N_("%(username)s has no post in this village"), username=min(unknown))
    if not told.members:
        raise RuleViolation("members", N_("say who went"))
    if len(told.found) > MOST_MATTERS:
        raise RuleViolation("", N_("a round takes %(most)d matters at most"), most=MOST_MATTERS)
    for field in ("area", "companions", "note"):
        read_text(getattr(told, field), field, limit=LONGEST[field])


def _check_matter(ctx: Ctx, unit: str, matter: MatterFound) -> None:
    """What a round asks of a matter beyond what every case must say of itself."""
    if not matter.story.strip():
        raise RuleViolation("story", N_("say what happened"))
    if matter.unit not in ctx.units or not ctx.units.is_within(matter.unit, unit):
        raise RuleViolation("unit", N_("the matter lies in another village"))
    if ctx.units.id_of[matter.unit] not in ctx.actor.units_with(may.REGISTER):
        raise WrongPerson("unit", N_("your posts do not cover this unit"))
    if not matter.category:
        raise RuleViolation("category", N_("choose a category"))


def correct_round(ctx: Ctx, unit: str, day: date, told: ToldRound, reason: str) -> ScreeningRound:
    """Correct a round that is on record, or add what else was found; with a reason. What each value was stays on
    record, and so does who signed it when. Raises OutOfScope, NotAllowed, RuleViolation."""
    village, found = round_for(ctx, unit, day)
    demand_record(ctx, unit)
    made = round_of(ctx.session, village.id, found.first)
    if made is None:
        raise OutOfScope(N_("there is no such round"))
    _check(ctx, village, told, [one.username for one in made.members])
    if _is_stored(ctx, told):
        return _stored_like_this(ctx, made, unit, told)
    if not reason.strip():
        raise RuleViolation("reason", N_("say why it is corrected"))
    reason = read_text(reason, "reason", limit=LONGEST["reason"])
    changed = list(_changed(ctx, made, told))
    added = _register(ctx, made, unit, told, ctx.now)
    if not changed and not added:
        raise RuleViolation("", N_("nothing was changed"))
    for field, before, after in changed:
        ctx.session.add(
            ScreeningCorrection(
                round_id=made.id, field=field, before=before, after=after, reason=reason,
                made_by=ctx.actor.username, made_at=ctx.now, token=told.token,
            )
        )  # fmt: skip
    note(
        ctx, "round_corrected", unit, first=found.first.isoformat(), reason=reason,
        fields=[field for field, _before, _after in changed],
    )  # fmt: skip
    return made


def _is_stored(ctx: Ctx, told: ToldRound) -> bool:
    """Whether a correction that was sent with a token is on record."""
    corrected = select(ScreeningCorrection.id).where(ScreeningCorrection.token == told.token)
    added = select(Case.id).where(Case.token.in_([f"{told.token}/{row}" for row in told.found]))
    return any(ctx.session.scalar(query.limit(1)) is not None for query in (corrected, added))


def _stored_like_this(ctx: Ctx, made: ScreeningRound, unit: str, told: ToldRound) -> ScreeningRound:
    """A round whose form comes again. Raises RuleViolation when it says something else than before."""
    tokens = [f"{told.token}/{row}" for row in told.found]
    there = ctx.session.scalars(select(Case.token).where(Case.token.in_(tokens))).all()
    if len(there) < len(tokens) or any(_changed(ctx, made, told)):
        raise RuleViolation("", STORED)
    _register(ctx, made, unit, told, ctx.now)
    return made


def _changed(ctx: Ctx, made: ScreeningRound, told: ToldRound) -> Iterator[tuple[str, str, str]]:
    """Change what is different: field, what it was, what it became; people by their names."""
    for field in ("area", "households", "companions", "note"):
        before, after = getattr(made, field), getattr(told, field)
        after = tidy(after) if isinstance(after, str) else after
        if before != after:
            setattr(made, field, after)
            yield field, str(before), str(after)
    went, go = {one.username for one in made.members}, set(told.members)
    if went != go:
        names = names_of(ctx.session, went | go)
        made.members = [ScreeningMember(username=username) for username in sorted(go)]
        yield "members", _joined(went, names), _joined(go, names)


def _joined(usernames: set[str], names: dict[str, str]) -> str:
    return "、".join(sorted(names.get(username, username) for username in usernames))


def begin_screening(ctx: Ctx) -> bool:
    """Rounds are kept from the first night on, unless the office has said from when: nobody is late all at once."""
    return set_at_first(ctx, "screening.since", ctx.today.isoformat())
