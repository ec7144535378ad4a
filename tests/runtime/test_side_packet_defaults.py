"""A side packet that may be left out, and is, counts as not connected: the default inside applies, at any depth."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphflow import Calculator, Graph, GraphConfigError, Option, Packet, SidePacketError


class Tell(Calculator):
    """Sends the side packet that it got."""

    def open(self, n: int = 7) -> None:
        self._n = n

    def process(self, item: int) -> int:
        return self._n


class Limited(Calculator):
    """As Tell; the side packet replaces an option with limits."""

    n: int = Option(default=1, ge=1)

    def open(self, n: int | None = None) -> None:
        self._n = self.n if n is None else n

    def process(self, item: int) -> int:
        return self._n


def graph(folder: Path, *levels: str, calculator: str = "Tell") -> Graph:
    """Files that include each other, the outermost first; each declares the side packet ``n`` as its text says."""
    last = len(levels) - 1
    for depth, declared in enumerate(levels):
        inner = f"subgraph: f{depth + 1}.yaml" if depth < last else f"calculator: {calculator}"
        ports = ("a", "b") if depth < last else ("item", "out")
        (folder / f"f{depth}.yaml").write_text(
            f"graphflow: 1\ninputs: [a]\noutputs: [b]\nside_packets: {{n: {declared}}}\nnodes:\n"
            f"  x: {{{inner}, inputs: {{{ports[0]}: a}}, side_packets: {{n: n}}, outputs: {{{ports[1]}: b}}}}\n"
        )
    return Graph.load(folder / "f0.yaml", calculators=[Tell, Limited])


def sent(graph: Graph, **side_packets: object) -> object:
    return graph.run({"a": [Packet(0, 0)]}, side_packets)["b"][0].value


OPTIONAL = "{optional: true}"


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((OPTIONAL,), 7),
        ((OPTIONAL, "{default: 3}"), 3),
        ((OPTIONAL, OPTIONAL), 7),
        ((OPTIONAL, OPTIONAL, OPTIONAL, "{default: 3}"), 3),
        ((OPTIONAL, "{default: 4}", "{default: 3}"), 4),
        (("{default: 5}", "{default: 4}", OPTIONAL), 5),
    ],
)
def test_the_outermost_default_holds_where_nobody_gives_a_value(
    tmp_path: Path, levels: tuple[str, ...], expected: int
) -> None:
    loaded = graph(tmp_path, *levels)
    assert sent(loaded) == expected
    assert sent(loaded, n=9) == 9


def test_one_that_the_inside_can_do_without_need_not_be_given(tmp_path: Path) -> None:
    loaded = graph(tmp_path, "{}", "{default: 3}")
    assert sent(loaded) == 3  # as for a calculator's optional side packet
    assert sent(loaded, n=9) == 9


def test_a_switch_is_selected_by_the_default_inside(tmp_path: Path) -> None:
    (tmp_path / "inner.yaml").write_text(
        "graphflow: 1\ninputs: [a]\noutputs: [b]\nside_packets: {which: {default: 1}}\nnodes:\n"
        "  s: {switch: [{calculator: Tell}, {calculator: Limited, options: {n: 2}}], inputs: {item: a}, "
        "side_packets: {select: which}, outputs: {out: b}}\n"
    )
    (tmp_path / "f.yaml").write_text(
        "graphflow: 1\ninputs: [a]\noutputs: [b]\nside_packets: {which: {optional: true}}\nnodes:\n"
        "  x: {subgraph: inner.yaml, inputs: {a: a}, side_packets: {which: which}, outputs: {b: b}}\n"
    )
    loaded = Graph.load(tmp_path / "f.yaml", calculators=[Tell, Limited])
    assert sent(loaded) == 2
    assert sent(loaded, which=0) == 7


@pytest.mark.parametrize("levels", [(OPTIONAL,), (OPTIONAL, OPTIONAL, "{default: 3}")])
def test_the_limits_of_the_option_that_it_replaces_hold_before_anything_runs(
    tmp_path: Path, levels: tuple[str, ...]
) -> None:
    loaded = graph(tmp_path, *levels, calculator="Limited")
    with pytest.raises(SidePacketError, match="^side packet 'n' must be at least 1, not 0$"):
        loaded.start({"n": 0})


def test_an_error_of_open_that_speaks_of_a_side_packet_says_what_the_graph_calls_it() -> None:
    text = """
        graphflow: 1
        side_packets: [number]
        nodes: {n: {calculator: CountingSource, side_packets: {max_count: number}, outputs: {out: o}}}
        outputs: [o]
    """
    with pytest.raises(ValueError, match="max_count") as caught:
        Graph.parse(text).run(side_packets={"number": -1})
    assert caught.value.__notes__[0].endswith("; its 'max_count' is side packet 'number'")


def test_a_default_outside_of_the_limits_is_told_when_the_graph_is_checked(tmp_path: Path) -> None:
    with pytest.raises(GraphConfigError) as caught:
        graph(tmp_path, "{default: 0}", calculator="Limited")
    (problem,) = caught.value.diagnostics
    assert problem.message == "the default of side packet 'n' must be at least 1, not 0"
    with pytest.raises(GraphConfigError) as caught:
        graph(tmp_path, OPTIONAL, "{default: 0}", calculator="Limited")
    (problem,) = caught.value.diagnostics
    assert problem.message == "node 'x/x': the default of side packet 'n' must be at least 1, not 0"


def test_a_graph_takes_as_many_faces_as_the_module_says_unless_told(tmp_path: Path) -> None:
    (tmp_path / "g.yaml").write_text(
        "graphflow: 1\ninputs: [image]\noutputs: [out]\nside_packets: {num_faces: {optional: true}}\nnodes:\n"
        "  mesh: {subgraph: modules/face_landmark_front.yaml, inputs: {image: image}, "
        "side_packets: {num_faces: num_faces}, outputs: {landmarks: out}}\n"
    )
    loaded = Graph.load(tmp_path / "g.yaml")
    assert not loaded.plan.side_packets["num_faces"].required
    (given,) = {side.default for node in loaded.plan.nodes for side in node.side_inputs if side.name == "num_faces"}
    assert given == 1
    with pytest.raises(SidePacketError, match="side packet 'num_faces' must be at least 1, not 0"):
        loaded.start({"num_faces": 0})
