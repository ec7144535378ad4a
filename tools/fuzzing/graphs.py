"""Open, check, draw and convert wrong graph files: nothing but findings may come out.

    tools/fuzz_graphs --mutants 10000 --seed 1
    tools/fuzz_graphs --seed 1 --only 1234          that one again, with the file printed
    tools/fuzz_graphs --format pbtxt                graphs in MediaPipe's formats: pbtxt, binarypb

Exit status 1 on anything else, and if one file takes more than two seconds of processor time.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from graphflow.registry import Registry
from tools.fuzzing.graph_trials import FORMATS, ROOT, opened, originals
from tools.fuzzing.mutants import WordMutants, mutant

LIMIT = 2.0
"""Seconds of processor time that no file may take."""


def main() -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="one mutant by its number")
    parser.add_argument("--format", choices=list(FORMATS), default="yaml", help="of the files (yaml)")
    parser.add_argument("--mediapipe", type=Path, metavar="DIR", help="also start from the graphs of this checkout")
    options = parser.parse_args()
    graphs = originals(options.format, options.mediapipe)
    words = WordMutants([data.decode(errors="replace") for data in graphs])
    numbers = range(options.mutants) if options.only is None else [options.only]
    print(f"seed {options.seed}: {len(numbers)} mutants of {len(graphs)} files", flush=True)
    failed = accepted = 0
    slowest = (0.0, 0)
    registry = Registry()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "graphs", folder, dirs_exist_ok=True)
        path = Path(folder) / f"mutant.{options.format}"
        for number in numbers:
            rng = random.Random(f"{options.seed}/{number}")
            mixed = options.format != "binarypb" and rng.random() < 0.5
            data = words.mutant(rng).encode() if mixed else mutant(rng, rng.choice(graphs), FORMATS[options.format])
            path.write_bytes(data)
            if options.only is not None:
                sys.stdout.write(data.decode(errors="replace") + "\n")
            start = time.process_time()
            try:
                accepted += opened(path, registry)
            except Exception:
                failed += 1
                again = f"--format {options.format} --seed {options.seed} --only {number}"
                print(f"mutant {number} (again: tools/fuzz_graphs {again})")
                traceback.print_exc()
            slowest = max(slowest, (time.process_time() - start, number))
    print(
        f"{len(numbers)} mutants: {accepted} still right, {len(numbers) - accepted - failed} refused, {failed} failures"
    )
    print(f"the slowest, mutant {slowest[1]}, took {slowest[0]:.2f} s of processor time")
    return 1 if failed or slowest[0] > LIMIT else 0
