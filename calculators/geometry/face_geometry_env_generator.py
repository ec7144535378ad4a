"""FaceGeometryEnvGenerator: the camera that faces are seen with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from graphflow import Calculator, NodeCheck, Option, SidePackets
from graphflow.calculators.types import Environment


class GeneratedEnvironment(SidePackets):
    """The side packets of FaceGeometryEnvGenerator.

    Args:
        environment: For the calculators of geometry.
    """

    environment: Environment


class FaceGeometryEnvGenerator(Calculator):
    """Describe the camera that pictures come from."""

    origin_point_location: Literal["TOP_LEFT_CORNER", "BOTTOM_LEFT_CORNER"] = Option(
        default="TOP_LEFT_CORNER", doc="Where y of landmarks is 0."
    )
    vertical_fov_degrees: float = Option(default=63.0, gt=0, lt=180, doc="How much it sees from top to bottom.")
    near: float = Option(default=1.0, gt=0, doc="How far the nearest thing is that it sees, in centimetres.")
    far: float = Option(default=10000.0, gt=0, doc="How far the farthest is.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that there can be such a camera."""
        if options["near"] >= options["far"]:
            node.error("nothing lies between near and far", "make far larger than near")

    def open(self) -> GeneratedEnvironment:
        at_top = self.origin_point_location == "TOP_LEFT_CORNER"
        return GeneratedEnvironment(environment=Environment(at_top, self.vertical_fov_degrees, self.near, self.far))
