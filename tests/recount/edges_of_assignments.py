"""Short histories of matters assigned from above: reported, returned, said anew, objected to, settled without a report."""

from __future__ import annotations

from typing import Any

from tests.recount.happenings import (
    DISPUTE,
    PETITION,
    START,
    SUGGESTION,
    accepted,
    assigned,
    happens,
    reopened,
    replied,
    resolved,
)

SENT, BACK = happens("reported 2024-02-01T09:00"), happens("report_returned 2024-02-05T09:00", reason="缺附件")
OBJECTED = happens("objected 2024-01-03T09:00", reason="属县局职权")
ASSIGNMENTS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "assigned, never answered": (DISPUTE, [START, assigned("2024-01-01T09:00", "2024-01-31"), resolved("2024-01-20T09:00")]),
    "assigned and due on the same day": (DISPUTE, [START, assigned("2024-01-31T09:00", "2024-01-31")]),
    "reported in time, returned, reported late": (PETITION, [
        START, assigned("2024-01-01T09:00", "2024-02-03"), SENT, BACK, happens("reported 2024-03-01T00:00:00"),
    ]),
    "returned and left": (PETITION, [
        START, assigned("2024-01-01T09:00", "2024-02-28"), SENT, BACK,
        happens("transferred_out 2024-02-10T09:00", to="县有关部门"),
    ]),
    "given another day": (DISPUTE, [
        START, assigned("2024-01-01T09:00", "2024-01-20"), assigned("2024-01-15T09:00", "2024-02-20"),
    ]),
    "given another day, known later": (DISPUTE, [
        START, assigned("2024-01-01T09:00", "2024-01-20"),
        {**assigned("2024-01-15T09:00", "2024-02-20"), "recorded_at": "2024-06-15T12:00"},
    ]),
    "handed back": (PETITION, [
        START, assigned("2024-01-01T09:00", "2024-01-20"), OBJECTED,
        happens("objection_answered 2024-01-25T09:00", answer="agreed"),
        happens("transferred_out 2024-01-25T09:00", to="县信访局"), reopened("2024-03-01T09:00"),
    ]),
    "objected to in vain": (PETITION, [
        START, assigned("2024-01-01T09:00", "2024-01-20"), OBJECTED,
        happens("objection_answered 2024-01-10T09:00", answer="refused"),
    ]),
    "answered by settling it, taken up again": (DISPUTE, [
        START, assigned("2024-01-01T09:00", "2024-01-20", report=False), resolved("2024-02-05T09:00"),
        reopened("2024-02-10T09:00"),
    ]),
    "answered by a reply that promises something": (PETITION, [
        START, accepted("2024-01-02T09:00"), assigned("2024-01-03T09:00", "2024-01-20", report=False),
        replied("2024-02-01T09:00", "supported"),
    ]),
    "assigned when it was settled": (DISPUTE, [
        START, resolved("2024-01-02T09:00"), assigned("2024-01-03T09:00", "2024-01-20", report=False),
        reopened("2024-02-10T09:00"),
    ]),
    "assigned once more": (DISPUTE, [
        START, assigned("2024-01-01T09:00", "2024-01-20"), happens("reported 2024-01-10T09:00"),
        assigned("2024-01-11T09:00", "2024-01-25"),
    ]),
    "a suggestion that was assigned": (SUGGESTION, [START, assigned("2024-01-01T09:00", "2024-01-20")]),
}  # fmt: skip
