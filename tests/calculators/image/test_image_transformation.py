from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.image.image_transformation import ImageTransformation
from graphflow.calculators.types import ImageSize
from graphflow.testing import run_calculator
from tests.calculators.image.golden_images import case, cases

IMAGE = numpy.arange(2 * 3, dtype=numpy.uint8).reshape(2, 3)


def transformed(images: list[Any], streams: dict[str, Any] | None = None, **given: Any) -> Any:
    inputs: dict[str, Any] = {"image": [Packet(image, time) for time, image in enumerate(images)], **(streams or {})}
    return run_calculator(ImageTransformation, inputs=inputs, outputs=["image", "letterbox_padding"], **given)


@pytest.mark.parametrize(("name", "options"), cases("ImageTransformation"))
def test_images_are_those_of_mediapipe(name: str, options: str) -> None:
    image, ours, expected = case("ImageTransformation", name, options)
    (found,) = transformed([image], options=ours).values("image")
    assert found.dtype == expected.dtype
    numpy.testing.assert_array_equal(found, expected.reshape(found.shape))


@pytest.mark.parametrize(
    ("shape", "options", "padding"),
    [
        ((10, 10), {"output_width": 20, "output_height": 40, "scale_mode": "FIT"}, (0.0, 0.25, 0.0, 0.25)),
        ((30, 10), {"output_width": 20, "output_height": 20, "scale_mode": "FIT"}, (1 / 3, 0.0, 1 / 3, 0.0)),
        (
            (30, 10),
            {"output_width": 20, "output_height": 20, "scale_mode": "FIT", "rotation_mode": "ROTATION_90"},
            (0.0, 1 / 3, 0.0, 1 / 3),
        ),
        ((30, 10), {"output_width": 20, "output_height": 20}, (0.0, 0.0, 0.0, 0.0)),
        ((30, 10), {"scale_mode": "FIT", "rotation_mode": "ROTATION_90"}, (0.0, 0.0, 0.0, 0.0)),
    ],
)
def test_padding_is_told_in_shares_of_the_new_image(shape: Any, options: Any, padding: Any) -> None:
    result = transformed([numpy.zeros((*shape, 3), numpy.uint8)], options=options)
    numpy.testing.assert_allclose(result.values("letterbox_padding"), [padding], rtol=1e-7)


def test_an_image_that_nothing_changes_is_not_copied() -> None:
    assert transformed([IMAGE]).values("image")[0] is IMAGE


def test_what_a_stream_says_holds_until_it_says_something_else() -> None:
    result = transformed(
        [IMAGE] * 4, {"flip_horizontally": [Packet(True, 1), Packet(False, 3)]}, options={"flip_vertically": True}
    )
    up, both = IMAGE[::-1], IMAGE[::-1, ::-1]
    numpy.testing.assert_array_equal(result.values("image"), [up, both, both, up])


def test_rotation_and_size_from_streams() -> None:
    sizes: Any = [Packet(ImageSize(6, 4), 0)]
    result = transformed([IMAGE] * 2, {"rotation_degrees": "0:0 1:90", "output_dimensions": sizes})
    (image,) = result.values("image")  # without a size at its time an image is not sent
    assert image.shape == (4, 6)
    (turned,) = transformed([IMAGE], {"rotation_degrees": "0:90"}).values("image")
    numpy.testing.assert_array_equal(turned, numpy.rot90(IMAGE))


def test_side_packets_replace_options() -> None:
    given = {"rotation_degrees": 270, "flip_vertically": False, "flip_horizontally": True}
    (image,) = transformed([IMAGE], side_packets=given, options={"flip_vertically": True}).values("image")
    numpy.testing.assert_array_equal(image, numpy.rot90(IMAGE, 3)[:, ::-1])
    (image,) = transformed([IMAGE], side_packets={"output_dimensions": ImageSize(9, 8)}).values("image")
    assert image.shape == (8, 9)


def test_other_rotations_are_refused() -> None:
    with pytest.raises(ValueError, match="not by 45"):
        transformed([IMAGE], {"rotation_degrees": "0:45"})


@pytest.mark.parametrize(
    ("options", "words"),
    [({"output_width": 5}, "set both output_width"), ({"padding_color": {"r": 1}}, "red, green and blue")],
)
def test_wrong_options(options: Any, words: str) -> None:
    with pytest.raises(GraphConfigError, match=words):
        transformed([IMAGE], options=options)
