"""Runs a graph on a picture, once or after it has tracked the faces for a while."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import numpy

from graphflow.errors import GraphflowError
from graphflow.evaluation.points import COUNT, Points
from graphflow.graph import Graph
from graphflow.packet import Packet

OUTPUT = "landmarks_68"
NUM_FACES = "num_faces"
FACES = 5
"""How many faces are looked for where the caller does not say: those in the background may come first."""
REPETITIONS = 5
"""In tracking mode; from the fourth on points move by less than a tenth of a pixel."""
INTERVAL = 33_333
"""Microseconds between two repetitions."""


class Mode(enum.StrEnum):
    """How a graph is used."""

    TRACKING = "tracking"
    """The picture is repeated, so that the graph looks where it has found the face before."""
    REACQUISITION = "reacquisition"
    """The graph sees the picture once and has to detect the faces first."""


class UnsuitableGraph(GraphflowError):
    """The graph does not take pictures, or gives no 68 points."""


class Predictor:
    """Asks a graph for the 68 points of the faces in pictures. Nothing is carried over from one picture to the next.

    Args:
        graph: Has one graph input, for pictures in RGB, and the output ``landmarks_68``: for each face an array of 68
            points, relative to the picture if it has a method ``pixels(width, height)``, else in pixels.
        mode: See `Mode`.
        repetitions: How often a picture is shown in tracking mode.
        side_packets: By name. Unless they have ``num_faces``, and the graph takes it, as many faces are looked for as
            the truth has, and never fewer than `FACES`.
        allow_files: As for `Graph.start`.

    Raises:
        UnsuitableGraph: See there.
    """

    def __init__(
        self,
        graph: Graph,
        mode: Mode = Mode.TRACKING,
        *,
        repetitions: int = REPETITIONS,
        side_packets: Mapping[str, Any] | None = None,
        allow_files: bool = False,
    ) -> None:
        self.graph = graph
        self.mode = mode
        self.repetitions = repetitions if mode is Mode.TRACKING else 1
        self._side_packets = dict(side_packets or {})
        self._allow_files = allow_files
        plan = graph.plan
        self._counts_faces = NUM_FACES in plan.side_packets and NUM_FACES not in self._side_packets
        names = [plan.streams[position].name for position in plan.inputs]
        if len(names) != 1 or any(not node.inputs and node.contract.source for node in plan.nodes):
            has = f"its inputs are {', '.join(names)}" if len(names) > 1 else "it reads pictures on its own"
            raise UnsuitableGraph(f"{plan.file}: a graph to evaluate has one graph input, for pictures; {has}")
        outputs = {plan.streams[position].name for position in plan.outputs}
        outputs |= {name for name, position in plan.aliases.items() if position in plan.outputs}
        if OUTPUT not in outputs:
            raise UnsuitableGraph(f"{plan.file}: a graph to evaluate has an output '{OUTPUT}'")
        self._input = names[0]

    def find(self, picture: Any, marked: int) -> list[Points]:
        """The faces in a picture, in pixels.

        Args:
            picture: RGB.
            marked: How many faces the truth has in it.

        Raises:
            UnsuitableGraph: The results of the graph are not 68 points.
            Exception: The graph failed.
        """
        side_packets = self._side_packets
        if self._counts_faces:
            side_packets = side_packets | {NUM_FACES: max(marked, FACES)}
        last = (self.repetitions - 1) * INTERVAL
        found: list[Any] = []

        def keep(packet: Packet[Any]) -> None:
            if packet.timestamp == last:
                found.extend(packet.value)

        with self.graph.start(side_packets, observe={OUTPUT: keep}, allow_files=self._allow_files) as run:
            for timestamp in range(0, last + 1, INTERVAL):
                run.send(self._input, picture, timestamp=timestamp)
                run.wait_until_idle()
        return [self._pixels(face, picture) for face in found]

    def _pixels(self, face: Any, picture: Any) -> Points:
        if hasattr(face, "pixels"):
            face = face.pixels(picture.shape[1], picture.shape[0])
        points = numpy.asarray(face, numpy.float64)
        if points.ndim != 2 or points.shape[0] != COUNT or points.shape[1] < 2:
            shape = " x ".join(map(str, points.shape))
            raise UnsuitableGraph(
                f"{self.graph.plan.file}: '{OUTPUT}' gives a face as {shape} numbers instead of {COUNT} points"
            )
        return points[:, :2]
