"""Standard streams as shells may leave them: closed, full, or read by nobody."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.cli.processes import command, environment

GRAPH = """\
graphflow: 1
outputs: [y]
nodes:
  one: {calculator: CountingSource, side_packets: {max_count: {value: 2}}, outputs: {out: y}}
"""
ROWS = [f'{{"stream": "y", "timestamp": {i}, "value": {i}}}' for i in range(2)]
COMMANDS = [("--help",), ("list", "--json"), ("validate", "graph.yaml"), ("models", "list"), ("run", "graph.yaml")]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a shell and /dev/full"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "graph.yaml").write_text(GRAPH)
    return tmp_path


def shell(folder: Path, arguments: tuple[str, ...], redirections: str) -> tuple[int, str, str]:
    line = f"{shlex.join(command(*arguments))} {redirections}"
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment(), capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("arguments", "redirection", "why"),
    [
        (COMMANDS[-1], ">&-", "Bad file descriptor"),
        *((each, ">/dev/full", "No space left on device") for each in COMMANDS),
    ],
)
def test_results_that_cannot_be_written_are_one_line_and_status_1(
    folder: Path, arguments: tuple[str, ...], redirection: str, why: str
) -> None:
    status, _, err = shell(folder, arguments, redirection)
    assert status == 1
    assert f"error: standard output cannot be written: {why}" in err.splitlines()
    assert "Traceback" not in err and "Exception ignored" not in err


@pytest.mark.parametrize("redirection", ["2>&- </dev/null", "2>/dev/full <&-", "2> >(exit)"])
def test_messages_that_nobody_can_read_change_nothing(folder: Path, redirection: str) -> None:
    status, out, _ = shell(folder, ("run", "graph.yaml"), redirection)
    assert status == 0 and out.splitlines() == ROWS


def test_without_standard_error_a_mistake_keeps_its_status(folder: Path) -> None:
    assert shell(folder, ("run", "nothing.yaml"), "2>&-")[0] == 2
    assert shell(folder, ("run", "--no-such-option"), "2> >(exit)")[0] == 2


@pytest.mark.parametrize("arguments", [COMMANDS[0], COMMANDS[-1]], ids=" ".join)
def test_a_reader_that_leaves_is_no_error(folder: Path, arguments: tuple[str, ...]) -> None:
    status, _, err = shell(folder, arguments, "| true; exit ${PIPESTATUS[0]}")
    assert status == 0
    assert "Traceback" not in err and "error" not in err


def test_a_file_never_takes_the_place_of_a_closed_stream(folder: Path) -> None:
    status, _, _ = shell(folder, ("run", "graph.yaml", "--save", "y=rows.jsonl"), "<&- >&- 2>&-")
    assert status == 0
    assert (folder / "rows.jsonl").read_text().count("\n") == 2
