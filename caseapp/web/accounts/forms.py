"""Logging in; one's own account; keeping accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField, SubmitField
from wtforms.validators import EqualTo, InputRequired, Length

needed = InputRequired(_("Please fill this in."))
LONGEST = Length(max=200)
same = EqualTo("password", _("The two passwords are not the same."))


class LoginForm(FlaskForm):
    """A name and a password."""

    username = StringField(_("User name"), [needed, Length(max=60)])
    password = PasswordField(_("Password"), [needed, LONGEST])
    submit = SubmitField(_("Log in"))


class CodeForm(FlaskForm):
    """The code of the second factor."""

    code = StringField(_("Code of the authenticator app"), [needed, Length(max=40)])
    submit = SubmitField(_("Go on"))


class FirstLoginForm(FlaskForm):
    """A one-time code, and the password that its holder chooses."""

    username = StringField(_("User name"), [needed, Length(max=60)])
    code = StringField(_("One-time code"), [needed, Length(max=40)])
    password = PasswordField(_("New password"), [needed, LONGEST])
    again = PasswordField(_("New password once more"), [needed, same])
    submit = SubmitField(_("Set the password and log in"))


class OwnPasswordForm(FlaskForm):
    """The present password, and a new one."""

    present = PasswordField(_("Present password"), [needed, LONGEST])
    password = PasswordField(_("New password"), [needed, LONGEST])
    again = PasswordField(_("New password once more"), [needed, same])
    submit = SubmitField(_("Change the password"))


class PresentForm(FlaskForm):
    """The present password, before something that a telephone left lying open must not be enough for."""

    present = PasswordField(_("Present password"), [LONGEST])


class AccountForm(FlaskForm):
    """A new account with its first post. Its holder sets the password."""

    username = StringField(_("User name"), [needed, Length(max=60)])
    full_name = StringField(_("Full name"), [needed, Length(max=80)])
    phone = StringField(_("Telephone"), [Length(max=30)])
    role = SelectField(_("Role"))
    unit = SelectField(_("Unit"))
    submit = SubmitField(_("Add account"))


class PostForm(FlaskForm):
    """One more post."""

    role = SelectField(_("Role"))
    unit = SelectField(_("Unit"))
    submit = SubmitField(_("Add post"))
