"""Whatever happens to a graph of MediaPipe's, checking, drawing and converting it raises nothing.

`tools/fuzz_graphs --format pbtxt` and `binarypb` are the long form.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from graphflow.registry import Registry
from tools.fuzzing import graph_trials
from tools.fuzzing.mutants import mutant

FILES = ("for_each", "loop_back", "resample", "face_detection", "hand_renderer")
MUTANTS = 40


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pbtxt", "binarypb"])
def test_mutated_graphs_of_mediapipe_are_read_or_refused(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_trials, "OURS", [path for path in graph_trials.OURS if path.stem in FILES])
    graphs, registry = graph_trials.originals(kind, None), Registry()
    path = tmp_path / f"mutant.{kind}"
    path.write_bytes(graphs[0])
    assert graph_trials.opened(path, registry), "the unharmed graph is right"
    right = 0
    for number in range(MUTANTS):
        path.write_bytes(mutant(random.Random(number), graphs[number % len(graphs)], graph_trials.FORMATS[kind]))
        right += graph_trials.opened(path, registry)
    assert right < MUTANTS, "accidents are noticed"
