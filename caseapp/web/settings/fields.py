"""What the fields of a Word template mean: the list beside the templates, read off what templates are filled with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from caseapp.kernel.errors import N_
from caseapp.labels import label

MEANINGS = {
    "title": N_("title of the paper"), "place": N_("the unit it is of"), "period": N_("the month, the week, the year"),
    "known_at": N_("day and time at which the figures were known"),
    "opening": N_("sentences before the first part"), "parts": N_("the numbered parts, one after the other"),
    "parts.heading": N_("heading with its number"), "parts.sentences": N_("its sentences, a paragraph each"),
    "remarks": N_("sentences under all parts: as known when"),
    "signature": N_("lines of the signature: who, and the day"),
    "villages": N_("a row a village"), "villages.name": N_("name of the village"),
    "villages.net": N_("resolution rate, as n/d and percent"),
    "villages.verified": N_("verified resolution rate, as n/d and percent"),
    "sum": N_("the row of sums under the villages, with the same columns"),
    "overdue": N_("what is overdue, an item a row"), "next_week": N_("what falls due next week, an item a row"),
    "overdue.case": N_("number of the case"), "overdue.kind": N_("what is due"), "overdue.due": N_("due on"),
    "overdue.days_late": N_("days late"), "overdue.category": N_("category of the case"),
    "overdue.village": N_("name of the village"), "overdue.responsible": N_("who answers for it"),
    "complained": N_("offices complained of, most first"), "complained.office": N_("name of the office"),
    "complained.cases": N_("in how many cases"), "passed_on": N_("how often cases were passed on"),
    "passed_on.down": N_("sent down"), "passed_on.up": N_("sent up"), "passed_on.out": N_("transferred out"),
    "sheets": N_("supervision sheets"), "sheets.issued": N_("issued"), "sheets.answered": N_("answered"),
    "sheets.accepted": N_("accepted"), "suggestions": N_("suggestions"), "suggestions.received": N_("came in"),
    "suggestions.adopted": N_("were adopted"), "figures": N_("figures of the week"),
    "lines": N_("cases by where they stand"), "rates": N_("rates; behind each name one of the words below"),
    "apart": N_("figures apart"), "year_to_date": N_("the same figures of the year to date"),
    "previous": N_("the same figures of the period before"),
    "year_ago": N_("the same figures of the same period last year"),
}  # fmt: skip
OF_A_RATE = {
    "percent": N_("percent"), "n": N_("numerator"), "d": N_("denominator"),
    "points_before": N_("points against the period before"),
    "points_year_ago": N_("points against the same period last year"),
}  # fmt: skip
SAME = {"sum": "villages", "next_week": "overdue"}
LABELS = {"figures": "week", "lines": "line", "rates": "rate", "apart": "apart", "villages": "line", "sum": "line"}
WINDOWS = ("year_to_date", "previous", "year_ago")
CALLED = {
    "opening": "line", "parts": "part", "remarks": "remark", "signature": "line", "villages": "v", "overdue": "item",
    "next_week": "item", "complained": "one",
}  # fmt: skip


@dataclass
class Group:
    """Fields that belong together: what they are, how they are repeated, and how each is written and what it means."""

    title: str
    loop: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)


def explained(shape: Mapping[str, Any]) -> list[Group]:
    """Every field there is, in groups."""
    single = Group(gettext("Words"))
    groups = [single]
    for name, held in shape.items():
        if isinstance(held, list):
            groups.append(_repeated(name, held[0]))
        elif isinstance(held, Mapping):
            groups.append(Group(gettext(MEANINGS[name]), rows=list(_within(name, held))))
        else:
            single.rows.append((f"{{{{ {name} }}}}", gettext(MEANINGS[name])))
    return groups


def _repeated(name: str, element: object) -> Group:
    """A list: how to go through it, and what each of it holds."""
    each = CALLED[name]
    prefix = "tr" if isinstance(element, Mapping) and name != "parts" else "p"
    group = Group(gettext(MEANINGS[name]), f"{{%{prefix} for {each} in {name} %}} … {{%{prefix} endfor %}}")
    if not isinstance(element, Mapping):
        group.rows.append((f"{{{{ {each} }}}}", gettext(MEANINGS[name])))
        return group
    for key, held in element.items():
        written = (
            f"{{%p for sentence in {each}.{key} %}} {{{{ sentence }}}}"
            if isinstance(held, list)
            else f"{{{{ {each}.{key} }}}}"
        )
        group.rows.append((written, _meaning(name, key)))
    return group


def _within(name: str, held: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Single figures. What three windows and eighteen rates share is said once."""
    if name in WINDOWS:
        yield f"{{{{ {name}.lines.new }}}}", gettext("for instance: new")
        yield f"{{{{ {name}.rates.net.percent }}}}", gettext("for instance: resolution rate")
        return
    for key in held:
        written = f"rates.{key}.percent" if name == "rates" else f"{name}.{key}"
        yield f"{{{{ {written} }}}}", _meaning(name, key)
    if name == "rates":
        for word, meaning in OF_A_RATE.items():
            yield f"….{word}", gettext(meaning)


def _meaning(name: str, key: str) -> str:
    told = MEANINGS.get(f"{SAME.get(name, name)}.{key}")
    return gettext(told) if told else label(LABELS[name], key)
