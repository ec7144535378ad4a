"""What an unquoted YAML word means, by the core schema of YAML 1.2.

Numbers, ``true``, ``false`` and ``null`` are what they look like; all else is text, also what YAML 1.1 took for
something else: ``no``, ``on``, ``1:30``, ``2024-01-01``, ``1_000``. ``012`` is the number 12, ``0o14`` and ``0xC`` too.
Source: https://yaml.org/spec/1.2.2/#1032-tag-resolution
"""

from __future__ import annotations

import math
import re

Plain = str | int | float | bool | None

MAX_NUMBER_LENGTH = 100
"""Characters of a number: longer ones are mistakes, and costly to convert."""

_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NUMBER_STARTS = frozenset("+-.0123456789")


def plain_value(text: str) -> Plain:
    """The value of the unquoted word `text`.

    Raises:
        ValueError: A number that cannot be represented; the message says why.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    return _number(text)


def _number(text: str) -> str | int | float:
    whole = _DECIMAL.fullmatch(text)
    other_base = _OCTAL_OR_HEX.fullmatch(text)
    if not (whole or other_base or _FLOAT.fullmatch(text)):
        return text
    if len(text) > MAX_NUMBER_LENGTH:
        raise ValueError(f"is a number of {len(text)} digits")
    if whole:
        return int(text)
    if other_base:
        return int(text, 0)
    number = float(text)
    if math.isinf(number):
        raise ValueError("is too large for a number")
    return number
