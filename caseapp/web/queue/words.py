"""What the scripts of the phone say, in the reader's language."""

from __future__ import annotations

from caseapp.kernel.errors import N_
from caseapp.labels import label
from caseapp.web.tongue import tongue

WORDS = {
    "waiting": N_("%(count)s waiting to be sent."),
    "log_in": N_("%(count)s waiting: log in again, and they are sent."),
    "refused": N_("%(count)s not taken: look at what is to be mended."),
    "others": N_("%(count)s of somebody else wait in this phone."),
    "unsent": N_("%(count)s are not sent yet."),
    "locked": N_("Locked: log in, and you see it."),
    "no_key": N_("Nothing can be kept in this phone until you log in again. What you typed still stands here."),
    "no_photo": N_("Choose the photos or papers first."),
    "needed": N_("Please fill this in."),
    "is_sending": N_("Kept in this phone. Being sent …"),
    "is_waiting": N_("Kept in this phone. It is sent as soon as there is a line; you can go on."),
    "is_sent": N_("On record."),
    "is_logged": N_("Logged. The number:"),
    "photos_sent": N_("Photos: %(done)s of %(count)s sent. You can go on; they are sent from any page."),
    "photos_done": N_("Photos: all %(count)s sent."),
    "photos_refused": N_("Photos: %(count)s not taken."),
    "photos_kept": N_("%(count)s photos wait with it in this phone."),
    "kind_log": N_("Log"),
    "kind_photo": N_("Photo"),
    "state_waiting": N_("waits for a line"),
    "state_retry": N_("sent without an answer; is tried again"),
    "state_sending": N_("being sent"),
    "state_refused": N_("not taken"),
    "state_saved": N_("saved as a file"),
    "state_sent": N_("on record"),
    "as_of": N_("As of %(when)s"),
    "people": N_("%(count)s people"),
    "field_story": N_("What happened"),
    "field_unit": N_("Where"),
    "field_category": N_("Category"),
    "field_name": N_("Who"),
    "field_headcount": N_("How many people"),
    "field_phone": N_("Telephone"),
    "field_address": N_("Address"),
    "field_id_number": N_("Number of an identity document"),
    "field_respondent": N_("The other side"),
}


def words() -> dict[str, str]:
    """Each by its name. The places in them are filled in by the scripts, so they are left as they are."""
    say = tongue().looked_up
    told = {name: say(message) for name, message in WORDS.items()}
    told |= {f"kind_{action}": label("action", action) for action in ("follow_up", "return_visit")}
    return told | {f"field_{name}": label("field", name) for name in ("note", "method", "result")}
