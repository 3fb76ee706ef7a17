"""The forms of the public page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length

from caseapp.actions.track import LONGEST_REACH, LONGEST_REPORT
from caseapp.web.entrance import new_token

needed = InputRequired(_("Please fill this in."))


class LookForm(FlaskForm):
    """A number and a code."""

    number = StringField(_("Number on the receipt"), [needed, Length(max=60)])
    code = StringField(_("Code on the receipt"), [needed, Length(max=30)])
    submit = SubmitField(_("Look up"))


class PressedForm(FlaskForm):
    """What happened, and how to reach who tells it. ``key`` is made with the form: sent twice, it is told once."""

    key = HiddenField(validators=[InputRequired(), Length(max=64)], default=new_token)
    text = TextAreaField(_("What was done to you"), [needed, Length(max=LONGEST_REPORT)])
    reach = StringField(_("How to reach you (may stay empty)"), [Length(max=LONGEST_REACH)])
    submit = SubmitField(_("Send to the discipline contact"))
