"""Where a login leads to: a path of our own, and nothing that a browser would take for another host. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit


def own_path(target: str) -> str:
    """The target when it is a path of this site, else nothing. Browsers read ``\\`` as ``/`` and pass over blanks and
    control characters, so that ``/\\host`` or ``/<tab>/host`` would leave the house."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return ""
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in target):
        return ""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else target
