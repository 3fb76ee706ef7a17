"""Letters of the organ (文书): drafted, checked, signed off by somebody else, numbered and issued, withdrawn, filed.
Issuing one records what it announces in the same step (信访工作条例 art. 23, 32)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from caseapp.actions.cases import Act, case_for, record
from caseapp.actions.context import Ctx
from caseapp.actions.issuing_files import drop_files, facts_for, keep_files
from caseapp.actions.journal import note
from caseapp.actions.notices import tell_of_letter
from caseapp.actions.numbers import next_in_series
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.history import History
from caseapp.domain.cases.matters import OF_ITS_OWN
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import is_stub_for, load_history
from caseapp.domain.cases.queries.matters import names_of_petitioners
from caseapp.domain.cases.texts import read_text
from caseapp.domain.issuing.announcing import Situation, announced, check_fits, is_on_record
from caseapp.domain.issuing.kinds import (
    ACCEPTANCE,
    ISSUED,
    KINDS,
    OPINION,
    STEPS,
    UNDER_WAY,
    Kind,
    state_after,
    written_number,
)
from caseapp.domain.issuing.models import Letter
from caseapp.domain.issuing.parted import (
    as_a_whole,
    check_agrees_with_the_record,
    check_same_requests,
    check_tells_each,
    kind_in,
    said_of_each,
)
from caseapp.domain.issuing.queries import find_letter, letters_of, services_of, what_stands, written_in
from caseapp.domain.issuing.writing import check_whole, first_written, read_written
from caseapp.domain.moves.queries import may_move, transition_of
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation, WrongPerson

LONGEST_REASON = 500


def draft_letter(ctx: Ctx, number: str, slug: str) -> Letter:
    """Begin a letter of a kind in a case, filled from what is on record. One that is under way is gone on with. Raises
    OutOfScope, NotAllowed, RuleViolation when the case has no such letter to come."""
    kind, case = kind_named(slug), case_for(ctx, number, for_update=True)
    if not may_write(ctx, case, kind):
        raise NotAllowed(N_("your posts do not allow this on this case"))
    history, letters = load_history(ctx.session, case, ctx.units), letters_of(ctx.session, case.id)
    stands = what_stands(letters, kind)
    if stands is not None and stands.state in UNDER_WAY:
        return stands
    joined = tuple(names_of_petitioners(ctx.session, ctx.actor, number))
    situation = replace(situation_of(ctx, kind, history, letters), joined=joined)
    check_fits(kind, situation, {})
    check_none_stands(stands, history)
    kind = kind_in(kind, history.now.requests)
    letter = Letter(
        case_id=case.id, kind=slug, state="draft", writers=[ctx.actor.username],
        written=_told(first_written(kind, situation, _said_before(ctx, letters))),
        drafted_by=ctx.actor.username, drafted_at=ctx.now, case=case,
    )  # fmt: skip
    ctx.session.add(letter)
    ctx.session.flush()
    note(ctx, "letter_drafted", case.number, kind=slug, letter=letter.id)
    return letter


def _said_before(ctx: Ctx, letters: list[Letter]) -> dict[str, str]:
    """What a new letter need not be told: the matters that were accepted, what the opinion found and came to, whom to
    ask."""
    accepted, opinion = what_stands(letters, ACCEPTANCE), what_stands(letters, OPINION)
    matters = {"matters": written_in(accepted).get("matters", "")} if accepted else {}
    given = as_a_whole(written_in(opinion)) if opinion else {}
    phone = ctx.office.letterhead(ctx.today).phone
    contact = "，".join(one for one in (ctx.actor.full_name, phone) if one)
    return {**matters, "found": given.get("facts", ""), "result": given.get("opinion", ""), "contact": contact}


def check_none_stands(stands: Letter | None, history: History) -> None:
    """What was issued stands: another one follows once it was withdrawn, or the case was taken up again. Raises
    RuleViolation."""
    if stands is None or stands.state not in ISSUED or KINDS[stands.kind].several:
        return
    reopened = [event.recorded_at for event in history.events if event.kind == "reopened"]
    again = stands.issued_at is not None and reopened and reopened[-1] >= stands.issued_at
    if stands.kind == ACCEPTANCE.slug or not again:
        raise RuleViolation("", N_("%(number)s was issued and stands: withdraw it first"), number=stands.number)


def situation_of(ctx: Ctx, kind: Kind, history: History, letters: list[Letter]) -> Situation:
    """In what a letter of a kind is judged now."""
    void = [one.number for one in letters if one.kind == kind.slug and one.number and one.state == "withdrawn"]
    return Situation(history, ctx.today, ctx.office, void)


def kind_named(slug: str) -> Kind:
    """A kind of letter. Raises OutOfScope."""
    if slug not in KINDS:
        raise OutOfScope(N_("there is no such page"))
    return KINDS[slug]


def kind_of(ctx: Ctx, letter: Letter) -> Kind:
    """The kind of a letter, as it is written in its case now."""
    kind = KINDS[letter.kind]
    return kind_in(kind, load_history(ctx.session, letter.case, ctx.units).now.requests) if kind.each else kind


def may_write(ctx: Ctx, case: Case, kind: Kind) -> bool:
    """Whether the actor writes and issues letters of a kind: who makes the move that it announces, at the town."""
    move = transition_of(case, kind.action)
    at_the_town = bool(ctx.actor.as_organ(move.permission) & case.places)
    here = not case.sealed and (not case.matter or kind.action in OF_ITS_OWN)
    return here and at_the_town and may_move(ctx, case, move, seated=False)


def may_serve(ctx: Ctx, case: Case) -> bool:
    """Whether the actor puts down how letters of a case were served."""
    return not case.sealed and may_move(ctx, case, transition_of(case, "serve_notice"), seated=False)


def may_sign(ctx: Ctx, case: Case) -> bool:
    """Whether the actor's post at the town signs letters of a case off."""
    return not case.sealed and bool(ctx.actor.as_organ(may.APPROVE) & case.places)


