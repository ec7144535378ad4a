"""``python -m graphflow.solutions program.py args``: run a program that was written for ``mediapipe.solutions``."""

from __future__ import annotations

import os
import runpy
import sys

USAGE = "usage: python -m graphflow.solutions PROGRAM.py [ARGUMENT...]"


def main() -> None:
    """Run the program as Python itself would, with graphflow in mediapipe's place."""
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(f"{USAGE}\n\n{__doc__}")
        sys.exit(0 if len(sys.argv) == 2 else 2)
    program = sys.argv[1]
    if not os.path.exists(program):
        sys.exit(f"error: there is no program '{program}'\n{USAGE}")
    import graphflow.solutions.as_mediapipe  # noqa: F401

    sys.argv = sys.argv[1:]
    sys.path[0] = os.path.dirname(os.path.abspath(program))
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
