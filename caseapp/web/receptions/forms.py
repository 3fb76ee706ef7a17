"""The forms of a day on which a leader receives petitioners, and of what came of a visit."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import Length, Optional

from caseapp.actions.receptions import LONGEST_ANSWER, LONGEST_PLACE
from caseapp.web.cases.forms import needed


class DayForm(FlaskForm):
    """A day that is posted."""

    unit = SelectField(_("Town"), [needed])
    leader = SelectField(_("Who receives"), [needed])
    day = DateField(_("Day"), [needed])
    begins = StringField(_("From"), [needed, Length(max=5)], default="09:00")
    ends = StringField(_("Until"), [needed, Length(max=5)], default="11:30")
    place = StringField(_("Place"), [needed, Length(max=LONGEST_PLACE)])
    submit = SubmitField(_("Post it"))


class VisitForm(FlaskForm):
    """What came of a visit."""

    number = StringField(_("Number of the case"), [needed, Length(max=60)])
    answer = TextAreaField(_("What the leader answered"), [needed, Length(max=LONGEST_ANSWER)])
    promise = StringField(_("What was promised"), [Optional(), Length(max=500)])
    responsible = SelectField(_("Who answers for it"), [Optional()], validate_choice=False)
    due_on = DateField(_("By when"), [Optional()])
    submit = SubmitField(_("Put on record"))
