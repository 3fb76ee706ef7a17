"""A document as the file that somebody takes away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from caseapp.office.makers import write_docx, write_pdf
from caseapp.office.paper import Paper


def write_paper(paper: Paper, form: str, own_fonts: Sequence[Path] = ()) -> bytes:
    """A document as a Word file ("docx") or as a PDF. Raises RuleViolation for a PDF without a font."""
    return write_docx(paper) if form == "docx" else write_pdf(paper, own_fonts)
