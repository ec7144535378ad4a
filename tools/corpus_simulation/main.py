"""The command line of `tools/simulate_corpus`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tools.corpus_simulation.simulation import Simulated, simulate

DESCRIPTION = (
    "Run the driver of `graphflow map` over many inputs with workers that only pretend: its memory may not grow, and "
    "nothing may be lost or done twice, though inputs fail, workers crash and drivers are killed."
)
_MOST_GROWTH = 50_000_000
_SHOWN = 20


def main() -> int:
    """Simulate one corpus; a status other than 0 tells that something is wrong."""
    parser = argparse.ArgumentParser(prog="simulate_corpus", description=DESCRIPTION)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="of what happens to inputs, and when drivers are killed")
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--kills", type=int, default=3, help="drivers that are killed")
    parser.add_argument("--folder", type=Path, help="where results go for a while: 8 kB for each input")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        found = simulate(
            Path(folder), given.inputs, given.seed, given.workers, given.kills, lambda text: print(text, flush=True)
        )
    _tell(found)
    print(
        f"{given.inputs} inputs, seed {given.seed}, {given.kills} drivers killed: memory grew by "
        f"{found.growth / 1e6:.1f} MB, the last driver took {found.whole:.1f} s, {len(found.findings)} findings"
    )
    for finding in found.findings[:_SHOWN]:
        print(f"  {finding}")
    return 1 if found.findings or found.growth > _MOST_GROWTH else 0


def _tell(found: Simulated) -> None:
    print("driver     ended      kept  seconds   ms/input  memory MB")
    for number, samples in enumerate(found.drivers, 1):
        begun = samples[0] if samples else {"seconds": 0.0}
        for sample in samples:
            each = (sample["seconds"] - begun["seconds"]) / max(1, sample["ended"]) * 1000
            print(
                f"{number:6d}{sample['ended']:10d}{sample['kept']:10d}{sample['seconds']:9.1f}{each:11.3f}"
                f"{sample['memory'] / 1e6:11.1f}"
            )
