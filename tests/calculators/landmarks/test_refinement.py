from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.landmarks.landmarks_refinement import LandmarksRefinement
from graphflow.calculators.types import Landmarks
from graphflow.testing import run_calculator

WHOLE = {"z_refinement": {"copy": {}}}


def points(*rows: tuple[float, float, float]) -> Landmarks:
    return Landmarks(numpy.array(rows, numpy.float32))


def refine(refinement: list[dict[str, Any]], *sets: Landmarks | None) -> list[Any]:
    inputs = {f"landmarks:{index}": [] if one is None else [Packet(one, 0)] for index, one in enumerate(sets)}
    result = run_calculator(LandmarksRefinement, inputs=inputs, options={"refinement": refinement})
    return [numpy.asarray(value).tolist() for value in result.values("refined_landmarks")]


MESH = points((1, 1, 1), (2, 2, 2), (3, 3, 3))


def test_a_part_replaces_x_and_y_and_leaves_z() -> None:
    part = {"indexes_mapping": [2, 0], "z_refinement": {"none": {}}}
    (found,) = refine([WHOLE, part], MESH, points((8, 9, 7), (6, 5, 4)))
    assert found == [[6, 5, 1], [2, 2, 2], [8, 9, 3]]


def test_a_part_replaces_z_too() -> None:
    part = {"indexes_mapping": [1], "z_refinement": {"copy": {}}}
    assert refine([WHOLE, part], MESH, points((8, 9, 7))) == [[[1, 1, 1], [8, 9, 7], [3, 3, 3]]]


def test_new_points_get_the_mean_depth_of_others() -> None:
    part = {"indexes_mapping": [3, 4], "z_refinement": {"assign_average": {"indexes_for_average": [0, 2]}}}
    (found,) = refine([WHOLE, part], MESH, points((8, 9, 7), (6, 5, 4)))
    assert found == [[1, 1, 1], [2, 2, 2], [3, 3, 3], [8, 9, 2], [6, 5, 2]]


def test_new_points_without_depth_have_none() -> None:
    part = {"indexes_mapping": [3], "z_refinement": {"none": {}}}
    assert refine([WHOLE, part], MESH, points((8, 9, 7)))[0][3] == [8, 9, 0]


def test_the_last_set_wins() -> None:
    part = {"indexes_mapping": [0], "z_refinement": {"none": {}}}
    assert refine([WHOLE, part, part], MESH, points((8, 9, 0)), points((5, 6, 0)))[0][0] == [5, 6, 1]


def test_nothing_is_sent_where_a_set_is_missing() -> None:
    part = {"indexes_mapping": [0], "z_refinement": {"none": {}}}
    assert refine([WHOLE, part], MESH, None) == []


def test_a_point_that_no_set_gives() -> None:
    part = {"indexes_mapping": [4], "z_refinement": {"none": {}}}
    with pytest.raises(ValueError, match="no set has the point 3"):
        refine([WHOLE, part], MESH, points((8, 9, 0)))


def test_a_set_of_the_wrong_size() -> None:
    part = {"indexes_mapping": [0, 1], "z_refinement": {"none": {}}}
    with pytest.raises(ValueError, match="a set has 1 points, but its indexes_mapping 2"):
        refine([WHOLE, part], MESH, points((8, 9, 0)))


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"z_refinement": {"average": {}}}, "z_refinement must be one of none, copy, assign_average"),
        ({}, "z_refinement must be one of"),
        ({"z_refinement": {"copy": {}, "none": {}}}, "z_refinement must be one of"),
        ({"z_refinement": {"assign_average": {}}}, "assign_average needs indexes_for_average"),
        ({"indexes_mapping": [1, 1], "z_refinement": {"none": {}}}, "a point occurs twice"),
        ({"indexes_mapping": [-1], "z_refinement": {"none": {}}}, "indexes_mapping must be a list of points"),
        ({"indices": [1], "z_refinement": {"none": {}}}, "'indices' means nothing"),
    ],
)
def test_what_the_check_of_the_graph_finds(entry: dict[str, Any], message: str) -> None:
    with pytest.raises(GraphConfigError, match=message):
        refine([entry], MESH)


def test_as_many_refinements_as_sets() -> None:
    with pytest.raises(GraphConfigError, match="'landmarks' has 2 streams, but there are 1 refinements"):
        refine([WHOLE], MESH, MESH)
