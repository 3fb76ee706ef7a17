"""Filling a Word template of an office's own with plain data."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docxtpl import DocxTemplate
from lxml import etree

from caseapp.kernel.errors import N_, RuleViolation
from caseapp.office.docx_gate import let_in
from caseapp.office.docx_sandbox import FAILED, render
from caseapp.office.docx_tags import check_filled, check_tags, shown
from caseapp.office.zipped import pack_again

Fields = Mapping[str, Any]
HERE = "the body goes here"
EMPTY = re.compile(r"<w:(p|r|t|tc|tr)( [^<>]*?)?/>")
PARAGRAPH = re.compile(r"<w:p([ >])")


class _Filled(DocxTemplate):  # type: ignore[misc]
    """The library's template, with its tags rendered by our own sandbox, once each, and nobody's name in the file."""

    def __init__(self, template: bytes, shape: Fields, at: datetime) -> None:
        super().__init__(io.BytesIO(template))
        self.shape, self.at = shape, at

    def patch_xml(self, src_xml: str) -> str:
        """Tags put together from the pieces Word cut them into. The library takes an empty element for one that begins,
        and looks for its end as far as there is text."""
        return str(super().patch_xml(EMPTY.sub(r"<w:\1\2></w:\1>", src_xml)))

    def render_xml_part(self, src_xml: str, part: Any, context: Fields, jinja_env: Any = None) -> str:  # noqa: ARG002
        """One part; each paragraph on a line of its own, so that a line leads to its text."""
        lines = PARAGRAPH.sub(r"\n<w:p\1", src_xml).split("\n")
        done = render("\n".join(lines), context, self.shape, lambda line: _text_of(lines, line))
        done = re.sub(r"\n<w:p([ >])", r"<w:p\1", done)
        done = str(self.resolve_listing(done))
        check_filled(str(part.partname).lstrip("/"), done.encode())
        return done

    def map_tree(self, tree: Any) -> None:
        """The filled body in the place of the old one. Moving a tree into another one takes the library's parser time
        that grows with the square of it: read anew, it does not."""
        root = self.docx.element
        root.body.clear()
        root.body.text = HERE
        whole = etree.tostring(root, encoding="unicode")
        whole = whole.replace(f"<w:body>{HERE}</w:body>", etree.tostring(tree, encoding="unicode"))
        self.docx.part._element = parse_xml(whole)  # noqa: SLF001 - the library has no other way

    def render_properties(self, context: Fields, jinja_env: Any = None) -> None:  # noqa: ARG002
        """What the file says of itself: its title, the instant it was made for."""
        told = self.docx.core_properties
        told.author = told.last_modified_by = told.comments = told.keywords = told.subject = ""
        told.title = str(context["title"])[:255]
        told.created = told.modified = self.at.astimezone(UTC)
        told.revision = 1

    def render_footnotes(self, context: Fields, jinja_env: Any = None) -> None:
        """Each part of footnotes once, however many sections there are: what was filled in is not filled in again."""
        for part in self.docx.part.package.iter_parts():
            if part.content_type.endswith("wordprocessingml.footnotes+xml"):
                source = self.patch_xml(self.get_part_xml(part))
                part._blob = self.render_xml_part(source, part, context, jinja_env).encode()  # noqa: SLF001 - the library has no other way


def _text_of(lines: Sequence[str], line: int) -> str:
    """The text of a line of a part, without its elements."""
    return shown(re.sub(r"<[^>]*>", "", lines[min(max(line, 1), len(lines)) - 1]))


def fill(template: bytes, fields: Fields, shape: Fields, at: datetime) -> bytes:
    """A template, which was let in, filled with fields. ``shape`` holds every field there is, lists with one element.

    The same template and the same fields give the same bytes. Raises RuleViolation("file", …).
    """
    try:
        document = _Filled(template, shape, at)
        document.render(fields)
        held = io.BytesIO()
        document.docx.save(held)
        return pack_again(held.getvalue())
    except RuleViolation:
        raise
    except Exception as problem:  # whatever the libraries stumble over in somebody's file is a refusal
        raise RuleViolation("file", FAILED, why=str(problem)[:200] or type(problem).__name__) from problem


def check_template(data: bytes, trials: Sequence[Fields], shape: Fields, at: datetime) -> bytes:
    """A clean copy of a template somebody sent, once every trial was filled in. Raises RuleViolation("file", …)."""
    clean = let_in(data)
    if not _tags_in(clean):
        raise RuleViolation("file", N_("the template names no field: every paper made from it would be the same"))
    for trial in trials:
        filled = let_in(fill(clean, trial, shape, at))
        Document(io.BytesIO(filled))
        if _tags_in(filled):
            raise RuleViolation("file", N_("a tag was left over when the template was filled in"))
    return clean


def _tags_in(package: bytes) -> int:
    """How many tags a Word file holds, each of them whole and known."""
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        names = [name for name in parts.namelist() if name.startswith("word/") and name.endswith(".xml")]
        return sum(check_tags(name, parts.read(name)) for name in names)
