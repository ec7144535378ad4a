"""Run rows of the benchmark with the graphflow of one checkout, as standard input asks: worker.py CHECKOUT SCALE."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    """Answer each request, the name of a row, with its seconds."""
    checkout, scale = sys.argv[1:]
    # This folder's `calculators`, `features` and so on are modules of `overhead`, and no names of their own.
    sys.path[:1] = [checkout, str(Path(__file__).resolve().parent.parent)]

    from overhead.main import works

    every = works(float(scale))
    for line in sys.stdin:
        print(every[json.loads(line)["row"]].seconds(), flush=True)


if __name__ == "__main__":
    main()
