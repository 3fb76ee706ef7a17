"""One piece of a cell with people, between two separators: names, their telephone numbers, and words that are neither.

``冉大（组长，13900001111）`` is the name 冉大, a telephone number, and the words 冉大（组长）.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from caseapp.domain.exchange.ledger_surnames import is_organisation, is_person
from caseapp.domain.exchange.ledger_words import BLANKS, fold
from caseapp.kernel.errors import N_, RuleViolation

CHINESE = "\u3400-\u9fff"
COLON, OPEN, CLOSE = ":\uff1a", "(\uff08\\[\u3010", ")\uff09\\]\u3011"
BRACKETS = re.compile(rf"[{OPEN}]([^{OPEN}{CLOSE}]*)[{CLOSE}]")
PHONE_WORD = "(?:(?:联系)?(?:电话|方式)|(?:手机|电话)(?:号码?)?|座机|[Tt][Ee][Ll])"
PHONE = re.compile(
    rf"(?:{PHONE_WORD}\s*[{COLON}]?\s*)?(?<!\d)(?:\+?86[- ]?)?"
    r"(?P<whole>1\d(?:[- ]?\d){9}|[(\uff08]?0\d{2,3}[)\uff09]?[- ]?\d{7,8}|0\d{2,3}[- ]\d{3,4}[- ]\d{4})(?!\d)"
    rf"|{PHONE_WORD}\s*[{COLON}]?\s*(?<!\d)(?P<local>\d{{7,8}}|\d{{3,4}}-\d{{4}})(?!\d)"
)
NOBODY = ("匿名", "不愿透露姓名", "群众", "匿名群众")
PARTICULAR = re.compile(
    rf"(?:性别|民族|年龄|出生年月|出生|住址|家庭住址|现住址|身份证号?码?)?[{COLON}]?(?:[男女]性?|[{CHINESE}]{{1,3}}族|"
    r"(?:现年|年龄)?(?:[1-9]\d?|1[01]\d)(?:周?岁)?|(?:19|20)\d\d[年.\-/]\d{1,2}(?:[月.\-/](?:\d{1,2}日?)?)?出?生?|"
    r"(?:19|20)\d\d年?出?生|\d\d后|党员|中共党员|团员|群众|小学|初中|高中|中专|大专|本科|文盲|未婚|已婚|离异|离婚|丧偶|单身|"
    r"成年|残疾人?|农民|务农|务工|外出务工|(?:家|现|户籍)?住.*|户籍.*|身份证号?码?)\Z"
)
PLACE = re.compile(rf"(?:[{CHINESE}\d]+(?:镇|乡|村|组|社区|网格|县|市)|[{CHINESE}\d]{{0,20}}\d{{1,4}}号)人?\Z")
OFFICES = (
    "组长|村长|主任|书记|支书|文书|会计|代表|户主|网格员|网格长|镇长|乡长|所长|站长|局长|主席|委员|老板|经理|负责人|法人|业主|包工头|"
    "老师|校长|医生|村医|村民|居民|职工|本人|家属|父亲|母亲|之父|之母|之子|之女|之妻|之夫|妻子|丈夫|儿子|女儿|哥哥|弟弟|姐姐|妹妹|"
    "已故|去世|死者|同志|先生|女士"
)
TITLE = re.compile(rf"[{CHINESE}\d]{{0,10}}?(?:{OFFICES})\Z")
TITLE_ALONE = re.compile(rf"(?:村民|副|小|原)?(?:{OFFICES})\Z")
AND_MORE = re.compile(
    r"(?:等\s*(?:\d+|[一二两三四五六七八九十百余多几数]+)?\s*[余多几来]?\s*(?:个?人|户|名|家|位)?"
    rf"(?:[{CHINESE}]{{0,4}}(?:村民|居民|群众|农户|人员|业主|职工|工人|家属|代表))?"
    rf"(?:[{OPEN}][^{OPEN}{CLOSE}]*[{CLOSE}])?|及其?(?:家人|家属|妻子?|丈夫|子女|父母|儿子|女儿|亲属|他人|其他人|其他村民|村民))\s*\Z"
)
LINKS = re.compile(r"\s*(?:和|与|及|跟|同|诉|[/\uff0f|&\uff06+~-]|vs|VS)\s*")
PARTED = re.compile(rf"(?<=[{CHINESE}])\s*[与及诉/\uff0f|&\uff06+]\s*(?=[{CHINESE}])|[{CLOSE}].*[{CHINESE}]")
STRAY = re.compile(rf"\d{{5}}|\d岁|\A[{CHINESE}]{{2,4}}\s*\d+\Z")
UNFINISHED = re.compile(rf"[{COLON}{OPEN}{CLOSE}]\Z|[{COLON}]")

TWO_NAMES = N_("%(value)s may be one name or two; write 、 between two people, and a name without blanks in it")
STRAY_NUMBER = N_("%(value)s holds a number that is no telephone number; write the name, and a whole telephone number")
UNSURE = N_("it is not certain who is meant by %(value)s; write names alone, with 、 between them")


@dataclass
class Piece:
    """What a piece holds: names with telephones, and how it reads without telephones and particulars of the person.

    ``more``: the words say more than the names. ``dropped``: particulars of a person were left out.
    ``stray``: a telephone number without a name.
    """

    people: list[tuple[str, str]] = field(default_factory=list)
    shown: str = ""
    more: bool = False
    dropped: bool = False
    stray: str = ""


class PieceReader:
    """Reads pieces of one cell. ``titles``: 组长 leaves the name; ``strict``: the cell tells about a person (52岁), so
    that a place in it is an address."""

    def __init__(self, heading: str, *, titles: bool, strict: bool) -> None:
        self.heading, self.titles, self.strict = heading, titles, strict
        self.piece = Piece()

    def read(self, text: str) -> Piece:
        """Take a piece apart. Raises RuleViolation where it is not certain."""
        self.piece = Piece()
        parts, phones = _between(BRACKETS.sub(self._bracket, text))
        for part, phone in self._paired(self._joined_to_names(parts), phones, text):
            self._add(part, phone)
        return self.piece

    def _joined_to_names(self, parts: list[str]) -> list[str]:
        """The parts, where what is no name belongs to the name before it."""
        for at in range(len(parts) - 1, 0, -1):
            if parts[at] and not any(self._may_be_named(word) for word in parts[at].split()):
                parts[at - 1], parts[at] = f"{parts[at - 1]} {parts[at]}".strip(), ""
        return parts

    def _paired(self, parts: list[str], phones: list[str], text: str) -> list[tuple[str, str]]:
        """Each name with its telephone number, which stands behind each of them or before each."""
        named = [part for part in parts if part]
        if phones and not named:
            self.piece.stray = phones[0]
            return []
        if len(named) <= 1:
            return [("".join(named), phones[0] if phones else "")]
        if named in (parts[:-1], parts[1:]):
            return list(zip(named, phones, strict=True))
        raise RuleViolation(self.heading, UNSURE, value=text)

    def _bracket(self, found: re.Match[str]) -> str:
        """What is left of a bracket: telephones, and titles; all of it when it may be part of the name."""
        phones = [phone[0] for phone in PHONE.finditer(found[1])]
        words = self._words_in(found)
        kept = [word for word in words if not self._says_nothing(word)]
        if found[1].strip() not in phones and not all(map(TITLE.match, kept)):
            if len(words) > 1 or phones:
                raise RuleViolation(self.heading, UNSURE, value=found[0])
            return found[0]
        self.piece.dropped |= any(map(self._is_particular, words))
        if kept and not self.titles:
            return " ".join([found[0][0] + "、".join(kept) + found[0][-1], *phones, ""])
        return " ".join(["", *kept, *phones, ""])

    def _words_in(self, found: re.Match[str]) -> list[str]:
        """The words in a bracket, telephones aside. Behind a person a place is an address, so about the person."""
        words = [word for word in re.split(rf"[、,，;；{COLON}\s]+", PHONE.sub(" ", found[1])) if word]
        if is_person(re.split(rf"[\s{CLOSE}]", found.string[: found.start()].strip())[-1]):
            return ["住" if PLACE.match(word) else word for word in words]
        return words

    def _says_nothing(self, word: str) -> bool:
        return self._is_particular(word) or bool(re.fullmatch(PHONE_WORD, word))

    def _is_particular(self, word: str) -> bool:
        return (word not in NOBODY and bool(PARTICULAR.match(word))) or (self.strict and bool(PLACE.match(word)))

    def _may_be_named(self, word: str) -> bool:
        return not (self._is_particular(word) or TITLE_ALONE.match(word))

    def _add(self, part: str, phone: str) -> None:
        """The names of a part with its telephone number."""
        words = AND_MORE.search(part)
        titles: list[str] = []
        names = self._names(part[: words.start()] if words else part, titles)
        if phone and len(names) > 1:
            raise RuleViolation(self.heading, UNSURE, value=part)
        self.piece.people += [(name, phone) for name in names if name not in NOBODY]
        self.piece.more |= bool(titles or words)
        told = "、".join(names) + (f"\uff08{'、'.join(titles)}\uff09" if titles else "") + (words[0] if words else "")
        self.piece.shown = "、".join(filter(None, (self.piece.shown, told)))

    def _names(self, part: str, titles: list[str]) -> list[str]:
        tokens = part.strip(f" {COLON}/").split()
        if len(tokens) > 1 and not self.titles and any(map(TITLE.match, tokens)):
            return ["".join(tokens)]
        kept = [token for token in tokens if not self._is_particular(token)]
        self.piece.dropped |= len(kept) < len(tokens)
        name = self._joined(_without_places(self._without_titles(kept, titles)))
        return [] if fold(name) in BLANKS else self._apart(name)

    def _without_titles(self, tokens: list[str], titles: list[str]) -> list[str]:
        """The words that are no titles; these go to ``titles``. When all are, the first is the name."""
        if len(tokens) < 2 or not self.titles:
            return tokens
        titles += [token for token in tokens if TITLE.match(token)]
        return [token for token in tokens if not TITLE.match(token)] or [titles.pop(0)]

    def _joined(self, tokens: list[str]) -> str:
        """One name from words with blanks between: 王 水 is 王水; 冉大 谭二 may be two."""
        chinese = [token for token in tokens if re.fullmatch(f"[{CHINESE}]+", token)]
        if len(tokens) < 2 or len(chinese) < 2:
            return " ".join(tokens)
        if len(chinese) == len(tokens) and min(map(len, tokens)) == 1 and sum(map(len, tokens)) <= 4:
            return "".join(tokens)
        raise RuleViolation(self.heading, TWO_NAMES, value=" ".join(tokens))

    def _apart(self, name: str) -> list[str]:
        """A name, or the two that 和, / and their like stand between. Raises RuleViolation for what is no name."""
        both = [half for half in LINKS.split(name) if half]
        if len(both) > 1 and all(is_person(half) or is_organisation(half) for half in both):
            return both
        if STRAY.search(name):
            raise RuleViolation(self.heading, STRAY_NUMBER, value=name)
        if _is_unsure(name):
            raise RuleViolation(self.heading, UNSURE, value=name)
        return [name]


def _without_places(tokens: list[str]) -> list[str]:
    """Words beside the name of a person, without those that say where the person lives."""
    if len(tokens) < 2 or not any(map(is_person, tokens)):
        return tokens
    return [token for token in tokens if not PLACE.match(token)]


def _is_unsure(name: str) -> bool:
    """Whether a name may be two, does not end, or is one sign alone."""
    if not is_organisation(name) and PARTED.search(name):
        return True
    return bool(UNFINISHED.search(name.rstrip(CLOSE)) or re.fullmatch(f"[{CHINESE}]", name))


def _between(text: str) -> tuple[list[str], list[str]]:
    """What stands between the telephone numbers of a text, and these, digits only."""
    parts, phones, at = [], [], 0
    for found in PHONE.finditer(text):
        parts.append(text[at : found.start()])
        phones.append(re.sub(r"\D", "", found["whole"] or found["local"]))
        at = found.end()
    trimmed = [re.sub(rf"(?:{PHONE_WORD})\s*[{COLON}]?\s*\Z", "", part.strip()) for part in (*parts, text[at:])]
    return [part.strip(f" {COLON}/") for part in trimmed], phones
