"""An entry of the log in plain words: who, what, of what, and each detail under its name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask_babel import gettext

from caseapp.actions.track import TRACK
from caseapp.domain.access.actor import SYSTEM
from caseapp.kernel.errors import CaseappError
from caseapp.labels import LABELS, label
from caseapp.web.page import said

if TYPE_CHECKING:
    from caseapp.domain.audit.models import AuditEntry

LEFT_OUT = ("not_there", "values", "digest", "papers", "source", "record", "left")
"""What is there for machines, or stands under another name already."""
SLUGS = {
    "role": ("role",), "seats": ("seat",), "seat": ("seat",), "move": ("action",), "action": ("action",),
    "event": ("event",), "fields": ("field",), "ground": ("ground",), "variant": ("paper",),
    "kind": ("paper", "absence", "letter", "paper_form"),
}  # fmt: skip
NAMED_SUBJECTS = {"setting_changed": "setting", "template_put": "period", "template_dropped": "period"}


@dataclass(frozen=True)
class LogRow:
    """One entry as it is shown: also the name of the account, where there is one."""

    seq: int
    at: datetime
    actor: str
    who: str
    what: str
    action: str
    subject: str
    details: tuple[tuple[str, str], ...]


def rows_of(entries: Iterable[AuditEntry], names: Mapping[str, str], nameless: Collection[int] = ()) -> list[LogRow]:
    """Entries in words; of the ``nameless`` ones neither of which case they are nor any detail."""
    return [
        LogRow(
            entry.seq, entry.at, entry.actor, _who(entry.actor, names), label("audit", entry.action), entry.action,
            *(("", ()) if entry.seq in nameless else (_subject(entry), tuple(_details(entry.detail)))),
        )
        for entry in entries
    ]  # fmt: skip


def _who(actor: str, names: Mapping[str, str]) -> str:
    if actor == SYSTEM.username:
        return gettext("the system")
    if actor == TRACK.username:
        return gettext("who holds the receipt")
    return names.get(actor, actor)


def _subject(entry: AuditEntry) -> str:
    group = NAMED_SUBJECTS.get(entry.action)
    return label(group, entry.subject) if group else entry.subject


def _details(detail: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for key, value in detail.items():
        if key in LEFT_OUT or value in ("", None, [], {}) or value is False:
            continue
        if key == "named":
            yield from _details(value)
        elif key == "why":
            yield label("log_detail", key), said(CaseappError(str(value), **detail.get("values", {})))
        else:
            yield label("log_detail", key), _told(key, value)


def _told(key: str, value: object) -> str:
    if value is True:
        return gettext("yes")
    if isinstance(value, Mapping):
        return "；".join(f"{name}: {_told(name, one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return "、".join(_told(key, one) for one in value)
    if key == "place":
        return label("log_page", str(value).partition(".")[0])
    groups = (group for group in SLUGS.get(key, ()) if str(value) in LABELS[group])
    return next((label(group, value) for group in groups), str(value))
