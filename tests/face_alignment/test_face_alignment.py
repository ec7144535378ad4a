"""The shipped graph on the sample portrait, with networks of FAN's shapes: the points are those of the rule."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy
import pytest
import yaml
from numpy.typing import NDArray

from graphflow import Graph, Packet
from graphflow.bundled import bundled_graphs
from tests.calculators.landmarks.test_face_landmarks_68 import MIRRORED
from tests.cli.conftest import Command
from tests.cli.conftest import graphflow as graphflow
from tests.evaluation.faces import xml
from tests.face_alignment import networks, rule
from tools.face_mesh.clips import clips, portrait

pytest.importorskip("onnxruntime")
pytestmark = pytest.mark.slow

DOCS = Path(__file__).resolve().parent.parent.parent / "docs" / "face-alignment.md"
DETECTOR = """\
graphflow: 1
inputs: [image]
outputs: [detections]
nodes:
  detector:
    subgraph: modules/face_detection_short_range.yaml
    inputs: {image: image}
    outputs: {detections: detections}
"""
FLAT, SOLID = networks.fan(1), networks.fan(2)
Frame = NDArray[numpy.uint8]


class Files(NamedTuple):
    """The networks, and the portrait, as files."""

    flat: str
    solid: str
    depth: str
    portrait: str

    @property
    def options(self) -> dict[str, str]:
        return {"model_path": self.flat, "model_path_3d": self.solid, "depth_model_path": self.depth}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("networks")
    cv2.imwrite(str(folder / "portrait.png"), cv2.cvtColor(portrait(), cv2.COLOR_RGB2BGR))
    return Files(
        FLAT.write(folder / "flat.onnx"),
        SOLID.write(folder / "solid.onnx"),
        networks.write_depth_network(folder / "depth.onnx"),
        str(folder / "portrait.png"),
    )


def squares(image: Frame, **numbers: Any) -> list[rule.Square]:
    """Where the faces of an image let look."""
    (packet,) = Graph.parse(DETECTOR).run({"image": [Packet(image, 0)]})["detections"]
    return [rule.square(detection, image.shape[1], image.shape[0], **numbers) for detection in packet.value]


def points(maps: NDArray[Any], at: rule.Square, size: tuple[int, int]) -> NDArray[numpy.float64]:
    """What the rule makes of heatmaps: x, y relative to a picture of this size."""
    return numpy.array([at.back(place, 64) for place in rule.places(maps)], float) / size


def depths(seen: NDArray[Any], maps: NDArray[Any]) -> NDArray[Any]:
    """What the second network says of the points that heatmaps show, in its own unit."""
    spots = [rule.spot(float(4 * x), float(4 * y)) for x, y in rule.places(maps)]
    return networks.depths(numpy.concatenate([seen, numpy.array(spots)[None]], axis=1))


def found(image: Frame, options: dict[str, Any], **side_packets: Any) -> list[NDArray[numpy.float32]]:
    """The points of each face that the graph finds."""
    graph = Graph.load(bundled_graphs() / "modules" / "face_alignment.yaml", options=options)
    (packet,) = graph.run({"image": [Packet(image, 0)]}, side_packets)["landmarks_68"]
    return [numpy.asarray(face) for face in packet.value]


def saved(graphflow: Command, files: Files, folder: Path, *arguments: str) -> list[Any]:
    """What the command line writes for the portrait: for each frame a list of faces."""
    options = [text for name, path in files.options.items() for text in ("--set", f"{name}={path}")]
    rows, clip = folder / "points.jsonl", folder / "out.mp4"
    graph = str(bundled_graphs() / "face_alignment_desktop.yaml")
    paths = ("--input", files.portrait, "--output", str(clip), "--save", f"landmarks_68={rows}")
    ended = graphflow("run", graph, *paths, *options, *arguments, "-q")
    assert (ended.status, ended.err) == (0, "")
    assert clip.stat().st_size > 1000
    return [json.loads(line)["value"] for line in rows.read_text().splitlines()]


def test_points_in_2d(graphflow: Command, files: Files, tmp_path: Path) -> None:
    ((face,),) = saved(graphflow, files, tmp_path)
    (at,) = squares(portrait())
    expected = points(FLAT.answer(rule.crop(portrait(), at)), at, (512, 512))
    numpy.testing.assert_allclose(numpy.array(face)[:, :2], expected, atol=1e-6)
    assert not numpy.array(face)[:, 2].any()


def test_points_in_3d_come_from_the_other_network_and_have_a_depth(
    graphflow: Command, files: Files, tmp_path: Path
) -> None:
    ((face,),) = saved(graphflow, files, tmp_path, "--side", "with_depth=true")
    (at,) = squares(portrait())
    seen = rule.crop(portrait(), at)
    maps = SOLID.answer(seen)
    numpy.testing.assert_allclose(numpy.array(face)[:, :2], points(maps, at, (512, 512)), atol=1e-6)
    expected = depths(seen, maps) * float(at.h) / 256 / 512
    assert numpy.ptp(expected) > 0.001
    numpy.testing.assert_allclose(numpy.array(face)[:, 2], expected, rtol=1e-4)


def test_the_whole_picture_in_bgr(graphflow: Command, files: Files, tmp_path: Path) -> None:
    arguments = ("--side", "whole_image=true", "--side", "with_depth=true", "--set", "color_order=BGR")
    ((face,),) = saved(graphflow, files, tmp_path, *arguments)
    seen = rule.scaled(cv2.resize(portrait()[:, :, ::-1], (256, 256)))
    maps = SOLID.answer(seen)
    numpy.testing.assert_allclose(numpy.array(face)[:, :2], points(maps, rule.WHOLE, (256, 256)), atol=1e-6)
    numpy.testing.assert_allclose(numpy.array(face)[:, 2], 2 * depths(seen, maps) / 256, rtol=1e-4)


def test_the_mirror_image_is_looked_at_too(files: Files) -> None:
    (face,) = found(portrait(), files.options | {"flip_input": True})
    (at,) = squares(portrait())
    seen = rule.crop(portrait(), at)
    mirrored = FLAT.answer(seen[:, :, :, ::-1])
    maps = FLAT.answer(seen) + mirrored[MIRRORED][:, :, ::-1]
    expected = points(maps, at, (512, 512))
    numpy.testing.assert_allclose(face[:, :2], expected, atol=1e-6)
    assert not numpy.allclose(expected, points(FLAT.answer(seen), at, (512, 512)), atol=0.01)


@pytest.mark.parametrize("threads", [None, 3])
def test_each_face_has_its_points_whatever_the_threads(files: Files, threads: int | None) -> None:
    image = clips()["two_faces"][0][0]
    size = (image.shape[1], image.shape[0])
    first, second = squares(image)
    graph = Graph.load(bundled_graphs() / "modules" / "face_alignment.yaml", options=files.options)
    inputs = {"image": [Packet(image, 0), Packet(portrait(), 1)]}
    both, one = graph.run(inputs, {"num_faces": 2}, threads=threads)["landmarks_68"]
    for face, at in zip(both.value, (first, second), strict=True):
        expected = points(FLAT.answer(rule.crop(image, at)), at, size)
        numpy.testing.assert_allclose(numpy.asarray(face)[:, :2], expected, atol=1e-6)
    assert (both.timestamp, one.timestamp, len(one.value)) == (0, 1, 1)


def test_a_picture_without_a_face_gives_nothing_at_its_time(files: Files) -> None:
    graph = Graph.load(bundled_graphs() / "modules" / "face_alignment.yaml", options=files.options)
    blank = numpy.full((240, 320, 3), 90, numpy.uint8)
    packets = graph.run({"image": [Packet(blank, 0), Packet(portrait(), 1), Packet(blank, 2)]})["landmarks_68"]
    assert [packet.timestamp for packet in packets] == [1]


def documented(tmp_path: Path, **options: Any) -> Graph:
    """The graph that the documentation shows for OpenSeeFace's model."""
    text = DOCS.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    assert yaml.safe_load(text)["graphflow"] == 1
    (tmp_path / "openseeface.yaml").write_text(text)
    return Graph.load(tmp_path / "openseeface.yaml", options=options)


