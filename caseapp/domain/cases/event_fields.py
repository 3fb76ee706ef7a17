"""What each kind of event must say, may say, and what of it lies apart and may be erased (contract §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caseapp.domain.cases import words
from caseapp.domain.cases.events import ERASED


@dataclass(frozen=True)
class Field:
    """What one field of an event holds.

    ``needed`` ones must be there in any history, ``asked`` ones a page insists on beyond that. ``private`` ones (free
    text, personal data) lie apart and may be erased. A field ``paper`` holds the number of a paper of the case, one of
    type ``nth`` that of something undertaken in its agreement, or of one of its requests.
    """

    type: str
    choices: tuple[object, ...] = ()
    needed: bool = True
    asked: bool = False
    private: bool = False


def _choice(*choices: object, needed: bool = True) -> Field:
    return Field("choice", choices, needed)


TEXT = Field("text", private=True)
TEXT_ASKED = Field("text", needed=False, asked=True, private=True)
TEXT_MAYBE = Field("text", needed=False, private=True)
NAME = Field("text")
NAME_MAYBE = Field("text", needed=False)
NAME_ASKED = Field("text", needed=False, asked=True)
DAY = Field("day")
DAY_MAYBE = Field("day", needed=False)
FLAG = Field("flag", needed=False)
NTH = Field("nth")
UNIT = Field("unit")
SEAT = _choice(*words.SEATS)
SEAT_MAYBE = _choice(*words.SEATS, needed=False)

EVENT_FIELDS: dict[str, dict[str, Field]] = {
    "registered": {"received_on": DAY_MAYBE},
    "notice_served": {
        "notice": _choice(*words.NOTICES),
        "method": NAME_MAYBE,
        "received_by": TEXT_MAYBE,
        "paper": NAME_MAYBE,
        "parcel": NAME_MAYBE,
        "letter_no": NAME_MAYBE,
    },
    "accepted": {"route": _choice(1, 2, 3, 4, 5, 6, needed=False), "letter_no": NAME_MAYBE},
    "redirected": {"to": NAME, "letter_no": NAME_MAYBE},
    "refused": {
        "ground": _choice(*words.REFUSE_GROUNDS),
        "approved_by": NAME_MAYBE,
        "letter_no": NAME_MAYBE,
    },
    "transferred_out": {"to": NAME, "letter_no": NAME_MAYBE},
    "escalated": {"to": UNIT, "reason": TEXT},
    "sent_down": {"to": UNIT, "requirement": TEXT_ASKED, "due_on": DAY_MAYBE},
    "amended": {"field": _choice(*words.AMENDABLE), "to": Field("amended"), "reason": TEXT, "approved_by": NAME_MAYBE},
    "seat_filled": {"seat": SEAT, "holder": NAME, "deputy": NAME_MAYBE, "reason": TEXT_MAYBE},
    "seat_cleared": {"seat": SEAT, "reason": TEXT_MAYBE},
    "plan_filed": {"text": TEXT_ASKED},
    "followed_up": {
        "method": _choice(*words.FOLLOW_UP_METHODS),
        "by_seat": SEAT_MAYBE,
        "acting": FLAG,
        "note": TEXT_ASKED,
    },
    "mediated": {
        "result": _choice(*words.MEDIATION_RESULTS),
        "agreed_to": FLAG,
        "place": NAME_MAYBE,
        "mediators": TEXT_MAYBE,
        "invited": TEXT_MAYBE,
        "by_seat": SEAT_MAYBE,
        "acting": FLAG,
        "note": TEXT_MAYBE,
        "paper": NAME_MAYBE,
    },
    "mediation_refused": {"who": TEXT, "note": TEXT_MAYBE},
    "agreed": {
        "form": _choice(*words.AGREEMENT_FORMS),
        "effective_on": DAY,
        "text": TEXT_ASKED,
        "agreement_no": NAME_MAYBE,
        "paper": NAME_MAYBE,
    },
    "undertaken": {
        "nth": NTH,
        "who": TEXT,
        "what": TEXT,
        "to": TEXT_MAYBE,
        "amount": NAME_MAYBE,
        "due_on": DAY,
        "where": TEXT_MAYBE,
        "way": TEXT_MAYBE,
    },
    "performed": {"nth": NTH, "note": TEXT_ASKED, "paper": NAME_MAYBE},
    "breached": {"nth": NTH, "then": _choice(*words.AFTER_A_BREACH), "reason": TEXT},
    "confirmation_asked": {"court": NAME, "asked_on": DAY, "paper": NAME_MAYBE},
    "confirmation_decided": {
        "result": _choice(*words.CONFIRMATION_RESULTS),
        "letter_no": NAME_MAYBE,
        "reason": TEXT_MAYBE,
        "paper": NAME_MAYBE,
    },
    "subsidy_claimed": {
        "grade": _choice(*words.GRADES),
        "mediator": TEXT,
        "why": TEXT_MAYBE,
        "approved_by": NAME_MAYBE,
    },
    "extended": {
        "to": DAY,
        "reason": TEXT,
        "approved_by": NAME_MAYBE,
        "told_on": DAY_MAYBE,
        "told_how": _choice(*words.TOLD_HOW, needed=False),
        "letter_no": NAME_MAYBE,
    },
    "resolved": {"method": _choice(*words.RESOLUTION_METHODS), "evidence": TEXT},
    "replied": {
        "outcome": _choice(*words.OUTCOMES),
        "text": TEXT_MAYBE,
        "ground": NAME_ASKED,
        "reason": TEXT_MAYBE,
        "served_on": DAY_MAYBE,
        "perform_by": DAY_MAYBE,
        "paper": NAME_MAYBE,
        "letter_no": NAME_MAYBE,
    },
    "requested": {"nth": NTH, "text": TEXT},
    "request_amended": {"nth": NTH, "text": TEXT, "reason": TEXT},
    "request_passed": {"nth": NTH, "how": _choice(*words.PASSED_HOW), "to": NAME, "reason": TEXT_ASKED},
    "request_answered": {
        "nth": NTH,
        "outcome": _choice(*words.OUTCOMES),
        "facts": TEXT_MAYBE,
        "ground": NAME_ASKED,
        "text": TEXT_ASKED,
    },
    "terminated": {"advice": TEXT, "approved_by": NAME_MAYBE},
    "withdrawn": {
        "reason": TEXT,
        "paper": NAME_MAYBE,
        "called": TEXT_MAYBE,
        "called_on": DAY_MAYBE,
        "said": TEXT_MAYBE,
        "approved_by": NAME_MAYBE,
    },
    "return_visited": {"result": _choice(*words.VISIT_RESULTS), "note": TEXT_MAYBE},
    "reopened": {"reason": TEXT},
    "voided": {"reason": TEXT, "approved_by": NAME_MAYBE},
    "repeated": {"of": NAME},
    "merged": {"into": NAME, "approved_by": NAME_MAYBE},
    "joined_matter": {"of": NAME, "approved_by": NAME_MAYBE},
    "left_matter": {"reason": TEXT},
    "rated": {"score": _choice(*words.SCORES), "words": TEXT_MAYBE},
    "archived": {},
    "assigned": {
        "sender": NAME,
        "letter_no": NAME,
        "received_on": DAY,
        "answer_due": DAY,
        "report_wanted": FLAG,
        "requirement": TEXT_MAYBE,
    },
    "objected": {"reason": TEXT, "approved_by": NAME_MAYBE, "letter_no": NAME_MAYBE},
    "objection_answered": {"answer": _choice(*words.OBJECTION_ANSWERS), "words": TEXT_MAYBE},
    "reported": {"report_no": NAME_MAYBE},
    "report_returned": {"reason": TEXT},
    "review_asked": {
        "level": _choice(*words.REVIEW_LEVELS),
        "organ": NAME,
        "asked_on": DAY,
        "request": TEXT_MAYBE,
        "paper": NAME_MAYBE,
    },
    "reviewed": {
        "result": _choice(*words.REVIEW_RESULTS),
        "letter_no": NAME_MAYBE,
        "received_on": DAY_MAYBE,
        "opinion": TEXT_ASKED,
        "paper": NAME_MAYBE,
    },
    "contacts_erased": {"approved_by": NAME_MAYBE},
}


def erased_texts(kind: str, facts: Mapping[str, object]) -> dict[str, object]:
    """What an event whose texts were erased says in their place, so that its history can still be read and taken in
    elsewhere: the mark where a text has to stand, nothing where it may be missing."""
    if kind == "registered":
        return {"title": ERASED}
    if kind == "amended":
        parties: list[object] = []
        erased = {"to": parties if facts["field"] == "parties" else ERASED} if "to" not in facts else {}
        return {**erased, "reason": ERASED}
    fields = EVENT_FIELDS[kind].items()
    return {name: ERASED for name, spec in fields if spec.private and (spec.needed or spec.asked)}


def is_private(kind: str, name: str, data: Mapping[str, object]) -> bool:
    """Whether a field lies in the erasable side row: free text, and what an amendment says about people and text."""
    if kind == "amended" and name == "to":
        return data.get("field") in ("title", "description", "parties")
    return EVENT_FIELDS[kind][name].private
