"""Words that judge a person instead of saying what is the matter. They are remarked upon, never refused, and nobody
keeps or counts who wrote them: a person stands in a record for longer than the mood in which it was written."""

from __future__ import annotations

from caseapp.kernel.errors import N_

PERSON_WORDS = (
    "钉子户", "刁民", "刁蛮", "老上访", "上访老户", "上访专业户", "缠访", "闹访", "缠闹", "无理取闹", "无理上访",
    "无理缠", "胡搅蛮缠", "难缠", "死缠烂打", "泼妇", "无赖", "神经病", "稳控", "重点人员", "敏感人员",
)  # fmt: skip
REMARK = N_("Describe the matter, not the person: %(words)s")
"""Beside a field, while it is typed and when a form comes back."""
TAKEN = N_("It is taken as you wrote it. Please describe the matter, not the person.")
"""On the page after, which a petitioner may see: it repeats no word."""


def person_words(text: str) -> list[str]:
    """The words of the list in a text, each once, as they come."""
    found = {word: text.find(word) for word in PERSON_WORDS if word in text}
    return sorted(found, key=lambda word: (found[word], word))
