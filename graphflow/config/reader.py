"""Reads graph files: YAML text to a GraphConfig, with every error that is in them."""

from __future__ import annotations

import os
from collections.abc import MutableMapping, Sequence

from graphflow.config.diagnostics import Diagnostic, quoted
from graphflow.config.fields import (
    Entries,
    is_empty,
    known_entries,
    read_bool,
    read_entries,
    read_if,
    read_int,
    wrong_type,
)
from graphflow.config.interface import (
    INPUTS,
    OUTPUT_SIDE_PACKETS,
    OUTPUTS,
    SIDE_PACKETS,
    read_graph_options,
    read_graph_ports,
    read_help,
)
from graphflow.config.limits import Budget
from graphflow.config.location import Located, Span
from graphflow.config.model import ExecutorConfig, GraphConfig
from graphflow.config.names import check_name
from graphflow.config.node_keys import NODE_KEYS
from graphflow.config.nodes import read_nodes, read_policy
from graphflow.config.report import Abandoned, Report
from graphflow.config.source import check_text, read_text, split_lines
from graphflow.config.syntax import text_proto
from graphflow.config.tree import Entry, MapValue, Scalar, Value, parse_tree

VERSION = 1
"""The version of the graph file format that this reader reads."""
MAX_THREADS = 1000

_VERSION_HELP = f"write graphflow: {VERSION} as the first line"
GRAPH_KEYS = (
    *("graphflow", "help", "inputs", "outputs", "side_packets", "output_side_packets", "options"),
    *("executors", "threads", "max_queue_size", "report_deadlock", "input_policy", "nodes"),
)
_OF_A_NODE = {
    key: f"it is a key of a node: nodes: {{my_node: {{{key}: ...}}}}" for key in NODE_KEYS if key not in GRAPH_KEYS
}
_HOMES = {"a node": "nodes: {NAME: ...}"}
_MEDIAPIPE_KEYS = {
    "node": "nodes",
    "input_stream": "inputs",
    "output_stream": "outputs",
    "input_side_packet": "side_packets",
    "output_side_packet": "output_side_packets",
    "input_stream_handler": "input_policy",
    "executor": "executors",
    "num_threads": "threads",
    "version": "graphflow",
    "description": "help",
}


def load_graph(
    path: str | os.PathLike[str],
    diagnostics: list[Diagnostic],
    sources: MutableMapping[str, Sequence[str]] | None = None,
    budget: Budget | None = None,
) -> GraphConfig | None:
    """Read a graph file. As `read_graph`, and `path`, as given, names it in messages.

    Args:
        path: An ordinary file, UTF-8, at most ``limits.MAX_SIZE`` bytes.
        diagnostics: Receives what is wrong with the file, if it can be read at all.
        sources: Receives the file's lines, for `render`.
        budget: What the files of one graph may still hold, if it is one of several.
    """
    budget = budget or Budget()
    text = read_text(path, diagnostics, {} if sources is None else sources, budget)
    return None if text is None else read_graph(text, os.fspath(path), diagnostics, budget)


def read_graph(text: str, file: str, diagnostics: list[Diagnostic], budget: Budget | None = None) -> GraphConfig | None:
    """Read a graph from YAML text.

    Never raises, whatever the text: all errors go to `diagnostics`, in the order of the file.

    Args:
        text: The graph, at most ``limits.MAX_SIZE`` characters.
        file: What messages call it, such as ``<string>``.
        diagnostics: Receives what is wrong.
        budget: As for `load_graph`.

    Returns:
        The graph; with errors, as much of it as could be read (see `GraphConfig.incomplete`), for drawing and for
        finding the rest of the errors. None if it is no graph at all.
    """
    text = text.removeprefix("\N{BYTE ORDER MARK}")
    found: list[Diagnostic] = []
    try:
        return _read(text, split_lines(text), file, Report(found), budget or Budget())
    except Abandoned:
        return None
    finally:
        diagnostics += sorted(found, key=_position)


def _position(diagnostic: Diagnostic) -> tuple[bool, int, int]:
    """Sorts by place; "and so on" comes last."""
    span = diagnostic.span
    return (diagnostic.code == "too-many-errors", span.line if span else 0, span.column if span else 0)


def _read(text: str, lines: tuple[str, ...], file: str, report: Report, budget: Budget) -> GraphConfig | None:
    check_text(text, lines, file, report)
    tree = parse_tree(text, lines, file, report, budget)
    if tree is None or is_empty(tree):
        report.error("not-a-graph", "the file is empty", Span(file, 1, 1), _VERSION_HELP)
    elif isinstance(tree, MapValue) and tree.entries.keys() & {*GRAPH_KEYS, *_MEDIAPIPE_KEYS}:
        return graph_of(tree, lines, file, report)
    elif proto := text_proto(lines, file):
        report.add(proto)
    elif report.errors == 0:
        help = f"a graph file starts with graphflow: {VERSION} and has nodes"
        report.error("not-a-graph", "this is not a graph file: it has none of a graph's keys", tree.span, help)
    return None


