"""``graphflow run`` on pictures: clips in and out, windows that cannot be, and what it says meanwhile."""

from __future__ import annotations

import json
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Clock
from graphflow.calculators.sources import video_source
from tests.calculators.sources.media import make_clip
from tests.cli.conftest import Command
from tests.cli.processes import PATIENT, start

GRAPH = """\
graphflow: 1
outputs: [bright_rects]
side_packets:
  input: {default: 0, help: "camera or file"}
  output: {default: window, help: "window or file"}
nodes:
  camera:
    calculator: VideoSource
    side_packets: {source: input}
    outputs: {image: video}
    output_side_packets: {info: info, max_in_flight: max_in_flight}
  limiter:
    calculator: FlowLimiter
    inputs: {item: video, finished: {stream: shown, back_edge: true}}
    side_packets: {max_in_flight: max_in_flight}
    outputs: {out: throttled}
  find: {calculator: Bright, inputs: {image: throttled}, outputs: {out: bright_rects}}
  show:
    calculator: VideoSink
    executor: main
    inputs: {image: throttled}
    side_packets: {target: output, info: info}
    outputs: {shown: shown}
"""
CALCULATORS = '''\
"""A calculator of the user's."""
import logging
import os
from typing import Any

from graphflow import Calculator, Option


class Bright(Calculator):
    """Find bright pictures."""

    noise: bool = Option(default=False)

    def process(self, image: Any) -> list[float] | None:
        if self.noise:
            os.write(2, b"native noise\\n")
            logging.getLogger("mine").warning("a word of warning")
        brightness = float(image.mean())
        return [brightness] if brightness > 47 else None
'''


