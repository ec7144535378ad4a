"""What is put behind persons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.image.blurred_background import BlurredBackground
from graphflow.calculators.image.picture_background import PictureBackground
from graphflow.testing import run_calculator

IMAGE = numpy.random.default_rng(8).integers(0, 256, (60, 80, 3), numpy.uint8)
HALF = numpy.repeat(numpy.float32([[0, 1]]), 40, axis=1).repeat(60, axis=0)
"""The left half is background."""


def behind(calculator: Any, image: Any, mask: Any, **options: Any) -> Any:
    masks: Any = [] if mask is None else [Packet(mask, 0)]
    inputs: dict[str, Any] = {"image": [Packet(image, 0)], "mask": masks}
    return run_calculator(calculator, inputs=inputs, outputs=["image"], options=options).values("image")[0]


@pytest.fixture
def picture(tmp_path: Path) -> str:
    """Wide, black at its sides and red in its middle."""
    pixels = numpy.zeros((30, 80, 3), numpy.uint8)
    pixels[:, 18:62] = (0, 0, 200)
    cv2.imwrite(str(tmp_path / "picture.png"), pixels)
    return str(tmp_path / "picture.png")


def test_the_middle_of_the_picture_fills_the_background(picture: str) -> None:
    found = behind(PictureBackground, IMAGE, HALF, picture=picture)
    numpy.testing.assert_array_equal(found[:, 40:], IMAGE[:, 40:])
    assert (found[:, :40] == (200, 0, 0)).all()


def test_between_both_they_are_mixed(picture: str) -> None:
    quarter = numpy.full((60, 80), 0.25, numpy.float32)
    found = behind(PictureBackground, IMAGE, quarter, picture=picture).astype(float)
    numpy.testing.assert_allclose(found, 0.25 * IMAGE + 0.75 * numpy.array([200, 0, 0]), atol=1)


def test_the_picture_is_a_file_that_the_node_reads(picture: str) -> None:
    assert PictureBackground.reads({"picture": picture}, {}) == (Path(picture),)
    assert PictureBackground.reads({"picture": ""}, {}) == ()


def test_only_the_background_is_blurred_and_with_itself_alone() -> None:
    image = numpy.zeros((60, 80, 3), numpy.uint8)
    image[:, 40:] = 255  # a white person before a black wall
    found = behind(BlurredBackground, image, HALF, blur=0.1)
    numpy.testing.assert_array_equal(found[:, 40:], image[:, 40:])
    assert found[:, :40].max() <= 25  # ordinary blur makes it half white at the edge


def test_the_blur_takes_away_what_is_fine() -> None:
    found = behind(BlurredBackground, IMAGE, numpy.zeros((60, 80), numpy.float32), blur=0.2)
    assert IMAGE.std() > 60
    assert found.std() < 15
    assert abs(found.mean() - IMAGE.mean()) < 10


@pytest.mark.parametrize("calculator", [BlurredBackground, PictureBackground])
def test_grey_images_and_times_without_a_mask(calculator: Any, picture: str) -> None:
    options = {"picture": picture} if calculator is PictureBackground else {}
    grey = IMAGE[:, :, 0].copy()
    assert behind(calculator, grey, None, **options) is grey
    assert behind(calculator, grey, HALF, **options).shape == (60, 80, 3)
    with pytest.raises(ValueError, match="must be RGB"):
        behind(calculator, numpy.dstack([IMAGE, grey]), HALF, **options)
