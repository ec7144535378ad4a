from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow.calculators.image.image_properties import ImageProperties
from graphflow.calculators.image.to_image import ToImage


@pytest.mark.parametrize("shape", [(7, 5, 3), (7, 5), (7, 5, 4)])
def test_the_size_is_width_and_height(shape: tuple[int, ...]) -> None:
    size = ImageProperties().process(numpy.zeros(shape, numpy.uint8))
    assert (size.width, size.height) == size == (5, 7)


def test_an_image_goes_on_as_it_is() -> None:
    image: Any = numpy.zeros((2, 3, 3), numpy.uint8)
    assert ToImage().process(image) is image


@pytest.mark.parametrize(
    "wrong",
    [
        numpy.zeros((2, 3, 3), numpy.float32),
        numpy.zeros((2, 3, 2), numpy.uint8),
        numpy.zeros((3,), numpy.uint8),
        numpy.zeros((0, 3, 3), numpy.uint8),
    ],
)
def test_what_is_no_image_is_told(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"an image is an array of uint8, \(height, width, 3\)"):
        ToImage().process(wrong)
