"""The front door: pages. ``install`` is the list of what makes an application a web application."""

from __future__ import annotations

from flask import Flask
from flask_babel import get_babel
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

from caseapp.web import attempt, entrance, errors, guard, heavy, page, session, tone, transfer
from caseapp.web.accounts import leaving, login, own
from caseapp.web.accounts import views as accounts
from caseapp.web.assigned import views as assigned
from caseapp.web.audit import views as audit
from caseapp.web.cases import accusations, desk, look_up, of_many, parties, people, similar, subsidies
from caseapp.web.cases import views as cases
from caseapp.web.day import views as day
from caseapp.web.deadlines import views as deadlines
from caseapp.web.documents import uploads
from caseapp.web.documents import views as documents
from caseapp.web.health import views as health
from caseapp.web.issuing import agreement, paper_forms, volume
from caseapp.web.issuing import service as letter_service
from caseapp.web.issuing import views as issuing
from caseapp.web.meetings import views as meetings
from caseapp.web.notices import views as notices
from caseapp.web.outside import views as outside
from caseapp.web.pressed import views as pressed
from caseapp.web.queue import sending
from caseapp.web.queue import views as queue
from caseapp.web.receipts import views as receipts
from caseapp.web.receptions import views as receptions
from caseapp.web.receptions import visitors
from caseapp.web.reports import assessment, closing, papers, publish
from caseapp.web.reports import views as reports
from caseapp.web.retention import views as retention
from caseapp.web.screening import views as screening
from caseapp.web.settings import county_forms
from caseapp.web.settings import templates as word_templates
from caseapp.web.settings import views as settings
from caseapp.web.supervision import views as supervision
from caseapp.web.teams import handover, vacancies
from caseapp.web.teams import people as absences
from caseapp.web.teams import views as teams
from caseapp.web.track import reply
from caseapp.web.track import views as track
from caseapp.web.units import requests as unit_requests
from caseapp.web.units import views as units
from caseapp.web.work import views as work

ROOMS = (
    login, accounts, own, work, cases, similar, people, parties, desk, accusations, documents, deadlines, reports,
    closing, papers, publish, meetings, screening, supervision, day, absences, settings, word_templates, teams,
    health, notices, receipts, track, pressed, reply, audit, transfer, queue, sending, units, handover, vacancies,
    leaving, unit_requests, outside, retention, assigned, issuing, letter_service, agreement,
    paper_forms, volume, look_up, receptions, visitors, subsidies, of_many,
    county_forms, assessment,
)  # fmt: skip


def install(app: Flask) -> None:
    """Languages, forgery protection, look, login, headers, errors, and the rooms."""
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    attempt.install(app)
    app.before_request(uploads.make_room)
    entrance.install(app)
    get_babel(app).locale_selector = page.chosen_language
    CSRFProtect(app)
    Bootstrap5(app)
    session.install(app)
    transfer.install(app)
    guard.install(app)
    page.install(app)
    tone.install(app)
    queue.install(app)
    errors.install(app)
    heavy.install(app)
    for room in ROOMS:
        app.register_blueprint(room.room)
