"""The graph iris_tracking_desktop_live: a picture in, irises and their distances out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Graph
from graphflow.bundled import bundled_graphs
from tests.exif_files import exif, jpeg
from tools.face_mesh.clips import portrait

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "face_mesh"
STREAMS = ("face_landmarks_with_iris", "left_iris_depth_mm", "right_iris_depth_mm")
IRIS = [
    "ImageCropping",
    "ImageTransformation",
    "TensorConverter",
    "Inference",
    "SplitVector",
    "TensorsToLandmarks",
    "TensorsToLandmarks",
    "LandmarkLetterboxRemoval",
    "LandmarkProjection",
]
ROI = ["LandmarksToDetection", "DetectionsToRects", "RectTransformation"]
# The rectangles, of which MediaPipe's graph makes drawings that nobody reads, are left out.
RENDERER = [
    "SplitLandmarks",
    "SplitLandmarks",
    "ConcatenateLandmarks",
    "FaceLandmarksToRenderData",
    "ImageProperties",
    "DetectionLabelIdToText",
    "DetectionsToRenderData",
    "LandmarksToRenderData",
    "LandmarksToRenderData",
    "IrisToRenderData",
    "AnnotationOverlay",
]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("iris_landmark", IRIS),
        ("iris_landmark_landmarks_to_roi", ROI),
        ("iris_landmark_left_and_right", ["ImageProperties", *(["SidePacketToStream", *ROI, *IRIS] * 2)]),
        ("iris_renderer", RENDERER),
        ("iris_and_depth_renderer", ["ImageProperties", "IrisToDepth", *RENDERER]),
    ],
)
def test_the_nodes_are_mediapipes(name: str, expected: list[str]) -> None:
    plan = Graph.load(bundled_graphs() / "modules" / f"{name}.yaml").plan
    assert sorted(node.contract.calculator.__name__ for node in plan.nodes) == sorted(expected)


def run(folder: Path, picture: bytes, **side_packets: Any) -> tuple[dict[str, list[Any]], Any]:
    """The payloads of each stream, and the picture that was drawn."""
    given, drawn = folder / "given.jpg", folder / "drawn.png"
    given.write_bytes(picture)
    found: dict[str, list[Any]] = {}
    graph = Graph.load(bundled_graphs() / "iris_tracking_desktop_live.yaml")
    with graph.start({"input": str(given), "output": str(drawn), **side_packets}) as started:
        for stream in STREAMS:
            payloads = found.setdefault(stream, [])
            started.observe(stream, lambda packet, payloads=payloads: payloads.append(packet.value))  # type: ignore[misc]
        started.wait_until_done()
    return found, cv2.imread(str(drawn))


@pytest.mark.slow
def test_irises_are_where_the_attention_model_sees_them(tmp_path: Path) -> None:
    found, drawn = run(tmp_path, jpeg(picture=portrait()))
    (face,) = found["face_landmarks_with_iris"]
    with numpy.load(GOLDEN / "portrait.static.attention.npz") as golden:
        expected = golden["landmarks"][0, 0]
    apart = numpy.hypot(*((face.points - expected)[:, :2] * 512).T)
    # Middle, top and bottom of each. What is left and right of the mirrored eye, the models call otherwise.
    assert len(face) == 478 and apart[[468, 470, 472, 473, 475, 477]].max() < 1
    for x, y in (face.points[[468, 473], :2] * 512).round().astype(int).tolist():
        assert drawn[y, x].tolist() == [0, 255, 0]


@pytest.mark.slow
def test_distances_come_from_the_focal_length_of_the_picture_or_of_the_user(tmp_path: Path) -> None:
    plain, with_exif = jpeg(picture=portrait()), jpeg(exif(), portrait())
    unknown, shown = run(tmp_path, plain)
    assert unknown["left_iris_depth_mm"] == unknown["right_iris_depth_mm"] == []
    by_file, written = run(tmp_path, with_exif)
    assert not numpy.array_equal(shown, written)
    pixels = 4000 * 26 / 34.6133
    by_user, _ = run(tmp_path, plain, focal_length_pixel=pixels)
    by_both, _ = run(tmp_path, with_exif, focal_length_pixel=pixels / 2)
    for stream in STREAMS[1:]:
        assert by_file[stream] == pytest.approx(by_user[stream], rel=1e-4)
        assert by_both[stream] == pytest.approx([by_user[stream][0] / 2], rel=0.01)
    # Two eyes whose irises are about 7 pixels wide in a picture of 512.
    assert 3500 < by_user["left_iris_depth_mm"][0] < 6500
