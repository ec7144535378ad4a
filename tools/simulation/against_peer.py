"""The same random graphs on MediaPipe 0.10.21: stream by stream, packet by packet, bound by bound."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

from tools.simulation.compare import differences, free_streams, private_streams
from tools.simulation.coverage import Coverage
from tools.simulation.generate_peer import peer_graph
from tools.simulation.graphfile import graph_file
from tools.simulation.observed import Observed
from tools.simulation.peer import Peer
from tools.simulation.results import Stream
from tools.simulation.runner import Schedule, run_engine
from tools.simulation.spec import DONE, MIN, Graph

# MediaPipe hands a bound on to one reader after the other, depth first; graphflow shows it to all readers at once.
# Where several acts come together, nodes that look at arrival may then see bounds coalesce in ways that no order of
# graphflow's shows. Both runs then fit the reference, each with what its own arrival-dependent nodes sent.
ARRIVAL = "only nodes that depend on arrival differ"

# Orders to look through before saying that MediaPipe did what graphflow cannot.
_ORDERS = 40


@dataclass(frozen=True)
class Verdict:
    """How one graph came out: the "same", in one of the ways that `compare` tells apart, or with a "difference"."""

    kind: str
    text: str = ""


def against_peer(python: str, count: int, seed: int, only: int | None) -> int:
    """Compare `count` graphs, each fed at once and waiting after every act. 0 if there is no difference."""
    peer = Peer(python)
    verdicts, coverage = Counter[str](), Coverage()
    start = time.perf_counter()
    seeds = [only] if only is not None else range(seed * 1_000_000, seed * 1_000_000 + count)
    for graph_seed in seeds:
        graph = peer_graph(graph_seed)
        coverage.add(graph.features)
        for fed in (graph, graph.with_idles()):
            verdict = compare(fed, peer)
            verdicts[verdict.kind] += 1
            if verdict.kind == ARRIVAL:
                print(f"graph {graph_seed}: {ARRIVAL}: {verdict.text[:300]}", flush=True)
            if verdict.kind == "difference":
                print(f"\nDIFFERENCE on graph {graph_seed}\n{graph_file(fed)}")
                print("fed with:", "; ".join(f"{op.what} {op.stream} {op.time} {op.value!r}" for op in fed.ops))
                print(verdict.text, f"\nagain: tools/simulate --peer {python} --graph-seed {graph_seed}", flush=True)
                break
    peer.close()
    print(f"{len(seeds)} graphs against MediaPipe, twice each, in {time.perf_counter() - start:.1f} s:")
    for kind, number in sorted(verdicts.items()):
        print(f"  {number:6} {kind}")
    print(coverage.table())
    return 1 if verdicts["difference"] else 0


def compare(graph: Graph, peer: Peer) -> Verdict:
    """One graph on both engines, and MediaPipe against the reference too.

    "same": every packet and, at idle moments, every bound. "same in another order": a seeded order gives MediaPipe's
    packets. "both fail": what the graph sends is out of order, and both say so.
    """
    theirs = peer.run(graph)
    if not theirs.done:
        return Verdict("MediaPipe aborted")
    ours = run_engine(graph, Schedule("paused")).seen
    if bool(ours.error) != bool(theirs.error):
        return Verdict("difference", f"MediaPipe: {theirs.error or 'no error'}\ngraphflow: {ours.error or 'no error'}")
    if theirs.error:
        return Verdict("both fail")
    wrong = differences(graph, theirs)
    if wrong:
        return Verdict("difference", f"MediaPipe disagrees with the reference: {wrong[0]}")
    first = unequal(graph, theirs, ours)
    if not first:
        return Verdict("same")
    if free_streams(graph) or private_streams(graph):
        for order in range(_ORDERS):
            if not unequal(graph, theirs, run_engine(graph, Schedule("seeded", order)).seen, packets_only=True):
                return Verdict("same in another order", first)
        if not differences(graph, ours, idle=True):
            return Verdict(ARRIVAL, first)
    return Verdict("difference", first)


def unequal(graph: Graph, theirs: Observed, ours: Observed, *, packets_only: bool = False) -> str:
    """The first difference between two runs, "" if there is none."""
    a, b = theirs.packets(), ours.packets()
    private = private_streams(graph)
    for name in graph.streams():
        if graph.types[name] == "time":
            continue  # Python cannot see into MediaPipe's timestamps.
        mine, other = a.get(name, []), b.get(name, [])
        if packets_only and name in private:
            mine, other = [(0, v) for _, v in mine], [(0, v) for _, v in other]
        if mine != other:
            return f"stream {name}: MediaPipe sent {mine}, graphflow sent {other}"
    if packets_only:
        return ""
    ours = Observed([entry for entry in ours.log if entry[2] != DONE])  # MediaPipe does not show the end.
    for act, op in enumerate(graph.ops):
        if op.what != "idle":
            continue
        now, then = theirs.until(act), ours.until(act)
        for name in graph.streams():
            peer, own = now.get(name, Stream()), then.get(name, Stream())
            if (len(peer.packets), visible(peer)) != (len(own.packets), visible(own)):
                return f"stream {name} idle after act {act}: MediaPipe has {peer}, graphflow has {own}"
    return ""


def visible(stream: Stream) -> int:
    """The bound, as far as MediaPipe shows it: never what is settled up to MIN."""
    return 0 if stream.bound <= MIN + 1 else min(stream.bound, DONE)
