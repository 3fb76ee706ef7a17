"""What kind of device a browser says it runs on, in a word or two. Pure."""

from __future__ import annotations

SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"),
    ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("UOS", "UOS"), ("Linux", "Linux"),
)  # fmt: skip
BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("QQBrowser", "QQ"), ("UCBrowser", "UC"),
    ("HuaweiBrowser", "Huawei"), ("MiuiBrowser", "MIUI"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
UNKNOWN = "?"


def device_name(user_agent: str) -> str:
    """The browser and the system: ``Chrome · Windows``."""
    named = [next((name for mark, name in marks if mark in user_agent), UNKNOWN) for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(named)
