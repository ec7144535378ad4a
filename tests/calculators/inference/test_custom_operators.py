"""Models with MediaPipe's own operators: cut at them, run, and put together again."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy
import pytest
from flatbuffers import flexbuffers

from graphflow import Packet, UnusableFile
from graphflow.calculators.inference.custom_operators import CUSTOM_OPERATORS
from graphflow.calculators.inference.inference import Inference
from graphflow.calculators.inference.model_file import ModelFile
from graphflow.calculators.inference.segmented import SegmentedInterpreter, has_custom_operators
from graphflow.models import load_model
from graphflow.testing import run_calculator

WITH_ATTENTION = "face_landmark_with_attention.tflite"


def content() -> bytes:
    return load_model(WITH_ATTENTION).content


def operator(name: str, **options: Any) -> Any:
    return CUSTOM_OPERATORS[name, 2](flexbuffers.Dumps(options))


def matrix(first: int = 0, last: int = 1, subset: tuple[int, ...] = (0, 1, 2, 3)) -> Any:
    return operator(
        "Landmarks2TransformMatrix",
        left_rotation_idx=first,
        right_rotation_idx=last,
        subset_idxs=list(subset),
        output_width=16,
        output_height=16,
        scale_x=1.5,
        scale_y=1.5,
        target_rotation_radians=0.0,
    )


def points(*xy: tuple[float, float]) -> Any:
    return numpy.array([[(x, y, 7.0) for x, y in xy]], numpy.float32)


def infer(path: Path) -> Any:
    tensor = numpy.zeros((1, 192, 192, 3), numpy.float32)
    return run_calculator(Inference, inputs={"tensors": [Packet([tensor], 0)]}, options={"model_path": str(path)})


def test_the_matrix_leads_from_the_crop_to_the_enlarged_box() -> None:
    found = matrix()(points((10, 20), (26, 20), (12, 24), (18, 28)))[0]
    # The box is 16 by 8 about (18, 24); one and a half times as large, its corner is at (6, 18).
    numpy.testing.assert_allclose(found @ (0, 0, 0, 1), (6, 18, 0, 1), atol=1e-5)
    numpy.testing.assert_allclose(found @ (16, 16, 0, 1), (30, 30, 0, 1), atol=1e-5)


def test_the_matrix_turns_with_the_line_between_the_eyes() -> None:
    angle = 0.4
    turn = numpy.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    upright = [(10.0, 20.0), (26.0, 20.0), (12.0, 24.0), (18.0, 28.0)]
    turned = [tuple(turn @ point) for point in upright]
    level, found = matrix()(points(*upright))[0], matrix()(points(*turned))[0]
    corner = (3.0, 5.0, 0.0, 1.0)
    numpy.testing.assert_allclose((found @ corner)[:2], turn @ (level @ corner)[:2], atol=1e-4)


def test_a_crop_is_sampled_between_the_pixels_and_zero_outside() -> None:
    rng = numpy.random.default_rng(3)
    features = rng.normal(size=(1, 12, 10, 5)).astype(numpy.float32)
    transform = numpy.eye(4, dtype=numpy.float32)[None].copy()
    transform[0, :2, :2] = [[0.9, -0.3], [0.25, 1.1]]
    transform[0, :2, 3] = [0.7, -1.2]
    found = operator("TransformTensorBilinear", output_height=9, output_width=11)(features, transform)
    assert found.shape == (1, 9, 11, 5)
    assert found.dtype == numpy.float32
    outside = 0
    for row in range(9):
        for column in range(11):
            x, y = transform[0, :2] @ (column + 0.5, row + 0.5, 0, 1) - 0.5
            if not (0 <= x <= 9 and 0 <= y <= 11):
                outside += 1
                assert not found[0, row, column].any()
                continue
            left, top = min(int(x), 8), min(int(y), 10)
            a, b = x - left, y - top
            upper = (1 - a) * features[0, top, left] + a * features[0, top, left + 1]
            lower = (1 - a) * features[0, top + 1, left] + a * features[0, top + 1, left + 1]
            numpy.testing.assert_allclose(found[0, row, column], (1 - b) * upper + b * lower, atol=1e-5)
    assert 0 < outside < 99


def test_several_crops_at_once_are_those_of_one_at_a_time() -> None:
    features = numpy.random.default_rng(4).normal(size=(1, 12, 10, 5)).astype(numpy.float32)
    transforms = numpy.tile(numpy.eye(4, dtype=numpy.float32), (3, 1, 1, 1))
    transforms[:, 0, 0, 3] = [0.0, 1.5, 4.25]
    crop = operator("TransformTensorBilinear", output_height=6, output_width=7)
    together = crop(features, *transforms)
    for index in range(3):
        numpy.testing.assert_array_equal(together[index], crop(features, transforms[index])[0])


def test_the_last_pixel_still_belongs_to_the_map() -> None:
    features = numpy.arange(16, dtype=numpy.float32).reshape(1, 4, 4, 1)
    found = operator("TransformTensorBilinear", output_height=4, output_width=4)(
        features, numpy.eye(4, dtype=numpy.float32)[None]
    )
    numpy.testing.assert_array_equal(found, features)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_points_go_through_the_matrix_and_keep_z(dimensions: int) -> None:
    transform = numpy.array([[[2, 1, 0, 10], [0, 3, 0, -5], [0, 0, 1, 0], [0, 0, 0, 1]]], numpy.float32)
    given = numpy.array([[[1, 2, 8], [3, 4, 9]]], numpy.float32)[..., :dimensions]
    expected = numpy.array([[[14, 1, 8], [20, 7, 9]]], numpy.float32)[..., :dimensions]
    numpy.testing.assert_array_equal(operator("TransformLandmarks")(given, transform), expected)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"output_width": 1 << 20}, "an operator cuts out 1048576 x 16 pixels; from 1 to 1,048,576 can be"),
        ({"output_height": 0}, "an operator cuts out 16 x 0 pixels"),
        ({"output_height": -16}, "the operator's option output_height is '-16', and must be a whole number from 0"),
        ({"output_width": 16.0}, "the operator's option output_width is '16.0', and must be a whole number from 0"),
        ({"output_width": "wide"}, "the operator's option output_width is 'wide', and must be a whole number from 0"),
    ],
)
def test_sizes_that_a_file_makes_up_are_refused_before_room_is_made(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        operator("TransformTensorBilinear", **{"output_height": 16, "output_width": 16} | changes)


def test_options_that_are_not_there_are_told() -> None:
    with pytest.raises(ValueError, match="the operator's option left_rotation_idx is 'None'"):
        operator("Landmarks2TransformMatrix", output_height=16, output_width=16)


@pytest.mark.parametrize("number", [0x7FFFFFFF, 0xFFFFFFFF, 1 << 20])
def test_whatever_offsets_say_the_file_is_damaged_or_can_be_read(number: int) -> None:
    """Each offset and count of the file's head, where the lists of operators and tensors begin, is made up in turn."""
    right = content()
    start = int.from_bytes(right[:4], "little")
    refused = 0
    for place in [*range(0, 32, 4), *range(start - 64, start + 256, 4)]:
        changed = bytearray(right)
        changed[place : place + 4] = number.to_bytes(4, "little")
        try:
            SegmentedInterpreter(bytes(changed), lambda part: None)
        except ValueError:
            refused += 1
    assert refused


