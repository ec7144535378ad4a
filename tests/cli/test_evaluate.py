"""``graphflow evaluate``: its output, its files and its endings."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest

from tests.cli.conftest import Command
from tests.cli.processes import PATIENT, start
from tests.evaluation.faces import GRAPH, PLACES, face, picture, pts, xml

FINDER = '''\
"""A finder of the user's own."""
import signal
from typing import Any

from graphflow import Calculator, Option
from graphflow.cli.interrupt import interrupted
from tests.evaluation.faces import PLACES, face

seen = []


class Finder(Calculator):
    """Find one face, two pixels beside its place."""

    stop: bool = Option(default=False, doc="Whether to press Ctrl-C on the second picture.")
    fail: bool = Option(default=False)

    def process(self, image: Any) -> list[Any]:
        seen.append(image)
        if self.fail:
            raise RuntimeError("no faces today")
        if self.stop and len(seen) == 2:
            signal.raise_signal(signal.SIGINT)
            while interrupted() is None:  # it is heard on another thread
                pass
        return [face(*PLACES[0]) + (2, 0)]
'''
EVALUATE = ("evaluate", "faces.xml", "--graph", "graph.yaml", "--calculators", "finder.py", "--mode", "reacquisition")


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: pictures, their marks, a graph and its calculator."""
    for name in ("a.png", "b.png", "c.png"):
        picture(tmp_path / name)
    faces = [face(*place) for place in PLACES]
    (tmp_path / "faces.xml").write_text(xml({"a.png": faces, "b.png": faces[:1], "c.png": faces[:1]}))
    (tmp_path / "finder.py").write_text(FINDER)
    (tmp_path / "graph.yaml").write_text(GRAPH)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_figures_of_each_picture_and_of_all(work: Path, graphflow: Command) -> None:
    ended = graphflow(*EVALUATE)
    assert (ended.status, ended.err) == (0, "")
    assert [line.split() for line in ended.out.splitlines()[:8]] == [
        ["picture", "faces", "missed", "all", "68", "inner", "51"],
        ["a.png", "2", "1", "5.00", "%", "5.00", "%"],
        ["b.png", "1", "0", "5.00", "%", "5.00", "%"],
        ["c.png", "1", "0", "5.00", "%", "5.00", "%"],
        [],
        ["mean", "4", "1", "5.00", "%", "5.00", "%"],
        ["median", "5.00", "%", "5.00", "%"],
        ["deviation", "0.00", "%", "0.00", "%"],
    ]
    assert "failures (missed, or above 10 %)" in ended.out
    assert "1 of 4" in ended.out


def test_json_and_the_limit_of_failures(work: Path, graphflow: Command) -> None:
    report = json.loads(graphflow(*EVALUATE, "--json", "--failure", "4").out)
    assert (report["truth"], report["graph"], report["mode"]) == ("faces.xml", "graph.yaml", "reacquisition")
    assert report["all_68"]["failures"] == 4
    assert [one["picture"] for one in report["by_picture"]] == ["a.png", "b.png", "c.png"]


def test_a_folder_takes_report_plot_and_contact_sheets(work: Path, graphflow: Command) -> None:
    ended = graphflow(*EVALUATE, "--json", "--output", "out/deep", "--worst", "2")
    folder = work / "out" / "deep"
    assert json.loads((folder / "report.json").read_text()) == json.loads(ended.out)
    sizes = {path.name: cv2.imread(str(path)).shape[:2] for path in folder.glob("*.png")}  # type: ignore[union-attr]
    assert sizes == {"cumulative_error.png": (600, 900), "worst.png": (372, 640), "missed.png": (372, 640)}
    # Where nothing is missed, no sheet of an evaluation before stays.
    (work / "faces.xml").write_text(xml({"b.png": [face(*PLACES[0])]}))
    graphflow(*EVALUATE, "--output", "out/deep")
    assert not (folder / "missed.png").exists()


def test_a_graph_writes_while_it_is_evaluated_only_if_that_is_allowed(work: Path, graphflow: Command) -> None:
    sink = "  write: {calculator: RowSink, inputs: {item: landmarks_68}, side_packets: {target: {value: rows.jsonl}}}\n"
    (work / "graph.yaml").write_text(GRAPH + sink)
    ended = graphflow(*EVALUATE)
    assert ended.status == 2 and "node 'write' would write 'rows.jsonl', which only the graph names" in ended.err
    assert not (work / "rows.jsonl").exists()
    assert graphflow(*EVALUATE, "--allow-files").status == 0
    assert (work / "rows.jsonl").exists()


def test_a_folder_of_marks(work: Path, graphflow: Command) -> None:
    (work / "a.pts").write_text(pts(face(*PLACES[0])))
    ended = graphflow("evaluate", ".", *EVALUATE[2:])
    assert ended.status == 0
    assert ended.err == "note: 2 pictures have no .pts file and are left out\n"
    assert "a.png" in ended.out


@pytest.mark.slow
def test_ctrl_c_tells_what_was_measured_so_far(work: Path) -> None:
    process = start(work, *EVALUATE, "--set", "find.stop=true", "--output", "out", before=PATIENT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped after 2 of 3 pictures" in out
    assert json.loads((work / "out" / "report.part.json").read_text())["complete"] is False
    assert not (work / "out" / "report.json").exists()


def test_a_picture_that_is_measured_is_not_replaced(work: Path, graphflow: Command) -> None:
    (work / "a.png").rename(work / "worst.png")
    (work / "faces.xml").write_text(xml({"worst.png": [face(*PLACES[0])]}))
    before = (work / "worst.png").read_bytes()
    ended = graphflow(*EVALUATE, "--output", ".")
    assert ended.status == 2
    assert ended.err == (
        "error: --output would replace 'worst.png', which the evaluation reads\n"
        "   = help: give --output a folder of its own\n"
    )
    assert (work / "worst.png").read_bytes() == before and not (work / "report.json").exists()


def test_pictures_of_somebody_else_in_the_folder_are_not_removed(work: Path, graphflow: Command) -> None:
    (work / "out").mkdir()
    (work / "out" / "missed.png").write_text("of somebody else")
    (work / "faces.xml").write_text(xml({"b.png": [face(*PLACES[0])]}))
    graphflow(*EVALUATE, "--output", "out")
    assert (work / "out" / "missed.png").read_text() == "of somebody else"


def test_malformed_marks_and_missing_pictures_are_located(work: Path, graphflow: Command) -> None:
    text = (work / "faces.xml").read_text()
    (work / "faces.xml").write_text(text.replace("c.png", "d.png").replace("name='67'", "name='nose'", 1))
    ended = graphflow(*EVALUATE)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.splitlines() == [
        "error: faces.xml:72: part 'nose' is none of the 68 points, '00' to '67'",
        "faces.xml:4: this face has 67 points; 68 are needed",
        "faces.xml:217: there is no picture 'd.png'",
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("evaluate", "nowhere"), 2, "error: there is no folder or file 'nowhere'"),
        (("evaluate", "faces.xml", "--graph", "nowhere.yaml"), 2, "there is no graph file"),
        (("evaluate", "faces.xml", "--graph", "face_mesh_mobile"), 2, "has an output 'landmarks_68'"),
        (("evaluate", "faces.xml", "--graph", "face_mesh_desktop", "--side", "input=a.png", "--side", "output=b.mp4"),
         2, "it reads pictures on its own"),
        ((*EVALUATE, "--side", "wrong=1"), 2, "has no side packet 'wrong'"),
        ((*EVALUATE, "--set", "find.wrong=1"), 2, "wrong"),
        ((*EVALUATE, "--mode", "guessing"), 2, "guessing"),
        ((*EVALUATE, "--failure", "nan"), 2, "--failure"),
        ((*EVALUATE, "--repeat", "3"), 2, "--repeat"),
        ((*EVALUATE, "--set", "find.fail=true"), 1, "error: RuntimeError: no faces today"),
        ((*EVALUATE, "--output", "a.png/out"), 1, "'a.png/out' cannot be written: Not a directory"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(
    work: Path, graphflow: Command, arguments: tuple[str, ...], status: int, message: str
) -> None:
    ended = graphflow(*arguments)
    assert (ended.status, ended.out) == (status, "")
    assert message in ended.err
    assert "Traceback" not in ended.err


def test_a_damaged_picture_is_named(work: Path, graphflow: Command) -> None:
    (work / "b.png").write_bytes(b"no picture")
    ended = graphflow(*EVALUATE)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == "error: 'b.png' is no picture of a known kind (PNG, JPEG, BMP, WebP, TIFF)\n"
