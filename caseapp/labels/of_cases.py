"""Words of cases: what they are, where they stand, what happens to them and what is due."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

CASE_WORDS: dict[str, dict[str, LazyString]] = {
    "track": {"petition": _("Petition"), "dispute": _("Dispute")},
    "class": {"appeal": _("Appeal"), "suggestion": _("Suggestion"), "accusation": _("Accusation")},
    "channel": {
        "visit": _("Visit to the office"), "letter": _("Letter"), "phone": _("Telephone"), "online": _("Online"),
        "hotline": _("Hotline 12345"), "screening": _("Grid screening"), "reported_up": _("Reported by village or group"),
        "assigned_down": _("Assigned from above"), "referral": _("Referred by a department"),
        "worthy": _("Told by local worthies"), "other": _("Other channel"),
    },
    "category": {
        "family": _("Family and inheritance"), "neighbour": _("Neighbours"), "homestead": _("Houses and homesteads"),
        "land": _("Woods, land and water"), "expropriation": _("Expropriation and demolition"),
        "labour": _("Labour and wages"), "contract": _("Contracts and loans"), "damage": _("Compensation for damage"),
        "environment": _("Pollution"), "enterprise": _("Enterprise and residents"),
        "village_affairs": _("Village affairs"), "welfare": _("Subsidies and welfare"),
        "traffic": _("Traffic accidents"), "roads": _("Roads, water and power"), "other": _("Other matters"),
    },
    "paper": {"photo": _("Photo"), "letter": _("Letter handed in"), "evidence": _("Proof"), "agreement": _("Agreement"), "voucher": _("Voucher"), "opinion": _("Written opinion"), "other": _("Other paper")},
    "risk": {"green": _("Ordinary"), "yellow": _("Considerable"), "red": _("Grave")},
    "light": {"green": _("In time"), "yellow": _("Due soon"), "red": _("Overdue"), "none": _("Nothing due")},
    "tier": {"group": _("Group"), "village": _("Village"), "town": _("Town")},
    "party": {
        "petitioner": _("Petitioner"), "representative": _("Representative"), "party": _("Party"),
        "respondent": _("Respondent"),
    },
    "contact": {"any": _("Any way"), "phone": _("Telephone only"), "none": _("No contact wanted")},
    "state": {
        "registered": _("Registered"), "handling": _("Being handled"), "resolved": _("Resolved"),
        "verified": _("Verified"), "replied": _("Replied"), "terminated": _("Mediation terminated"),
        "withdrawn": _("Withdrawn"), "transferred_out": _("Transferred out"), "redirected": _("Redirected"),
        "refused": _("Refused"), "voided": _("Voided"), "merged": _("Merged"), "archived": _("Archived"),
        "open": _("Open"), "closed_unresolved": _("Closed, not resolved"), "left": _("Left for elsewhere"),
    },
    "seat": {
        "lead": _("Lead"), "dept": _("Responsible station"), "liaison": _("Village liaison"),
        "village": _("Village seat"), "grid": _("Grid seat"), "office": _("The office"),
    },
    "duty": {
        "lead": _("Plan, resources, sign-off"), "dept": _("Facts, law, written opinion"),
        "liaison": _("Follow-up, due dates, file"), "village": _("Explain, support, mediate"),
        "grid": _("Contact and return visits"),
    },
    "kind": {
        "notice": _("Written notice"), "first_contact": _("First contact"), "follow_up": _("Follow-up"),
        "team": _("Fill the five seats"), "handle": _("Handling limit"), "perform": _("Perform what was promised"),
        "return_visit": _("Return visit"), "round": _("Screening round"),
    },
    "rule": {
        "notice": _("received + %(days)d days"), "first_contact": _("registered + %(days)d day"),
        "follow_up_green": _("last work + %(days)d days (ordinary)"),
        "follow_up_yellow": _("last work + %(days)d days (considerable)"),
        "follow_up_red": _("last work + %(days)d days (grave)"), "team": _("first needed + %(days)d days"),
        "handle_petition": _("accepted, or at the latest received + 15 + %(days)d days"),
        "handle_dispute": _("registered + %(days)d days"),
        "handle_extended": _("first due date, extended by %(days)d days"),
        "handle_reopened": _("reopened + %(days)d days"),
        "perform": _("replied + %(days)d days"), "perform_by": _("%(days)d days from the reply, as it promised"),
        "return_visit": _("resolved + %(days)d days"),
    },
    "event": {
        "registered": _("Registered"), "notice_served": _("Notice served"), "accepted": _("Accepted"),
        "redirected": _("Redirected"), "refused": _("Refused"), "transferred_out": _("Transferred out"),
        "escalated": _("Sent up"), "sent_down": _("Sent down"), "amended": _("Amended"),
        "seat_filled": _("Seat filled"), "seat_cleared": _("Seat cleared"), "plan_filed": _("Plan filed"),
        "followed_up": _("Followed up"), "mediated": _("Mediated"), "extended": _("Extended"),
        "resolved": _("Resolved"), "replied": _("Replied in writing"), "terminated": _("Mediation terminated"),
        "withdrawn": _("Withdrawn"), "return_visited": _("Return visit"), "reopened": _("Reopened"),
        "voided": _("Voided"), "repeated": _("Raised again"), "merged": _("Merged"), "rated": _("Rated"),
        "archived": _("Archived"),
    },
    "action": {
        "accept": _("Accept"), "serve_notice": _("Serve notice"), "escalate": _("Send up"), "send_down": _("Send down"),
        "follow_up": _("Record follow-up"), "mediate": _("Record mediation"), "file_plan": _("File plan"),
        "extend": _("Ask for extension"), "resolve": _("Record resolution"), "reply": _("Record written reply"),
        "return_visit": _("Record return visit"), "rate": _("Record rating"), "reopen": _("Reopen"),
        "amend": _("Amend"), "fill_seat": _("Change seat"), "clear_seat": _("Clear seat"),
        "transfer_out": _("Transfer out"), "redirect": _("Redirect"), "refuse": _("Refuse"), "withdraw": _("Withdraw"),
        "terminate": _("Terminate mediation"), "archive": _("Archive"), "mark_repeat": _("Mark as repeat"),
        "merge": _("Merge"), "void": _("Void"), "staff": _("Fill the five seats"),
    },
    "field": {
        "received_on": _("Received on"), "notice": _("What was told"), "method": _("Way"), "route": _("Route (art. 31)"),
        "to": _("To"), "ground": _("Ground"), "approved_by": _("Approved by"), "letter_no": _("Letter no."),
        "reason": _("Reason"), "requirement": _("What is required"), "due_on": _("Due on"), "field": _("What"),
        "seat": _("Seat"), "holder": _("Holder (A)"), "deputy": _("Deputy (B)"), "text": _("Plan"),
        "by_seat": _("For the seat"), "acting": _("As the deputy (B)"), "note": _("What was done"), "result": _("Result"),
        "told_on": _("Petitioner told on"), "told_how": _("Petitioner told by"), "evidence": _("Evidence"), "outcome": _("Outcome"),
        "served_on": _("Served on"), "perform_by": _("When the reply supports it: to be performed by"), "advice": _("Advice on other ways"), "of": _("Which case"), "into": _("Into which case"),
        "score": _("Rating"), "words": _("In their own words"), "title": _("What happened"), "description": _("Details"), "risk": _("Risk"),
        "headcount": _("How many people"), "category": _("Category"), "about": _("Complained of"), "parties": _("Parties"),
        "at": _("When it happened"), "name": _("Who"), "phone": _("Telephone"), "story": _("What happened"),
        "area": _("Area screened"), "companions": _("Who else came along"),
    },
}  # fmt: skip

CHOICES: dict[tuple[str, str], dict[object, LazyString]] = {
    ("notice_served", "notice"): {
        "accepted": _("Accepted"), "redirected": _("Where to go instead"), "refused": _("Refused"),
        "transferred": _("Transferred to another organ"),
    },
    ("extended", "told_how"): {
        "visit": _("In person"), "phone": _("By telephone"), "letter": _("By letter"), "online": _("Online"),
    },
    ("refused", "ground"): {
        "pending_below": _("Being handled below and within time (art. 19)"),
        "rereviewed": _("Re-reviewed already (art. 36)"), "litigation": _("A matter for the courts (art. 20, 31)"),
    },
    ("accepted", "route"): {
        1: _("1 Litigation, reconsideration"), 2: _("2 Arbitration"), 3: _("3 Appeal of a party member"),
        4: _("4 Administrative procedure"), 5: _("5 Investigate an unlawful act"), 6: _("6 Handled as a petition"),
    },
    ("followed_up", "method"): {
        "visit": _("Went there"), "phone": _("Called"), "meeting": _("Met"), "online": _("Online"),
        "desk": _("Desk work"),
    },
    ("mediated", "result"): {
        "agreed": _("Agreed"), "partial": _("Agreed in part"), "failed": _("Failed"), "adjourned": _("Adjourned"),
    },
    ("resolved", "method"): {
        "mediation": _("People's mediation"), "administrative": _("Administrative mediation"),
        "ruling": _("Administrative ruling"), "judicial": _("Through the courts"), "policy": _("Policy carried out"),
        "relief": _("Help and relief"), "explained": _("Explained and accepted"), "self_settled": _("Settled among themselves"),
        "other": _("Another way"),
    },
    ("replied", "outcome"): {
        "supported": _("Supported"), "explained": _("Explained"), "not_supported": _("Not supported"),
    },
    ("return_visited", "result"): {
        "fulfilled": _("Fulfilled"), "performing": _("Being performed"), "unfulfilled": _("Not fulfilled"),
        "relapsed": _("Relapsed"), "refused": _("Visit refused"), "unreachable": _("Not reached"),
    },
    ("rated", "score"): {
        "satisfied": _("Satisfied"), "mostly": _("Mostly satisfied"), "dissatisfied": _("Dissatisfied"),
    },
}  # fmt: skip
