"""FaceAlignmentCrop: which pixels a face alignment network gets to see, against the rule written out pixel by pixel."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import cv2
import numpy
import pytest
from numpy.typing import NDArray

from graphflow import GraphConfigError, Packet
from graphflow.calculators.image.face_alignment_crop import FaceAlignmentCrop
from graphflow.calculators.image.mirror_tensors import MirrorTensors
from graphflow.calculators.types import Crop, Detection, ImageSize
from graphflow.testing import run_calculator
from tests.face_alignment import rule

WIDTH, HEIGHT = 640, 480
NO_POINTS = numpy.empty((0, 2), numpy.float32)
PICTURE = numpy.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH, 3), numpy.uint8)


def face(x: float, y: float, width: float, height: float) -> Detection:
    """A box given in pixels; those of the tests are exact in float32 after the division."""
    return Detection(0.9, 0, x / WIDTH, y / HEIGHT, width / WIDTH, height / HEIGHT, NO_POINTS)


def cropped(image: Any, detection: Detection | None = None, **options: Any) -> tuple[NDArray[numpy.float32], Crop]:
    """What the network gets; of the whole image, unless there is a detection."""
    calculator = FaceAlignmentCrop(**options)
    calculator.open(whole_image=detection is None)
    made = calculator.process(image, detection or face(1, 2, 3, 4))
    assert made is not None
    (tensor,) = made.tensors
    assert tensor.dtype == numpy.float32 and tensor.shape == (1, 3, calculator.size, calculator.size)
    return tensor, made.crop


def by_the_rule(image: NDArray[numpy.uint8], crop: Crop) -> NDArray[numpy.float32]:
    return rule.crop(image, rule.Square(*(Fraction(value) for value in crop[:3])), crop.resolution)


def test_centre_and_side_by_hand() -> None:
    _, crop = cropped(PICTURE, face(100, 120, 100, 120))
    # The middle is (150, 180); 0.12 * 120 higher is 165.6; (100 + 120) / 195 * 200 is 225.641.
    assert crop[:3] == (pytest.approx(150), pytest.approx(165.6), pytest.approx(225.641, abs=1e-3))
    assert [float(value) for value in rule.square(face(100, 120, 100, 120), WIDTH, HEIGHT)] == pytest.approx(crop[:3])
    assert crop[3:] == (256, (WIDTH, HEIGHT), pytest.approx(225.641 / 256, abs=1e-5))


def test_corners_by_hand() -> None:
    white = numpy.zeros_like(PICTURE)
    white[53:278, 38:262] = 255  # from (150, 165.6) - 127/256 to + 128/256 of 225.641, without fractions
    tensor, _ = cropped(white, face(100, 120, 100, 120))
    assert (tensor == 1).all()
    for row, column in ((53, 38), (53, 261), (277, 38), (277, 261)):
        white[row, column] = 0
        assert cropped(white, face(100, 120, 100, 120))[0].min() < 1
        white[row, column] = 255


@pytest.mark.parametrize(
    "box", [(100, 120, 100, 120), (-30, 200, 150, 130), (500, 330, 160, 180), (10, -40, 90, 100), (300, 200, 9, 11)]
)
@pytest.mark.parametrize("options", [{}, {"size": 224, "reference_scale": 165.0, "vertical_shift": 0.0}])
def test_pixels_are_those_of_the_rule(box: tuple[float, ...], options: dict[str, Any]) -> None:
    tensor, crop = cropped(PICTURE, face(*box), **options)
    numpy.testing.assert_array_equal(tensor, by_the_rule(PICTURE, crop))


def test_what_lies_outside_is_black_also_beyond_every_border() -> None:
    tensor, crop = cropped(PICTURE[:40, :50], Detection(0.9, 0, -0.5, -0.5, 2, 2, NO_POINTS))
    numpy.testing.assert_array_equal(tensor, by_the_rule(PICTURE[:40, :50], crop))
    assert (tensor[0, :, 0] == 0).all() and (tensor[0, :, :, -1] == 0).all()
    away, _ = cropped(PICTURE, face(-900, -900, 100, 100))
    assert (away == 0).all()


def test_the_whole_picture_can_be_squeezed_into_the_input() -> None:
    tensor, crop = cropped(PICTURE)
    assert crop == Crop(128, 128, 256, 256, ImageSize(256, 256), depth_unit=2)
    numpy.testing.assert_array_equal(tensor, rule.scaled(cv2.resize(PICTURE, (256, 256))))


def test_colours_come_in_the_order_that_is_asked_for() -> None:
    red = numpy.zeros((20, 20, 3), numpy.uint8)
    red[:, :, 0] = 255
    assert cropped(red)[0][0, :, 0, 0].tolist() == [1, 0, 0]
    assert cropped(red, color_order="BGR")[0][0, :, 0, 0].tolist() == [0, 0, 1]


def test_mean_and_deviation_belong_to_the_channels() -> None:
    grey = numpy.full((20, 20, 3), 51, numpy.uint8)
    tensor, _ = cropped(grey, mean=[0.0, 0.2, 0.45], deviation=[0.5, 1.0, 0.25])
    assert tensor[0, :, 3, 3].tolist() == pytest.approx([0.4, 0, -1])


def test_grey_and_transparent_pictures() -> None:
    grey = numpy.arange(400, dtype=numpy.uint16).reshape(20, 20).astype(numpy.uint8)
    expected, _ = cropped(numpy.dstack([grey] * 3))
    for image in (grey, grey[:, :, None], numpy.dstack([grey] * 4)):
        numpy.testing.assert_array_equal(cropped(image)[0], expected)


@pytest.mark.parametrize("box", [(100, 100, 0, 0), (100.25, 100.25, 0.25, 0.25)])
def test_a_face_without_a_pixel_gives_nothing(box: tuple[float, ...]) -> None:
    calculator = FaceAlignmentCrop()
    calculator.open()
    assert calculator.process(PICTURE, face(*box)) is None


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e9])
@pytest.mark.parametrize("place", range(4))
def test_a_box_that_cannot_be_one_is_refused(place: int, number: float) -> None:
    box = [0.0, 0.0, 10.0, 10.0]
    box[place] = number
    with pytest.raises(ValueError, match="far too large, or has a NaN"):
        cropped(PICTURE, face(*box))


def test_a_picture_of_other_values_is_refused() -> None:
    with pytest.raises(TypeError, match="float64; they must be uint8"):
        cropped(PICTURE / 255)


@pytest.mark.parametrize("options", [{"mean": [0.5]}, {"deviation": [1.0, 0.0, 1.0]}])
def test_channels_that_do_not_fit(options: dict[str, Any]) -> None:
    with pytest.raises(GraphConfigError, match="must be three numbers"):
        run_calculator(FaceAlignmentCrop, inputs={"image": [Packet(PICTURE, 0)]}, options=options)


def test_the_mirror_image_is_a_second_pass() -> None:
    tensor = numpy.arange(12, dtype=numpy.float32).reshape(1, 2, 2, 3)
    assert MirrorTensors().process([tensor]) == [[tensor]]
    (plain,), (mirrored,) = MirrorTensors(flip_input=True).process([tensor])
    assert plain is tensor
    assert mirrored.tolist() == [[[[2, 1, 0], [5, 4, 3]], [[8, 7, 6], [11, 10, 9]]]]
