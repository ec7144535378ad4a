"""Python files that lie in the working folder are never run, whatever the command; what it starts is isolated too.

`tools/attack planted` does the same with a process for each command, and many more names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from graphflow import isolated_python
from tests.cli.processes import ROOT, environment
from tools.attacks.planted import COMMANDS, plant

SCRIPT = """\
import functools
import json
import sys
from graphflow.cli import main
import typer.main
typer.main.get_command = functools.cache(typer.main.get_command)
path = sys.path[:]
commands = json.loads(sys.argv[1])
for command in commands:
    sys.path[:] = path
    sys.argv[1:] = command
    try:
        main()
    except SystemExit:
        pass
print(len(commands), "commands", file=sys.stderr)
"""
"""As the installed script, but for several commands one after the other: what one has imported, no other does."""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder with files that leave a mark when they are run."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    plant(folder, tmp_path / "mark")
    return folder


def mark(folder: Path) -> str:
    """What has run."""
    path = folder.parent / "mark"
    return path.read_text() if path.exists() else ""


@pytest.mark.slow
def test_no_command_runs_them(hostile: Path, tmp_path: Path) -> None:
    # As the installed script, which has its own folder in front.
    script = tmp_path / "bin" / "graphflow"
    script.parent.mkdir()
    script.write_text(SCRIPT)
    surroundings = environment(GRAPHFLOW_CACHE=str(tmp_path / "cache"), PIP_INDEX_URL="http://127.0.0.1:1")
    surroundings |= {"PIP_RETRIES": "0"}
    done = subprocess.run(
        [sys.executable, str(script), json.dumps(COMMANDS)],
        cwd=hostile,
        env=surroundings,
        capture_output=True,
        text=True,
    )
    assert mark(hostile) == "", done.stderr
    assert done.stderr.splitlines()[-1] == f"{len(COMMANDS)} commands", done.stderr


@pytest.mark.slow
def test_the_look_for_a_screen_runs_none_either(hostile: Path) -> None:
    code = "from graphflow.calculators.sinks.screen import Screen; print(Screen().problem())"
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(
        command, cwd=hostile, env=environment(DISPLAY=":99"), capture_output=True, text=True, timeout=100
    )
    assert "window" in done.stdout and mark(hostile) == ""


@pytest.mark.slow
def test_an_isolated_python_finds_what_this_one_finds(
    hostile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", ["", ".", *sys.path])
    code = "import sys, json, cv2; from graphflow.calculators import aliases as ours; "
    code += "print(json.dumps([cv2.__file__, ours.__file__, *sys.argv[1:]]))"
    variables = environment(PYTHONPATH=str(hostile), PYTHONSTARTUP="yaml.py", PYTHONHOME="")
    done = subprocess.run(isolated_python(code, "a", "b"), cwd=hostile, env=variables, capture_output=True, text=True)
    files = json.loads(done.stdout)
    assert mark(hostile) == "" and files[2:] == ["a", "b"]
    assert not files[0].startswith(str(tmp_path)) and Path(files[1]).samefile(ROOT / "calculators" / "aliases.py")


def test_an_isolated_python_finds_graphflow_before_somebodys_file_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "graphflow.py").write_text("__distribution__ = 'theirs'")
    # As in an editable install, which is found after all places.
    places = [place for place in sys.path if os.path.abspath(place) != str(ROOT)]
    monkeypatch.setattr(sys, "path", [*places, str(tmp_path)])
    command = isolated_python("import graphflow; print(graphflow.__distribution__)")
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == "graphflow-engine\n"


def test_without_a_python_there_is_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(FileNotFoundError, match="no Python to start a process with"):
        isolated_python("pass")
