"""What kind of file some bytes are."""

from __future__ import annotations

import io
import zipfile

import numpy
import pytest

from graphflow.models.kinds import wrong_kind
from tests.onnx_files import Node, model

ONNX = model([Node("Mul", ["x", "w"], ["y"])], {"x": (1,)}, {"y": (1,)}, {"w": numpy.zeros(1, numpy.float32)})
TFLITE = bytes([16, 0, 0, 0]) + b"TFL3" + bytes([0, 0, 4, 0, 4, 0, 0, 0]) + bytes([6, 0, 0, 0]) + bytes(4)


def task() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("face_detector.tflite", TFLITE)
    return file.getvalue()


@pytest.mark.parametrize(("name", "content"), [("a.onnx", ONNX), ("a.tflite", TFLITE), ("a.task", task())])
def test_files_of_each_kind_are_known(name: str, content: bytes) -> None:
    assert wrong_kind(name, content) == ""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *[
            (name, content)
            for name in ("a.onnx", "a.tflite", "a.task")
            for content in (b"", b"x", b"<html>", b"\xff" * 99)
        ],
        ("a.onnx", TFLITE),
        ("a.onnx", b"\x08\x07"),  # a version, and no graph
        ("a.tflite", ONNX),
        ("a.tflite", TFLITE[:8]),
        ("a.tflite", b"\xff" * 4 + TFLITE[4:]),
        ("a.task", task()[:-1][:-30]),
        ("a.png", ONNX),
    ],
)
def test_what_is_no_whole_file_of_its_kind_is_told(name: str, content: bytes) -> None:
    assert wrong_kind(name, content)


def test_wherever_a_file_is_cut_off_it_is_no_whole_file() -> None:
    assert [end for end in range(len(ONNX)) if not wrong_kind("a.onnx", ONNX[:end])] == []
