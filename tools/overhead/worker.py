"""Run rows of the benchmark as standard input asks: python -m tools.overhead.worker CHECKOUT SCALE.

CHECKOUT is where graphflow is taken from. The tools are those of the working folder.
"""

from __future__ import annotations

import json
import sys
import time


def main() -> None:
    """Answer each request, the name of a row, with what it took."""
    checkout, scale = sys.argv[1:]
    sys.path.insert(0, checkout)
    import graphflow

    sys.path.remove(checkout)  # it has tools too
    assert graphflow.__file__.startswith(checkout), f"{graphflow.__file__} is not of {checkout}"

    from tools.overhead.main import works

    every = works(float(scale))
    for line in sys.stdin:
        cpu = time.process_time()
        wall = every[json.loads(line)["row"]].seconds()
        print(json.dumps({"wall": wall, "cpu": time.process_time() - cpu}), flush=True)


if __name__ == "__main__":
    main()
