"""How far a login is, what counts as a try, and how many tries there are. Pure.

A try on a device that its owner once logged in on fully is counted under that device alone, so that no stranger shuts
it out. Any other try is counted under the account at that address, so that a stranger shuts out nobody but their own
address; under the address, over all accounts: trying one password on everybody is slow too; and under the account, over
all addresses, with a bound that is wide and short: a thousand addresses guess no faster than some tens of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from caseapp.domain.people.roles import WITH_SECOND_FACTOR

STAGES = ("code", "enrol", "full")
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TRIES, WITHIN = 5, timedelta(minutes=15)
FROM_ONE_PLACE, FROM_THE_PROXY = 30, 600
"""Failed tries from one address; from that of the office's own web server, behind which everybody stands."""
FROM_EVERYWHERE, SHORTLY = 50, timedelta(minutes=5)
"""Failed tries at one account, from all addresses and devices that are not known."""
KEPT = timedelta(days=1)
CODE_WITHIN = timedelta(minutes=10)
REMEMBERED = timedelta(days=30)
LONGEST_NAME = 60


@dataclass(frozen=True)
class Visitor:
    """Who knocks, as far as a request shows it: a digest of the address, whether everybody shares that address, the
    token of the device's cookie, what kind of device it says it is."""

    source: str = ""
    shared: bool = False
    token: str = ""
    device: str = ""


@dataclass(frozen=True)
class Counter:
    """What tries are counted under, and how many there may be within a time."""

    key: str
    most: int
    within: timedelta = WITHIN


def digest_of(kind: str, what: str) -> str:
    """A digest of something that is not kept as it is."""
    return sha256(f"{kind}:{what}".encode()).hexdigest()


def id_of_login(token: str) -> str:
    """What is kept of a login, by what its cookie says."""
    return digest_of("login", token)


def counters(username: str, visitor: Visitor, *, known: bool) -> list[Counter]:
    """What a try at an account is counted under."""
    if known:
        return [Counter(digest_of("device", f"{visitor.token}:{username}"), TRIES)]
    account = username[:LONGEST_NAME]
    return [
        Counter(digest_of("account at", f"{visitor.source}:{account}"), TRIES),
        Counter(digest_of("account", account), FROM_EVERYWHERE, SHORTLY),
        place_counter(visitor),
    ]


def place_counter(visitor: Visitor) -> Counter:
    """Under what tries from an address are counted, at whichever account."""
    return Counter(digest_of("place", visitor.source), FROM_THE_PROXY if visitor.shared else FROM_ONE_PLACE)


def code_counter(username: str) -> Counter:
    """Under what tries at the code of the second factor are counted: only who knows the password gets there."""
    return Counter(digest_of("code", username), TRIES)


def needs_factor(roles: Iterable[str]) -> bool:
    """Whether some role logs in with a second factor."""
    return any(role in WITH_SECOND_FACTOR for role in roles)


def asks_for_code(roles: Iterable[str], given_at: datetime | None, now: datetime) -> bool:
    """Whether the code is asked for at a login: of administrators at each; of others once in 30 days on a device.
    ``given_at``: when it was last given on this device."""
    return "admin" in roles or given_at is None or now - given_at > REMEMBERED
