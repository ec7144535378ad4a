"""Graph files that are wrong in any way give messages, never exceptions."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.reader import load_graph, read_graph
from graphflow.plan.checks import draft_plan
from graphflow.plan.subgraph_files import SubgraphFiles
from tests.plan.tools import REGISTRY

FOLDER = Path(__file__).parents[1] / "golden" / "plan"
TEXTS = [path.read_text() for path in sorted(FOLDER.glob("**/*.yaml"))]
WORDS = sorted({word for text in TEXTS for word in re.findall(r"[\w.${}/]+", text)})


def mutated(chance: random.Random) -> str:
    """A graph file with a few words exchanged, lines moved or characters lost."""
    text = chance.choice(TEXTS)
    for _ in range(chance.randint(1, 4)):
        kind = chance.randrange(4)
        lines = text.split("\n")
        if kind == 0:
            words = re.split(r"([\w.${}/]+)", text)
            words[chance.randrange(len(words))] = chance.choice(WORDS)
            text = "".join(words)
        elif kind == 1:
            lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
            text = "\n".join(lines)
        elif kind == 2:
            other = chance.choice(TEXTS).split("\n")
            lines[chance.randrange(len(lines))] = chance.choice(other)
            text = "\n".join(lines)
        elif text:
            place = chance.randrange(len(text))
            text = text[:place] + text[place + chance.randint(1, 3) :]
    return text


@pytest.mark.parametrize("seed", range(10))
def test_mutated_files_are_refused_or_planned(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    chance = random.Random(seed)
    for _ in range(40):
        found: list[Diagnostic] = []
        config = read_graph(mutated(chance), "top.yaml", found)
        plan = None
        if config is not None:
            files = SubgraphFiles("top.yaml", [], load_graph)
            plan = draft_plan(config, registry=REGISTRY, load_subgraph=files, diagnostics=found).plan
        assert (plan is None) == any(item.severity == "error" for item in found)
