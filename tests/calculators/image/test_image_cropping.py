from __future__ import annotations

import math
from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.image.image_cropping import ImageCropping
from graphflow.calculators.types import Image, NormRect
from graphflow.testing import run_calculator

IMAGE = numpy.arange(6 * 10 * 3, dtype=numpy.uint8).reshape(6, 10, 3)


def crop(rect: NormRect | None = None, sides: tuple[int, int] | None = None, **options: Any) -> Image | None:
    inputs: dict[str, Any] = {"image": [Packet(IMAGE, 0)]}
    if rect is not None:
        inputs["norm_rect"] = [Packet(rect, 0)]
    if sides is not None:
        inputs |= {"width": [Packet(sides[0], 0)], "height": [Packet(sides[1], 0)]}
    return next(iter(run_calculator(ImageCropping, inputs=inputs, options=options).values("image")), None)


def test_a_region_that_is_not_rotated_is_a_part_of_the_image() -> None:
    assert numpy.array_equal(crop(NormRect(0.5, 0.5, 0.4, 0.667)), IMAGE[1:5, 3:7])


@pytest.mark.parametrize(("x", "width", "columns"), [(0.56, 0.4, (4, 8)), (0.54, 0.4, (3, 7)), (0.51, 0.3, (4, 7))])
def test_its_border_is_moved_between_pixels(x: float, width: float, columns: tuple[int, int]) -> None:
    assert numpy.array_equal(crop(NormRect(x, 0.5, width, 1.0)), IMAGE[:, slice(*columns)])


def test_a_rotated_region_comes_out_upright() -> None:
    turned = crop(NormRect(0.5, 0.5, 0.4, 1.0, math.pi / 2))
    assert numpy.array_equal(turned, numpy.rot90(IMAGE[1:5, 2:8]))


def test_outside_of_the_image_is_black_or_what_its_border_is() -> None:
    black, border = (crop(NormRect(0.0, 0.5, 0.2, 1.0), border_mode=f"BORDER_{mode}") for mode in ("ZERO", "REPLICATE"))
    assert black is not None and border is not None
    assert not black[:, 0].any() and numpy.array_equal(black[:, 1], IMAGE[:, 0])
    assert numpy.array_equal(border[:, 0], IMAGE[:, 0])


def test_a_region_without_size_is_the_whole_image_and_one_of_no_pixel_is_nothing() -> None:
    assert numpy.array_equal(crop(NormRect(0.1, 0.1, 0.0, 0.5, 1.0)), IMAGE)
    assert crop(NormRect(0.5, 0.5, 0.04, 0.5)) is None


@pytest.mark.parametrize(
    ("sides", "options"),
    [
        ((4, 2), {}),
        (None, {"width": 4, "height": 2}),
        (None, {"norm_width": 0.4, "norm_height": 0.3333}),
        (None, {"width": 4, "height": 2, "norm_center_x": 0.5, "norm_center_y": 0.5}),
    ],
)
def test_the_size_comes_from_streams_or_options_too(sides: tuple[int, int] | None, options: dict[str, float]) -> None:
    assert numpy.array_equal(crop(sides=sides, **options), IMAGE[2:4, 3:7])


def test_a_middle_and_a_rotation_of_ones_own() -> None:
    found = crop(width=4, height=2, norm_center_x=0.3, norm_center_y=0.5, rotation=math.pi)
    assert numpy.array_equal(found, IMAGE[2:4, 1:5][::-1, ::-1])


def test_a_large_result_is_made_smaller() -> None:
    found = crop(NormRect(0.5, 0.5, 1.0, 1.0), output_max_width=5, output_max_height=100)
    assert found is not None and found.shape == (3, 5, 3)


@pytest.mark.parametrize("rect", [NormRect(0.5, 0.5, 0.5, 0.5), None])
def test_the_size_is_given_once(rect: NormRect | None) -> None:
    options = {"width": 4, "height": 2} if rect else {"width": 4}
    with pytest.raises(GraphConfigError, match="the size of the region must be given, once"):
        crop(rect, **options)
