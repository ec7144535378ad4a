"""Packet scripts: what happens on one stream, in one readable line.

``"0:a 33:b 66> |"`` is a packet with the payload ``'a'`` at 0, one with ``'b'`` at 33, the bound 66 (nothing below 66
will come), and the end of the stream. As objects these are ``Packet('a', 0)``, ``Packet('b', 33)``, ``Bound(66)`` and
``Bound(Timestamp.DONE)``: the bound of a closed stream.

* A time is an integer in microseconds, or ``PRESTREAM``, ``MIN``, ``MAX``, ``POSTSTREAM``; a bound may also be
  ``ONE_OVER_POSTSTREAM``.
* A payload is a Python literal (``1``, ``0.5``, ``True``, ``[1, 2]``, ``'two words'``) or, failing that, the text
  itself. `parse_script` also takes a mapping from words to payloads that cannot be written down.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from graphflow.packet import Packet
from graphflow.timestamp import DONE, ONE_OVER_POSTSTREAM, POSTSTREAM, PRESTREAM, Bound, Timestamp, format_timestamp

Event = Packet[Any] | Bound
"""A packet, or the bound that a stream was raised to; ``Bound(Timestamp.DONE)`` closes it."""

Script = str | Iterable[Event]
"""The events of a stream: a script as text, or a list of packets and bounds."""

CLOSED = Bound(DONE)

_NAMES = {name: int(getattr(Timestamp, name)) for name in ("PRESTREAM", "MIN", "MAX", "POSTSTREAM")}
_BOUNDS = _NAMES | {"ONE_OVER_POSTSTREAM": ONE_OVER_POSTSTREAM}
_TIME = re.compile(r"(?P<time>-?\d+|[A-Z_]+)(?P<mark>[:>])|\|")
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


class ScriptError(ValueError):
    """A packet script cannot be read; the message shows where."""


def parse_script(text: str, values: Mapping[str, Any] | None = None) -> list[Event]:
    """The events of a script.

    Args:
        text: For example ``"0:a 33:b 66> |"``.
        values: Payloads for words in it: ``parse_script("0:face", {"face": image})``.

    Raises:
        ScriptError: It cannot be read, or goes on after the end of the stream. Times need not ascend: what is wrong
            with a stream is for the graph to say.
    """
    events: list[Event] = []
    position = _skip(text, 0)
    while position < len(text):
        if events and events[-1] is CLOSED:
            raise _problem("nothing can follow '|', the end of the stream", text, position)
        match = _TIME.match(text, position)
        if match is None:
            raise _problem("expected 'time:payload', 'time>' or '|'", text, position)
        end = match.end()
        if match["time"] is None:
            events.append(CLOSED)
        elif match["mark"] == ">":
            events.append(Bound(_time(match["time"], _BOUNDS, text, position)))
        else:
            time = _time(match["time"], _NAMES, text, position)
            end = _payload_end(text, match.end())
            if text[end - 1] == ",":
                raise _problem("a space alone separates two events", text, end - 1)
            events.append(Packet(_payload(text[match.end() : end], values or {}, text, position), time))
        position = _skip(text, end)
        if position == end < len(text):
            raise _problem("expected a space", text, position)
    return events


def events_of(script: Script) -> list[Event]:
    """The events of a script in any of its forms.

    Raises:
        ScriptError: It is text that cannot be read, or has something besides packets and bounds.
    """
    events = parse_script(script) if isinstance(script, str) else list(script)
    for event in events:
        if not isinstance(event, Packet | Bound):
            raise ScriptError(
                f"a script is text, '0:a 5:b', or a list of Packet and Bound; there is {event!r:.60} in it"
            )
    return events


def format_script(events: Iterable[Event]) -> str:
    """The script of some events, as `parse_script` reads it where payloads are plain Python values."""
    return " ".join(_formatted(event) for event in events)


def _formatted(event: Event) -> str:
    if isinstance(event, Bound):
        return "|" if event == DONE else f"{_short(event)}>"
    value = event.value
    word = isinstance(value, str) and value.isidentifier() and _literal(value) is value
    return f"{_short(event.timestamp)}:{value if word else repr(value)}"


def _short(timestamp: int) -> str:
    return format_timestamp(timestamp).removeprefix("Timestamp.")


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _time(word: str, names: Mapping[str, int], text: str, position: int) -> int:
    time = names.get(word, None if word[-1].isalpha() else int(word))
    if time is None:
        raise _problem(f"'{word}' is no time; there are: digits, {', '.join(names)}", text, position)
    if not PRESTREAM <= time <= (POSTSTREAM if names is _NAMES else ONE_OVER_POSTSTREAM):
        raise _problem(f"{word} is beyond all timestamps", text, position)
    return time


def _payload_end(text: str, position: int) -> int:
    """Where a payload ends: at the first space outside of brackets and quotes."""
    closing: list[str] = []
    quote = ""
    while position < len(text):
        character = text[position]
        if quote:
            position += character == "\\"
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in _BRACKETS:
            closing.append(_BRACKETS[character])
        elif closing and character == closing[-1]:
            closing.pop()
        elif character.isspace() and not closing:
            break
        position += 1
    return min(position, len(text))


def _payload(word: str, values: Mapping[str, Any], text: str, position: int) -> Any:
    if not word:
        raise _problem("a payload is missing after ':'", text, position)
    value = values[word] if word in values else _literal(word)
    if value is None:
        raise _problem("None is not a payload: it means that nothing is there", text, position)
    return value


def _literal(word: str) -> Any:
    try:
        return ast.literal_eval(word)
    except (ValueError, SyntaxError):
        return word


def _problem(message: str, text: str, position: int) -> ScriptError:
    return ScriptError(f"{message}\n  {text}\n  {' ' * position}^")
