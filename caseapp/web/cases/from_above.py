"""What a letter from above says (上级交办), as the log form asks it: it is shown and needed where that is how the case
came in, and for posts at the town alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, StringField, TextAreaField
from wtforms.validators import Optional, StopValidation

from caseapp.domain.cases.texts import LONGEST_TEXT, longest

FROM_ABOVE = "assigned_down"
LONGEST_LETTER = 100


class WhenAssigned:
    """Something has to stand there where the case was assigned from above."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if form.is_assigned and not "".join(field.raw_data or ()).strip():
            field.errors = []
            raise StopValidation(str(_("Please fill this in.")))


class FromAbove:
    """The fields of a log form that say what was assigned. ``receives``: whether who logs it receives such letters."""

    receives = False
    channel: Field
    received_on: Field
    sender = StringField(_("Who assigned it"), [WhenAssigned()], render_kw={"maxlength": longest("sender")})
    letter_no = StringField(_("Number of the letter"), [WhenAssigned()], render_kw={"maxlength": LONGEST_LETTER})
    answer_due = DateField(_("Answer due on"), [WhenAssigned(), Optional()])
    report_wanted = BooleanField(_("A report on the handling is wanted"), default=True)
    requirement = TextAreaField(_("What is required"), render_kw={"maxlength": LONGEST_TEXT, "rows": 2})

    @property
    def is_assigned(self) -> bool:
        """Whether the case came from above, and is logged by who receives such cases."""
        return self.receives and self.channel.data == FROM_ABOVE

    def received(self) -> str | None:
        """The day on which it was received, where that was earlier."""
        return self.received_on.data.isoformat() if self.received_on.data else None

    def assigned(self, today: date) -> dict[str, Any] | None:
        """What was assigned, as an event says it; None where nothing was."""
        if not self.is_assigned:
            return None
        return {
            "sender": self.sender.data,
            "letter_no": self.letter_no.data,
            "received_on": self.received() or today.isoformat(),
            "answer_due": self.answer_due.data.isoformat(),
            "report_wanted": self.report_wanted.data,
            "requirement": self.requirement.data,
        }
