"""What PyInstaller has to know of graphflow to freeze a program that uses it; an entry point leads it here."""

from __future__ import annotations

import os


def get_hook_dirs() -> list[str]:
    """The folders of hooks, as PyInstaller's entry point ``hook-dirs`` asks for them."""
    return [os.path.dirname(__file__)]
