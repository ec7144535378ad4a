"""Graph files made to be expensive: each shape is a function of a size, and gives files by name, ``top.yaml`` first."""

from __future__ import annotations

from collections.abc import Callable

Files = dict[str, str]

_HEAD = "graphflow: 1\n"
_DEPTH = 40
"""Levels of includes, where a shape doubles on each."""


def _nodes(entries: list[str], head: str = "") -> str:
    return f"{_HEAD}{head}nodes:\n" + "".join(f"  {entry}\n" for entry in entries)


def _passing(name: str, reads: str, sends: str) -> str:
    return f"{name}: {{calculator: PassThrough, inputs: {{item: {reads}}}, outputs: {{out: {sends}}}}}"


def _source(name: str, sends: str) -> str:
    return (
        f"{name}: {{calculator: CountingSource, side_packets: {{max_count: {{value: 4}}}}, outputs: {{out: {sends}}}}}"
    )


def chain(n: int) -> Files:
    """Nodes in a row."""
    return {"top.yaml": _nodes([_passing(f"n{i}", f"s{i}", f"s{i + 1}") for i in range(n)], "inputs: [s0]\n")}


def reversed_chain(n: int) -> Files:
    """The same, last node first."""
    nodes = [_passing(f"n{i}", f"s{i}", f"s{i + 1}") for i in reversed(range(n))]
    return {"top.yaml": _nodes(nodes, "inputs: [s0]\n")}


def fan_out(n: int) -> Files:
    """One stream that all nodes read."""
    return {"top.yaml": _nodes([_passing(f"n{i}", "s", f"r{i}") for i in range(n)], "inputs: [s]\n")}


def fan_of_sources(n: int) -> Files:
    """Many sources, and nodes that read all of them."""
    side = max(int(n**0.5), 1)
    sources = [_source(f"c{i}", f"s{i}") for i in range(side)]
    every = ", ".join(f"s{i}" for i in range(side))
    readers = [f"r{i}: {{calculator: Merge, inputs: {{item: [{every}]}}, outputs: {{out: o{i}}}}}" for i in range(side)]
    return {"top.yaml": _nodes(sources + readers)}


