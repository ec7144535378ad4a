"""What the comparison of whole solutions with MediaPipe rests on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import Calculator, Graph, Packet, Timings
from graphflow.calculators.types import Classification, Landmarks
from tools.measuring.pairs import Turn
from tools.solutions import here
from tools.solutions.distance import distances, other_count
from tools.solutions.hot import remember_heavy
from tools.solutions.speed import works


def hands(*counts: int) -> numpy.typing.NDArray[numpy.float32]:
    """Two hands of three points on each frame, as many of them as it says, the others missing."""
    found = numpy.full((len(counts), 2, 3, 4), numpy.nan, numpy.float32)
    for frame, count in enumerate(counts):
        found[frame, :count, :, :3] = 0.5
    return found


def told(one: dict[str, Any], other: dict[str, Any]) -> dict[str, tuple[float, str, int]]:
    return {d.what: (round(d.largest, 4), d.unit, d.frame) for d in distances(one, other, 100, 200)}


def test_distances_are_in_pixels_and_name_the_frame() -> None:
    moved = hands(1, 2)
    moved[1, 1, 2, :3] += (0.03, 0.02, 0.5)
    assert told({"landmarks": hands(1, 2)}, {"landmarks": moved}) == {
        "landmarks": (5.0, "px", 1),
        "landmarks depth": (50.0, "px", 1),
    }
    moved = hands(1, 2)
    moved[0, 0, 0, :3] += (0.3, 0.4, 0)
    assert told({"world_landmarks": hands(1, 2)}, {"world_landmarks": moved}) == {"world_landmarks": (0.5, "m", 0)}


def test_frames_with_another_number_are_counted_and_left_out() -> None:
    one, other = {"landmarks": hands(1, 2, 0)}, {"landmarks": hands(1, 1, 1)}
    other["landmarks"][1:] += 1
    assert other_count(one, other) == {"landmarks": [1, 2]}
    assert told(one, other)["landmarks"] == (0.0, "px", 0)


def test_nothing_anywhere_differs_nowhere() -> None:
    nothing = {"landmarks": numpy.full((3, 0), numpy.nan, numpy.float32)}
    assert other_count(nothing, nothing) == {"landmarks": []}
    assert told(nothing, nothing) == {}
    assert other_count(nothing, {"landmarks": hands(0, 1, 0)}) == {"landmarks": [1]}


def test_what_only_one_side_has_is_infinitely_far() -> None:
    seen = hands(1)
    seen[:, 0, :, 3] = 0.5
    assert told({"landmarks": hands(1)}, {"landmarks": seen})["landmarks visibility"][0] == float("inf")


def test_labels_scores_and_masks() -> None:
    one, other = numpy.array([[[[1, 2, 0.75]]]]), numpy.array([[[[0, 1, 0.5]]]])
    assert told({"handedness": one}, {"handedness": other}) == {
        "handedness labels": (1.0, "", 0),
        "handedness scores": (0.25, "", 0),
    }
    mask = numpy.zeros((2, 1, 4, 4), numpy.float32)
    changed = mask.copy()
    changed[1, 0, 2, 2] = 0.5
    assert told({"segmentation_mask": mask}, {"segmentation_mask": changed}) == {"segmentation_mask": (0.5, "", 1)}


def test_payloads_become_arrays_of_one_shape() -> None:
    points = numpy.arange(6, dtype=numpy.float32).reshape(2, 3)
    whole = here.padded([here.arrays([Landmarks(points), Landmarks(points, points[:, 0])]), [], here.arrays([])])
    assert whole.shape == (3, 2, 2, 4)
    numpy.testing.assert_array_equal(whole[0, 1, :, 3], points[:, 0])
    assert numpy.isnan(whole[1:]).all() and numpy.isnan(whole[0, 0, :, 3]).all()
    labels = here.padded([here.arrays([[Classification(0, 0.5, "Left")], [Classification(1, 0.75, "Right")]])])
    assert labels.tolist() == [[[[0, 1, 0.5]], [[1, 2, 0.75]]]]


class Played:
    """A side whose frames take what it is told."""

    def __init__(self, seconds: float) -> None:
        self.asked: list[dict[str, Any]] = []
        self.seconds = seconds

    def send(self, **request: Any) -> None:
        self.asked.append(request)

    def receive(self) -> dict[str, float]:
        wall = self.seconds * self.asked[-1]["count"]
        return {"wall": wall, "cpu": 2 * wall}

    def ask(self, **request: Any) -> dict[str, float]:
        self.asked.append(request)
        return {}


def test_both_sides_are_warm_and_take_the_same_turns() -> None:
    ours, theirs = Played(0.005), Played(0.01)
    mine, other, count = works([ours], [theirs], False, frames=20)  # type: ignore[list-item]
    assert count == 6, "frames that the slower side works on in 0.06 s"
    assert ours.asked == theirs.asked == [{"static": False}, {"first": 0, "count": 30}]
    assert mine(3) == Turn(0.03, 0.06)
    assert other(3) == Turn(0.06, 0.12)
    assert ours.asked == theirs.asked
    assert ours.asked[-1] == {"first": 18, "count": 6}


def test_at_once_a_turn_lasts_until_the_last_is_done() -> None:
    mine, _, _ = works([Played(0.005), Played(0.02)], [Played(0.02)] * 2, False, frames=20, count=4)  # type: ignore[list-item]
    assert mine(0) == Turn(0.08, pytest.approx(0.2))


def test_heavy_calculators_give_their_first_result_again() -> None:
    class Heavy(Calculator):
        """Takes long."""

        def process(self, item: int) -> int:
            return item

    class Light(Heavy):
        """Does not."""

        def process(self, item: int) -> int:
            return item

    graph = Graph.parse(
        """
        graphflow: 1
        inputs: [number]
        outputs: [slow, quick]
        nodes:
          slow: {calculator: Heavy, inputs: {item: number}, outputs: {out: slow}}
          quick: {calculator: Light, inputs: {item: number}, outputs: {out: quick}}
        """,
        calculators=[Heavy, Light],
    )
    timings = Timings()
    timings.durations = {"slow": [10**6, 10**5], "quick": [10**3, 10**5, 10**3]}
    assert remember_heavy(graph, timings) == ["Heavy"]
    found = graph.run({"number": [Packet(1, 0), Packet(2, 1)]})
    assert {name: [packet.value for packet in packets] for name, packets in found.items()} == {
        "slow": [1, 1],
        "quick": [1, 2],
    }


@pytest.mark.slow
def test_a_step_starts_from_what_it_is_given(tmp_path: Path) -> None:
    """MediaPipe's region for the second frame lies beside the face: there it is lost."""
    from tools.face_mesh.clips import portrait

    frames = numpy.stack([portrait()] * 3)
    worker = here.Worker({"solution": "face", "side": {}}, frames)
    loop = numpy.full((3, 1, 5), numpy.nan, numpy.float32)
    loop[0, 0] = (0.1, 0.9, 0.1, 0.1, 0)
    numpy.savez(tmp_path / "given.npz", **{"loop face_rects_from_landmarks": loop})
    worker.find(str(tmp_path / "step.npz"), False, str(tmp_path / "given.npz"))
    worker.find(str(tmp_path / "free.npz"), False)
    with numpy.load(tmp_path / "step.npz") as step, numpy.load(tmp_path / "free.npz") as free:
        counts = [numpy.isfinite(file["landmarks"][:, :, 0, 0]).sum(axis=1).tolist() for file in (step, free)]
    assert counts == [[1, 0, 1], [1, 1, 1]]
