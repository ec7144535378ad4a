"""Expensive structures: chains, fans, cycles, includes. Each is a function of a size and gives files by name."""

from __future__ import annotations

from tools.limits.writing import HEAD, Files, nodes_file, passing, source

_DEPTH = 40
"""Levels of includes, where a shape doubles on each."""


def chain(n: int) -> Files:
    """Nodes in a row."""
    return {"top.yaml": nodes_file([passing(f"n{i}", f"s{i}", f"s{i + 1}") for i in range(n)], "inputs: [s0]\n")}


def reversed_chain(n: int) -> Files:
    """The same, last node first."""
    nodes = [passing(f"n{i}", f"s{i}", f"s{i + 1}") for i in reversed(range(n))]
    return {"top.yaml": nodes_file(nodes, "inputs: [s0]\n")}


def fan_out(n: int) -> Files:
    """One stream that all nodes read."""
    return {"top.yaml": nodes_file([passing(f"n{i}", "s", f"r{i}") for i in range(n)], "inputs: [s]\n")}


def fan_of_sources(n: int) -> Files:
    """Many sources, and nodes that read all of them."""
    side = max(int(n**0.5), 1)
    sources = [source(f"c{i}", f"s{i}") for i in range(side)]
    every = ", ".join(f"s{i}" for i in range(side))
    readers = [f"r{i}: {{calculator: Merge, inputs: {{item: [{every}]}}, outputs: {{out: o{i}}}}}" for i in range(side)]
    return {"top.yaml": nodes_file(sources + readers)}


