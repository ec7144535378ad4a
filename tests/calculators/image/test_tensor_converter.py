from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.image.tensor_converter import TensorConverter
from graphflow.testing import run_calculator
from tests.calculators.image.golden_images import case, cases

IMAGE = numpy.arange(2 * 3 * 4, dtype=numpy.uint8).reshape(2, 3, 4)


def converted(value: Any, port: str = "image", output: str = "tensors", **options: Any) -> Any:
    inputs: dict[str, Any] = {port: [Packet(value, 0)]}
    return run_calculator(TensorConverter, inputs=inputs, outputs=[output], options=options).values(output)[0]


@pytest.mark.parametrize(("name", "options"), cases("TensorConverter"))
def test_tensors_are_those_of_mediapipe(name: str, options: str) -> None:
    image, ours, expected = case("TensorConverter", name, options)
    (tensor,) = converted(image, **ours)
    assert tensor.shape[:3] == (1, *image.shape[:2])
    numpy.testing.assert_array_equal(tensor.ravel(), expected)


def test_one_tensor_may_be_sent_alone() -> None:
    tensor = converted(IMAGE, output="tensor", zero_center=False, max_num_channels=4)
    numpy.testing.assert_array_equal(tensor, converted(IMAGE, zero_center=False, max_num_channels=4)[0])
    assert tensor.shape == (1, 2, 3, 4)


def test_a_quantised_tensor_holds_the_image_itself() -> None:
    (tensor,) = converted(IMAGE, use_quantized_tensors=True, flip_vertically=True)
    assert tensor.dtype == numpy.uint8
    numpy.testing.assert_array_equal(tensor, [IMAGE[::-1, :, :3]])
    with pytest.raises(TypeError, match="must be uint8"):
        converted(IMAGE.astype(numpy.float32), use_quantized_tensors=True)


@pytest.mark.parametrize(("row_major", "expected"), [(False, [1, 4, 2, 5, 3, 6]), (True, [1, 2, 3, 4, 5, 6])])
def test_a_matrix_is_written_by_columns_or_rows(row_major: bool, expected: list[int]) -> None:
    matrix = numpy.array([[1, 2, 3], [4, 5, 6]], numpy.float32)
    (tensor,) = converted(matrix, "matrix", row_major_matrix=row_major)
    assert tensor.shape == (1, 2, 3, 1)
    assert tensor.ravel().tolist() == expected


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"max_num_channels": 2}, "1, 3 or 4"),
        ({"use_custom_normalization": True, "custom_div": 2.0}, "custom_div and custom_sub"),
        ({"use_custom_normalization": True, "custom_div": 0.0, "custom_sub": 0.0}, "above 0"),
        ({"output_tensor_float_range": {"min": 1.0, "max": 1.0}}, "max above min"),
    ],
)
def test_wrong_options(options: Any, words: str) -> None:
    with pytest.raises(GraphConfigError, match=words):
        converted(IMAGE, **options)


def test_one_input_and_one_output() -> None:
    with pytest.raises(GraphConfigError, match="'image' and 'matrix'"):
        run_calculator(TensorConverter, inputs={"image": [], "matrix": []}, outputs=["tensor"])
    with pytest.raises(GraphConfigError, match="'tensors' and 'tensor'"):
        run_calculator(TensorConverter, inputs={"image": []}, outputs=["tensors", "tensor"])
