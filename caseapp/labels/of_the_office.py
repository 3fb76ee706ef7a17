"""Words of the office: roles, supervision, settings, screening, absences, what logs and jobs say."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

OFFICE_WORDS: dict[str, dict[str, LazyString]] = {
    "role": {
        "grid": _("Grid official"), "village": _("Village cadre"), "liaison": _("Liaison cadre"),
        "station": _("Station"), "leader": _("Town leader"), "office": _("Petition office"),
        "discipline": _("Discipline contact"), "auditor": _("Auditor"), "admin": _("Administrator"),
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
        "time": _("Hours"), "target": _("Targets"), "freeze": _("Closing the month"), "person": _("The town's two heads"), "contact": _("How people reach the office"), "category": _("Categories of our own"),
        "prefix": _("What numbers begin with"),
        "screening": _("Screening rounds"), "robot": _("Where group robots may be"),
    },
    "cadence": {
        "half_monthly": _("Every half-month, to the 15th and to the end"), "monthly": _("Every month"),
        "weekly": _("Every week, Monday to Sunday"),
    },
    "round": {
        "area": _("Area"), "households": _("Households visited"), "members": _("Who went"),
        "companions": _("Who else came along"), "note": _("Anything else"),
    },
    "unit_change": {
        "opened": _("Opened"), "renamed": _("Renamed"), "moved": _("Moved"), "merged": _("Merged"),
        "closed": _("Closed for good"),
    },
    "unit_act": {
        "open": _("Open a unit"), "rename": _("Rename"), "move": _("Move"), "merge": _("Merge into another"),
        "close": _("Close"),
    },
    "day_unit": {"calendar": _("calendar days"), "working": _("working days")},
    "setting": {
        "days.notice": _("Written notice, from receipt"), "days.first_contact": _("First contact, from registration"),
        "days.follow_up_green": _("Follow-up, ordinary risk"), "days.follow_up_yellow": _("Follow-up, considerable risk"),
        "days.follow_up_red": _("Follow-up, grave risk"), "days.team": _("Five seats, from when they are needed"),
        "days.handle_petition": _("Petition, from acceptance"), "days.handle_dispute": _("Dispute, from registration"),
        "days.handle_reopened": _("Handling after a reopening, from it"),
        "days.perform": _("Performing what a reply promised, from the reply"),
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
        "freeze.time": _("Time at which the month before is frozen"), "office.phone": _("Telephone of the office"), "office.address": _("Address of the office"),
        "prefix.petition": _("Numbers of petitions begin with"), "prefix.dispute": _("Numbers of disputes begin with"),
        "prefix.sheet": _("Numbers of supervision sheets begin with"),
        "screening.cadence": _("How often villages are screened"),
        "screening.sensitive": _("Sensitive periods, screened every week"),
        "screening.since": _("Rounds are kept from"), "robot.hosts": _("Machines of group robots"),
    },
    "absence": {
        "leave": _("On leave"), "training": _("Training or mission"), "illness": _("Ill"), "other": _("Away"),
    },
    "audit": {
        "decision_recorded": _("recorded a decision of the meeting"), "decision_done": _("reported a decision done"),
        "login": _("logged in"), "login_failed": _("failed to log in"), "logout": _("logged out"),
        "refused": _("was refused"), "proposed": _("asked for an act"), "decided": _("decided on an act"),
        "contacts_revealed": _("looked at telephone numbers"), "cases_imported": _("imported cases"),
        "cases_exported": _("exported cases"), "ledger_imported": _("imported a ledger"),
        "ledger_exported": _("exported a ledger"), "units_loaded": _("loaded units"), "unit_changed": _("changed a unit"), "user_added": _("added an account"),
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
        "template_put": _("put a Word template in use"), "template_dropped": _("went back to the program's own template"),
        "receipt_issued": _("made a receipt"), "rated": _("put a rating on record"), "month_submitted": _("submitted a month"), "month_returned": _("returned a month"),
        "round_recorded": _("recorded a screening round"), "round_corrected": _("corrected a screening round"),
    },
    "job": {
        "sweep": _("flag what became overdue"), "monthly_rates": _("work out the rates of the month before"),
        "monthly_freeze": _("freeze the reports of the month before"),
        "morning": _("tell each person what is due today"), "post": _("send what is to be told outside"), "files": _("delete files nobody points at"),
    },
}  # fmt: skip
