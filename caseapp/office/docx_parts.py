"""Looking through one XML part of a Word file before the real reader gets it."""

from __future__ import annotations

from xml.parsers import expat

from caseapp.kernel.errors import N_, RuleViolation

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DEEPEST = 200
MOST_ELEMENTS = 30_000
# What a template may be made of; a chart or a diagram carries a workbook, a frame another document.
RELATIONS = {
    "officeDocument", "core-properties", "extended-properties", "custom-properties", "thumbnail", "styles",
    "stylesWithEffects", "settings", "webSettings", "fontTable", "font", "theme", "numbering", "footnotes", "endnotes",
    "header", "footer", "image", "comments", "commentsExtended", "commentsIds", "commentsExtensible", "people",
    "customXml", "customXmlProps", "glossaryDocument", "bibliography", "metadata",
}  # fmt: skip
FIELDS = {"PAGE", "NUMPAGES", "SECTIONPAGES", "DATE", "TIME"}


def look_through(name: str, xml: bytes) -> None:
    """One XML part: well formed, no document type, no pointer outside, no field that fetches or runs something.

    Raises RuleViolation("file", …).
    """
    look = _Met(name)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = look.doctype
    parser.StartElementHandler = look.open
    parser.EndElementHandler = look.close
    parser.CharacterDataHandler = look.text
    parser.CommentHandler = parser.ProcessingInstructionHandler = look.aside
    try:
        parser.Parse(xml, True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise RuleViolation("file", N_("the file is damaged or was cut off; save it again in Word")) from error
    look.end()


class _Met:
    """What was met so far: how deep, which field codes are being spelled out."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.depth = self.elements = 0
        self.inside_code = False
        self.codes: list[list[str]] = [[]]

    def _refusal(self, message: str, **params: object) -> RuleViolation:
        return RuleViolation("file", message, part=self.part[:80], **params)

    def doctype(self, *_: object) -> None:
        """Entities come in by a document type."""
        raise self._refusal(N_("%(part)s declares a document type with entities, which no Word file has"))

    def aside(self, *_: object) -> None:
        """Word writes neither comments nor instructions into its XML."""
        if self.part.startswith("word/"):
            raise self._refusal(N_("%(part)s holds XML that Word does not write; save the file again in Word"))

    def open(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.depth += 1
        self.elements += 1
        if self.depth > DEEPEST or self.elements > MOST_ELEMENTS:
            raise self._refusal(N_("%(part)s is larger, or nested more deeply, than a template of a few pages"))
        space, _, local = name.rpartition(" ")
        if local == "Relationship":
            self._relation(attributes)
        for key, value in attributes.items():
            if key.rpartition(" ")[2].lower() in ("src", "href", "althref") and not value.startswith("#"):
                raise self._outside(value)
        if space == WORD:
            self._field(local, attributes)

    def close(self, name: str) -> None:
        """An element ends."""
        self.depth -= 1
        self.inside_code = self.inside_code and not name.endswith(" instrText")

    def text(self, text: str) -> None:
        """Text that spells out a field code."""
        if self.inside_code:
            self.codes[-1].append(text)

    def end(self) -> None:
        """A field that never ended has a code too."""
        for code in self.codes:
            self._check_code("".join(code))

    def _relation(self, attributes: dict[str, str]) -> None:
        target, kind = attributes.get("Target", ""), attributes.get("Type", "").rpartition("/")[2]
        if attributes.get("TargetMode") == "External":
            raise self._outside(target)
        if "vba" in kind.lower():
            raise self._refusal(
                N_("the file holds macros (%(part)s); save it as a Word document without macros (.docx)")
            )
        if kind not in RELATIONS:
            raise self._refusal(
                N_(
                    "the file holds something embedded (%(part)s: %(kind)s); a template holds text, tables and "
                    "pictures alone"
                ),
                kind=kind[:40],
            )

    def _outside(self, target: str) -> RuleViolation:
        return self._refusal(
            N_("%(part)s points to something outside the file (%(target)s); take out the link, or save it without one"),
            target=target[:120],
        )

    def _field(self, local: str, attributes: dict[str, str]) -> None:
        """Fields such as DDEAUTO or INCLUDETEXT run or fetch something; a code may be spelled over many runs."""
        if local == "fldSimple":
            self._check_code(attributes.get(f"{WORD} instr", ""))
        elif local == "instrText":
            self.inside_code = True
        elif local == "fldChar":
            kind = attributes.get(f"{WORD} fldCharType")
            if kind == "begin":
                self.codes.append([])
            elif len(self.codes) > 1:
                self._check_code("".join(self.codes[-1]))
                self.codes[-1].clear()
                if kind == "end":
                    self.codes.pop()

    def _check_code(self, code: str) -> None:
        word = code.split(maxsplit=1)[0].upper() if code.split() else ""
        if word and word not in FIELDS:
            raise self._refusal(
                N_("%(part)s holds the field %(code)s; page numbers and dates alone are filled in"),
                code=code.strip()[:40],
            )
