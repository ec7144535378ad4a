"""The shipped graph against a truth that is made of MediaPipe's landmarks: the whole way, on real faces."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest
from numpy.typing import NDArray

from graphflow import Graph, Packet
from graphflow.bundled import bundled_graphs
from graphflow.calculators.landmarks.face_landmarks_68 import FaceLandmarks68
from graphflow.calculators.types import Landmarks
from graphflow.evaluation.points import lines
from tests.cli.conftest import graphflow as graphflow
from tests.evaluation.faces import face, xml
from tools.face_mesh.clips import clips

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "face_mesh"
MAP_A = FaceLandmarks68()
MAP_A.open()
# Written out again, so that a wrong point in the map is an error here: from the left of the picture to the right.
EYES = [33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380]


def marks(mesh: NDArray[numpy.float32], width: int, height: int) -> NDArray[numpy.float64]:
    """The 68 points of a face in pixels."""
    (chosen,) = MAP_A.process([Landmarks(mesh)])
    points = numpy.array(numpy.asarray(chosen)[:, :2], numpy.float64)
    points[36:48] = mesh[EYES, :2]
    return points * (width, height)


@pytest.fixture
def two_faces(tmp_path: Path) -> Path:
    """A picture of two faces; the landmarks that MediaPipe finds are its truth."""
    frame = clips()["two_faces"][0][0]
    cv2.imwrite(str(tmp_path / "two.png"), cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    with numpy.load(GOLDEN / "two_faces.static.npz") as golden:
        faces = [marks(face, frame.shape[1], frame.shape[0]) for face in golden["landmarks"][0]]
    (tmp_path / "faces.xml").write_text(xml({"two.png": faces}, "width='640' height='300'"))
    return tmp_path / "faces.xml"


def evaluated(graphflow: Any, *arguments: str) -> dict[str, Any]:
    ended = graphflow("evaluate", *arguments, "--json")
    assert (ended.status, ended.err) == (0, "")
    report: dict[str, Any] = json.loads(ended.out)
    return report


def test_reacquisition_finds_what_mediapipe_finds(two_faces: Path, graphflow: Any) -> None:
    report = evaluated(graphflow, str(two_faces), "--mode", "reacquisition")
    assert (report["faces"], report["missed"], report["unmarked"]) == (2, 0, 0)
    assert report["all_68"]["mean"] < 0.05
    assert report["repetitions"] == 1


def test_tracking_looks_where_the_face_was(two_faces: Path, graphflow: Any) -> None:
    report = evaluated(graphflow, str(two_faces), "--mode", "tracking")
    assert report["missed"] == 0
    # The crop is another one than the detector's, which moves points by one or two percent of the eyes' distance.
    assert 0.3 < report["inner_51"]["mean"] < 5


def test_a_face_that_is_not_looked_for_is_missed(two_faces: Path, graphflow: Any) -> None:
    report = evaluated(graphflow, str(two_faces), "--mode", "reacquisition", "--side", "num_faces=1")
    assert (report["missed"], report["all_68"]["failures"]) == (1, 1)


def test_the_other_map_differs_on_the_jaw_most(two_faces: Path, graphflow: Any) -> None:
    report = evaluated(graphflow, str(two_faces), "--mode", "reacquisition", "--set", "mesh_map=B")
    assert report["inner_51"]["mean"] < report["all_68"]["mean"] / 2


def test_the_desktop_graph_saves_the_points(tmp_path: Path, graphflow: Any) -> None:
    frame, *_ = clips()["portrait"][0]
    cv2.imwrite(str(tmp_path / "portrait.png"), cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    paths = ("--input", str(tmp_path / "portrait.png"), "--output", str(tmp_path / "out.mp4"))
    rows = tmp_path / "points.jsonl"
    ended = graphflow("run", "face_landmarks_68_desktop", *paths, "--save", f"landmarks_68={rows}", "-q")
    assert (ended.status, ended.err) == (0, "")
    (found,) = json.loads(rows.read_text())["value"]
    with numpy.load(GOLDEN / "portrait.static.npz") as golden:
        expected = marks(golden["landmarks"][0, 0], 512, 512)
    numpy.testing.assert_allclose(numpy.array(found)[:, :2] * 512, expected, atol=0.05)
    assert (tmp_path / "out.mp4").stat().st_size > 0


def test_points_are_drawn_and_lines_between_those_of_a_part() -> None:
    graph = Graph.load(bundled_graphs() / "modules" / "landmarks_68_renderer.yaml")
    points = numpy.column_stack([face(20, 20) / (160, 120), numpy.zeros(68)]).astype(numpy.float32)
    inputs = {"input_image": numpy.full((120, 160, 3), 128, numpy.uint8), "landmarks_68": [Landmarks(points)]}
    (drawn,) = graph.run(inputs={name: [Packet(value, 0)] for name, value in inputs.items()})["output_image"]
    x, y = face(20, 20).astype(int).T
    assert (drawn.value[y, x] == (255, 0, 0)).all(), "a red dot on each point"
    nodes = {node.name: node for node in graph.plan.nodes}
    given = nodes["show_landmarks"].options["landmark_connections"]
    assert list(zip(given[::2], given[1::2], strict=True)) == [pair for line in lines() for pair in pairwise(line)]


def test_without_a_face_there_is_no_packet() -> None:
    graph = Graph.load(bundled_graphs() / "modules" / "face_landmarks_68.yaml")
    found = graph.run(inputs={"image": [Packet(numpy.full((48, 64, 3), 128, numpy.uint8), 0)]})
    assert found["landmarks_68"] == []
