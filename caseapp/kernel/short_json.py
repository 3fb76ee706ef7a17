"""JSON as it is stored."""

from __future__ import annotations

import json


def short_json(value: object) -> str:
    """Without spaces, each character as it is. Half a character, which no text has but a sender's JSON can, is written
    as JSON escapes it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
