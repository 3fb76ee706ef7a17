"""Passwords that guessers try first, some thousands of them: words and names that are common among the common ones,
with the endings that people put behind them, and walks over the keyboard. Pure.

They are made here from their parts instead of being shipped as a list, so that a reader sees what is refused and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

WORDS = (
    "password passw0rd p@ssw0rd p@ssword passwd pass word admin administrator root system user guest login welcome "
    "changeme default secret master test testtest iloveyou princess sunshine football baseball dragon monkey shadow "
    "superman batman michael jordan jennifer charlie daniel computer internet windows microsoft google facebook "
    "starwars whatever trustno1 letmein freedom summer winter spring autumn flower hello helloworld lovely money "
    "qwerty qwertyuiop qwer qwerasdf asdf asdfgh asdfghjkl asdfqwer zxcv zxcvbn zxcvbnm qazwsx qazwsxedc qweasd "
    "qweasdzxc 1qaz2wsx 1q2w3e 1q2w3e4r 1q2w3e4r5t q1w2e3 q1w2e3r4 zaq12wsx 1qaz1qaz abc abcd abcdef abcabc aaa aa a "
    "woaini woaiwojia woaizhongguo woshishui nihao zhongguo china beijing shanghai chengdu chongqing guangzhou wuhan "
    "wang wangwei wangfang li lilei liwei lina zhang zhangwei zhangli liu liuwei chen chenwei yang zhao huang zhou wu "
    "xu sun hu zhu gao lin he guo ma luo laopo laogong baobao baobei shengri kuaile xiaoming xiaohong tiantian mima "
    "shezhimima wodemima gongzuo bangong zhengfu xinfang xinfangban xinfangju zhenzhengfu xiangzheng cunwei jiwei "
    "guanli guanliyuan yonghu tiaojie jiufen wangge wanggeyuan sifasuo woaini1314 iloveu caonima qq weixin wechat "
)
ENDINGS = (
    "0 1 00 01 11 12 66 88 99 000 111 123 321 520 521 666 888 999 1234 1314 1111 2000 6666 8888 9999 12345 54321 "
    "123123 123321 123456 654321 520520 5201314 1314520 1234567 12345678 123456789 1234567890 666666 888888 111111 "
    "000000 ! !! @ # * . abc qwe asd 123! 123@ 123# 123. 1234! 123456! !@# !@#$ @123 @1234 @12345 @123456 #123 _123 "
    "-123 .123 a aa aaa 123abc abc123  !123 @2026 2024 2025 2026 "
)
WALKS = (
    "01234567890123456789 98765432109876543210 abcdefghijklmnopqrstuvwxyz qwertyuiopasdfghjklzxcvbnm "
    "poiuytrewqlkjhgfdsamnbvcxz 1qaz2wsx3edc4rfv5tgb6yhn7ujm 1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0 "
    "zaq1xsw2cde3vfr4bgt5 qazwsxedcrfvtgbyhnujmikolp !@#$%^&*() 147258369014725836901472583690 00112233445566778899 "
    "aabbccddeeffgghhii "
)


@cache
def common_passwords(shortest: int) -> frozenset[str]:
    """Every one of at least some length: a word and an ending, the ending before the word, a word twice."""
    return frozenset(one for one in _made() if len(one) >= shortest)


def _made() -> Iterator[str]:
    for word, ending in product(WORDS.split(), ("", *ENDINGS.split())):
        yield word + ending
        yield ending + word
    yield from (word + word for word in WORDS.split())


def is_walk(password: str) -> bool:
    """Whether it is part of a walk over the keyboard or of a count, or one or two signs over and over."""
    return len(set(password)) <= 2 or any(password in walk for walk in WALKS.split())
