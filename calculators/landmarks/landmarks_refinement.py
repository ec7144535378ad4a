"""LandmarksRefinement: points of a whole, made better by points of its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy
from numpy.typing import NDArray

from graphflow import Calculator, Many, NodeCheck, Option
from graphflow.calculators.types import Landmarks

_Z_RULES = ("none", "copy", "assign_average")
_EXAMPLE = "write {indexes_mapping: [33, 7], z_refinement: {copy: {}}}"


class LandmarksRefinement(Calculator):
    """Put sets of points together, each over those before it.

    Nothing is sent where one of the sets is missing.

    Args:
        landmarks: The sets: the whole, then its parts.
    """

    refinement: list[dict[str, Any]] = Option(
        doc="One map for each set. indexes_mapping: [33, 7]: which points of the result its points are; all in order, "
        "unless given. z_refinement: what becomes of z: {none: {}} leaves it as it was, {copy: {}} takes that of the "
        "set, {assign_average: {indexes_for_average: [33, 7]}} takes the mean z of points of the result."
    )

    stateful = False

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Look at the entries, and whether they are as many as the inputs."""
        entries = options["refinement"]
        if len(entries) != node.connected("landmarks"):
            text = f"'landmarks' has {node.connected('landmarks')} streams, but there are {len(entries)} refinements"
            node.error(text, "write one refinement for each stream", "landmarks")
        for entry in entries:
            problem = _problem(entry)
            if problem:
                node.error(f"{problem} in the refinement {_short(entry)}", _EXAMPLE)

    def open(self) -> None:
        self._stages = [_Stage(entry) for entry in self.refinement]
        self._count = -1

    def process(self, landmarks: Many[Landmarks]) -> Annotated[Landmarks, "refined_landmarks"]:
        together = numpy.concatenate([one.points for one in landmarks])
        if len(together) != self._count:
            self._source = self._sources([len(one) for one in landmarks])
            self._count = len(together)
        points = together.take(self._source, axis=0)
        z = points[:, 2]
        z[:] = 0
        for stage, given in zip(self._stages, landmarks, strict=True):
            stage.refine_z(given.points[:, 2], z)
        points.flags.writeable = False
        return Landmarks(points)

    def _sources(self, counts: list[int]) -> NDArray[numpy.intp]:
        """For each point of the result, the place of its x and y among the points of all sets. The last set counts."""
        sources: dict[int, int] = {}
        first = 0
        for stage, count in zip(self._stages, counts, strict=True):
            sources |= zip(stage.points(count), range(first, first + count), strict=True)
            first += count
        missing = set(range(len(sources))) - sources.keys()
        if missing:
            raise ValueError(f"no set has the point {min(missing)} of the result: add it to an indexes_mapping")
        return numpy.array([sources[index] for index in range(len(sources))], numpy.intp)


class _Stage:
    """One set of points: where they go, and what becomes of z."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self._mapping: list[int] | None = entry.get("indexes_mapping")
        ((self._rule, options),) = entry["z_refinement"].items()
        self._averaged = numpy.array((options or {}).get("indexes_for_average", ()), numpy.intp)

    def points(self, count: int) -> Sequence[int]:
        """The points of the result that a set of so many points gives."""
        points: Sequence[int] = range(count) if self._mapping is None else self._mapping
        if count != len(points):
            raise ValueError(f"a set has {count} points, but its indexes_mapping {len(points)}")
        self._target: Any = slice(count) if self._mapping is None else numpy.array(points, numpy.intp)
        return points

    def refine_z(self, given: NDArray[numpy.float32], z: NDArray[numpy.float32]) -> None:
        """Bring the set's depth into that of the result."""
        if self._rule == "copy":
            z[self._target] = given
        elif self._rule == "assign_average":
            z[self._target] = numpy.add.reduce(z[self._averaged], dtype=numpy.float64) / len(self._averaged)


def _problem(entry: Mapping[str, Any]) -> str:
    """What is wrong with an entry; empty if nothing is."""
    unknown = set(entry) - {"indexes_mapping", "z_refinement"}
    if unknown:
        return f"'{min(unknown)}' means nothing"
    rule = entry.get("z_refinement")
    if not isinstance(rule, dict) or len(rule) != 1 or next(iter(rule)) not in _Z_RULES:
        return f"z_refinement must be one of {', '.join(_Z_RULES)}"
    ((name, options),) = rule.items()
    averaged = (options or {}).get("indexes_for_average") if isinstance(options, dict | None) else None
    if name == "assign_average" and not _are_indexes(averaged):
        return "assign_average needs indexes_for_average, a list of points,"
    mapping = entry.get("indexes_mapping")
    if mapping is not None and not _are_indexes(mapping):
        return "indexes_mapping must be a list of points"
    return "a point occurs twice" if mapping is not None and len(set(mapping)) != len(mapping) else ""


def _are_indexes(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, int) and not isinstance(item, bool) and item >= 0 for item in value)
    )


def _short(entry: Mapping[str, Any]) -> str:
    text = str(dict(entry))
    return text if len(text) <= 60 else text[:57] + "..."
