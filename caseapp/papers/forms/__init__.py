"""Forms (papers.md §1–2) that are filled with what is on record in a case and finished by hand, or printed blank. They
have no number and announce nothing: what comes of them goes on record by its act, with a photo of what was signed.

The words are Chinese whatever the language of the pages, because the paper is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from caseapp.office.paper import Block, Paper
from caseapp.papers.forms import mediation, petition, volume
from caseapp.papers.forms.facts import FormFacts

BLANK = FormFacts()


@dataclass(frozen=True)
class FormKind:
    """A kind of form: its title, what it consists of, and for which track it is; "" for both. ``contacts``: telephone
    numbers and addresses stand in it, for who may see them."""

    slug: str
    title: str
    parts: Callable[[FormFacts], Iterable[Block]]
    track: str = "dispute"
    contacts: bool = False


FORMS = {
    kind.slug: kind
    for kind in (
        FormKind("application", "人民调解申请书", mediation.application, contacts=True),
        FormKind("intake", "人民调解受理登记表", mediation.intake, contacts=True),
        FormKind("rights", "人民调解当事人权利义务告知书", mediation.rights),
        FormKind("inquiry", "人民调解调查记录", mediation.inquiry),
        FormKind("session", "人民调解记录", mediation.session),
        FormKind("performance", "人民调解协议履行凭证", mediation.performance),
        FormKind("confirmation", "司法确认申请书", mediation.confirmation, contacts=True),
        FormKind("ended", "终止调解告知书", mediation.ended),
        FormKind("visit", "回访记录", mediation.visit, ""),
        FormKind("closing", "人民调解结案报告表", mediation.closing, contacts=True),
        FormKind("register", "信访事项登记表", petition.register, "petition", contacts=True),
        FormKind("reception", "接访（约谈）记录", petition.reception, "petition"),
        FormKind("representatives", "推选代表书", petition.representatives, "petition"),
        FormKind("simple", "信访事项简易办理登记单", petition.simple, "petition"),
        FormKind("extension_sheet", "信访事项延长办理期限审批表", petition.extension, "petition"),
        FormKind("hearing", "信访听证笔录", petition.hearing, "petition"),
        FormKind("final", "信访事项终结备案表", petition.final, "petition"),
        FormKind("cover", "卷宗封面", volume.cover, ""),
        FormKind("contents", "卷内文书目录", volume.contents, ""),
        FormKind("back", "卷内备考表", volume.back, ""),
    )
}


def forms_of(track: str) -> list[str]:
    """The kinds of forms that cases of a track have."""
    return [slug for slug, kind in FORMS.items() if kind.track in ("", track)]


def form_paper(slug: str, facts: FormFacts = BLANK) -> Paper:
    """A form, filled with what is known."""
    kind = FORMS[slug]
    issuer = facts.organ if kind.track == "petition" else ""
    return Paper(kind.title, list(kind.parts(facts)), datetime(2000, 1, 1, tzinfo=UTC), letter=True, issuer=issuer)
