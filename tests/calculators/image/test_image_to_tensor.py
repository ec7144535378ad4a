from __future__ import annotations

import math
from typing import Any

import cv2
import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.image import image_to_tensor
from graphflow.calculators.image.image_to_tensor import ImageToTensor
from graphflow.calculators.image.places import places_of
from graphflow.calculators.types import NormRect
from graphflow.testing import run_calculator

UNIT = {"min": 0.0, "max": 1.0}
SIGNED = {"min": -1.0, "max": 1.0}


def noise(height: int, width: int, channels: int = 3) -> Any:
    return numpy.random.default_rng(7).integers(0, 256, (height, width, channels), numpy.uint8)


def convert(image: Any, rect: NormRect | None = None, **options: Any) -> Any:
    """All outputs for one image, each None where nothing came."""
    inputs: dict[str, Any] = {"image": [Packet(image, 0)]}
    if rect is not None:
        inputs["norm_rect"] = [Packet(rect, 0)]
    ports = ("tensors", "matrix", "letterbox_padding")
    options = {"output_tensor_float_range": UNIT} | options
    result = run_calculator(ImageToTensor, inputs=inputs, options=options, outputs=ports)
    return [next(iter(result.values(port)), None) for port in ports]


def levels(tensors: Any) -> Any:
    """A tensor in the range 0 to 1 as the bytes that it was made of."""
    return numpy.rint(tensors[0][0] * 255).astype(int)


def integer_warp(image: Any, rect: NormRect, side: int, border: int | None) -> Any:
    """The region as OpenCV 4 interpolates it: positions in 1/32 of a pixel, weights in whole numbers."""
    height, width = image.shape[:2]
    steps = numpy.arange(side) / side - 0.5
    cos, sin = math.cos(rect.rotation), math.sin(rect.rotation)
    across, down = rect.width * width * steps, (rect.height * height * steps)[:, None]
    x = numpy.rint(32 * (rect.x_center * width + cos * across - sin * down)).astype(int)
    y = numpy.rint(32 * (rect.y_center * height + sin * across + cos * down)).astype(int)
    total = numpy.full((side, side, image.shape[2]), 512)
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
        tap_x, tap_y = (x >> 5) + dx, (y >> 5) + dy
        weight = (x & 31 if dx else 32 - (x & 31)) * (y & 31 if dy else 32 - (y & 31))
        value = image[tap_y.clip(0, height - 1), tap_x.clip(0, width - 1)].astype(int)
        if border is not None:
            value[(tap_x < 0) | (tap_x >= width) | (tap_y < 0) | (tap_y >= height)] = border
        total += weight[..., None] * value
    return total >> 10


@pytest.mark.parametrize(
    ("rect", "mode", "border"),
    [
        (NormRect(0.5, 0.5, 0.4, 0.6, 0.3), "BORDER_REPLICATE", None),
        (NormRect(0.1, 0.9, 0.5, 0.7, -2.2), "BORDER_REPLICATE", None),
        (NormRect(0.1, 0.9, 0.5, 0.7, -2.2), "BORDER_ZERO", 0),
        (NormRect(0.5, 0.5, 1.5, 1.5, 1.0), "BORDER_ZERO", 0),
    ],
)
def test_a_region_is_interpolated_in_whole_numbers(rect: NormRect, mode: str, border: int | None) -> None:
    image = noise(180, 320)
    tensors, _, _ = convert(image, rect, output_tensor_width=96, output_tensor_height=96, border_mode=mode)
    difference = numpy.abs(levels(tensors) - integer_warp(image, rect, 96, border))
    # Positions computed in another order may round to the next 1/32 of a pixel, here and there.
    assert (difference > 0).mean() < 0.001
    assert difference.max() <= 16


def test_the_whole_image_at_its_own_size_is_not_changed() -> None:
    image = noise(20, 30)
    tensors, _, padding = convert(image)
    assert tensors[0].shape == (1, 20, 30, 3)
    numpy.testing.assert_array_equal(levels(tensors), image)
    assert padding == (0.0, 0.0, 0.0, 0.0)


RECTS = [
    NormRect(0.5, 0.5, 0.4, 0.4, 0.3),
    NormRect(-0.2, 1.4, 0.5, 0.2, 0.0),
    NormRect(40.0, -40.0, 0.1, 0.1, 2.0),
    NormRect(0.5, 0.5, 30.0, 30.0, 1.0),
]


