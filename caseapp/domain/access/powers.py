"""Accounts, case work and audit are three powers (三权分立), and one person never holds two of them. Pure.

Whoever gives accounts could give himself sight of any case; whoever works on cases could wipe over what the audit log
says of him; whoever audits must not audit himself. What needs a second person is said here too.
"""

from __future__ import annotations

from collections.abc import Iterable

from caseapp.domain.access import permissions as may
from caseapp.domain.people.roles import VILLAGE_ROLES
from caseapp.kernel.errors import N_, WrongPerson

POWERS = ("accounts", "case_work", "audit")
Held = tuple[str, str]
"""A post: its role, and the tier of its unit."""


def power_of(role: str) -> str:
    """Which of the three powers a role belongs to."""
    granted = may.GRANTS[role]
    if may.ACCOUNTS in granted:
        return "accounts"
    return "audit" if may.AUDIT in granted else "case_work"


def powers_of(roles: Iterable[str]) -> list[str]:
    """The powers that some roles add up to, in their order. More than one is one too many."""
    held = {power_of(role) for role in roles}
    return [power for power in POWERS if power in held]


def check_powers(roles: Iterable[str], name: str) -> None:
    """Refuse roles that would give one person two powers. Raises WrongPerson."""
    if len(powers_of(roles)) > 1:
        message = N_("%(name)s would hold two of three powers: accounts, case work and audit are never one person's")
        raise WrongPerson("role", message, name=name)


def roles_beside(roles: Iterable[str]) -> list[str]:
    """The roles that somebody who holds some may be given besides: those of the same power."""
    held = list(roles)
    return [role for role in may.GRANTS if len(powers_of([role, *held])) == 1]


def needs_second(posts: Iterable[Held]) -> bool:
    """Whether such posts make a protected account, which is given, reset, enabled, disabled and ended by two: each post
    of the town. It reads the cases of all villages, or gives accounts, or audits, or is the second person itself."""
    return any(role not in VILLAGE_ROLES or tier == "town" for role, tier in posts)
