"""When nobody of those who handle a case may read it because of whom it complains of, an authority outside does: which
one, until when it is handed over, and who sees to that without reading it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor

AUTHORITIES = ("petition", "discipline")
"""The petition bureau of the county; for accusations its organ of discipline. The office sets which they are."""
WORKING_DAYS = 3
"""A matter that nobody may read does not lie: it is handed over within three working days."""
HANDERS = (may.APPROVE, may.ACCOUNTS, may.PRESSURE)


def authority_for(*, sealed: bool) -> str:
    """The authority that a matter goes to."""
    return "discipline" if sealed else "petition"


def readers(*, sealed: bool) -> list[str]:
    """The roles without which nobody handles a matter: the petition office, or the desk for accusations."""
    return [role for role, granted in may.GRANTS.items() if may.SEALED in granted] if sealed else ["office"]


def who_hands_over(people: Iterable[Actor], named: Collection[str], *, sealed: bool) -> set[str]:
    """Who sees that a matter is to be handed over, and nothing of the matter: leaders, office, discipline contact and
    administrators of the town who are not complained of themselves; of an accusation first its own desk, so that nobody
    else learns that there is one. When all of them are named, all of them: the duty is never nobody's."""
    able: set[str] = set()
    everybody = list(people)
    for permissions in [(may.SEALED,)] * sealed + [HANDERS]:
        able = {one.username for one in everybody if any(one.may(permission) for permission in permissions)}
        if able - set(named):
            return able - set(named)
    return able
