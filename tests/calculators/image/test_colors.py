"""Colours by masks, alphas, and channels in another order."""

from __future__ import annotations

from typing import Any

import cv2
import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.image.color_convert import ColorConvert
from graphflow.calculators.image.recolor import Recolor
from graphflow.calculators.image.set_alpha import SetAlpha
from graphflow.testing import run_calculator
from tests.calculators.image.golden_images import case, picture

RANDOM = numpy.random.default_rng(4)
RGB = RANDOM.integers(0, 256, (9, 13, 3), numpy.uint8)
MASK = RANDOM.random((9, 13), numpy.float32)
COLOR = (10, 200, 255)


def made(calculator: Any, inputs: dict[str, Any], output: str = "image", **options: Any) -> Any:
    packets: dict[str, Any] = {port: [] if value is None else [Packet(value, 0)] for port, value in inputs.items()}
    return run_calculator(calculator, inputs=packets, options=options, outputs=[output]).values(output)[0]


def recolored(image: Any, mask: Any, **options: Any) -> Any:
    color = dict(zip("rgb", COLOR, strict=True))
    return made(Recolor, {"image": image, "mask": mask}, **{"color": color} | options)


def blended(pixel: Any, share: Any, invert: bool, luminance: bool) -> list[int]:
    """A pixel as MediaPipe's source mixes it: float32 and doubles where it has them."""
    share = numpy.float32(1) - share if invert else share
    if luminance:
        share = share * numpy.float32((pixel[0] * 0.299 + pixel[1] * 0.587 + pixel[2] * 0.114) / 255)
    kept = [int(numpy.rint(value * (1.0 - float(share)))) for value in pixel]
    added = [int(numpy.rint(numpy.float32(value) * share)) for value in COLOR]
    return [min(255, one + other) for one, other in zip(kept, added, strict=True)]


@pytest.mark.parametrize("luminance", [False, True])
@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("kind", ["float", "bytes", "rgba"])
def test_colours_are_mixed_as_mediapipe_mixes_them(kind: str, invert: bool, luminance: bool) -> None:
    byte = numpy.rint(MASK * 255).astype(numpy.uint8)
    mask = {"float": MASK, "bytes": byte, "rgba": numpy.dstack([RGB, byte])}[kind]
    shares = MASK if kind == "float" else (byte * (1 / 255)).astype(numpy.float32)
    channel = {"mask_channel": "ALPHA"} if kind == "rgba" else {}
    found = recolored(RGB, mask, invert_mask=invert, adjust_with_luminance=luminance, **channel)
    expected = [
        [blended(pixel, share, invert, luminance) for pixel, share in zip(row.tolist(), line, strict=True)]
        for row, line in zip(RGB, shares, strict=True)
    ]
    assert found.tolist() == expected


def test_a_mask_of_another_size_is_resized() -> None:
    small = MASK[:4, :5]
    expected = recolored(RGB, cv2.resize(small, (13, 9)), adjust_with_luminance=False)
    numpy.testing.assert_array_equal(recolored(RGB, small, adjust_with_luminance=False), expected)


def test_the_red_channel_of_a_mask_counts_unless_told() -> None:
    red = numpy.dstack([RGB[:, :, 0]] * 3)
    numpy.testing.assert_array_equal(recolored(RGB, RGB), recolored(RGB, red))


def test_without_a_mask_the_image_goes_on() -> None:
    assert recolored(RGB, None) is RGB


def test_a_grey_image_becomes_coloured() -> None:
    grey = RGB[:, :, 0].copy()
    numpy.testing.assert_array_equal(recolored(grey, MASK), recolored(numpy.dstack([grey] * 3), MASK))


@pytest.mark.parametrize(("image", "alpha"), [("rgb", "mask"), ("rgba", "grey")])
def test_alphas_are_those_of_mediapipe(image: str, alpha: str) -> None:
    given, _, expected = case("SetAlpha", image, alpha)
    numpy.testing.assert_array_equal(made(SetAlpha, {"image": given, "alpha": picture(alpha)}), expected)


def test_one_alpha_for_all() -> None:
    expected = numpy.dstack([RGB, numpy.full((9, 13), 77, numpy.uint8)])
    numpy.testing.assert_array_equal(made(SetAlpha, {"image": RGB}, alpha_value=77), expected)


def test_without_a_mask_everything_is_transparent() -> None:
    assert not made(SetAlpha, {"image": RGB, "alpha": None})[:, :, 3].any()


def test_alphas_come_from_one_place() -> None:
    with pytest.raises(GraphConfigError, match="one place"):
        made(SetAlpha, {"image": RGB})
    with pytest.raises(ValueError, match="its alphas"):
        made(SetAlpha, {"image": RGB, "alpha": MASK[:3]})


RGBA = numpy.dstack([RGB, numpy.full((9, 13), 255, numpy.uint8)])


@pytest.mark.parametrize(
    ("source", "target", "image", "expected"),
    [
        ("rgba_in", "rgb_out", RGBA, RGB),
        ("rgb_in", "rgba_out", RGB, RGBA),
        ("rgba_in", "bgra_out", RGBA, RGBA[:, :, [2, 1, 0, 3]]),
        ("bgra_in", "rgba_out", RGBA, RGBA[:, :, [2, 1, 0, 3]]),
        ("bgr_in", "rgb_out", RGB, RGB[:, :, ::-1]),
        ("gray_in", "rgb_out", RGB[:, :, 0].copy(), numpy.dstack([RGB[:, :, 0]] * 3)),
        ("rgb_in", "gray_out", RGB, numpy.rint(RGB @ [0.299, 0.587, 0.114])),
    ],
)
def test_channels_are_converted(source: str, target: str, image: Any, expected: Any) -> None:
    found = made(ColorConvert, {source: image}, target)
    assert numpy.abs(found.astype(int) - expected).max() <= (target == "gray_out")
    assert found.shape == expected.shape


def test_only_some_conversions_are_there() -> None:
    with pytest.raises(GraphConfigError, match="rgb_in to gray_out"):
        made(ColorConvert, {"gray_in": RGB[:, :, 0]}, "bgra_out")
    with pytest.raises(ValueError, match="takes images of 4 channels"):
        made(ColorConvert, {"rgba_in": RGB}, "rgb_out")
