"""Files that somebody takes away: what type each form is, how it is named, and that nobody else keeps it on the way."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, current_app

OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA = {
    "xlsx": f"{OFFICE}spreadsheetml.sheet",
    "docx": f"{OFFICE}wordprocessingml.document",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
}
PAPERS = ("docx", "pdf")
"""The forms in which letters and papers are offered."""


def fonts() -> Any:
    """The fonts of this installation's own."""
    return current_app.extensions["caseapp"].fonts


def sent(content: bytes | str, name: str, form: str, plain: str = "letter") -> Response:
    """A file to keep; ``plain`` is its name for programs that read no other letters than A to Z."""
    answer = Response(content, content_type=MEDIA[form])
    named = f"attachment; filename={plain}.{form}; filename*=UTF-8''{quote(name)}.{form}"
    answer.headers["Content-Disposition"] = named
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
