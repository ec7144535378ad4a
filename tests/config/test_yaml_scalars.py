"""Unquoted words mean what the core schema of YAML 1.2 says, and nothing of YAML 1.1."""

from __future__ import annotations

import math

import pytest

from graphflow.config.scalars import plain_value


@pytest.mark.parametrize(
    "text",
    ["no", "yes", "on", "off", "y", "N", "1:30", "2024-01-01", "1_000", "0b11", "1e", ".", "-", "+", "1.2.3", "TRuE",
     "=", "0o8", "0xg", "-0x1", "inf", "nan", "1e3x", "٣", "1\n2"],
)  # fmt: skip
def test_text(text: str) -> None:
    assert plain_value(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("12", 12), ("-7", -7), ("+7", 7), ("012", 12), ("0o14", 12), ("0xfF", 255)],
)
def test_whole_numbers(text: str, value: int) -> None:
    assert plain_value(text) == value
    assert type(plain_value(text)) is int


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e3", 1000.0), ("1.", 1.0), (".5", 0.5), ("-.5E-1", -0.05), ("6.02e+23", 6.02e23), ("-.inf", -math.inf)],
)
def test_floats(text: str, value: float) -> None:
    assert plain_value(text) == value
    assert type(plain_value(text)) is float


def test_not_a_number() -> None:
    number = plain_value(".NaN")
    assert isinstance(number, float)
    assert math.isnan(number)


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("True", True), ("FALSE", False), ("null", None), ("~", None), ("", None), ("NULL", None)],
)
def test_true_false_and_null(text: str, value: bool | None) -> None:
    assert plain_value(text) is value


@pytest.mark.parametrize("text", ["1e999", "-1e999", "9" * 5000, "0x" + "f" * 5000])
def test_numbers_beyond_reason_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"too large|digits"):
        plain_value(text)
