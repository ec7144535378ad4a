"""A working folder full of modules that leave a mark when they are run: no command runs one."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.cli.processes import environment
from tools.attacks.folders import make_folder
from tools.attacks.plan import Plan
from tools.attacks.report import Report

BEFORE_MAIN = ("encodings", "sitecustomize", "usercustomize")
"""What Python itself looks for, in the working folder too where it is told to begin there (``python -m``)."""
NAMES = (
    *BEFORE_MAIN,
    *("json", "signal", "runpy", "pip", "cv2", "numpy", "yaml", "typing_extensions", "typer", "rich", "pydantic"),
    *("ai_edge_litert", "onnxruntime", "calculators", "networkx", "matplotlib", "click", "tests", "tools", "winreg"),
)
COMMANDS = (
    ("--help",),
    ("list",),
    ("inspect", "Gate"),
    ("validate", "face_mesh_desktop"),
    ("validate", "graph.yaml", "--calculators", "../mine/my.py"),
    ("viz", "face_mesh_desktop"),
    ("viz", "face_mesh_desktop", "-o", "drawn.svg"),
    ("models", "list"),
    ("models", "verify"),
    ("models", "pull", "portrait.png"),
    ("run", "face_mesh_desktop", "--input", "none.mp4"),
    ("run", "graph.yaml", "--calculators", "../mine/my.py", "--input", "clip.mp4", "--output", "out.mp4"),
    ("map", "graph.yaml", "clip.mp4", "--calculators", "../mine/my.py", "--output-dir", "results", "--output", ".mp4"),
    ("evaluate", "."),
    ("evaluate", "faces.xml", "--graph", "faces.yaml", "--calculators", "../mine/my.py", "--output", "report"),
    ("inspect", "Landmarks"),
    ("schema", "-o", "graphs.json"),
    ("list", "--calculators", "../mine"),
    ("list", "--calculators", "."),
    ("list", "--calculators", "json"),
    ("new", "calculator", "fresh"),
    ("convert", "face_mesh_desktop", "-o", "made.pbtxt"),
    ("map", "--status", "."),
)
SHORT = (("models", "list"), ("list", "--calculators", "."))
PROGRAM = """\
import mediapipe as mp
mp.solutions.drawing_utils.DrawingSpec()
print(len(mp.solutions.face_mesh.FACEMESH_CONTOURS))
"""
LIMIT = 200.0


def plant(folder: Path, mark: Path, everything: bool = False) -> None:
    """Put modules into a folder.

    Args:
        folder: The folder.
        mark: The file that they write their names to.
        everything: Whether to plant the whole standard library and all packages that are installed.
    """
    names = {*NAMES, *(sys.stdlib_module_names | set(packages_distributions()) if everything else ())}
    for name in names - {"__main__", "graphflow"}:
        if name.isidentifier():
            (folder / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write({name!r} + ' ')\n")


def attack(report: Report, plan: Plan) -> None:
    """Every command, as the installed script, and as ``python -m graphflow``."""
    commands = SHORT if plan.short else COMMANDS
    total = len(commands) * (1 if plan.short else 2) + 1
    with tempfile.TemporaryDirectory() as name:
        top = Path(name).resolve()
        _make(top / "mine")
        # As the installed script, which has its own folder in front.
        script = top / "bin" / "graphflow"
        script.parent.mkdir()
        script.write_text("from graphflow.cli import main\nmain()\n")
        for number, arguments in enumerate(commands):
            starts = [[str(script)], ["-m", "graphflow"]]
            for start in starts[number % 2 :: 2] if plan.short else starts:
                folder = _make(top / f"{number}{start[0].strip('-/').replace('/', '_')}")
                plant(folder, top / "mark", everything=not plan.short)
                _try(report, [*start, *arguments], folder, top)
                report.attempt(total)
        (top / "mine" / "program.py").write_text(PROGRAM)
        folder = _make(top / "program")
        plant(folder, top / "mark", everything=not plan.short)
        _try(report, ["-m", "graphflow.solutions", "../mine/program.py"], folder, top)
        report.attempt(total)


def _make(folder: Path) -> Path:
    """Without the file that imports a great deal, and with it what is planted: a user's file may, ours may not."""
    (make_folder(folder) / "slow.py").unlink()
    return folder


def _try(report: Report, command: list[str], folder: Path, top: Path) -> None:
    if command[0] == "-m":
        for planted in BEFORE_MAIN:  # the interpreter's own affair
            (folder / f"{planted}.py").unlink()
    said, mark = run(command, folder, top), top / "mark"
    if mark.exists():
        report.find("foreign code", f"{mark.read_text()}by {' '.join(command)}: {said}")
        mark.unlink()
    if "Traceback" in said:
        report.find("tracebacks", f"{' '.join(command)}: {said}")


def run(command: list[str], folder: Path, top: Path) -> str:
    """Run Python with arguments in a folder; what it said. There is no cache, and no index of packages."""
    variables = environment(GRAPHFLOW_CACHE=str(top / "cache"), PIP_INDEX_URL="http://127.0.0.1:1", PIP_RETRIES="0")
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=variables, capture_output=True, timeout=LIMIT, errors="replace"
    )
    return done.stderr
