"""Graphs from somebody else, as whole commands in a process of their own: none writes, none connects, none reads."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphflow.models.store import CACHE, cache_folder
from tests.cli.conftest import Command
from tests.cli.processes import command, environment

AUDIT = """
import os, sys
log = open({log!r}, "a", buffering=1)
written = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
told = ("socket.connect", "socket.getaddrinfo", "os.rename", "os.remove", "os.mkdir", "os.link", "os.symlink")
def hook(event, args):
    if event == "open" and isinstance(args[0], int):
        return  # a stream of the process itself
    if event == "open" and args[0] != os.devnull and (args[2] or 0) & written or event in told:
        print(event, args[:2], file=log)
    if event == "open" and "secret_of_mine" in str(args[0]):
        print("read", args[0], file=log)
sys.addaudithook(hook)
"""
"""Notes what is opened for writing, what is connected to, and whether the secret file is opened at all."""

ROWS = """\
graphflow: 1
nodes:
  count: {calculator: CountingSource, outputs: {out: x}, side_packets: {max_count: {value: 4}}}
  write: {calculator: RowSink, inputs: {item: x}, side_packets: {target: {value: TARGET}}}
"""
SHOWN = """\
graphflow: 1
side_packets: {output: {default: TARGET}}
nodes:
  camera: {calculator: VideoSource, outputs: {image: x}, side_packets: {source: {value: SOURCE}}}
  show: {calculator: VideoSink, inputs: {image: x}, side_packets: {target: output}}
"""
MODEL = """\
graphflow: 1
nodes:
  camera: {calculator: VideoSource, outputs: {image: x}, side_packets: {source: {value: sample}}}
  into: {calculator: ImageToTensor, inputs: {image: x}, outputs: {tensors: t}, options: {output_tensor_width: 8,
    output_tensor_height: 8, output_tensor_float_range: {min: 0.0, max: 1.0}}}
  infer: {calculator: Inference, inputs: {tensors: t}, outputs: {tensors: u},
    options: {model_path: ../secret_of_mine.tflite}}
"""
MADE = ROWS.replace("{value: TARGET}", "p") + (
    "  made: {calculator: ConstantSidePacket, options: {packet: [TARGET]}, output_side_packets: {packet: p}}\n"
)
SUBGRAPH = """\
graphflow: 1
nodes: {rows: {subgraph: deep/rows.yaml}}
"""
GRAPHS = {
    "rows.yaml": ROWS.replace("TARGET", "../important.jsonl"),
    "made.yaml": MADE.replace("TARGET", "../important.jsonl"),
    "deep/rows.yaml": ROWS.replace("TARGET", "../important.jsonl"),
    "subgraph.yaml": SUBGRAPH,
    "home.yaml": SHOWN.replace("TARGET", "~/picture.png").replace("SOURCE", "sample"),
    "clip.yaml": SHOWN.replace("TARGET", "~/clip.mp4").replace("SOURCE", "sample"),
    "folder.yaml": SHOWN.replace("TARGET", "~/").replace("SOURCE", "sample"),
    "url.yaml": SHOWN.replace("TARGET", "none").replace("SOURCE", "'http://me:s3cret@127.0.0.1:PORT/x.mp4?t=1'"),
    "rtsp.yaml": SHOWN.replace("TARGET", "none").replace("SOURCE", "'RTSP://127.0.0.1:PORT/x'"),
    "secret.yaml": SHOWN.replace("TARGET", "none").replace("SOURCE", "../secret_of_mine.png"),
    "absent.yaml": SHOWN.replace("TARGET", "none").replace("SOURCE", "../secret_of_mine/nobody.png"),
    "model.yaml": MODEL,
}
ONCE = """
import functools, typer.main
typer.main.get_command = functools.cache(typer.main.get_command)
"""
"""A process makes the command line once; here dozens of commands share one."""

RUNNING = """
from graphflow.cli import main
for graph in {graphs!r}:
    sys.argv[1:] = ["run", graph, "-q"]
    try:
        main()
    except SystemExit as left:
        print("status", left.code, "of", graph, file=sys.stderr)
sys.exit()
"""
LOOKING = """
from graphflow.cli.app import app
statuses = []
def run(*arguments):
    statuses.append((arguments, app(list(arguments), standalone_mode=False)))
for graph in {graphs!r}:
    run("validate", graph), run("viz", graph), run("viz", graph, "--expand"), run("inspect", graph)
run("list")
wrong = [arguments for arguments, status in statuses if status]
sys.exit(str(wrong) if wrong else 0)
"""


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """Somebody who waits to be connected to."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture
def hostile(tmp_path: Path, server: socket.socket) -> Path:
    """A folder of graphs from somebody else, beside files of the user's, below the user's home."""
    folder = tmp_path / "downloads"
    (folder / "deep").mkdir(parents=True)
    port = str(server.getsockname()[1])
    for name, text in GRAPHS.items():
        (folder / name).write_text(text.replace("PORT", port))
    for name in ("important.jsonl", "secret_of_mine.png", "secret_of_mine.tflite"):
        (tmp_path / name).write_text("mine")
    return folder


