"""What was changed about the office, in a sentence of the inbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import get_template_attribute
from flask_babel import gettext

from caseapp.db import db
from caseapp.domain.org.queries import setting_rows
from caseapp.domain.org.settings import SINCE_EVER, SPECS, gather
from caseapp.domain.people.queries import names_of
from caseapp.kernel.clock import local_day
from caseapp.labels import label
from caseapp.web.page import show_day

if TYPE_CHECKING:
    from caseapp.domain.notices.queries import InboxNotice
    from caseapp.domain.org.models import Setting


def settings_told(some: Iterable[InboxNotice]) -> dict[int, str]:
    """What some notices say about settings, by the notice."""
    items = {one.notice.id: one.notice.item.split(":") for one in some if one.notice.kind == "setting_changed"}
    if not items:
        return {}
    rows = {str(row.id): row for row in reversed(setting_rows(db.session))}
    names = names_of(db.session, {row.set_by for row in rows.values()})
    return {
        notice_id: _changed(rows[what], rows.values(), names.get(rows[what].set_by, rows[what].set_by))
        if kind == "setting"
        else gettext("Official days %(year)d", year=int(what))
        for notice_id, (kind, what) in items.items()
    }


def _changed(row: Setting, rows: Iterable[Setting], who: str) -> str:
    """Who changed what, from what to what, from when on."""
    before = gather((one.key, one.valid_from, one.value) for one in rows if one.id < row.id)
    day = max(row.valid_from, local_day(row.set_at))
    old, new = (_value(row.key, value) for value in (before.value(row.key, day), row.value))
    since = (
        gettext("also for what is running")
        if row.valid_from == SINCE_EVER
        else gettext("from %(day)s on", day=show_day(day))
    )
    return f"{who}：{label('setting', row.key)}：{old} → {new} · {since}"


def _value(key: str, value: object) -> str:
    return str(get_template_attribute("macros/settings.html", "value_of")(SPECS[key].group, key, value)).strip() or "—"
