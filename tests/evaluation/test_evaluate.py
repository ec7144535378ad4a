"""From truth and graph to a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import Graph
from graphflow.cli.evaluate import as_text
from graphflow.evaluation import MarkedPicture, Mode, Predictor, Report, TruthError, UnsuitableGraph, evaluate
from graphflow.evaluation.contact_sheet import TILE, contact_sheet
from graphflow.evaluation.plot import cumulative, cumulative_error_plot
from graphflow.evaluation.read_truth import read_truth
from graphflow.evaluation.report import as_json
from tests.calculators.sources.media import png_header
from tests.evaluation.faces import PLACES, Finder, face, finder, picture, xml

PASS = "nodes:\n  n: {{calculator: PassThrough, inputs: {{item: {}}}, outputs: {{out: {}}}}}\n"
BOTH = [value for place in PLACES for value in place]


@pytest.fixture
def marked(tmp_path: Path) -> tuple[MarkedPicture, ...]:
    """One picture with two faces, one with one."""
    for name in ("a.png", "b.png"):
        picture(tmp_path / name)
    (tmp_path / "faces.xml").write_text(xml({"a.png": [face(*place) for place in PLACES], "b.png": [face(*PLACES[0])]}))
    return read_truth(tmp_path / "faces.xml").pictures


def report_of(marked: tuple[MarkedPicture, ...], mode: Mode = Mode.REACQUISITION, **options: Any) -> Report:
    return evaluate(marked, Predictor(finder(**options), mode))


def test_errors_of_all_faces_and_of_each_picture(marked: tuple[MarkedPicture, ...]) -> None:
    report = as_json(report_of(marked, places=BOTH, dx=3.0, dy=4.0))
    assert report["all_68"] == pytest.approx({"mean": 12.5, "median": 12.5, "deviation": 0, "failures": 3})
    assert report["inner_51"] == pytest.approx({"mean": 12.5, "median": 12.5, "deviation": 0, "failures": 3})
    assert [one["all_68"] for one in report["by_picture"]] == pytest.approx([12.5, 12.5])
    assert (report["pictures"], report["faces"], report["missed"], report["complete"]) == (2, 3, 0, True)
    assert report["unmarked"] == 1  # the second place of picture b


def test_a_missed_face_is_a_failure_and_no_error(marked: tuple[MarkedPicture, ...]) -> None:
    report = report_of(marked, places=[20.0, 20.0], dx=0.3, dy=0.4)
    assert [(one.picture.name, one.number) for one in report.missed] == [("a.png", 2)]
    figures = report.figures("all_68")
    assert (figures.mean, figures.failures) == (pytest.approx(1.25), 1)
    first = as_json(report)["by_picture"][0]
    assert first["faces"][1] == {"face": 2, "missed": True, "all_68": None, "inner_51": None}


def test_nothing_found_at_all(marked: tuple[MarkedPicture, ...]) -> None:
    report = report_of(marked, places=[])
    assert len(report.missed) == 3
    assert as_json(report)["all_68"] == {"mean": None, "median": None, "deviation": None, "failures": 3}
    assert "-" in as_text(report)
    assert cumulative(report, "all_68", 15.0) == [(0.0, 0.0), (15.0, 0.0)]


def test_tracking_measures_the_last_repetition(marked: tuple[MarkedPicture, ...]) -> None:
    # The graph halves its error on every repetition, and each picture makes a new start.
    report = report_of(marked, Mode.TRACKING, places=BOTH, dx=3.0, dy=4.0)
    assert report.repetitions == 5
    assert [face.percent("all_68") for face in report.faces] == pytest.approx([12.5 / 16] * 3)


def test_faces_are_matched_to_their_truth_whatever_their_order(marked: tuple[MarkedPicture, ...]) -> None:
    report = report_of(marked, places=[*PLACES[1], *PLACES[0]], dx=0.3, dy=0.4)
    assert [face.percent("all_68") for face in report.faces] == pytest.approx([1.25] * 3)


def test_an_evaluation_can_be_ended_early(marked: tuple[MarkedPicture, ...]) -> None:
    report = evaluate(marked, Predictor(finder()), go_on=lambda done: done < 1)
    assert (len(report.pictures), as_json(report)["complete"]) == (1, False)
    assert "stopped after 1 of 2 pictures" in as_text(report)


def test_the_curve_ends_at_the_share_of_faces_that_were_found(marked: tuple[MarkedPicture, ...]) -> None:
    report = report_of(marked, places=[20.0, 20.0], dx=0.3, dy=0.4)
    corners = cumulative(report, "all_68", 15.0)
    assert cumulative(report, "all_68", 1.0) == [(0.0, 0.0), (1.0, 0.0)]
    assert [share for _, share in corners] == pytest.approx([0, 0, 1 / 3, 1 / 3, 2 / 3, 2 / 3])
    assert [error for error, _ in corners] == pytest.approx([0, 1.25, 1.25, 1.25, 1.25, 15])
    # Half way to the right, at two thirds: both curves, one upon the other.
    drawn = cumulative_error_plot(report)[:, 480]
    rows = numpy.flatnonzero(numpy.abs(drawn.astype(int) - (30, 120, 220)).max(axis=1) < 60)
    assert rows[0] == pytest.approx(530 - 460 * 2 / 3, abs=2)


def test_a_contact_sheet_shows_truth_and_prediction_of_the_worst_first(marked: tuple[MarkedPicture, ...]) -> None:
    report = report_of(marked, places=[20.0, 20.0], dx=3.0, dy=4.0)
    sheet = contact_sheet(report.worst(1))
    tile = sheet[-TILE:, :TILE]
    green, red = ((tile == color).all(axis=2) for color in ((0, 200, 0), (0, 0, 255)))
    # What was found is right of and below what was marked, in pixels of the tile.
    scale = TILE / (84 * 1.4 + 1)
    left_margin = (TILE - 80 * scale) / 2 - 1.5 * scale
    assert numpy.argwhere(green).min(axis=0)[1] == pytest.approx(left_margin, abs=3)
    offsets = [numpy.argwhere(mask).max(axis=0) for mask in (red, green)]
    assert (offsets[0] - offsets[1]).tolist() == pytest.approx([4 * scale, 3 * scale], abs=2)
    assert not (contact_sheet(report.missed)[-TILE:, :TILE] == (0, 0, 255)).all(axis=2).any()


def test_a_picture_of_another_size_than_the_truth_says_is_refused(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "faces.xml").write_text(xml({"a.png": [face()]}, "width='24' height='14'"))
    with pytest.raises(Exception, match=r"faces\.xml:3: .* 24 x 14 pixels, .* has 240 x 140"):
        evaluate(read_truth(tmp_path / "faces.xml").pictures, Predictor(finder()))


def test_a_picture_that_would_take_gigabytes_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png_header(28_000, 28_000))
    (tmp_path / "faces.xml").write_text(xml({"a.png": [face()]}))
    with pytest.raises(Exception, match=r"a\.png' is too large: 28000 x 28000 pixels"):
        evaluate(read_truth(tmp_path / "faces.xml").pictures, Predictor(finder()))


def test_a_picture_that_cannot_be_decoded_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing else")
    (tmp_path / "faces.xml").write_text(xml({"a.png": [face()]}))
    with pytest.raises(Exception, match=r"a\.png' cannot be read: its header is damaged"):
        evaluate(read_truth(tmp_path / "faces.xml").pictures, Predictor(finder()))


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        ("graphflow: 1\ninputs: [a, b]\noutputs: [c, d]\n" + PASS.format("[a, b]", "[c, d]"), "its inputs are a, b"),
        ("graphflow: 1\ninputs: [image]\noutputs: [a]\n" + PASS.format("image", "a"), "has an output 'landmarks_68'"),
        (
            "graphflow: 1\noutputs: [landmarks_68]\nnodes:\n"
            "  n: {calculator: CountingSource, side_packets: {max_count: {value: 3}}, outputs: {out: landmarks_68}}\n",
            "it reads pictures on its own",
        ),
    ],
)
def test_graphs_that_cannot_be_evaluated_say_why(graph: str, message: str) -> None:
    with pytest.raises(UnsuitableGraph, match=message):
        Predictor(Graph.parse(graph))


def test_other_than_68_points_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "faces.xml").write_text(xml({"a.png": [face()]}))
    predictor = Predictor(finder())
    monkeypatch.setattr(Finder, "process", lambda self, image: [numpy.zeros((66, 2))])
    with pytest.raises(UnsuitableGraph, match="66 x 2 numbers instead of 68 points"):
        evaluate(read_truth(tmp_path / "faces.xml").pictures, predictor)


def test_pictures_that_are_not_there_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "faces.xml").write_text(xml({"a.png": [face()], "b.png": [face()]}))
    with pytest.raises(TruthError) as error:
        read_truth(tmp_path / "faces.xml")
    assert [problem.partition(": ")[2].rpartition("/")[2] for problem in error.value.problems] == ["a.png'", "b.png'"]
    assert error.value.problems[0].startswith(f"{tmp_path / 'faces.xml'}:3: there is no picture")
