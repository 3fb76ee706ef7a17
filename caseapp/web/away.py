"""When the machine fails (the database is away, the disk is full): one page that asks it nothing, one line of log."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Response, current_app, jsonify, request
from flask_babel import force_locale, gettext
from werkzeug.exceptions import HTTPException

from caseapp.db import let_go
from caseapp.kernel.errors import N_
from caseapp.kernel.outage import Outage

log = logging.getLogger(__name__)
AGAIN_IN = 10
"""Seconds after which it is worth asking again."""
SECRET = ("password", "code")
"""Parts of names of fields that no page brings back."""
LANGUAGES = {"zh-Hans": "zh_Hans_CN", "en": "en"}
HEADING = N_("The system cannot be reached just now")
CAUSE = {
    "full": N_("The disk of the server is full. Please tell the administrator."),
    "damaged": N_("The database of the server is damaged. Please tell the administrator."),
    "keys": N_("The server lacks the key of personal data that are encrypted. Please tell the administrator."),
    "disk": N_("The disk of the server does not work. Please tell the administrator."),
    "read_only": N_("The server cannot write just now. If it stays so, tell the administrator."),
    "away": N_("The server does not reach its database just now. If it stays so, tell the administrator."),
}
KEPT = N_("Nothing was changed. What you typed is kept in this page: send it again in a moment.")
IN_PHONE = N_("Nothing was changed. What you typed is kept in this phone and is sent again by itself.")
ANEW = N_("Choose the photos once more: a form that comes back has lost them.")
CALM = N_("Nothing was changed. Try again in a moment.")
AGAIN, SEND_AGAIN = N_("Try again"), N_("Send it again")


def answer(outage: Outage) -> Response:
    """What every kind of request is told, without a word to the database."""
    log.error("%s %s was not answered: %s", request.method, request.endpoint or "an address", outage)
    let_go()
    told = _as_json(outage) if wants_json() else _as_page(outage)
    told.status_code = 503
    told.headers["Retry-After"] = str(AGAIN_IN)
    return told


def wants_json() -> bool:
    """Whether a script asked, which keeps what it could not send."""
    return request.blueprint == "sending" or request.accept_mimetypes.best == "application/json"


def _as_json(outage: Outage) -> Response:
    sentence = " ".join(gettext(one) for one in (CAUSE[outage.kind], IN_PHONE))
    return jsonify(problems=[{"field": "", "label": "", "sentence": sentence}])


def _as_page(outage: Outage) -> Response:
    typed = _typed()
    template = current_app.jinja_env.get_template("errors/away.html")
    parts = [_in(name, locale, outage, typed) for name, locale in LANGUAGES.items()]
    return Response(template.render(parts=parts, typed=typed, address=_address(typed)), mimetype="text/html")


def _in(name: str, locale: str, outage: Outage, typed: list[tuple[str, str]]) -> dict[str, Any]:
    sentences = [CAUSE[outage.kind], KEPT if typed else CALM]
    if typed and any(request.files.values()):
        sentences.append(ANEW)
    with force_locale(locale):
        return {
            "lang": name,
            "heading": gettext(HEADING),
            "sentences": [gettext(one) for one in sentences],
            "again": gettext(SEND_AGAIN if typed else AGAIN),
        }


def _typed() -> list[tuple[str, str]]:
    """The fields of the form that was sent, to be sent once more; none of one with a password, or of one that could not
    be read."""
    try:
        if any(part in name for name in request.form for part in SECRET):
            return []
        return [(name, value) for name, values in request.form.lists() for value in values]
    except (OSError, HTTPException):
        return []


def _address(typed: list[tuple[str, str]]) -> str:
    """Where to ask again: the address that was asked for; of a form that is not sent again, the page it stands on."""
    asked = urlsplit(request.url if typed or request.method == "GET" else request.referrer or request.host_url)
    if asked.netloc != request.host:
        return "/"
    return urlunsplit(("", "", asked.path, asked.query, ""))
