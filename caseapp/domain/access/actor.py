"""Who acts: a person with posts, or the system. Pure; built at the edge from ``people/queries.py``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from caseapp.domain.access import permissions
from caseapp.domain.org.parts import TreePart
from caseapp.kernel.errors import N_, NotAllowed


@dataclass(frozen=True)
class Office:
    """A post as access sees it: a role, the unit, the part of the tree below it and the ids of the units above it
    (itself in both)."""

    role: str
    unit: str
    part: TreePart
    above: frozenset[int]

    @property
    def unit_id(self) -> int:
        """The id of the unit."""
        return self.part.unit_id

    @property
    def below(self) -> frozenset[int]:
        """The ids of the units below it."""
        return self.part.ids

    def grants(self, permission: str) -> bool:
        """Whether the post's role gives a permission."""
        return permission in permissions.GRANTS[self.role]


@dataclass(frozen=True)
class Actor:
    """Somebody who acts. The system (jobs, commands without ``--as``) sees all but sealed content."""

    username: str
    full_name: str = ""
    offices: tuple[Office, ...] = field(default=())
    is_system: bool = False

    def may(self, permission: str) -> bool:
        """Whether any post gives a permission, wherever."""
        return self.is_system or any(office.grants(permission) for office in self.offices)

    def units_with(self, permission: str) -> frozenset[int]:
        """Ids of the units for which a permission is given."""
        return frozenset().union(*(office.below for office in self.offices if office.grants(permission)))

    def parts_with(self, permission: str) -> list[TreePart]:
        """The same as parts of the tree, for conditions: ``lies_within``."""
        return [office.part for office in self.offices if office.grants(permission)]

    def as_organ(self, permission: str) -> frozenset[int]:
        """Ids of the units for which a post at a town gives a permission: what a town's organ does, no village does."""
        posts = (office for office in self.offices if office.grants(permission) and office.above == {office.unit_id})
        return frozenset().union(*(office.below for office in posts))

    def holds(self, permission: str, units: Iterable[int]) -> bool:
        """Whether some post gives a permission over one of these units."""
        return not self.units_with(permission).isdisjoint(units)

    @property
    def lines(self) -> frozenset[int]:
        """Ids of the units the actor sits in, and of those above: a complaint about any of them bars the actor."""
        return frozenset().union(*(office.above for office in self.offices))

    def has_role(self, *roles: str) -> bool:
        """Whether a post has one of these roles."""
        return any(office.role in roles for office in self.offices)

    def demand(self, *permissions: str) -> None:
        """Raise NotAllowed unless some post gives one of the permissions."""
        if not any(map(self.may, permissions)):
            raise NotAllowed(N_("your posts do not allow this"))


SYSTEM = Actor("system", is_system=True)
SEAT_PERMISSIONS = frozenset({permissions.READ, permissions.WORK, permissions.CONTACTS, permissions.SERVE})


def allowed(actor: Actor, permission: str, units: Iterable[int], *, seated: bool) -> bool:
    """Whether an actor may do something to a case: by a post over one of these units, or by a seat on the case."""
    if actor.is_system or (seated and permission in SEAT_PERMISSIONS):
        return True
    return actor.holds(permission, units)
