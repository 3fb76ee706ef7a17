"""What somebody without an account can do with a receipt: look a matter up, rate it, tell the discipline contact."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete

from caseapp.actions.callbacks import see_to_visits
from caseapp.actions.cases import add_event
from caseapp.actions.context import Ctx
from caseapp.actions.held import touch
from caseapp.actions.journal import note
from caseapp.actions.trail import count_stray
from caseapp.db import insert_new
from caseapp.domain.access.actor import Actor
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.fields import read_data
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.texts import read_text, says_something
from caseapp.domain.receipts.codes import LENGTH, read_code, read_number
from caseapp.domain.receipts.models import PressureReport, TrackAttempt
from caseapp.domain.receipts.progress import OWED
from caseapp.domain.receipts.queries import (
    by_number,
    by_token,
    outside_of,
    was_reported,
    who_is_told,
)
from caseapp.domain.receipts.queries.taken import told_as
from caseapp.domain.receipts.queries.tries import attempts_since
from caseapp.domain.receipts.ratings import DENIED, GIVEN, check_ratable, rating_of, rating_state
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation, TooMany

TRACK = Actor("/track")
"""Whoever holds a receipt. No account can be called so; it has no post, and ``scope()`` shows it nothing."""
TRIES, TRIES_WITHIN = 10, timedelta(hours=1)
TRIES_FROM_ONE_PLACE, TRIES_FROM_THE_PROXY = 200, 5000
KEPT = timedelta(days=1)
REPORTS_FROM_ONE_PLACE, REPORTS_FROM_THE_PROXY, REPORTS_WITHIN = 20, 500, timedelta(days=1)
LONGEST_WORDS, LONGEST_REPORT, LONGEST_REACH = 1000, 5000, 200
DISSATISFIED = "dissatisfied"
NOBODYS_CODE = "-" * LENGTH


@dataclass(frozen=True)
class Attempt:
    """A number and a code as somebody typed them, and where from: a digest of the address. ``shared``: it is the
    address of the office's own web server, behind which everybody stands, so that its bound is a wide one."""

    number: str
    code: str
    source: str
    shared: bool = False


@dataclass(frozen=True)
class Pressed:
    """A form as somebody sent it: the key that was made with it, their words, how to reach them; and where from."""

    key: str
    text: str
    reach: str
    source: str
    shared: bool = False


def look_up(ctx: Ctx, asked: Attempt) -> str | None:
    """The token of a number and its code; None when they do not belong together, whether or not there is such a number.

    Ten wrong codes an hour for one number, right or invented, and the next are not looked at; so it is with a place
    that tried two hundred. A token is never locked. Raises TooMany.
    """
    number, code = read_number(asked.number, ctx.office.typed_prefixes(ctx.today)), read_code(asked.code)
    keys = (attempt_key("number", number), attempt_key("from", asked.source))
    failed = attempts_since(ctx.session, keys, ctx.now - TRIES_WITHIN)
    most = TRIES_FROM_THE_PROXY if asked.shared else TRIES_FROM_ONE_PLACE
    if failed.get(keys[0], 0) >= TRIES or failed.get(keys[1], 0) >= most:
        raise TooMany(
            N_("There were too many wrong tries. Wait an hour, scan the code on the receipt, or call the office.")
        )
    receipt = by_number(ctx.session, number)
    right = hmac.compare_digest((receipt.code if receipt else NOBODYS_CODE).encode(), code.encode())
    if receipt is not None and right:
        return receipt.token
    ctx.session.execute(delete(TrackAttempt).where(TrackAttempt.at < ctx.now - KEPT))
    ctx.session.add_all(TrackAttempt(key=key, at=ctx.now) for key in keys)
    count_stray(ctx, "receipt_wrong")
    return None


def attempt_key(kind: str, what: str) -> str:
    """Under what a wrong try is counted: a digest, so that nothing typed is kept as it was."""
    return sha256(f"{kind}:{what}".encode()).hexdigest()


def case_of(ctx: Ctx, token: str) -> Case:
    """The case of a token. Raises OutOfScope, the same for every token that leads nowhere."""
    case = by_token(ctx.session, token)
    if case is None:
        raise OutOfScope(N_("this receipt is not known"))
    return case


