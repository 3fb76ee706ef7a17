"""Near-copies of texts: words changed, clauses in another order, other places, a beginning, filler, letters left out.

Everything is drawn from a chance of its own for each text, so that a run can be repeated.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from caseapp.domain.search.grams import plain

# What one clerk writes and another would: the first becomes the second, most of the time.
_OTHERS = (
    "反映>投诉 希望>请求 问题>情况 解决>处理 严重>厉害 影响>妨碍 居民>住户 业主>住户 村民>群众 领导>负责人 相关部门>有关单位 "
    "有关部门>相关单位 现在>目前 没有>未 已经>早已 多次>反复 学校>校方 孩子>小孩 公司>单位 房子>住房 房屋>住房 马路>道路 道路>公路 "
    "噪音>噪声 晚上>夜里 凌晨>半夜 小区>院子 拆迁>征收 补偿>赔偿 工资>薪水 拖欠>欠发 垃圾>废物 政府>机关 因为>由于 但是>可是 "
    "所以>因此 非常>十分 进行>开展 咨询>询问 什么时候>何时 为什么>为何 开发商>建设方 物业>管理处 施工>动工 收费>收钱 违规>违法 "
    "出行>走路 老百姓>群众 尊敬的>敬爱的 您好>你好 谢谢>感谢"
)
OTHER_WORDS = dict(pair.split(">") for pair in _OTHERS.split())
PARTICLES = "的了是在也就都还又再把被和与"
FILLER = (
    "今天上午有群众来反映，", "经了解情况如下：", "当事人情绪比较激动，", "请及时处理并回复。", "希望村里出面协调解决。",
    "此事已经持续了一段时间，", "双方各执一词，", "后续情况再报。",
)  # fmt: skip
PLACES = ("双合", "顶上", "样下", "寺边", "盐塘", "建设", "人民")
GREETING = re.compile(r"^(尊敬的|敬爱的|您好|你好|领导|书记|[A-Z]\d*市).{0,14}[：:，,！!。]")
CLAUSE, SENTENCE = re.compile(r"[，。！？；,!?;\s]+"), re.compile(r"(?<=[。！？!?])")

Change = Callable[[str, random.Random], str]


def words(text: str, chance: random.Random) -> str:
    """Other words for the same, and a slip of the finger here and there."""
    for one, other in OTHER_WORDS.items():
        if chance.random() < 0.8:
            text = text.replace(one, other)
    return slips(text, chance, dropped=0.03, added=0.03)


def noisy(text: str, chance: random.Random) -> str:
    """A third of all characters lost or replaced: told again by somebody else."""
    return slips(text, chance, dropped=0.12, added=0.2, instead=True)


def slips(text: str, chance: random.Random, *, dropped: float, added: float, instead: bool = False) -> str:
    """Characters left out, and particles put in or written instead."""
    told = []
    for character in text:
        drawn = chance.random()
        if drawn < dropped:
            continue
        strays = drawn > 1 - added
        told.append(character if not (strays and instead) else "")
        told.append(chance.choice(PARTICLES) if strays else "")
    return "".join(told)


def order(text: str, chance: random.Random) -> str:
    """The clauses in another order."""
    clauses = [clause for clause in CLAUSE.split(text) if clause]
    chance.shuffle(clauses)
    return "，".join(clauses)


def place(text: str, chance: random.Random) -> str:
    """Another place, and other figures."""
    text = re.sub(r"[A-Z]\d*(?=[市区县州])", lambda _: chance.choice("CDEFGH") + str(chance.randint(1, 9)), text)
    text = re.sub(r"\d+", lambda found: str(chance.randint(1, 10 ** len(found[0]))), text)
    return re.sub(r"[\u4e00-\u9fff]{2}(?=[路街村镇乡组])", lambda _: chance.choice(PLACES), text)


def beginning(text: str, _chance: random.Random) -> str:
    """What stands there after a first sentence: sixteen characters or a little more, without the greeting."""
    for _ in range(4):
        text = GREETING.sub("", text.strip()).strip(" ，。！!：:　\t\n")
    told = ""
    for clause in re.split(r"(?<=[，。！？；,!?;])", text):
        told += clause
        if len(plain(told)) >= 16:
            break
    return told


def filler(text: str, chance: random.Random) -> str:
    """Sentences that every log has, before and after."""
    some = chance.sample(FILLER, 4)
    return some[0] + some[1] + text + some[2] + some[3]


def everything(text: str, chance: random.Random) -> str:
    """The first three sentences in other words, another order, at another place, among filler."""
    short = "".join(SENTENCE.split(text.strip())[:3])[:120]
    return filler(place(order(words(short, chance), chance), chance), chance)


def begun_in_other_words(text: str, chance: random.Random) -> str:
    """A beginning in other words."""
    return words(beginning(text, chance), chance)


def begun_noisily(text: str, chance: random.Random) -> str:
    """A beginning of which a third is lost."""
    return noisy(beginning(text, chance), chance)


CHANGES: dict[str, Change] = {
    "other words": words,
    "another order": order,
    "another place": place,
    "the first sentence": beginning,
    "filler around it": filler,
    "all of these": everything,
    "a third lost": noisy,
    "first sentence, other words": begun_in_other_words,
    "first sentence, a third lost": begun_noisily,
}
