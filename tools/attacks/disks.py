"""A disk that is full: older results stay whole, the command fails, and says so in a line."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.calculators.sources.media import make_noisy_clip
from tests.cli.processes import start
from tools.attacks.folders import make_folder
from tools.attacks.plan import Plan
from tools.attacks.report import Report

RUN = ("run", "graph.yaml", "--calculators", "my.py", "--input", "clip.mp4")
EVALUATE = ("evaluate", "faces.xml", "--graph", "faces.yaml", "--calculators", "my.py")
CASES: dict[str, tuple[str, ...]] = {
    "old.mp4": (*RUN, "--output", "FILE"),
    "old.avi": (*RUN, "--output", "FILE"),
    "old.jsonl": (*RUN, "--output", "none", "--loop", "--max-frames", "FRAMES", "--save", "bright=FILE"),
    "old.csv": (*RUN, "--output", "none", "--loop", "--max-frames", "FRAMES", "--save", "bright=FILE"),
    "old.npz": (*RUN, "--output", "none", "--loop", "--max-frames", "FRAMES", "--save", "bright=FILE"),
    "old.dot": ("viz", "face_mesh_desktop", "--expand", "-o", "FILE"),
    "old.mmd": ("viz", "face_mesh_desktop", "--expand", "-o", "FILE"),
    "old.svg": ("viz", "face_mesh_desktop", "--expand", "-o", "FILE"),
    "old.png": ("viz", "face_mesh_desktop", "--expand", "-o", "FILE"),
    "report": (*EVALUATE, "--output", "FILE"),
    "old.pbtxt": ("convert", "face_mesh_desktop", "--allow-unknown", "-o", "FILE"),
    "old.json": ("schema", "-o", "FILE"),
    "standard output": ("viz", "face_mesh_desktop", "--expand"),
    "printed rows": (*RUN, "--output", "none", "--loop", "--max-frames", "FRAMES", "--print", "bright"),
    "figures": (*EVALUATE, "--json"),
}
SIZE = 64 << 10
LIMIT = 200.0


def attack(report: Report, plan: Plan) -> None:
    """Write each kind of result to a small disk, from almost empty to full."""
    with tempfile.TemporaryDirectory() as name:
        folder = make_folder(Path(name, "work"))
        make_noisy_clip(folder / "clip.mp4", 60, "mp4v")
        disk = Path(name, "disk")
        disk.mkdir()
        with small_disk(disk) as problem:
            if problem:
                report.notes.append(f"skipped: {problem}")
                return
            cases = [(what, free) for what in CASES for free in ((0,) if plan.short else (0, 1, 4, 11))]
            if plan.short:
                cases = [case for case in cases if case[0] in ("old.npz", "old.dot")]
            for what, free in cases:
                _try(report, folder, disk, what, free)
                report.attempt(len(cases))


@contextmanager
def small_disk(place: Path) -> Iterator[str]:
    """Mount one; else why it cannot be."""
    try:
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(place)]
        done = subprocess.run(command, capture_output=True, text=True)
        problem = done.stderr.strip() if done.returncode else ""
    except OSError as error:
        problem = f"no small disk can be made: {error}"
    try:
        yield problem
    finally:
        if not problem:
            subprocess.run(["umount", "-l", str(place)], check=True)


def _try(report: Report, folder: Path, disk: Path, what: str, pages: int) -> None:
    for path in sorted(disk.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    to_output = not any(word.endswith("FILE") for word in CASES[what])
    old = disk / (f"{what}/report.json" if what == "report" else what)
    old.parent.mkdir(exist_ok=True)
    old.write_text("older")
    fill(disk / "filler", pages)
    frames = "6000" if pages else "1500"  # on a full disk, what overflows the buffers is enough
    arguments = [word.replace("FILE", str(disk / what)).replace("FRAMES", frames) for word in CASES[what]]
    with open(disk / "printed" if to_output else os.devnull, "wb") as output:
        process = start(folder, *arguments, stdout=output)
        _, err = process.communicate(timeout=LIMIT)
    again = f"{' '.join(arguments)} with {pages} pages free"
    if process.returncode < 0:
        report.find("silent deaths", f"status {process.returncode}: {again}")
    if "Traceback" in err:
        report.find("tracebacks", f"{again}: {err[-600:]}")
    changed = old.read_bytes() != b"older"
    if process.returncode == 0:
        if not changed and not to_output:
            report.find("other", f"status 0, and nothing is written: {again}: {err}")
        return  # there was room enough
    if process.returncode not in (1, 3) or f"\n{err}".count("\nerror: ") != 1:
        report.find("other", f"status {process.returncode}: {again}: {err}")
    if changed:
        report.find("other", f"the older {what} is not whole: {again}: {err}")
    if left := [path.name for path in disk.rglob(".graphflow-*")]:
        report.find("other", f"left behind, {left}: {again}: {err}")


def fill(path: Path, pages: int) -> None:
    """Write until the disk is full but for a number of pages."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            size = file.tell()
        file.truncate(max(size - pages * 4096, 0))
