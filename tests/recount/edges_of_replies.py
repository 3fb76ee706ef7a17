"""Short histories of petitions: replies and ratings, suggestions, withdrawals, and what the county counts."""

from __future__ import annotations

from typing import Any

from tests.recount.happenings import (
    PETITION,
    START,
    SUGGESTION,
    accepted,
    amended,
    happens,
    rated,
    reopened,
    replied,
    resolved,
    visited,
)

ACCEPTED = accepted("2024-01-10T09:00")  # the handling is due on 10 March
REPLIES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "supported on the due date": (PETITION, [START, ACCEPTED, replied("2024-03-10T23:59:59", "supported")]),
    "supported a second too late": (PETITION, [START, ACCEPTED, replied("2024-03-11T00:00:00", "supported")]),
    "explained, reopened, open on the due date": (PETITION, [
        START, ACCEPTED, replied("2024-02-01T09:00", "explained"), reopened("2024-03-01T09:00"),
    ]),
    "resolved, reopened, open on the due date": (PETITION, [
        START, ACCEPTED, resolved("2024-02-01T09:00"), reopened("2024-03-01T09:00"),
    ]),
    "withdrawn before the due date": (PETITION, [START, ACCEPTED, happens("withdrawn 2024-03-09T09:00", reason="自愿")]),
    "transferred, back after the due date": (PETITION, [
        START, ACCEPTED, happens("transferred_out 2024-02-01T09:00", to="县有关部门"), reopened("2024-04-01T09:00"),
    ]),
    "accepted too late to move the due date": (PETITION, [
        START, accepted("2024-01-20T09:00"), replied("2024-03-16T23:59", "not_supported"),
    ]),
    "never accepted": (PETITION, [START, resolved("2024-03-20T09:00"), rated("2024-03-21T09:00", "satisfied")]),
    "a reply that was rated": (PETITION, [
        START, ACCEPTED, replied("2024-02-05T09:00", "explained"), rated("2024-02-06T09:00", "satisfied"),
    ]),
    "a reply that was rated before another reply": (PETITION, [
        START, ACCEPTED, replied("2024-02-05T09:00", "supported"), rated("2024-02-06T09:00", "mostly"),
        replied("2024-02-20T09:00", "explained"),
    ]),
    "a reply that was rated in the next month": (PETITION, [
        START, ACCEPTED, replied("2024-02-29T09:00", "explained"), rated("2024-03-01T09:00", "satisfied"),
    ]),
    "two ratings, the later one bad": (PETITION, [
        START, ACCEPTED, replied("2024-02-05T09:00", "explained"), rated("2024-02-06T09:00", "satisfied"),
        rated("2024-02-07T09:00", "dissatisfied"),
    ]),
    "withdrawn, settled after all": (PETITION, [
        START, happens("withdrawn 2024-02-10T09:00", reason="自愿"), resolved("2024-02-29T09:00"),
    ]),
    "withdrawn, reopened in the next month": (PETITION, [
        START, happens("withdrawn 2024-02-29T09:00", reason="自愿"), reopened("2024-03-01T09:00"),
        happens("withdrawn 2024-05-01T09:00", reason="自愿"),
    ]),
    "a suggestion that was answered": ({**SUGGESTION, "risk": "red", "unit": "TH"}, [
        START, happens("notice_served 2024-01-16T23:59", notice="accepted"), ACCEPTED,
        replied("2024-02-29T23:59", "supported", perform_by="2024-03-31"), rated("2024-03-01T09:00", "mostly"),
        rated("2024-02-29T23:59:59", "dissatisfied"),
    ]),
    "a suggestion that was answered twice and resolved": (SUGGESTION, [
        START, ACCEPTED, replied("2024-02-10T09:00", "supported"), replied("2024-02-12T09:00", "supported"),
        resolved("2024-03-01T09:00"), visited("2024-03-02T09:00", "fulfilled"), reopened("2024-03-05T09:00"),
    ]),
    "a suggestion that was withdrawn": (SUGGESTION, [START, happens("withdrawn 2024-02-10T09:00", reason="自愿")]),
    "a suggestion that was merged": (SUGGESTION, [
        START, ACCEPTED, replied("2024-01-31T09:00", "explained"), happens("merged 2024-02-10T09:00", into="E00"),
    ]),
    "a suggestion that was voided": (SUGGESTION, [
        START, amended("2024-01-05T09:00", "title", "改", "2024-01-09T09:00"),
        happens("voided 2024-02-10T09:00", reason="误录"),
    ]),
    "a suggestion that repeats another": (SUGGESTION, [START, happens("repeated 2024-01-31T23:59", of="E00")]),
    "an accusation entered late, and voided": ({**PETITION, "petition_class": "accusation"}, [
        happens("registered 2024-01-02T09:00", "2024-01-08T09:00"), happens("voided 2024-02-10T09:00", reason="误录"),
    ]),
    "five people, of whom one came later": ({**PETITION, "headcount": 4}, [
        START, amended("2024-01-31T23:59:59", "headcount", 5), amended("2024-02-01T00:00", "headcount", 6),
    ]),
    "five people by letter": ({**PETITION, "channel": "letter", "headcount": 5}, [START]),
    "redirected on the fifteenth day": (PETITION, [
        happens("registered 2024-03-01T09:00", received_on="2024-02-29"),
        happens("redirected 2024-03-15T23:59:59", to="人民法院"),
    ]),
    "refused on the sixteenth day": (PETITION, [
        happens("registered 2024-03-01T09:00", received_on="2024-02-29"),
        happens("refused 2024-03-16T00:00:00", ground="litigation"),
    ]),
    "withdrawn in fifteen days, neither accepted nor refused": (PETITION, [
        START, happens("withdrawn 2024-01-10T09:00", reason="自愿"),
    ]),
    "settled on the spot": (PETITION, [START, resolved("2024-01-01T10:00")]),
    "received long before it was registered": (PETITION, [
        happens("registered 2024-03-01T09:00", received_on="2024-01-10"), resolved("2024-03-01T10:00"),
    ]),
    "a group that repeats": ({**PETITION, "headcount": 7}, [
        happens("registered 2024-02-03T09:00"), happens("merged 2024-02-03T10:00", into="E00"),
    ]),
}  # fmt: skip