def files(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audit") / "log"


def ended(hostile: Path, log: Path, server: socket.socket, *arguments: str, then: str = "") -> tuple[int, str]:
    """Status and words of a command that has opened and changed nothing."""
    before = files(hostile.parent)
    done = subprocess.run(
        command(*arguments, before=AUDIT.format(log=str(log)) + then), cwd=hostile,
        env=environment(HOME=str(hostile.parent), PYTHONDONTWRITEBYTECODE="1", **{CACHE: str(cache_folder())}),
        capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert log.read_text() == ""
    assert files(hostile.parent) == before
    with pytest.raises(BlockingIOError):
        server.accept()
    assert "s3cret" not in done.stdout + done.stderr
    return done.returncode, done.stderr


@pytest.mark.slow
def test_a_run_opens_nothing(hostile: Path, log: Path, server: socket.socket) -> None:
    _, told = ended(hostile, log, server, then=ONCE + RUNNING.format(graphs=[*GRAPHS]))
    for graph in GRAPHS:
        words, end, told = told.partition(f"status 2 of {graph}\n")
        assert end and "which only the graph names" in words and "--allow-" in words, (graph, words, told)
    assert not told


@pytest.mark.slow
def test_looking_at_graphs_opens_nothing(hostile: Path, log: Path, server: socket.socket) -> None:
    status, words = ended(hostile, log, server, then=ONCE + LOOKING.format(graphs=[*GRAPHS]))
    assert status == 0, words


@pytest.fixture
def inside(hostile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(hostile)
    monkeypatch.setenv(CACHE, str(cache_folder()))  # the models stay where they are
    monkeypatch.setenv("HOME", str(tmp_path))
    return hostile


def test_the_refusal_says_which_line_and_what_to_type(inside: Path, graphflow: Command) -> None:
    refused = graphflow("run", "rows.yaml", "-q")
    assert refused.status == 2
    assert refused.err.splitlines() == [
        "error: node 'write' would write '../important.jsonl', which only the graph names (rows.yaml:4)",
        "   = help: add --output-dir FOLDER to have it write there and nowhere else, or --allow-files if you trust it "
        "(in Python: output_dir=FOLDER, allow_files=True)",
    ]


def test_a_name_that_reads_like_a_message_is_told_as_a_name(inside: Path, graphflow: Command) -> None:
    (inside / "sly.yaml").write_text(ROWS.replace("TARGET", "'/a: add --allow-files, it is harmless.jsonl'"))
    message, help, *_ = graphflow("run", "sly.yaml", "-q").err.splitlines()
    assert "would write '/a: add --allow-files, it is harmless.jsonl', which only the graph names" in message
    assert help.startswith("   = help: add --output-dir FOLDER")


def test_an_output_folder_takes_what_a_graph_writes(inside: Path, graphflow: Command) -> None:
    (inside / "mine.yaml").write_text(ROWS.replace("TARGET", "rows.jsonl"))
    (inside / "made.yaml").write_text(MADE.replace("TARGET", "made.jsonl"))
    for graph in ("mine.yaml", "made.yaml"):
        assert graphflow("run", graph, "-q", "--output-dir", "out").status == 0
    assert len((inside / "out" / "rows.jsonl").read_text().splitlines()) == 4
    assert (inside / "out" / "rows.jsonl").read_text() == (inside / "out" / "made.jsonl").read_text()
    assert not (inside / "rows.jsonl").exists()
    assert graphflow("run", "rows.yaml", "-q", "--output-dir", "out").status == 2


def test_who_trusts_a_graph_says_so(inside: Path, server: socket.socket, graphflow: Command) -> None:
    assert graphflow("run", "rows.yaml", "-q", "--allow-files").status == 0
    assert len((inside / ".." / "important.jsonl").read_text().splitlines()) == 4
    assert graphflow("run", "url.yaml", "-q", "--allow-files").status == 2
    done = graphflow("run", "url.yaml", "-q", "--allow-network", "--set", "camera.timeout=0.2")
    assert done.status == 3 and "which only" not in done.err
    server.accept()[0].close()


def test_what_is_typed_is_allowed(inside: Path, server: socket.socket, graphflow: Command) -> None:
    done = graphflow("run", "home.yaml", "-q", "--output", "../typed.mp4", "--set", "camera.max_frames=2")
    assert done.status == 0 and (inside / ".." / "typed.mp4").exists()
    (inside / "in.yaml").write_text(SHOWN.replace("{value: SOURCE}", "input").replace("output: {", "input: , output: {")
                                    .replace("TARGET", "none"))  # fmt: skip
    address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
    done = graphflow("run", "in.yaml", "-q", "--input", address, "--set", "camera.timeout=0.2")
    assert done.status == 3
    server.accept()[0].close()
    done = graphflow("run", "in.yaml", "-q", "--input", "../secret_of_mine.png")
    assert done.status == 1 and "which only" not in done.err
