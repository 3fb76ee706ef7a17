"""The text of a message: several notices in one, without a word about a party.

Only the number of the case, its category, its village, what is due or happened, and by when. The title of a case may
hold names and stays inside. ``say`` translates a sentence, ``name`` a stored slug; the edge hands both in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from caseapp.domain.notices.rules import told
from caseapp.kernel.errors import N_

Say = Callable[[str], str]
Name = Callable[[str, object], str]
MARKS = re.compile(r"([\\`*_\[\]()#|<>~])")

SUBJECT = N_("[Petitions and disputes] %(total)d to look at, %(late)d overdue")
SUBJECT_CALM = N_("[Petitions and disputes] %(total)d to look at")
BY = N_("by %(month)d/%(day)d/%(year)d")
MORE = N_("and %(count)d more; see the inbox")


@dataclass(frozen=True)
class Line:
    """One notice as a message tells it: slugs and names of places, nothing else. A sealed case keeps both back."""

    kind: str
    number: str
    category: str
    village: str
    item: str = ""
    due_on: date | None = None


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Urgent first, then the earliest date, then as they came."""
    return sorted(lines, key=lambda line: (not told(line.kind).urgent, line.due_on or date.max))


def subject(lines: list[Line], say: Say) -> str:
    """How many there are, and how many of them are overdue."""
    late = sum(line.kind == "overdue" for line in lines)
    return say(SUBJECT if late else SUBJECT_CALM) % {"total": len(lines), "late": late}


def anchor_mail(anchor: str, say: Say) -> tuple[str, str]:
    """The subject and the text of a mail with an anchor of the record."""
    told = say(
        N_(
            "This is where the record of the office ended. Keep this mail: with it, caseapp audit verify --anchor shows"
            " later whether what was on record then is still there. Nothing needs to be done."
        )
    )
    return say(N_("[Petitions and disputes] Anchor of the record")), f"{anchor}\n\n{told}\n"


def what_of(kind: str, item: str, say: Say, name: Name) -> str:
    """What a notice is about: its rule's words and, of a due item or a seat, the item's."""
    title, word = say(told(kind).title), item.partition(":")[0]
    slugs = "kind" if told(kind).dated else "seat" if item.startswith("seat:") else ""
    named = item.partition(":")[2] if slugs == "seat" else word
    return f"{title}：{name(slugs, named)}" if slugs and named else title


def link_to(base_url: str, number: str = "") -> str:
    """The address of a case, or of the inbox; none where the installation told none."""
    if not base_url:
        return ""
    return f"{base_url.rstrip('/')}/" + (f"cases/{quote(number)}" if number else "inbox")


def words(line: Line, say: Say, name: Name) -> str:
    """One notice in one line."""
    category = name("category", line.category) if line.category else ""
    by = _day(line.due_on, say) if line.due_on else ""
    parts = (what_of(line.kind, line.item, say, name), line.number, category, line.village, by)
    return " · ".join(part for part in parts if part)


def _day(day: date, say: Say) -> str:
    return say(BY) % {"year": day.year, "month": day.month, "day": day.day}


def plain(lines: list[Line], say: Say, name: Name, base_url: str = "", most: int = 500) -> str:
    """The message as plain text, for mail."""
    parts = [subject(lines, say), ""]
    for place, line in enumerate(in_order(lines)[:most], 1):
        link = link_to(base_url, line.number)
        parts += [f"{place}. {words(line, say, name)}", *([f"   {link}"] if link else [])]
    if len(lines) > most:
        parts.append(_more(len(lines) - most, say))
    return "\n".join([*parts, "", link_to(base_url)]).rstrip() + "\n"


def markdown(lines: list[Line], say: Say, name: Name, base_url: str = "", most_bytes: int = 4000) -> str:
    """The message for a robot, which takes so many bytes: as many lines as fit, and how many are left."""
    text, listed = f"**{escaped(subject(lines, say))}**\n", in_order(lines)
    for place, line in enumerate(listed, 1):
        link, told_in = link_to(base_url, line.number), escaped(words(line, say, name))
        more = f"\n{place}. " + (f"[{told_in}]({link})" if link else told_in)
        left = "\n\n" + escaped(_more(len(listed) - place + 1, say))
        if len((text + more + left).encode()) > most_bytes:
            return text + left
        text += more
    return text


def _more(count: int, say: Say) -> str:
    return say(MORE) % {"count": count}


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return MARKS.sub(r"\\\1", " ".join(text.split()))
