"""Nodes of the reference that are written as one function of whole streams."""

from __future__ import annotations

from typing import Any

from simulation.results import Outcome, Stream
from simulation.spec import DONE, UNSTARTED, Node, last_settled


def nothing(node: Node, inputs: list[Stream], sides: list[Any], to_end: bool) -> Outcome:
    """A node whose outputs are given: all it says is that it ran, and closes with its inputs."""
    done = all(stream.bound == DONE for stream in inputs)
    streams = [Stream([], DONE if done else Stream().bound) for _ in node.outputs]
    return Outcome(streams, opened=True, closed=done)


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
    return Outcome(streams, sets=[(0, [])] * (len(script) + 1), opened=True, closed=True)
