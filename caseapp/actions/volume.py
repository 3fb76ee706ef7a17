"""The file of a case (卷宗), put together as one PDF a volume: cover, list with page numbers, letters, forms of what is
on record, photos and papers, back page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from caseapp.actions.context import Ctx
from caseapp.actions.documents import as_pdf
from caseapp.actions.issuing_files import ORIGINAL, drawn
from caseapp.actions.paper_forms import facts_for_forms
from caseapp.actions.store import Store
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.documents.models import Document
from caseapp.domain.documents.queries import standing_papers
from caseapp.domain.issuing.models import Letter, LetterService
from caseapp.domain.issuing.queries import letters_of, services_of_case
from caseapp.domain.issuing.volume import FiledLetter, FiledPaper, FilePiece, Lack, lacking, pieces_of, volumes_of
from caseapp.kernel.clock import chinese_day
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.office.makers import bind_files, pages_in, write_pdf
from caseapp.papers import agreement, letters
from caseapp.papers.forms import FORMS, form_paper
from caseapp.papers.forms.facts import PAPERS, FileLine, FormFacts, Volume

WHY, AROUND = "卷宗", ("cover", "contents", "back")


@dataclass(frozen=True)
class CaseFile:
    """What the file of a case holds, volume by volume, and what it lacks; its letters by id, its papers by number."""

    history: History
    volumes: Sequence[Sequence[FilePiece]]
    lacks: Sequence[Lack]
    letters: dict[int, Letter]
    papers: dict[int, Document]


def file_of_case(ctx: Ctx, case: Case) -> CaseFile:
    """The file of a case, which the caller has shown the actor sees."""
    history, drafts = load_history(ctx.session, case, ctx.units), letters_of(ctx.session, case.id)
    tries, taken_in = services_of_case(ctx.session, case.id), standing_papers(ctx.session, case.id)
    told = [_filed(one, tries.get(one.id, ())) for one in drafts]
    papers = [FiledPaper(one.nth, one.kind, len(one.pages)) for one in taken_in]
    return CaseFile(
        history, volumes_of(pieces_of(history, told, papers)), lacking(history, told, papers),
        {one.id: one for one in drafts}, {one.nth: one for one in taken_in},
    )  # fmt: skip


def _filed(letter: Letter, tries: Sequence[LetterService]) -> FiledLetter:
    served = [f"{one.receiver}，{_day(one.served_on)}送达" for one in tries if one.served_on]
    proofs = [int(one.paper) for one in tries if one.paper]
    return FiledLetter(letter.id, letter.kind, letter.state, letter.number or "", served, proofs)


def _day(on: date | None) -> str:
    return chinese_day(on) if on else ""


@dataclass(frozen=True)
class Means:
    """What a file is made with: where its papers lie, and the fonts of this installation's own."""

    store: Store
    fonts: Sequence[Path] = ()


def bound_volume(ctx: Ctx, case: Case, nth: int, means: Means) -> bytes:
    """A volume of the file of a case as a PDF, its pages numbered after the cover and the list. Who may see telephone
    numbers and addresses finds them in the forms that have them, and that is on record. Raises OutOfScope for a volume
    that is not there, RuleViolation without a font, FileNotFoundError for a paper whose file is gone."""
    found = file_of_case(ctx, case)
    if not 1 <= nth <= len(found.volumes):
        raise OutOfScope(N_("there is no such page"))
    facts = facts_for_forms(ctx, case, found.history, contacts_for=WHY)
    pieces = found.volumes[nth - 1]
    inside = [_drawn(ctx, found, piece, facts, means) for piece in pieces]
    bound = replace(facts, volume=_volume(found, pieces, [pages_in(one) for one in inside], nth))
    cover, contents, back = ((write_pdf(form_paper(slug, bound), means.fonts), False) for slug in AROUND)
    return bind_files([cover, contents, *((one, True) for one in inside), back])


def _drawn(ctx: Ctx, found: CaseFile, piece: FilePiece, facts: FormFacts, means: Means) -> bytes:
    """One piece as a PDF."""
    if piece.source == "paper":
        return as_pdf(found.papers[piece.key], means.store)
    if piece.source == "letter":
        return drawn(ctx, found.letters[piece.key], ORIGINAL, "pdf", means.fonts)
    if piece.source == "agreement":
        now = found.history.now
        return write_pdf(agreement.agreement_paper(now.agreement, facts.matter, now.parties), means.fonts)
    return write_pdf(form_paper(piece.kind, _until(facts, piece)), means.fonts)


def _until(facts: FormFacts, piece: FilePiece) -> FormFacts:
    """What was on record at one of several sessions or visits, whose form tells of the last."""
    if piece.kind == "session":
        return replace(facts, sessions=facts.sessions[: piece.key])
    return replace(facts, visits=facts.visits[: piece.key]) if piece.kind == "visit" else facts


def _volume(found: CaseFile, pieces: Sequence[FilePiece], counts: Sequence[int], nth: int) -> Volume:
    lines, page, pictures = [], 1, 0
    for piece, count in zip(pieces, counts, strict=True):
        lines.append(FileLine(_title(found, piece), str(page), piece.remark))
        page += count
        pictures += count if piece.source == "paper" else 0
    return Volume(nth, len(found.volumes), lines, page - 1 - pictures, pictures)


def _title(found: CaseFile, piece: FilePiece) -> str:
    """What the list calls a piece, in Chinese whatever the language of the pages."""
    if piece.source == "paper":
        return f"{PAPERS[piece.kind]}（材料{piece.key}）"
    if piece.source == "letter":
        return f"{letters.TITLES[piece.kind]}（{found.letters[piece.key].number}）"
    if piece.source == "agreement":
        now = found.history.now.agreement
        return agreement.TITLES[now.form if now else "written"]
    return FORMS[piece.kind].title + (f"（第{piece.key}次）" if piece.key else "")
