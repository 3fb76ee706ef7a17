"""Remarks on words that judge a person: while typing (``js/tone.js``), beside a field of a form that comes back, and on
the page after an entry that was taken. Nothing is refused, and nothing of it is kept."""

from __future__ import annotations

from flask import Flask, Response, flash, request
from flask_babel import gettext
from flask_login import current_user

from caseapp.domain.cases.tone import PERSON_WORDS, REMARK, TAKEN, person_words


def install(app: Flask) -> None:
    """What the fields of every page and the frame say, and the remark on the page after."""
    app.jinja_env.globals.update(remark_on=remark_on, tone=tone)
    app.after_request(remark_after)


def remark_on(text: object) -> str:
    """The remark on what stands in a field, or nothing."""
    found = person_words(text) if isinstance(text, str) else []
    return gettext(REMARK, words="、".join(found)) if found else ""


def tone() -> dict[str, object]:
    """The list and the sentence, for the pages that remark while one types, without a line too."""
    return {"words": PERSON_WORDS, "sentence": gettext(REMARK, words="{words}")}


def remark_after(response: Response) -> Response:
    """An entry that was taken leads to another page: that one says it, once, and to who wrote it."""
    if request.method == "POST" and response.status_code in (302, 303) and current_user.is_authenticated:
        typed = (value for values in request.form.listvalues() for value in values)
        if any(person_words(value) for value in typed):
            flash(gettext(TAKEN), "warning")
    return response
