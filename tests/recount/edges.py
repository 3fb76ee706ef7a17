"""Short histories on the edges: due to the day, tied to the instant, entered out of order, known in part."""

from __future__ import annotations

from typing import Any

from tests.recount.edges_of_agreements import AGREEMENTS
from tests.recount.edges_of_assignments import ASSIGNMENTS
from tests.recount.edges_of_duties import DUTIES
from tests.recount.edges_of_replies import REPLIES
from tests.recount.happenings import (
    DISPUTE,
    PETITION,
    START,
    amended,
    extended,
    happens,
    reopened,
    resolved,
    visited,
)

TIE = "2024-05-10T09:00:00"
HISTORIES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "resolved 179 days before June ends": (DISPUTE, [START, resolved("2024-01-03T09:00")]),
    "resolved 180 days before June ends": (DISPUTE, [START, resolved("2024-01-02T09:00")]),
    "resolved 181 days before June ends": (DISPUTE, [START, resolved("2024-01-01T09:00")]),
    "extended, then accepted": (PETITION, [
        START, extended("2024-01-05T09:00", "2024-04-10"), happens("accepted 2024-01-08T09:00"),
    ]),
    "extended late, before it was accepted": (PETITION, [
        START, extended("2024-01-05T09:00", "2024-04-10", "2024-03-12T09:00"), happens("accepted 2024-01-08T09:00"),
    ]),
    "extended on the due date, entered a second after it": (DISPUTE, [
        START, extended("2024-01-31T10:00", "2024-02-29", "2024-02-01T00:00:00"),
    ]),
    "extended on the due date, entered within it": (DISPUTE, [
        START, extended("2024-01-31T10:00", "2024-02-29", "2024-01-31T23:59:59"), resolved("2024-02-29T23:59:59"),
    ]),
    "the first extension entered too late, the second too": (DISPUTE, [
        START, extended("2024-01-30T10:00", "2024-02-10", "2024-02-08T09:00"), extended("2024-02-05T10:00", "2024-02-25"),
    ]),
    "the first extension entered too late, the second in time": (DISPUTE, [
        START, extended("2024-01-29T10:00", "2024-02-10", "2024-02-08T09:00"), extended("2024-01-30T10:00", "2024-02-25"),
    ]),
    "two resolutions, the reopening between them entered late": (DISPUTE, [
        START, resolved("2024-05-01T09:00"), visited("2024-05-02T09:00", "fulfilled"),
        reopened("2024-05-05T09:00", "2024-07-01T09:00"), resolved("2024-05-20T09:00"),
        visited("2024-05-21T09:00", "unfulfilled"), visited("2024-05-22T09:00", "refused"),
    ]),
    "the resolution entered after its visit": (DISPUTE, [
        START, resolved("2024-05-01T09:00", "2024-07-02T09:00"), visited("2024-05-08T09:00", "performing"),
        happens("rated 2024-05-09T09:00", score="mostly"), happens("archived 2024-05-10T09:00"),
    ]),
    "received on the leap day, told on the last day": (PETITION, [
        happens("registered 2024-03-01T09:00", received_on="2024-02-29"),
        happens("notice_served 2024-03-15T23:59:59", notice="accepted"),
    ]),
    "told a second too late": (PETITION, [
        happens("registered 2024-03-01T09:00", received_on="2024-02-29"),
        happens("notice_served 2024-03-16T00:00:00", notice="accepted"),
    ]),
    "the last second of a year": (DISPUTE, [happens("registered 2024-12-31T23:59:59+08:00")]),
    "the first second of a year, written in UTC": (DISPUTE, [happens("registered 2024-12-31T16:00:00+00:00")]),
    "resolved, reopened and resolved at one instant": (DISPUTE, [START, resolved(TIE), reopened(TIE), resolved(TIE)]),
    "resolved and visited at one instant, then reopened before seven days": (DISPUTE, [
        START, resolved(TIE), visited(TIE, "unreachable"), reopened("2024-05-12T09:00"),
    ]),
    "reopened on the seventh day": (DISPUTE, [START, resolved(TIE), reopened("2024-05-17T00:00")]),
    "reopened on the sixth day": (DISPUTE, [START, resolved(TIE), reopened("2024-05-16T23:59")]),
    "sent up and resolved at one instant": (DISPUTE, [
        START, happens(f"escalated {TIE}", to="TH-SH", reason="超出职权"), resolved(TIE),
        happens("rated 2024-05-31T23:59:59", score="satisfied"), visited("2024-05-31T23:59:59", "fulfilled"),
    ]),
    "complained of later, then no more, then sent down": (DISPUTE, [
        START, amended("2024-02-01T09:00", "about", ["TH-SH-02"]), amended("2024-03-01T09:00", "about", []),
        happens("sent_down 2024-04-01T09:00", to="TH-SH", requirement="限期"), resolved("2024-04-10T09:00"),
    ]),
    "complained of while below, sent down beside, complained of again": ({**DISPUTE, "about": ["TH-SH"]}, [
        START, happens("sent_down 2024-02-01T09:00", to="TH-DS", requirement="限期"),
        amended("2024-03-01T09:00", "about", ["TH-DS"]),
    ]),
    "in need of a team for one day of red": (DISPUTE, [
        START, amended("2024-02-01T09:00", "risk", "red"), amended("2024-02-02T09:00", "risk", "green"),
        amended("2024-05-01T09:00", "headcount", 6),
    ]),
    "in need of no team at the end of the day": (DISPUTE, [
        START, amended("2024-02-01T09:00", "risk", "red"), amended("2024-02-01T10:00", "risk", "green"),
    ]),
    "a backlog that was resolved before it was one": (DISPUTE, [
        START, resolved("2024-12-30T09:00"), reopened("2025-01-20T09:00"),
    ]),
    "repeated and merged after the month": (PETITION, [
        START, happens("repeated 2024-02-01T09:00", of="E00"), happens("merged 2024-03-01T09:00", "2024-05-01T09:00", into="E00"),
    ]),
    "one of a matter, then by itself": (PETITION, [
        START, happens("joined_matter 2024-01-25T09:00", of="E00"), happens("left_matter 2024-04-02T09:00", "2024-05-01T09:00", reason="诉求不同"),
    ]),
    "one of a matter": (PETITION, [
        START, happens("joined_matter 2024-02-01T09:00", "2024-03-05T09:00", of="E00"), happens("accepted 2024-02-03T09:00"),
        happens("replied 2024-03-10T09:00", outcome="supported"), resolved("2024-04-30T09:00"),
    ]),
    "voided, known later": (PETITION, [START, happens("voided 2024-02-10T09:00", "2024-06-15T12:00:00", reason="误录")]),
    "supported, then performed": (PETITION, [
        START, happens("accepted 2024-01-31T23:59:59"), happens("replied 2024-03-10T09:00", outcome="supported"),
        resolved("2024-03-31T23:59:59"),
    ]),
    "explained, then settled after all": (PETITION, [
        START, happens("accepted 2024-01-20T09:00"), happens("replied 2024-03-16T09:00", outcome="explained"),
        resolved("2024-05-20T09:00"),
    ]),
    "entered 72 hours later, and a second more": (DISPUTE, [
        START, amended("2024-02-01T09:00:00", "title", "改", "2024-02-04T09:00:00"),
        amended("2024-02-02T09:00:00", "title", "改二", "2024-02-05T09:00:01"),
    ]),
}  # fmt: skip


def lines() -> list[dict[str, Any]]:
    """The histories as case lines, numbered in their order; what each is about stands in its description."""
    return [
        {**head, "number": f"E{place:02}", "description": name, "events": events}
        for place, (name, (head, events)) in enumerate(
            (HISTORIES | REPLIES | DUTIES | ASSIGNMENTS | AGREEMENTS).items()
        )
    ]
