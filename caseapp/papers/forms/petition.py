"""Forms of petitions (信访工作条例): what is taken down, what people sign, what is decided inside."""

from __future__ import annotations

from collections.abc import Iterable

from caseapp.domain.cases.events import Party
from caseapp.office.paper import Block, Part, Sentence
from caseapp.papers.forms.facts import FormFacts
from caseapp.papers.forms.parts import form_of, room, signed_by
from caseapp.papers.wording import GAP, NO_DAY, day, row

MOST_REPRESENTATIVES, SIGNERS = 5, 10
READ_BACK = "以上记录已向我宣读（已阅），属实。"


def register(facts: FormFacts) -> Iterable[Block]:
    """信访事项登记表."""
    first, *others = facts.named or [Party("petitioner")]
    yield form_of(
        [
            row("登记编号", facts.number, "收到日期", day(facts.received_on)),
            row("信访形式", facts.channel, "类别", facts.petition_class or "□申诉求决　□意见建议"),
            row("姓名", first.name, "性别、出生年份", ""),
            row("联系电话", first.phone, "证件号码（自愿）", ""),
            row("住址", first.address, "其他人员、代表", "、".join(one.name for one in others)),
            row("人数", facts.headcount, "初次、重复、保密", "□初次　□重复　□要求保密"),
            row("内容分类", facts.category, "问题属地", facts.unit),
            row("信访人陈述", f"{facts.matter}\n（口头提出的）{READ_BACK}"),
            row("诉求（逐项）", facts.requests),
            row("此前处理情况", ""),
            row("收到的材料（原件已退还）", "、".join(facts.papers)),
            row("拟办意见", "\n", "签名、日期", f"\n{NO_DAY}"),
            row("领导批示", "\n", "签名、日期", f"\n{NO_DAY}"),
            row("办理结果", ""),
            row("信访人签名或捺印", f"\n{NO_DAY}", "登记人签名", f"\n{NO_DAY}"),
        ]
    )


def reception(facts: FormFacts) -> Iterable[Block]:
    """接访（约谈）记录."""
    yield form_of(
        [
            row("时间", "　　年　月　日　时　分至　时　分", "地点", ""),
            row("接访人、职务", "", "记录人", ""),
            row("来访人", facts.names, "人数", ""),
            row("登记编号", facts.number, "在场人员", ""),
        ]
    )
    yield Part("一、来访人陈述")
    yield room(7, facts.matter if facts.number else "")
    yield Part("二、接访人答复")
    yield room(5)
    yield Part("三、承诺事项和完成日期")
    yield room(3)
    yield Sentence(READ_BACK)
    yield signed_by("来访人签名或捺印", "接访人签名", "记录人签名")


def representatives(facts: FormFacts) -> Iterable[Block]:
    """推选代表书: five at most speak for a group (条例 art. 20)."""
    yield Sentence(
        f"我们就{facts.title or GAP}一事提出信访事项，推选下列人员为代表（不超过{MOST_REPRESENTATIVES}人）："
    )
    named = [one.name for one in facts.named if one.role == "representative"]
    blanks = [""] * (MOST_REPRESENTATIVES - len(named))
    yield form_of(row("代表姓名", name, "住址、电话", "") for name in [*named, *blanks])
    yield Sentence("代表的权限：提交材料、陈述意见、接收文书。未经全体推选人另行书面授权，不得代为和解或者放弃权利。")
    yield Part("推选人")
    yield form_of(row("姓名", "", "村组、电话、签名", "\n") for _nth in range(SIGNERS))


def simple(facts: FormFacts) -> Iterable[Block]:
    """简易办理登记单 (国信办发〔2022〕17号)."""
    yield form_of(
        [
            row("登记编号", facts.number, "收到日期", day(facts.received_on)),
            row("信访人", facts.names, "联系方式", ""),
            row("信访事项", f"{facts.title}\n"),
            row(
                "适用理由（初次提出）",
                "□事实清楚、责任明确、争议不大、易于解决　□咨询、意见建议、表扬感谢\n"
                "□涉及群众日常生产生活、时效性强　□机关、单位已有明确承诺或者结论　□其他",
            ),
            row(
                "不适用情形已核对",
                "□不属于第三十一条第（一）至（五）项　□非上级交办　□不涉及多个单位、群体性或者复杂疑难",
            ),
            row("告知受理", "□电话　□短信　□网络　□书面", "日期", NO_DAY),
            row("答复内容", "\n\n\n"),
            row("告知答复", "□电话　□短信　□网络　□书面", "日期", NO_DAY),
            row("信访人意见", "\n"),
        ]
    )
    yield signed_by("承办人签名", "负责人签名")


def extension(facts: FormFacts) -> Iterable[Block]:
    """延长办理期限审批表 (条例 art. 34)."""
    yield form_of(
        [
            row("登记编号", facts.number, "受理日期", day(facts.accepted_on)),
            row("信访人", facts.names, "信访事项", facts.title),
            row("原定期限", day(facts.due_on), "拟延长至（不超过30日）", NO_DAY),
            row("延长的理由", "\n\n\n"),
            row("承办人意见", "\n", "签名、日期", f"\n{NO_DAY}"),
            row("分管负责人意见", "\n", "签名、日期", f"\n{NO_DAY}"),
            row("主要负责人意见", "\n", "签名、日期", f"\n{NO_DAY}"),
            row("告知信访人", "□书面送达", "日期", NO_DAY),
        ]
    )


def hearing(facts: FormFacts) -> Iterable[Block]:
    """信访听证笔录: who leads it did not look into the matter."""
    yield form_of(
        [
            row("时间", "　　年　月　日　时　分至　时　分", "地点", ""),
            row("听证事项", facts.title, "登记编号", facts.number),
            row("听证主持人", "", "记录人", ""),
            row("听证员", "", "是否公开", "□公开　□不公开"),
            row("信访人或者代理人", facts.names, "承办单位、承办人", ""),
        ]
    )
    parts = ("告知权利义务", "信访人陈述", "承办单位陈述", "质证和辩论", "最后陈述")
    for nth, part in zip("一二三四五", parts, strict=True):
        yield Part(f"{nth}、{part}")
        yield room(3)
    yield signed_by("信访人签名或捺印", "承办人签名", "听证员签名", "主持人签名", "记录人签名")


def final(facts: FormFacts) -> Iterable[Block]:
    """信访事项终结备案表: the three opinions, and whether there are new facts."""
    yield form_of(
        [
            row("登记编号", facts.number, "信访人", facts.names),
            row("信访事项", f"{facts.title}\n"),
            *(
                cells
                for level in ("处理意见", "复查意见", "复核意见")
                for cells in (row(f"{level}：机关", "", "字号", ""), row("结论", "", "送达日期", NO_DAY))
            ),
            row("有无新的事实和理由", "□无　□有：\n"),
            row("疏导、帮扶情况", "\n\n"),
            row("承办单位意见", "\n\n", "签名、日期", f"\n{NO_DAY}"),
        ]
    )