def test_another_network_takes_its_place_by_options(tmp_path: Path) -> None:
    network = networks.open_see_face(3)
    graph = documented(tmp_path, model_path=network.write(tmp_path / "other.onnx"))
    (packet,) = graph.run({"image": [Packet(portrait(), 0)]})["landmarks_68"]
    (at,) = squares(portrait(), reference_scale=320, shift="0")
    mean, deviation = numpy.array([[[0.485, 0.456, 0.406]], [[0.229, 0.224, 0.225]]], numpy.float32)[..., None, None]
    maps = network.answer((rule.crop(portrait(), at, 224) - mean) / deviation)
    expected = []
    for k in range(66):
        row, column = divmod(int(maps[k].argmax()), 28)
        shares = numpy.array([maps[132 + k, row, column], maps[66 + k, row, column]], float).clip(1e-7, 1 - 1e-7)
        in_crop = 223 * (numpy.array([column, row]) / 27 + numpy.log(shares / (1 - shares)) / 16)
        expected.append((in_crop - 112) * float(at.h) / 224 + (float(at.x), float(at.y)))
    # Corners of the mouth stand for both of Multi-PIE's, the inner and the outer one.
    order = [*range(48), 58, 48, 49, 50, 51, 52, 62, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65]
    (face,) = packet.value
    numpy.testing.assert_allclose(face.points[:, :2] * 512, numpy.array(expected)[order], atol=1e-3)
    numpy.testing.assert_array_equal(face.presence, maps[order].max(axis=(1, 2)))


def test_it_can_be_evaluated(graphflow: Command, files: Files, tmp_path: Path) -> None:
    (at,) = squares(portrait())
    truth = points(FLAT.answer(rule.crop(portrait(), at)), at, (1, 1))
    (tmp_path / "faces.xml").write_text(xml({files.portrait: [truth]}, "width='512' height='512'"))
    graph = str(bundled_graphs() / "modules" / "face_alignment.yaml")
    arguments = ("--mode", "reacquisition", "--graph", graph, "--set", f"model_path={files.flat}", "--json")
    ended = graphflow("evaluate", str(tmp_path / "faces.xml"), *arguments)
    assert ended.status == 0, ended.err
    report = json.loads(ended.out)
    assert (report["faces"], report["missed"]) == (1, 0)
    assert report["all_68"]["mean"] < 1e-3


def test_without_onnx_runtime_the_run_says_what_to_install(
    graphflow: Command, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    paths = ("--input", files.portrait, "--output", str(tmp_path / "out.mp4"))
    ended = graphflow("run", "face_alignment_desktop", *paths, "--set", f"model_path={files.flat}")
    assert ended.status == 3
    assert "to install it, run: pip install onnxruntime" in ended.err


def test_a_network_of_another_size_is_told(graphflow: Command, files: Files, tmp_path: Path) -> None:
    model = networks.open_see_face(3).write(tmp_path / "other.onnx")
    paths = ("--input", files.portrait, "--output", str(tmp_path / "out.mp4"))
    ended = graphflow("run", "face_alignment_desktop", *paths, "--set", f"model_path={model}")
    assert ended.status == 1
    assert "other.onnx takes tensor(float) (1, 3, 224, 224) as 'picture', not float32 (1, 3, 256, 256)" in ended.err
