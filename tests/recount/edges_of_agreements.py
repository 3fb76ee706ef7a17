"""Short histories of agreements: performed late, broken, paid by instalments, reopened, archived, known later."""

from __future__ import annotations

from typing import Any

from tests.recount.happenings import DISPUTE, PETITION, START, accepted, happens, reopened, resolved, visited

AGREED = happens("agreed 2024-01-10T09:00", form="written", effective_on="2024-01-10")


def undertaken(nth: int, due: str, at: str = "2024-01-10T10:00") -> dict[str, Any]:
    """Something undertaken."""
    return happens(f"undertaken {at}", nth=nth, who="周甲一", what="付修缮款", amount="1000", due_on=due)


def performed(at: str, nth: int = 1) -> dict[str, Any]:
    """Something performed."""
    return happens(f"performed {at}", nth=nth, note="收条")


def breached(at: str, nth: int = 1) -> dict[str, Any]:
    """Something broken."""
    return happens(f"breached {at}", nth=nth, then="enforce", reason="到期未付")


INSTALMENTS = [START, AGREED, undertaken(1, "2024-01-31"), undertaken(2, "2024-02-29"), undertaken(3, "2024-03-31")]
AGREEMENTS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "agreed, nothing undertaken": (DISPUTE, [START, AGREED, resolved("2024-01-11T09:00")]),
    "instalments, nothing paid": (DISPUTE, [*INSTALMENTS, resolved("2024-01-11T09:00")]),
    "instalments, the second one late": (DISPUTE, [
        *INSTALMENTS, resolved("2024-01-11T09:00"), performed("2024-01-31T23:59:59"), performed("2024-03-05T00:00", 2),
    ]),
    "performed on the day after": (DISPUTE, [*INSTALMENTS[:3], performed("2024-02-01T00:00")]),
    "broken, then paid after all": (DISPUTE, [*INSTALMENTS[:3], breached("2024-02-01T09:00"), performed("2024-04-01T09:00")]),
    "broken and taken up again": (DISPUTE, [
        *INSTALMENTS, resolved("2024-01-11T09:00"), breached("2024-02-01T09:00"), reopened("2024-02-02T09:00"),
    ]),
    "broken while it is open, and taken up again": (DISPUTE, [
        *INSTALMENTS, happens("breached 2024-02-01T09:00", nth=1, then="reopen", reason="到期未付"),
    ]),
    "agreed anew": (DISPUTE, [
        *INSTALMENTS, resolved("2024-01-11T09:00"), reopened("2024-02-02T09:00"),
        happens("agreed 2024-02-10T09:00", form="oral", effective_on="2024-02-09"),
        undertaken(1, "2024-03-10", "2024-02-10T10:00"),
    ]),
    "archived from elsewhere": (DISPUTE, [
        *INSTALMENTS[:3], resolved("2024-01-11T09:00"), visited("2024-01-20T09:00", "fulfilled"),
        happens("archived 2024-01-21T09:00"),
    ]),
    "agreed in a petition, terminated by its reply": (PETITION, [
        START, accepted("2024-01-02T09:00"), *INSTALMENTS[1:3], happens("replied 2024-01-12T09:00", outcome="explained"),
    ]),
    "known later": (DISPUTE, [
        *INSTALMENTS[:2], {**undertaken(1, "2024-01-31"), "recorded_at": "2024-06-15T12:00"},
        {**undertaken(2, "2024-02-15"), "recorded_at": "2024-01-11T12:00"},
    ]),
}  # fmt: skip
