"""A process that makes small pictures of frames of clips, which may be damaged in ways that take a decoder down.

Each order is a line of JSON on standard input, with ``path`` and ``timestamp`` (or null). The answer has ``jpeg`` in
Base64 and ``timestamp``, of the frame that it shows; it is null if no frame can be decoded.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphflow import Graph

LARGEST = 320
"""Pixels of a picture's longer side."""

_QUALITY = 80
_PATIENCE = 3.0
"""Seconds after which the frame that is looked for is given up, and the first one taken."""
_GRAPH = """\
graphflow: 1
outputs: [image]
side_packets:
  input: {}
nodes:
  source:
    calculator: VideoSource
    side_packets: {source: input}
    outputs: {image: image}
"""


def main() -> None:
    """Answer orders until standard input ends."""
    from graphflow.workers import answer, answers_apart, end_with_parent

    answers = answers_apart()
    end_with_parent()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    logging.getLogger().addHandler(logging.NullHandler())
    from graphflow import Graph

    graph = Graph.parse(_GRAPH)
    for line in sys.stdin.buffer:
        answer(answers, picture_of(graph, **json.loads(line)))


def picture_of(graph: Graph, path: str, timestamp: int | None) -> dict[str, Any] | None:
    """The frame at a timestamp; the first one if there is none, or if it takes long to find."""
    from graphflow.runtime.calling_driver import CallingDriver

    first: tuple[int, Any] | None = None
    until = time.monotonic() + _PATIENCE
    with suppress(Exception), graph.start({"input": path}, driver=CallingDriver()) as run:
        for packet in run.stream("image"):
            if first is None:
                first = packet.timestamp, packet.value
            if timestamp is None or time.monotonic() > until:
                break
            if packet.timestamp >= timestamp:
                first = packet.timestamp, packet.value
                break
    return None if first is None else {"timestamp": int(first[0]), "jpeg": _jpeg(first[1])}


def _jpeg(image: Any) -> str:
    import cv2

    height, width = image.shape[:2]
    scale = min(1.0, LARGEST / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    _, content = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return base64.b64encode(content.tobytes()).decode()
