"""How likely a case is the matter somebody is typing. The measure knows the two texts alone: no other case, and so
nothing that the reader may not see, has a part in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from caseapp.domain.search.grams import grams, plain

HEAD = 600
"""So many characters of a text are compared: what a matter is about stands at its beginning."""
SHORTEST = 8
"""With fewer characters than these nothing is looked for yet."""
SLACK = 8.0
"""So many pairs, as it were, always differ: four pairs in common out of four are little proof yet."""
ALIKE, SURE = 0.30, 0.40
"""From the first on a case is shown while typing, from the second on a form that was sent comes back once. Chosen on
near-copies of real petitions (``tests/search/near_copies.py``, docs/decisions/0014-maybe-the-same-matter.md)."""
SAME_PARTY, SAME_CATEGORY = 0.15, 0.02

GRAMMAR = frozenset(
    "的了是在也就都还又再把被和与及或而且但并不没有这那其之于为以等你我他她它们个着过到从对向给让使要会能可将已很更最太"
    "吧吗呢啊上下中里去来说得地一"
)
_SAID_EVERYWHERE = (
    "问题 反映 反应 希望 领导 解决 处理 有关 相关 部门 情况 现在 目前 已经 多次 进行 要求 请求 请问 尊敬 "
    "谢谢 感谢 因为 由于 所以 因此 如果 什么 时候 时间 我们 他们 村民 群众 百姓 居民 业主 政府 书记 市长 "
    "镇长 单位 工作 人员 严重 影响 生活 造成 导致 今天 昨天 今年 去年 每天 一直 一个 这个 关于 咨询 投诉 "
    "回复 答复 办理 调查 核实 通过 按照 规定 国家 公司 社区 小区 本村 本人 家里 双方 当事 事人 纠纷 矛盾 "
    "调解 了解 此事 大家 开始 需要 应该 可以 不能 不是 无法 何时"
)
FORMULAS = frozenset(_SAID_EVERYWHERE.split())


@dataclass(frozen=True)
class Typed:
    """What stands in the quick log so far: the story, where, the names of the parties, the category."""

    story: str
    unit: str
    names: tuple[str, ...] = ()
    category: str = ""


class Measure:
    """Holds cases against what was typed. ``places``: the names of the units around, which every text there says."""

    def __init__(self, typed: Typed, places: Iterable[str]) -> None:
        self.typed = typed
        self.common = FORMULAS.union(*map(grams, places))
        self.weights = self._weigh(typed.story)

    @property
    def enough(self) -> bool:
        """Whether what was typed says enough to look for anything."""
        return len(plain(self.typed.story[:HEAD])) >= SHORTEST and bool(self.weights)

    def telling(self, most: int) -> list[str]:
        """The pairs to look the matter up by: those that say most, spread over all that was typed."""
        full = [gram for gram, weight in self.weights.items() if weight == 1]
        return spread(full or self.weights, most)

    def score(self, title: str, description: str, category: str, *, same_party: bool) -> float:
        """How likely a case is the matter. A party of the same name and the same category add to what the texts say."""
        more = SAME_PARTY * same_party + SAME_CATEGORY * (category == self.typed.category)
        return self.likeness(title, description) + more

    def likeness(self, title: str, description: str) -> float:
        """What the texts have in common, measured on the one that says less: who types has not finished yet, and who
        logged the case may have been brief."""
        stored = self._weigh(f"{title}\n{description}")
        common = sum(weight for gram, weight in self.weights.items() if gram in stored)
        return common / (min(sum(self.weights.values()), sum(stored.values())) + SLACK)

    def _weigh(self, text: str) -> dict[str, float]:
        """What each pair of the head of a text says about its matter: formulas of petitions and names of places
        nothing, a pair with a grammatical character half."""
        found = {gram: _weight(gram) for gram in grams(text[:HEAD]) if gram not in self.common}
        return {gram: weight for gram, weight in found.items() if weight}


def _weight(gram: str) -> float:
    return 1 - sum(character in GRAMMAR for character in gram) / 2


def spread(found: Collection[str], most: int) -> list[str]:
    """So many of them, evenly."""
    everything = list(found)
    step = max(1.0, len(everything) / most)
    return [everything[int(place * step)] for place in range(min(most, len(everything)))]
