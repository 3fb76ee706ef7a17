"""Chinese family names, to tell a person's name from other words. Not complete: what is not here is not taken apart."""

from __future__ import annotations

SINGLE = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤冉舒瞿滕饶柳祝甘阮骆施牟葛申凌霍"
    "牛管伍温齐庄柯翟洪季鲁康辛欧殷颜倪涂傅章庞樊邢安梅关焦童翁尤裴解蒲岳宁柴纪娄窦简聂褚娜艾路左宫栾项卓阳穆苗鲍俞甄"
    "佟盛景米喻游成车房佘符卜池芦隆麻奚晏臧席詹戚宗梅冷古占代敖田先喻卿文吉屈耿缪谷岑鄢钦危仲伏成计班仇仲濮扈冀郏浦尚"
    "晁勾訾冼阚那饶空曾毋沙养须丰巢蒯相查荆红游竺权逯盖益桓公万俟司赖单芮羿储靳汲邴糜松井富巫乌焉巴弓牧隗山谷全郗班仰"
)  # fmt: skip
DOUBLE = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "夏侯", "司徒", "端木",
     "南宫", "长孙", "宇文")
)  # fmt: skip
ORGANISATION = (
    "公司", "集团", "厂", "矿", "合作社", "农场", "林场", "商行", "商店", "超市", "酒店", "饭店", "门市部", "学校",
    "小学", "中学", "医院", "卫生院", "卫生室", "委员会", "村委会",
    "居委会", "村委", "支部", "组", "村", "社区", "政府",
    "局", "所", "站", "办", "中心", "银行", "信用社", "项目部", "工地", "工程队", "施工队", "物业", "协会", "寺", "庙",
)  # fmt: skip


def is_person(word: str) -> bool:
    """Whether a word has the form of a person's name: a known family name and one or two more characters."""
    if not all("\u3400" <= char <= "\u9fff" for char in word):
        return False
    return (word[:2] in DOUBLE and 3 <= len(word) <= 4) or (word[:1] in SINGLE and 2 <= len(word) <= 3)


def is_organisation(word: str) -> bool:
    """Whether a word ends as names of firms, villages and offices do."""
    return len(word) >= 3 and word.endswith(ORGANISATION)
