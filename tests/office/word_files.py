"""Word files nobody would send on purpose, made by hand."""

from __future__ import annotations

import io
import zipfile

from docx import Document

from caseapp.office.xlsx import write_sheet
from tests.office.packages import package, parts_of

BODY, TYPES, RELATIONS = "word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
FOR_EVER = "{%p for x in range(1000000000) %}"


def word(*paragraphs: str, cells: tuple[tuple[str, ...], ...] = ()) -> bytes:
    """A Word file of these paragraphs, and a table of these rows."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if cells:
        table = document.add_table(rows=0, cols=len(cells[0]))
        for row in cells:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def altered(part: str, old: str, new: str, more: dict[str, bytes] | None = None) -> bytes:
    """A good template with something else in one part, and more parts."""
    parts = parts_of(word("{{ title }}"))
    text = parts[part].decode()
    assert old in text
    return package(parts | {part: text.replace(old, new, 1).encode()} | (more or {}))


def body(xml: str) -> bytes:
    """A good template with more in its body."""
    return altered(BODY, "<w:sectPr", f"{xml}<w:sectPr")


def related(kind: str, target: str, *, outside: bool = False, more: dict[str, bytes] | None = None) -> bytes:
    """A good template that points to something."""
    mode = ' TargetMode="External"' if outside else ""
    end = "</Relationships>"
    return altered(
        RELATIONS, end, f'<Relationship Id="rId99" Type="{OFFICE}{kind}" Target="{target}"{mode}/>{end}', more
    )


def field(*pieces: str) -> bytes:
    """A good template with a field code, spelled over several runs."""
    spelled = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return body(f"<w:p>{begin}{spelled}{end}</w:p>")


def twice() -> bytes:
    """A package that holds its body twice."""
    packed = io.BytesIO(word("{{ title }}"))
    with zipfile.ZipFile(packed, "a") as target:
        target.writestr("word/Document.xml", b"<x/>")
    return packed.getvalue()


IN_PLACES = {
    "empty": (b"", "empty"),
    "a text": (b"just text", "not a Word file"),
    "a workbook": (write_sheet(["x"], []), "not a Word file"),
    "an old .doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Word file"),
    "too large": (b"PK\x03\x04" + bytes(6 * 2**20), "larger than 5 MB"),
    "a zip bomb": (altered(BODY, "", "", {"word/media/a.png": bytes(60 * 2**20)}), "would unpack to 60 MB"),
    "a part that is too large": (body(f"<w:p><w:r><w:t>{'x' * 2**20}</w:t></w:r></w:p>"), "more than 1 MB of text"),
    "more elements than pages hold": (body("<w:p/>" * 30_000), "larger, or nested"),
    "cut off": (word("{{ title }}")[:9_000], "damaged"),
    "a part that is there twice": (twice(), "damaged"),
    "a way out of the package": (altered(BODY, "", "", {"word/../../x.xml": b"<x/>"}), "damaged"),
    "macros by what it says it is": (
        altered(TYPES, "wordprocessingml.document.main", "ms-word.document.macroEnabled.main"), "macros",
    ),
    "macros by a part": (altered(BODY, "", "", {"word/vbaProject.bin": b"x"}), "macros"),
    "a .dotx": (altered(TYPES, "document.main+xml", "template.main+xml"), "dotx"),
    "a link outside": (related("hyperlink", "https://example.org/", outside=True), "outside the file .https://example"),
    "a template attached": (related("attachedTemplate", "file:///C:/x.dotm", outside=True), "outside the file"),
    "a picture from elsewhere": (body('<w:p><w:r><x src="//host/share/a.png"/></w:r></w:p>'), "outside the file"),
    "an embedded workbook": (
        related("package", "embeddings/a.xlsx", more={"word/embeddings/a.xlsx": b"PK"}), "embedded .word/embeddings",
    ),
    "an embedded object": (related("oleObject", "media/a.emf"), "embedded .*oleObject"),
    "another document inside": (related("aFChunk", "a.xml", more={"word/a.xml": b"<x/>"}), "embedded .*aFChunk"),
    "a program": (altered(BODY, "", "", {"word/media/a.exe": b"MZ"}), "embedded"),
    "entities": (altered(BODY, "<w:document", '<!DOCTYPE x [<!ENTITY a "aaaa">]><w:document'), "document type with entities"),
    "XML that Word does not write": (altered(BODY, "<w:body>", "<w:body><!-- <w:tc -->"), "does not write"),
    "a field that runs something": (field("DD", "EAUTO c:\\\\x.exe"), "field DDEAUTO"),
    "a field that fetches something": (
        body('<w:p><w:fldSimple w:instr=" INCLUDETEXT \\\\host\\x "/></w:p>'), "field INCLUDETEXT",
    ),
    "a field inside a field": (field("PAGE", '</w:instrText><w:fldChar w:fldCharType="begin"/><w:instrText>LINK x'), "LINK"),
    "a tag in a field code": (field("PAGE {{ title }}"), "where no text is"),
    "a tag in an attribute": (body('<w:p w:rsidR="{{ title }}"/>'), "where no text is"),
}  # fmt: skip

IN_TAGS = {
    "no tag at all": (word("月报"), "names no field"),
    "a field there is not": (
        word("x {{ xyz }}"),
        "asks for «xyz», which there is not; there are: title, place.*«x {{ xyz }}»",
    ),
    "a figure there is not": (word("{{ rates.nett.n }}"), "«rates.nett», which there is not; there are: net, verified"),
    "a field that is only in a loop": (word("{{ part.heading }}"), "«part»"),
    "a tag that cannot be read": (word("率 {{ lines. }}"), "cannot be read, a name, .*«率 {{ lines. }}»"),
    "a tag that is not closed": (word("{{ title"), "not closed with }}"),
    "a tag over two paragraphs": (word("{{ title", "}}"), "not closed with }}"),
    "a tag that ends twice": (word("{{ title }} }}"), "begins or ends twice"),
    "a comment": (word("{# x #}"), "not with {#"),
    "a long tag": (word("{{ " + "x" * 300 + " }}"), "longer than 200"),
    "more tags than there is room for": (word(*["{{ title }}"] * 1_001), "more than 1000 tags"),
    "a loop without an end": (word("{%p for part in parts %}"), "«{%p for part in parts %}» has no end"),
    "an end without a loop": (word("{%p endfor %}"), "ends nothing"),
    "a loop that ends as something else": (word("{%p for part in parts %}", "{%p endif %}"), "ends nothing"),
    "a loop of rows that ends as one of paragraphs": (
        word("{%tr for v in villages %}", "{%p endfor %}"),
        "same letter",
    ),
    "rows where no row is": (
        word("{%tr for v in villages %}", "{%tr endfor %}"),
        "stand in a table, and here is none: «{%tr for v",
    ),
    "a loop without end": (word(FOR_EVER, "{%p endfor %}"), "calls nothing and works nothing out .Call.: «.*range"),
    "a loop over everything inside a loop over everything": (
        word("{%p for a in overdue %}", "{%p for b in overdue %}", "x", "{%p endfor %}", "{%p endfor %}"),
        "what the outer one gives, not over overdue",
    ),
    "a loop over a text": (word("{%p for a in title %}", "{%p endfor %}"), "title is no list"),
    "a list where a text stands": (word("{{ overdue }}"), "overdue is more than one thing"),
    "a call": (word("{{ title.upper() }}"), "calls nothing"),
    "a way into Python": (word("{{ title.__class__.__mro__ }}"), "«title.__class__», which there is not"),
    "another way into Python": (word("{{ title|attr('__class__') }}"), "calls nothing"),
    "a third way into Python": (word('{{ ""["__class__"] }}'), "which there is not"),
    "a sum": (word("{{ lines.new + 100 }}"), "works nothing out"),
    "a text a billion times": (word('{{ "a" * 1000000000 }}'), "works nothing out"),
    "markup that is not escaped": (word("{{ title|safe }}"), "calls nothing"),
    "a variable of its own": (word("{% set a = 1 %}"), "no tag «{% set a = 1 %}»; there are {% for"),
    "another file": (word('{% include "/etc/passwd" %}'), "no tag"),
    "a function of its own": (word("{% macro a() %}"), "no tag"),
    "a paragraph in the place of a field": (word("{{p title }}"), "name of a field alone"),
    "a number compared with a text": (word('{%p if lines.new == "3" %}', "{%p endif %}"), "compared with a number"),
    "what is not there in a quiet time": (word("{{ overdue[0].case }}"), "cannot be filled in"),
    "a cell that may lose its paragraph": (
        word("{{ title }}", cells=(("{%p if overdue %}",), ("{%p endif %}",))),
        "no document",
    ),
    "a table that may lose all its rows": (
        word("{{ title }}", cells=(("{%tr for item in overdue %}",), ("{{ item.case }}",), ("{%tr endfor %}",))),
        "without a row",
    ),
    "a loop across cells": (
        word("{{ title }}", cells=(("{%p for v in villages %}", "{{ v.name }}{%p endfor %}"),)),
        "no document",
    ),
    "a tag where nothing is filled in": (
        altered(
            BODY,
            "",
            "",
            {
                "word/comments.xml": f'<w:comments xmlns:w="{"http://schemas.openxmlformats.org/wordprocessingml/2006/main"}"><w:p><w:r><w:t>{{{{ title }}}}</w:t></w:r></w:p></w:comments>'.encode()
            },
        ),
        "comments.xml is not filled in",
    ),
}
