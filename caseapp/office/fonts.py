"""Chinese fonts of this machine, for files that must carry theirs: found by the names of their files, none shipped.

Each role of GB/T 9704 takes the font it asks for, or the nearest there is; a character it lacks is taken from another.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from caseapp.kernel.errors import N_, RuleViolation

KINDS = (".ttf", ".ttc", ".otf", ".otc")
ROLES = ("title", "body", "first", "second", "number")
BOLD, REGULAR = 700, 400

# Names of files in small letters, the best first; from Windows, macOS, Office, and the packages of Debian.
SONG = (
    "simsun.ttc", "stsong.ttf", "songti.ttc", "notoserifcjk-regular.ttc", "notoserifcjksc-regular.otf",
    "notoserifsc-regular.otf", "sourcehanserifsc-regular.otf", "sourcehanserif-regular.ttc", "uming.ttc",
)  # fmt: skip
HEI = (
    "simhei.ttf", "stheiti medium.ttc", "stheiti light.ttc", "hiragino sans gb.ttc", "msyh.ttc",
    "notosanscjk-regular.ttc", "notosanscjksc-regular.otf", "notosanssc-regular.otf", "sourcehansanssc-regular.otf",
    "sourcehansans-regular.ttc", "wqy-zenhei.ttc", "wqy-microhei.ttc",
    "droidsansfallbackfull.ttf", "droidsansfallback.ttf",
)  # fmt: skip
FANGSONG = ("fangsong_gb2312.ttf", "仿宋_gb2312.ttf", "simfang.ttf", "stfangso.ttf", "stfangsong.ttf", "华文仿宋.ttf")
KAI = ("kaiti_gb2312.ttf", "楷体_gb2312.ttf", "simkai.ttf", "stkaiti.ttf", "kaiti.ttc", "华文楷体.ttf", "ukai.ttc")
HEADLINE = (
    "方正小标宋简体.ttf", "方正小标宋_gbk.ttf", "fzxbsjw.ttf", "fzxbsk.ttf", "notoserifcjk-bold.ttc",
    "notoserifcjksc-bold.otf", "notoserifsc-bold.otf", "sourcehanserifsc-bold.otf", "songti.ttc",
)  # fmt: skip
RARE = ("simsunb.ttf", "hanamina.ttf", "hanaminb.ttf", "plangothicp1.ttf", "plangothicp2.ttf")
WANTED: dict[str, tuple[str, ...]] = {
    "title": (*HEADLINE, *SONG),
    "body": (*FANGSONG, *SONG),
    "first": (*HEI, *SONG),
    "second": (*KAI, *FANGSONG, *SONG),
    "number": SONG,
}
EVERY = tuple(dict.fromkeys((*SONG, *HEI, *FANGSONG, *KAI, *HEADLINE, *RARE)))


@dataclass(frozen=True)
class Face:
    """One font: a file, and its place among several in it."""

    path: Path
    number: int = 0


@dataclass(frozen=True)
class Fonts:
    """What a document is set in: the font of each role, and those that step in for a character, the best first."""

    roles: Mapping[str, Face]
    others: Sequence[Face]


def usual_folders(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """Where systems keep fonts: Debian and its kin, Windows, macOS."""
    told = [
        "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
        "/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts",
    ]  # fmt: skip
    told += [os.path.join(environ[name], *under) for name, *under in _WINDOWS if environ.get(name)]  # noqa: PTH118 - may hold ~
    return [Path(os.path.expanduser(one)) for one in told]  # noqa: PTH111 - a user without a home is no error here


_WINDOWS = (("WINDIR", "Fonts"), ("LOCALAPPDATA", "Microsoft", "Windows", "Fonts"))


def choose(text: str, own: Sequence[Path] = (), folders: Iterable[Path] | None = None) -> Fonts:
    """The fonts for a text. ``own`` are the office's: they come before what is found, for every role.

    Raises RuleViolation with a sentence that says how to mend it: no font at all, one of ``own`` that is none, or a
    character that no font has (a box in its place would be a name lost).
    """
    found = _found(usual_folders() if folders is None else folders)
    ours = [_own(path) for path in own]
    first = {role: ours[:1] or _faces(found, WANTED[role], role) or _faces(found, EVERY, role) for role in ROLES}
    if not all(first.values()):
        raise RuleViolation(
            "font",
            N_(
                "no Chinese font was found for the PDF: install one (Debian, Ubuntu: apt-get install fonts-noto-cjk) "
                "or name the file of one in CASEAPP_FONT"
            ),
        )  # fmt: skip
    others = list(dict.fromkeys([*ours, *_faces(found, EVERY, "body")]))
    roles = {role: faces[0] for role, faces in first.items()}
    return Fonts(roles, _needed(text, roles, others))


def _needed(text: str, roles: Mapping[str, Face], others: Sequence[Face]) -> list[Face]:
    """Those of the others that are needed. Raises RuleViolation for characters that no font has."""
    signs = {ord(sign) for sign in text if not sign.isspace()}
    lacking = signs - frozenset.intersection(*(covered(face) for face in set(roles.values())))
    needed = []
    for face in others:
        if lacking & covered(face):
            needed.append(face)
            lacking -= covered(face)
    if lacking:
        raise RuleViolation(
            "font",
            N_("no font of this machine has %(signs)s: install one that does, or name its file in CASEAPP_FONT"),
            signs="、".join(f"{chr(sign)} (U+{sign:04X})" for sign in sorted(lacking)),
        )  # fmt: skip
    return needed


def _found(folders: Iterable[Path]) -> dict[str, Path]:
    """The font files in some folders by name; of two of the same name the first."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in KINDS:
                found.setdefault(path.name.lower(), path)
    return found


def _faces(found: Mapping[str, Path], names: Iterable[str], role: str) -> list[Face]:
    """The faces of those names that are there and can be read."""
    faces = (_face(found[name], BOLD if role == "title" else REGULAR) for name in names if name in found)
    return [face for face in faces if face is not None]


def _own(path: Path) -> Face:
    face = _face(path, REGULAR) if path.suffix.lower() in KINDS and path.is_file() else None
    if face is None:
        raise RuleViolation("font", N_("CASEAPP_FONT: %(path)s is no font file that can be read"), path=path)
    return face


def _face(path: Path, weight: int) -> Face | None:
    """The face of a file that is for simplified Chinese and nearest to a weight; None when it cannot be read."""
    try:
        number = _number(path, path.stat().st_mtime_ns, weight)
        face = Face(path, number)
        return face if covered(face) else None
    except (TTLibError, OSError, KeyError, ValueError):
        return None


@lru_cache(maxsize=64)
def _number(path: Path, _changed: int, weight: int) -> int:
    if path.suffix.lower() not in (".ttc", ".otc"):
        return 0
    with path.open("rb") as file, TTCollection(file, lazy=True) as collection:
        ranks = [
            ("Mono" not in str(font["name"].getDebugName(1)), "SC" in str(font["name"].getDebugName(1)).split(),
             -abs(font["OS/2"].usWeightClass - weight), -place)
            for place, font in enumerate(collection)
        ]  # fmt: skip
    return -max(ranks)[-1]


@lru_cache(maxsize=64)
def covered(face: Face) -> frozenset[int]:
    """The characters a font has."""
    with face.path.open("rb") as file, TTFont(file, fontNumber=face.number, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())
