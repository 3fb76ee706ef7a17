"""Who is complained of, as a form asks it: units and officials to choose, or somebody in words and of which unit."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField, ValidationError

from caseapp.actions.context import Ctx
from caseapp.domain.access.circle import AT, unit_meant
from caseapp.domain.org.tree import Tree
from caseapp.domain.people.queries import active_names, names_of

MOST_WORDS = 40
Options = list[tuple[str, str]]


def in_words() -> StringField:
    """What somebody without an account is. Made for each form: fields stand on a page in the order they were made."""
    return StringField(_("Or somebody without an account: what they are"), render_kw={"maxlength": MOST_WORDS})


class InWords:
    """Two fields of a form: what somebody without an account is, and of which unit."""

    in_words = in_words()
    of_unit = SelectField(_("Of which unit"), default="")

    def validate_of_unit(self, field: SelectField) -> None:
        """Whoever is named in words is of some unit: it is the unit that is kept out of the case."""
        if self.in_words.data and self.in_words.data.strip() and not field.data:
            raise ValidationError(gettext("Choose of which unit: it is kept out of the case."))

    def validate_in_words(self, field: StringField) -> None:
        """Words alone, and not too many."""
        said = (field.data or "").strip()
        if AT in said or len(said) > MOST_WORDS:
            raise ValidationError(gettext("Up to %(most)d characters, without @", most=MOST_WORDS))

    def everybody_named(self, chosen: Iterable[str]) -> list[str]:
        """Who is complained of: those chosen, and who is named in words with their unit."""
        said = (self.in_words.data or "").strip()
        return [*chosen, *([f"{said}{AT}{self.of_unit.data}"] if said else [])]


def said_of(name: str, units: Tree, names: dict[str, str]) -> str:
    """Who is complained of, in words: a unit, an official, or somebody in words with their unit."""
    if name in units:
        return units.full_name(name)
    if unit_meant(name, units) is None:
        return names.get(name, name)
    said, _at, unit = name.rpartition(AT)
    return gettext("%(words)s (%(place)s)", words=said, place=units.full_name(unit))


def accusable(ctx: Ctx, now: Iterable[str] = ()) -> Options:
    """Units and officials that a matter may complain of; and whoever it complains of now."""
    units = [(code, ctx.units.full_name(code)) for code, place in ctx.units.places.items() if place.tier != "town"]
    people = active_names(ctx.session)
    there, names = {code for code, _name in (*units, *people)}, names_of(ctx.session, set(now))
    return [*units, *people, *((one, said_of(one, ctx.units, names)) for one in now if one not in there)]


def units_of(ctx: Ctx) -> Options:
    """The units that somebody without an account may be of."""
    return [("", "—"), *((code, ctx.units.full_name(code)) for code in ctx.units.places)]
