"""Addresses of files: which are asked at all, also when a server passes on, and how they are shown."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from graphflow.config.diagnostics import escaped
from graphflow.urls import without_secrets


class RefusedAddress(ValueError):
    """An address that is not asked. The message says why, and hides what is secret."""


def shown(text: str) -> str:
    """Somebody else's words in one line, without secrets, control characters spelled out."""
    return escaped(" ".join(without_secrets(text).splitlines()))


def check(address: str) -> None:
    """See that an address is one to ask: https, or http on this very machine.

    Raises:
        RefusedAddress: It is not.
    """
    try:
        parts = urlsplit(address)
        plain = parts.scheme == "http" and _on_this_machine(parts)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise RefusedAddress("it is no address") from None
    if parts.scheme != "https" and not plain:
        raise RefusedAddress("only https is asked for files, and http on this machine")
    if not host:
        raise RefusedAddress("it names no host")
    if "@" in parts.netloc:
        raise RefusedAddress("it holds a user or a password, which are not sent")


def _on_this_machine(parts: SplitResult) -> bool:
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
