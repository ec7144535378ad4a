"""What MediaPipe calls our calculators, graphs and messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from graphflow.calculator_files import name_key
from graphflow.mediapipe.messages import fields_of, table
from graphflow.registry import names_meant_by

_TYPES = {
    "Detection": "Detection",
    "NormRect": "Rect",
    "Landmarks": "NormalizedLandmarkList",
    "PixelLandmarks": "LandmarkList",
    "list[Classification]": "ClassificationList",
    "RenderData": "RenderData",
    "Image": "Image",
    "Matrix": "Matrix",
    "Tensor": "Tensor",
    "Tensors": "Tensor",
    "float": "Float",
    "int": "Int",
    "bool": "Bool",
    "str": "String",
}
"""Payload types in the names of calculators that MediaPipe has once for each type."""
_RELATIVE = ("Rect", "NormalizedLandmarkList")
_RARE = ("TfLite", "Gl", "Movable", "Gpu", "Joint")
"""What names that are not meant have in them."""
_OPTIONS = {
    "AlignmentPointsRects": "DetectionsToRectsCalculatorOptions",
    "FaceLandmarksToRenderData": "LandmarksToRenderDataCalculatorOptions",
    "HandDetectionsFromPoseToRects": "DetectionsToRectsCalculatorOptions",
    "MultiLandmarksSmoothing": "LandmarksSmoothingCalculatorOptions",
    "SplitLandmarks": "SplitVectorCalculatorOptions",
    "ConcatenateLandmarks": "ConcatenateVectorCalculatorOptions",
    "CollectionHasMinSize": "CollectionHasMinSizeCalculatorOptions",
    "Association": "AssociationCalculatorOptions",
}
"""Messages of options whose name does not follow from that of the calculator."""


def calculator_name(ours: str, types: Iterable[str]) -> str:
    """MediaPipe's name of one of our calculators; empty if it has none, or none of the types says which.

    Args:
        ours: Our name.
        types: The payload types of the node's streams, in words, for calculators that MediaPipe has once for each type.
    """
    names = candidates(ours)
    for plain in (f"{ours}Calculator", f"{ours}CalculatorCpu"):
        if plain in names:
            return plain
    common = [name for name in names if not any(word in name for word in _RARE)] or names
    if len(common) == 1:
        return str(common[0])
    for word in _words(types):
        fitting = [name for name in common if word in name]
        # of rectangles and landmarks, those that are relative to the picture
        fitting = [name for name in fitting if ("Norm" in name) == (word in _RELATIVE)] or fitting
        if fitting:
            return str(min(fitting, key=len))
    return ""


def candidates(ours: str) -> list[str]:
    """All names that stand for one of our calculators."""
    return _by_ours().get(ours, [])


@cache
def _by_ours() -> dict[str, list[str]]:
    """Their names by our words for them."""
    found: dict[str, list[str]] = {}
    for name in table()["names"]:
        for ours in dict.fromkeys(names_meant_by(name)):
            found.setdefault(ours, []).append(name)
    return found


def graph_name(stem: str) -> str:
    """The name of a type for the file of a graph: MediaPipe's, if it has a graph of that name."""
    for ending in ("", "cpu", "subgraph", "cpusubgraph"):
        for name in table()["names"]:
            if name_key(name) == name_key(stem) + ending:
                return str(name)
    return "".join(part[:1].upper() + part[1:] for part in stem.split("_"))


def options_message(ours: str, theirs: str) -> str:
    """The message that holds the options of a calculator; empty if MediaPipe has none."""
    base = theirs.removesuffix("Cpu")
    for name in (f"{base}Options", _OPTIONS.get(ours, ""), f"{ours}CalculatorOptions"):
        if fields_of(name):
            return name
    return ""


def _words(types: Iterable[str]) -> Iterator[str]:
    for text in types:
        while text:
            if text in _TYPES:
                yield _TYPES[text]
            text = text[5:-1] if text.startswith("list[") else text.rpartition(" | ")[0]
