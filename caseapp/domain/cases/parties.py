"""What is told of somebody concerned in a case, cleaned and checked, wherever it comes from (contract §4)."""

from __future__ import annotations

import re
import unicodedata

from caseapp.domain.cases import words
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.texts import one_of, read_text, refuse_unknown
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.identity import LENGTH, check_digit_holds

PHONE = re.compile(r"[0-9 +().,;:/#*、，；转\-]*")
FEWEST_FIGURES = 3
DOCUMENT = re.compile(r"[0-9A-Z]{6,18}")
"""Passports, and permits of people from Hong Kong, Macao and Taiwan, have numbers of other kinds."""
CARD = re.compile(r"\d{17}[\dX]")


def read_party(party: object) -> Party:
    """A party. Raises RuleViolation naming the field."""
    if not isinstance(party, dict):
        raise RuleViolation("parties", N_("a party is an object with role, name, phone and contact"))
    refuse_unknown(party, ("role", "name", "phone", "contact", "address", "id_number"))
    return Party(
        role=one_of(party.get("role"), words.PARTY_ROLES, "role"),
        name=read_text(party.get("name", ""), "name"),
        phone=read_phone(party.get("phone", "")),
        contact=one_of(party.get("contact", "any"), words.CONTACTS, "contact"),
        address=read_text(party.get("address", ""), "address"),
        id_number=read_id_number(party.get("id_number", "")),
    )


def read_phone(value: object) -> str:
    """A telephone number, or several, in plain figures; "" for none. Raises RuleViolation for what is no number."""
    text = unicodedata.normalize("NFKC", read_text(value, "phone")).strip()
    figures = sum(char.isdigit() for char in text)
    if text and (not PHONE.fullmatch(text) or figures < FEWEST_FIGURES):
        raise RuleViolation("phone", N_("a telephone number is written in figures"))
    return text


def read_id_number(value: object) -> str:
    """The number of an identity document, without blanks; "" for none. That of an identity card must have the check
    digit that belongs to it. Raises RuleViolation."""
    text = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", read_text(value, "id_number"))).upper()
    if text and not DOCUMENT.fullmatch(text):
        raise RuleViolation("id_number", N_("the number of an identity document is written in letters and figures"))
    if len(text) == LENGTH and not (CARD.fullmatch(text) and check_digit_holds(text)):
        raise RuleViolation("id_number", N_("this number is on no identity card: a figure of it is wrong"))
    return text


def write_party(party: Party) -> dict[str, str]:
    """A party as JSON; empty fields are left out."""
    return {key: value for key, value in vars(party).items() if value and not (key == "contact" and value == "any")}
