"""Every tool that is a Python program says with --help what it is for and what it takes."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[1] / "tools"
PROGRAMS = [
    path.name
    for path in sorted(TOOLS.iterdir())
    if path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/env python3")
]


@pytest.mark.slow
@pytest.mark.parametrize("tool", PROGRAMS)
def test_a_tool_explains_itself(tool: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", [str(TOOLS / tool), "--help"])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(TOOLS / tool), run_name="__main__")
    out, err = capsys.readouterr()
    assert not left.value.code and not err
    assert out.startswith((f"usage: {tool} ", f"usage: tools/{tool} ")) and len(out.splitlines()) > 3
