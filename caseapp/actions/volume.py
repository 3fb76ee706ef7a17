"""The file of a case (卷宗), put together as one PDF a volume: cover, list with page numbers, letters, forms of what is
on record, photos and papers, back page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from caseapp.actions.context import Ctx
from caseapp.actions.documents import Picture, bound_pictures
from caseapp.actions.issuing_files import SECOND, drawn
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
from caseapp.office.paper import Paper
from caseapp.papers.agreement import TITLES, agreement_paper
from caseapp.papers.forms import FORMS, form_paper
from caseapp.papers.forms.facts import FileLine, FormFacts, Volume, paper_name
from caseapp.papers.letters import letter_name

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
    served = [f"{one.receiver}，{chinese_day(one.served_on)}送达" for one in tries if one.served_on]
    proofs = [int(one.paper) for one in tries if one.paper]
    return FiledLetter(letter.id, letter.kind, letter.state, letter.number or "", letter.issued_on, served, proofs)


@dataclass(frozen=True)
class Gathered:
    """All that a volume is put together from, taken out of the database: each piece with its name, and what it is drawn
    from (a form, the bytes of a letter, the pages of a paper)."""

    facts: FormFacts
    nth: int
    of: int
    pieces: Sequence[tuple[FilePiece, str, Paper | bytes | Sequence[Picture]]]


def gather_volume(ctx: Ctx, case: Case, nth: int, fonts: Sequence[Path] = ()) -> Gathered:
    """Take what a volume of the file of a case is put together from. Who may see telephone numbers and addresses finds
    them in the forms that have them, and that is on record. Letters are copies (副本). Raises OutOfScope for a volume
    that is not there, RuleViolation without a font."""
    found = file_of_case(ctx, case)
    if not 1 <= nth <= len(found.volumes):
        raise OutOfScope(N_("there is no such page"))
    pieces = found.volumes[nth - 1]
    contacts = any(one.source == "form" and FORMS[one.kind].contacts for one in pieces)
    facts = facts_for_forms(ctx, case, found.history, contacts_for=WHY if contacts else "")
    told = [(one, _title(found, one), _drawn_from(ctx, found, one, facts, fonts)) for one in pieces]
    return Gathered(facts, nth, len(found.volumes), told)


def _drawn_from(
    ctx: Ctx, found: CaseFile, piece: FilePiece, facts: FormFacts, fonts: Sequence[Path]
) -> Paper | bytes | Sequence[Picture]:
    if piece.source == "paper":
        return [Picture(page.width, page.height, page.digest) for page in found.papers[piece.key].pages]
    if piece.source == "letter":
        return drawn(ctx, found.letters[piece.key], SECOND, "pdf", fonts)
    if piece.source == "agreement":
        now = found.history.now
        return agreement_paper(now.agreement, facts.matter, facts.parties)
    return form_paper(piece.kind, _until(facts, piece))


def bind_volume(told: Gathered, store: Store, fonts: Sequence[Path] = ()) -> bytes:
    """A volume as a PDF, its pages numbered after the cover and the list. It asks nothing of the database. Raises
    RuleViolation without a font, FileNotFoundError for a paper whose file is gone."""
    inside = [_as_pdf(one, store, fonts) for _piece, _name, one in told.pieces]
    bound = replace(told.facts, volume=_volume(told, [pages_in(one) for one in inside]))
    cover, contents, back = ((write_pdf(form_paper(slug, bound), fonts), False) for slug in AROUND)
    return bind_files([cover, contents, *((one, True) for one in inside), back])


def _as_pdf(one: Paper | bytes | Sequence[Picture], store: Store, fonts: Sequence[Path]) -> bytes:
    if isinstance(one, bytes):
        return one
    return write_pdf(one, fonts) if isinstance(one, Paper) else bound_pictures(one, store)


def _until(facts: FormFacts, piece: FilePiece) -> FormFacts:
    """What was on record at one of several sessions or visits, whose form tells of the last."""
    if piece.kind == "session":
        return replace(facts, sessions=facts.sessions[: piece.key])
    return replace(facts, visits=facts.visits[: piece.key]) if piece.kind == "visit" else facts


def _volume(told: Gathered, counts: Sequence[int]) -> Volume:
    lines, page, pictures = [], 1, 0
    for (piece, name, _one), count in zip(told.pieces, counts, strict=True):
        lines.append(FileLine(name, str(page), piece.remark))
        page += count
        pictures += count if piece.source == "paper" else 0
    return Volume(told.nth, told.of, lines, page - 1 - pictures, pictures)


def _title(found: CaseFile, piece: FilePiece) -> str:
    """What the list calls a piece, in Chinese whatever the language of the pages."""
    if piece.source == "paper":
        return paper_name(piece.kind, piece.key)
    if piece.source == "letter":
        return letter_name(piece.kind, found.letters[piece.key].number)
    if piece.source == "agreement":
        now = found.history.now.agreement
        return TITLES[now.form if now else "written"]
    return FORMS[piece.kind].title + (f"（第{piece.key}次）" if piece.key else "")
