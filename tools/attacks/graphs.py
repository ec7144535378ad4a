"""Hostile graphs: checking, drawing and describing them touches nothing, and running only what was asked for."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import sys
import tempfile
import threading
from pathlib import Path

from tests.calculators.sources.media import make_clip
from tools.attacks.hostile_graphs import graphs, texts
from tools.attacks.plan import Plan
from tools.attacks.report import Report
from tools.attacks.watched import Ended, Watched
from tools.fuzzing.mutants import WordMutants

LOOKING = (
    ("convert", "GRAPH"),
    ("validate", "GRAPH"),
    ("validate", "--json", "GRAPH"),
    ("viz", "GRAPH", "--expand", "-o", "out/a.dot"),
    ("viz", "GRAPH", "-o", "out/a.html"),
    ("inspect", "GRAPH"),
)
RUNNING = (("run", "GRAPH", "--offline"),)


def look(report: Report, plan: Plan) -> None:
    """Check, draw and describe hostile graphs, and graphs whose words and lines got mixed up.

    A short campaign runs them too, because one child then does for both.
    """
    _attack(report, plan, (*LOOKING, *RUNNING) if plan.short else LOOKING, plan.times(1000, 4))


def run(report: Report, plan: Plan) -> None:
    """Run them."""
    _attack(report, plan, RUNNING, plan.times(300, 4))


def _attack(report: Report, plan: Plan, commands: tuple[tuple[str, ...], ...], mutants: int) -> None:
    with tempfile.TemporaryDirectory() as name, Server() as server:
        top = Path(name).resolve()
        work, outside, home = (top / part for part in ("work", "outside", "home"))
        for folder in (work / "out", outside, home, top / "tmp"):
            folder.mkdir(parents=True)
        plant(work, outside)
        files = list(graphs(outside, server.address))
        theirs = [(f"text of {name}", text) for name, text in texts(outside, server.address)]
        if plan.short:
            files, theirs = files[::16], theirs[::8]
        words = WordMutants([text for _, text in graphs(outside, server.address)])
        files += [(f"mutant {number}", words.mutant(plan.random("graphs", number))) for number in range(mutants)]
        before = contents(top)
        home_now = {"HOME": str(home), "TMPDIR": str(top / "tmp"), "GRAPHFLOW_CACHE": cache()}
        with Watched(report, top, **home_now) as watched:
            for number, (name, text) in enumerate([*files, *theirs]):
                file = "graph.yaml" if number < len(files) else "graph.pbtxt"
                (work / file).write_text(text, encoding="utf-8", errors="surrogateescape")
                for command in commands:
                    arguments = [word.replace("GRAPH", file) for word in command]
                    ended = watched.run(work, *arguments, again=f"{name}, seed {plan.seed}:\n{text}")
                    again = f"{' '.join(arguments)} of {name}, seed {plan.seed}:\n{text}"
                    _judge(report, ended, again, top, work / "out", running=command in RUNNING)
                    if server.asked:
                        report.find("connections", f"{server.asked} came in: {again}")
                        server.asked = 0
                    if (now := contents(top)) != before:
                        changed = sorted(path for path in now.keys() | before if now.get(path) != before.get(path))
                        report.find("written outside", f"{', '.join(changed)} changed: {again}")
                        restore(top, work, outside)
                        before = contents(top)
                    report.attempt((len(files) + len(theirs)) * len(commands))


def _judge(report: Report, ended: Ended, again: str, top: Path, asked: Path, running: bool) -> None:
    """What the audit hook saw of a command; what has changed on the disk is looked at by itself."""
    wrong: dict[str, list[str]] = {}
    for kind, words in ended.events:
        if kind == "written" and words != os.devnull and not any(map(Path(words).is_relative_to, (asked, top / "tmp"))):
            wrong.setdefault("written outside", []).append(words)
        elif kind == "connection":
            wrong.setdefault("connections", []).append(words)
        elif kind == "code" and (words.startswith(str(top)) or "evil" in words):
            wrong.setdefault("foreign code", []).append(words)
        elif kind == "process" and not (running and words.startswith(f"subprocess.Popen ['{sys.executable}', '-I'")):
            wrong.setdefault("other", []).append(words)  # running tries a model in a process of its own
    for kind, all_words in wrong.items():
        report.find(kind, f"{', '.join(dict.fromkeys(all_words))}: {again}")


def plant(work: Path, outside: Path) -> None:
    """Files that nobody may touch, links to them, and code that nobody may run."""
    for name in ("old.jsonl", "old.csv", "old.npz", "model.tflite", "model.onnx", "evil.so"):
        (outside / name).write_text("older\n")
    make_clip(outside / "old.mp4", 3)
    (outside / "old.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (outside / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1,\nold.mp4\n")
    (outside / "secret.yaml").write_text("graphflow: 1\nnodes: {}\n")
    (outside / "secret.pbtxt").write_text('type: "Secret"\n')
    os.mkfifo(outside / "fifo")
    os.mkfifo(work / "fifo.yaml")
    os.mkfifo(work / "fifo.pbtxt")
    for folder in (work, outside):
        (folder / "evil.py").write_text(f"open({str(outside / 'touched')!r}, 'w')\nclass Evil: pass\n")
    (work / "evil.so").write_text("older\n")
    for name in ("old.jsonl", "old.png", "secret.yaml", "secret.pbtxt", "evil.so"):
        (work / f"link{Path(name).suffix}").symlink_to(outside / name)


def restore(top: Path, work: Path, outside: Path) -> None:
    """Make everything anew that a graph has changed."""
    for folder in (work, outside, top / "home"):
        shutil.rmtree(folder)
    for folder in (work / "out", outside, top / "home"):
        folder.mkdir(parents=True)
    plant(work, outside)


def contents(top: Path) -> dict[str, str]:
    """What there is below a folder, but for what was asked for and what commands say."""
    found = {}
    for path in sorted(top.rglob("*")):
        name = str(path.relative_to(top))
        if name.startswith(("work/out", "said.", "work/graph.")):
            continue
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[name] = oct(path.stat().st_mode)
    return found


def cache() -> str:
    """Where the models of this machine are: the home of commands is another."""
    from graphflow.models.store import cache_folder

    return str(cache_folder().parent)


class Server:
    """Counts who asks for something; closes the door at once.

    Attributes:
        asked: How many have come.
        address: Host and port.
    """

    def __init__(self) -> None:
        self.asked = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Server:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                self._socket.accept()[0].close()
            except OSError:
                return
            self.asked += 1
