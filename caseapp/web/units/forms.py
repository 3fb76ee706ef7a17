"""What a change of a unit asks for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

needed = InputRequired(_("Please fill this in."))


class ChangeForm(FlaskForm):
    """From which day on, and why. ``looked`` says which change was looked at before it is put on record."""

    from_on = DateField(_("From this day on"), [needed])
    reason = StringField(_("Reason"), [needed, Length(max=500)])
    looked = HiddenField()
    submit = SubmitField(_("Show what moves"))


class RenameForm(ChangeForm):
    """Another name."""

    name = StringField(_("Name of the unit"), [needed, Length(max=80)])
    kind = StringField(_("What it is called: 村, 社区, 组, 网格"), [needed, Length(max=20)])


class MoveForm(ChangeForm):
    """Another unit above it."""

    parent = SelectField(_("Under which unit"), [needed])


class MergeForm(ChangeForm):
    """Into which other unit it goes."""

    into = SelectField(_("Into which unit"), [needed])


class OpenForm(RenameForm):
    """A new unit."""

    code = StringField(_("Code of the unit"), [needed, Length(max=40)])
    parent = SelectField(_("Under which unit"), [needed])
