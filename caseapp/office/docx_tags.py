"""The tags of a template: ``{{ title }}`` says something, ``{% for part in parts %}`` repeats or leaves out.

They are found in the text of each paragraph, however Word cut it into pieces, before the library that fills them sees
any: what is no whole tag in one paragraph, or a tag there is not, is refused with the text around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from caseapp.kernel.errors import N_, RuleViolation
from caseapp.office.docx_parts import WORD

FILLED = re.compile(r"word/(document|header|footer|footnotes)\d*\.xml")
MARK = re.compile(r"\{[{%#]|[%}#]\}")
STATEMENT = re.compile(r"((p|tr|tc) )?\s*(for|endfor|if|elif|else|endif)\b")
BEGINS = {"for": ("endfor", "else"), "if": ("endif", "elif", "else")}
CLOSES = {"{{": "}}", "{%": "%}"}
MOST_TAGS = 1_000
LONGEST_TAG = 200
SHOWN = 80
TEXT = {"t", "instrText", "delText", "delInstrText"}
STATEMENTS = "{% for … %}, {% endfor %}, {% if … %}, {% elif … %}, {% else %}, {% endif %}"


def check_tags(name: str, xml: bytes) -> int:
    """How many tags one XML part holds. Raises RuleViolation("file", …) for what is none."""
    count, opened = 0, list[str]()
    for paragraph in _paragraphs(name, xml):
        found = list(_tags(paragraph))
        if found and not FILLED.fullmatch(name):
            raise _refusal(N_("%(part)s is not filled in, but holds the tag «%(tag)s»"), part=name[:80], tag=found[0])
        count += len(found)
        if count > MOST_TAGS:
            raise _refusal(N_("%(part)s holds more than %(most)d tags"), part=name[:80], most=MOST_TAGS)
        for tag in found:
            _balance(opened, tag)
    if opened:
        raise _refusal(N_("«%(tag)s» has no end"), tag=shown(opened[-1]))
    return count


def _balance(opened: list[str], tag: str) -> None:
    """What begins ends, with the same letter behind the brace."""
    told = STATEMENT.match(tag[2:-2]) if tag.startswith("{%") else None
    if told is None:
        return
    if told[3] in BEGINS:
        opened.append(tag)
        return
    begun = STATEMENT.match(opened[-1][2:-2]) if opened else None
    if begun is None or told[3] not in BEGINS[begun[3]]:
        raise _refusal(N_("«%(tag)s» ends nothing that was begun"), tag=shown(tag))
    if told[2] != begun[2]:
        raise _refusal(
            N_("«%(tag)s» belongs to «%(begun)s»: the same letter stands behind both {%%"),
            tag=shown(tag), begun=shown(opened[-1]),
        )  # fmt: skip
    if told[3].startswith("end"):
        opened.pop()


def _refusal(message: str, **params: object) -> RuleViolation:
    return RuleViolation("file", message, **params)


def shown(text: str) -> str:
    """A paragraph as a refusal shows it."""
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _tags(text: str) -> Iterator[str]:
    """The tags of one paragraph, whole and known."""
    opened: re.Match[str] | None = None
    for mark in MARK.finditer(text):
        if opened is None and mark[0] in CLOSES:
            opened = mark
        elif opened is not None and mark[0] == CLOSES[opened[0]]:
            yield _known(text[opened.start() : mark.end()], text)
            opened = None
        elif mark[0] == "{#":
            raise _refusal(N_("a tag begins with {{ or {%%, not with {#: «%(text)s»"), text=shown(text))
        else:
            raise _refusal(N_("a tag is not whole, it begins or ends twice: «%(text)s»"), text=shown(text))
    if opened is not None:
        raise _refusal(
            N_("a tag is not closed with %(close)s in its paragraph: «%(text)s»"),
            close=CLOSES[opened[0]], text=shown(text),
        )  # fmt: skip


def _known(tag: str, text: str) -> str:
    if len(tag) > LONGEST_TAG:
        raise _refusal(N_("a tag is longer than %(most)d characters: «%(text)s»"), most=LONGEST_TAG, text=shown(text))
    body = tag[2:-2]
    if tag.startswith("{%") and not STATEMENT.match(body):
        raise _refusal(
            N_("there is no tag «%(tag)s»; there are %(known)s, also with p, tr or tc behind {%%"),
            tag=shown(tag), known=STATEMENTS,
        )  # fmt: skip
    if tag.startswith("{{") and re.match(r"(p|tr|tc|r)\s", body):
        raise _refusal(N_("«%(tag)s»: between {{ and }} stands the name of a field alone"), tag=shown(tag))
    return tag


def _paragraphs(name: str, xml: bytes) -> Iterator[str]:
    reader = _Reader(name)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.open, reader.close
    parser.CharacterDataHandler = reader.text
    parser.Parse(xml, True)  # noqa: FBT003
    yield from reader.found


class _Reader:
    """Gathers the text of each paragraph; one may stand inside another, in a text box."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.elements: list[str] = []
        self.paragraphs: list[list[str]] = []
        self.found: list[str] = []

    def open(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.elements.append(name)
        if name == f"{WORD} p":
            self.paragraphs.append([])
        for value in attributes.values():
            if MARK.search(value):
                raise _refusal(
                    N_("a tag stands where no text is, in %(part)s: «%(text)s»"), part=self.part[:80], text=shown(value)
                )

    def close(self, name: str) -> None:
        """An element ends."""
        self.elements.pop()
        if name == f"{WORD} p":
            self.found.append("".join(self.paragraphs.pop()))

    def text(self, text: str) -> None:
        """Text: of a paragraph, or where no tag may stand."""
        if self.elements[-1] == f"{WORD} t" and self.paragraphs:
            self.paragraphs[-1].append(text)
        elif "{" in text or "}" in text:
            raise _refusal(
                N_("a tag stands where no text is, in %(part)s: «%(text)s»"), part=self.part[:80], text=shown(text)
            )


def check_filled(name: str, xml: bytes) -> None:
    """A part that was filled is still a document: text stands in texts alone, each cell keeps a paragraph, each table a
    row. Raises RuleViolation("file", …)."""
    check = _Structure(name)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = check.open, check.close
    parser.CharacterDataHandler = check.text
    try:
        parser.Parse(xml, True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise check.refusal("") from error


class _Structure:
    """The elements that are open, each with the names of those in it."""

    BLOCKS = (f"{WORD} p", f"{WORD} sdt", f"{WORD} tbl")
    HOLD = {
        f"{WORD} tbl": (f"{WORD} tr", f"{WORD} sdt"), f"{WORD} tr": (f"{WORD} tc", f"{WORD} sdt"),
        f"{WORD} tc": BLOCKS[:2],
    }  # fmt: skip

    def __init__(self, part: str) -> None:
        self.part = part
        self.stack: list[tuple[str, list[str]]] = [("", [])]

    def open(self, name: str, _attributes: dict[str, str]) -> None:
        """An element begins."""
        self.stack[-1][1].append(name)
        self.stack.append((name, []))

    def close(self, name: str) -> None:
        """An element ends: what it must hold is there."""
        _, held = self.stack.pop()
        if name == f"{WORD} tc":
            held = [one for one in held if one in self.BLOCKS][-1:]
        if name in self.HOLD and not any(one in self.HOLD[name] for one in held):
            if name == f"{WORD} tbl":
                raise _refusal(
                    N_(
                        "with nothing to list a table is left without a row: keep its heading outside the loop, or put "
                        "{%%p if … %%} and {%%p endif %%} around the table (%(part)s)"
                    ),
                    part=self.part[:80],
                )
            raise self.refusal("")

    def text(self, text: str) -> None:
        """Text between the elements of a document is lost, or spoils it."""
        space, _, local = self.stack[-1][0].rpartition(" ")
        if text.strip() and space == WORD and local not in TEXT:
            raise self.refusal(text)

    def refusal(self, text: str) -> RuleViolation:
        """The sentence for it."""
        return _refusal(
            N_(
                "filled in, %(part)s is no document any more: a tag such as {%%tr for … %%} and its end do not stand "
                "around whole rows, cells or paragraphs %(text)s"
            ),
            part=self.part[:80], text=f"«{shown(text)}»" if text.strip() else "",
        )  # fmt: skip
