"""A pledge is no evidence: that somebody promised not to petition again says nothing about the matter (rates.md §1).

Pure. The words are here and nowhere else: 息诉承诺, 息访承诺, 不再上访 and what they are written as.
"""

from __future__ import annotations

import re

PLEDGES = re.compile(
    "息诉|息访|罢访|停访|止访|"
    "(?:不再|不会再|永不|绝不|保证不|承诺不)(?:再)?(?:继续)?(?:到[^，。；]{0,6})?(?:上访|信访|反映|投诉|申诉|举报|闹访|越级)"
)
CLAUSES = re.compile(r"[，。；、,.;!！?？\s和及与并]+")
AROUND = re.compile(
    "已|本人|当事人|信访人|上访人|双方|自愿|签订|签署|签字|签|书写|写下|写|出具|作出|做出|承诺书?|保证书?|协议书?|具结书?|书面|"
    "一份|捺印|按手印|手印|附后|见附件|附件|今后|以后|事项|此事|办结|化解|满意|同意|了|的|书|有"
)
ENOUGH = 3


def is_only_a_pledge(evidence: str) -> bool:
    """Whether a text names a pledge, and says beside it nothing about what was done in the matter."""
    clauses = [one for one in CLAUSES.split(evidence) if one]
    if not any(PLEDGES.search(one) for one in clauses):
        return False
    rest = "".join(AROUND.sub("", one) for one in clauses if not PLEDGES.search(one))
    return len(rest) < ENOUGH
