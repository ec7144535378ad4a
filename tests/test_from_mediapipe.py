"""The page for people who come from MediaPipe says what works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graphflow import Graph
from tools.face_mesh import clips

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "from-mediapipe.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python.*?\n(.*?)```", PAGE, re.DOTALL)


def block(word: str) -> str:
    return next(code for code in CODE if word in code)


def test_a_calculator_graph_is_parsed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("CONFIG"), "from-mediapipe.md", "exec"), {})
    assert capsys.readouterr().out == "0 0\n2 2\n4 4\n"


@pytest.mark.slow
def test_a_solution_finds_and_draws(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    picture = clips.portrait()[:, :, ::-1].copy()
    monkeypatch.setattr("cv2.imread", lambda name: picture)
    exec(compile(block("solutions.hands.Hands"), "from-mediapipe.md", "exec"), {})
    assert re.fullmatch(r"(0\.\d{3} 0\.\d{3}\n)*", capsys.readouterr().out)


@pytest.mark.slow
def test_the_graph_of_ones_own_runs(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml.*?\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "hands.yaml").write_text(text)
    names: dict[str, object] = {}
    exec(compile(block("class Pinch"), "pinch.py", "exec", dont_inherit=True), names)
    graph = Graph.load(tmp_path / "hands.yaml", calculators=[names["Pinch"]])  # type: ignore[list-item]
    with graph.start() as run:
        run.send("image", clips.portrait(), timestamp=0)


def test_names_on_the_page_exist() -> None:
    from graphflow import GraphRun, Timestamp

    for name in re.findall(r"`(?:for packet in )?run\.(\w+)", PAGE):
        assert hasattr(GraphRun, name), name
    assert Timestamp.PRESTREAM < 0
