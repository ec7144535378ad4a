"""Colours as they stand in graph files: ``{r: 0, g: 255, b: 0}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphflow import NodeCheck
from graphflow.calculators.types import Color


def color_of(option: Mapping[str, int]) -> Color:
    """The colour; what is not given is 0."""
    return Color(**option)


def check_colors(node: NodeCheck, options: Mapping[str, Any], *names: str) -> None:
    """Report options that are no colours."""
    for name in names:
        if options[name] is not None and not set(options[name]) <= set(Color._fields):
            node.error(f"{name} must be a map of r, g and b", "write {r: 0, g: 255, b: 0}")
