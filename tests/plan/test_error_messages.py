"""Every file in ``tests/golden/plan`` is wrong, and its ``.txt`` holds exactly what the user gets to read about it.

``GRAPHFLOW_UPDATE_GOLDEN=1 pytest tests/plan`` writes the texts anew; read the difference before committing it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.reader import load_graph
from graphflow.config.render import render
from graphflow.plan.checks import build_plan
from graphflow.plan.subgraph_files import SubgraphFiles
from tests.plan.tools import REGISTRY

FILES = Path(__file__).parents[1] / "golden" / "plan"
UPDATE = os.environ.get("GRAPHFLOW_UPDATE_GOLDEN") == "1"
NAMES = sorted(path.stem for path in FILES.glob("*.yaml"))


def diagnose(path: str) -> tuple[list[Diagnostic], str]:
    """What `graphflow validate` says about a file."""
    diagnostics: list[Diagnostic] = []
    sources: dict[str, Sequence[str]] = {}
    config = load_graph(path, diagnostics, sources)
    files = SubgraphFiles(path, [], lambda file, found: load_graph(file, found, sources))
    if config is not None:
        plan = build_plan(config, registry=REGISTRY, load_subgraph=files, diagnostics=diagnostics)
        assert plan is None
    return diagnostics, render(diagnostics, sources) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_error_message(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FILES)  # messages name the file as it was given
    expected = Path(f"{name}.txt")
    _, text = diagnose(f"{name}.yaml")
    if UPDATE:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
    assert "error[" in text


def test_every_text_has_its_file() -> None:
    assert {path.stem for path in FILES.glob("*.txt")} == set(NAMES)
