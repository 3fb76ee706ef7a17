"""Short histories of what is owed: handling after a reopening, promises, notices, contacts, visits; and of disputes."""

from __future__ import annotations

from typing import Any

from tests.recount.happenings import (
    DISPUTE,
    PETITION,
    START,
    accepted,
    amended,
    extended,
    happens,
    reopened,
    replied,
    resolved,
    visited,
)

ACCEPTED = accepted("2024-01-10T09:00")  # the handling is due on 10 March
MEDIATED = happens("mediated 2024-01-20T09:00", result="agreed")
SEATED = [
    happens("seat_filled 2024-01-02T09:00", seat=seat, holder="leader")
    for seat in ("lead", "dept", "liaison", "village", "grid")
]
DUTIES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "extended after it was reopened": (PETITION, [
        START, ACCEPTED, resolved("2024-02-01T09:00"), reopened("2024-02-20T09:00"),
        extended("2024-02-25T09:00", "2024-04-05"),
    ]),
    "extended, reopened, extended again": (PETITION, [
        START, ACCEPTED, extended("2024-02-01T09:00", "2024-03-20"), extended("2024-02-02T09:00", "2024-03-25"),
        resolved("2024-02-10T09:00"), reopened("2024-03-01T09:00"), extended("2024-03-05T09:00", "2024-04-08"),
    ]),
    "reopened long before it was due": (DISPUTE, [
        START, extended("2024-01-20T09:00", "2024-03-01"), resolved("2024-01-21T09:00"), reopened("2024-01-22T09:00"),
    ]),
    "reopened twice": (DISPUTE, [
        START, resolved("2024-01-05T09:00"), reopened("2024-01-25T09:00"), resolved("2024-02-01T09:00"),
        reopened("2024-02-20T09:00"),
    ]),
    "reopened, known later": (DISPUTE, [START, resolved("2024-01-05T09:00"), reopened("2024-01-31T09:00", "2024-06-15T12:00")]),
    "a promise with its day": (PETITION, [
        START, ACCEPTED, replied("2024-02-01T09:00", "supported", perform_by="2024-02-28"), resolved("2024-03-20T09:00"),
    ]),
    "a promise without a day": (PETITION, [
        START, ACCEPTED, replied("2024-01-30T09:00", "supported"), resolved("2024-03-20T09:00"),
    ]),
    "a promise made twice": (PETITION, [
        START, ACCEPTED, replied("2024-02-01T09:00", "supported", perform_by="2024-02-10"),
        replied("2024-02-05T09:00", "supported", perform_by="2024-03-30"), happens("followed_up 2024-03-01T09:00", method="desk", note="办理"),
    ]),
    "a promise broken and made again": (PETITION, [
        START, ACCEPTED, replied("2024-02-01T09:00", "supported", perform_by="2024-02-10"), resolved("2024-02-15T09:00"),
        visited("2024-02-20T09:00", "unfulfilled"), reopened("2024-02-21T09:00"),
    ]),
    "explained, reopened and supported": (PETITION, [
        START, ACCEPTED, replied("2024-02-01T09:00", "explained"), reopened("2024-02-10T09:00"),
        replied("2024-03-05T09:00", "supported"),
    ]),
    "refused without a notice, archived later": (PETITION, [
        START, happens("refused 2024-01-10T09:00", ground="rereviewed"), happens("archived 2024-04-01T09:00"),
    ]),
    "archived without a notice, then reopened": (PETITION, [
        START, resolved("2024-01-10T09:00"), visited("2024-01-12T09:00", "performing"), happens("archived 2024-02-01T09:00"),
        reopened("2024-03-01T09:00"),
    ]),
    "withdrawn without a notice, then archived": (PETITION, [
        START, happens("withdrawn 2024-01-20T09:00", reason="自愿"), happens("archived 2024-04-01T09:00"),
    ]),
    "withdrawn, told, reopened": (PETITION, [
        START, happens("withdrawn 2024-01-20T09:00", reason="自愿"), reopened("2024-02-20T09:00"),
        happens("notice_served 2024-03-03T09:00", notice="accepted"),
    ]),
    "of no named petitioner": ({**PETITION, "parties": [{"role": "representative", "name": "李乙二"}]}, [START]),
    "named only later": ({**PETITION, "parties": []}, [
        START, amended("2024-01-05T09:00", "parties", [{"role": "petitioner", "name": "李乙二"}]),
    ]),
    "reopened, and nobody was ever there": (DISPUTE, [START, resolved("2024-01-02T09:00"), reopened("2024-01-20T09:00")]),
    "worked on after it was resolved": (DISPUTE, [
        START, resolved("2024-01-02T09:00"), happens("followed_up 2024-01-25T09:00", method="desk", note="了解"),
        reopened("2024-01-28T09:00"),
    ]),
    "visited by its lead": ({**DISPUTE, "headcount": 6}, [
        START, *SEATED, happens("followed_up 2024-01-20T09:00", method="visit", by_seat="lead", note="走访"),
        happens("seat_cleared 2024-03-01T00:00", seat="village"),
    ]),
    "visited by the deputy of its lead": ({**DISPUTE, "headcount": 6}, [
        START, *SEATED, happens("followed_up 2024-01-20T09:00", method="visit", by_seat="lead", acting=True, note="走访"),
        happens("mediated 2024-02-20T09:00", by_seat="lead", acting=False, result="failed"),
    ]),
    "red for a while": (DISPUTE, [
        START, MEDIATED, amended("2024-01-25T09:00", "risk", "red"), amended("2024-02-25T09:00", "risk", "yellow"),
    ]),
    "refused a visit": (DISPUTE, [START, resolved("2024-01-10T09:00"), visited("2024-01-30T09:00", "refused")]),
    "visited three times": (DISPUTE, [
        START, resolved("2024-01-10T09:00"), visited("2024-01-11T09:00", "fulfilled"),
        visited("2024-02-20T09:00", "unreachable"), visited("2024-05-20T09:00", "relapsed"),
    ]),
    "visited, archived, visited": (DISPUTE, [
        START, resolved("2024-01-10T09:00"), visited("2024-01-11T09:00", "fulfilled"), happens("archived 2024-01-12T09:00"),
        visited("2024-03-11T09:00", "unfulfilled"),
    ]),
    "mediated, reopened and terminated in one month": ({**DISPUTE, "channel": "screening", "headcount": 3}, [
        START, MEDIATED, resolved("2024-02-01T09:00"), reopened("2024-02-10T09:00"),
        happens("terminated 2024-02-29T23:59:59", advice="可以起诉"),
    ]),
    "settled otherwise, reopened in the next month": (DISPUTE, [
        START, happens("resolved 2024-02-01T09:00", method="ruling", evidence="裁决"), reopened("2024-03-01T00:00"),
    ]),
    "a dispute merged": (DISPUTE, [START, MEDIATED, happens("merged 2024-02-01T09:00", into="E00")]),
    "sent up to the town, sent down, reopened": (DISPUTE, [
        START, happens("escalated 2024-01-05T09:00", to="TH-SH", reason="超出职权"),
        happens("escalated 2024-01-06T09:00", to="TH", reason="超出职权"), resolved("2024-01-10T09:00"),
        reopened("2024-02-10T09:00"), happens("sent_down 2024-02-11T09:00", to="TH-DS-01", requirement="限期"),
    ]),
}  # fmt: skip
