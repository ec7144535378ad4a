"""Every file in these folders is wrong, and its ``.txt`` holds exactly what the user gets to read about it.

``GRAPHFLOW_UPDATE_GOLDEN=1 pytest tests/golden`` writes the texts anew; read the difference before committing it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from graphflow.checking import check_file
from graphflow.config.diagnostics import Diagnostic
from graphflow.config.reader import load_graph
from graphflow.config.render import render
from tests.plan.tools import REGISTRY

UPDATE = os.environ.get("GRAPHFLOW_UPDATE_GOLDEN") == "1"


def read(path: str) -> str:
    """What is wrong with the words of a file alone."""
    diagnostics: list[Diagnostic] = []
    sources: dict[str, Sequence[str]] = {}
    load_graph(path, diagnostics, sources)
    return render(diagnostics, sources)


def check(path: str) -> str:
    """What `graphflow validate` says about a file."""
    graph = check_file(path, REGISTRY)
    assert graph.plan is None
    return render(graph.diagnostics, graph.sources)


HERE = Path(__file__).parent
FOLDERS = {HERE / "errors": read, HERE / "plan": check, HERE / "pbtxt": check}
FILES = [file for folder in FOLDERS for file in sorted(folder.glob("*.yaml")) + sorted(folder.glob("*.pbtxt"))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_error_message(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)  # messages name the file as it was given
    text = FOLDERS[file.parent](file.name) + "\n"
    expected = file.with_suffix(".txt")
    if UPDATE:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
    assert "error[" in text


def test_every_text_has_its_file() -> None:
    texts = {text.with_suffix("") for folder in FOLDERS for text in folder.glob("*.txt")}
    assert texts == {file.with_suffix("") for file in FILES}
