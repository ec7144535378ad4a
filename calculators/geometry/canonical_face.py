"""The canonical face: an average one that looks straight ahead, in centimetres."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

WEIGHTS: dict[int, float] = {
    4: 0.070909939706326, 6: 0.032100144773722, 10: 0.008446550928056, 33: 0.058724168688059, 54: 0.007667080033571,
    67: 0.009078059345484, 117: 0.009791937656701, 119: 0.014565368182957, 121: 0.018591361120343,
    127: 0.005197994410992, 129: 0.120625205338001, 132: 0.005560018587857, 133: 0.05328618362546,
    136: 0.066890455782413, 143: 0.014816547743976, 147: 0.014262833632529, 198: 0.025462191551924,
    205: 0.047252278774977, 263: 0.058724168688059, 284: 0.007667080033571, 297: 0.009078059345484,
    346: 0.009791937656701, 348: 0.014565368182957, 350: 0.018591361120343, 356: 0.005197994410992,
    358: 0.120625205338001, 361: 0.005560018587857, 362: 0.05328618362546, 365: 0.066890455782413,
    372: 0.014816547743976, 376: 0.014262833632529, 420: 0.025462191551924, 425: 0.047252278774977,
}  # fmt: skip
"""How much each landmark counts when a face is laid over the canonical one; the others do not.

The numbers are MediaPipe's (Apache-2.0, google-ai-edge/mediapipe, geometry_pipeline_metadata_landmarks.pbtxt).
"""


class CanonicalFace(NamedTuple):
    """The canonical face, with the points of Face Mesh as vertices. Its origin is in the middle of the head.

    Attributes:
        vertices: (468, 3), float32: x to the right of the picture, y up, z towards the camera, in centimetres.
        texture: (468, 2), float32: where each is in a texture, from the lower left corner.
        triangles: (898, 3): numbers of vertices, anticlockwise as seen from outside.
    """

    vertices: NDArray[numpy.float32]
    texture: NDArray[numpy.float32]
    triangles: NDArray[numpy.intp]


@functools.cache
def canonical_face() -> CanonicalFace:
    """The canonical face, read from the file beside this one."""
    rows: dict[str, list[list[str]]] = {"v": [], "vt": [], "f": []}
    for line in Path(__file__).with_name("canonical_face.obj").read_text(encoding="ascii").splitlines():
        kind, _, rest = line.partition(" ")
        if kind in rows:
            rows[kind].append(rest.split())
    corners = [[int(corner.partition("/")[0]) - 1 for corner in row] for row in rows["f"]]
    face = CanonicalFace(
        numpy.array(rows["v"], numpy.float32), numpy.array(rows["vt"], numpy.float32), numpy.array(corners, numpy.intp)
    )
    for array in face:
        array.flags.writeable = False
    return face
