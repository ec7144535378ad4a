"""Signals at random instants: each command ends, with the signal's status, and leaves nothing unfinished behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cli.processes import environment, start
from tools.attacks.folders import make_folder
from tools.attacks.plan import Plan
from tools.attacks.report import Report

RUN = ("run", "graph.yaml", "--calculators", "my.py")
MAP = (
    *("map", "graph.yaml", "--calculators", "my.py", "--output-dir", "results", "--save", "bright", "--output", ".mp4"),
    *("--workers", "2", "--quiet"),
)
COMMANDS: dict[str, tuple[str, ...]] = {
    "clip": (*RUN, "--input", "clip.mp4", "--loop", "--output", "out.mp4", "--save", "bright=rows.jsonl"),
    "threads": (
        *RUN,
        "--input",
        "clip.mp4",
        "--loop",
        "--output",
        "out.mp4",
        "--save",
        "bright=rows.npz",
        "--threads=2",
    ),
    "sample": ("run", "face_mesh_desktop", "--input", "sample", "--loop", "--output", "out.mp4"),
    "standard input": (*RUN, "--input", "-", "--output", "out.mp4", "--save", "bright=rows.csv"),
    "imports": ("validate", "graph.yaml", "--calculators", "slow.py"),
    "pull": ("models", "pull", "portrait.png"),
    "evaluate": ("evaluate", "faces.xml", "--graph", "faces.yaml", "--calculators", "my.py", "--repeat", "1000"),
    "viz": ("viz", "face_mesh_desktop", "--expand", "-o", "out.dot"),
    "convert": ("convert", "face_mesh_desktop", "-o", "out.pbtxt"),
    "map": (*MAP, "clips.csv", "--set", "camera.loop=true"),
    "map that ends": (*MAP, "clips.csv"),
    "program": ("program.py",),
}
"""By kind. Those with a source never end by themselves."""
ENDLESS = ("clip", "threads", "sample", "standard input", "pull", "map", "program")
PROGRAM = """\
import cv2, mediapipe as mp
picture = cv2.imread("a.png")
with mp.solutions.face_mesh.FaceMesh(static_image_mode=True) as mesh:
    while True:
        mesh.process(picture)
"""
"""Its signals are its own affair, as under Python: it ends, and leaves nothing."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LIMIT = 120.0
"""Seconds after which a command counts as one that does not end."""


def attack(report: Report, plan: Plan) -> None:
    """Send signals to commands at random instants, also while Python and its modules start."""
    total = plan.times(500, 6)
    times: list[float] = []
    apart: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as top, slow_server() as address, signals_reach_children():
        unit = 0.5 if plan.short else started(Path(top))

        def one(number: int) -> None:
            took = interrupt(report, plan, number, folder := Path(top, str(number)), address, unit, apart)
            if took is not None:
                times.append(took)
            shutil.rmtree(folder)
            report.attempt(total)

        with ThreadPoolExecutor(min(plan.jobs, total)) as pool:
            list(pool.map(one, range(total)))
    report.notes.append(", ".join(f"{count:,} {what}" for what, count in sorted(apart.items())))
    if times:
        times.sort()
        late = sum(took > 0.5 for took in times)
        report.notes.append(
            f"seconds from the signal to the end: median {statistics.median(times):.2f}, "
            f"95 % {times[int(0.95 * (len(times) - 1))]:.2f}, longest {times[-1]:.2f}; "
            f"{late} of {len(times)} more than 0.5; "
            f"a start took {unit:.2f}, {plan.jobs} at once"
        )


@contextmanager
def signals_reach_children() -> Iterator[None]:
    """What is ignored here would be ignored by what is started from here, too: nohup, a job in the background."""
    ignored = [number for number in SIGNALS if signal.getsignal(number) == signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)


def started(place: Path) -> float:
    """Seconds that a command takes that does next to nothing: the unit of the random instants."""
    place.mkdir(exist_ok=True)
    for _ in range(2):  # the first may compile modules
        begin = time.monotonic()
        start(place, "validate", "face_mesh_desktop").communicate(timeout=LIMIT)
    return time.monotonic() - begin


