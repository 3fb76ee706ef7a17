"""/queue, /offline and /sw.js: what waits in the phone, what can be read and written without a line, and the worker
that opens both there."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, json, render_template, url_for
from flask_login import login_required

from caseapp.domain.cases.states import TRANSITIONS
from caseapp.web.cases.act_forms import Fitting, act_form
from caseapp.web.queue.phone_keys import told_keys
from caseapp.web.queue.words import words

room = Blueprint("queue", __name__)
STATES_WITH = {"follow_up": "handling", "return_visit": "resolved"}
ICONS = ("img/mark.svg", "img/icon-192.png")


def install(app: Flask) -> None:
    """What the frame of every page says about the phone."""
    app.jinja_env.globals["queue_words"] = words
    app.jinja_env.globals["phone_keys"] = told_keys


@room.get("/queue")
@login_required
def show() -> str:
    """What waits in this phone. The list is the phone's own; the page brings the frame."""
    return render_template("queue/show.html")


@room.get("/offline")
@login_required
def offline() -> str:
    """My cases of the last 30 days, with a form for a follow-up or a return visit on one of them."""
    acts = {
        action: act_form(TRANSITIONS[state, action], Fitting())(formdata=None, prefix=action)
        for action, state in STATES_WITH.items()
    }
    return render_template("queue/offline.html", acts=acts)


@room.get("/sw.js")
def worker() -> Response:
    """The service worker, with the files it keeps. Open to all: it holds nothing but addresses of files."""
    files = [url_for("assets.bundle", bundle="page.css"), url_for("assets.bundle", bundle="page.js")]
    files += [url_for("static", filename=name) for name in ICONS]
    text = (Path(str(current_app.static_folder)) / "js/worker.js").read_text(encoding="utf-8")
    version = hashlib.sha256("".join([*files, text]).encode()).hexdigest()[:12]
    head = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(files)};\n"
    return Response(head + text, mimetype="text/javascript")
