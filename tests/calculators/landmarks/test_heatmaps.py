"""FAN's and OpenSeeFace's heatmaps: points, mirror images, spots and depths, against the rules written out plainly."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy
import pytest
from numpy.typing import NDArray

from graphflow.calculators.landmarks.add_mirrored_heatmaps import AddMirroredHeatmaps
from graphflow.calculators.landmarks.depth_to_landmarks import DepthToLandmarks
from graphflow.calculators.landmarks.heatmaps_to_landmarks import HeatmapsToLandmarks
from graphflow.calculators.landmarks.landmarks_to_heatmaps import LandmarksToHeatmaps
from graphflow.calculators.types import Crop, ImageSize, Landmarks, PixelLandmarks
from tests.face_alignment import rule

SIZE = ImageSize(640, 480)
# So that the inverse mapping is 4 pixels of the picture for each of the heatmap, from (22, -28) on.
CROP = Crop(150.0, 100.0, 256.0, 256, SIZE, 1.0)
ODD = Crop(151.3, 99.7, 225.64, 256, SIZE, 0.88)


def peak(x: int, y: int, around: dict[tuple[int, int], float] | None = None) -> NDArray[numpy.float32]:
    """A heatmap that is 1 at one pixel, and has other values at some of its neighbours, by (dx, dy)."""
    heatmap = numpy.zeros((64, 64), numpy.float32)
    heatmap[y, x] = 1
    for (dx, dy), value in (around or {}).items():
        heatmap[y + dy, x + dx] = value
    return heatmap


def found(maps: NDArray[Any], crop: Crop = CROP, **options: Any) -> tuple[list[list[float]], list[list[float]]]:
    """Points in pixels of the picture, and of the network's input."""
    made = HeatmapsToLandmarks(**options).process([maps[None]], crop)
    assert made.crop_landmarks is not None
    assert type(made.landmarks) is Landmarks and type(made.crop_landmarks) is PixelLandmarks
    pixels = made.landmarks.points[:, :2].astype(float) * crop.picture
    if not options:
        assert numpy.abs(pixels - pixels.round()).max() < 1e-4, "whole pixels"
        pixels = pixels.round()
    return pixels.tolist(), made.crop_landmarks.points[:, :2].tolist()


def by_the_rule(maps: NDArray[Any], crop: Crop) -> tuple[list[list[int]], list[list[float]]]:
    square = rule.Square(*(Fraction(value) for value in crop[:3]))
    places = rule.places(maps)
    cropped = [[float(value * crop.resolution / maps.shape[1]) for value in place] for place in places]
    return [square.back(place, maps.shape[1]) for place in places], cropped


@pytest.mark.parametrize(
    ("heatmap", "in_crop", "in_picture"),
    [
        (peak(20, 40), (82, 162), (104, 134)),  # both neighbours equal: 20.5, 40.5
        (peak(20, 40, {(1, 0): 0.2}), (83, 162), (105, 134)),
        (peak(20, 40, {(-1, 0): 0.2, (0, 1): 0.1}), (81, 163), (103, 135)),
        (peak(20, 40, {(0, -1): 0.3, (0, 1): 0.1}), (82, 161), (104, 133)),
        (peak(20, 40, {(1, 0): -0.1}), (81, 162), (103, 134)),
        (peak(0, 40, {(1, 0): 0.5}), (2, 162), (24, 134)),  # at the border nothing moves, along no axis
        (peak(0, 40, {(0, 1): 0.5}), (2, 162), (24, 134)),
        (peak(63, 63, {(-1, 0): 0.5}), (254, 254), (276, 226)),
        (peak(1, 1, {(1, 0): 0.5}), (7, 6), (29, -22)),
        (peak(20, 40, {(1, 0): 1.0}), (83, 162), (105, 134)),  # equally high: the first counts
        (peak(20, 40, {(0, -1): 1.0}), (82, 159), (104, 131)),
    ],
)
def test_a_point_by_hand(
    heatmap: NDArray[numpy.float32], in_crop: tuple[float, float], in_picture: tuple[float, float]
) -> None:
    assert found(heatmap[None]) == ([list(in_picture)], [list(in_crop)])


def test_the_fractions_of_pixels_are_cut_off_towards_zero() -> None:
    # The inverse mapping of 0.5 is (0.5 - 32) * 3.525625 + the centre: 40.24 and -11.36.
    assert found(peak(0, 0)[None], ODD)[0] == [[40, -11]]


