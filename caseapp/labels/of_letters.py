"""Words of the letters of the organ."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

LETTER_WORDS: dict[str, dict[str, LazyString]] = {
    "letter": {
        "acceptance": _("Notice of acceptance"),
        "opinion": _("Opinion on the petition"),
        "route": _("Notice of the way it is handled in"),
        "extension": _("Notice of a longer time"),
        "not_accepted": _("Notice that it is not accepted (art. 19)"),
        "no_more": _("Notice that it is no longer accepted (art. 36)"),
        "transfer": _("Letter that passes it on"),
        "passed_on": _("Notice that it was passed on"),
        "report_up": _("Report on the handling"),
        "objection": _("Objection to an assignment"),
        "slip": _("Slip of service"),
    },
    "letter_tab": {"waiting": _("To be done"), "issued": _("Register of numbers")},
    "letter_file": {"draft": _("Draft"), "original": _("Original"), "copy": _("Copy, marked as one")},
    "letter_state": {
        "draft": _("draft"),
        "checked": _("checked"),
        "signed": _("signed off"),
        "issued": _("issued, not served"),
        "served": _("served"),
        "filed": _("filed"),
        "withdrawn": _("withdrawn, void"),
    },
    "letter_step": {
        "check": _("It is whole and right"),
        "sign_off": _("Sign it off"),
        "send_back": _("Send it back"),
        "issue": _("Issue it"),
        "withdraw": _("Withdraw it"),
        "file": _("Put it into the file"),
    },
    "service": {"served": _("It reached them"), "failed": _("In vain")},
}

LETTER_FIELDS: dict[tuple[str, str], LazyString] = {
    ("letter", "to"): _("Whom it is addressed to (several joined by 、)"),
    ("letter", "matters"): _("Matters, one a line"),
    ("letter", "route"): _("Handled under art. 31, number"),
    ("letter", "remark"): _("What is not accepted, and where it went"),
    ("letter", "organ"): _("The organ that is competent"),
    ("letter", "procedure"): _("Procedure (litigation, arbitration, administrative review …)"),
    ("letter", "address"): _("Address of that organ"),
    ("letter", "limit"): _("Its time limit, as far as known"),
    ("letter", "bring"): _("Papers to bring"),
    ("letter", "until"): _("New last day"),
    ("letter", "why"): _("Why it takes longer, in plain words"),
    ("letter", "taken_by"): _("Who accepted or concluded the matter, when, with the number"),
    ("letter", "rereview"): _("The opinion of the re-review: organ, day, number"),
    ("letter", "remains"): _("What they may still do"),
    ("letter", "title"): _("Title of the document"),
    ("letter", "assignment"): _("What was assigned: letter, number, day received"),
    ("letter", "contact"): _("Whom to ask, and the telephone number"),
    ("letter", "enclosed"): _("Enclosures, one a line"),
    ("letter", "gist"): _("The matter in three lines"),
    ("letter", "requirement"): _("What is required"),
    ("letter", "answer_on"): _("Answer wanted by"),
    ("letter", "person"): _("The petitioner: who, from where"),
    ("letter", "found"): _("What was looked into and done"),
    ("letter", "result"): _("What came of it"),
    ("letter", "voice"): _("What the petitioner says to it"),
    ("letter", "rest"): _("What is still to be performed"),
    ("letter", "grounds"): _("Why another organ is competent, in detail"),
    ("letter", "reason"): _("Why it contradicts the reply before"),
}
"""What is written in a letter."""
