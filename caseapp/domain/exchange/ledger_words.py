"""The Chinese words of the ledger and the slugs they stand for: the first of each line is ours, the rest are read too.

The ledger is an office paper and always Chinese, so its words are not translated labels (contract §4 and §5).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache


def fold(word: object) -> str:
    """A word as it is compared: no spaces, half-width signs, small letters."""
    return _folded(str(word))


@lru_cache(maxsize=2048)
def _folded(word: str) -> str:
    """The same few words stand in every row."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", word)).casefold()


class Vocabulary:
    """Slugs and the words for them, ours first. ``endings`` is a pattern of what people add, as in 邻里纠纷."""

    def __init__(self, lines: Mapping[str, str], *, endings: str = "") -> None:
        self.lines = dict(lines)
        self.endings = endings
        self.known = {fold(word): slug for slug, line in lines.items() for word in (slug, *line.split())}

    def slug(self, word: str) -> str | None:
        """The slug a word stands for: the slug itself, our word, a synonym; a remark in brackets is overlooked."""
        text = fold(word)
        bare = re.sub(r"\(.*?\)", "", text)
        tries = (text, bare, re.sub(self.endings, "", bare) if self.endings else bare)
        return next((self.known[form] for form in tries if form in self.known), None)

    def label(self, slug: str) -> str:
        """The word the ledger writes for a slug; one it does not know is written as it is."""
        return self.lines[slug].split()[0] if slug in self.lines else slug

    @property
    def labels(self) -> str:
        """Our words, for a sentence that says what may stand there."""
        return "、".join(self.label(slug) for slug in self.lines)


CHANNELS = Vocabulary(
    {
        "visit": "来访 群众来访 上门 现场来访 走访",
        "letter": "来信 群众来信 信件 书信",
        "phone": "来电 电话 群众来电",
        "online": "网上信访 网上 网络 网信 网上投诉 网络问政 领导信箱 留言板",
        "hotline": "12345热线 12345 热线 政务热线 12345政务热线 市民热线",
        "screening": "网格排查 排查 摸排 日常排查 排查发现 网格员排查",
        "reported_up": "村组上报 村上报 组上报 村级上报 上报",
        "assigned_down": "上级交办 交办 县级交办 上级转办",
        "referral": "部门移交 移交 部门移送 部门转办",
        "worthy": "乡贤反映 乡贤",
        "other": "其他 其它",
    }
)
PETITION_CHANNELS = ("visit", "letter", "phone", "online")
CATEGORIES = Vocabulary(
    {
        "family": "婚姻家庭继承 婚姻家庭 婚姻 家庭 继承 赡养 婚姻家庭赡养",
        "neighbour": "邻里 邻里关系 相邻 相邻关系",
        "homestead": "房屋宅基地 宅基地 房屋 建房 房屋及宅基地",
        "land": "山林土地水利 山林土地 山林 土地 林地 林权 水利 土地承包 山林权属 土地权属 农村土地",
        "expropriation": "征地拆迁 征地 拆迁 征拆 征收 征地补偿",
        "labour": "劳资 劳资(欠薪) 欠薪 劳动 劳动争议 其他劳动争议 工资 拖欠农民工工资 拖欠工资",
        "contract": "合同借贷 合同 借贷 民间借贷 债务 债权债务",
        "damage": "损害赔偿 赔偿 人身损害 人身损害赔偿 财产损害",
        "environment": "环境污染 环境 环保 污染 生态环境",
        "enterprise": "企业与群众 企业与群众(厂群) 厂群 村企",
        "village_affairs": "村务管理 村务管理(三资) 村务 村务公开 三资 村级事务 三资管理",
        "welfare": "惠农补贴社保 惠农补贴 惠农 社保 低保 补贴 民政 惠农政策",
        "traffic": "道路交通事故 交通事故",
        "roads": "道路水电设施 道路 道路设施 水电 饮水 基础设施",
        "other": "其他 其它",
    },
    endings="(矛盾纠纷|矛盾|纠纷|争议|问题|类)+$",
)
ACCUSATIONS = frozenset({"检举控告", "检举", "控告", "举报控告", "信访举报", "纪检监察", "纪检", "检举控告类"})
RISKS = Vocabulary(
    {
        "green": "一般 绿 绿色 低 低风险 一般风险 绿色(一般)",
        "yellow": "较大 黄 黄色 中 中风险 较大风险",
        "red": "重大 红 红色 高 高风险 重大风险 特别重大",
    }
)
METHODS = Vocabulary(
    {
        "mediation": "人民调解 调解 调解化解 人民调解委员会调解",
        "administrative": "行政调解",
        "ruling": "行政裁决 处理决定 行政裁决/处理决定 行政处理",
        "judicial": "司法途径 司法 诉讼 司法诉讼 法院判决 法院调解",
        "policy": "政策落实 政策解决 落实政策 政策落实(解决)",
        "relief": "帮扶救助 帮扶 救助 困难救助",
        "explained": "解释说明 解释说明后本人接受 政策解释 解释疏导 说明解释",
        "self_settled": "自行和解 和解 自行协商 双方和解 协商和解",
        "other": "其他 其它",
    }
)
AGREEMENT_FORMS = Vocabulary({"written": "书面", "oral": "口头"})
VISIT_RESULTS = Vocabulary(
    {
        "fulfilled": "已履行 履行 履行完毕 已履行完毕 已落实",
        "performing": "正在履行 履行中 部分履行",
        "unfulfilled": "未履行 未落实",
        "relapsed": "反弹 已反弹",
        "refused": "拒绝回访 拒绝 拒访",
        "unreachable": "联系不上 无法联系 未联系上 无人接听",
    }
)
SCORES = Vocabulary(
    {
        "satisfied": "满意 非常满意 很满意 是",
        "mostly": "基本满意 比较满意 较满意",
        "dissatisfied": "不满意 不满 很不满意 否",
    }
)
TIERS = Vocabulary({"group": "组 组级 网格 村民小组", "village": "村 村级 社区 村(社区)", "town": "镇 镇级 乡镇 乡"})
STATES = Vocabulary(
    {
        "registered": "已登记 登记 已受理 受理",
        "handling": "办理中 在办 正在办理 化解中 正在化解 调解中 未化解 未办结 待化解 处理中 否",
        "resolved": "已化解待核实 已化解 化解 化解成功 已解决 是",
        "verified": "已核实 已化解已核实",
        "archived": "已归档 归档",
        "replied": "已答复 答复 已回复",
        "terminated": "调解终止 终止 终止调解 调解不成",
        "withdrawn": "已撤回 撤回 撤诉",
        "transferred_out": "已转送 转送 已移送 移送 转出",
        "redirected": "已告知途径 告知途径",
        "refused": "不予受理",
        "voided": "作废 已作废",
        "merged": "并案 已并案",
    }
)
LIGHTS = Vocabulary({"green": "正常", "yellow": "临期", "red": "超期"})

OTHER = CATEGORIES.label("other")
BLANKS = frozenset({"", "/", "\\", "-", "--", "—", "——", "无", "暂无", "空", "不详", "null", "none", "n/a"})
NOT_YET = frozenset(
    {"未化解", "未办结", "办理中", "化解中", "正在化解", "正在办理", "未回访", "待回访", "未到期", "未评价", "待评价"}
)
NO = frozenset({"否", "不是", "未反弹", "未重复", "否/否", "无反弹", "无重复", "未反弹未重复"})


def categories(own: Mapping[str, str]) -> Vocabulary:
    """The categories with those an office added: slug to name (contract §4)."""
    return Vocabulary({**CATEGORIES.lines, **own}, endings=CATEGORIES.endings)
