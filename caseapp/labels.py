"""The words of the field for the slugs that are stored. English here, the official terms in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType

from flask_babel import LazyString, lazy_gettext

_ = lazy_gettext
own_words: ContextVar[Mapping[tuple[str, str], str]] = ContextVar("own_words", default=MappingProxyType({}))
"""What the office calls its seats, their duties and its own categories; an edge sets it when it knows the office."""

LABELS: dict[str, dict[str, LazyString]] = {
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
    "role": {
        "grid": _("Grid official"), "village": _("Village cadre"), "liaison": _("Liaison cadre"),
        "station": _("Station"), "leader": _("Town leader"), "office": _("Petition office"),
        "discipline": _("Discipline contact"), "auditor": _("Auditor"), "admin": _("Administrator"),
    },
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
        "team": _("Fill the five seats"), "handle": _("Handling limit"), "return_visit": _("Return visit"),
    },
    "rule": {
        "notice": _("received + %(days)d days"), "first_contact": _("registered + %(days)d day"),
        "follow_up_green": _("last work + %(days)d days (ordinary)"),
        "follow_up_yellow": _("last work + %(days)d days (considerable)"),
        "follow_up_red": _("last work + %(days)d days (grave)"), "team": _("first needed + %(days)d days"),
        "handle_petition": _("accepted, or at the latest received + 15 + %(days)d days"),
        "handle_dispute": _("registered + %(days)d days"),
        "handle_extended": _("first due date, extended by %(days)d days"),
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
    "sheet": {
        "draft": _("Draft"), "issued": _("Issued"), "answered": _("Answered"), "returned": _("Returned for more"),
        "closed": _("Closed"), "dropped": _("Dropped"),
    },
    "sheet_kind": {
        "drafted": _("Drafted"), "issued": _("Issued"), "answered": _("Answered"), "accepted": _("Answer accepted"),
        "returned": _("Returned for more"), "dropped": _("Dropped"),
    },
    "sheet_step": {
        "issue": _("Issue"), "drop": _("Drop"), "answer": _("Answer"), "accept": _("Accept the answer"),
        "return": _("Return it"),
    },
    "ground": {
        "half_time": _("Half the time gone without an entry"), "follow_up_missed": _("Follow-up missed twice"),
        "handle_passed": _("Handling date passed"), "raised_again": _("Raised again or reopened"),
    },
    "setting_group": {
        "days": _("How many days"), "unit": _("How days are counted"),
        "ladder": _("The ladder: days after an item became overdue"), "seat": _("Names of the five seats"),
        "duty": _("Duties of the five seats"), "light": _("Lights: yellow in the last days"),
        "time": _("Hours"), "target": _("Targets"), "freeze": _("Closing the month"), "person": _("The town's two heads"), "category": _("Categories of our own"),
    },
    "day_unit": {"calendar": _("calendar days"), "working": _("working days")},
    "setting": {
        "days.notice": _("Written notice, from receipt"), "days.first_contact": _("First contact, from registration"),
        "days.follow_up_green": _("Follow-up, ordinary risk"), "days.follow_up_yellow": _("Follow-up, considerable risk"),
        "days.follow_up_red": _("Follow-up, grave risk"), "days.team": _("Five seats, from when they are needed"),
        "days.handle_petition": _("Petition, from acceptance"), "days.handle_dispute": _("Dispute, from registration"),
        "days.return_visit_1": _("First return visit, from resolution"),
        "days.return_visit_2": _("Second return visit, from resolution"),
        "days.return_visit_3": _("Third return visit, from resolution"),
        "unit.first_contact": _("First contact"), "unit.follow_up_green": _("Follow-up, ordinary risk"),
        "unit.follow_up_yellow": _("Follow-up, considerable risk"), "unit.follow_up_red": _("Follow-up, grave risk"),
        "unit.team": _("Fill the five seats"), "ladder.lead": _("The lead is told"),
        "ladder.office": _("The office is told"), "ladder.heads": _("The town's heads are told"),
        "seat.lead": _("Lead"), "seat.dept": _("Responsible station"), "seat.liaison": _("Village liaison"),
        "seat.village": _("Village seat"), "seat.grid": _("Grid seat"), "duty.lead": _("Lead"),
        "duty.dept": _("Responsible station"), "duty.liaison": _("Village liaison"), "duty.village": _("Village seat"),
        "duty.grid": _("Grid seat"), "light.short": _("Limits under 30 days"),
        "light.long": _("Limits of 30 days and more"), "quiet.from": _("Nobody is disturbed from"),
        "quiet.to": _("Nobody is disturbed until"), "head.1": _("First head"), "head.2": _("Second head"),
        "category.own": _("One a line; a name may be changed, its place stays"),
        "target.first": _("First petitions, resolution rate"), "target.repeat": _("Repeat petitions, resolution rate"),
        "target.backlog": _("Backlog, resolution rate"), "freeze.day": _("Day on which the month before is frozen"),
        "freeze.time": _("Time at which the month before is frozen"),
    },
    "absence": {
        "leave": _("On leave"), "training": _("Training or mission"), "illness": _("Ill"), "other": _("Away"),
    },
    "field": {
        "received_on": _("Received on"), "notice": _("What was told"), "method": _("Way"), "route": _("Route (art. 31)"),
        "to": _("To"), "ground": _("Ground"), "approved_by": _("Approved by"), "letter_no": _("Letter no."),
        "reason": _("Reason"), "requirement": _("What is required"), "due_on": _("Due on"), "field": _("What"),
        "seat": _("Seat"), "holder": _("Holder (A)"), "deputy": _("Deputy (B)"), "text": _("Plan"),
        "by_seat": _("For the seat"), "acting": _("As the deputy (B)"), "note": _("What was done"), "result": _("Result"),
        "told_on": _("Petitioner told on"), "told_how": _("Petitioner told by"), "evidence": _("Evidence"), "outcome": _("Outcome"),
        "served_on": _("Served on"), "advice": _("Advice on other ways"), "of": _("Which case"), "into": _("Into which case"),
        "score": _("Rating"), "title": _("What happened"), "description": _("Details"), "risk": _("Risk"),
        "headcount": _("How many people"), "category": _("Category"), "about": _("Complained of"), "parties": _("Parties"),
        "at": _("When it happened"),
    },
    "line": {
        "stock": _("Carried over"), "new": _("New"), "returned": _("Came back"), "inflow": _("To be dealt with"),
        "resolved": _("Resolved"), "closed_unresolved": _("Closed, not resolved"), "left": _("Left for elsewhere"),
        "open": _("Open"), "workload": _("Workload"), "workload_verified": _("Workload for verification"),
    },
    "rate": {
        "net": _("Resolution rate"), "verified": _("Verified resolution rate"), "cohort": _("Resolution rate of the new"),
        "naive": _("As often reported (for comparison only)"), "closed": _("Closing rate"),
        "notice": _("Timely notice rate"), "ontime": _("On-time closing rate"), "evaluated": _("Share rated"),
        "satisfied": _("Satisfied, of those rated"), "satisfied_all": _("Satisfied, of all to be rated"),
        "visit": _("Timely return visit rate"), "visit_ok": _("Confirmed by return visit"),
        "repeat": _("Repeat petition rate"), "seats": _("Five seats filled"), "lead": _("Lead at work"),
        "tier_group": _("Resolved at group"), "tier_village": _("Resolved at village"), "tier_town": _("Resolved at town"),
    },
    "window": {
        "year_to_date": _("Year to date"), "previous_month": _("Month before"),
        "same_month_last_year": _("Same month last year"), "previous_period": _("Period before"),
        "same_period_last_year": _("Same period last year"),
    },
    "week": {
        "new": _("New"), "resolved": _("Resolved"), "verified": _("Verified"), "returned": _("Came back"),
        "open": _("Open"), "overdue": _("Overdue"),
    },
    "period": {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year"), "days": _("Days")},
    "part": {
        "village": _("Village or community"), "category": _("Category"), "tier": _("Tier at the end"),
        "lead": _("Lead seat at the end"), "channel": _("Channel"), "track": _("Track"), "cohort": _("Cohort"),
    },
    "cohort": {
        "first": _("First petitions"), "repeat": _("Repeat petitions"), "backlog": _("Backlog of a year and more"),
        "dispute": _("Disputes"),
    },
    "age": {
        "under_30": _("under 30 days"), "under_90": _("30 to 89 days"), "under_180": _("90 to 179 days"),
        "under_365": _("180 to 364 days"), "year_and_more": _("a year and more"),
    },
    "formula": {
        "net": _("of the workload, resolved at the end"),
        "verified": _("of the workload for verification, resolved and confirmed by a return visit at the end"),
        "cohort": _("of the cases registered in the window, resolved at the end"),
        "naive": _("cases with a resolution in the window, over the new ones"),
        "closed": _("of all to be dealt with, no longer open at the end"),
        "notice": _("of petitions whose notice fell due in the window, told by the due date"),
        "ontime": _("of cases whose handling fell due in the window, closed by the due date"),
        "evaluated": _("of cases resolved in the window, rated afterwards"),
        "satisfied": _("of those rated, satisfied or mostly satisfied"),
        "satisfied_all": _("of cases resolved in the window, rated satisfied or mostly"),
        "visit": _("of resolutions whose first visit fell due in the window, visited by then"),
        "visit_ok": _("of return visits made in the window, fulfilled or being performed"),
        "repeat": _("of petitions registered in the window, repeating or merged into another"),
        "seats": _("of the workload that needs a team, all five seats filled at the end"),
        "lead": _("of the workload that needs a team, seats filled and the lead personally at work in the window"),
        "tier_group": _("of the resolved, held by a group at the resolution"),
        "tier_village": _("of the resolved, held by a village at the resolution"),
        "tier_town": _("of the resolved, held by the town at the resolution"),
    },
    "apart": {
        "voided": _("Voided"), "merged": _("Merged"), "late_entered": _("Entered more than 72 hours late"),
        "accusations": _("Accusations received"),
    },
    "audit": {
        "decision_recorded": _("recorded a decision of the meeting"), "decision_done": _("reported a decision done"),
        "login": _("logged in"), "login_failed": _("failed to log in"), "logout": _("logged out"),
        "refused": _("was refused"), "proposed": _("asked for an act"), "decided": _("decided on an act"),
        "contacts_revealed": _("looked at telephone numbers"), "cases_imported": _("imported cases"),
        "cases_exported": _("exported cases"), "ledger_imported": _("imported a ledger"),
        "ledger_exported": _("exported a ledger"), "units_loaded": _("loaded units"), "user_added": _("added an account"),
        "user_enabled": _("enabled an account"), "user_disabled": _("disabled an account"),
        "password_set": _("set a password"), "post_added": _("gave a post"), "post_ended": _("ended a post"),
        "standing_team_set": _("set a standing team"), "absence_entered": _("entered an absence"),
        "absence_ended": _("ended an absence"), "interest_declared": _("declared an interest"),
        "interest_undo_asked": _("asked to take back a declared interest"),
        "interest_undone": _("agreed to take back a declared interest"), "handed_over": _("handed over seats"),
        "supervision_drafted": _("drafted a supervision sheet"), "supervision_issued": _("issued a supervision sheet"),
        "supervision_dropped": _("dropped a draft"), "supervision_answered": _("answered a supervision sheet"),
        "supervision_accepted": _("accepted an answer"), "supervision_returned": _("returned an answer"),
        "co_handler_asked": _("asked somebody to help"), "co_handler_reported": _("reported on a task"),
        "co_handler_released": _("ended a helper's part"), "signed_for": _("signed for a case"), "urged": _("urged"),
        "setting_changed": _("changed a setting"), "official_days_entered": _("entered official days"), "reach_set": _("changed how they are told"), "report_frozen": _("froze a report"),
        "month_submitted": _("submitted a month"), "month_returned": _("returned a month"),
    },
    "job": {
        "sweep": _("flag what became overdue"), "monthly_rates": _("work out the rates of the month before"),
        "monthly_freeze": _("freeze the reports of the month before"),
        "morning": _("tell each person what is due today"), "post": _("send what is to be told outside"), "files": _("delete files nobody points at"),
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


def label(kind: str, slug: object) -> str:
    """The word for a slug: what the office calls it, or else what the field does."""
    return own_words.get().get((kind, str(slug))) or str(LABELS[kind].get(str(slug), slug))


def choice_label(event: str, field: str, value: object) -> str:
    """The word for a value of an event's field."""
    if field in ("seat", "by_seat"):
        return label("seat", value)
    if event == "amended" and field == "field":
        return label("field", value)
    return str(CHOICES.get((event, field), {}).get(value, value))
