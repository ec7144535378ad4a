"""Expensive details: typos, ports, switches, options, values. Each is a function of a size and gives files by name."""

from __future__ import annotations

from tools.limits.writing import HEAD, Files, nodes_file, passing, source


def stream_typos(n: int) -> Files:
    """Nodes that read streams whose names nearly exist."""
    return {"top.yaml": nodes_file([passing(f"n{i}", f"streem_number_{i}x", f"stream_number_{i}") for i in range(n)])}


def long_stream_typos(n: int) -> Files:
    """The same with names as long as suggestions are looked for."""
    pad = "abcdefghij" * 5
    return {"top.yaml": nodes_file([passing(f"n{i}", f"{pad}x{i}", f"{pad}y{i}") for i in range(n)])}


def calculator_typos(n: int) -> Files:
    """Calculators whose names nearly exist."""
    return {"top.yaml": nodes_file([f"n{i}: {{calculator: PassThru{i}}}" for i in range(n)])}


def key_typos(n: int) -> Files:
    """Keys of one node that do not exist."""
    keys = "".join(f"    inputz{i}: 1\n" for i in range(n))
    return {"top.yaml": f"{HEAD}nodes:\n  a:\n    calculator: PassThrough\n{keys}"}


def option_typos(n: int) -> Files:
    """Options that the calculator does not have."""
    options = ", ".join(f"max_cuont{i}: 1" for i in range(n))
    return {"top.yaml": nodes_file([f"a: {{calculator: CountingSource, options: {{{options}}}, outputs: {{out: s}}}}"])}


def option_typos_on_many(n: int) -> Files:
    """One such option on each node."""
    return {
        "top.yaml": nodes_file(
            [f"a{i}: {{calculator: FlowLimiter, options: {{max_in_fligth: 1}}, inputs: {{item: s}}, "
             f"outputs: {{out: o{i}}}}}" for i in range(n)], "inputs: [s]\n")
    }  # fmt: skip


def port_typos(n: int) -> Files:
    """Ports that the calculator does not have."""
    ports = ", ".join(f"imagee{i}: s" for i in range(n))
    return {"top.yaml": nodes_file([f"a: {{calculator: MakePair, inputs: {{{ports}}}, outputs: {{out: p}}}}"],
                               "inputs: [s]\n")}  # fmt: skip


def interface_typos(n: int) -> Files:
    """Ports that an included file does not have, of many that it has."""
    ports = ", ".join(f"port_number_{i}" for i in range(n))
    given = ", ".join(f"prot_number_{i}: s" for i in range(n))
    inner = nodes_file([passing("n", "port_number_0", "r")], f"inputs: [{ports}]\n")
    return {"top.yaml": nodes_file([f"a: {{subgraph: f.yaml, inputs: {{{given}}}}}"], "inputs: [s]\n"), "f.yaml": inner}


def many_ports(n: int) -> Files:
    """One node with many ports."""
    ins = ", ".join(f"p{i}: s" for i in range(n))
    outs = ", ".join(f"p{i}: r{i}" for i in range(n))
    return {"top.yaml": nodes_file([f"a: {{calculator: PassThrough, inputs: {{{ins}}}, outputs: {{{outs}}}}}"],
                               "inputs: [s]\n")}  # fmt: skip


