"""What was done to an account, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from flask_babel import gettext

from caseapp.db import db
from caseapp.domain.notices.rules import OF_ACCOUNTS
from caseapp.domain.people.queries import acts_numbered, names_of
from caseapp.kernel.errors import N_
from caseapp.labels import label
from caseapp.web.session import ctx

if TYPE_CHECKING:
    from caseapp.domain.notices.queries import InboxNotice
    from caseapp.domain.people.models import AccountAct

STATES = {
    "waiting": N_("%(what)s: asked for by %(asker)s, waits for a second person"),
    "refused": N_("%(what)s: asked for by %(asker)s, refused by %(decider)s"),
    "taken_back": N_("%(what)s: asked for by %(asker)s, who took it back"),
    "done": N_("%(what)s: by %(asker)s"),
    "by_two": N_("%(what)s: asked for by %(asker)s, agreed to by %(decider)s"),
}


def accounts_told(some: Iterable[InboxNotice]) -> dict[int, str]:
    """What some notices say about accounts, by the notice: of what waits for a decision, whose account it is."""
    ids = {one.notice.id: int(one.notice.item.partition(":")[2]) for one in some if one.notice.kind in OF_ACCOUNTS}
    acts = acts_numbered(db.session, ids.values())
    names = names_of(
        db.session, {name or "" for act in acts.values() for name in (act.username, act.asked_by, act.decided_by)}
    )
    return {
        notice_id: f"{names.get(acts[act_id].username, acts[act_id].username)} · {act_words(acts[act_id], names)}"
        for notice_id, act_id in ids.items()
        if act_id in acts
    }


def act_words(act: AccountAct, names: Mapping[str, str]) -> str:
    """What, asked for by whom, decided by whom."""
    by_two = bool(act.decided_by)
    state = {("done", True): "by_two", ("refused", False): "taken_back"}.get((act.state, by_two), act.state)
    known = {**names, "system": gettext("whoever runs the machine")}
    asker, decider = (known.get(name or "", name or "") for name in (act.asked_by, act.decided_by))
    return gettext(STATES[state]) % {"what": what_of(act), "asker": asker, "decider": decider}


def what_of(act: AccountAct) -> str:
    """What was done or asked: of a post, which one."""
    if not act.unit:
        return label("account_act", act.kind)
    return f"{label('account_act', act.kind)}：{label('role', act.role)} · {ctx().units.full_name(act.unit)}"