def many_sources_in_a_chain(n: int) -> Files:
    """A chain to which each node adds a source: the last ones come from all of them."""
    nodes = []
    for i in range(n // 2):
        nodes.append(_source(f"c{i}", f"s{i}"))
        nodes.append(f"m{i}: {{calculator: Merge, inputs: {{item: [s{i}, m{i}]}}, outputs: {{out: m{i + 1}}}}}")
    return {"top.yaml": _nodes(nodes, "inputs: [m0]\n")}


def fan_in(n: int) -> Files:
    """One node that reads the streams of all others."""
    nodes = [_source(f"c{i}", f"s{i}") for i in range(n)]
    every = ", ".join(f"s{i}" for i in range(n))
    return {"top.yaml": _nodes([*nodes, f"m: {{calculator: Merge, inputs: {{item: [{every}]}}, outputs: {{out: o}}}}"])}


def loop_of_fans(n: int) -> Files:
    """Many readers of a stream, whose streams all come back to its sender over back edges."""
    back = ", ".join(f"{{stream: r{i}, back_edge: true}}" for i in range(n))
    mux = f"m: {{calculator: Merge, inputs: {{item: [{back}]}}, outputs: {{out: s}}}}"
    return {"top.yaml": _nodes([mux, *(_passing(f"n{i}", "s", f"r{i}") for i in range(n))])}


def wide_cycle(n: int) -> Files:
    """One cycle through all nodes, without a back edge."""
    nodes = [_passing(f"n{i}", f"s{i}", f"s{(i + 1) % n}") for i in range(n)]
    return {"top.yaml": _nodes(nodes)}


def long_named_cycle(n: int) -> Files:
    """The same with names as long as they may be."""
    pad = "x" * 180
    nodes = [_passing(f"n{pad}{i}", f"s{pad}{i}", f"s{pad}{(i + 1) % n}") for i in range(n)]
    return {"top.yaml": _nodes(nodes)}


def many_cycles(n: int) -> Files:
    """Pairs of nodes that wait for each other."""
    nodes = []
    for i in range(n // 2):
        nodes += [_passing(f"a{i}", f"s{i}", f"t{i}"), _passing(f"b{i}", f"t{i}", f"s{i}")]
    return {"top.yaml": _nodes(nodes)}


def back_edges(n: int) -> Files:
    """A chain whose nodes all read the end of it too."""
    nodes = [
        f"n{i}: {{calculator: Merge, inputs: {{item: [s{i}, {{stream: s{n}, back_edge: true}}]}}, "
        f"outputs: {{out: s{i + 1}}}}}"
        for i in range(n)
    ]
    return {"top.yaml": _nodes(nodes, "inputs: [s0]\n")}


def waiting_back_edges(n: int) -> Files:
    """Loops in which nothing can begin."""
    nodes = [
        f"n{i}: {{calculator: MakePair, inputs: {{item: [s{i}, {{stream: s{n}, back_edge: true}}]}}, "
        f"outputs: {{out: s{i + 1}}}}}"
        for i in range(n)
    ]
    return {"top.yaml": _nodes(nodes, "inputs: [s0]\n")}


def false_back_edges(n: int) -> Files:
    """Back edges that close nothing: a warning each."""
    nodes = [_passing(f"n{i}", f"{{stream: s{i}, back_edge: true}}", f"s{i + 1}") for i in range(n)]
    return {"top.yaml": _nodes(nodes, "inputs: [s0]\n")}


def doubling_includes(n: int) -> Files:
    """Files that include the next one twice."""
    files = {"top.yaml": _nodes(["a: {subgraph: f1.yaml}"])}
    levels = min(max(n, 2).bit_length() - 1, _DEPTH)
    for level in range(1, levels + 1):
        files[f"f{level}.yaml"] = _nodes([f"{half}: {{subgraph: f{level + 1}.yaml}}" for half in "ab"])
    files[f"f{levels + 1}.yaml"] = _nodes([_source("c", "s")])
    return files


def doubling_long_names(n: int) -> Files:
    """The same with names as long as they may be."""
    files = {"top.yaml": _nodes(["a: {subgraph: f1.yaml}"])}
    levels = min(max(n, 2).bit_length() - 1, _DEPTH)
    for level in range(1, levels + 1):
        files[f"f{level}.yaml"] = _nodes([f"{half * 200}: {{subgraph: f{level + 1}.yaml}}" for half in "ab"])
    leaf = [_source("c", "s" * 200)]
    files[f"f{levels + 1}.yaml"] = _nodes(leaf)
    return files


def deep_includes(n: int) -> Files:
    """Many nodes below as many includes as may be nested, with long names: each full name is long."""
    depth = 60
    files = {"top.yaml": _nodes([f"{'a' * 200}: {{subgraph: f1.yaml, inputs: {{s: s}}}}"], "inputs: [s]\n")}
    for level in range(1, depth):
        node = f"{'a' * 200}: {{subgraph: f{level + 1}.yaml, inputs: {{s: s}}}}"
        files[f"f{level}.yaml"] = _nodes([node], "inputs: [s]\n")
    files[f"f{depth}.yaml"] = _nodes([_passing(f"n{i}", "s", f"r{i}") for i in range(n)], "inputs: [s]\n")
    return files


def wide_includes(n: int) -> Files:
    """A file of many nodes that is included many times."""
    side = max(int(n**0.5), 1)
    inner = _nodes([_passing(f"n{i}", f"s{i}", f"s{i + 1}") for i in range(side)], "inputs: [s0]\n")
    outer = _nodes([f"i{i}: {{subgraph: f.yaml, inputs: {{s0: s}}}}" for i in range(side)], "inputs: [s]\n")
    return {"top.yaml": outer, "f.yaml": inner}


def wide_interfaces(n: int) -> Files:
    """Includes with many inputs, each handed on to another include."""
    ports = ", ".join(f"p{i}" for i in range(n))
    given = ", ".join(f"p{i}: p{i}" for i in range(n))
    files = {"top.yaml": _nodes([f"a: {{subgraph: f1.yaml, inputs: {{{given}}}}}"], f"inputs: [{ports}]\n")}
    for level in range(1, 20):
        files[f"f{level}.yaml"] = _nodes(
            [f"a: {{subgraph: f{level + 1}.yaml, inputs: {{{given}}}}}"], f"inputs: [{ports}]\n"
        )
    files["f20.yaml"] = _nodes([_passing("n", "p0", "r")], f"inputs: [{ports}]\n")
    return files


def many_files(n: int) -> Files:
    """As many files as there are nodes."""
    files = {"top.yaml": _nodes([f"i{i}: {{subgraph: m{i}.yaml}}" for i in range(n)])}
    return files | {f"m{i}.yaml": _nodes([_source("c", "s")] * 1) for i in range(n)}


def large_files(n: int) -> Files:
    """Several files as large as one may be."""
    comment = "# " + "x" * 900_000 + "\n"
    count = max(n // 500, 1)
    files = {"top.yaml": _nodes([f"i{i}: {{subgraph: m{i}.yaml}}" for i in range(count)])}
    return files | {f"m{i}.yaml": comment + _nodes([]) for i in range(count)}


def large_file_of_values(n: int) -> Files:
    """Several files full of values."""
    values = "[" + "1," * 90_000 + "]"
    count = max(n // 500, 1)
    files = {"top.yaml": _nodes([f"i{i}: {{subgraph: m{i}.yaml}}" for i in range(count)])}
    return files | {f"m{i}.yaml": f"{_HEAD}options: {{x: {{default: {values}}}}}\nnodes: {{}}\n" for i in range(count)}


def stream_typos(n: int) -> Files:
    """Nodes that read streams whose names nearly exist."""
    return {"top.yaml": _nodes([_passing(f"n{i}", f"streem_number_{i}x", f"stream_number_{i}") for i in range(n)])}


def long_stream_typos(n: int) -> Files:
    """The same with names as long as suggestions are looked for."""
    pad = "abcdefghij" * 5
    return {"top.yaml": _nodes([_passing(f"n{i}", f"{pad}x{i}", f"{pad}y{i}") for i in range(n)])}


def calculator_typos(n: int) -> Files:
    """Calculators whose names nearly exist."""
    return {"top.yaml": _nodes([f"n{i}: {{calculator: PassThru{i}}}" for i in range(n)])}


def key_typos(n: int) -> Files:
    """Keys of one node that do not exist."""
    keys = "".join(f"    inputz{i}: 1\n" for i in range(n))
    return {"top.yaml": f"{_HEAD}nodes:\n  a:\n    calculator: PassThrough\n{keys}"}


def option_typos(n: int) -> Files:
    """Options that the calculator does not have."""
    options = ", ".join(f"max_cuont{i}: 1" for i in range(n))
    return {"top.yaml": _nodes([f"a: {{calculator: CountingSource, options: {{{options}}}, outputs: {{out: s}}}}"])}


def option_typos_on_many(n: int) -> Files:
    """One such option on each node."""
    return {
        "top.yaml": _nodes(
            [f"a{i}: {{calculator: FlowLimiter, options: {{max_in_fligth: 1}}, inputs: {{item: s}}, "
             f"outputs: {{out: o{i}}}}}" for i in range(n)], "inputs: [s]\n")
    }  # fmt: skip


def port_typos(n: int) -> Files:
    """Ports that the calculator does not have."""
    ports = ", ".join(f"imagee{i}: s" for i in range(n))
    return {"top.yaml": _nodes([f"a: {{calculator: MakePair, inputs: {{{ports}}}, outputs: {{out: p}}}}"],
                               "inputs: [s]\n")}  # fmt: skip


def interface_typos(n: int) -> Files:
    """Ports that an included file does not have, of many that it has."""
    ports = ", ".join(f"port_number_{i}" for i in range(n))
    given = ", ".join(f"prot_number_{i}: s" for i in range(n))
    inner = _nodes([_passing("n", "port_number_0", "r")], f"inputs: [{ports}]\n")
    return {"top.yaml": _nodes([f"a: {{subgraph: f.yaml, inputs: {{{given}}}}}"], "inputs: [s]\n"), "f.yaml": inner}


def many_ports(n: int) -> Files:
    """One node with many ports."""
    ins = ", ".join(f"p{i}: s" for i in range(n))
    outs = ", ".join(f"p{i}: r{i}" for i in range(n))
    return {"top.yaml": _nodes([f"a: {{calculator: PassThrough, inputs: {{{ins}}}, outputs: {{{outs}}}}}"],
                               "inputs: [s]\n")}  # fmt: skip


def many_side_packets(n: int) -> Files:
    """Many side packets, and nodes that take all of them."""
    names = [f"p{i}" for i in range(n // 2)]
    node = f"a: {{calculator: PassThrough, side_packets: {{item: [{', '.join(names)}]}}, " \
        f"output_side_packets: {{out: [{', '.join('o' + name for name in names)}]}}}}"  # fmt: skip
    optional = ", ".join(f"{name}: {{optional: true}}" for name in names)
    return {"top.yaml": _nodes([node], f"side_packets: {{{optional}}}\n")}


def wide_switch(n: int) -> Files:
    """A switch with many branches and many streams through each."""
    side = max(int(n**0.5), 1)
    branches = ", ".join("{calculator: PassThrough}" for _ in range(side))
    ins = ", ".join(f"p{i}: s{i}" for i in range(side))
    outs = ", ".join(f"p{i}: r{i}" for i in range(side))
    head = f"inputs: [which, {', '.join(f's{i}' for i in range(side))}]\n"
    node = f"w: {{switch: [{branches}], inputs: {{select: which, {ins}}}, outputs: {{{outs}}}}}"
    return {"top.yaml": _nodes([node], head)}


def many_branches(n: int) -> Files:
    """A switch with many branches."""
    branches = ", ".join("{calculator: PassThrough}" for _ in range(n))
    node = f"w: {{switch: [{branches}], inputs: {{select: which, item: s}}, outputs: {{out: r}}}}"
    return {"top.yaml": _nodes([node], "inputs: [which, s]\n")}


def huge_text(n: int) -> Files:
    """One long text."""
    text = "lorem ipsum " * (n * 8)
    return {"top.yaml": _nodes([f'a: {{calculator: CountingSource, options: {{max_count: "{text}"}}}}'])}


def comments(n: int) -> Files:
    """Many lines that say nothing."""
    return {"top.yaml": _nodes([_source("a", "s")], "#\n" * (n * 30))}


def substituted_default(n: int) -> Files:
    """A large default that many nodes take."""
    default = "[" + ", ".join("1" for _ in range(min(n, 10_000) * 3)) + "]"
    nodes = [
        f"a{i}: {{calculator: SplitVector, options: {{ranges: '${{x}}'}}, "
        f"inputs: {{item: s}}, outputs: {{out: [r{i}]}}}}"
        for i in range(n)
    ]
    return {"top.yaml": _nodes(nodes, f"options: {{x: {{default: {default}}}}}\ninputs: [s]\n")}


def substituted_text(n: int) -> Files:
    """A long text that many nodes take, in vain."""
    nodes = [
        f"a{i}: {{calculator: FlowLimiter, options: {{max_in_flight: '${{x}}'}}, "
        f"inputs: {{item: s}}, outputs: {{out: r{i}}}}}"
        for i in range(n)
    ]
    return {"top.yaml": _nodes(nodes, f"options: {{x: {{default: {'y' * (n * 20)}}}}}\ninputs: [s]\n")}


def many_graph_options(n: int) -> Files:
    """Many graph options, and nodes that take one each."""
    options = ", ".join(f"x{i}: {{default: {i}}}" for i in range(n))
    nodes = [
        f"a{i}: {{calculator: FlowLimiter, options: {{max_in_flight: '${{x{i}}}'}}, "
        f"inputs: {{item: s}}, outputs: {{out: r{i}}}}}"
        for i in range(n)
    ]
    return {"top.yaml": _nodes(nodes, f"options: {{{options}}}\ninputs: [s]\n")}


def long_numbers(n: int) -> Files:
    """Numbers of a hundred thousand digits."""
    values = ", ".join("9" * 100_000 for _ in range(min(max(n // 500, 1), 9)))
    return {"top.yaml": _nodes([f"a: {{calculator: CountingSource, options: {{x: [{values}]}}, outputs: {{out: s}}}}"])}


def unread_outputs(n: int) -> Files:
    """A note for each node."""
    return {"top.yaml": _nodes([_source(f"c{i}", f"s{i}") for i in range(n)])}


def literal_side_packets(n: int) -> Files:
    """Large values that stand at ports."""
    values = "[" + ", ".join("1" for _ in range(n * 10)) + "]"
    node = f"a: {{calculator: CountingSource, side_packets: {{max_count: {{value: {values}}}}}, outputs: {{out: s}}}}"
    return {"top.yaml": _nodes([node])}


def many_loops(n: int) -> Files:
    """Loops of two nodes one after the other."""
    nodes = []
    for i in range(n // 2):
        nodes.append(f"l{i}: {{calculator: PreviousLoopback, inputs: {{main: s{i}, loop: {{stream: s{i + 1}, "
                     f"back_edge: true}}}}, outputs: {{prev_loop: p{i}}}}}")  # fmt: skip
        nodes.append(f"m{i}: {{calculator: MakePair, inputs: {{item: [s{i}, p{i}]}}, "
                     f"outputs: {{out: s{i + 1}}}}}")  # fmt: skip
    return {"top.yaml": _nodes(nodes, "inputs: [s0]\n")}


def nested_types(n: int) -> Files:
    """Pairs of pairs of pairs: each type holds the one before, twice."""
    nodes = [
        f"m{i}: {{calculator: MakePair, inputs: {{item: [s{i}, s{i}]}}, outputs: {{out: s{i + 1}}}}}" for i in range(n)
    ]
    return {"top.yaml": _nodes(nodes, "inputs: [s0]\n")}


def sync_sets(n: int) -> Files:
    """A node with many inputs, each in a set of its own."""
    ins = ", ".join(f"p{i}: {{stream: r{i}, back_edge: true}}" for i in range(n))
    outs = ", ".join(f"p{i}: r{i}" for i in range(n))
    sets = ", ".join(f"[p{i}]" for i in range(n))
    node = f"a: {{calculator: PassThrough, inputs: {{{ins}}}, outputs: {{{outs}}}, " \
        f"input_policy: {{SyncSets: {{sets: [{sets}]}}}}}}"  # fmt: skip
    return {"top.yaml": _nodes([node])}


def included_typos(n: int) -> Files:
    """A file of nodes that read what nearly exists, included many times."""
    side = max(int(n**0.5), 1)
    inner = _nodes([_passing(f"n{i}", f"streem_number_{i}x", f"stream_number_{i}") for i in range(side)])
    return {"top.yaml": _nodes([f"i{i}: {{subgraph: f.yaml}}" for i in range(side)]), "f.yaml": inner}


def double_senders(n: int) -> Files:
    """One stream that half of the nodes send and the other half read."""
    senders = [_source(f"c{i}", "s") for i in range(n // 2)]
    return {"top.yaml": _nodes([*senders, *(_passing(f"n{i}", "s", f"r{i}") for i in range(n // 2))])}


SHAPES: dict[str, Callable[[int], Files]] = {
    name: shape for name, shape in list(globals().items())
    if not name.startswith("_") and callable(shape) and getattr(shape, "__module__", "") == __name__
}  # fmt: skip
"""All shapes by name."""
