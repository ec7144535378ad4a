"""One driver, in a process of its own: the code of `graphflow map`, with seats where workers pretend."""

from __future__ import annotations

import gc
import json
import mmap
import sys
import time
from pathlib import Path

from graphflow.corpus import GraphRecipe, mapping
from graphflow.corpus.inputs import Input
from tools.corpus_simulation.pretended import GRAPH, RETRIES, STREAM, Death, PretendingSeat, name_of

SAMPLES = 20


def drive(folder: Path, inputs: int, seed: int, workers: int, die_at: int) -> None:
    """Run over all inputs, and print how it goes: lines of JSON with ``ended``, ``kept``, ``seconds`` and ``memory``.

    Args:
        folder: Where the graph is, and where results go.
        inputs: How many.
        seed: Of what happens to them.
        workers: How many pretend.
        die_at: The order at which this process is killed; 0 for never.
    """
    death = Death(die_at)
    mapping.LocalSeat = lambda *_: PretendingSeat(seed, death)  # type: ignore[attr-defined,assignment]
    (folder / "count.yaml").write_text(GRAPH, encoding="utf-8")
    start = time.monotonic()
    run = mapping.map_graph(
        GraphRecipe(str(folder / "count.yaml")),
        (Input(name_of(number), {"number": number}) for number in range(inputs)),
        output_dir=folder / "out",
        save=[STREAM],
        workers=workers,
        retries=RETRIES,
        shuffle=seed,
    )
    every = max(1, inputs // SAMPLES)
    kept = 0
    _sample(0, 0, start)
    for ended, outcome in enumerate(run, 1):
        kept += outcome.kept
        if ended % every == 0 or ended == inputs:
            _sample(ended, kept, start)


def _sample(ended: int, kept: int, start: float) -> None:
    gc.collect()  # what is free does not count
    with open("/proc/self/statm", encoding="ascii") as file:
        memory = int(file.read().split()[1]) * mmap.PAGESIZE
    row = {"ended": ended, "kept": kept, "seconds": time.monotonic() - start, "memory": memory}
    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    drive(Path(sys.argv[1]), *map(int, sys.argv[2:]))
