"""Face Landmarker finds what MediaPipe Tasks 0.10.21 finds: in pictures and in clips, with one face and with two.

The figures in tests/golden/face_landmarker are MediaPipe's, written by `python -m tools.face_landmarker.golden`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Graph
from graphflow.models import load_model
from tools.face_landmarker.found import Found, module, ours
from tools.face_landmarker.golden import GOLDEN, cases
from tools.face_mesh.clips import clips
from tools.face_mesh.distance import distance

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def graph() -> Graph:
    return module()


@pytest.mark.parametrize("name", ["portrait.static", "lost_and_found", "two_faces"])
def test_landmarks_blendshapes_and_heads_are_the_same(graph: Graph, name: str) -> None:
    frames, faces, static = cases()[name]
    expected = Found.read(Path(GOLDEN, f"{name}.npz"))
    found = ours(graph, frames, num_faces=faces, use_prev_landmarks=not static)
    apart = distance(found.landmarks, expected.landmarks, frames[0].shape[1], frames[0].shape[0])
    assert apart.same_count == len(frames)
    assert apart.largest <= 0.02
    for mine, theirs, tolerance in (
        (found.landmarks[..., 2], expected.landmarks[..., 2], 1e-4),
        (found.blendshapes, expected.blendshapes, 1e-3),
        (found.matrices, expected.matrices, 5e-3),
    ):
        numpy.testing.assert_allclose(mine, theirs, rtol=0, atol=tolerance, equal_nan=True)
    assert found.names == expected.names and len(found.names) == 52


@pytest.mark.parametrize(
    ("left_out", "stream"),
    [("output_face_blendshapes", "blendshapes"), ("output_facial_transformation_matrixes", "face_geometry")],
)
def test_what_nobody_wants_is_not_looked_for(graph: Graph, left_out: str, stream: str) -> None:
    (portrait,), _ = clips()["portrait"]
    came: dict[str, list[Any]] = {name: [] for name in ("norm_landmarks", "blendshapes", "face_geometry")}
    with graph.start({left_out: False}) as run:
        for name, packets in came.items():
            run.observe(name, packets.append)
        run.send("image", portrait, timestamp=0)
        assert [name for name, packets in came.items() if not packets] == [stream], "before the run ends"


def test_a_score_that_is_asked_for_counts(graph: Graph) -> None:
    (portrait,), _ = clips()["portrait"]
    for name in ("min_face_detection_confidence", "min_face_presence_confidence"):
        found = ours(graph, [portrait], **{name: 1.0})
        assert numpy.isnan(found.landmarks).all(), name


def test_the_whole_graph_gives_blendshapes_by_name_and_draws_them(tmp_path: Path) -> None:
    picture, clip = tmp_path / "portrait.png", tmp_path / "out.mp4"
    picture.write_bytes(load_model("portrait.png").content)
    packets: list[Any] = []
    with Graph.load("face_landmarker_desktop_live").start({"input": str(picture), "output": str(clip)}) as run:
        run.observe("multi_face_blendshapes", packets.append)
        run.wait_until_done()
    (scores,) = packets[0].value
    expected = Found.read(Path(GOLDEN, "portrait.static.npz"))
    assert list(scores) == expected.names
    numpy.testing.assert_allclose(list(scores.values()), expected.blendshapes[0, 0], atol=1e-3)
    frame: Any = cv2.VideoCapture(str(clip)).read()[1]
    bar = frame[18:30, : int(0.4 * 512 * max(scores.values())) - 8]
    assert (bar.reshape(-1, 3).argmax(axis=1) == 0).mean() > 0.5, "blue, as far as the highest score goes"
