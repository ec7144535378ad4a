"""Nodes of the reference that are written as one function of whole streams."""

from __future__ import annotations

from typing import Any

from tools.simulation.results import Outcome, Stream
from tools.simulation.spec import DONE, PRESTREAM, UNSTARTED, Node, last_settled


def given(node: Node, inputs: list[Stream], sides: list[Any], to_end: bool) -> Outcome:
    """A node whose outputs are not computed: they end when its inputs do."""
    done = all(stream.bound == DONE for stream in inputs)
    return Outcome([_ended(done) for _ in node.outputs], opened=True, closed=done)


def limiter(node: Node, inputs: list[Stream], sides: list[Any], to_end: bool) -> Outcome:
    """Not computed either, but each output ends with its own input, or else no cycle through `finished` would end."""
    outcome = given(node, inputs, sides, to_end)
    data = [stream for port, stream in zip(node.inputs, inputs, strict=True) if port.port == "item"]
    sources = [*data, data[0]]
    outcome.streams = [_ended(sources[k].bound == DONE) for k in range(len(node.outputs))]
    return outcome


def _ended(done: bool) -> Stream:
    return Stream([], DONE if done else PRESTREAM)


def previous_loopback(node: Node, inputs: list[Stream], sides: list[Any], to_end: bool) -> Outcome:
    """At each main packet, the loop packet whose time is that of the main packet before."""
    main, loop = inputs
    known, settled = dict(loop.packets), last_settled(loop.bound)
    out, used, previous = Stream(), None, UNSTARTED
    for time, _ in main.packets:
        if previous > settled:
            return Outcome([out], opened=True)
        if previous in known:
            out.packets.append((time, known[previous]))
        out.bound, used, previous = time + 1, previous, time
    # What `main` promises beyond its packets passes once something is known of `loop` that no packet has used up.
    if used is None or settled > used:
        out.bound = max(out.bound, main.bound)
    return Outcome([out], opened=True, closed=main.bound == DONE and loop.bound == DONE)


def source(node: Node, inputs: list[Stream], sides: list[Any], to_end: bool) -> Outcome:
    """Everything that the script of the source holds; nothing before sources are run."""
    if not to_end:
        return Outcome([Stream() for _ in node.outputs], opened=True)
    script = node.options["script"]
    streams = [
        Stream([(time, value) for batch in script for k, time, value in batch if k == output], DONE)
        for output in range(len(node.outputs))
    ]
    return Outcome(streams, sets=[(0, [])] * len(script), opened=True, closed=True)
