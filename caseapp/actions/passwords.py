"""Passwords: what is kept of one, whether one is right, setting one. No administrator ever learns one."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from caseapp.actions.context import Ctx
from caseapp.domain.people.models import User
from caseapp.domain.people.passwords import check_password, plain
from caseapp.domain.people.spelled import spelled

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NONE = ""
"""What stands in place of a digest while an account has no password: nothing matches it."""


@cache
def nobodys_digest() -> str:
    """A digest to check against when a name is unknown, so that the answer takes as long."""
    return HASHER.hash(secrets.token_hex(16))


def digest_of(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(plain(password))


def is_right(user: User | None, password: str) -> bool:
    """Whether a password is that of an account. It takes as long when there is no account, or none with a password."""
    kept = user.password_hash if user and user.password_hash != NONE else nobodys_digest()
    right = _matches(kept, plain(password)) or (plain(password) != password and _matches(kept, password))
    return right and user is not None and kept == user.password_hash


def _matches(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def put_password(ctx: Ctx, user: User, password: str, field: str = "password") -> None:
    """Check a password and make it that of an account. Raises RuleViolation."""
    check_password(password, known_words(ctx, user), field)
    user.password_hash = digest_of(password)


def known_words(ctx: Ctx, user: User) -> list[str]:
    """What everybody here knows of a person and the town: names and the telephone number of the person, names of the
    places, with and without their kind; all of them in pinyin too."""
    words = [user.username, user.full_name, user.phone]
    for place in ctx.units.places.values():
        words += [place.name, place.name.removesuffix(place.kind)]
    return [*words, *(one for word in words for one in spelled(word))]
