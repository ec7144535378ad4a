"""graphflow's side of the comparison: the shipped graphs, through the public API."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy
import yaml
from numpy.typing import NDArray

from graphflow import Graph, GraphRun, Packet, Timings
from graphflow.bundled import bundled_graphs
from graphflow.calculators.detection.detections_to_rects import DetectionsToRects
from graphflow.calculators.detection.rect_transformation import RectTransformation
from graphflow.calculators.landmarks.landmarks_to_detection import LandmarksToDetection
from graphflow.calculators.types import ImageSize, Landmarks, NormRect
from tools.face_mesh.peer import Speed

POINTS = {False: 468, True: 478}
"""Of a face, without and with attention."""
PREVIOUS = "prev_face_rects_from_landmarks"
"""The stream that leads the faces of one frame to the next."""
INTERVAL = 33_333
"""Microseconds from frame to frame."""

Frames = Sequence[NDArray[numpy.uint8]]
Found = NDArray[numpy.float32]
"""(frames, faces, points, 3), relative to the image; NaN where there is no face."""


def front_graph(options: Mapping[str, Any] | None = None) -> Graph:
    """What MediaPipe's FaceMesh class runs: from images to landmarks, without rendering."""
    return Graph.load(bundled_graphs() / "modules" / "face_landmark_front.yaml", options=options or {})


def close_unused(run: GraphRun) -> None:
    """Nothing comes on the module's optional inputs: frames must not wait for it."""
    for stream in ("num_faces", "min_detection_score"):
        run.close_input(stream)


def landmarks(
    graph: Graph,
    frames: Frames,
    faces: int,
    *,
    static: bool = False,
    attention: bool = False,
    timings: Timings | None = None,
    threads: int | None = None,
) -> tuple[Found, Speed]:
    """What the graph finds, and how fast it was.

    Args:
        graph: `front_graph`.
        frames: RGB.
        faces: How many to look for.
        static: Whether to detect on every frame.
        attention: Whether to use the model with attention.
        timings: Takes the duration of every node, and slows the run down.
        threads: Threads that run the graph; without, the thread that sends.
    """
    found = numpy.full((len(frames), faces, POINTS[attention], 3), numpy.nan, numpy.float32)
    side_packets = {"num_faces": faces, "use_prev_landmarks": not static, "with_attention": attention}
    results: list[Packet[list[Landmarks]]] = []
    with graph.start(side_packets, instruments=[timings] if timings else [], threads=threads) as run:
        run.observe("landmarks", results.append)
        close_unused(run)
        run.wait_until_idle()  # models are loaded before the clock starts, as they are in MediaPipe's script
        cpu, wall = time.process_time(), time.perf_counter()
        for index, frame in enumerate(frames):
            run.send("image", frame, timestamp=index * INTERVAL)
        run.wait_until_idle()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        assert run.bound("landmarks") > (len(frames) - 1) * INTERVAL, "not every frame was worked on in that time"
    for packet in results:
        _store(found[packet.timestamp // INTERVAL], packet.value)
    return found, Speed(len(frames) / wall, cpu / len(frames) * 1e3)


def single_steps(frames: Frames, faces: int, before: Found) -> Found:
    """What the graph finds on each frame when the faces of the frame before are given to it.

    Args:
        frames: RGB.
        faces: How many to look for.
        before: For each frame the faces on it; they stand in place of the graph's own, and tell which model is used.
    """
    points = before.shape[2]
    graph = step_graph()
    size = ImageSize(frames[0].shape[1], frames[0].shape[0])
    found = numpy.full((len(frames), faces, points, 3), numpy.nan, numpy.float32)
    with graph.start({"num_faces": faces, "with_attention": points == POINTS[True]}) as run:
        run.observe("landmarks", lambda packet: _store(found[packet.timestamp // INTERVAL], packet.value))
        close_unused(run)
        for index, frame in enumerate(frames):
            time_of = index * INTERVAL
            rects = [rect_around(face, size) for face in _present(before[index - 1])] if index else []
            if rects:
                run.send(PREVIOUS, rects, timestamp=time_of)
            else:
                run.set_bound(PREVIOUS, time_of + 1)
            run.send("image", frame, timestamp=time_of)
    return found


def step_graph() -> Graph:
    """The shipped graph, with an input in place of the loop back from the frame before."""
    text = (bundled_graphs() / "modules" / "face_landmark_front.yaml").read_text(encoding="utf-8")
    graph = yaml.safe_load(text)
    del graph["nodes"]["previous"]
    graph["inputs"][PREVIOUS] = None
    for node in graph["nodes"].values():
        for part in (node, *node.get("switch", ())):
            if "subgraph" in part:
                part["subgraph"] = f"modules/{part['subgraph']}"
    return Graph.parse(yaml.safe_dump(graph, sort_keys=False))


_ROI = (
    LandmarksToDetection(),
    DetectionsToRects(
        rotation_vector_start_keypoint_index=33,
        rotation_vector_end_keypoint_index=263,
        rotation_vector_target_angle_degrees=0.0,
    ),
    RectTransformation(scale_x=1.5, scale_y=1.5, square_long=True),
)


def rect_around(face: NDArray[numpy.float32], size: ImageSize) -> NormRect:
    """The region of the next frame, from a face's landmarks: what the graph does itself."""
    to_detection, to_rect, enlarge = _ROI
    enlarge.open()
    to_rect.open(_OneRect())  # type: ignore[arg-type]  # all that it asks for
    rects = to_rect.process(to_detection.process(Landmarks(face)), image_size=size)
    assert rects is not None and rects.norm_rect is not None
    rect = enlarge.process(size, rects.norm_rect)
    assert isinstance(rect, NormRect)
    return rect


class _OneRect:
    """The context of a node whose output `norm_rect` is connected."""

    def connected(self, port: str) -> int:
        return int(port == "norm_rect")


def _present(faces: Found) -> Iterator[NDArray[numpy.float32]]:
    return (face for face in faces if numpy.isfinite(face[0, 0]))


def _store(slots: NDArray[numpy.float32], faces: Sequence[Landmarks]) -> None:
    for slot, face in zip(slots, faces, strict=False):
        slot[:] = numpy.asarray(face)
