"""Files that come with a form: each is drawn anew before the transaction, then added; what is not taken is named with
the reason, and takes nothing else with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import current_app, flash, request
from flask_babel import gettext

from caseapp.actions.documents import LARGEST_UPLOAD, Prepared, Upload, attach, prepare
from caseapp.actions.store import Store
from caseapp.domain.documents.kinds import MOST_AT_ONCE, plain_name
from caseapp.kernel.errors import N_, CaseappError, RuleViolation
from caseapp.web.page import said
from caseapp.web.session import ctx

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

TAKES_PHOTOS = ("cases.new", "cases.act", "documents.add")
LARGEST_REQUEST = 100 * 1024 * 1024
NAMED = 3


@dataclass
class Sent:
    """What came with a form: what is ready to be added, what was added, and whose names go with which sentence."""

    ready: list[Prepared] = field(default_factory=list)
    added: int = 0
    refused: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, name: str, problem: CaseappError) -> None:
        """Put down that a file is not taken."""
        self.refused.setdefault(said(problem), []).append(name or gettext("a file without a name"))


def make_room() -> None:
    """A form with photos may be larger than another. Asked before anything reads the form."""
    if request.endpoint in TAKES_PHOTOS:
        request.max_content_length = LARGEST_REQUEST


def store() -> Store:
    """The files of this installation."""
    return Store(current_app.extensions["caseapp"].files)


def draw_anew(kind: str, token: str) -> Sent:
    """Prepare the files of this request. Sent again with the same token, a file that was added is known again."""
    sent = Sent()
    files = [file for file in request.files.getlist("photos") if file.filename or file.stream.read(1)]
    for file in files[:MOST_AT_ONCE]:
        try:
            sent.ready.append(prepare(_upload(kind, token, file)))
        except RuleViolation as problem:
            sent.refuse(plain_name(file.filename or ""), problem)
    for file in files[MOST_AT_ONCE:]:
        sentence = N_("%(most)d files are taken at once: send it again by itself")
        too_many = RuleViolation("photos", sentence, most=MOST_AT_ONCE)
        sent.refuse(plain_name(file.filename or ""), too_many)
    return sent


def _upload(kind: str, token: str, file: FileStorage) -> Upload:
    file.stream.seek(0)
    data = file.stream.read(LARGEST_UPLOAD + 1)
    client_id = f"{token[:40]}-{hashlib.sha256(data).hexdigest()[:32]}" if token else None
    return Upload(kind, file.filename or "", data, client_id)


def add_to(number: str, sent: Sent) -> None:
    """Add what is ready to a case, inside the caller's transaction."""
    for ready in sent.ready:
        try:
            attach(ctx(), number, ready, store())
            sent.added += 1
        except CaseappError as problem:
            sent.refuse(ready.name, problem)


def tell(sent: Sent) -> None:
    """Say what was added, and of each refusal which files it is about."""
    if sent.added:
        flash(gettext("%(count)d added.", count=sent.added), "success")
    for sentence, names in sent.refused.items():
        flash(gettext("Not taken: %(names)s – %(why)s.", names=_listed(names), why=sentence), "danger")


def _listed(names: Iterable[str]) -> str:
    """The first names, and how many more: what is flashed travels in a cookie."""
    first = [name if len(name) <= 24 else f"{name[:12]}…{name[-11:]}" for name in names]
    more = len(first) - NAMED
    text = " · ".join(first[:NAMED])
    return gettext("%(names)s and %(count)d more", names=text, count=more) if more > 0 else text
