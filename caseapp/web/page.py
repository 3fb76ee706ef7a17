"""What every page has at hand: language, labels, navigation with its badges, how days and instants are written."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

from flask import Flask, flash, g, request, session
from flask_babel import get_locale, gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.notices.queries import at_a_glance
from caseapp.domain.org.queries import is_demo
from caseapp.domain.reports.prose import period_name
from caseapp.kernel.clock import SHANGHAI, chinese_day
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.kernel.periods import Month, Period, parse_period
from caseapp.kernel.yuan import in_figures, in_words
from caseapp.labels import OF_A_REQUEST, field_label
from caseapp.web import trail
from caseapp.web.addresses import url_for
from caseapp.web.frame import frame
from caseapp.web.tongue import Tongue, choice_label, keep_words_of_forms, label, macros, text, tongue

A_YEAR = 366
LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
CHOICES = {"lang": tuple(LANGUAGES), "text": ("normal", "large")}


class MessageWithValues(Protocol):
    """A message id and the values that go into it."""

    @property
    def message(self) -> str: ...

    @property
    def params(self) -> dict[str, object]: ...


class DaySpan(Protocol):
    """Some days, both ends included."""

    @property
    def first(self) -> date: ...

    @property
    def last(self) -> date: ...


class PageTemplate(Template):
    """A template. None has values of its own that the macros it imports would have to be given, so none are looked
    for."""

    def _get_default_module(self, _ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def install(app: Flask) -> None:
    """Put all of it into the templates."""
    app.jinja_env.template_class = PageTemplate
    app.before_request(keep_choices)
    app.context_processor(at_hand)
    app.jinja_env.globals.update(
        _=text,
        url_for=url_for,
        label=label,
        choice_label=choice_label,
        field_label=field_label,
        drawn=drawn,
        kept=kept,
        line=line,
        own_row=own_row,
    )
    app.jinja_env.filters.update(
        day=show_day,
        span=show_span,
        instant=show_instant,
        period=show_period,
        said=said,
        masked=masked,
        masked_name=masked_name,
        yuan=in_figures,
        yuan_in_words=in_words,
    )


def drawn(template: str, macro: str, *values: Hashable) -> Markup:
    """What a macro draws of some values in the language in force."""
    return tongue().draw(template, macro, *values)


def kept(template: str, macro: str, *values: Hashable) -> Markup:
    """What a macro draws of more values: a part of a page that is the same for many. A few hundred are kept."""
    return _kept(tongue(), request.script_root, template, macro, *values)


@lru_cache(maxsize=256)
def _kept(_said: Tongue, _root: str, template: str, macro: str, *values: Hashable) -> Markup:
    found: Markup = getattr(macros(template), macro)(*values)
    return found


@lru_cache(maxsize=4096)
def _line(_said: Tongue, row: Hashable) -> Markup:
    found: Markup = macros("cases").case_link(row)
    return found


def line(row: Hashable) -> Markup:
    """A case as a line of a list, drawn once for all whose lists say the same of it."""
    return _line(tongue(), row)


@lru_cache(maxsize=4096)
def _own_row(_said: Tongue, _root: str, row: Hashable) -> Markup:
    found: Markup = macros("desk").own_row(row)
    return found


def own_row(row: Hashable) -> Markup:
    """A due item on the desk of who is to do it, drawn once as well."""
    return _own_row(tongue(), request.script_root, row)


def keep_choices() -> None:
    """``?lang=en`` or ``zh``, ``?text=large`` or ``normal``: what a reader chose is kept for the session."""
    for name, known in CHOICES.items():
        wanted = request.args.get(name)
        if wanted in known:
            session[name] = wanted


def chosen_language() -> str:
    """Chinese unless English was chosen."""
    language = LANGUAGES.get(session.get("lang", "zh"), LANGUAGES["zh"])
    keep_words_of_forms(language)
    return language


def _is_large() -> bool:
    return session.get("text") == "large"


def at_hand() -> dict[str, Any]:
    """The frame, the language, and whether this is the demo; error pages have no more than that."""
    said, here, large = tongue(), current_user.ctx if current_user.is_authenticated else None, _is_large()
    glance = at_a_glance(db.session, here.actor, here.today, here.office, g.pop("owed", None)) if here else None
    return {
        "_": said.say,
        "label": said.label,
        "language": "en" if said.english else "zh",
        "large_text": large,
        "demo": glance.demo if glance else is_demo(db.session),
        "frame": frame(glance, large=large),
        "viewer": here,
        "may": may,
    }


def show_day(day: date | str | None) -> str:
    """2026年11月23日, or 23 Nov 2026 in English."""
    if not day:
        return "—"
    if isinstance(day, str):
        day = date.fromisoformat(day)
    if tongue().english:
        return f"{day.day} {day:%b %Y}"
    return chinese_day(day)


def show_span(days: DaySpan) -> str:
    """From a day to a day, the year once: 2026年11月16日至11月30日, or 16 Nov to 30 Nov 2026."""
    first, last = show_day(days.first), show_day(days.last)
    if days.first.year == days.last.year:
        year, english = str(days.first.year), str(get_locale()) == "en"
        first, last = (first.removesuffix(f" {year}"), last) if english else (first, last.removeprefix(f"{year}年"))
    return gettext("%(first)s to %(last)s", first=first, last=last)


def show_instant(instant: datetime | None) -> str:
    """The day and the time, 24 hours, in Asia/Shanghai."""
    if instant is None:
        return "—"
    local = instant.astimezone(SHANGHAI)
    return f"{show_day(local.date())} {local:%H:%M}"


def show_period(period: Period) -> str:
    """A month, a quarter, a year or some days as people call them."""
    return period_name(period, gettext, show_day)


def asked_period(today: date) -> Period:
    """The period that the address asks for; this month otherwise. Raises OutOfScope."""
    wanted = request.args.get("period", "")
    try:
        period = parse_period(wanted) if wanted else Month.of(today)
        if (period.window.end - period.window.start).days > A_YEAR:
            raise RuleViolation("period", N_("a year at most is shown at once"))
        return period
    except RuleViolation as problem:
        raise OutOfScope(problem.message, **problem.params) from None


def said(problem: MessageWithValues) -> str:
    """A problem as a sentence in the reader's language."""
    text = gettext(problem.message)
    return text % {key: _shown(key, value) for key, value in problem.params.items()} if problem.params else text


def show_problem(form: FlaskForm, problem: RuleViolation) -> None:
    """Put a broken rule beside the field it is about, or on top of the page; one about who acts also on record."""
    trail.refused(problem)
    field = form._fields.get(getattr(form, "told_as", {}).get(problem.field, problem.field))
    if field is None:
        flash(said(problem), "danger")
        form.form_errors.append(said(problem))
    else:
        field.errors = [*field.errors, said(problem)]


def _shown(key: str, value: object) -> object:
    """Days as people write them; states, kinds and fields in words."""
    if isinstance(value, date):
        return show_day(value)
    if key == "field" and isinstance(value, str) and OF_A_REQUEST.fullmatch(value):
        return field_label("letter", value)
    for kind in ("state", "event", "field", "setting"):
        if isinstance(value, str) and label(kind, value) != value:
            return label(kind, value)
    return value


def masked(phone: str) -> str:
    """A telephone number with its middle hidden: 138****1234."""
    digits = phone.strip()
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 8 else "*" * len(digits)


def masked_name(name: str) -> str:
    """A party's name as lists show it: the first character, then 某某."""
    return name[:1] + "某某" if name else "—"
