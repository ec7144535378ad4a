"""What a notebook shows of graphs and packets. One is executed, by a kernel of its own."""

from __future__ import annotations

import base64
import re
import shutil
from typing import Any
from xml.etree import ElementTree

import cv2
import numpy
import pytest

from graphflow import Graph, Landmarks, Packet
from graphflow.notebook import value_bundle

CELLS = [
    "import os, numpy\nfrom graphflow import Graph, Landmarks, Packet\ngraph = Graph.load('loop_back')\ngraph",
    "os.environ['PATH'] = ''\ngraph",
    "picture = numpy.zeros((20, 30, 3), numpy.uint8)\npicture[:, :, 0] = 200\nPacket(picture, 7)",
    "Packet([Landmarks(numpy.array([[0.1, 0.2, 0], [0.5, 0.6, 0]], numpy.float32))], 7)",
    "graph.run()['pairs'][0]",
]


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # what Jupyter's packages warn about each other
def test_a_notebook_shows_drawings_pictures_and_landmarks() -> None:
    import nbformat  # here, because they take a while, and all tests are collected by each worker
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    drawn, without_graphviz, picture, landmarks, pair = (cell.outputs[0].data for cell in notebook.cells)
    if shutil.which("dot"):
        assert "<svg" in drawn["image/svg+xml"] and "PreviousLoopback" in drawn["image/svg+xml"]
    assert "<iframe" in without_graphviz["text/html"] and "PreviousLoopback" in without_graphviz["text/html"]
    assert without_graphviz["text/plain"].startswith("<Graph ")
    read = cv2.imdecode(numpy.frombuffer(base64.b64decode(picture["image/png"]), numpy.uint8), cv2.IMREAD_COLOR)
    assert read.shape == (20, 30, 3) and read[0, 0].tolist() == [0, 0, 200]  # red, in OpenCV's order
    assert landmarks["text/html"].count("<circle") == 2 and "<td>0.5</td>" in landmarks["text/html"]
    assert set(pair) == {"text/plain"} and pair["text/plain"].startswith("Packet((")


def test_the_frame_of_a_drawing_cannot_be_left_by_what_a_graph_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    text = "graphflow: 1\nhelp: '\"></iframe><script>alert(1)</script>'\ninputs: [x]\noutputs: [x]\nnodes: {}\n"
    shown = Graph.parse(text)._repr_mimebundle_()["text/html"]
    assert shown.count("<") == 2 and re.fullmatch(
        r'<iframe srcdoc="[^"<>]*" sandbox="allow-scripts" [^<>]*></iframe>', shown
    )


def shape_of(value: Any) -> tuple[int, ...] | None:
    """Of the picture that is shown of a payload, as PNG has it."""
    png = value_bundle(value).get("image/png")
    return None if png is None else cv2.imdecode(numpy.frombuffer(png, numpy.uint8), cv2.IMREAD_UNCHANGED).shape


@pytest.mark.parametrize(
    ("shape", "shown"),
    [((4, 5), (4, 5)), ((4, 5, 3), (4, 5, 3)), ((4, 5, 4), (4, 5, 4)), ((1000, 1920, 3), (500, 960, 3)), ((5,), None),
     ((4, 5, 1), (4, 5)), ((4, 5, 2), None), ((0, 5, 3), None), ((1, 4, 5, 3), None)],
)  # fmt: skip
def test_arrays_that_can_be_pictures_are(shape: tuple[int, ...], shown: tuple[int, ...] | None) -> None:
    assert shape_of(numpy.zeros(shape, numpy.uint8)) == shown
    assert shape_of(numpy.zeros(shape, numpy.float32)) is None


def test_a_mask_is_a_picture_but_a_matrix_or_a_list_of_points_is_none() -> None:
    mask = numpy.zeros((20, 30), numpy.float32)
    mask[5:, 10:] = 0.5
    picture = cv2.imdecode(numpy.frombuffer(value_bundle(mask)["image/png"], numpy.uint8), cv2.IMREAD_UNCHANGED)
    assert picture.shape == (20, 30) and (picture[0, 0], picture[19, 29]) == (0, 128)
    assert shape_of(mask[:, :, None]) == shape_of(mask.astype(numpy.float64)) == (20, 30)
    others = (mask - 0.1, mask * 3, mask * numpy.nan, numpy.eye(4), numpy.zeros((478, 3), numpy.float32))
    assert [shape_of(other) for other in others] == [None] * 5


def test_landmarks_are_a_small_table_and_a_plot_of_all_points() -> None:
    points = numpy.random.default_rng(1).random((478, 3), numpy.float32)
    points[3] = numpy.nan  # a model may give anything
    shown = Landmarks(points, visibility=numpy.ones(478, numpy.float32))._repr_html_()
    tree = ElementTree.fromstring(shown)
    assert len(tree.findall(".//tbody/tr")) == 6 and len(tree.findall(".//circle")) == 477
    assert [cell.text for cell in tree.findall(".//th")] == [None, "name", "x", "y", "z", "visibility"]
    assert ElementTree.fromstring(Landmarks(numpy.zeros((0, 3), numpy.float32))._repr_html_()).find(".//circle") is None


def test_of_many_items_a_few_are_shown() -> None:
    faces = [Landmarks(numpy.zeros((1, 3), numpy.float32)) for _ in range(9)]
    shown = Packet(faces, 0)._repr_mimebundle_()["text/html"]
    assert shown.count("<table") == 4 and "and 5 more" in shown
