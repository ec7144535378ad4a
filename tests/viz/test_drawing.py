"""What a drawing shows: boxes with ports, arrows by kind, frames, errors in red."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from graphflow.config import limits
from graphflow.errors import MissingResource
from graphflow.viz import theme
from graphflow.viz.dot import to_dot
from graphflow.viz.draft import draft
from graphflow.viz.mermaid import to_mermaid
from graphflow.viz.picture import ArrowKind, BoxKind, Picture
from graphflow.viz.render import SUFFIXES, TooLarge, write
from tests.viz.drawings import checked, picture_of, read_dot

GRAPH = """\
graphflow: 1
inputs: [number]
outputs: [total]
side_packets: {size: {default: 3}}
nodes:
  parts:
    calculator: Parts
    inputs:
      item: number
      loop: {stream: total, back_edge: true}
    side_packets: {size: size}
    outputs: {low: low, high: high}
  inner:
    subgraph: modules/two.yaml
    inputs: {item: low}
    outputs: {out: total}
"""
INNER = """\
graphflow: 1
inputs: [item]
outputs: {out: twice}
nodes:
  first: {calculator: Step, inputs: {item: item}, outputs: {out: once}}
  second: {calculator: Step, inputs: {item: once}, outputs: {out: twice}}
"""


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules/two.yaml").write_text(INNER)
    file = tmp_path / "graph.yaml"
    file.write_text(GRAPH)
    return file


def boxes(picture: Picture) -> dict[str, BoxKind]:
    return {box.title: box.kind for box in picture.boxes}


def arrows(picture: Picture) -> set[tuple[str, str, str, str]]:
    return {
        (picture.boxes[a.source.box].title, a.name, picture.boxes[a.target.box].title, a.kind.value)
        for a in picture.arrows
    }


def test_a_closed_subgraph_is_a_box_with_the_ports_of_its_node(graph: Path) -> None:
    picture = picture_of(graph)
    assert boxes(picture) == {
        "number": BoxKind.INPUT,
        "size": BoxKind.SIDE_INPUT,
        "parts": BoxKind.CALCULATOR,
        "inner": BoxKind.SUBGRAPH,
        "total": BoxKind.OUTPUT,
    }
    assert arrows(picture) == {
        ("number", "number", "parts", "stream"),
        ("size", "size", "parts", "side packet"),
        ("parts", "low", "inner", "stream"),
        ("inner", "total", "parts", "back edge"),
        ("inner", "total", "total", "stream"),
    }
    inner = next(box for box in picture.boxes if box.title == "inner")
    assert [port.name for port in inner.inputs] == ["item"] and [port.name for port in inner.outputs] == ["out"]


def test_an_open_subgraph_is_a_frame_around_its_nodes(graph: Path) -> None:
    picture = picture_of(graph, expand=True)
    assert [(group.title, group.subtitle) for group in picture.groups] == [("inner", "two.yaml")]
    inside = {box.title for box in picture.boxes if box.group == 0}
    assert inside == {"first", "second"}
    assert ("parts", "item", "first", "stream") in arrows(picture)
    assert ("second", "total", "total", "stream") in arrows(picture)
    assert len(read_dot(to_dot(picture)).clusters) == 1


SWITCH = """\
graphflow: 1
inputs: [number, on]
outputs: [total]
nodes:
  s:
    switch: [{calculator: Step}, {subgraph: modules/two.yaml}]
    inputs: {item: number, enable: on}
    outputs: {out: total}
