"""How I want to be told outside the inbox: one small form a channel."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import Length


class ReachForm(FlaskForm):
    """An address, a secret where the robot has one, on or off."""

    address = StringField(_("Address"), [Length(max=500)])
    secret = StringField(_("Secret (only of a signed DingTalk robot)"), [Length(max=200)])
    active = BooleanField(_("Tell me this way"))