@pytest.mark.parametrize("rect", RECTS)
@pytest.mark.parametrize("channels", [0, 1, 3, 4])
def test_where_a_region_lies_and_how_an_image_lies_in_memory_does_not_matter(rect: NormRect, channels: int) -> None:
    image = noise(60, 80, channels or 1)[..., 0] if not channels else noise(60, 80, channels)
    sizes = {"output_tensor_width": 16, "output_tensor_height": 16}
    expected = convert(image, rect, **sizes)[0]
    turned = numpy.ascontiguousarray(image[::-1, ::-1])[::-1, ::-1]
    spread = numpy.repeat(image, 2, axis=1)[:, ::2]
    for other in (turned, spread):
        assert not other.flags.c_contiguous
        numpy.testing.assert_array_equal(convert(other, rect, **sizes)[0], expected)


def test_positive_rotations_are_clockwise() -> None:
    image = numpy.zeros((40, 40, 3), numpy.uint8)
    image[:20, 20:] = 255  # the upper right quarter becomes the upper left one of a region that is turned clockwise
    tensors, _, _ = convert(image, NormRect(0.5, 0.5, 1.0, 1.0, math.pi / 2))
    quarters = levels(tensors)[[10, 10, 30, 30], [10, 30, 10, 30], 0]
    assert quarters.tolist() == [255, 0, 0, 0]


def test_values_are_mapped_with_one_rounding() -> None:
    image = numpy.arange(256, dtype=numpy.uint8).reshape(16, 16, 1).repeat(3, axis=2)
    tensors, _, _ = convert(image, output_tensor_float_range=SIGNED)
    scale = float(numpy.float32(2) / numpy.float32(255))
    expected = numpy.array([numpy.float32(value * scale - 1.0) for value in range(256)])
    numpy.testing.assert_array_equal(tensors[0][0, :, :, 0].ravel(), expected)


def test_whole_number_ranges() -> None:
    image = numpy.array([[[0, 128, 255]]], numpy.uint8)
    signed, _, _ = convert(image, output_tensor_float_range=None, output_tensor_int_range={"min": -128, "max": 127})
    unsigned, _, _ = convert(image, output_tensor_float_range=None, output_tensor_uint_range={"min": 0, "max": 255})
    assert (signed[0].dtype, signed[0].ravel().tolist()) == (numpy.int8, [-128, 0, 127])
    assert (unsigned[0].dtype, unsigned[0].ravel().tolist()) == (numpy.uint8, [0, 128, 255])


@pytest.mark.parametrize(
    ("height", "width", "padding"), [(180, 320, (0.0, 0.21875, 0.0, 0.21875)), (300, 200, (1 / 6, 0.0, 1 / 6, 0.0))]
)
def test_keeping_the_aspect_ratio_pads_both_sides(height: int, width: int, padding: tuple[float, ...]) -> None:
    image = numpy.full((height, width, 3), 255, numpy.uint8)
    options = {"keep_aspect_ratio": True, "border_mode": "BORDER_ZERO"}
    tensors, matrix, told = convert(image, output_tensor_width=128, output_tensor_height=128, **options)
    assert told == pytest.approx(padding, abs=1e-7)
    shown = levels(tensors)[:, :, 0] > 127
    assert shown.mean() == pytest.approx(1 - 2 * max(padding), abs=0.01)
    # The padding's inner corner is the corner of the image, and the matrix knows it.
    assert matrix @ (told[0], told[1], 0, 1) == pytest.approx((0, 0, 0, 1), abs=1e-6)
    assert matrix @ (1 - told[2], 1 - told[3], 0, 1) == pytest.approx((1, 1, 0, 1), abs=1e-6)


def test_the_matrix_leads_from_the_region_to_the_image() -> None:
    rect = NormRect(0.25, 0.5, 0.2, 0.4, 0.7)
    _, matrix, _ = convert(noise(100, 200), rect, output_tensor_width=8, output_tensor_height=8)
    assert matrix @ (0.5, 0.5, 0, 1) == pytest.approx((0.25, 0.5, 0, 1), abs=1e-6)
    right = (0.25 + 20 * math.cos(0.7) / 200, 0.5 + 20 * math.sin(0.7) / 100)
    assert (matrix @ (1, 0.5, 0, 1))[:2] == pytest.approx(right, abs=1e-6)


