"""What pages insist on beyond what a history needs, before a petition is closed: guards of the table of moves
(``states.py``) under ``on_pages``.

They are asked before a move is offered, when nothing is filled in (``event.data`` is empty), and again with the event.
Histories from elsewhere are judged without them (contract §4).
"""

from __future__ import annotations

from collections.abc import Sequence

from caseapp.domain.cases import words
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.guards import Step
from caseapp.domain.cases.pledges import is_only_a_pledge
from caseapp.domain.cases.serving import FILMED, NOBODY_RECEIVED, NOT_ON_PAPER, ON_PAPER, TRACED, to_announce
from caseapp.kernel.errors import N_, RuleViolation

BEGINNINGS = ("mediated", "reopened", "mediation_refused")


def announces_an_act(step_: Step) -> None:
    """A notice announces an act on record that the petitioner was not told of yet."""
    waiting, notice = to_announce(step_.head, step_.past), step_.event.text("notice")
    if not waiting:
        raise RuleViolation("notice", N_("there is nothing on record that the petitioner was not told of yet"))
    if notice and notice not in waiting:
        raise RuleViolation("notice", N_("nothing of this kind is on record that the petitioner was not told of yet"))


def reached_the_petitioner(step_: Step) -> None:
    """A notice says in which way the paper was served, who received it, and which paper shows it; of registered post
    the number of the parcel does. One that was left there needs a witness, or a photo or film of it."""
    event = step_.event
    if not event.data:
        return
    way, notice = event.text("method"), event.text("notice")
    if way not in words.SERVICE_WAYS:
        raise RuleViolation("method", N_("say how the paper was served: a call or a chat message is no service"))
    if way in NOT_ON_PAPER and notice in ON_PAPER:
        raise RuleViolation("method", N_("a refusal and a reply are served on paper, not by message"))
    _check_shown(event, way)


def _check_shown(event: Event, way: str) -> None:
    filmed = way in FILMED and event.text("paper")
    if way not in NOBODY_RECEIVED and not filmed and not event.text("received_by"):
        raise RuleViolation("received_by", N_("say who received it; of a paper that was left there, who saw it"))
    if not event.text("paper") and not (way in TRACED and event.text("parcel")):
        raise RuleViolation("paper", N_("add a photo of the slip that was signed, or of what else shows the service"))


def in_the_petitioners_words(step_: Step) -> None:
    """A withdrawal rests on the petitioner's own words: a signed paper, or a call by who agrees to it, who did not ask
    for it and puts down whom they called, when, and what was said."""
    event = step_.event
    if event.text("paper") or not event.text("approved_by"):
        return
    for name in ("called", "called_on", "said"):
        if not event.text(name):
            raise RuleViolation(
                name, N_("there is no signed paper: call, and put down whom you called, when, and what was said")
            )
    called_on = event.day("called_on")
    if called_on and not step_.now.registered_on <= called_on <= event.on:
        raise RuleViolation("called_on", N_("the call was made after the case was registered, and by today"))


def consent_is_asked(head: Head, past: Sequence[Event]) -> bool:
    """Whether the next session is the first of a dispute, or the first since it was taken up again or a party refused
    to be mediated with."""
    begun = next((event.kind for event in reversed(past) if event.kind in BEGINNINGS), None)
    return head.track == "dispute" and begun != "mediated"


def agreed_to_by_all(step_: Step) -> None:
    """Before the first session of a dispute every party agrees to it and is told of their rights (人民调解法 art. 17,
    23); who does not agree is not mediated with."""
    if not consent_is_asked(step_.head, step_.past) or not step_.event.data:
        return
    if not step_.event.data.get("agreed_to"):
        raise RuleViolation(
            "agreed_to", N_("without the consent of all there is no mediation (art. 17): ask each of them")
        )


def says_what_was_done(step_: Step) -> None:
    """A pledge not to petition again is no evidence of a resolution."""
    if is_only_a_pledge(step_.event.text("evidence")):
        raise RuleViolation(
            "evidence", N_("a pledge not to petition again is no evidence: say what was done about the matter itself")
        )


def is_a_written_reply(step_: Step) -> None:
    """A reply has a text, typed or as a paper."""
    event = step_.event
    if event.data and not event.text("text") and not event.text("paper"):
        raise RuleViolation("text", N_("a reply has a text: type it, or add the paper"))


def contradicts_with_a_reason(step_: Step) -> None:
    """A reply that says something else than the one before it, in one handling, says why."""
    before, event = reply_before(step_.past), step_.event
    if before is None or not event.data or event.text("reason") or before.data["outcome"] == event.data["outcome"]:
        return
    raise RuleViolation("reason", N_("this contradicts the reply of %(day)s: say why"), day=before.on)


def reply_before(past: tuple[Event, ...]) -> Event | None:
    """The last reply of this handling: since the registration or the last reopening."""
    last = None
    for event in past:
        if event.kind == "replied":
            last = event
        elif event.kind == "reopened":
            last = None
    return last


def carries_no_others(step_: Step) -> None:
    """A case into which others were merged is not struck out: their matters would be in no count and with nobody."""
    own = (step_.others or {}).get(step_.head.number)
    if own is not None and own.joined_at is not None:
        raise RuleViolation(
            "",
            N_(
                "%(numbers)s were merged into this case and live on in it: merge it into the one that goes on with them"
            ),
            numbers="、".join(own.joined) or "—",
        )