def interrupt(
    report: Report, plan: Plan, number: int, place: Path, address: str, unit: float, apart: Counter[str]
) -> float | None:
    """Start a command, send it one signal, and look at what is left. Seconds to its end; None if there was no signal.

    Args:
        report: Takes what is wrong.
        plan: Of the campaign.
        number: Of the attack.
        place: A folder that is made for it.
        address: Of a server that never comes to an end.
        unit: Seconds that a start takes.
        apart: Counts what became of all.
    """
    rng = plan.random("interrupt", number)
    kind, sent = list(COMMANDS)[number % len(COMMANDS)], rng.choice(SIGNALS)
    delay = rng.uniform(0, unit if rng.random() < 0.5 or kind not in ENDLESS else 4 * unit)
    folder, temporary = make_folder(place / "work"), place / "tmp"
    temporary.mkdir()
    (folder / "program.py").write_text(PROGRAM)
    (folder / "clips.csv").write_text("name,input\n" + "".join(f"{number},clip.mp4\n" for number in range(20)))
    variables = {"TMPDIR": str(temporary), "PIP_INDEX_URL": address, "PIP_RETRIES": "0"}
    if kind == "pull":
        variables["GRAPHFLOW_CACHE"] = str(place / "cache")
    process = (program if kind == "program" else start)(
        folder,
        *COMMANDS[kind],
        env=environment(**variables),
        stdin=subprocess.PIPE if kind == "standard input" else subprocess.DEVNULL,
        start_new_session=True,
    )
    words = f"{sent.name} after {delay:.3f} s to {kind} (number {number}, seed {plan.seed})"
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(_read(process)))
    reader.start()
    time.sleep(delay)
    listening = catches(process.pid, SIGNALS[-1])
    ended = process.poll() is not None
    end = threading.Timer(LIMIT, process.kill)  # waiting with a time limit would look now and then only
    end.start()
    begin = time.monotonic()
    process.send_signal(sent)
    process.wait()
    took = time.monotonic() - begin
    end.cancel()
    if process.stdin is not None:
        process.stdin.close()
    reader.join()
    out, err = said
    if ended:
        apart["had ended before"] += 1
        return None
    if kind == "program":
        apart[f"programs (status {process.returncode})"] += 1
    elif not listening:
        apart[f"before main() ran (status {process.returncode})"] += 1
        return took
    else:
        apart["heard"] += 1
    own = kind == "program" and sent == signal.SIGINT
    if unfit(err, own):
        report.find("tracebacks", f"{words}:\n{err}")
    ends = (-sent,) if kind == "program" else (128 + sent,) if kind in ENDLESS else (128 + sent, 0)
    if process.returncode not in ends and not (own and process.returncode == 1):
        report.find("other", f"status {process.returncode}: {words}: {err[-300:]}")
    for what in left_over(folder, temporary, process.pid):
        report.find("other", f"left behind, {what}: {words}: {err[-300:]}")
    return took


def unfit(err: str, own: bool) -> bool:
    """Whether a command may not say this.

    Args:
        err: What it says.
        own: Whether the signal was Python's own affair, which has a traceback then, and cannot start without `site`.
    """
    if own:
        return "Fatal Python error" in err.replace("Fatal Python error: init_import_site", "")
    return "Fatal Python error" in err or "Traceback" in err


def _read(process: subprocess.Popen[str]) -> Iterator[str]:
    """What it says on both streams; both are read to their ends."""
    assert process.stdout is not None and process.stderr is not None
    out: list[str] = []
    stdout = process.stdout
    reader = threading.Thread(target=lambda: out.append(stdout.read()))
    reader.start()
    err = process.stderr.read()
    reader.join()
    process.stdout.close()
    process.stderr.close()
    yield from (*out, err)


def catches(pid: int, number: int) -> bool:
    """Whether a process has a handler of its own for a signal; where nobody tells (outside of Linux), true."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return not Path("/proc/self/status").exists()
    masks = [int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt")]
    return bool(masks and masks[0] >> (number - 1) & 1)


def left_over(folder: Path, temporary: Path, group: int) -> list[str]:
    """What an interrupted command may not leave: temporary files, unfinished results under their names, processes."""
    found = [f"temporary {path.name}" for path in temporary.iterdir()]
    found += [f"unfinished {path.name}" for path in folder.rglob(".graphflow-*")]
    found += [
        f"a result of which something lacks, {path.name}" for path in folder.glob("results/*/") if not _whole(path)
    ]
    found += [
        f"incomplete {name}" for name in ("out.mp4", "rows.jsonl", "rows.npz", "rows.csv") if (folder / name).exists()
    ]
    if (converted := folder / "out.pbtxt").exists() and not converted.read_text().endswith("}\n"):
        found.append("incomplete out.pbtxt")
    drawn = folder / "out.dot"
    if drawn.exists() and not drawn.read_text().endswith("}\n"):
        found.append("incomplete out.dot")
    if not gone(group):
        os.killpg(group, signal.SIGKILL)
        found.append("a process")
    return found


def _whole(folder: Path) -> bool:
    """Whether a folder of `map` has all rows and a clip."""
    rows, clip = folder / "bright.jsonl", folder / "output.mp4"
    return rows.exists() and rows.read_text().count("\n") == 20 and clip.exists() and clip.stat().st_size > 0


def program(folder: Path, name: str, **given: Any) -> subprocess.Popen[str]:
    """Start a program for mediapipe's solutions."""
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | given
    return subprocess.Popen([sys.executable, "-m", "graphflow.solutions", name], cwd=folder, text=True, **given)


def gone(group: int) -> bool:
    """Whether all processes of a group end by themselves; the one that reports crashes does so when the pipe closes."""
    until = time.monotonic() + LIMIT
    while alive(group):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def alive(group: int) -> bool:
    """Whether a group has a process that runs; one that has ended, and waits to be told of, does not."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    known = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of = path.read_text(errors="replace").rpartition(")")[2].split()[:3]
        except OSError:  # it has ended meanwhile
            continue
        known += 1
        if state not in "ZX" and int(of) == group:
            return True
    return not known  # nobody tells, outside of Linux


@contextmanager
def slow_server() -> Iterator[str]:
    """The address of an index of packages that answers a letter now and then, and never ends."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
                    while not stop.wait(0.2):
                        connection.sendall(b" ")
                except OSError:
                    pass

        def accept() -> None:
            while not stop.is_set():
                try:
                    connection = server.accept()[0]
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/simple"
        finally:
            stop.set()
            server.shutdown(socket.SHUT_RDWR)
