"""Logging in; keeping accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

needed = InputRequired(_("Please fill this in."))


class LoginForm(FlaskForm):
    """A name and a password."""

    username = StringField(_("User name"), [needed, Length(max=60)])
    password = PasswordField(_("Password"), [needed, Length(max=200)])
    submit = SubmitField(_("Log in"))


class AccountForm(FlaskForm):
    """A new account with its first post."""

    username = StringField(_("User name"), [needed, Length(max=60)])
    full_name = StringField(_("Full name"), [needed, Length(max=80)])
    phone = StringField(_("Telephone"), [Length(max=30)])
    password = PasswordField(_("Password"), [needed, Length(max=200)])
    role = SelectField(_("Role"))
    unit = SelectField(_("Unit"))
    submit = SubmitField(_("Add account"))


class PostForm(FlaskForm):
    """One more post."""

    role = SelectField(_("Role"))
    unit = SelectField(_("Unit"))
    submit = SubmitField(_("Add post"))


class PasswordForm(FlaskForm):
    """A new password."""

    password = PasswordField(_("New password"), [needed, Length(max=200)])
    submit = SubmitField(_("Set password"))
