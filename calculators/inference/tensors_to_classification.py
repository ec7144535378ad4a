"""TensorsToClassification: a model's scores as classes with names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy

from graphflow import Calculator, NodeCheck, Option
from graphflow.calculators.inference.label_map import ITEMS_DOC, PATH_DOC, labels_of
from graphflow.calculators.types import Classification, Tensors
from graphflow.models import own_files


class TensorsToClassification(Calculator):
    """Read the score of each class from the only tensor.

    Args:
        tensors: A model's output.
        return: In the order of the classes, unless top_k or sort_by_descending_score orders them.
    """

    min_score_threshold: float | None = Option(default=None, doc="Lowest score of a class; not for two of one score.")
    top_k: int = Option(default=0, doc="How many classes to keep, those with the highest scores; 0 or below: all.")
    sort_by_descending_score: bool = Option(default=False, doc="Whether the class with the highest score is the first.")
    label_map_path: str = Option(default="", doc=PATH_DOC)
    label_map: dict[str, list[dict[str, Any]]] = Option(
        default={}, doc="{entries: [{id: 0, label: Left}]}: an older form of label_items, which counts before it."
    )
    label_items: dict[int, dict[str, Any]] = Option(default={}, doc=ITEMS_DOC)
    binary_classification: bool = Option(
        default=False,
        doc="Whether one score stands for two classes: it is the first's, the rest to 1 the second's.",
    )
    ignore_classes: list[int] = Option(default=[], ge=0, doc="Classes that do not count.")
    allow_classes: list[int] = Option(default=[], ge=0, doc="The only classes that count; empty: all.")

    @classmethod
    def resources(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
        """The file of names."""
        return (options["label_map_path"],) if options["label_map_path"] else ()

    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        """The file of names, if it is the user's own."""
        return own_files(options["label_map_path"])

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Look for options that contradict each other."""
        if options["ignore_classes"] and options["allow_classes"]:
            node.error("ignore_classes and allow_classes are both given", "keep one of the two")
        elif options["binary_classification"] and (options["ignore_classes"] or options["allow_classes"]):
            node.error("of two classes with one score none can be left out", "leave out the lists of classes")
        if set(options["label_map"]) - {"entries"}:
            node.error("label_map must be a map of entries", "write {entries: [{id: 0, label: Left}]}, or label_items")

    def open(self) -> None:
        older = {entry.get("id", 0): {"name": entry.get("label", "")} for entry in self.label_map.get("entries", ())}
        self._labels = labels_of(self.label_map_path, self.label_items or older)
        self._left_out = set(self.ignore_classes)
        self._allowed = set(self.allow_classes)
        chosen = self._left_out or self._allowed or self.min_score_threshold is not None
        self._all_count = self.binary_classification or not chosen

    def process(self, tensors: Tensors) -> Annotated[list[Classification], "classifications"]:
        if len(tensors) != 1:
            raise ValueError(f"there are {len(tensors)} tensors, not one: take the scores out with SplitVector")
        scores = tensors[0].ravel().tolist()
        if self.binary_classification:
            if len(scores) != 1:
                raise ValueError(f"binary_classification is for one score, but there are {len(scores)}")
            scores.append(float(numpy.float32(1 - scores[0])))
        if self._labels and len(self._labels) != len(scores):
            raise ValueError(f"there are {len(self._labels)} names, but scores of {len(scores)} classes")
        places = enumerate(scores)
        found = [self._named(*place) for place in places if self._all_count or self._counts(*place)]
        if self.top_k > 0 or self.sort_by_descending_score:
            found.sort(key=lambda one: -one.score)
        return found[: self.top_k] if self.top_k > 0 else found

    def _counts(self, index: int, score: float) -> bool:
        if index in self._left_out or (self._allowed and index not in self._allowed):
            return False
        return self.min_score_threshold is None or not score < numpy.float32(self.min_score_threshold)

    def _named(self, index: int, score: float) -> Classification:
        if not self._labels:
            return Classification(index, score)
        name, display_name = self._labels[index]
        return Classification(index, score, name, display_name)