@pytest.mark.parametrize("seed", range(5))
def test_points_are_those_of_the_rule(seed: int) -> None:
    values = numpy.random.default_rng(seed)
    maps = values.random((40, 64, 64), numpy.float32)
    maps[:20] = (maps[:20] * 8).round() / 8  # many that are equally high
    for crop in (CROP, ODD, Crop(128, 128, 256, 256, ImageSize(256, 256), 2.0)):
        assert found(maps, crop) == by_the_rule(maps, crop)


def test_a_map_of_zeros_is_found_in_its_corner() -> None:
    assert found(numpy.zeros((1, 64, 64), numpy.float32))[1] == [[2, 2]]


def test_how_high_a_map_is_becomes_the_presence() -> None:
    maps = numpy.stack([peak(3, 4), peak(5, 6) * numpy.float32(0.3)])
    landmarks = HeatmapsToLandmarks().process([maps[None]], CROP).landmarks
    assert landmarks.presence is not None
    assert landmarks.presence.tolist() == [1, numpy.float32(0.3)]


def test_the_last_heatmaps_of_a_stacked_network_count() -> None:
    stages = [peak(3, 4)[None, None], peak(20, 40)[None, None], numpy.zeros((1, 68, 3), numpy.float32)]
    made = HeatmapsToLandmarks().process(stages, CROP)
    assert made.crop_landmarks is not None
    assert made.crop_landmarks.points.tolist() == [[82, 162, 0]]


@pytest.mark.parametrize("shape", [(1, 68, 3), (2, 68, 64, 64), (1, 68, 64, 32), (1, 0, 64, 64)])
def test_what_is_no_heatmap_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"shape \(1, points, side, side\), but the network gave "):
        HeatmapsToLandmarks().process([numpy.zeros(shape, numpy.float32)], CROP)


def test_points_can_come_in_another_order_and_twice() -> None:
    maps = numpy.stack([peak(1, 2), peak(3, 4), peak(5, 6)])
    assert found(maps, point_order=[2, 0, 2])[1] == [[22, 26], [6, 10], [22, 26]]
    with pytest.raises(ValueError, match="point_order names map 3, but the last is 2"):
        found(maps, point_order=[3])


def test_offsets_by_hand() -> None:
    maps = numpy.zeros((6, 28, 28), numpy.float32)
    maps[0, 9, 18] = 1
    maps[2, 9, 18], maps[4, 9, 18] = 0.5, 1 / (1 + math.exp(-0.8))  # rows, columns: ln(o / (1 - o)) is 0 and 0.8
    maps[1, 27, 0] = 1
    maps[3, 27, 0], maps[5, 27, 0] = 1 / (1 + math.exp(1.6)), 0.5
    crop = Crop(212.0, 162.0, 448.0, 224, SIZE, 2.0)  # two pixels of the picture for each of the input
    picture, cropped = found(maps, crop, decoding="offsets")
    expected = [[223 * (18 / 27 + 0.8 / 16), 223 * 9 / 27], [0, 223 * (1 - 1.6 / 16)]]
    numpy.testing.assert_allclose(cropped, expected, atol=1e-4)
    numpy.testing.assert_allclose(picture, numpy.array(expected) * 2 + (-12, -62), atol=1e-3)


def test_offsets_of_zero_and_one_stay_finite() -> None:
    maps = numpy.zeros((3, 28, 28), numpy.float32)
    maps[1] = 1
    assert numpy.isfinite(found(maps, decoding="offsets")[0]).all()


def test_offsets_need_three_maps_for_each_point() -> None:
    with pytest.raises(ValueError, match="three maps for each point, but 68 came"):
        found(numpy.zeros((68, 28, 28), numpy.float32), decoding="offsets")


def test_the_mirrored_pass_is_turned_back_and_added() -> None:
    values = numpy.random.default_rng(1)
    plain, mirrored = (values.random((1, 68, 64, 64), numpy.float32) for _ in range(2))
    stages = [[plain * 0, plain], [mirrored * 0, mirrored]]
    (summed,) = AddMirroredHeatmaps().process(stages)
    # Corners of the eyes, of the brows and of the mouth, ends of the jaw, and what lies in the middle.
    partners = {36: 45, 39: 42, 37: 44, 40: 47, 17: 26, 21: 22, 48: 54, 60: 64, 0: 16, 7: 9, 31: 35, 8: 8, 30: 30}
    partners |= {other: one for one, other in partners.items()} | {50: 52, 58: 56, 61: 63, 67: 65, 57: 57, 62: 62}
    for one, other in partners.items():
        for x in (0, 20, 63):
            numpy.testing.assert_array_equal(summed[0, one, :, x], plain[0, one, :, x] + mirrored[0, other, :, 63 - x])


