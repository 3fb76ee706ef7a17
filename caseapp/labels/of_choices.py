"""Words of what may be chosen for a field of an event."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

OUTCOMES: dict[object, LazyString] = {
    "supported": _("Supported"),
    "explained": _("Explained"),
    "not_supported": _("Not supported"),
}
CHOICES: dict[tuple[str, str], dict[object, LazyString]] = {
    ("notice_served", "notice"): {
        "accepted": _("Accepted"),
        "redirected": _("Where to go instead"),
        "refused": _("Refused"),
        "transferred": _("Transferred to another organ"),
        "replied": _("The written reply"),
        "resolved": _("How it was settled on the spot"),
    },
    ("notice_served", "method"): {
        "in_person": _("Handed over, signed for"),
        "left": _("Left there, with a witness"),
        "post": _("By registered post"),
        "entrusted": _("Through somebody entrusted"),
        "electronic": _("Electronic document, agreed to in writing"),
        "public": _("By public notice"),
    },
    ("extended", "told_how"): {
        "visit": _("In person"),
        "phone": _("By telephone"),
        "letter": _("By letter"),
        "online": _("Online"),
    },
    ("refused", "ground"): {
        "pending_below": _("Being handled below and within time (art. 19)"),
        "rereviewed": _("Re-reviewed already (art. 36)"),
        "litigation": _("A matter for the courts (art. 20, 31)"),
    },
    ("accepted", "route"): {
        1: _("1 Litigation, reconsideration"),
        2: _("2 Arbitration"),
        3: _("3 Appeal of a party member"),
        4: _("4 Administrative procedure"),
        5: _("5 Investigate an unlawful act"),
        6: _("6 Handled as a petition"),
    },
    ("followed_up", "method"): {
        "visit": _("Went there"),
        "phone": _("Called"),
        "meeting": _("Met"),
        "online": _("Online"),
        "desk": _("Desk work"),
    },
    ("mediated", "result"): {
        "agreed": _("Agreed"),
        "partial": _("Agreed in part"),
        "failed": _("Failed"),
        "adjourned": _("Adjourned"),
    },
    ("agreed", "form"): {
        "written": _("Written"),
        "oral": _("Oral"),
    },
    ("review_asked", "level"): {
        "review": _("Review (art. 35)"),
        "rereview": _("Re-review (art. 36)"),
    },
    ("reviewed", "result"): {
        "upheld": _("Upheld"),
        "changed": _("Changed"),
        "redo": _("To be made anew; the case is taken up again"),
    },
    ("confirmation_decided", "result"): {
        "confirmed": _("Confirmed: it can be enforced"),
        "dismissed": _("Not confirmed"),
        "withdrawn": _("Taken back by both sides"),
    },
    ("subsidy_claimed", "grade"): {
        "normal": _("Ordinary"),
        "difficult": _("Difficult"),
        "major": _("Major"),
    },
    ("breached", "then"): {
        "reopen": _("The matter is taken up again"),
        "enforce": _("A court is asked to enforce it"),
        "waived": _("The other side waives it"),
    },
    ("resolved", "method"): {
        "mediation": _("People's mediation"),
        "administrative": _("Administrative mediation"),
        "ruling": _("Administrative ruling"),
        "judicial": _("Through the courts"),
        "policy": _("Policy carried out"),
        "relief": _("Help and relief"),
        "explained": _("Explained and accepted"),
        "self_settled": _("Settled among themselves"),
        "other": _("Another way"),
    },
    ("replied", "outcome"): OUTCOMES,
    ("request_answered", "outcome"): OUTCOMES,
    ("request_passed", "how"): {
        "redirected": _("The petitioner goes there: told of it in the notice of acceptance"),
        "transferred": _("It is sent there"),
    },
    ("return_visited", "result"): {
        "fulfilled": _("Fulfilled"),
        "performing": _("Being performed"),
        "unfulfilled": _("Not fulfilled"),
        "relapsed": _("Relapsed"),
        "refused": _("Visit refused"),
        "unreachable": _("Not reached"),
    },
    ("objection_answered", "answer"): {
        "agreed": _("Agreed: the papers go back to the sender"),
        "refused": _("Refused: the town handles it"),
    },
    ("rated", "score"): {
        "satisfied": _("Satisfied"),
        "mostly": _("Mostly satisfied"),
        "dissatisfied": _("Dissatisfied"),
    },
}