def rate(ctx: Ctx, token: str, score: str, words: str) -> bool:
    """Put the petitioner's rating on record, without a name, once a round. False when this round had its rating
    already: a second tap does no harm. Raises OutOfScope, RuleViolation."""
    case = _locked(ctx, token)
    history = load_history(ctx.session, case, ctx.units)
    if rating_state(history) == GIVEN:
        return False
    check_ratable(history)
    if outside_of(ctx.session, case.id) == OWED:
        raise RuleViolation("score", N_("nobody here may read this matter, so that it is not rated here"))
    _put_rating(ctx, case, score, read_text(words, "words", limit=LONGEST_WORDS))
    return True


def deny_rating(ctx: Ctx, token: str) -> None:
    """Put on record that a rating was not the petitioner's: it counts as dissatisfied from now on, which asks for a
    visit by somebody who does not handle the case. One that counts so already stays: the page does not tell what it
    says. Raises OutOfScope, RuleViolation."""
    case = _locked(ctx, token)
    given = rating_of(load_history(ctx.session, case, ctx.units))
    if given is None or case.archived:
        raise RuleViolation("score", N_("there is no rating here that could be taken back"))
    if given.data["score"] != DISSATISFIED:
        _put_rating(ctx, case, DISSATISFIED, DENIED)


def _put_rating(ctx: Ctx, case: Case, score: str, words: str) -> None:
    data = read_data("rated", {"score": score, "words": words}, ctx.units, ctx.office.categories())
    event = Event("rated", ctx.now, ctx.now, None, data)
    add_event(ctx, case, event)
    see_to_visits(ctx, case, event)
    note(ctx, "rated", case.number)


def _locked(ctx: Ctx, token: str) -> Case:
    case = case_of(ctx, token)
    ctx.session.refresh(case, with_for_update={"key_share": True})
    return case


def is_anybody_told(ctx: Ctx, token: str) -> bool:
    """Whether there is a discipline contact who may read what would be told with this receipt. Raises OutOfScope."""
    return bool(who_is_told(ctx.session, ctx.units, told_as(ctx.session, case_of(ctx, token)), ctx.today))


def report_pressure(ctx: Ctx, token: str, sent: Pressed) -> None:
    """Tell the discipline contact, and nobody else, that somebody was pressed or punished for petitioning.

    Nothing is written down of it anywhere but in the report: no event, no notice, no entry of the audit log; only that
    something came from a place, for a day. The same form with the same words is one report. The bound is by the place
    and never by the receipt: who else has the receipt could fill it up, and would learn from it what was told before.
    What nobody here may read, or is beyond the bound, is not taken in, so that nobody believes it arrived; to hand it
    on through others would tell them of it. Raises OutOfScope, RuleViolation, TooMany.
    """
    case = told_as(ctx.session, case_of(ctx, token))
    text = read_text(sent.text, "text", limit=LONGEST_REPORT)
    reach = read_text(sent.reach, "reach", limit=LONGEST_REACH)
    if not says_something(text):
        raise RuleViolation("text", N_("a few words are needed"))
    if not who_is_told(ctx.session, ctx.units, case, ctx.today):
        raise RuleViolation("text", N_("This was not taken in: nobody here may read it."))
    key = attempt_key(f"form:{sent.key}:{case.id}", f"{text}:{reach}")
    if was_reported(ctx.session, key):
        return
    _count_report(ctx, sent)
    row = {"case_id": case.id, "key": key, "at": ctx.now, "text": text, "reach": reach}
    made = ctx.session.scalar(insert_new(ctx.session, PressureReport).values(row).returning(PressureReport.id))
    if made is not None:
        touch(ctx.session, PressureReport, made)


def _count_report(ctx: Ctx, sent: Pressed) -> None:
    place = attempt_key("pressed from", sent.source)
    most = REPORTS_FROM_THE_PROXY if sent.shared else REPORTS_FROM_ONE_PLACE
    if attempts_since(ctx.session, (place,), ctx.now - REPORTS_WITHIN).get(place, 0) >= most:
        raise TooMany(
            N_(
                "This was NOT taken in: too much was sent from this connection today. Call 12388, or send it over"
                " another connection or tomorrow."
            )
        )
    ctx.session.execute(delete(TrackAttempt).where(TrackAttempt.at < ctx.now - KEPT))
    ctx.session.add(TrackAttempt(key=place, at=ctx.now))
