"""FilterDetection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.kinds import LABELS
from tools.calculators.random_payloads import Random, detections


def make(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        found = [replace(one, label=LABELS[one.label_id]) for one in detections(random)]
        yield {"detections": found}


NODE = one_node(
    "FilterDetection", {"detections": "named_detections"}, {"detections": "named_detections"}, max_score=0.8
)


def case(name: str, allowed: str) -> Case:
    node = NODE["nodes"]["tested"] | {"side_packets": {"labels_csv": "allowed"}}
    side = {"allowed": ("text", allowed)}
    return Case(name=name, **NODE | {"nodes": {"tested": node}}, side=side, make=make, golden=4)


CASES = [
    Case(name="all names", **NODE, make=make, golden=4),
    case("one name", " Right ,Middle"),
    case("expression", "C++,[KLM]e.t"),
]
