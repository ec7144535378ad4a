from __future__ import annotations

from typing import Any

import cv2
import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.drawing.annotation_overlay import AnnotationOverlay
from graphflow.calculators.drawing.renderer import draw
from graphflow.calculators.types import Color, RenderData
from graphflow.calculators.types.render_data import Lines, Points, Rectangle
from graphflow.testing import run_calculator

RED, BLUE = Color(255, 0, 0), Color(0, 0, 255)


def black(height: int = 60, width: int = 80, channels: int = 3) -> Any:
    return numpy.zeros((height, width, channels), numpy.uint8)


def dots(*places: tuple[float, float], color: Color = RED, radius: float = 2, normalized: bool = False) -> RenderData:
    return RenderData([Points(numpy.array(places), color, radius, normalized)])


def overlay(image: Any, options: dict[str, Any] | None = None, **streams: Any) -> Any:
    inputs: dict[str, Any] = {port: [Packet(value, 0)] for port, value in streams.items()}
    if image is not None:
        inputs["image"] = [Packet(image, 0)]
    return run_calculator(AnnotationOverlay, inputs=inputs, options=options).values("image")


def test_lists_are_drawn_over_single_drawings_and_later_streams_over_earlier_ones() -> None:
    place = (20, 30)
    streams = {"vector": [dots(place, color=BLUE)], "item:0": dots(place), "item:1": dots((21, 30))}
    (drawn,) = overlay(black(), **streams)
    assert drawn[30, 20].tolist() == list(BLUE)
    assert drawn[30, 23].tolist() == list(RED)


def test_an_image_that_the_sender_keeps_is_not_drawn_on() -> None:
    image = black()
    (drawn,) = overlay(image, item=dots((20, 30)))
    assert not image.any() and drawn.any()


def test_an_image_without_drawings_goes_on_as_it_is() -> None:
    image = black()
    image[5, 6] = 7
    numpy.testing.assert_array_equal(overlay(image), [image])


def test_drawings_without_an_image_are_nothing() -> None:
    inputs: dict[str, Any] = {"image": [], "item": [Packet(dots((1, 1)), 0)]}
    assert run_calculator(AnnotationOverlay, inputs=inputs).values("image") == []


def test_a_canvas_of_ones_own() -> None:
    options = {"canvas_width_px": 40, "canvas_height_px": 30, "canvas_color": {"g": 9}}
    (drawn,) = overlay(None, options, item=dots((20, 15)))
    assert drawn.shape == (30, 40, 3)
    assert (drawn[0, 0].tolist(), drawn[15, 20].tolist()) == ([0, 9, 0], list(RED))


def test_grey_images_become_coloured_and_alpha_is_kept() -> None:
    (drawn,) = overlay(black()[:, :, 0], item=dots((20, 30)))
    assert drawn.shape == (60, 80, 3)
    (drawn,) = overlay(numpy.full((60, 80, 4), 255, numpy.uint8), item=dots((20, 30)))
    assert (drawn[30, 20].tolist(), drawn[0, 0].tolist()) == ([255, 0, 0, 0], [255] * 4)


# --- primitives --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("radius", [1, 2, 4, 9])
def test_points_are_opencvs_circles_also_where_they_cross_the_border(radius: int) -> None:
    places = numpy.random.default_rng(radius).integers(-15, 95, (40, 2))
    expected, found = black(), black()
    for place in places.tolist():
        cv2.circle(expected, place, radius, RED, -1)
    draw(found, RenderData([Points(places, RED, radius)]))
    numpy.testing.assert_array_equal(found, expected)


def test_lines_are_opencvs_lines() -> None:
    ends = numpy.random.default_rng(1).integers(-20, 100, (30, 2, 2))
    expected, found = black(), black()
    for start, end in ends.tolist():
        cv2.line(expected, start, end, RED, 3)
    draw(found, RenderData([Lines(ends, RED, 3.2)]))
    numpy.testing.assert_array_equal(found, expected)


def test_relative_coordinates_are_rounded_and_pixels_are_cut() -> None:
    exact, cut = black(), black()
    draw(exact, dots((10.5 / 80, 20.5 / 60), radius=1, normalized=True))
    draw(cut, dots((10.9, 20.9), radius=1))
    assert (numpy.argwhere(exact).mean(axis=0)[:2] == (21, 11)).all()
    assert (numpy.argwhere(cut).mean(axis=0)[:2] == (20, 10)).all()


@pytest.mark.parametrize("place", [(1e30, 5), (float("nan"), 5), (-1e30, float("inf"))])
def test_what_is_far_away_is_not_in_the_picture(place: tuple[float, float]) -> None:
    image = black()
    draw(
        image,
        RenderData([Points(numpy.array([place]) + (0, 1e6), RED), Lines(numpy.array([[place, place]]) + 1e6, RED)]),
    )
    assert not image.any()


def test_thickness_is_rounded_and_at_least_one_pixel() -> None:
    for thickness, pixels in ((0.1, 1), (1.4, 1), (2.6, 3)):
        image, expected = black(), black()
        draw(image, RenderData([Lines(numpy.array([[(5, 30), (70, 30)]]), RED, thickness)]))
        cv2.line(expected, (5, 30), (70, 30), RED, pixels)
        numpy.testing.assert_array_equal(image, expected)


def test_a_rotated_rectangle_turns_about_its_centre() -> None:
    image = black(100, 100)
    draw(image, RenderData([Rectangle(40, 45, 60, 55, RED, filled=True, rotation=numpy.pi / 2)]))
    y, x = numpy.nonzero(image[:, :, 0])
    assert (y.min(), y.max(), x.min(), x.max()) == (40, 60, 45, 55)


def test_an_image_that_cannot_be_drawn_into() -> None:
    with pytest.raises(ValueError, match="contiguous"):
        draw(black()[:, ::2], dots((1, 1)))
