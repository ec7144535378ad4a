"""Which fields MediaPipe's messages have.

The table `messages.json` has the names, numbers, types and defaults of the fields of a graph and of calculators'
options, as MediaPipe 0.10.21 declares them. ``tools/mediapipe_messages`` writes it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PACKAGE = "mediapipe"


def fields_of(name: str) -> Mapping[str, str]:
    """The fields of a message, to a description such as ``1 repeated float``; none if the table does not have it."""
    fields: Mapping[str, str] = _entry(name).get("fields", {})
    return fields


def is_extension(name: str) -> bool:
    """Whether options of that name stand in a node as an extension."""
    return "extends" in _entry(name)


def is_map(field: str) -> bool:
    """Whether a field, by its description, is a map: protobuf has a message for its pairs."""
    return "repeated message" in field and list(fields_of(field.split()[-1])) == ["key", "value"]


def _entry(name: str) -> Mapping[str, Any]:
    short = name.removeprefix(f"{PACKAGE}.").removesuffix(".ext")
    entry: Mapping[str, Any] = table()["messages"].get(short, {})
    return entry


@functools.cache
def table() -> Mapping[str, Mapping[str, Any]]:
    """The whole table: ``messages`` and ``enums`` by name."""
    text = Path(__file__).with_name("messages.json").read_text(encoding="utf-8")
    read: Mapping[str, Mapping[str, Any]] = json.loads(text)
    return read
