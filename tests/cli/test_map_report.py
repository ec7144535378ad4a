"""The page that ``graphflow map --status FOLDER --html FILE`` writes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow.cli import map_report
from graphflow.cli.failure_pictures import FailurePicture, pictures_of
from graphflow.corpus.input_cache import Bench, InputCache, inputs_folder
from graphflow.corpus.status import Failure, status_of
from graphflow.corpus.storage import Storage

Command = Callable[..., Any]


def manifest(folder: Path, failures: Sequence[dict[str, Any]], done: int = 1) -> str:
    """Write the manifest of a run that is over."""
    (folder / "out").mkdir()
    ended = {"attempts": 1, "ended": 15.0, "frames": 3, "seconds": 0.5}
    records: list[dict[str, Any]] = [
        {"graphflow": "map", "version": 1, "fingerprint": {}},
        {"run": {"inputs": done + len(failures) + 2, "workers": 1, "began": 5.0}},
        *({"input": f"good{number}", "status": "done", **ended} for number in range(done)),
        *({"status": "failed", **ended, **one} for one in failures),
    ]
    (folder / "out" / "manifest.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records))
    return "out"


def test_a_page_tells_what_failed_and_nothing_of_it_is_markup(folder: Path, graphflow: Command) -> None:
    error = {"kind": "<i>", "message": "a <script>b</script> & \x1b[31m", "node": "<n>", "place": "<g>.yaml:3"}
    out = manifest(folder, [{"input": "<img src=x>.mp4", "path": "https://me:secret@host/<p>", "error": error}])
    ended = graphflow("map", "--status", out, "--html", "report.html")
    assert ended.status == 0 and ended.out.startswith("out: 4 inputs, 1 done, 1 failed, 2 left")
    page = (folder / "report.html").read_text()
    for told in (
        "<dd>4</dd>",
        "0.2/s",
        "time left, if it went on</dt><dd>10 s<",
        "&lt;i&gt;: a &lt;script&gt;b",
        "good0",
    ):
        assert told in page
    for told in ("&lt;img src=x&gt;.mp4", "node &lt;n&gt;", "&lt;g&gt;.yaml:3", "no picture", "0.50 s"):
        assert told in page
    assert not any(text in page for text in ("<script", "<img", "<i>", "<n>", "secret", "\x1b"))


def test_pictures_are_of_the_first_failures_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = {"kind": "ValueError", "message": "bad"}
    out = manifest(folder, [{"input": f"bad{number}", "error": error} for number in range(9)])
    monkeypatch.setattr(map_report, "MOST_PICTURES", 2)
    monkeypatch.setattr(map_report, "MOST_FAILURES", 5)
    asked: list[str] = []

    def made(failures: Sequence[Failure]) -> dict[str, FailurePicture]:
        asked.extend(failure.name for failure in failures)
        return {"bad1": FailurePicture("AAAA", 2_500_000, False)}

    monkeypatch.setattr(map_report, "pictures_of", made)
    map_report.write_report(status_of(Path(out)), out, Path("report.html"))
    page = (folder / "report.html").read_text()
    assert asked == ["bad0", "bad1"]
    assert page.count("<li") == 5 and page.count("<img") == 1 and "frame at 2.500 s" in page
    assert "first 2 only" in page and "The first 5 are listed" in page


@pytest.mark.parametrize("arguments", [["--html", "report.html"], ["--status", "out", "--html", "report.txt"]])
def test_a_page_takes_a_status_and_a_name(folder: Path, graphflow: Command, arguments: list[str]) -> None:
    manifest(folder, [])
    ended = graphflow("map", *arguments)
    assert ended.status == 2 and "--html takes a file that ends in .html, and --status" in ended.err


@pytest.mark.slow
def test_a_picture_is_the_frame_that_failed_else_the_first_one(folder: Path) -> None:
    clip = cv2.VideoWriter("clip.avi", cv2.VideoWriter.fourcc(*"MJPG"), 10, (640, 480))
    for grey in range(0, 250, 25):
        clip.write(numpy.full((480, 640, 3), grey, numpy.uint8))
    clip.release()
    (folder / "text.mp4").write_text("no clip")
    failures = [
        Failure("known", "clip.avi", 1, {"timestamp": 600_000}),
        Failure("broken", "text.mp4", 1, {"timestamp": 600_000}),
        Failure("pipe", "/dev/zero", 1, {}),
        Failure("gone", "gone.mp4", 1, {}),
        Failure("far", "https://host/a.mp4", 1, {}),
        Failure("unknown", "clip.avi", 1, {"timestamp": "soon"}),
    ]
    found = pictures_of(failures)
    assert {name: (one.timestamp, one.exact) for name, one in found.items()} == {
        "known": (600_000, True),
        "unknown": (0, False),
    }
    image = cv2.imdecode(numpy.frombuffer(base64.b64decode(found["known"].jpeg), numpy.uint8), cv2.IMREAD_COLOR)
    assert image is not None and image.shape == (240, 320, 3) and abs(int(image.mean()) - 150) < 10


@pytest.mark.slow
def test_a_picture_of_an_object_is_of_the_version_that_is_kept_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = pytest.importorskip("fsspec.implementations.memory").MemoryFileSystem
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(folder / "cache" / "models"))
    cv2.imwrite("a.png", numpy.full((48, 64, 3), 150, numpy.uint8))
    origin = Storage("memory://in/a.png")
    try:
        origin.put(folder / "a.png")
        stat = origin.stat()
        with closing(Bench(inputs_folder())) as bench, bench.fresh() as place:
            InputCache(inputs_folder(), 10**6).link(origin, place)
    finally:
        memory.store.clear()  # nothing is asked of the storage
        memory.pseudo_dirs[:] = [""]
    assert stat is not None
    recorded = {
        "path": origin.address,
        "size": stat.size,
        "etag": stat.version,
        "error": {"kind": "ValueError", "message": "bad"},
    }
    odd = recorded | {"path": "memory://in/\udc00/\0", "size": "many"}
    out = manifest(
        folder, [{"input": "kept", **recorded}, {"input": "newer", **recorded, "etag": "2"}, {"input": "odd", **odd}]
    )
    assert list(pictures_of(status_of(Path(out)).failures)) == ["kept"]
    assert [path.name for path in inputs_folder().glob("work-*")] == []
    (inputs_folder() / "sweep.lock").unlink()
    (inputs_folder() / "sweep.lock").mkdir()  # as if nobody might write there
    assert pictures_of(status_of(Path(out)).failures) == {}
