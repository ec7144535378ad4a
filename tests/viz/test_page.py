"""The page of a drawing: what it has in it, and that what is folded is what other drawings show closed."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from graphflow.bundled import graphs_by_name
from graphflow.checking import check_file
from graphflow.registry import Registry
from graphflow.viz.draft import draft
from graphflow.viz.page import to_html
from graphflow.viz.picture import Picture
from tests.viz.drawings import checked

INNER = """\
graphflow: 1
help: Adds two.
inputs: [item]
outputs: {out: twice}
nodes:
  first: {calculator: Step, inputs: {item: item}, outputs: {out: once}}
  second: {calculator: Step, inputs: {item: once}, outputs: {out: twice}}
"""
GRAPH = """\
graphflow: 1
help: Adds four.
inputs: [number]
outputs: [total]
nodes:
  one: {subgraph: two.yaml, inputs: {item: number}, outputs: {out: middle}}
  two: {subgraph: two.yaml, inputs: {item: middle}, outputs: {out: total}}
"""


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    (tmp_path / "two.yaml").write_text(INNER)
    file = tmp_path / "graph.yaml"
    file.write_text(GRAPH)
    return file


def page_of(file: Path, depth: int | None = 0) -> str:
    return to_html(draft(checked(file), depth, foldable=True))


def data_of(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def seen(picture: Picture, open: bool) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """Boxes and arrows of a picture while all groups are open, or closed, as the page decides it."""

    def visible(number: int) -> bool:
        box = picture.boxes[number]
        return (open or box.group < 0) and not (open and box.opens >= 0)

    def name(number: int) -> tuple[str, ...]:
        box = picture.boxes[number]
        return (box.kind.value, *(picture.groups[group].title for group in picture.around(box.group)), box.title)

    def port(number: int, position: int | None, side: str) -> str:
        return "" if position is None else getattr(picture.boxes[number], side)[position].name

    arrows = {
        (*name(a.source.box), port(*_end(a.source), "outputs"), a.name, a.kind.value, *name(a.target.box),
         port(*_end(a.target), "inputs"))
        for a in picture.arrows
        if visible(a.source.box) and visible(a.target.box)
    }  # fmt: skip
    return {name(number) for number in range(len(picture.boxes)) if visible(number)}, arrows


def _end(end: Any) -> tuple[int, int | None]:
    return end.box, end.port


@pytest.mark.slow
@pytest.mark.parametrize("name", graphs_by_name())
def test_what_is_folded_and_unfolded_is_what_other_drawings_show(name: str) -> None:
    graph = check_file(graphs_by_name()[name], Registry([]))
    foldable = draft(graph, foldable=True)
    assert seen(foldable, open=False) == seen(draft(graph, 0), open=True)
    assert seen(foldable, open=True) == seen(draft(graph, None), open=True)


def test_depth_says_what_is_open_at_first(graph: Path) -> None:
    assert [group["open"] for group in data_of(page_of(graph))["groups"]] == [False, False]
    assert [group["open"] for group in data_of(page_of(graph, 1))["groups"]] == [True, True]


def test_what_is_wrong_inside_of_a_subgraph_opens_it_and_reddens_its_box(graph: Path) -> None:
    (graph.parent / "bad.yaml").write_text(INNER.replace("Step", "Stop", 1))
    graph.write_text(GRAPH.replace("two.yaml", "bad.yaml", 1))
    data = data_of(page_of(graph))
    assert [group["open"] for group in data["groups"]] == [True, False]
    (box,) = (box for box in data["boxes"] if box["opens"] == 0)
    assert any("no calculator 'Stop'" in problem for problem in box["problems"])


def test_a_node_tells_its_options_ports_help_and_lines(tmp_path: Path) -> None:
    file = tmp_path / "graph.yaml"
    file.write_text("""\
graphflow: 1
outputs: [number]
nodes:
  numbers:
    calculator: CountingSource
    side_packets: {max_count: {value: 4}}
    outputs: {out: number}
    options: {initial_value: 3}
  limiter:
    calculator: FlowLimiter
    inputs: {item: number, finished: {stream: number, back_edge: true}}
    outputs: {out: limited}
    options: {max_in_queue: 2}
""")
    abouts = {box["title"]: box["about"] for box in data_of(page_of(file))["boxes"]}
    about, limiter = abouts["numbers"], abouts["limiter"]
    assert (about["file"], about["line"]) == ("graph.yaml", 4)
    assert about["text"] == "\n".join(file.read_text().splitlines()[3:8])
    given, *defaults = limiter["options"]
    assert (given["name"], given["value"], given["set"]) == ("max_in_queue", "2", True) and given["doc"]
    assert defaults and not any(option["set"] for option in defaults)
    assert [(port["kind"], port["name"], port["stream"], port["type"]) for port in about["ports"]] == [
        ("output", "out", "number", "int"),
        ("side packet", "max_count", "4", ""),
    ]
    assert about["help"] and "counting_source.py:" in about["source"] and "/" not in about["source"]


def test_the_help_of_graphs_and_subgraphs_is_told(graph: Path) -> None:
    data = data_of(page_of(graph))
    assert data["help"] == "Adds four."
    assert [box["about"]["help"] for box in data["boxes"] if box["opens"] >= 0] == ["Adds two.", "Adds two."]


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!--<script>", "%%data%%", "rtsp://me:secret@host/1"]
)
def test_no_text_of_a_graph_breaks_out_of_its_place(graph: Path, text: str) -> None:
    before = page_of(graph)
    quoted = json.dumps(text)
    graph.write_text(GRAPH.replace("help: Adds four.", f"help: {quoted}\nside_packets: {{x: {{default: {quoted}}}}}"))
    page = page_of(graph)
    assert page.count("</script") == before.count("</script") and page.count("<script") == before.count("<script")
    assert "secret" not in page
    assert data_of(page)["help"] == text.replace("me:secret@", "")


def test_the_page_needs_nothing_else(graph: Path) -> None:
    page = page_of(graph)
    markup = re.sub(r"(?s)<(script|pre).*?</\1>", "", page)
    assert "default-src 'none'" in markup
    assert not re.search(r"\b(src|href)\s*=|url\(|@import", markup)


def test_graphviz_is_the_file_that_is_told_with_its_licences(graph: Path) -> None:
    folder = Path(to_html.__code__.co_filename).parent / "graphviz"
    digest = hashlib.sha256((folder / "graphviz.js").read_bytes()).hexdigest()
    assert digest in (folder / "README.md").read_text()
    page = page_of(graph)
    assert "Eclipse Public License - v 1.0" in page and "Apache License" in page
