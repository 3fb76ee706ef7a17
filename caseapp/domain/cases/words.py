"""The words a case is described with: slugs as they are stored and exchanged (contract §4)."""

from __future__ import annotations

from caseapp.domain.org import settings

CATEGORIES = settings.CATEGORIES
SEATS = settings.SEATS
GRADES = settings.GRADES
TRACKS = ("petition", "dispute")
PETITION_CLASSES = ("appeal", "suggestion", "accusation")
CHANNELS = (
    "visit", "letter", "phone", "online", "hotline", "screening", "reported_up", "assigned_down", "referral",
    "worthy", "other",
)  # fmt: skip
RISKS = ("green", "yellow", "red")
PARTY_ROLES = ("petitioner", "representative", "party", "respondent")
CONTACTS = ("any", "phone", "none")

NOTICES = ("accepted", "redirected", "refused", "transferred", "replied", "resolved")
SERVICE_WAYS = ("in_person", "left", "post", "entrusted", "electronic", "public")
REFUSE_GROUNDS = ("pending_below", "rereviewed", "litigation")
FOLLOW_UP_METHODS = ("visit", "phone", "meeting", "online", "desk")
MEDIATION_RESULTS = ("agreed", "partial", "failed", "adjourned")
RESOLUTION_METHODS = (
    "mediation", "administrative", "ruling", "judicial", "policy", "relief", "explained", "self_settled", "other",
)  # fmt: skip
OUTCOMES = ("supported", "explained", "not_supported")
PASSED_HOW = ("redirected", "transferred")
AGREEMENT_FORMS = ("written", "oral")
CONFIRMATION_RESULTS = ("confirmed", "dismissed", "withdrawn")
AFTER_A_BREACH = ("reopen", "enforce", "waived")
VISIT_RESULTS = ("fulfilled", "performing", "unfulfilled", "relapsed", "refused", "unreachable")
CONFIRMING = ("fulfilled", "performing")
TELLING = ("fulfilled", "performing", "unfulfilled", "relapsed")
TOLD_HOW = ("visit", "phone", "letter", "online")
REVIEW_LEVELS = ("review", "rereview")
REVIEW_RESULTS = ("upheld", "changed", "redo")
OBJECTION_ANSWERS = ("agreed", "refused")
SCORES = ("satisfied", "mostly", "dissatisfied")
AMENDABLE = ("title", "description", "risk", "headcount", "category", "about", "parties")