def test_a_file_says_its_operators_and_their_options() -> None:
    file = ModelFile(content())
    operators = file.operators()
    assert len(operators) == 712
    assert [file.name(index) for index in (*file.inputs(), *file.outputs())][:3] == [
        "input_1",
        "output_mesh_identity",
        "output_lips",
    ]
    custom = [entry for entry in operators if entry.code.custom]
    assert [entry.code.custom for entry in custom] == [
        *["Landmarks2TransformMatrix"] * 3,
        *["TransformTensorBilinear"] * 3,
        *["TransformLandmarks"] * 5,
    ]
    assert flexbuffers.Loads(file.options(custom[0]))["left_rotation_idx"] == 61
    assert flexbuffers.Loads(file.options(custom[3])) == {"output_height": 16, "output_width": 16}
    assert file.shape(custom[3].outputs[0]) == (1, 16, 16, 32)


def test_only_models_that_need_it_are_cut() -> None:
    assert has_custom_operators(content())
    assert not has_custom_operators(load_model("face_landmark.tflite").content)
    assert not has_custom_operators(b"not a model")


@pytest.mark.parametrize("known", [b"TransformLandmarks", b"Landmarks2TransformMatrix"])
def test_an_operator_that_nothing_can_run_is_named(known: bytes, tmp_path: Path) -> None:
    unknown = b"Unheard" + known[7:]
    path = tmp_path / "strange.tflite"
    path.write_bytes(content().replace(known, unknown))
    with pytest.raises(UnusableFile, match=rf"strange\.tflite has the operator '{unknown.decode()}', which neither"):
        infer(path)


def test_an_operator_of_another_version_is_not_taken_for_ours() -> None:
    names = {(code.custom, code.version) for code in ModelFile(content()).codes if code.custom}
    assert names == {key for key in CUSTOM_OPERATORS if key[1] == 2}
    assert ("TransformLandmarks", 1) not in CUSTOM_OPERATORS


@pytest.mark.parametrize("length", [8, 40, 4_000])
def test_a_file_that_is_cut_off(length: int, tmp_path: Path) -> None:
    path = tmp_path / "short.tflite"
    path.write_bytes(content()[:length])
    with pytest.raises(UnusableFile, match=r"short\.tflite is no model that LiteRT can run"):
        infer(path)


def test_a_tensor_of_the_wrong_shape_is_told() -> None:
    tensor = numpy.zeros((1, 64, 64, 3), numpy.float32)
    with pytest.raises(
        ValueError, match=r"takes float32 \(1, 192, 192, 3\) as 'input_1', not float32 \(1, 64, 64, 3\)"
    ):
        run_calculator(Inference, inputs={"tensors": [Packet([tensor], 0)]}, options={"model_path": WITH_ATTENTION})


def test_results_of_one_call_outlive_the_next() -> None:
    tensors = [numpy.full((1, 192, 192, 3), value, numpy.float32) for value in (0.2, 0.8)]
    inputs: dict[str, Any] = {"tensors": [Packet([tensor], time) for time, tensor in enumerate(tensors)]}
    first, second = run_calculator(Inference, inputs=inputs, options={"model_path": WITH_ATTENTION}).values("tensors")
    assert [tensor.size for tensor in first] == [1404, 160, 142, 142, 10, 10, 1]
    assert all(not numpy.array_equal(one, other) for one, other in zip(first, second, strict=True))
