"""Every tool that is a Python program says with --help what it is for and what it takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[1] / "tools"
TOGETHER = """
import contextlib, io, json, runpy, sys
said = {}
for path in sys.argv[1:]:
    sys.argv = [path, "--help"]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit as left:
            said[path] = [left.code or 0, out.getvalue()]
print(json.dumps(said))
"""
"""All in one process, which is not that of the tests: tools change what holds for a process."""


@pytest.mark.slow
def test_every_tool_explains_itself() -> None:
    files = [path for path in sorted(TOOLS.iterdir()) if path.is_file()]
    programs = [str(path) for path in files if path.read_bytes().startswith(b"#!/usr/bin/env python3")]
    done = subprocess.run([sys.executable, "-c", TOGETHER, *programs], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert len(programs) > 15 and said.keys() == set(programs)
    for path, (status, out) in said.items():
        name = Path(path).name
        assert status == 0 and out.startswith((f"usage: {name} ", f"usage: tools/{name} ")), path
        assert len(out.splitlines()) > 3, path