def may_step(ctx: Ctx, letter: Letter, step: str) -> bool:
    """Whether the actor may take a step with a letter, wherever it stands. Who wrote in it neither checks it nor signs
    it off; what was issued is withdrawn by who could sign it."""
    case, kind = letter.case, KINDS[letter.kind]
    writes, signs, other = may_write(ctx, case, kind), may_sign(ctx, case), ctx.actor.username not in letter.writers
    return {
        "write": writes,
        "check": (writes or signs) and other,
        "sign_off": signs and other,
        "send_back": writes or signs,
        "issue": writes,
        "withdraw": signs if letter.number else writes,
        "file": ctx.actor.holds(may.FILE, case.places),
        "serve": may_serve(ctx, case),
    }[step]


def open_steps(ctx: Ctx, letter: Letter) -> list[str]:
    """The steps that the actor may take with a letter now."""
    return [step for step, (before, _after) in STEPS.items() if letter.state in before and may_step(ctx, letter, step)]


def write_letter(ctx: Ctx, letter_id: int, typed: Mapping[str, str]) -> Letter:
    """Put down what somebody wrote in a draft; what is needed may still be empty. Raises RuleViolation."""
    letter = letter_for(ctx, letter_id, "write")
    if letter.state != "draft":
        raise RuleViolation("", N_("only a draft is written in: send it back first"))
    written = read_written(kind_of(ctx, letter), typed)
    if written == written_in(letter):
        return letter
    letter.written = _told(written)
    letter.writers = list(dict.fromkeys([*letter.writers, ctx.actor.username]))
    note(ctx, "letter_written", letter.case.number, letter=letter.id)
    ctx.session.flush()
    return letter


def check_letter(ctx: Ctx, letter_id: int) -> Letter:
    """Say that a draft that somebody else wrote is whole and right (审核). Raises RuleViolation for what it lacks."""
    letter = _passed(ctx, letter_id, "check")
    letter.checked_by, letter.checked_at = ctx.actor.username, ctx.now
    note(ctx, "letter_checked", letter.case.number, letter=letter.id)
    tell_of_letter(ctx, letter, "checked")
    ctx.session.flush()
    return letter


def sign_off(ctx: Ctx, letter_id: int) -> Letter:
    """Sign a letter off (签发), which somebody else wrote and which was checked: it may be issued as it is."""
    letter = _passed(ctx, letter_id, "sign_off")
    letter.signed_by, letter.signed_at = ctx.actor.username, ctx.now
    note(ctx, "letter_signed_off", letter.case.number, letter=letter.id)
    tell_of_letter(ctx, letter, "signed_off")
    ctx.session.flush()
    return letter


def send_back(ctx: Ctx, letter_id: int, reason: str) -> Letter:
    """Make a letter that was checked or signed off a draft again, with a reason; both is to be done anew."""
    letter, why = letter_for(ctx, letter_id, "send_back"), _why(reason)
    letter.state = state_after(letter.state, "send_back")
    letter.checked_by = letter.checked_at = letter.signed_by = letter.signed_at = None
    note(ctx, "letter_sent_back", letter.case.number, letter=letter.id, reason=why)
    tell_of_letter(ctx, letter, "sent_back")
    ctx.session.flush()
    return letter


