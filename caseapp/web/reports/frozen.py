"""A frozen revision on the page: the layout it was frozen under, the words and names that were stored with it.

A layout is a file of its own (``templates/reports/frozen/``): a new one is a new file, and the old one stays.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import current_app, render_template, request
from flask_babel import get_locale
from markupsafe import Markup

from caseapp.db import db
from caseapp.domain.reports.prose import known_at, period_name, stamped
from caseapp.domain.reports.queries.left_out import LeftOut, left_out
from caseapp.domain.reports.stored import LAYOUT, named
from caseapp.kernel.clock import chinese_day
from caseapp.kernel.periods import Month
from caseapp.labels import own_words
from caseapp.web.reports.asked import Opened, address_of, check_whole, opened
from caseapp.web.reports.figures import figure_formula, figure_title, figures_of, key_name
from caseapp.web.session import ctx

if TYPE_CHECKING:
    from caseapp.domain.reports.models import FrozenReport

STANDS = ("open", "resolved", "closed_unresolved", "left")
WHERE = ("village", "category", "tier")
KEPT = 32  # some 200 kB each
Article = tuple[str, Markup]
"""The name of the place, and the report as it is drawn."""


class _Articles:
    """What was drawn of frozen reports: it changes no more. Some are kept, those that were asked for last."""

    def __init__(self, most: int) -> None:
        self.most, self._kept, self._held = most, OrderedDict[Hashable, Article](), Lock()

    def get(self, key: Hashable, draw: Callable[[], Article]) -> Article:
        """The one of a key, drawn when it is not there."""
        with self._held:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = draw()
        with self._held:
            self._kept[key] = found
            if len(self._kept) > self.most:
                self._kept.popitem(last=False)
        return found


_articles = _Articles(KEPT)


def frozen_month(frozen: FrozenReport, told: dict[str, Any]) -> str:
    """The month as it was stored, with what leads to its other revisions."""
    check_whole()
    place, article = _article(frozen)
    month = Month.parse(frozen.month)
    address = {"unit": told["unit"], "period": frozen.month, "revision": frozen.revision}
    return render_template(
        "reports/frozen.html", place=place, article=article, frozen=frozen, month=month, address=address, **told
    )


def _article(frozen: FrozenReport) -> Article:
    """The name of the place and the article. All that is drawn hangs on what was stored, on what is left out for its
    reader and on the language; where a wordbook lacks a word, on what the office calls it. Of a row from before, which
    is shown under the names of today, nothing is kept."""
    left = left_out(db.session, ctx().actor, ctx().units, frozen)
    if frozen.name is None:
        return _drawn(frozen, left)
    stored = frozen.id, frozen.digest, frozen.words, frozen.anchor
    key = *stored, left, str(get_locale()), frozenset(own_words.get().items()), request.script_root
    return _articles.get(key, lambda: _drawn(frozen, left))


def _drawn(frozen: FrozenReport, left: LeftOut) -> Article:
    shown = opened(frozen, left)
    laid_out = _laid_out(shown, "month")
    layout = current_app.jinja_env.get_template(laid_out["layout"])
    drawn = layout.render(**laid_out, **figures_of(shown))
    return shown.edition.place, Markup(drawn)  # noqa: S704 - drawn by a template that escapes


def frozen_cases(opened: Opened, figure: str, part: tuple[str, str], numbers: list[str]) -> str:
    """The cases behind a number of a frozen revision: the numbers that were stored, with where each stood then. No
    title: it may have to be erased one day, and what is frozen cannot be."""
    kind, key = part
    stood = _where(opened)
    return render_template(
        "reports/frozen_cases.html", **_laid_out(opened, "cases"), address=address_of(opened),
        place=opened.edition.place, title=figure_title(opened, figure), formula=figure_formula(opened, figure),
        rows={number: stood.get(number, ["—"] * (len(WHERE) + 1)) for number in dict.fromkeys(numbers)},
        counted=len(numbers), part=key_name(opened, kind, key) if kind else "", where=WHERE,
        kept=not kind or opened.report.part(kind)[key].keeps_cases,
    )  # fmt: skip


def _where(opened: Opened) -> dict[str, list[str]]:
    """Where each case stood: its village, category and tier, and what had become of it."""
    report = opened.report
    stood: dict[tuple[str, str], str] = {}
    for kind in WHERE:
        for key, tally in report.part(kind).items():
            stood |= {(number, kind): key_name(opened, kind, key) for number in named(tally)}
    for line in STANDS:
        stood |= {(number, "line"): opened.words.label("line", line) for number in report.whole.lines[line]}
    return {
        number: [stood.get((number, kind), "—") for kind in (*WHERE, "line")]
        for number in {number for number, _kind in stood}
    }


def _laid_out(opened: Opened, page: str) -> dict[str, Any]:
    """The layout of the report and what it says besides figures; one from before there were layouts is shown in the
    first."""
    report, words = opened.report, opened.words
    return {
        "layout": f"reports/frozen/{page}_{opened.edition.layout or LAYOUT}.html",
        "words": words,
        "month_name": period_name(report.period, words.say, chinese_day),
        "known": known_at(report),
        "foot": list(stamped(report, words)),
    }