def graph_of(tree: MapValue, lines: tuple[str, ...], file: str, report: Report) -> GraphConfig:
    """The graph that the values of a file describe; errors go to `report`."""
    _check_version(tree, report)
    entries = known_entries(tree, "the graph", GRAPH_KEYS, report, _MEDIAPIPE_KEYS, _HOMES, _OF_A_NODE)
    if "graphflow" not in entries:
        report.error("missing-version", "the graph does not say its version", tree.span, _VERSION_HELP)
    if "nodes" not in entries and not tree.incomplete:
        help = "write nodes: {my_node: {calculator: ...}}"
        report.error("missing-key", "the graph has no nodes", tree.span, help)
    graph = GraphConfig(
        file=file,
        lines=lines,
        inputs=read_if(entries, "inputs", lambda v: read_graph_ports(v, INPUTS, report), ()),
        outputs=read_if(entries, "outputs", lambda v: read_graph_ports(v, OUTPUTS, report), ()),
        side_packets=read_if(entries, "side_packets", lambda v: read_graph_ports(v, SIDE_PACKETS, report), ()),
        output_side_packets=read_if(
            entries, "output_side_packets", lambda v: read_graph_ports(v, OUTPUT_SIDE_PACKETS, report), ()
        ),
        options=read_if(entries, "options", lambda v: read_graph_options(v, report), ()),
        executors=read_if(entries, "executors", lambda v: _read_executors(v, report), ()),
        threads=read_if(entries, "threads", lambda v: read_int(v, "threads", 1, report, most=MAX_THREADS), None),
        max_queue_size=read_if(
            entries, "max_queue_size", lambda v: read_int(v, "max_queue_size", 1, report, unlimited=-1), None
        ),
        report_deadlock=read_if(entries, "report_deadlock", lambda v: read_bool(v, "report_deadlock", report), None),
        input_policy=read_if(entries, "input_policy", lambda v: read_policy(v, "input_policy", report), None),
        nodes=read_if(entries, "nodes", lambda v: read_nodes(v, report), ()),
        help=read_help(entries, "the graph", report),
    )
    return graph._replace(incomplete=True) if report.errors else graph


def _check_version(tree: MapValue, report: Report) -> None:
    """Report a version that is not first or not known.

    Raises:
        Abandoned: It is another version: nothing else in the file can be judged.
    """
    entry = tree.entries.get("graphflow")
    if entry is None:
        return
    version = entry.value
    if isinstance(version, Scalar) and isinstance(version.value, int | float) and version.value != VERSION:
        message = f"the file is of version {quoted(version.text)}; this graphflow reads version {VERSION}"
        help = f"write graphflow: {VERSION}, or install a newer graphflow if the file needs one"
        raise report.abandon(Diagnostic("unsupported-version", message, version.span, help=help))
    if not isinstance(version, Scalar) or version.text != str(VERSION):
        wrong_type(version, "the version", f"the number {VERSION}", _VERSION_HELP, report)
    elif next(iter(tree.entries.values())) is not entry:
        message = "the version must be the first key of the file"
        report.error("misplaced-version", message, entry.key.span, _VERSION_HELP)


def _read_executors(value: Value, report: Report) -> tuple[ExecutorConfig, ...]:
    help = "write executors: {drawing: {threads: 1}}"
    entries = read_entries(value, "executors", help, report).values()
    return tuple(_read_executor(entry, report) for entry in entries)


def _read_executor(entry: Entry, report: Report) -> ExecutorConfig:
    """One of them; with errors one of one thread, so that nodes that name it are right."""
    name, value = entry
    one = ExecutorConfig(name, Located(1, name.span))
    what = f"executor {quoted(name.value)}"
    check_name(name, "executor", report)
    if name.value in ("main", "default") or name.value.startswith("__"):
        help = {
            "main": "nodes may say executor: main without it: it is the thread that starts the run",
            "default": "nodes without executor run there already",
        }.get(name.value, "names that start with __ are kept for graphflow")
        report.error("reserved-name", f"{what} cannot be defined here", name.span, help)
    if not isinstance(value, MapValue):
        wrong_type(value, what, "a map", f"write {_word(name.value)}: {{threads: 1}}", report)
        return one
    entries: Entries = known_entries(value, what, ("threads",), report)
    if "threads" not in entries:
        report.error("missing-key", f"{what} does not say how many threads it has", name.span, "write threads: 1")
        return one
    threads = read_int(entries["threads"].value, f"{what}: threads", 1, report, most=MAX_THREADS)
    return ExecutorConfig(name, threads) if threads else one


def _word(name: str) -> str:
    return name if name.isidentifier() else "name"
