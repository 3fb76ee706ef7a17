"""Of Bootstrap's style sheet, the part that our templates use: a quarter of a megabyte becomes some forty kilobytes.

Worked out from the templates when first asked for, so there is no step of building, and a class that a template begins
to use is there at the next start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

WORD = re.compile(r"[A-Za-z][\w-]*")
BEGUN = re.compile(r"([A-Za-z][\w-]*-)\{\{")  # class="alert-{{ kind }}"
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")


def parts_in_use(css: str, templates: Path, static: Path) -> str:
    """The rules that can match something: those without a class, and those all of whose classes are written somewhere
    in the templates or scripts."""
    texts = [path.read_text(encoding="utf-8") for path in [*templates.rglob("*.html"), *static.rglob("js/*.js")]]
    words = {word for text in texts for word in WORD.findall(text)}
    begun = tuple({word for text in texts for word in BEGUN.findall(text)})
    licence = re.match(r"(?:@charset[^;]*;)?\s*/\*!.*?\*/", css, re.DOTALL)
    body = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return (licence.group() if licence else "") + "".join(_kept(body, words, begun))


def _kept(css: str, words: set[str], begun: tuple[str, ...]) -> Iterator[str]:
    for head, body in blocks(css):
        if head.startswith(("@media", "@supports")):
            inner = "".join(_kept(body, words, begun))
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        else:
            selectors = [one for one in _split(head) if _may_match(one, words, begun)]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """Each rule or at-rule: what stands before its braces and between them."""
    start = depth = 0
    head = ""
    for place, sign in enumerate(css):
        if sign == "{":
            if depth == 0:
                head, start = css[start:place].rsplit(";", 1)[-1].strip(), place + 1
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield head, css[start:place]
                start = place + 1


def _split(selectors: str) -> list[str]:
    """The selectors of a list; a comma inside :not(…) parts nothing."""
    return re.split(r",(?![^(]*\))", selectors)


def _may_match(selector: str, words: set[str], begun: tuple[str, ...]) -> bool:
    if "data-bs-theme" in selector and ":root" not in selector:
        return False  # there is no dark theme here
    return all(
        name in words or name.startswith(begun) for name in CLASS.findall(re.sub(r":not\([^)]*\)", "", selector))
    )
