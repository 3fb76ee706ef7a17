"""When nobody of those who handle a case may read it because of whom it complains of, an authority outside does: which
one, until when it is handed over, and who sees to that without reading it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor

AUTHORITIES = ("petition", "discipline")
"""The petition bureau of the county; for accusations its organ of discipline. The office sets which they are."""
WORKING_DAYS = 3
"""A matter that nobody may read does not lie: it is handed over within three working days."""
PRINTED_BY_OTHERS = timedelta(days=1)
"""So long before it is due to be handed over, others print the sheet too, when it was not printed yet."""
HANDERS = (may.APPROVE, may.ACCOUNTS, may.PRESSURE)


def authority_for(*, sealed: bool) -> str:
    """The authority that a matter goes to."""
    return "discipline" if sealed else "petition"


def readers(*, sealed: bool) -> list[str]:
    """The roles without which nobody handles a matter: the petition office, or the desk for accusations."""
    return [role for role, granted in may.GRANTS.items() if may.SEALED in granted] if sealed else ["office"]


def who_hands_over(
    people: Iterable[Actor], had_it: Iterable[str], out: Collection[str], named: Collection[str], *, sealed: bool
) -> set[str]:
    """Who hands a matter over and sees nothing of it: leaders, office, discipline contact and administrators of the
    town who are not in the circle of who is complained of (``out``); of an accusation first its own desk, so that
    nobody else learns that there is one.

    Where that leaves nobody, those of them who are in the circle and not named: who registered a matter prints its
    sheet, and would else close it alone and unseen by naming a leader. Then those who ``had_it`` before their eyes: who
    registered it, who approved the naming; and in the end all of them, so that the duty is never nobody's.
    """
    everybody, had = list(people), set(had_it)
    tiers = [_able(everybody, permissions) for permissions in [(may.SEALED,)] * sealed + [HANDERS]]
    found = [able - set(out) for able in tiers]
    found += [*(able - set(named) for able in tiers), had - set(named), had, *tiers]
    return next((able for able in found if able), set())


def who_confirms(
    people: Iterable[Actor], handers: Collection[str], out: Collection[str], named: Collection[str], *, apart: set[str]
) -> set[str]:
    """Who says, besides somebody who said it, that a matter was handed over: one who hands over, is not named and not
    kept ``apart``. Where there is none, also of an accusation, leaders, office, discipline contact and administrators
    who are not in the circle, then those of them who are in it and not named, in the end all who hand over. Nobody,
    where there is nobody else at all.
    """
    able = _able(people, HANDERS)
    tiers = [set(handers) - set(named), able - set(out) - set(named), able - set(named), set(handers)]
    return next((some for tier in tiers if (some := tier - apart)), set())


def named_in_words(people: Iterable[Actor], named: Iterable[str]) -> set[str]:
    """Whose name stands in the words by which somebody is complained of who is named without an account."""
    words = [one.partition("@")[0] for one in named if "@" in one]
    return {one.username for one in people if one.full_name and any(one.full_name in told for told in words)}


def _able(people: Iterable[Actor], permissions: Iterable[str]) -> set[str]:
    return {one.username for one in people if any(one.may(permission) for permission in permissions)}


def who_prints(had_it: Collection[str], named: Collection[str], stand_ins: Collection[str], *, late: bool) -> set[str]:
    """Who prints the sheet that goes with a matter: who had it before their eyes and is not complained of. When it is
    ``late``, so that nobody holds a matter back by not printing it, or where nobody of them is left, also who stands in
    for them. In the end who had it."""
    had = set(had_it) - set(named)
    return (had | set(stand_ins) if late else had or set(stand_ins)) or set(had_it)


def who_stands_in(
    people: Iterable[Actor], handers: Collection[str], out: Collection[str], named: Collection[str]
) -> set[str]:
    """Who prints a sheet in the place of who had the matter before their eyes: those who hand it over and are not
    complained of. Where all of these are in the circle of who is, the discipline contact among them and nobody else."""
    able = set(handers) - set(named)
    contacts = _able(people, (may.PRESSURE,)) & able
    return contacts if contacts and able <= set(out) else able