def many_sources_in_a_chain(n: int) -> Files:
    """A chain to which each node adds a source: the last ones come from all of them."""
    nodes = []
    for i in range(n // 2):
        nodes.append(source(f"c{i}", f"s{i}"))
        nodes.append(f"m{i}: {{calculator: Merge, inputs: {{item: [s{i}, m{i}]}}, outputs: {{out: m{i + 1}}}}}")
    return {"top.yaml": nodes_file(nodes, "inputs: [m0]\n")}


def fan_in(n: int) -> Files:
    """One node that reads the streams of all others."""
    nodes = [source(f"c{i}", f"s{i}") for i in range(n)]
    every = ", ".join(f"s{i}" for i in range(n))
    return {
        "top.yaml": nodes_file([*nodes, f"m: {{calculator: Merge, inputs: {{item: [{every}]}}, outputs: {{out: o}}}}"])
    }


def loop_of_fans(n: int) -> Files:
    """Many readers of a stream, whose streams all come back to its sender over back edges."""
    back = ", ".join(f"{{stream: r{i}, back_edge: true}}" for i in range(n))
    mux = f"m: {{calculator: Merge, inputs: {{item: [{back}]}}, outputs: {{out: s}}}}"
    return {"top.yaml": nodes_file([mux, *(passing(f"n{i}", "s", f"r{i}") for i in range(n))])}


def wide_cycle(n: int) -> Files:
    """One cycle through all nodes, without a back edge."""
    nodes = [passing(f"n{i}", f"s{i}", f"s{(i + 1) % n}") for i in range(n)]
    return {"top.yaml": nodes_file(nodes)}


def long_named_cycle(n: int) -> Files:
    """The same with names as long as they may be."""
    pad = "x" * 180
    nodes = [passing(f"n{pad}{i}", f"s{pad}{i}", f"s{pad}{(i + 1) % n}") for i in range(n)]
    return {"top.yaml": nodes_file(nodes)}


def many_cycles(n: int) -> Files:
    """Pairs of nodes that wait for each other."""
    nodes = []
    for i in range(n // 2):
        nodes += [passing(f"a{i}", f"s{i}", f"t{i}"), passing(f"b{i}", f"t{i}", f"s{i}")]
    return {"top.yaml": nodes_file(nodes)}


def back_edges(n: int) -> Files:
    """A chain whose nodes all read the end of it too."""
    nodes = [
        f"n{i}: {{calculator: Merge, inputs: {{item: [s{i}, {{stream: s{n}, back_edge: true}}]}}, "
        f"outputs: {{out: s{i + 1}}}}}"
        for i in range(n)
    ]
    return {"top.yaml": nodes_file(nodes, "inputs: [s0]\n")}


def waiting_back_edges(n: int) -> Files:
    """Loops in which nothing can begin."""
    nodes = [
        f"n{i}: {{calculator: MakePair, inputs: {{item: [s{i}, {{stream: s{n}, back_edge: true}}]}}, "
        f"outputs: {{out: s{i + 1}}}}}"
        for i in range(n)
    ]
    return {"top.yaml": nodes_file(nodes, "inputs: [s0]\n")}


def false_back_edges(n: int) -> Files:
    """Back edges that close nothing: a warning each."""
    nodes = [passing(f"n{i}", f"{{stream: s{i}, back_edge: true}}", f"s{i + 1}") for i in range(n)]
    return {"top.yaml": nodes_file(nodes, "inputs: [s0]\n")}


def doubling_includes(n: int) -> Files:
    """Files that include the next one twice."""
    files = {"top.yaml": nodes_file(["a: {subgraph: f1.yaml}"])}
    levels = min(max(n, 2).bit_length() - 1, _DEPTH)
    for level in range(1, levels + 1):
        files[f"f{level}.yaml"] = nodes_file([f"{half}: {{subgraph: f{level + 1}.yaml}}" for half in "ab"])
    files[f"f{levels + 1}.yaml"] = nodes_file([source("c", "s")])
    return files


def doubling_long_names(n: int) -> Files:
    """The same with names as long as they may be."""
    files = {"top.yaml": nodes_file(["a: {subgraph: f1.yaml}"])}
    levels = min(max(n, 2).bit_length() - 1, _DEPTH)
    for level in range(1, levels + 1):
        files[f"f{level}.yaml"] = nodes_file([f"{half * 200}: {{subgraph: f{level + 1}.yaml}}" for half in "ab"])
    leaf = [source("c", "s" * 200)]
    files[f"f{levels + 1}.yaml"] = nodes_file(leaf)
    return files


def deep_includes(n: int) -> Files:
    """Many nodes below as many includes as may be nested, with long names: each full name is long."""
    depth = 60
    files = {"top.yaml": nodes_file([f"{'a' * 200}: {{subgraph: f1.yaml, inputs: {{s: s}}}}"], "inputs: [s]\n")}
    for level in range(1, depth):
        node = f"{'a' * 200}: {{subgraph: f{level + 1}.yaml, inputs: {{s: s}}}}"
        files[f"f{level}.yaml"] = nodes_file([node], "inputs: [s]\n")
    files[f"f{depth}.yaml"] = nodes_file([passing(f"n{i}", "s", f"r{i}") for i in range(n)], "inputs: [s]\n")
    return files


def wide_includes(n: int) -> Files:
    """A file of many nodes that is included many times."""
    side = max(int(n**0.5), 1)
    inner = nodes_file([passing(f"n{i}", f"s{i}", f"s{i + 1}") for i in range(side)], "inputs: [s0]\n")
    outer = nodes_file([f"i{i}: {{subgraph: f.yaml, inputs: {{s0: s}}}}" for i in range(side)], "inputs: [s]\n")
    return {"top.yaml": outer, "f.yaml": inner}


def wide_interfaces(n: int) -> Files:
    """Includes with many inputs, each handed on to another include."""
    ports = ", ".join(f"p{i}" for i in range(n))
    given = ", ".join(f"p{i}: p{i}" for i in range(n))
    files = {"top.yaml": nodes_file([f"a: {{subgraph: f1.yaml, inputs: {{{given}}}}}"], f"inputs: [{ports}]\n")}
    for level in range(1, 20):
        files[f"f{level}.yaml"] = nodes_file(
            [f"a: {{subgraph: f{level + 1}.yaml, inputs: {{{given}}}}}"], f"inputs: [{ports}]\n"
        )
    files["f20.yaml"] = nodes_file([passing("n", "p0", "r")], f"inputs: [{ports}]\n")
    return files


def many_files(n: int) -> Files:
    """As many files as there are nodes."""
    files = {"top.yaml": nodes_file([f"i{i}: {{subgraph: m{i}.yaml}}" for i in range(n)])}
    return files | {f"m{i}.yaml": nodes_file([source("c", "s")] * 1) for i in range(n)}


def large_files(n: int) -> Files:
    """Several files as large as one may be."""
    comment = "# " + "x" * 900_000 + "\n"
    count = max(n // 500, 1)
    files = {"top.yaml": nodes_file([f"i{i}: {{subgraph: m{i}.yaml}}" for i in range(count)])}
    return files | {f"m{i}.yaml": comment + nodes_file([]) for i in range(count)}


def large_file_of_values(n: int) -> Files:
    """Several files full of values."""
    values = "[" + "1," * 90_000 + "]"
    count = max(n // 500, 1)
    files = {"top.yaml": nodes_file([f"i{i}: {{subgraph: m{i}.yaml}}" for i in range(count)])}
    return files | {f"m{i}.yaml": f"{HEAD}options: {{x: {{default: {values}}}}}\nnodes: {{}}\n" for i in range(count)}
