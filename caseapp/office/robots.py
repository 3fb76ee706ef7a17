"""What the group robots of 企业微信 (WeCom) and 钉钉 (DingTalk) take: JSON bodies, and DingTalk's signed address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import quote_plus

UNCLEAR = (502, 504)  # a go-between that does not know what became of it


def markdown_body(robot: str, title: str, markdown: str) -> dict[str, Any]:
    """A message in Markdown. DingTalk shows the title in its list of talks, WeCom has none."""
    if robot == "wecom":
        return {"msgtype": "markdown", "markdown": {"content": markdown}}
    if robot == "dingtalk":
        return {"msgtype": "markdown", "markdown": {"title": title, "text": markdown}}
    raise ValueError(robot)


def as_bytes(body: dict[str, Any]) -> bytes:
    """A body as it is sent."""
    return json.dumps(body, ensure_ascii=False).encode()


def signed(url: str, secret: str, timestamp: int) -> str:
    """DingTalk's address with the time in milliseconds and the signature over it; unsigned without a secret."""
    if not secret:
        return url
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}timestamp={timestamp}&sign={quote_plus(base64.b64encode(digest))}"


def judged(status: int, answer: bytes) -> tuple[str, bool]:
    """What is wrong ("" when nothing), and whether that is known.

    A robot takes a message with status 200 and the number 0; another status or number is a refusal. What a go-between
    or a stranger says leaves it open. No word of an answer is passed on, the number alone: people are shown it.
    """
    if status != 200:
        return f"HTTP {status}", status not in UNCLEAR
    try:
        said = json.loads(answer)
        code = said["errcode"]
    except (ValueError, KeyError, TypeError):
        return "HTTP 200 without the answer of a robot", False
    if not isinstance(code, int):
        return "HTTP 200 without the answer of a robot", False
    return ("", True) if code == 0 else (f"errcode {code}"[:50], True)