@pytest.fixture
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: a graph, its calculator and a clip; there is no screen."""
    (tmp_path / "graph.yaml").write_text(GRAPH)
    (tmp_path / "bright.py").write_text(CALCULATORS)
    make_clip(tmp_path / "clip.mp4", 10, rate=25)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return tmp_path


RUN = ("run", "graph.yaml", "--calculators", "bright.py")


def rows(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def frames(path: Path) -> tuple[int, float]:
    """How many frames a clip has, and its rate."""
    capture, count = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG), 0
    while capture.read()[0]:
        count += 1
    return count, capture.get(cv2.CAP_PROP_FPS)


def test_a_clip_goes_in_and_a_clip_and_rows_come_out(media: Path, graphflow: Command) -> None:
    ended = graphflow(*RUN, "--input", "clip.mp4", "--output", "out.mp4", "--save", "bright_rects=rows.jsonl")
    assert (ended.status, ended.out) == (0, "")
    assert ended.err.startswith("10 frames, 10 processed, ")
    assert frames(media / "out.mp4") == (10, 25.0)
    saved = rows(media / "rows.jsonl")
    assert [row["timestamp"] for row in saved] == [number * 40_000 for number in range(10)]
    assert [row["value"] is None for row in saved] == [True] * 3 + [False] * 7
    assert not [name for name in os.listdir(media) if "part" in name]


def test_frames_of_a_file_are_limited_and_repeated(media: Path, graphflow: Command) -> None:
    graphflow(*RUN, "--input", "clip.mp4", "--output", "few.mp4", "--max-frames", "3")
    graphflow(*RUN, "--input", "clip.mp4", "--output", "many.mp4", "--max-frames", "25", "--loop")
    assert (frames(media / "few.mp4")[0], frames(media / "many.mp4")[0]) == (3, 25)


def test_real_time_waits_for_the_time_of_each_frame(
    media: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []

    def wait(clock: Clock, until: int) -> Iterator[None]:
        waits.append(until)
        yield from ()

    monkeypatch.setattr(video_source, "_wait", wait)
    ended = graphflow(*RUN, "--input", "clip.mp4", "--output", "out.mp4", "--realtime")
    assert ended.status == 0
    assert [until - waits[0] for until in waits] == [number * 40_000 for number in range(10)]


def test_sources_without_such_options_say_so(media: Path, graphflow: Command) -> None:
    (media / "count.yaml").write_text(
        "graphflow: 1\nnodes:\n  n: {calculator: CountingSource, outputs: {out: x}, "
        "side_packets: {max_count: {value: 3}}}\n"
    )
    ended = graphflow("run", "count.yaml", "--max-frames", "2")
    assert ended.status == 2
    assert "--max-frames: no source of count.yaml has the option 'max_frames'" in ended.err


def test_a_codec_is_that_of_what_writes_videos(media: Path, graphflow: Command) -> None:
    for codec, written in (("mp4v", "FMP4"), ("h264", "h264")):
        if codec == "h264" and "libx264" not in pytest.importorskip("av").codecs_available:
            pytest.skip("this FFmpeg does not encode H.264")
        ended = graphflow(*RUN, "--input", "clip.mp4", "--output", "out.mp4", "--codec", codec)
        assert ended.status == 0
        code = int(cv2.VideoCapture(str(media / "out.mp4"), cv2.CAP_FFMPEG).get(cv2.CAP_PROP_FOURCC))
        assert code.to_bytes(4, "little").decode() == written


def test_a_codec_that_is_none_and_a_graph_without_videos_are_refused(media: Path, graphflow: Command) -> None:
    ended = graphflow(*RUN, "--input", "clip.mp4", "--output", "out.mp4", "--codec", "h265")
    assert ended.status == 2
    assert "option 'codec' must be one of 'mp4v', 'h264', not 'h265'" in ended.err
    (media / "count.yaml").write_text(
        "graphflow: 1\nnodes:\n  n: {calculator: CountingSource, outputs: {out: x}, "
        "side_packets: {max_count: {value: 3}}}\n"
    )
    ended = graphflow("run", "count.yaml", "--codec", "h264")
    assert ended.status == 2
    assert "--codec: nothing in count.yaml has the option 'codec'" in ended.err


def test_without_a_screen_it_says_what_to_add(media: Path, graphflow: Command) -> None:
    ended = graphflow(*RUN, "--input", "clip.mp4", "-q")
    assert ended.status == 3
    assert ended.err.splitlines()[0] == (
        "error: there is no screen (DISPLAY is not set); add --output FILE.mp4 or --save STREAM=FILE.jsonl"
    )


@pytest.mark.parametrize("default", ["default: window, ", ""])
@pytest.mark.parametrize("instead", [("--save", "bright_rects=rows.jsonl"), ("--print", "bright_rects")])
def test_without_a_screen_it_runs_on_where_results_go_elsewhere(
    media: Path, graphflow: Command, instead: tuple[str, str], default: str
) -> None:
    (media / "graph.yaml").write_text(GRAPH.replace("default: window, ", default))
    ended = graphflow(*RUN, "--input", "clip.mp4", *instead)
    assert ended.status == 0
    assert "no window is shown: there is no screen" in ended.err
    assert "10 frames, 10 processed" in ended.err


def test_without_a_camera_it_says_what_to_type(media: Path, graphflow: Command) -> None:
    ended = graphflow(*RUN, "--input", "87", "--output", "out.mp4", "-q")
    assert ended.status == 3
    assert ended.err.splitlines()[0] == "error: no camera 87; use --input sample, or --input FILE"


@pytest.mark.parametrize(
    ("input", "status", "message"),
    [
        ("clpi.mp4", 3, "there is no file 'clpi.mp4'; did you mean 'clip.mp4'?"),
        ("*.avi", 3, "no file matches '*.avi'"),
        ("empty.mp4", 1, "'empty.mp4' is empty"),
        ("bright.py", 1, "'bright.py' cannot be read: it is no video, no picture, or damaged at its beginning"),
        ("list.mp4", 1, "'list.mp4' is a playlist, which may point at any other file; give the clip itself"),
        ("ftp://me:s3cret@host/", 1, "'ftp://host/' cannot be read: URLs may begin with rtsp, rtsps, http, https"),
        ("http://me:s3cret@127.0.0.1:9/?s3cret", 3, "no video from http://127.0.0.1:9/?... within 2 s"),
    ],
)
@pytest.mark.parametrize("verbose", ["-q", "-v"])
def test_inputs_that_cannot_be_read(
    media: Path, graphflow: Command, input: str, status: int, message: str, verbose: str
) -> None:
    (media / "empty.mp4").touch()
    (media / "list.mp4").write_text("#EXTM3U\nclip.mp4\n")
    ended = graphflow(*RUN, "--input", input, "--output", "out.mp4", verbose)
    assert ended.status == status
    assert message in ended.err
    assert "s3cret" not in ended.err
    assert ("Traceback" in ended.err) == (verbose == "-v")
    assert not (media / "out.mp4").exists()


@pytest.mark.parametrize(
    ("output", "status", "message"),
    [
        (
            "out.mpeg",
            1,
            "'out.mpeg' cannot be written: a video file ends in .mp4, .m4v, .mov, .mkv, .avi, "
            "one picture in .png, .jpg, .jpeg, .bmp, .webp, .tif, .tiff, and a folder for a file of each picture in /",
        ),
        ("no/out.mp4", 3, "there is no folder 'no' for 'out.mp4'; make it first"),
    ],
)
def test_outputs_that_cannot_be_written(
    media: Path, graphflow: Command, output: str, status: int, message: str
) -> None:
    ended = graphflow(*RUN, "--input", "clip.mp4", "--output", output)
    assert ended.status == status
    assert ended.err.splitlines()[0] == f"error: {message}", "no figures of a run that never began stand before it"


@pytest.mark.parametrize("output", ["clip.mp4", "./clip.mp4", "link.mp4", "hard.mp4", "folder/clip.mp4", "."])
def test_an_output_that_is_the_input_is_refused_before_anything_is_opened(
    media: Path, graphflow: Command, output: str
) -> None:
    (media / "link.mp4").symlink_to("clip.mp4")
    (media / "hard.mp4").hardlink_to(media / "clip.mp4")
    (media / "folder").symlink_to(".")
    before, names = (media / "clip.mp4").read_bytes(), set(os.listdir(media)) | {"__pycache__"}
    ended = graphflow(*RUN, "--input", "clip.mp4", "--output", output)
    assert ended.status == 2
    assert "node 'show' would " in ended.err and "node 'camera' reads" in ended.err
    assert (media / "clip.mp4").read_bytes() == before
    assert {*os.listdir(media), "__pycache__"} == names


def test_nothing_else_that_a_run_reads_is_replaced(media: Path, graphflow: Command) -> None:
    (media / "graph.yaml").rename(media / "graph.jsonl")
    (media / "bright.csv").hardlink_to(media / "bright.py")
    command = ("run", "graph.jsonl", "--calculators", "bright.py", "--input", "clip.mp4", "--output", "out.mp4")
    for name, who in (("graph.jsonl", "the graph reads"), ("bright.csv", "--calculators reads")):
        ended = graphflow(*command, "--save", f"bright_rects={name}")
        assert ended.status == 2
        assert f"--save would replace '{name}', which {who}" in ended.err


def test_two_results_of_one_name_are_refused(media: Path, graphflow: Command) -> None:
    (media / "a.jsonl").touch()
    (media / "b.jsonl").symlink_to("a.jsonl")
    saves = ("--save", "bright_rects=a.jsonl", "--save", "video=b.jsonl")
    ended = graphflow(*RUN, "--input", "clip.mp4", "--output", "out.mp4", *saves)
    assert ended.status == 2
    assert "'b.jsonl' would be written twice, by --save and --save" in ended.err


def test_pictures_of_a_folder_go_into_a_folder_by_their_names_and_so_do_rows(media: Path, graphflow: Command) -> None:
    (media / "shots").mkdir()
    (media / "out").mkdir()
    (media / "out" / "b 2.jpg").write_text("of yesterday")
    for number, name in enumerate(("b 2.jpg", "b 10.png", "c.BMP")):
        cv2.imwrite(str(media / "shots" / name), numpy.full((40, 50 + number, 3), 60 * number, numpy.uint8))
    saves = [f"bright_rects=rows{suffix}" for suffix in (".jsonl", ".csv", ".npz")]
    ended = graphflow(*RUN, "--input", "shots", "--output", "out", *(word for one in saves for word in ("--save", one)))
    assert ended.status == 0
    assert sorted(os.listdir(media / "out")) == ["b 10.png", "b 2.jpg", "c.BMP"]
    sizes = [cv2.imread(str(media / "out" / name)).shape[1] for name in ("b 2.jpg", "b 10.png", "c.BMP")]  # type: ignore[union-attr]
    assert sizes == [50, 51, 52]
    assert [row["picture"] for row in rows(media / "rows.jsonl")] == ["b 2.jpg", "b 10.png", "c.BMP"]
    table = [line.split(",")[:3] for line in (media / "rows.csv").read_text().splitlines()]
    assert table[0] == ["timestamp", "picture", "dropped"]
    assert [row[1] for row in table[1:]] == ["b 2.jpg", "b 10.png", "c.BMP"]
    with numpy.load(media / "rows.npz") as arrays:
        assert arrays["pictures"].tolist() == ["b 2.jpg", "b 10.png", "c.BMP"]


def test_pictures_are_not_written_into_the_folder_that_they_are_from(media: Path, graphflow: Command) -> None:
    (media / "shots").mkdir()
    cv2.imwrite(str(media / "shots" / "a.png"), numpy.zeros((40, 50, 3), numpy.uint8))
    (media / "link").symlink_to("shots")
    before = (media / "shots" / "a.png").read_bytes()
    for output in ("shots", "shots/", "link/", "shots/a.png"):
        for input in ("shots", "shots/*.png", "shots/a.png"):
            ended = graphflow(*RUN, "--input", input, "--output", output)
            assert ended.status == 2 and "node 'camera' reads" in ended.err
    assert (media / "shots" / "a.png").read_bytes() == before


def test_a_clip_goes_into_a_folder_as_numbered_pictures(media: Path, graphflow: Command) -> None:
    assert graphflow(*RUN, "--input", "clip.mp4", "--output", "new/", "--max-frames", "3").status == 0
    assert sorted(os.listdir(media / "new")) == ["000001.png", "000002.png", "000003.png"]


def test_what_libraries_print_is_hidden_unless_asked_for(media: Path, graphflow: Command) -> None:
    command = (*RUN, "--input", "clip.mp4", "--output", "out.mp4", "--set", "find.noise=true", "--max-frames", "1")
    quiet, loud = graphflow(*command), graphflow(*command, "-v")
    assert "native noise" not in quiet.err
    assert "native noise" in loud.err
    assert "warning: a word of warning" in quiet.err and "warning: a word of warning" in loud.err
    assert graphflow(*command, "-q").err == ""


@pytest.mark.parametrize("library", ["libGL.so.1", "libgthread-2.0.so.0"])
def test_opencv_without_its_system_libraries_says_what_to_install(
    media: Path, graphflow: Command, library: str
) -> None:
    missing = f"{library}: it is not there"
    (media / "bright.py").write_text(f"raise ImportError({missing!r})\n")
    ended = graphflow(*RUN, "--input", "clip.mp4")
    assert ended.status == 2
    assert f"bright.py:1: ImportError: {missing}" in ended.err
    assert "apt-get install libgl1 libglib2.0-0" in ended.err
    assert "Traceback" not in ended.err


def test_damage_is_said_and_counted(media: Path, graphflow: Command) -> None:
    content = make_clip(media / "clip.avi", 40, codec="MJPG").read_bytes()
    (media / "cut.avi").write_bytes(content[: len(content) // 2])
    ended = graphflow(*RUN, "--input", "cut.avi", "--output", "all.mp4", "--allow-truncated")
    decoded = frames(media / "all.mp4")[0]
    assert ended.status == 0 and 5 < decoded < 35
    assert f"warning: 'cut.avi' is cut off: {decoded} frames could be decoded, {40 - decoded} or more" in ended.err
    assert f"  camera/frames_missing: {40 - decoded}" in ended.err
    ended = graphflow(*RUN, "--input", "cut.avi", "--output", "out.mp4")
    assert ended.status == 1
    assert (
        f"'cut.avi' is cut off: {decoded} frames could be decoded, {40 - decoded} or more are missing; add" in ended.err
    )
    assert f"  camera/frames_missing: {40 - decoded}" in ended.err


def process(folder: Path, *arguments: str, **given: Any) -> subprocess.Popen[str]:
    return start(folder, *arguments, before=PATIENT, **given)


@pytest.mark.slow
def test_a_file_that_may_not_grow_is_no_success(media: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    rows_only = process(
        media, *RUN, "--input", "clip.mp4", "--loop", "--save", "bright_rects=rows.jsonl", preexec_fn=limit
    )
    _, err = rows_only.communicate(timeout=60)
    assert rows_only.returncode == 1
    assert "'rows.jsonl' cannot be written: File too large" in err
    assert len(rows(media / "rows.part.jsonl")) > 100

    command = (*RUN, "--input", "clip.mp4", "--loop", "--max-frames", "500", "--output", "out.mp4")
    video = process(media, *command, preexec_fn=limit)
    _, err = video.communicate(timeout=60)
    assert video.returncode == 1
    assert "'out.mp4' cannot be written: not all of its 500 frames came onto the disk" in err
    assert "'out.mp4' was not written: nothing of it can be played" in err
    assert not list(media.glob("out*"))
