"""Whatever happens to a graph file, reading it raises nothing and points into the file."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.reader import load_graph
from graphflow.config.render import render, to_json
from tools.fuzzing.mutants import GRAPH, mutant

MUTANTS = 300
SEED = 20_240


def check(path: Path, seed: int) -> list[Diagnostic]:
    """Read one mutant, and check all that must hold."""
    path.write_bytes(mutant(random.Random(seed)))
    diagnostics: list[Diagnostic] = []
    sources: dict[str, Sequence[str]] = {}
    graph = load_graph(path, diagnostics, sources)
    text = render(diagnostics, sources)
    assert graph is not None or diagnostics, f"seed {seed}: neither a graph nor a reason"
    assert all(character.isprintable() or character == "\n" for character in text), f"seed {seed}: not safe to print"
    lines = sources[str(path)]
    for diagnostic in diagnostics:
        spans = [diagnostic.span, *(related.span for related in diagnostic.related)]
        for span in spans:
            assert span is not None, f"seed {seed}: {diagnostic.code} says no place"
            assert 1 <= span.line <= max(len(lines), 1), f"seed {seed}: {diagnostic}"
            line = lines[span.line - 1] if lines else ""
            assert 1 <= span.column <= len(line) + 1, f"seed {seed}: {diagnostic}"
            assert 1 <= span.length <= max(len(line) - span.column + 1, 1), f"seed {seed}: {diagnostic}"
    to_json(diagnostics)
    return diagnostics


def test_the_unharmed_graph_is_right(tmp_path: Path) -> None:
    (tmp_path / "g.yaml").write_text(GRAPH, encoding="utf-8")
    diagnostics: list[Diagnostic] = []
    assert load_graph(tmp_path / "g.yaml", diagnostics) is not None
    assert diagnostics == []


@pytest.mark.slow
def test_mutated_graph_files_are_read_or_refused_with_a_place(tmp_path: Path) -> None:
    print(f"seeds {SEED} to {SEED + MUTANTS - 1}")
    found = [check(tmp_path / "g.yaml", seed) for seed in range(SEED, SEED + MUTANTS)]
    codes = {diagnostic.code for diagnostics in found for diagnostic in diagnostics}
    assert len(codes) >= 10, f"the mutants reach too little of the reader: {sorted(codes)}"
    assert sum(map(bool, found)) > MUTANTS // 2
