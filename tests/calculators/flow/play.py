"""Graphs played step by step: what goes in, and what is seen before anything else goes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import indent
from typing import Any

from graphflow import Bound, Calculator, Graph, GraphRun, Packet, Timestamp
from graphflow.testing import Recording, format_script, parse_script

Table = list[tuple[str, str]]
"""Steps: ``("a 10:x", "out 10:x; allow 10:True")`` sends the packet script ``10:x`` into `a`; packets, bounds and ends
of the watched streams follow. Several inputs are separated by ``;`` too. The step ``end`` ends all inputs."""


def graph_of(nodes: str, inputs: Iterable[str] = (), more: str = "", **given: Any) -> Graph:
    """A graph from lines as they stand under ``nodes:``; `given` is for `Graph.parse`."""
    text = f"graphflow: 1\ninputs: [{', '.join(inputs)}]\n{more}\nnodes:\n{indent(nodes.strip(), '  ')}\n"
    return Graph.parse(text, **given)


def replay(
    nodes: str,
    table: Table,
    *,
    watch: str,
    inputs: str = "",
    side_packets: Mapping[str, Any] | None = None,
    calculators: Iterable[type[Calculator]] = (),
    counters: dict[str, int] | None = None,
) -> Table:
    """Do the steps of a table, and return it with what was really seen.

    Args:
        nodes: Lines as they stand under ``nodes:``.
        table: The steps, in order of arrival.
        watch: Names of streams to look at.
        inputs: Names of graph inputs that no step sends into.
        side_packets: Given to the run.
        calculators: Classes defined in tests.
        counters: Takes the run's counters.
    """
    names = {part.split()[0] for do, _ in table if do != "end" for part in do.split("; ")} | set(inputs.split())
    more = f"side_packets: [{', '.join(side_packets)}]" if side_packets else ""
    seen: Table = []
    with graph_of(nodes, sorted(names), more, calculators=calculators).start(side_packets) as run:
        recording = Recording(run, watch.split())
        shown = dict.fromkeys(watch.split(), 0)
        for do, _ in table:
            for part in [] if do == "end" else do.split("; "):
                _send(run, *part.split(maxsplit=1))
            if do == "end":
                run.close_inputs()
            run.wait_until_idle()
            seen.append((do, _news(recording, shown)))
    if counters is not None:
        counters |= run.counters
    return seen


def _send(run: GraphRun, stream: str, script: str) -> None:
    for event in parse_script(script):
        if isinstance(event, Packet):
            run.send(stream, event)
        elif event == Timestamp.DONE:
            run.close_input(stream)
        else:
            run.set_bound(stream, event)


def _news(recording: Recording, shown: dict[str, int]) -> str:
    """What is new on each stream, as text."""
    news = []
    for stream, known in shown.items():
        events: list[Packet[Any] | Bound] = recording.events(stream)
        shown[stream] = len(events)
        if events[known:]:
            news.append(f"{stream} {format_script(events[known:])}")
    return "; ".join(news)