def test_turning_twice_is_turning_not_at_all() -> None:
    maps = numpy.random.default_rng(2).random((1, 68, 8, 8), numpy.float32)
    zeros = numpy.zeros_like(maps)
    (once,) = AddMirroredHeatmaps().process([[zeros], [maps]])
    assert not numpy.array_equal(once, maps)
    (twice,) = AddMirroredHeatmaps().process([[zeros], [once]])
    numpy.testing.assert_array_equal(twice, maps)


def test_a_pass_that_is_alone_goes_on_as_it_is() -> None:
    tensors = [numpy.zeros((1, 198, 28, 28), numpy.float32)]
    assert AddMirroredHeatmaps().process([tensors]) is tensors


def test_heatmaps_without_known_partners_are_refused() -> None:
    with pytest.raises(ValueError, match="of 68 heatmaps, but 66 came: leave flip_input false"):
        AddMirroredHeatmaps().process([[numpy.zeros((1, 66, 8, 8), numpy.float32)]] * 2)


def spots(*points: tuple[float, float], side: int = 256) -> NDArray[numpy.float32]:
    calculator = LandmarksToHeatmaps()
    calculator.open()
    landmarks = PixelLandmarks(numpy.array([(*point, 0) for point in points], numpy.float32))
    picture = numpy.random.default_rng(3).random((1, 3, side, side), numpy.float32)
    (joined,) = calculator.process(landmarks, [picture])
    numpy.testing.assert_array_equal(joined[:, :3], picture)
    assert joined.dtype == numpy.float32
    drawn: NDArray[numpy.float32] = joined[0, 3:]
    return drawn


def test_a_spot_by_hand() -> None:
    (heatmap,) = spots((100, 50))
    assert heatmap[49, 99] == 1  # pixel (100, 50), counted from 1
    assert heatmap[49, 100] == numpy.float32(math.exp(-((1 / 3.25) ** 2) / 2))
    assert numpy.argwhere(heatmap).min(axis=0).tolist() == [43, 93]
    assert numpy.argwhere(heatmap).max(axis=0).tolist() == [55, 105]


@pytest.mark.parametrize("y", [1.0, 4.0, 5.0, 6.0, 7.0, 100.75, 249.0, 250.0, 256.0, 262.0, 263.5])
def test_spots_are_those_of_the_rule(y: float) -> None:
    points = [(x, y) for x in (0.5, 1.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 128.0, 249.5, 250.0, 255.0, 262.0, 270.0)]
    for heatmap, point in zip(spots(*points), points, strict=True):
        numpy.testing.assert_allclose(heatmap, rule.spot(*point), rtol=1e-6, atol=0)


@pytest.mark.parametrize("point", [(0.0, 50.0), (50.0, 0.0), (-3.0, 50.0), (float("nan"), 50.0)])
def test_points_without_a_place_have_no_spot(point: tuple[float, float]) -> None:
    assert not spots(point).any()


def test_depths_have_a_unit_and_are_relative_to_the_width() -> None:
    points = numpy.array([[0.25, 0.5, 0], [0.5, 0.75, 0]], numpy.float32)
    landmarks = Landmarks(points, presence=numpy.ones(2, numpy.float32))
    crop = Crop(150.0, 100.0, 512.0, 256, SIZE, 2.0)
    depths = [numpy.array([[10.0, -20.0]], numpy.float32)]
    made = DepthToLandmarks().process(landmarks, depths, crop)
    assert made.points.tolist() == [[0.25, 0.5, 20 / 640], [0.5, 0.75, -40 / 640]]
    assert made.presence is landmarks.presence
    assert points[:, 2].tolist() == [0, 0], "what came is left as it was"


def test_as_many_depths_as_points() -> None:
    with pytest.raises(ValueError, match="there are 68 points, but the network gave 66 depths"):
        DepthToLandmarks().process(Landmarks(numpy.zeros((68, 3), numpy.float32)), [numpy.zeros((1, 66))], CROP)
