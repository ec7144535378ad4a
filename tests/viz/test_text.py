"""Values in drawings."""

from __future__ import annotations

import enum
from typing import Any

import pytest

from graphflow.viz.text import value_text


class Colour(enum.Enum):
    RED = "red"


LOOP: list[Any] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("value", "text"),
    [("a b", "a b"), (True, "true"), ([1, "x"], '[1, "x"]'), (Colour.RED, "red"), ({(1, 2): 3}, "{(1, 2): 3}"),
     (LOOP, "[[...]]"), ("x" * 500, "x" * 300), ("rtsp://me:secret@host/1", "rtsp://host/1")],
)  # fmt: skip
def test_values_are_text_whatever_they_are(value: Any, text: str) -> None:
    assert value_text(value) == text
