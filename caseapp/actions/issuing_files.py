"""The files of letters: drawn from what is written while one is a draft; made once, and kept, when it is issued."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.snapshot import handle_due
from caseapp.domain.issuing.announcing import due_before_extension
from caseapp.domain.issuing.kinds import ACCEPTANCE, ISSUED, KINDS
from caseapp.domain.issuing.models import Letter, LetterFile
from caseapp.domain.issuing.queries import file_of, letters_of, what_stands, written_in
from caseapp.domain.issuing.writing import LetterFacts, read_facts, told_of
from caseapp.domain.people.queries import names_of
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.office.makers import write_docx, write_pdf
from caseapp.office.paper import Paper
from caseapp.papers.files import write_paper
from caseapp.papers.letters import COPY, DRAFT, letter_paper

FORMS = ("docx", "pdf")
ORIGINAL, SECOND = "original", "copy"
MARKS = {ORIGINAL: "", SECOND: COPY}


def facts_for(ctx: Ctx, letter: Letter) -> LetterFacts:
    """What stands in a letter besides what is written in it, as it is on record now; a petition that is not accepted
    yet counts as accepted today, because issuing its letter accepts it."""
    case: Case = letter.case
    history = load_history(ctx.session, case, ctx.units)
    now = history.now
    if now.accepted_on is None:
        now = replace(now, accepted_on=ctx.today)
    accepted = what_stands(letters_of(ctx.session, case.id), ACCEPTANCE)
    return LetterFacts(
        ctx.office.letterhead(ctx.today),
        case=case.number,
        received_on=now.received_on,
        channel=case.channel,
        accepted_on=now.accepted_on,
        due_on=handle_due(history.head, now, ctx.office),
        signer=names_of(ctx.session, {letter.signed_by}).get(letter.signed_by, "") if letter.signed_by else "",
        due_before=due_before_extension(history, written_in(letter).get("until", ""), ctx.office),
        acceptance=(accepted.number or "") if accepted and accepted.state in ISSUED else "",
    )


def keep_files(ctx: Ctx, letter: Letter, facts: LetterFacts) -> None:
    """Make the Word files of a letter that is issued, the original and the copy marked 副本, and keep both, with the
    facts that stand in them."""
    letter.facts = told_of(facts)
    for which, mark in MARKS.items():
        paper = letter_paper(letter.kind, written_in(letter), facts, mark, letter.issued_at)
        _keep(ctx, letter, f"{which}.docx", write_docx(paper))


def drawn(ctx: Ctx, letter: Letter, which: str, form: str, fonts: Sequence[Path] = ()) -> bytes:
    """A letter as a file. Of one that was issued the file that is kept: the same bytes each time; its PDF is made when
    it is first asked for, from what stands in the Word file. Of another one a draft, which says so and has no number.
    Raises OutOfScope, RuleViolation for a PDF without a font."""
    if form not in FORMS or which not in MARKS:
        raise OutOfScope(N_("there is no such page"))
    if letter.number is None:
        paper = shown(ctx, letter)
        return write_paper(paper, form, fonts)
    kept = file_of(ctx.session, letter.id, f"{which}.{form}")
    if kept is not None:
        return b64decode(kept.content)
    if not letter.written or form == "docx":
        raise OutOfScope(N_("there is no such page"))
    paper = letter_paper(letter.kind, written_in(letter), read_facts(letter.facts), MARKS[which], letter.issued_at)
    return _keep(ctx, letter, f"{which}.pdf", write_pdf(paper, fonts))


def shown(ctx: Ctx, letter: Letter) -> Paper:
    """A letter as it reads: as it was issued, or as its draft would be."""
    if letter.number is None:
        return letter_paper(letter.kind, written_in(letter), facts_for(ctx, letter), DRAFT, letter.drafted_at)
    return letter_paper(letter.kind, written_in(letter), read_facts(letter.facts), at=letter.issued_at)


def blank(ctx: Ctx, kind: str, form: str, fonts: Sequence[Path] = ()) -> bytes:
    """A letter of a kind to fill in by hand. Raises OutOfScope, RuleViolation for a PDF without a font."""
    if kind not in KINDS or form not in FORMS:
        raise OutOfScope(N_("there is no such page"))
    paper = letter_paper(kind, {}, LetterFacts(ctx.office.letterhead(ctx.today)))
    return write_paper(paper, form, fonts)


def drop_files(ctx: Ctx, letter: Letter) -> None:
    """Erase the files of a letter."""
    for file in ctx.session.scalars(select(LetterFile).where(LetterFile.letter_id == letter.id)).all():
        ctx.session.delete(file)


def _keep(ctx: Ctx, letter: Letter, name: str, content: bytes) -> bytes:
    told, digest = b64encode(content).decode(), hashlib.sha256(content).hexdigest()
    ctx.session.add(LetterFile(letter_id=letter.id, name=name, content=told, digest=digest, made_at=ctx.now))
    ctx.session.flush()
    return content
