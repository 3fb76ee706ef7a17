"""What can go wrong, said once. The edges turn these into form errors, status codes and exit codes.

Messages are English message ids with ``%(name)s`` places; the edge that shows one translates it. ``N_`` marks a
message for the catalogue without translating it here, because the ground floor knows no language.
"""

from __future__ import annotations


def N_(message: str) -> str:
    """Mark a sentence for the translation catalogue and return it unchanged."""
    return message


class CaseappError(Exception):
    """A sentence for the user: a message id and the values that go into it."""

    def __init__(self, message: str, /, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message

    def __reduce__(self) -> tuple[object, ...]:
        """The same sentence in another process."""
        return said_again, (type(self), self.args, self.__dict__)


def said_again(kind: type[CaseappError], words: tuple[object, ...], told: dict[str, object]) -> CaseappError:
    """A problem as another process met it."""
    problem = kind.__new__(kind, *words)
    problem.__dict__.update(told)
    return problem


class RuleViolation(CaseappError):
    """A rule of the field was broken; ``field`` names the input it is about ("" when it is about none)."""

    def __init__(self, field: str, message: str, /, **params: object) -> None:
        super().__init__(message, **params)
        self.field = field


class WrongPerson(RuleViolation):
    """The rule is about who does it: somebody else may do the very same. Told beside a field as any rule, and on record
    as every refusal."""


class AnotherMatter(RuleViolation):
    """A form that is on record comes again and says something else: it may only be sent as a form of its own."""


class NotAllowed(CaseappError):
    """The actor may see the thing but not do this to it (403)."""


class OutOfScope(CaseappError):
    """The thing does not exist for this actor (404)."""


class Conflict(CaseappError):
    """Somebody else changed the thing first (409)."""


class TooMany(CaseappError):
    """Too many tries in too short a time (429)."""


class Busy(RuleViolation):
    """Others were writing for longer than whoever asks should wait: nothing was done, and asking again may do it
    (503)."""

    def __init__(self) -> None:
        super().__init__("", N_("others are writing just now, and nothing was changed: try again in a moment"))
