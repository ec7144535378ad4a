"""Text of drawings can be read: its contrast is at least 4.5 to 1 on everything that it stands on (WCAG 2.2)."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from graphflow.viz import theme
from graphflow.viz.picture import ArrowKind, BoxKind


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


GROUNDS = {theme.BACKGROUND, theme.GROUP_FILL, theme.WRONG_FILL} | {
    ground for colours in theme.BOXES.values() for ground in (colours.fill, colours.strip)
}


@pytest.mark.parametrize("text", [theme.TEXT, theme.FAINT, theme.WRONG, theme.SIDE_PACKET_TEXT])
def test_text_can_be_read_on_every_ground(text: str) -> None:
    assert {ground: contrast(text, ground) for ground in GROUNDS if contrast(text, ground) < 4.5} == {}


def test_text_of_the_page_can_be_read() -> None:
    style = files("graphflow.viz").joinpath("assets/page.css").read_text()
    texts = set(re.findall(r"[ ;{]color: (#\w{6})", style))
    grounds = set(re.findall(r"background: (#\w{6})", style))
    assert texts and grounds
    assert {(text, ground) for text in texts for ground in grounds if contrast(text, ground) < 4.5} == set()


def test_arrows_can_be_told_from_the_ground() -> None:
    assert min(contrast(colour, theme.GROUP_FILL) for colour in theme.ARROWS.values()) >= 3


def test_every_kind_has_colours() -> None:
    assert set(theme.BOXES) == set(BoxKind) and set(theme.ARROWS) == set(ArrowKind)
