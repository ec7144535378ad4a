"""Programs that import mediapipe get what the installed one does not have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
import mediapipe as mp
import mediapipe.python.solutions.drawing_utils as drawing
from mediapipe.framework.formats import landmark_pb2
from mediapipe.python.solutions.hands import Hands
from mediapipe.solutions import pose
assert mp.solutions.hands.Hands is Hands
number: int = 1
assert __annotations__ == {"number": int}  # not as text
assert mp.solutions.drawing_utils is drawing
assert drawing.__name__ == "graphflow.solutions.drawing_utils"
landmark_pb2.NormalizedLandmarkList().landmark.add(x=0.5)
assert mp.python.solutions.hands is mp.solutions.hands
assert mp.framework.formats.landmark_pb2 is landmark_pb2
print(mp.__version__, pose.PoseLandmark.NOSE, mp.ImageFormat.SRGB, sys.argv[1:], __name__)
"""

SPAWNING = """
import multiprocessing
import mediapipe as mp
def name(number):
    return mp.solutions.hands.HandLandmark(number).name, __name__
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.apply(name, (4,)))
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(folder / "installed")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "program.py").write_text(PROGRAM)
    return tmp_path


def install(folder: Path, **files: str) -> None:
    """A mediapipe of some release, as far as it matters here."""
    for name, text in files.items():
        path = folder / "installed" / "mediapipe" / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_program_runs_unchanged_where_no_mediapipe_is_installed(folder: Path) -> None:
    ended = run(folder, "-m", "graphflow.solutions", "program.py", "a", "b")
    assert ended.stdout == "0.10.21 0 1 ['a', 'b'] __main__\n", ended.stderr
    assert ended.stderr.count("is answered by graphflow.solutions") == 1


@pytest.mark.slow
def test_processes_that_the_program_spawns_get_it_too(folder: Path) -> None:
    (folder / "program.py").write_text(SPAWNING)
    ended = run(folder, "-m", "graphflow.solutions", "program.py")
    assert ended.stdout == "('THUMB_TIP', '__mp_main__')\n", ended.stderr


def test_one_import_does_the_same(folder: Path) -> None:
    (folder / "program.py").write_text("import graphflow.solutions.as_mediapipe\n" + PROGRAM)
    assert run(folder, "program.py").returncode == 0


def test_what_an_installed_mediapipe_has_stays_its_own(folder: Path) -> None:
    install(folder, init="", tasks="mine = 1", framework____init__="", framework__formats____init__="")
    (folder / "installed" / "mediapipe" / "init.py").rename(folder / "installed" / "mediapipe" / "__init__.py")
    install(folder, framework__formats__landmark_pb2="mine = 2")
    text = """
import mediapipe as mp
from mediapipe import tasks
from mediapipe.framework.formats import landmark_pb2
print(tasks.mine, landmark_pb2.mine, mp.__file__ is not None, mp.solutions.hands.__name__, hasattr(mp, "nothing"))
"""
    (folder / "program.py").write_text(text)
    ended = run(folder, "-m", "graphflow.solutions", "program.py")
    assert ended.stdout == "1 2 True graphflow.solutions.hands False\n", ended.stderr


def test_an_installed_mediapipe_with_solutions_answers_itself(folder: Path) -> None:
    install(folder, solutions="hands = 'theirs'")
    (folder / "installed" / "mediapipe" / "__init__.py").write_text("from mediapipe import solutions\n")
    (folder / "program.py").write_text("import mediapipe as mp\nprint(mp.solutions.hands)\n")
    ended = run(folder, "-m", "graphflow.solutions", "program.py")
    assert (ended.stdout, ended.stderr) == ("theirs\n", "")


def test_a_mistake_in_the_program_is_shown_as_python_shows_it(folder: Path) -> None:
    (folder / "program.py").write_text("import mediapipe as mp\nmp.solutions.hand\n")
    ended = run(folder, "-m", "graphflow.solutions", "program.py")
    assert ended.returncode == 1
    assert "AttributeError" in ended.stderr
    assert 'program.py", line 2' in ended.stderr


def test_without_a_program_it_says_what_to_type(folder: Path) -> None:
    assert run(folder, "-m", "graphflow.solutions").returncode == 2
    missing = run(folder, "-m", "graphflow.solutions", "nothing.py")
    assert (missing.returncode, "there is no program 'nothing.py'" in missing.stderr) == (1, True)
