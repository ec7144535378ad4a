"""The graphs from a picture file to a video file and landmarks, on the sample portrait."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Graph, Packet
from graphflow.bundled import bundled_graphs
from graphflow.calculators.types import Environment, FaceGeometry
from graphflow.models import load_model

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "face_mesh"

pytestmark = pytest.mark.slow


def portrait(folder: Path) -> Path:
    path = folder / "portrait.png"
    path.write_bytes(load_model("portrait.png").content)
    return path


def run(
    graph: str, stream: str, folder: Path, options: Mapping[str, Any] = MappingProxyType({}), **side_packets: Any
) -> tuple[list[Any], Any]:
    """What a stream carries, and the one frame that is written, in RGB."""
    output = folder / "out.mp4"
    packets: list[Packet[Any]] = []
    loaded = Graph.load(bundled_graphs() / f"{graph}.yaml", options=options)
    with loaded.start({"input": str(portrait(folder)), "output": str(output), **side_packets}) as started:
        started.observe(stream, packets.append)
        started.wait_until_done()
    found, frame = cv2.VideoCapture(str(output)).read()
    assert found
    return [packet.value for packet in packets], cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)


@pytest.mark.parametrize(
    ("graph", "kind"),
    [("face_mesh_desktop", ""), ("face_mesh_desktop", ".attention"), ("face_mesh_desktop_live", ".attention")],
)
def test_face_mesh_with_and_without_attention(graph: str, kind: str, tmp_path: Path) -> None:
    ((face,),), _ = run(graph, "multi_face_landmarks", tmp_path, with_attention=bool(kind))
    with numpy.load(GOLDEN / f"portrait.static{kind}.npz") as golden:
        expected = golden["landmarks"][0, 0]
    assert len(face) == len(expected) == (478 if kind else 468)
    numpy.testing.assert_allclose(numpy.asarray(face) * 512, expected * 512, atol=0.05)


@pytest.mark.parametrize("graph", ["face_mesh_desktop", "face_mesh_desktop_live", "face_parts_desktop"])
def test_pictures_that_do_not_belong_together_are_detected_anew(graph: str, tmp_path: Path) -> None:
    folder = tmp_path / "shots"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        portrait(folder).rename(folder / name)
    found: dict[bool, list[Any]] = {}
    for follow in (True, False):
        loaded = Graph.load(bundled_graphs() / f"{graph}.yaml")
        given = {"input": str(folder), "output": str(tmp_path / "out.mp4"), "use_prev_landmarks": follow}
        faces: list[Packet[Any]] = []
        with loaded.start(given) as started:
            started.observe("multi_face_landmarks", faces.append)
            started.wait_until_done()
        found[follow] = [numpy.asarray(packet.value[0]) for packet in faces]
    assert not numpy.array_equal(*found[True])
    numpy.testing.assert_array_equal(*found[False])


def test_irises_are_drawn(tmp_path: Path) -> None:
    ((face,),), frame = run("face_mesh_desktop", "multi_face_landmarks", tmp_path, with_attention=True)
    iris = (face[469:473, :2] * 512).round().astype(int)
    without = run("face_mesh_desktop", "multi_face_landmarks", tmp_path)[1]
    middle = (iris[:, None] + iris[None]).reshape(-1, 2) // 2  # of the lines from point to point
    there, before = (picture[middle[:, 1], middle[:, 0]].astype(int) for picture in (frame, without))
    assert (numpy.abs(there - before).max(axis=1) > 60).any()


def test_face_parts_are_green_on_the_left_of_the_person_and_red_on_the_right(tmp_path: Path) -> None:
    ((parts,),), frame = run("face_parts_desktop", "multi_face_parts", tmp_path)
    with numpy.load(GOLDEN / "portrait.static.attention.npz") as golden:
        expected = golden["landmarks"][0, 0]
    numpy.testing.assert_allclose(numpy.asarray(parts["rightIris"]) * 512, expected[468:473] * 512, atol=0.05)
    # The person looks at us: their left is on the right of the picture.
    assert parts["leftEye"][:, 0].min() > parts["rightEye"][:, 0].max()
    for name, strong, weak in (("leftEyebrow", 1, 0), ("rightEyebrow", 0, 1)):
        x, y = (parts[name][:, :2] * 512).round().astype(int).T
        drawn = frame[y, x].astype(int)
        assert numpy.median(drawn[:, strong] - drawn[:, weak]) > 80


@pytest.mark.parametrize("full_range", [False, True])
def test_face_detection_draws_its_boxes(full_range: bool, tmp_path: Path) -> None:
    ((face,),), frame = run("face_detection_desktop_live", "face_detections", tmp_path, {"full_range": full_range})
    with numpy.load(GOLDEN / "portrait.static.npz") as golden:
        mesh = golden["landmarks"][0, 0, :, :2]
    # The first key points are the eyes, first the one on the left of the picture.
    for place, corners in ((0, (33, 133)), (1, (362, 263))):
        assert numpy.abs(face.keypoints[place] - mesh[list(corners)].mean(axis=0)).max() * 512 < 8
    left, right = round(face.xmin * 512), round((face.xmin + face.width) * 512)
    middle = frame[round((face.ymin + face.height / 2) * 512)].astype(int)
    for x in (left, right):  # red, on both sides of the box
        assert (middle[x - 2 : x + 3, 0] - middle[x - 2 : x + 3, 1]).max() > 80


def test_head_pose(tmp_path: Path) -> None:
    ((face,),), frame = run("face_pose_desktop_live", "multi_face_geometry", tmp_path)
    assert isinstance(face, FaceGeometry)
    with numpy.load(GOLDEN / "portrait.geometry.npz") as golden:
        expected = golden["poses"][0, 0]
    numpy.testing.assert_allclose(face.pose[:3, :3], expected[:3, :3], atol=0.01)
    numpy.testing.assert_allclose(face.translation, expected[:3, 3], atol=0.1)
    # Where the green axis, 10 cm up, has its middle.
    point = face.pose @ (0, 5, 0, 1)
    width, height = Environment().view(512, 512)
    x, y = point[0] / -point[2] / width + 0.5, 0.5 - point[1] / -point[2] / height
    around = frame[int(y * 512) - 1 : int(y * 512) + 2, int(x * 512) - 1 : int(x * 512) + 2].astype(int)
    assert (around[..., 1] - around[..., 0] > 80).any()
    assert (around[..., 1] - around[..., 2] > 80).any()