"""


def test_a_closed_switch_is_a_box_that_names_its_branches(graph: Path) -> None:
    graph.write_text(SWITCH)
    box = next(box for box in picture_of(graph).boxes if box.title == "s")
    assert (box.kind, box.subtitle) == (BoxKind.SWITCH, "switch: Step, two")
    assert [port.name for port in box.inputs] == ["item", "enable"]


def test_an_open_switch_is_a_frame_around_its_branches(graph: Path) -> None:
    graph.write_text(SWITCH)
    picture = picture_of(graph, expand=True)
    assert [(group.title, group.subtitle, group.parent) for group in picture.groups] == [
        ("s", "switch", -1), ("c1", "two.yaml", 0)
    ]  # fmt: skip
    inside = {box.title: box.group for box in picture.boxes if box.group >= 0}
    assert inside == {"selection": 0, "demux_number": 0, "c0": 0, "first": 1, "second": 1, "mux_total": 0}
    assert ("demux_number", "item", "first", "stream") in arrows(picture)
    assert len(read_dot(to_dot(picture)).clusters) == 2


def test_arrows_carry_stream_names_and_payload_types(graph: Path) -> None:
    low = next(arrow for arrow in picture_of(graph).arrows if arrow.name == "low")
    assert low.type == "int"
    edge = next(
        attributes for _, _, attributes in read_dot(to_dot(picture_of(graph))).edges if "low" in str(attributes)
    )
    assert ">low<" in edge["label"] and ">int<" in edge["label"]


def test_a_stream_with_two_readers_is_named_once_and_ports_are_joined(graph: Path) -> None:
    drawing = read_dot(to_dot(picture_of(graph)))
    assert len([edge for edge in drawing.edges if ">total<" in edge[2].get("label", "")]) == 1
    # parts is box 2, its second output is 'high' and the first 'low'; inner is box 3
    assert ("n2:o0:s", "n3:i0:n") in {(tail, head) for tail, head, _ in drawing.edges}


def test_back_edges_are_dashed_and_side_packets_dotted(graph: Path) -> None:
    edges = read_dot(to_dot(picture_of(graph))).edges
    dashed = {(tail, head, said.get("arrowhead", "")) for tail, head, said in edges if said["style"] == "dashed"}
    (above,) = (tail for tail, head, _ in dashed if head == "n2:i1:n")
    (below,) = (head for tail, head, _ in dashed if tail == "n3:o0:s")
    # The long one from the reader to the sender, so that ranks follow the flow of data.
    assert dashed == {(above, "n2:i1:n", ""), ("n3:o0:s", below, "none"), (above, below, "none")}
    assert [edge[:2] for edge in edges if edge[2]["style"] == "dotted"] == [("n1", "n2:i2:n")]


def test_the_legend_names_what_occurs_and_nothing_else(graph: Path) -> None:
    text = to_dot(picture_of(graph))
    legend = next(line for line in text.splitlines() if "labelloc" in line)
    for word in ("calculator", "subgraph", "graph input", "graph output", "side packet", "back edge"):
        assert f"&nbsp;{word}" in legend
    assert "&nbsp;missing" not in legend and "&nbsp;switch" not in legend


def test_the_default_of_a_side_packet_and_a_literal_are_shown(graph: Path) -> None:
    graph.write_text(GRAPH.replace("{size: size}", "{size: {value: 7}}"))
    picture = picture_of(graph)
    assert next(box for box in picture.boxes if box.title == "size").subtitle.endswith("= 3")
    port = next(port for box in picture.boxes if box.title == "parts" for port in box.inputs if port.side_packet)
    assert (port.name, port.value) == ("size", "7")


def test_a_wrong_graph_is_drawn_with_the_wrong_parts_red(graph: Path) -> None:
    extra = "  extra: {calculator: Step, inputs: {item: lov}, outputs: {out: more}}\n"
    graph.write_text(GRAPH.replace("calculator: Parts", "calculator: Part") + extra)
    picture = picture_of(graph)
    assert boxes(picture)["lov"] is BoxKind.MISSING
    problems = {box.title: box.problems for box in picture.boxes}
    assert problems["parts"] == ["there is no calculator 'Part'"]
    assert problems["extra"] == ["input 'item' reads stream 'lov', which nothing sends"]
    assert problems["number"] == problems["inner"] == problems["total"] == []
    drawing = read_dot(to_dot(picture))
    red = {name for name, attributes in drawing.nodes.items() if theme.WRONG in str(attributes.values())}
    assert red == {f"n{i}" for i, box in enumerate(picture.boxes) if box.title in ("parts", "extra", "lov")}
    assert [a["color"] for tail, _, a in drawing.edges if tail == f"n{list(boxes(picture)).index('lov')}"] == [
        theme.WRONG
    ]


def test_an_error_in_an_included_file_reddens_the_node_that_includes_it(graph: Path) -> None:
    (graph.parent / "modules/two.yaml").write_text(INNER.replace("Step", "Stop", 1))
    closed = {box.title: box.problems for box in picture_of(graph).boxes}
    assert any("no calculator 'Stop'" in message for message in closed["inner"])
    opened = {box.title: box.problems for box in picture_of(graph, expand=True).boxes}
    assert opened["first"] and not opened["second"]


HOSTILE = [
    '"',
    "<b>&amp;</b>",
    "]];",
    "\x1b[31m",
    "a" * 500,
    "</TABLE>>",
    "\\",
    "\\N",
    "-->",
    "{}",
    "\u202egnp",
    "`rm`",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_graph_breaks_out_of_its_label(graph: Path, text: str) -> None:
    import json

    graph.write_text(GRAPH.replace("default: 3", f"default: {json.dumps(text)}, help: {json.dumps(text)}"))
    picture = picture_of(graph)
    written = to_dot(picture)
    plain = to_dot(picture_of_original(graph))
    assert read_dot(written).nodes.keys() == read_dot(plain).nodes.keys()
    assert "\x1b" not in written and "\u202e" not in written
    # The HTML-like labels are well-formed, so nothing of the text became markup.
    for attributes in (attributes for name, attributes in read_dot(written).nodes.items() if name.startswith("n")):
        ElementTree.fromstring(attributes["label"].replace("&nbsp;", " "))
    assert len(re.findall(r"^  n\d+\W", to_mermaid(picture), re.MULTILINE)) == len(
        re.findall(r"^  n\d+\W", to_mermaid(picture_of_original(graph)), re.MULTILINE)
    )


def picture_of_original(graph: Path) -> Picture:
    graph.write_text(GRAPH)
    return picture_of(graph)


def test_passwords_of_camera_addresses_are_not_drawn(graph: Path) -> None:
    graph.write_text(GRAPH.replace("default: 3", "default: 'rtsp://me:secret@camera.local/1'"))
    for text in (to_dot(picture_of(graph)), to_mermaid(picture_of(graph))):
        assert "secret" not in text and "camera.local" in text


def test_mermaid_has_every_box_and_arrow(graph: Path) -> None:
    picture = picture_of(graph, expand=True)
    text = to_mermaid(picture)
    assert "flowchart TB" in text
    assert len(re.findall(r"^ +n\d+[(\[{]", text, re.MULTILINE)) == len(picture.boxes)
    assert len(re.findall(r"-->", text)) == len(picture.arrows)
    assert "subgraph g0" in text and text.count("stroke-dasharray:6 4") == 1


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
@pytest.mark.parametrize("expand", [False, True])
@pytest.mark.parametrize("wrong", [False, True])
def test_graphviz_accepts_the_drawing(graph: Path, expand: bool, wrong: bool) -> None:
    if wrong:
        graph.write_text(GRAPH.replace("Parts", "Part<s>").replace("item: low", "item: lov"))
    picture = picture_of(graph, expand)
    done = subprocess.run(["dot", "-Tplain"], input=to_dot(picture), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    back_edges = sum(arrow.kind is ArrowKind.BACK_EDGE for arrow in picture.arrows)  # each with two points
    assert len(re.findall(r"^node ", done.stdout, re.MULTILINE)) == len(picture.boxes) + 2 * back_edges
    assert len(re.findall(r"^edge ", done.stdout, re.MULTILINE)) == len(picture.arrows) + 2 * back_edges


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_the_suffix_picks_the_format(graph: Path, tmp_path: Path) -> None:
    starts = {
        ".html": b"<!DOCTYPE html>",
        ".dot": b"digraph",
        ".gv": b"digraph",
        ".mmd": b"---",
        ".svg": b"<?xml",
        ".png": b"\x89PNG",
        ".pdf": b"%PDF",
    }
    assert set(starts) == set(SUFFIXES)
    for suffix, start in starts.items():
        write(checked(graph), tmp_path / f"drawing{suffix}")
        assert (tmp_path / f"drawing{suffix}").read_bytes().startswith(start)


def test_a_drawing_too_large_for_graphviz_says_what_to_write_instead(
    graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = picture_of(graph)
    monkeypatch.setattr(shutil, "which", lambda program: pytest.fail("nothing is started"))
    monkeypatch.setattr(limits, "MAX_LAID_OUT", len(picture.boxes) + len(picture.arrows) - 1)
    with pytest.raises(TooLarge, match=r"boxes and .* arrows.*graph\.html'.*without --expand"):
        write(checked(graph), graph.with_suffix(".svg"))
    write(checked(graph), graph.with_suffix(".dot"))


def test_a_large_drawing_is_laid_out_with_less_effort(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = picture_of(graph)
    size = len(picture.boxes) + len(picture.arrows)
    limited = []
    monkeypatch.setattr(shutil, "which", lambda program: program)
    monkeypatch.setattr(
        subprocess,
        "run",
        lambda command, **options: limited.append(command[2:]) or subprocess.CompletedProcess(command, 0, b""),
    )
    for limit in (2 * size, 2 * size - 1):
        monkeypatch.setattr(limits, "MAX_LAID_OUT", limit)
        write(checked(graph), graph.with_suffix(".svg"))
    assert not limited[0] and any("nslimit" in option for option in limited[1])


def test_without_graphviz_the_error_names_the_fix(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingResource, match=r"(?s)apt install graphviz.*graph\.html"):
        write(checked(graph), graph.with_suffix(".svg"))
    assert not graph.with_suffix(".svg").exists()


def test_an_unknown_suffix_lists_those_that_work(graph: Path) -> None:
    with pytest.raises(ValueError, match=r"\.dot.*\.mmd.*\.svg.*\.png"):
        write(checked(graph), graph.with_suffix(".jpeg"))


def test_depth_opens_so_many_subgraphs_within_each_other(graph: Path) -> None:
    (graph.parent / "modules/outer.yaml").write_text(INNER.replace("calculator: Step", "subgraph: two.yaml"))
    graph.write_text(GRAPH.replace("two.yaml", "outer.yaml"))
    groups = [[group.title for group in draft(checked(graph), depth).groups] for depth in (0, 1, 2, None)]
    assert groups == [[], ["inner"], ["inner", "first", "second"], ["inner", "first", "second"]]


def test_arrows_lead_to_the_right_on_demand(graph: Path) -> None:
    text = to_dot(picture_of(graph), "LR")
    assert "rankdir=LR" in text and "n2:o0:e -> n3:i0:w" in text
    assert "flowchart LR" in to_mermaid(picture_of(graph), "LR")
