"""Every file in ``errors/`` is wrong, and its ``.txt`` holds exactly what the user gets to read about it.

``GRAPHFLOW_UPDATE_GOLDEN=1 pytest tests/golden`` writes the texts anew; read the difference before committing it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.reader import load_graph
from graphflow.config.render import render

ERRORS = Path(__file__).parent / "errors"
UPDATE = os.environ.get("GRAPHFLOW_UPDATE_GOLDEN") == "1"
NAMES = sorted(path.stem for path in ERRORS.glob("*.yaml"))


def diagnose(path: str) -> str:
    """What `graphflow validate` says about a file."""
    diagnostics: list[Diagnostic] = []
    sources: dict[str, Sequence[str]] = {}
    load_graph(path, diagnostics, sources)
    return render(diagnostics, sources) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_error_message(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ERRORS)  # messages name the file as it was given
    expected = Path(f"{name}.txt")
    text = diagnose(f"{name}.yaml")
    if UPDATE:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
    assert "error[" in text


def test_every_text_has_its_file() -> None:
    assert {path.stem for path in ERRORS.glob("*.txt")} == set(NAMES)
