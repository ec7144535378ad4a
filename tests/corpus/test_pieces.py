"""Long clips in pieces: their results are those of the clip as a whole, or there are none."""

from __future__ import annotations

import dis
import hashlib
import inspect
import json
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy
import pytest

from graphflow import Graph
from graphflow.calculator import Calculator
from graphflow.corpus import CorpusRun, GraphRecipe, carrying, map_graph
from graphflow.corpus.carrying import carried_out
from graphflow.corpus.input_queue import InputQueue, Piece
from graphflow.corpus.inputs import Input
from graphflow.corpus.pieces import CutClip, Cutting
from graphflow.corpus.seat import WorkerLost
from graphflow.corpus.storage import Storage
from graphflow.corpus.stored_manifest import manifest_folder
from graphflow.errors import UnusableFile
from graphflow.registry import BUILT_IN, Registry

CALCULATORS = """\
from typing import NamedTuple

import numpy
from graphflow import Calculator, Context, Image

class Seen(NamedTuple):
    mean: float
    text: str
    points: numpy.ndarray

class Look(Calculator):
    def process(self, image: Image, ctx: Context) -> list[Seen]:
        if ctx.timestamp == 2_500_000 and image[0, 0, 1] > 200:
            raise ValueError("too bright")
        count = ctx.timestamp // 100_000 % 7 % 3
        points = numpy.asarray(image[:2, :2], numpy.float32)
        return [Seen(float(image.mean()), f"{number}", points + number) for number in range(count)]

class Count(Calculator):
    def open(self) -> None:
        self.count = 0

    def process(self, image: Image) -> int:
        self.count += 1
        return self.count
"""
GRAPH = """\
graphflow: 1
outputs: [seen]
side_packets:
  input: {}
nodes:
  source:
    calculator: VideoSource
    side_packets: {source: input}
    outputs: {image: image}
  look:
    calculator: Look
    inputs: {image: image}
    outputs: {out: seen}
"""
COUNTING = GRAPH.replace("[seen]", "[count]").replace("Look", "Count").replace("out: seen", "out: count")


class PieceSeat:
    """Carries out orders in this process, and notes what they are about."""

    orders: ClassVar[list[str]] = []
    kill_at = ""

    def __init__(self, recipe: GraphRecipe, *_: Any) -> None:
        self._recipe = recipe
        self._graph: Graph | None = None

    def work(self, order: Mapping[str, Any]) -> dict[str, Any]:
        piece = order.get("piece")
        what = "join" if "join" in order else "whole" if piece is None else f"{piece['begin']}-{piece['end']}"
        self.orders.append(what)
        if what == self.kill_at:
            raise WorkerLost({"kind": "Crash", "message": "the worker died (SIGKILL)"})
        self._graph = self._graph or self._recipe.load()
        return carried_out(self._graph, order)

    def stop(self) -> None:
        pass

    def close(self) -> None:
        pass


