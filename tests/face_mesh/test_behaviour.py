"""What the front graph does from frame to frame, with results that need no comparison."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy
import pytest

from graphflow import Graph, GraphRun, Packet
from graphflow.bundled import bundled_graphs
from graphflow.calculators.types import Landmarks
from tools.face_mesh import clips
from tools.face_mesh.ours import INTERVAL, front_graph

pytestmark = pytest.mark.slow

PORTS = ("landmarks", "detections", "rois_from_landmarks", "rois_from_detections")


def watch(frames: Sequence[Any], **side_packets: Any) -> dict[str, list[int]]:
    """For each output the number of elements on each frame; -1 where there is no packet."""
    counts = {port: [-1] * len(frames) for port in PORTS}
    with front_graph().start(side_packets) as run:
        for port in PORTS:
            _count(run, port, counts[port])
        for index, frame in enumerate(frames):
            run.send("image", frame, timestamp=index * INTERVAL)
    return counts


def _count(run: GraphRun, port: str, counts: list[int]) -> None:
    def store(packet: Packet[list[Any]]) -> None:
        counts[packet.timestamp // INTERVAL] = len(packet.value)

    run.observe(port, store)


def test_the_detector_runs_only_while_faces_are_missing() -> None:
    counts = watch(list(clips.lost_and_found())[:7], num_faces=1)
    assert counts["landmarks"] == [1, 1, 1, -1, -1, 1, 1]
    # On the frame where a face is lost nothing is detected; that begins with the next one.
    assert counts["detections"] == [1, -1, -1, -1, -1, 1, -1]
    assert counts["rois_from_detections"] == counts["detections"]
    assert counts["rois_from_landmarks"] == counts["landmarks"]


def test_the_detector_goes_on_as_long_as_a_face_is_missing() -> None:
    counts = watch(list(islice(clips.moving(), 3)), num_faces=2)
    assert counts["detections"] == [1, 1, 1]
    assert counts["landmarks"] == [1, 1, 1]


def test_without_previous_landmarks_every_frame_is_detected() -> None:
    counts = watch(list(islice(clips.moving(), 3)), num_faces=1, use_prev_landmarks=False)
    assert counts["detections"] == [1, 1, 1]


def test_no_more_faces_than_asked_for() -> None:
    frames = list(islice(clips.two_faces(), 2))
    assert watch(frames, num_faces=1)["landmarks"] == [1, 1]
    assert watch(frames, num_faces=3)["landmarks"] == [2, 2]


def find(frames: Sequence[Any], num_faces: int, **options: Any) -> list[list[Landmarks]]:
    """The faces on each frame."""
    found: list[list[Landmarks]] = [[] for _ in frames]
    with front_graph(options).start({"num_faces": num_faces}) as run:
        run.observe("landmarks", lambda packet: found[packet.timestamp // INTERVAL].extend(packet.value))
        for index, frame in enumerate(frames):
            run.send("image", frame, timestamp=index * INTERVAL)
    return found


def test_a_crowd_comes_and_goes() -> None:
    found = find(list(clips.crowd()), 20)
    assert tuple(map(len, found)) == clips.CROWD
    # Each face is found once, where it is: no two of them in one cell of the crowd's grid.
    for faces in found:
        cells = {tuple((face.points[:, :2].mean(axis=0) * (5, 4)).astype(int)) for face in faces}
        assert len(cells) == len(faces)


def test_faces_far_away_are_found_at_full_range() -> None:
    frames = list(islice(clips.distant(), 3))
    assert [len(faces) for faces in find(frames, 20)] == [0, 0, 0]
    found = find(frames, 20, full_range=True)
    assert [len(faces) for faces in found] == [4, 4, 4]
    for faces in found:  # one in each quarter of the picture's width
        assert sorted(int(face.points[:, 0].mean() * 4) for face in faces) == [0, 1, 2, 3]


def test_the_lowest_score_of_a_detection_is_the_detectors_own_unless_given() -> None:
    def scores(**options: Any) -> set[float]:
        nodes = {node.name: node for node in front_graph(options).plan.nodes}
        return {node.options["min_score_thresh"] for name, node in nodes.items() if name.endswith("detection/decode")}

    assert (scores(), scores(full_range=True)) == ({0.5}, {0.6})
    assert scores(full_range=True, min_detection_score=0.7) == {0.7}


def adjusted(frames: Sequence[Any], changes: dict[int, dict[str, Any]], **side_packets: Any) -> list[int]:
    """How many faces there are on each frame; a change is sent before its frame, with an earlier time."""
    counts = [0] * len(frames)
    with Graph.load("face_mesh_adjustable").start(side_packets) as run:
        _count(run, "multi_face_landmarks", counts)
        for index, frame in enumerate(frames):
            for stream, value in changes.get(index, {}).items():
                run.send(stream, value, timestamp=index)
            run.send("input_video", frame, timestamp=index * INTERVAL)
    return counts


def test_the_number_of_faces_changes_during_a_run() -> None:
    frames = list(islice(clips.two_faces(), 7))
    counts = adjusted(frames, {2: {"num_faces": 2}, 4: {"num_faces": 1}, 6: {"num_faces": 3}})
    assert counts == [1, 1, 2, 2, 1, 1, 2]
    assert adjusted(frames[:3], {2: {"num_faces": 1}}, num_faces=2) == [2, 2, 1]


def test_the_lowest_score_of_a_detection_changes_during_a_run() -> None:
    frames = list(islice(clips.moving(), 6))
    changes = {2: {"min_detection_score": 0.999}, 4: {"min_detection_score": 0.5}}
    assert adjusted(frames, changes, use_prev_landmarks=False) == [1, 1, 0, 0, 1, 1]


def test_a_picture_without_a_face_has_no_packet_and_no_empty_list() -> None:
    counts = watch([clips.blank(64, 48)], num_faces=1)
    assert counts == {port: [-1] for port in PORTS}


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (201, 101)])
def test_pictures_of_odd_sizes(size: tuple[int, int]) -> None:
    assert watch([clips.blank(*size)], num_faces=1)["landmarks"] == [-1]


def test_frames_may_change_their_size() -> None:
    frames = [next(clips.moving()), next(clips.moving(640, 480)), next(clips.moving(320, 300))]
    assert watch(frames, num_faces=1)["landmarks"] == [1, 1, 1]


def test_the_mobile_graph_draws_on_a_copy_and_gives_landmarks() -> None:
    frame = next(clips.moving())
    before = frame.copy()
    found: dict[str, list[Any]] = {"output_video": [], "multi_face_landmarks": []}
    graph = Graph.load(bundled_graphs() / "face_mesh_mobile.yaml")
    with graph.start() as run:
        for name, values in found.items():
            run.observe(name, lambda packet, values=values: values.append(packet.value))  # type: ignore[misc]
        run.send("input_video", frame, timestamp=0)
    (picture,), ((face,),) = found.values()
    numpy.testing.assert_array_equal(frame, before)
    assert picture.shape == frame.shape
    assert isinstance(face, Landmarks)
    changed = (picture != frame).any(axis=2)
    y, x = numpy.nonzero(changed)
    points = face.pixels(frame.shape[1], frame.shape[0])
    assert changed[points[:, 1].round().astype(int), points[:, 0].round().astype(int)].all()
    # Nothing is drawn far from the face: the largest shape is the region around it.
    assert numpy.abs(x - points[:, 0].mean()).max() < 2 * numpy.ptp(points[:, 0])
    assert numpy.abs(y - points[:, 1].mean()).max() < 2 * numpy.ptp(points[:, 1])


DETECT = """
graphflow: 1
inputs: [image]
outputs: [faces]
nodes:
  detector:
    subgraph: modules/face_detection_{kind}_range.yaml
    inputs: {{image: image}}
    outputs: {{detections: faces}}
"""


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("short", (0.92173868, 0.34680745, 0.16185777, 0.18621889, 0.39354578)),
        ("full", (0.91205752, 0.33917773, 0.13237566, 0.20298618, 0.39610574)),
    ],
)
def test_detections_are_mediapipes(kind: str, expected: tuple[float, ...]) -> None:
    graph = Graph.parse(DETECT.format(kind=kind))
    ((detection,),) = (packet.value for packet in graph.run(inputs={"image": [Packet(clips.portrait(), 0)]})["faces"])
    found = (detection.score, detection.xmin, detection.ymin, detection.width, float(detection.keypoints[0, 0]))
    assert found == pytest.approx(expected, abs=1e-5)
    # The first key point is the eye on the left of the picture, the second that on the right.
    assert detection.keypoints[1, 0] - detection.keypoints[0, 0] > 0.07