def issue_letter(ctx: Ctx, letter_id: int) -> Letter:
    """Issue a letter that was signed off: it has the next number of its kind and year, its text and its files stand
    from now on, and what it announces is on record with it, where it was not. Where that needs a second person, it is
    who signed the letter off. All of it, or nothing. Raises RuleViolation."""
    letter = letter_for(ctx, letter_id, "issue")
    state = state_after(letter.state, "issue")
    history = _check_whole(ctx, letter)
    kind, case, written = KINDS[letter.kind], letter.case, written_in(letter)
    sign = ctx.office.letterhead(ctx.today).sign
    number = written_number(sign, kind.mark, ctx.today.year, next_in_series(ctx, kind.series, ctx.today.year))
    if is_on_record(kind, written, history):
        check_agrees_with_the_record(written, history.now.requests)
    else:
        for said in said_of_each(written, history.now.requests):
            record(ctx, Act(case.number, "answer_request", said))
        record(ctx, Act(case.number, kind.action, announced(kind, written, number)), agreed_by=letter.signed_by or "")
    letter.state, letter.number = state, number
    letter.issued_by, letter.issued_at, letter.issued_on = ctx.actor.username, ctx.now, ctx.today
    note(ctx, "letter_issued", case.number, letter=letter.id, number=number)
    ctx.session.flush()
    keep_files(ctx, letter, replace(facts_for(ctx, letter), number=number, on=ctx.today))
    return letter


def withdraw_letter(ctx: Ctx, letter_id: int, reason: str) -> Letter:
    """Withdraw a letter, with a reason (作废): a draft, or one that was issued and reached nobody yet. It keeps its
    number and stays listed; what it announced stays on record, and another letter can be issued for it."""
    letter, why = letter_for(ctx, letter_id, "withdraw"), _why(reason)
    if any(one.served_on for one in services_of(ctx.session, letter.id)):
        raise RuleViolation("", N_("a letter that reached somebody is not withdrawn: take the case up again instead"))
    letter.state = state_after(letter.state, "withdraw")
    letter.withdrawn_by, letter.withdrawn_at, letter.withdrawn_reason = ctx.actor.username, ctx.now, why
    note(ctx, "letter_withdrawn", letter.case.number, letter=letter.id, number=letter.number)
    ctx.session.flush()
    return letter


def file_letter(ctx: Ctx, letter_id: int) -> Letter:
    """Put a letter that was served into the file (归档)."""
    letter = letter_for(ctx, letter_id, "file")
    letter.state, letter.filed_by, letter.filed_at = state_after(letter.state, "file"), ctx.actor.username, ctx.now
    note(ctx, "letter_filed", letter.case.number, letter=letter.id, number=letter.number)
    ctx.session.flush()
    return letter


def letter_for(ctx: Ctx, letter_id: int, step: str) -> Letter:
    """A letter, locked, with which the actor may take a step. Raises OutOfScope, NotAllowed, WrongPerson."""
    found = find_letter(ctx.session, ctx.actor, letter_id)
    if found is None or is_stub_for(ctx.actor, found.case):
        raise OutOfScope(N_("there is no such letter"))
    case_for(ctx, found.case.number, for_update=True)
    ctx.session.refresh(found, with_for_update=True)
    if step in ("check", "sign_off") and ctx.actor.username in found.writers:
        raise WrongPerson("", N_("who wrote in a letter neither checks it nor signs it off"))
    if not may_step(ctx, found, step):
        raise NotAllowed(N_("your posts do not allow this on this case"))
    return found


def strike_letters(ctx: Ctx, case: Case) -> None:
    """Erase what the letters of a case say, with their files and whom they were served to; their numbers stay."""
    for letter in letters_of(ctx.session, case.id):
        letter.written = letter.withdrawn_reason = ""
        if letter.state in UNDER_WAY:
            letter.state, letter.withdrawn_by, letter.withdrawn_at = "withdrawn", ctx.actor.username, ctx.now
        drop_files(ctx, letter)
        for row in services_of(ctx.session, letter.id):
            row.receiver, row.received_by, row.why = str(row.id), "", ""


def _passed(ctx: Ctx, letter_id: int, step: str) -> Letter:
    """A letter that is whole, a step further."""
    letter = letter_for(ctx, letter_id, step)
    _check_whole(ctx, letter)
    letter.state = state_after(letter.state, step)
    return letter


def _check_whole(ctx: Ctx, letter: Letter) -> History:
    """Raises RuleViolation for what a letter lacks, or where the case, which is returned, has no place for it."""
    history, written = load_history(ctx.session, letter.case, ctx.units), written_in(letter)
    kind = kind_in(KINDS[letter.kind], history.now.requests)
    check_same_requests(kind, written)
    check_whole(kind, written, ctx.office.letterhead(ctx.today))
    check_tells_each(kind, written, history.now.requests)
    check_fits(kind, situation_of(ctx, kind, history, letters_of(ctx.session, letter.case_id)), written)
    return history


def _why(reason: str) -> str:
    return read_text(reason, "reason", needed=True, limit=LONGEST_REASON)


def _told(written: Mapping[str, str]) -> str:
    return json.dumps(written, ensure_ascii=False)
