"""Programs written for MediaPipe print and draw here what they do there.

What they did under MediaPipe is in tests/golden/programs, written by `tools/compare_programs PEER --record`.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

from graphflow.calculators.libm import GLIBC
from tools.programs.main import GOLDEN, PROGRAMS, RECORDED_FRAMES
from tools.programs.media import PICTURE, medium_for, write_media
from tools.programs.outcome import as_text, differing_pixels, drawn, largest_difference

TOLERANCE = 0.02
"""Of numbers in pixels and of mean colours: another processor and another OpenCV differ less, a missing line more."""

TOGETHER = """
import contextlib, runpy, sys
import graphflow.solutions.as_mediapipe
target, *programs = sys.argv[1:]
for argument in programs:
    name, program, medium = argument.split("|")
    sys.argv = [program, medium, f"{target}/{name}.npz"]
    with open(f"{target}/{name}.txt", "w") as printed, contextlib.redirect_stdout(printed):
        runpy.run_path(program, run_name="__main__")
"""
"""All in one process: most of the time of a program is its start."""

ALONE = "landmark_server"
"""It forks, which a process that has run a graph must not."""


def run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.skipif(
    not GLIBC, reason="the last bit grows from frame to frame, and elsewhere than in glibc it is another"
)
def test_programs_print_and_draw_what_they_do_under_mediapipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    write_media(PICTURE, RECORDED_FRAMES, tmp_path / "media")
    programs = {program.stem: program for program in sorted(PROGRAMS.glob("*.py"))}
    assert {path.stem for path in GOLDEN.iterdir()} == set(programs)
    if importlib.util.find_spec("matplotlib") is None:
        del programs["plot_3d"]
    media = {name: medium_for(name, tmp_path / "media") for name in programs}
    together = [f"{name}|{programs[name]}|{media[name]}" for name in programs if name != ALONE]
    run("-c", TOGETHER, str(tmp_path), *together)
    printed = run("-m", "graphflow.solutions", str(programs[ALONE]), media[ALONE], str(tmp_path / f"{ALONE}.npz"))
    (tmp_path / f"{ALONE}.txt").write_text(printed)
    apart = {}
    for name in programs:
        found = as_text((tmp_path / f"{name}.txt").read_text(), drawn(tmp_path / f"{name}.npz"))
        apart[name] = largest_difference((GOLDEN / f"{name}.txt").read_text(), found)
    assert {name: far for name, far in apart.items() if not far <= TOLERANCE} == {}


def test_a_difference_is_that_of_numbers_and_endless_where_words_differ() -> None:
    assert largest_difference("left 1.5 at -2\n", "left 1.25 at -2\n") == 0.25
    assert largest_difference("left 1.5", "right 1.5") == float("inf")
    assert largest_difference("left 1.5 2", "left 1.5") == float("inf")


def test_pictures_differ_by_pixels_or_altogether() -> None:
    one = [numpy.zeros((2, 3, 3), numpy.uint8)]
    other = [numpy.array(one[0])]
    other[0][1, 2, 1:] = 1
    assert (differing_pixels(one, one), differing_pixels(one, other)) == (0, 1)
    assert differing_pixels(one, [*other, *other]) is None
    assert as_text("a\nb\n", other) == "a\nb\npicture 2x3x3 0.0000 0.1667 0.1667\n"
