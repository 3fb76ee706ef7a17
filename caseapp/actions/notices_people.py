"""Each word of the table of notices (``domain/notices/rules.py: WHO``) turned into people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.models import Case
from caseapp.domain.notices.rules import Telling, told
from caseapp.domain.people.models import User
from caseapp.domain.people.queries import people_of_villages, people_within
from caseapp.domain.people.roles import AT_WORK
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.teams.queries import who_acts

Usernames = Iterable[str | None]


@dataclass(frozen=True)
class Matter:
    """What a notice is about, as far as the words of the table ask: the case; the unit and the seat that are meant; the
    people that the act itself names, by word."""

    case: Case | None = None
    unit: str = ""
    seat: str = ""
    action: str = ""
    named: Mapping[str, str | None] = field(default_factory=dict)


class People:
    """Who the words mean in some matters that are told together; what several ask is looked up once."""

    def __init__(self, ctx: Ctx, matters: Iterable[Matter]) -> None:
        self.ctx, self.matters = ctx, list(matters)
        self._posts: dict[tuple[str, tuple[str, ...]], list[str]] = {}

    def told(self, telling: Telling, matter: Matter) -> list[str]:
        """Whom the table names for a notice. Nothing is told about an accusation."""
        if matter.case is not None and matter.case.sealed:
            return []
        rule = told(telling.kind, telling.rung, of_round=telling.unit_id is not None)
        people = [person for word in rule.who for person in WORDS[word](self, matter) if person]
        return [person for person in people if rule.doer_too or person != self.ctx.actor.username]

    def charged(self, matter: Matter) -> Usernames:
        """Who answers for a due item: the person of its seat, else the office or the unit that holds the case."""
        if matter.named["charged"] or matter.case is None:
            return [matter.named["charged"]]
        if matter.seat == "office":
            return self.in_town(matter, "office")
        return self.at_work(self.ctx.units.by_id[matter.case.holder_id].code)

    def acting(self, matter: Matter, seat: str) -> Usernames:
        """Who acts for a seat of the case today."""
        return [self._acting.get((matter.case.id, seat)) if matter.case else None]

    def in_town(self, matter: Matter, *roles: str) -> list[str]:
        """The posts of some roles in the town of the case, or of the unit that is meant."""
        units = self.ctx.units
        unit = units.by_id[matter.case.unit_id].code if matter.case else matter.unit
        return self._with_posts(units.town_of(unit), roles)

    def at_work(self, unit: str) -> list[str]:
        """The posts at work in a unit."""
        return self._with_posts(unit, (AT_WORK[self.ctx.units.tier(unit)],))

    def heads(self, matter: Matter) -> Usernames:
        """The head of the day that the office set, else the town leaders."""
        return list(self.ctx.office.heads(self.ctx.today)) or self.in_town(matter, "leader")

    def deciders(self, matter: Matter) -> Usernames:
        """Who may be the second person: posts of the town that approve, and of an extension who leads the case."""
        approve = tuple(role for role, granted in may.GRANTS.items() if may.APPROVE in granted)
        return [*self.in_town(matter, *approve), *(self.acting(matter, "lead") if matter.action == "extend" else ())]

    def makers(self, matter: Matter) -> Usernames:
        """Who makes the rounds of the village."""
        return [user.username for _role, user in self._villages.get(matter.unit, [])]

    def cadres(self, matter: Matter) -> Usernames:
        """The cadres of the village; whoever makes its rounds when it has none."""
        some = self._villages.get(matter.unit, [])
        return [user.username for role, user in some if role == "village"] or self.makers(matter)

    def _with_posts(self, unit: str, roles: tuple[str, ...]) -> list[str]:
        if (unit, roles) not in self._posts:
            found = people_within(self.ctx.session, frozenset({self.ctx.units.id_of[unit]}), self.ctx.today, *roles)
            self._posts[unit, roles] = [user.username for user in found]
        return self._posts[unit, roles]

    @cached_property
    def _acting(self) -> dict[tuple[int, str], str | None]:
        ids = {matter.case.id for matter in self.matters if matter.case}
        query = select(CaseSeat.case_id, CaseSeat.seat, who_acts(self.ctx.today)).where(CaseSeat.case_id.in_(ids))
        return {(row[0], row[1]): row[2] for row in self.ctx.session.execute(query)}

    @cached_property
    def _villages(self) -> dict[str, list[tuple[str, User]]]:
        units = self.ctx.units
        ids = {units.id_of[matter.unit] for matter in self.matters if matter.unit}
        found = people_of_villages(self.ctx.session, ids, self.ctx.today)
        return {units.by_id[unit_id].code: people for unit_id, people in found.items()}


def _named(word: str) -> Callable[[People, Matter], Usernames]:
    return lambda _people, matter: [matter.named[word]]


WORDS: dict[str, Callable[[People, Matter], Usernames]] = {
    "charged": People.charged,
    "lead": lambda people, matter: people.acting(matter, "lead"),
    "liaison": lambda people, matter: people.acting(matter, "liaison"),
    "seat": lambda people, matter: people.acting(matter, matter.seat),
    "office": lambda people, matter: people.in_town(matter, "office"),
    "heads": People.heads,
    "deciders": People.deciders,
    "unit": lambda people, matter: people.at_work(matter.unit),
    "makers": People.makers,
    "cadres": People.cadres,
    **{word: _named(word) for word in ("holder", "deputy", "asker", "issuer", "co_handler", "main_handler", "visitor")},
}