def write_clip(name: str, frames: int = 45, bright: int | None = None) -> None:
    """A clip of 10 frames a second, each of another grey, with a key frame here and there."""
    out = cv2.VideoWriter(name, cv2.VideoWriter.fourcc(*"mp4v"), 10, (64, 48))
    for number in range(frames):
        image = numpy.full((48, 64, 3), 250 if number == bright else 3 * number, numpy.uint8)
        cv2.line(image, (0, number), (63, number), (0, 0, 200), 1)
        out.write(image)
    out.release()


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What workers were given, in a folder with two graphs and a clip of 4.5 s below ``in``."""
    orders: list[str] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(PieceSeat, "orders", orders)
    monkeypatch.setattr("graphflow.corpus.mapping.LocalSeat", PieceSeat)
    monkeypatch.setattr("graphflow.corpus.mapping.usable_processors", lambda: 1)
    Path("mine.py").write_text(CALCULATORS)
    Path("graph.yaml").write_text(GRAPH)
    Path("counting.yaml").write_text(COUNTING)
    Path("in").mkdir()
    write_clip("in/a.mp4")
    return orders


def mapped(out: str = "out", graph: str = "graph.yaml", save: str = "seen", **settings: Any) -> CorpusRun:
    """The graph over what is below ``in``."""
    return map_graph(GraphRecipe(graph, {}, ("mine.py",)), "in", output_dir=out, save=[save], **settings)


def records(out: str) -> list[dict[str, Any]]:
    """What the manifest has of inputs, without times."""
    found = [json.loads(line) for line in Path(out, "manifest.jsonl").read_text().splitlines()]
    return [{key: one[key] for key in one if key not in ("ended", "seconds")} for one in found if "input" in one]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "npz", "parquet"])
def test_pieces_give_the_bytes_of_the_whole_clip(orders: list[str], suffix: str) -> None:
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    list(mapped("whole", save=f"seen.{suffix}"))
    Path("cut/.graphflow-pieces/of a killed run").mkdir(parents=True)
    (outcome,) = mapped("cut", save=f"seen.{suffix}", split=1.25)
    assert orders == ["whole", "0-0", "0-1250000", "1250000-2500000", "2500000-None", "join"]
    assert (outcome.status, outcome.frames) == ("done", 45)
    whole, cut = (Path(out, "a.mp4", f"seen.{suffix}").read_bytes() for out in ("whole", "cut"))
    assert whole == cut
    assert records("cut") == [records("whole")[0] | {"pieces": 3}]
    assert sorted(path.name for path in Path("cut").iterdir()) == ["a.mp4", "manifest.jsonl"]


def test_results_in_storage_are_those_of_a_folder(orders: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    memory = pytest.importorskip("fsspec.implementations.memory").MemoryFileSystem
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(Path("cache", "models").absolute()))
    carrying._bench.cache_clear()
    out = "memory://cut/out"
    try:
        list(mapped("whole"))
        assert [one.status for one in mapped(out, split=1.25)] == ["done"]
        assert orders == ["whole", "0-0", "0-1250000", "1250000-2500000", "2500000-None", "join"]
        assert sorted(Storage(out).listed()) == ["a.mp4/seen.jsonl", "manifest.jsonl"]
        Storage(f"{out}/a.mp4/seen.jsonl").fetch(Path("cut.jsonl"))
        assert Path("cut.jsonl").read_bytes() == Path("whole/a.mp4/seen.jsonl").read_bytes()
        assert [one.kept for one in mapped(out, split=1.25)] == [True]
        assert [path.name for path in manifest_folder(out).iterdir()] == ["manifest.jsonl"]
        with pytest.raises(UnusableFile, match="give a folder that all machines share"):
            mapped(out, split=1.25, on="ray")
    finally:
        carrying._bench().close()
        memory.store.clear()
        memory.pseudo_dirs[:] = [""]


def test_without_pyav_frames_are_the_same(orders: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphflow.calculators.sources.captures.has_pyav", lambda: False)
    list(mapped("whole"))
    list(mapped("cut", split=1))
    assert orders.count("whole") == 1 and "join" in orders
    assert Path("whole/a.mp4/seen.jsonl").read_bytes() == Path("cut/a.mp4/seen.jsonl").read_bytes()


def test_short_clips_pictures_and_odd_files_stay_whole(orders: list[str]) -> None:
    write_clip("in/short.mp4", 19)
    cv2.imwrite("in/still.png", numpy.zeros((48, 64, 3), numpy.uint8))
    Path("in/text.mp4").write_text("no clip")
    Path("in/a.mp4").unlink()
    found = {one.name: one.status for one in mapped(split=1)}
    assert found == {"short.mp4": "done", "still.png": "done", "text.mp4": "failed"}
    assert orders == ["0-0", "whole"] * 3


def test_what_is_cut_off_fails_as_a_whole_does(orders: list[str]) -> None:
    avi = cv2.VideoWriter("in/a.avi", cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for number in range(40):
        avi.write(numpy.full((48, 64, 3), 5 * number, numpy.uint8))
    avi.release()
    Path("in/a.mp4").unlink()
    content = Path("in/a.avi").read_bytes()
    Path("in/a.avi").write_bytes(content[: len(content) * 3 // 4])
    list(mapped("whole"))
    list(mapped("cut", split=1))
    assert orders[-1] == "whole"
    assert records("cut") == records("whole") and records("cut")[0]["error"]["kind"] == "IncompleteInput"


def test_a_piece_that_fails_is_one_failure_of_its_clip(orders: list[str]) -> None:
    write_clip("in/a.mp4", 60, bright=25)
    found = list(mapped(split=1))
    assert orders[-1] == "2000000-3000000"  # the others are not tried
    assert [(one.name, one.status) for one in found] == [("a.mp4", "failed")]
    assert found[0].error and found[0].error["timestamp"] == 2_500_000 and found[0].frames == 26
    assert [path.name for path in Path("out").iterdir()] == ["manifest.jsonl"]


def test_a_piece_that_takes_down_two_workers_is_given_up(orders: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PieceSeat, "kill_at", "1000000-2000000")
    (found,) = mapped(split=1)
    assert (found.status, found.attempts) == ("failed", 2) and found.error and found.error["kind"] == "Crash"


class Killed(BaseException):
    """Stands for the end of the command."""


@pytest.mark.slow
def test_pieces_that_are_done_are_not_done_again(orders: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    work = PieceSeat.work

    def cut_off(seat: PieceSeat, order: Mapping[str, Any]) -> dict[str, Any]:
        if order.get("piece", {}).get("begin") == 2_000_000:
            raise Killed
        return work(seat, order)

    monkeypatch.setattr(PieceSeat, "work", cut_off)
    with pytest.raises(Killed):
        list(mapped(split=1))
    assert records("out") == [] and not Path("out/a.mp4").exists()
    monkeypatch.setattr(PieceSeat, "work", work)
    shutil.copytree("out", "other", ignore=shutil.ignore_patterns(".graphflow-work"))
    orders.clear()
    assert [one.status for one in mapped(split=1)] == ["done"]
    assert orders == ["0-0", "2000000-3000000", "3000000-None", "join"]
    # A clip that has changed, and other cuts, begin anew.
    write_clip("in/a.mp4", 46)
    orders.clear()
    assert [one.frames for one in mapped("other", split=1.5)] == [46]
    assert orders == ["0-0", "0-1500000", "1500000-3000000", "3000000-None", "join"]
    assert [path.name for path in Path("other").iterdir() if path.name.startswith(".")] == []


def test_rows_of_somebody_else_do_not_fit(orders: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    work = PieceSeat.work

    def planted(seat: PieceSeat, order: Mapping[str, Any]) -> dict[str, Any]:
        for piece in order.get("join", [])[:1]:
            Path(piece, "seen.jsonl").write_text(
                '[0, {"array": {"type": "O", "shape": [1], "content": "AAAA"}}, 0, ""]\n'
            )
        return work(seat, order)

    monkeypatch.setattr(PieceSeat, "work", planted)
    assert [one.status for one in mapped(split=2)] == ["done"]
    assert orders[-2:] == ["join", "whole"]


@pytest.mark.parametrize("link", [".graphflow-pieces", ".graphflow-pieces/clip"])
def test_links_in_the_place_of_pieces_are_not_followed(orders: list[str], tmp_path: Path, link: str) -> None:
    name = hashlib.sha256(b"a.mp4").hexdigest()[:32]
    elsewhere = tmp_path / "elsewhere"
    for inner in ("0", f"{name}/0"):
        (elsewhere / inner).mkdir(parents=True)
        (elsewhere / inner / "precious").write_text("mine")
    goal = Path("out", link.split("/")[0], *([name] if "/" in link else []))
    goal.parent.mkdir(parents=True)
    goal.symlink_to(elsewhere)
    assert [one.status for one in mapped(split=2)] == ["done"]
    assert orders[-1] == "join" and len(list(elsewhere.rglob("*"))) == 5


def test_an_overlap_is_worked_on_and_not_kept(orders: list[str]) -> None:
    (found,) = mapped(graph="counting.yaml", save="count", split=2, overlap=0.5)
    rows = [json.loads(line) for line in Path("out/a.mp4/count.jsonl").read_text().splitlines()]
    assert [row["timestamp"] for row in rows] == [number * 100_000 for number in range(45)]
    # The second piece has counted five frames before its first.
    assert [row["value"] for row in rows] == [*range(1, 21), *range(6, 31)]
    assert (found.frames, found.status) == (45, "done")
    with pytest.raises(UnusableFile, match=r"pieces: 2 s, begun 0 s earlier, was 2 s, begun 0\.5 s earlier"):
        mapped(graph="counting.yaml", save="count", split=2, overlap=0)


@pytest.mark.slow
def test_what_cannot_be_cut_is_refused(orders: list[str]) -> None:
    for settings, message in (
        ({"graph": "counting.yaml", "save": "count"}, "what comes of 'look' may depend on earlier frames"),
        ({"graph": "face_mesh_desktop", "save": "multi_face_landmarks"}, "may depend on earlier frames"),
        ({"graph": "face_mesh_desktop", "save": "multi_face_landmarks", "output": ".mp4"}, "leave --output out"),
        ({"split": 0}, "takes 0.1 seconds or more"),
        ({"split": None, "overlap": 1}, "give that, too"),
    ):
        with pytest.raises(UnusableFile, match=message):
            mapped(**{"split": 1, **settings})
    Path("graph.yaml").write_text(GRAPH.replace("source: input}", "source: input}\n    options: {max_frames: 3}"))
    with pytest.raises(UnusableFile, match="'max_frames' of node 'source' counts the frames of a whole clip"):
        mapped(split=1)
    assert not Path("out").exists() and not orders


def test_a_worker_waits_for_the_pieces_of_an_input_that_another_one_cuts() -> None:
    item = Input("a")
    queue = InputQueue([item], cutting=True)
    assert queue.take() is item
    clip = CutClip(item, {}, Cutting(1).spans(3))
    found: list[Any] = []
    waiting = threading.Thread(target=lambda: found.extend([queue.take(), queue.take(), queue.take()]))
    waiting.start()
    queue.settle([Piece(clip, 0), Piece(clip, 1)])
    waiting.join(10)
    assert found == [Piece(clip, 0), Piece(clip, 1), None]


@pytest.mark.slow
def test_a_calculator_that_changes_itself_says_whether_it_remembers() -> None:
    silent = []
    for listing in Registry([]).names():
        found = Registry([]).resolve(listing.name) if listing.built_in == "" else None
        cls: Any = getattr(found, "calculator", found)
        if inspect.isclass(cls) and cls.__module__.startswith(BUILT_IN) and cls.stateful is None and _changes(cls):
            silent.append(listing.name)
    assert silent == ["OpenCvVideoDecoder", "VideoSource"]  # sources


def _changes(cls: type[Any]) -> bool:
    for base in cls.__mro__[: cls.__mro__.index(Calculator)]:
        for name, method in vars(base).items():
            if name == "open" or not inspect.isfunction(method):
                continue
            steps = list(dis.get_instructions(method))
            for before, step in zip(steps, steps[1:], strict=False):
                if step.opname == "STORE_ATTR" and (before.opname, before.argval) == ("LOAD_FAST", "self"):
                    return True
    return False
