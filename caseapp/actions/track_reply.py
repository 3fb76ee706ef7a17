"""The paper of a written reply, for whoever holds the receipt and can say whose matter it is.

A receipt may be found by a stranger, and the reply names the petitioner. So its paper opens to the receipt and the name
together: a stranger who finds the receipt learns no name, and who knows the name without the receipt gets nowhere.
"""

from __future__ import annotations

import hmac
from unicodedata import normalize

from caseapp.actions.context import Ctx
from caseapp.actions.track import TRIES, TRIES_WITHIN, attempt_key, case_of
from caseapp.domain.cases.history import History
from caseapp.domain.cases.queries import load_history
from caseapp.domain.documents.models import Document
from caseapp.domain.receipts.models import TrackAttempt
from caseapp.domain.receipts.queries import readable_reply
from caseapp.domain.receipts.queries.tries import attempts_since
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation, TooMany

OWN_SIDE = ("petitioner", "representative", "party")


def is_own_name(ctx: Ctx, token: str, name: str) -> bool:
    """Whether a name is that of the petitioner, a representative or a party of the case of a token. A wrong one is
    counted: after ten an hour for one receipt the next are not looked at.

    Raises OutOfScope without a paper to read, RuleViolation without a name, TooMany.
    """
    history, _paper = _found(ctx, token)
    if not _plain(name):
        raise RuleViolation("name", N_("Please fill this in."))
    key = attempt_key("reply", token)
    if attempts_since(ctx.session, (key,), ctx.now - TRIES_WITHIN).get(key, 0) >= TRIES:
        raise TooMany(N_("There were too many wrong tries. Wait an hour, or call the office."))
    if any(hmac.compare_digest(_plain(name).encode(), own.encode()) for own in _names(history)):
        return True
    ctx.session.add(TrackAttempt(key=key, at=ctx.now))
    return False


def reply_of(ctx: Ctx, token: str) -> Document:
    """The paper of the reply. The caller has shown that the name was given. Raises OutOfScope."""
    return _found(ctx, token)[1]


def _found(ctx: Ctx, token: str) -> tuple[History, Document]:
    case = case_of(ctx, token)
    history = load_history(ctx.session, case, ctx.units)
    paper = readable_reply(ctx.session, case, history)
    if paper is None:
        raise OutOfScope(N_("there is no such paper"))
    return history, paper


def _names(history: History) -> list[str]:
    return [_plain(party.name) for party in history.now.parties if party.role in OWN_SIDE and _plain(party.name)]


def _plain(name: str) -> str:
    """A name as it was typed: blanks and full-width letters are forgiven."""
    return "".join(normalize("NFKC", name).split())
