"""The measure itself, with figures worked out by hand."""

from __future__ import annotations

import numpy
import pytest

from graphflow.evaluation.measure import eye_distance, face_error, match
from tests.evaluation.faces import EYES, face


def test_the_distance_of_the_eyes_is_from_centre_to_centre() -> None:
    assert eye_distance(face()) == EYES


def test_only_the_corners_of_the_eyes_count_for_it() -> None:
    distances = []
    for point in range(68):
        moved = face()
        moved[point] += (5, 0)
        distances.append(eye_distance(moved))
    # Half of what a corner moves: away from the other eye for those of the eye on the right of the picture.
    expected = {36: EYES - 2.5, 39: EYES - 2.5, 42: EYES + 2.5, 45: EYES + 2.5}
    assert distances == pytest.approx([expected.get(point, EYES) for point in range(68)])


def test_a_truth_with_depth_measures_the_eyes_in_space() -> None:
    turned = numpy.column_stack([face(), numpy.zeros(68)])
    turned[[42, 45], 2] = 30
    assert eye_distance(turned) == 50
    assert face_error(turned, face() + (3, 4)).all_68 == pytest.approx(10)


def test_the_error_is_the_mean_distance_over_that_of_the_eyes() -> None:
    error = face_error(face(), face() + (3, 4))
    assert (error.all_68, error.inner_51) == pytest.approx((12.5, 12.5))


def test_the_jaw_is_not_among_the_inner_51() -> None:
    found = face()
    found[:17] += (3, 4)
    error = face_error(face(), found)
    assert (error.all_68, error.inner_51) == pytest.approx((12.5 * 17 / 68, 0))


@pytest.mark.parametrize("point", [17, 67])
def test_brows_and_lips_are_among_them(point: int) -> None:
    found = face()
    found[point] += (3, 4)
    assert face_error(face(), found).inner_51 == pytest.approx(12.5 / 51)


def test_depth_that_was_found_is_not_compared() -> None:
    found = numpy.column_stack([face(), numpy.full(68, 1000.0)])
    assert face_error(face(), found).all_68 == 0


def test_faces_are_matched_by_where_they_are() -> None:
    assert match([face(0), face(100), face(200)], [face(203), face(2), face(400)]) == [1, None, 0]
    assert match([face()], []) == [None]
    assert match([], [face()]) == []


def test_no_found_face_stands_for_two() -> None:
    assert match([face(0), face(10)], [face(9)]) == [None, 0]
    assert match([face(9)], [face(0), face(10)]) == [1]


def test_a_face_without_numbers_is_nobodys() -> None:
    nothing = numpy.full((68, 2), numpy.nan)
    assert match([face(), face(100)], [nothing, face(100), face()]) == [2, 1]
    assert match([face()], [nothing]) == [None]


def test_points_in_the_wrong_order_are_an_error_and_no_missed_face() -> None:
    assert match([face()], [face()[::-1]]) == [0]
    assert face_error(face(), face()[::-1]).all_68 > 50
