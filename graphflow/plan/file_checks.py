"""What is checked of each file of a graph by itself, as it is opened."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePath
from typing import Any

from graphflow.config.diagnostics import Related
from graphflow.config.findings import Findings, listing
from graphflow.config.location import Located
from graphflow.config.model import GraphConfig, GraphPort
from graphflow.plan.flat import Scope


def warn_ignored(scope: Scope) -> None:
    """Warn of keys that a subgraph's file has in vain."""
    config = scope.config
    written: list[tuple[Located[Any] | None, str]] = [
        (config.max_queue_size, "max_queue_size"),
        (config.report_deadlock, "report_deadlock"),
        (config.input_policy.name if config.input_policy else None, "input_policy"),
        (config.executors[0].name if config.executors else None, "executors"),
    ]
    for value, key in written:
        if value is not None:
            scope.findings.warning(
                "ignored-setting",
                f"'{key}' has no effect in a subgraph: the settings of the top graph hold for all nodes",
                value.span,
                help=f"set '{key}' in the top graph" + (", or on the nodes" if key == "input_policy" else ""),
            )


def note_module(config: GraphConfig, options: Collection[str], findings: Findings) -> None:
    """Note that a file is for other graphs to include, which have to give these of its options."""
    needed = [option for option in config.options if option.name.value in options]
    path = PurePath(config.file).name
    findings.note(
        "module",
        f"this is a module: the graph that includes it has to set {listing(o.name.value for o in needed)}",
        needed[0].name.span if needed else None,
        help=f"'subgraph: {path}' with 'options: {{{', '.join(f'{o.name.value}: ...' for o in needed)}}}'",
    )


def refuse_doubles(scope: Scope) -> None:
    """No two inputs of a file are the same stream, and no two of its side packets the same side packet."""
    for kind, what, ports in (
        ("stream", "graph inputs", scope.config.inputs),
        ("side packet", "side packets", scope.config.side_packets),
    ):
        first: dict[str, GraphPort] = {}
        for port in ports:
            known = first.setdefault(port.inner.value, port)
            if known is not port:
                scope.findings.error(
                    "duplicate-input",
                    f"{what} '{known.name.value}' and '{port.name.value}' are the same {kind}, '{port.inner.value}'",
                    port.name.span,
                    help="remove one of them",
                    related=(Related(known.name.span, "the other one"),),
                )
