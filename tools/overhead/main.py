"""The command: tables of microseconds per node and packet."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.measuring.asked import Asked
from tools.overhead import features
from tools.overhead.graphs import chain, fan_out, join, peer_fan_out, peer_join, peer_tracking_loop, tracking_loop
from tools.overhead.measure import Figure, Work, alternate
from tools.overhead.peer import mediapipe


@dataclass(frozen=True)
class Row:
    """One piece of work, and the same for MediaPipe.

    Attributes:
        target: What the ratio to MediaPipe may be at most; 0 if nothing is asked.
    """

    name: str
    work: Work
    request: dict[str, Any]
    target: float = 0.0


def rows(scale: float) -> list[Row]:
    """The comparison with MediaPipe. `scale` multiplies the packets."""
    found = []
    for nodes, packets in ((1, 10000), (10, 3000), (100, 600)):
        count = max(1, int(packets * scale))
        for each in (False, True):
            target = {(10, False): 1.0, (10, True): 0.4, (100, False): 1.5}.get((nodes, each), 0.0)
            request: dict[str, Any] = {"nodes": nodes, "packets": count, "each": each}
            for name, calculator in (("PassThrough", "PassThrough"), ("ordinary", "Ordinary")):
                work = Work(chain(nodes, calculator), nodes, count, each=each)
                found.append(Row(f"chain of {nodes}, {name}", work, request, target if name == "PassThrough" else 0.0))
    count = max(1, int(3000 * scale))
    for name, text, config, nodes in (
        ("fan-out of 10", fan_out(10), peer_fan_out(10), 10),
        ("fan-out and join of 10", join(10), peer_join(10), 11),
    ):
        for each in (False, True):
            request = {"config": config, "packets": count, "each": each}
            found.append(Row(name, Work(text, nodes, count, each=each), request))
    # In batch its limiter would drop what comes while a packet is under way.
    request = {"config": peer_tracking_loop(), "packets": count, "each": True}
    found.append(Row("tracking loop, 15 nodes", Work(tracking_loop(), 15, count, each=True), request))
    return found


def works(scale: float) -> dict[str, Work]:
    """All pieces of work by what they are called, without those of MediaPipe."""
    packets = max(1, int(2000 * scale))
    found = {f"{row.name}, {'each' if row.work.each else 'batch'}": row.work for row in rows(scale)}
    found |= {row.name: row.work for row in features.features(packets)}
    for each in (False, True):
        kind = "each" if each else "batch"
        found |= {f"{row.name}, {kind}": row.work for row in features.threads(packets // 4 or 1, each)}
    return found


def compare(found: Sequence[Row], repeats: int, peer: Asked | None) -> dict[tuple[str, bool], Figure]:
    """Measure the rows, in turn with MediaPipe, and print them."""
    head = f"{'':32s} {'':5s} {'best':>8s} {'median':>8s}"
    print(head + (f" {'MediaPipe':>10s} {'median':>8s} {'ratio':>7s}" if peer else ""))
    results = {}
    for row in found:
        works = [row.work.seconds]
        if peer is not None:
            works.append(lambda row=row, peer=peer: peer.ask(**row.request)["wall"])  # type: ignore[misc]
        figures = alternate(works, [row.work.nodes * row.work.packets] * len(works), repeats)
        results[row.name, row.work.each] = figures[0]
        each = "each" if row.work.each else "batch"
        line = f"{row.name:32s} {each:5s} {figures[0].best:8.2f} {figures[0].median:8.2f}"
        if len(figures) > 1:
            ratio = figures[0].best / figures[1].best
            line += f" {figures[1].best:10.2f} {figures[1].median:8.2f} {ratio:7.2f}"
            line += f"  (at most {row.target}: {'yes' if ratio <= row.target else 'NO'})" if row.target else ""
        print(line, flush=True)
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        prog="tools/bench_overhead",
        description="Print microseconds per node and packet of graphs whose calculators do nothing: chains, a fan-out "
        "and a join, in batch and waiting until idle after each packet, and what single features cost. Types are "
        "checked and one observer is attached.",
    )
    parser.add_argument("--peer", metavar="PYTHON", help="a Python with MediaPipe 0.10.21: run the same work there")
    parser.add_argument("--repeats", type=int, default=7, help="runs of each row; the best and the median count")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies the numbers of packets")
    parser.add_argument("--only", choices=["peer", "features", "threads"], help="print one of the tables")
    parser.add_argument(
        "--against",
        metavar="CHECKOUT",
        type=Path,
        help="compare with the graphflow of another checkout, in pairs; the status is 1 if a row is slower",
    )
    parser.add_argument("--pairs", type=int, default=40, help="with --against: pairs of each row at most")
    parser.add_argument("--row", default="", help="with --against: only rows with this in their names")
    options = parser.parse_args(arguments)
    if options.against is not None:
        from tools.overhead.against import compare as compare_checkouts

        return not compare_checkouts(options.against.resolve(), options.scale, options.pairs, options.row)
    print(f"Python {platform.python_version()}; microseconds per node and packet, {options.repeats} runs in turn\n")
    if options.only in (None, "peer"):
        with mediapipe(options.peer) if options.peer else nullcontext() as peer:
            results = compare(rows(options.scale), options.repeats, peer)
        ratio = results["chain of 10, ordinary", False].best / results["chain of 10, PassThrough", False].best
        print(f"\nordinary chain of 10 over PassThrough: {ratio:.2f}  (at most 1.3: {'yes' if ratio <= 1.3 else 'NO'})")
    packets = max(1, int(2000 * options.scale))
    if options.only in (None, "features"):
        print(f"\nfeatures, chain of 10, batch:{'':18s} {'best':>8s} {'median':>8s} {'cost':>8s}")
        features.report(features.features(packets), options.repeats)
    if options.only in (None, "threads"):
        for each in (False, True):
            how = "waiting after each packet" if each else "batch"
            print(f"\nthreads, chain of 10, {how + ':':25s} {'best':>8s} {'median':>8s} {'cost':>8s}")
            features.report(features.threads(packets // 4 or 1, each), options.repeats)
    return 0
