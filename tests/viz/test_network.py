"""``Graph.to_networkx()``."""

from __future__ import annotations

import subprocess
import sys

from graphflow import Graph
from tests.viz.drawings import CALCULATORS

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
    outputs: {low: low}
  step: {calculator: Step, inputs: {item: low}, outputs: {out: total}}
"""


def test_nodes_and_edges_say_what_the_graph_says() -> None:
    network = Graph.parse(GRAPH, calculators=CALCULATORS).to_networkx()
    assert dict(network.nodes(data="kind")) == {
        "input:number": "input",
        "parts": "node",
        "step": "node",
        "output:total": "output",
        "side_packet:size": "side_packet",
    }
    assert network.nodes["parts"]["calculator"] == "Parts"
    assert (network.nodes["step"]["file"], network.nodes["step"]["line"]) == ("<string>", 13)
    edges = {(tail, head): data for tail, head, data in network.edges(data=True)}
    assert edges.keys() == {
        ("input:number", "parts"),
        ("step", "parts"),
        ("parts", "step"),
        ("step", "output:total"),
        ("side_packet:size", "parts"),
    }
    low = {"stream": "low", "type": "int", "source_port": "low", "target_port": "item"}
    assert edges["parts", "step"] == {**low, "back_edge": False, "side_packet": False}
    assert edges["step", "parts"]["back_edge"] and edges["side_packet:size", "parts"]["side_packet"]


def test_without_back_edges_the_graph_is_acyclic() -> None:
    import networkx

    network = Graph.parse(GRAPH, calculators=CALCULATORS).to_networkx()
    assert not networkx.is_directed_acyclic_graph(network)
    forward = [(a, b, key) for a, b, key, back in network.edges(keys=True, data="back_edge") if not back]
    assert networkx.is_directed_acyclic_graph(network.edge_subgraph(forward))


def test_networkx_is_not_imported_before_somebody_asks() -> None:
    code = "import sys, graphflow, graphflow.cli.app, graphflow.viz.dot; sys.exit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
