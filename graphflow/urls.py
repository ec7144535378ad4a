"""URLs in texts for people: what is secret in them is shown to nobody."""

from __future__ import annotations

import re

_SECRET = re.compile(
    r"""(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30}://)(?P<user>[^/?\#\s"'<>\\]*@)?(?P<rest>[^\s?"'<>\\]*)"""
    r"""(?P<query>\?[^\s"'<>\\]+)?"""
)


def without_secrets(text: str) -> str:
    """A text whose URLs have lost user and password, and what follows the question mark."""
    return _SECRET.sub(_shown, text) if "://" in text else text


def _shown(match: re.Match[str]) -> str:
    return match["scheme"] + match["rest"] + ("?..." if match["query"] else "")
