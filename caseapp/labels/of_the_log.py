"""Words of the audit log: families of acts, what an entry tells besides, the pages where somebody was refused."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

LOG_WORDS: dict[str, dict[str, LazyString]] = {
    "log_family": {
        "refusals": _("Tries that were refused"), "looks": _("Looked at what is protected"), "exports": _("Taken away or exported"),
        "imports": _("Taken in"), "accounts": _("Accounts and posts"), "settings": _("Settings, units, templates"),
        "second_person": _("What needs a second person"), "command_line": _("As somebody else on the command line"),
        "logins": _("Logins"), "reports": _("Frozen reports and anchors"), "outside": _("Handed over to an authority outside"),
    },
    "log_detail": {
        "why": _("Why"), "place": _("Where"), "changing": _("To change something"), "named": _("Of it"),
        "command": _("Command"), "system_user": _("User of the machine"), "reason": _("Reason"),
        "contacts": _("With telephone numbers and addresses"), "cases": _("Cases"), "role": _("Role"), "unit": _("Unit"),
        "month": _("Month"), "period": _("Period"), "revision": _("Revision"), "form": _("Form"), "nth": _("Running number"),
        "kind": _("Kind"), "person": _("Person"), "to": _("To"), "seats": _("Seats"), "team": _("Seats"), "out": _("Out of it"), "kept": _("Kept"),
        "first": _("From"), "last": _("Until"), "added": _("Added"), "changed": _("Changed"),
        "version": _("Version"), "file_name": _("File"), "old": _("Old value"), "new": _("New value"),
        "valid_from": _("Valid from"), "days": _("Days"), "channel": _("Channel"), "active": _("In use"),
        "week": _("Week"), "responsible": _("Responsible"), "ground": _("Ground"), "sheet": _("Sheet"),
        "households": _("Households"), "late": _("Entered late"), "nothing_found": _("Nothing found"),
        "fields": _("Fields"), "move": _("Act"), "action": _("Act"), "event": _("Event"), "approved": _("Was agreed to"),
        "done": _("Done"), "continued": _("Continued"), "unchanged": _("Unchanged"), "refused": _("Lines refused"),
        "throttled": _("Too many tries"), "anchor": _("Anchor"), "document": _("Paper"), "figure": _("Figure"),
        "variant": _("Form"), "letter": _("Letter"), "number": _("Letter no."), "which": _("Copy"), "proposal": _("Request"), "step": _("Step"), "seat": _("Seat"), "entries": _("Entries"),
        "who": _("Who did it"), "what": _("What was done"), "subject": _("Of what"), "said_by": _("Said by"), "asked_by": _("Asked for by"), "on": _("Day"),
    },
    "log_page": {
        "accounts": _("accounts"), "work": _("my work"), "cases": _("cases"), "similar": _("cases of the same matter"),
        "people": _("people of a case"), "desk": _("the desk"), "documents": _("photos and papers"),
        "deadlines": _("what is overdue"), "reports": _("reports"), "closing": _("closing a month"),
        "papers": _("papers of reports"), "publish": _("published reports"), "meetings": _("meetings"),
        "screening": _("screening"), "issuing": _("letters"), "paper_forms": _("forms to print"), "letter_service": _("service of letters"), "supervision": _("supervision"), "day": _("the list of the day"),
        "absences": _("absences"), "settings": _("settings"), "templates": _("Word templates"), "teams": _("teams"),
        "notices": _("notices"), "receipts": _("receipts"), "track": _("the public page"),
        "pressed": _("reports of pressure"), "queue": _("the queue of the phone"), "sending": _("the queue of the phone"),
        "retention": _("contacts to be erased"), "units": _("units"), "audit": _("the audit log"),
    },
    "stray": {
        "login_failed": _("failed to log in"), "receipt_wrong": _("wrong receipts"),
        "no_page": _("addresses that lead nowhere"), "refused": _("more refusals than are written down"),
    },
}  # fmt: skip
