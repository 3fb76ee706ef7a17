"""What a field is called in one event alone."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

OWN_FIELDS: dict[tuple[str, str], LazyString] = {
    ("replied", "text"): _("Text of the reply"),
    ("assigned", "letter_no"): _("Number of the letter"),
    ("objected", "reason"): _("Why another organ is competent, in detail"),
    ("objection_answered", "words"): _("What the sender says to it"),
    ("report_returned", "reason"): _("Why it came back"),
    ("review_asked", "organ"): _("The organ that is asked"),
    ("review_asked", "asked_on"): _("Asked for on"),
    ("review_asked", "request"): _("What is asked for, and why"),
    ("review_asked", "paper"): _("The application"),
    ("reviewed", "result"): _("What it came to"),
    ("reviewed", "letter_no"): _("Number of its opinion"),
    ("reviewed", "received_on"): _("Received by the petitioner on"),
    ("reviewed", "opinion"): _("What it says"),
    ("reviewed", "paper"): _("The opinion of the organ above"),
    ("requested", "nth"): _("Which request"),
    ("requested", "text"): _("What is asked for, in the petitioner's words"),
    ("request_amended", "nth"): _("Which request"),
    ("request_amended", "text"): _("What is asked for, in the petitioner's words"),
    ("request_amended", "reason"): _("Why it is amended"),
    ("request_passed", "nth"): _("Which request"),
    ("request_passed", "how"): _("In which way"),
    ("request_passed", "to"): _("The organ that is competent"),
    ("request_passed", "reason"): _("Why that organ is competent"),
    ("request_answered", "nth"): _("Which request"),
    ("request_answered", "facts"): _("Facts and reasons"),
    ("request_answered", "ground"): _("Ground in law (act and article)"),
    ("request_answered", "text"): _("Opinion"),
    ("replied", "ground"): _("Ground in law (act and article)"),
    ("replied", "reason"): _("Why it contradicts the reply before"),
    ("replied", "paper"): _("The reply as a paper (may take the place of its text)"),
    ("mediated", "agreed_to"): _(
        "Every party agrees to the mediation and was told of their rights (before the first session)"
    ),
    ("mediated", "invited"): _("Invited with the consent of the parties (relatives, worthies, experts)"),
    ("mediated", "paper"): _("Photo of the signed record"),
    ("agreed", "text"): _("What was agreed"),
    ("agreed", "paper"): _("Photo of the signed agreement, or of the sheet of the oral one"),
    ("undertaken", "to"): _("For whom"),
    ("undertaken", "due_on"): _("To be done by"),
    ("undertaken", "way"): _("In which way"),
    ("performed", "note"): _("How it is known"),
    ("performed", "paper"): _("Photo of the receipt or of what else shows it"),
    ("breached", "reason"): _("What was not done, and why"),
    ("notice_served", "method"): _("How it was served"),
    ("notice_served", "received_by"): _("Who received it (of a paper left there: who saw it)"),
    ("notice_served", "paper"): _("Photo of the slip that was signed, or of what else shows the service"),
    ("withdrawn", "reason"): _("Why the petitioner takes it back"),
    ("withdrawn", "paper"): _("The petitioner's signed paper; without it, who agrees calls the petitioner"),
}
