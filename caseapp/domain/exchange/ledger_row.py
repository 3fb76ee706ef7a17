"""One row under conversion: its cells read once, its problems collected, its stray words kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from caseapp.domain.exchange.columns import HEADING_OF, KEYS
from caseapp.domain.exchange.ledger_cells import as_text, is_blank, read_day, refuse_error
from caseapp.domain.exchange.ledger_identity import holds_identity, is_identity
from caseapp.domain.exchange.ledger_names import IDENTITY
from caseapp.domain.exchange.ledger_reading import NOW, Reading
from caseapp.domain.exchange.ledger_words import NOT_YET, Vocabulary, fold
from caseapp.kernel.errors import N_, CaseappError, RuleViolation

T = TypeVar("T")

DAYS = ("registered_on", "resolved_on", "visited_on")
UNREAD = ("serial", "due_on", "light")
LONGEST = 8_000

Say = Callable[[CaseappError], str]


class RowProblems(CaseappError):
    """All that is wrong with one row of a sheet; each problem's ``field`` is the heading of its column."""

    def __init__(self, row_no: int, problems: Iterable[RuleViolation], sheet: str = "") -> None:
        self.row_no, self.sheet = row_no, sheet
        self.problems = tuple(problems)
        super().__init__(N_("row %(row)d is not taken; problems: %(count)d"), row=row_no, count=len(self.problems))

    def sentences(self, say: Say = str) -> list[str]:
        """One sentence a problem, the heading before it; ``say`` translates."""
        return [f"{problem.field}: {say(problem)}" for problem in self.problems]


class RowReader:
    """The cells of a row by column. A cell that cannot be read is a problem once and empty afterwards.

    ``names`` are the names of the cells, as M2, for the sentences.
    """

    def __init__(
        self, cells: Mapping[str, object], today: date, reading: Reading = NOW, names: Mapping[str, str] | None = None
    ) -> None:
        self.problems: list[RuleViolation] = []
        self.failed: set[str] = set()
        self.notes: dict[str, str] = {}
        self.reading, self.names = reading, names or {}
        sound = {key: self._sound(key, cells.get(key, "")) for key in KEYS if key not in UNREAD}
        self.days = {key: self.attempt(key, read_day, sound[key], HEADING_OF[key], today) for key in DAYS}
        self.texts = {key: self._text(key, sound[key]) for key in sound if key not in DAYS}

    def _sound(self, key: str, value: object) -> object:
        """A cell, empty when it holds an error or an identity number, which is then a problem."""
        self.attempt(key, refuse_error, value, HEADING_OF[key], self.names.get(key, HEADING_OF[key]))
        if isinstance(value, str) and (is_identity if key == "number" else holds_identity)(value):
            self.refuse(key, IDENTITY)
        return "" if key in self.failed else value

    def attempt(self, key: str, read: Callable[..., T], *args: object) -> T | None:
        """Read something; what is wrong with it becomes a problem of the row."""
        try:
            return read(*args)
        except RuleViolation as problem:
            self.problems.append(problem)
            self.failed.add(key)
            return None

    def _text(self, key: str, value: object) -> str:
        text = self.attempt(key, as_text, value, HEADING_OF[key]) or ""
        if len(text) > LONGEST:
            self.refuse(key, N_("the text is longer than %(limit)d characters"), limit=LONGEST)
            return ""
        return "" if is_blank(text) else text

    def refuse(self, key: str, message: str, **params: object) -> None:
        """Record a problem of a column."""
        self.problems.append(RuleViolation(HEADING_OF[key], message, **params))
        self.failed.add(key)

    def lacks(self, key: str) -> bool:
        """Whether a column is empty, and not merely because it could not be read."""
        return key not in self.failed and not (self.days[key] if key in DAYS else self.texts[key])

    def note(self, key: str, text: str | None = None) -> None:
        """Keep what a column says, because no field of a case holds it."""
        self.notes[key] = self.texts[key] if text is None else text

    def slug_or_note(self, key: str, words: Vocabulary) -> str:
        """The slug of a word; one nobody knows is ``other`` and its word is kept."""
        word = self.texts[key]
        slug = words.slug(word) if word else "other"
        if slug is None:
            self.note(key)
        return slug or "other"

    def slug_or_refuse(self, key: str, words: Vocabulary) -> str | None:
        """The slug of a word; one nobody knows is a problem. None when the cell is empty."""
        word = self.texts[key]
        if not word or fold(word) in NOT_YET:
            return None
        slug = words.slug(word)
        if slug is None:
            self.refuse(key, N_("%(value)s is not known here; write one of %(words)s"), value=word, words=words.labels)
        return slug

    def ordered_notes(self) -> dict[str, str]:
        """The notes in the order of the columns."""
        return {key: self.notes[key] for key in KEYS if key in self.notes}