@pytest.mark.parametrize("kind", ["RGBA", "grey", "grey with an axis"])
def test_whatever_the_image_is_the_tensor_is_rgb(kind: str) -> None:
    image = noise(6, 9, 4 if kind == "RGBA" else 1)
    tensors, _, _ = convert(image[:, :, 0] if kind == "grey" else image)
    expected = image[:, :, :3] if kind == "RGBA" else image.repeat(3, axis=2)
    numpy.testing.assert_array_equal(levels(tensors), expected)


def test_a_region_without_a_size_gives_nothing() -> None:
    assert convert(noise(6, 9), NormRect(0.0, 0.0, 0.0, 0.0)) == [None, None, None]


@pytest.mark.parametrize(
    ("image", "rect", "message"),
    [
        (noise(6, 9), NormRect(math.nan, 0.5, 0.5, 0.5), "NaN"),
        (noise(6, 9), NormRect(0.5, 0.5, -0.5, 0.5), "above 0"),
        (numpy.zeros((6, 9, 3), numpy.float32), None, "must be uint8"),
    ],
)
def test_what_cannot_be_cut(image: Any, rect: NormRect | None, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        convert(image, rect)


@pytest.mark.parametrize(
    "options",
    [
        {"output_tensor_float_range": None},
        {"output_tensor_float_range": {"min": 1.0, "max": 0.0}},
        {"output_tensor_float_range": {"low": 0.0, "high": 1.0}},
        {"output_tensor_uint_range": {"min": 0, "max": 255}},
    ],
)
def test_ranges_that_make_no_sense_are_found_when_the_graph_is_checked(options: dict[str, Any]) -> None:
    with pytest.raises(GraphConfigError, match="range"):
        convert(noise(6, 9), **options)


@pytest.mark.parametrize("mode", ["BORDER_ZERO", "BORDER_REPLICATE"])
@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize(("height", "width"), [(91, 203), (360, 77), (40, 31), (256, 256)])
def test_whole_images_of_one_size_are_all_cut_as_the_first_is(height: int, width: int, keep: bool, mode: str) -> None:
    """From the second one on their pixels lie where those of the one before lay."""
    sizes = {"output_tensor_width": 96, "output_tensor_height": 64}
    options = {"output_tensor_float_range": UNIT, "keep_aspect_ratio": keep, "border_mode": mode} | sizes
    grey = noise(height, width)[:, :, 0].copy()
    images = [
        noise(height, width),
        noise(height, width),
        grey,
        noise(height, width),
        noise(41, 33),
        noise(height, width),
    ]
    inputs: dict[str, Any] = {"image": [Packet(image, time) for time, image in enumerate(images)]}
    found = run_calculator(ImageToTensor, inputs=inputs, options=options, outputs=["tensors"]).values("tensors")
    for image, (tensor,) in zip(images, found, strict=True):
        numpy.testing.assert_array_equal(tensor, convert(image, **options)[0][0])


def test_places_are_remembered_and_only_as_long_as_the_size_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    right = image_to_tensor.places_of

    def counted(*arguments: Any) -> Any:
        made.append(arguments[-1])
        return right(*arguments)

    monkeypatch.setattr(image_to_tensor, "places_of", counted)
    images = [noise(20, 30)] * 4 + [noise(10, 10)] + [noise(20, 30)] * 3
    inputs: dict[str, Any] = {"image": [Packet(image, time) for time, image in enumerate(images)]}
    run_calculator(ImageToTensor, inputs=inputs, options={"output_tensor_float_range": UNIT}, outputs=["tensors"])
    assert made == [(20, 30), (20, 30)]


def test_an_opencv_that_rounds_otherwise_works_places_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = numpy.array([[0.5, 0, 0], [0, 0.5, 0], [0, 0, 1.0]])
    assert places_of(matrix, 15, 10, (20, 30))
    monkeypatch.setattr(cv2, "remap", lambda image, *_: image[:10, :15])
    assert places_of(matrix, 15, 10, (20, 30)) == ()


def test_places_that_no_short_number_can_hold_are_not_remembered() -> None:
    assert places_of(numpy.diag([1e-4, 1.0, 1.0]), 8, 8, (8, 80_000)) == ()