def many_side_packets(n: int) -> Files:
    """Many side packets, and nodes that take all of them."""
    names = [f"p{i}" for i in range(n // 2)]
    node = f"a: {{calculator: PassThrough, side_packets: {{item: [{', '.join(names)}]}}, " \
        f"output_side_packets: {{out: [{', '.join('o' + name for name in names)}]}}}}"  # fmt: skip
    optional = ", ".join(f"{name}: {{optional: true}}" for name in names)
    return {"top.yaml": nodes_file([node], f"side_packets: {{{optional}}}\n")}


def wide_switch(n: int) -> Files:
    """A switch with many branches and many streams through each."""
    side = max(int(n**0.5), 1)
    branches = ", ".join("{calculator: PassThrough}" for _ in range(side))
    ins = ", ".join(f"p{i}: s{i}" for i in range(side))
    outs = ", ".join(f"p{i}: r{i}" for i in range(side))
    head = f"inputs: [which, {', '.join(f's{i}' for i in range(side))}]\n"
    node = f"w: {{switch: [{branches}], inputs: {{select: which, {ins}}}, outputs: {{{outs}}}}}"
    return {"top.yaml": nodes_file([node], head)}


def many_branches(n: int) -> Files:
    """A switch with many branches."""
    branches = ", ".join("{calculator: PassThrough}" for _ in range(n))
    node = f"w: {{switch: [{branches}], inputs: {{select: which, item: s}}, outputs: {{out: r}}}}"
    return {"top.yaml": nodes_file([node], "inputs: [which, s]\n")}


def huge_text(n: int) -> Files:
    """One long text."""
    text = "lorem ipsum " * (n * 8)
    return {"top.yaml": nodes_file([f'a: {{calculator: CountingSource, options: {{max_count: "{text}"}}}}'])}


def comments(n: int) -> Files:
    """Many lines that say nothing."""
    return {"top.yaml": nodes_file([source("a", "s")], "#\n" * (n * 30))}


def substituted_default(n: int) -> Files:
    """A large default that many nodes take."""
    default = "[" + ", ".join("1" for _ in range(min(n, 10_000) * 3)) + "]"
    nodes = [
        f"a{i}: {{calculator: SplitVector, options: {{ranges: '${{x}}'}}, "
        f"inputs: {{item: s}}, outputs: {{out: [r{i}]}}}}"
        for i in range(n)
    ]
    return {"top.yaml": nodes_file(nodes, f"options: {{x: {{default: {default}}}}}\ninputs: [s]\n")}


def substituted_text(n: int) -> Files:
    """A long text that many nodes take, in vain."""
    nodes = [
        f"a{i}: {{calculator: FlowLimiter, options: {{max_in_flight: '${{x}}'}}, "
        f"inputs: {{item: s}}, outputs: {{out: r{i}}}}}"
        for i in range(n)
    ]
    return {"top.yaml": nodes_file(nodes, f"options: {{x: {{default: {'y' * (n * 20)}}}}}\ninputs: [s]\n")}


def many_graph_options(n: int) -> Files:
    """Many graph options, and nodes that take one each."""
    options = ", ".join(f"x{i}: {{default: {i}}}" for i in range(n))
    nodes = [
        f"a{i}: {{calculator: FlowLimiter, options: {{max_in_flight: '${{x{i}}}'}}, "
        f"inputs: {{item: s}}, outputs: {{out: r{i}}}}}"
        for i in range(n)
    ]
    return {"top.yaml": nodes_file(nodes, f"options: {{{options}}}\ninputs: [s]\n")}


def long_numbers(n: int) -> Files:
    """Numbers of a hundred thousand digits."""
    values = ", ".join("9" * 100_000 for _ in range(min(max(n // 500, 1), 9)))
    return {
        "top.yaml": nodes_file([f"a: {{calculator: CountingSource, options: {{x: [{values}]}}, outputs: {{out: s}}}}"])
    }


def unread_outputs(n: int) -> Files:
    """A note for each node."""
    return {"top.yaml": nodes_file([source(f"c{i}", f"s{i}") for i in range(n)])}


def literal_side_packets(n: int) -> Files:
    """Large values that stand at ports."""
    values = "[" + ", ".join("1" for _ in range(n * 10)) + "]"
    node = f"a: {{calculator: CountingSource, side_packets: {{max_count: {{value: {values}}}}}, outputs: {{out: s}}}}"
    return {"top.yaml": nodes_file([node])}


def many_loops(n: int) -> Files:
    """Loops of two nodes one after the other."""
    nodes = []
    for i in range(n // 2):
        nodes.append(f"l{i}: {{calculator: PreviousLoopback, inputs: {{main: s{i}, loop: {{stream: s{i + 1}, "
                     f"back_edge: true}}}}, outputs: {{prev_loop: p{i}}}}}")  # fmt: skip
        nodes.append(f"m{i}: {{calculator: MakePair, inputs: {{item: [s{i}, p{i}]}}, "
                     f"outputs: {{out: s{i + 1}}}}}")  # fmt: skip
    return {"top.yaml": nodes_file(nodes, "inputs: [s0]\n")}


def nested_types(n: int) -> Files:
    """Pairs of pairs of pairs: each type holds the one before, twice."""
    nodes = [
        f"m{i}: {{calculator: MakePair, inputs: {{item: [s{i}, s{i}]}}, outputs: {{out: s{i + 1}}}}}" for i in range(n)
    ]
    return {"top.yaml": nodes_file(nodes, "inputs: [s0]\n")}


def sync_sets(n: int) -> Files:
    """A node with many inputs, each in a set of its own."""
    ins = ", ".join(f"p{i}: {{stream: r{i}, back_edge: true}}" for i in range(n))
    outs = ", ".join(f"p{i}: r{i}" for i in range(n))
    sets = ", ".join(f"[p{i}]" for i in range(n))
    node = f"a: {{calculator: PassThrough, inputs: {{{ins}}}, outputs: {{{outs}}}, " \
        f"input_policy: {{SyncSets: {{sets: [{sets}]}}}}}}"  # fmt: skip
    return {"top.yaml": nodes_file([node])}


def included_typos(n: int) -> Files:
    """A file of nodes that read what nearly exists, included many times."""
    side = max(int(n**0.5), 1)
    inner = nodes_file([passing(f"n{i}", f"streem_number_{i}x", f"stream_number_{i}") for i in range(side)])
    return {"top.yaml": nodes_file([f"i{i}: {{subgraph: f.yaml}}" for i in range(side)]), "f.yaml": inner}


def double_senders(n: int) -> Files:
    """One stream that half of the nodes send and the other half read."""
    senders = [source(f"c{i}", "s") for i in range(n // 2)]
    return {"top.yaml": nodes_file([*senders, *(passing(f"n{i}", "s", f"r{i}") for i in range(n // 2))])}
