"""DetectionLabelIdToText: names for the numbers of classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphflow import Calculator, NodeCheck, Option
from graphflow.calculators.inference.label_map import ITEMS_DOC, PATH_DOC, labels_of
from graphflow.calculators.types import Detection
from graphflow.models import own_files

_SOURCES = ("label_map_path", "label", "label_items")


class DetectionLabelIdToText(Calculator):
    """Give detections the names of their classes. A class without a name keeps only its number."""

    label_map_path: str = Option(default="", doc=PATH_DOC)
    label: list[str] = Option(default=[], doc="The names of the classes in their order, in place of a file.")
    keep_label_id: bool = Option(default=False, doc="No difference here: the number of the class always stays.")
    label_items: dict[int, dict[str, Any]] = Option(default={}, doc=ITEMS_DOC)

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
        if sum(bool(options[name]) for name in _SOURCES) > 1:
            node.error(f"names are given more than once, by {' and '.join(filter(options.get, _SOURCES))}", "keep one")

    def open(self) -> None:
        items = self.label_items or {number: {"name": name} for number, name in enumerate(self.label)}
        self._labels = labels_of(self.label_map_path, items)

    def process(self, item: list[Detection]) -> list[Detection]:
        return [
            replace(one, label=self._labels[one.label_id].name) if one.label_id in self._labels else one for one in item
        ]
