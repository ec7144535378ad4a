"""Inputs or results of a case as named arrays: STREAM/INDEX says that there is a packet, /PART what it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import numpy
from numpy.typing import NDArray

from graphflow import Graph, Packet
from tools.calculators.case import Case
from tools.calculators.kinds import KINDS, Parts

Arrays = dict[str, NDArray[Any]]
INTERVAL = 33_333
"""Microseconds from one input to the next."""


def random_inputs(case: Case, count: int, seed: int) -> Arrays:
    """The first inputs that the case makes from a seed."""
    arrays: Arrays = {}
    for index, payloads in enumerate(islice(case.make(numpy.random.default_rng(seed)), count)):
        for stream, payload in payloads.items():
            if payload is not None:
                _put(arrays, f"{stream}/{index}", KINDS[case.inputs[stream]].pack(payload))
    return arrays


def parts(arrays: Mapping[str, NDArray[Any]], place: str) -> Parts | None:
    """The arrays of a packet; None if there is none."""
    if place not in arrays:
        return None
    found: Parts = []
    while f"{place}/{len(found)}" in arrays:
        found.append(arrays[f"{place}/{len(found)}"])
    return found


def run_here(case: Case, given: Mapping[str, NDArray[Any]], count: int) -> Arrays:
    """What the graph makes of its inputs here."""
    inputs: dict[str, list[Packet[Any]]] = {}
    for stream, kind in case.inputs.items():
        packets = ((index, parts(given, f"{stream}/{index}")) for index in range(count))
        inputs[stream] = [
            Packet(KINDS[kind].unpack(found), index * INTERVAL) for index, found in packets if found is not None
        ]
    sides = {name: value for name, (_, value) in case.side.items()}
    results = graph_of(case).run(inputs, sides)
    arrays: Arrays = {}
    for stream, kind in case.outputs.items():
        for packet in results[stream]:
            _put(arrays, f"{stream}/{packet.timestamp // INTERVAL}", KINDS[kind].pack(packet.value))
    return arrays


def graph_of(case: Case) -> Graph:
    """The case as a graph of ours."""
    import yaml

    config = {
        "graphflow": 1,
        "inputs": list(case.inputs),
        "outputs": list(case.outputs),
        "nodes": dict(case.nodes),
    } | ({"side_packets": list(case.side)} if case.side else {})
    return Graph.parse(yaml.safe_dump(config, sort_keys=False), file=case.name)


def under(name: str, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """The same arrays with a name before theirs."""
    return {f"{name}/{key}": array for key, array in arrays.items()}


def below(name: str, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """The arrays that have a name before theirs, without it."""
    start = f"{name}/"
    return {key[len(start) :]: array for key, array in arrays.items() if key.startswith(start)}


def _put(arrays: Arrays, place: str, found: Sequence[NDArray[Any]]) -> None:
    arrays[place] = numpy.array(True)
    for number, part in enumerate(found):
        arrays[f"{place}/{number}"] = part
