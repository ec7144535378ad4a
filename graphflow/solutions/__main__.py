"""``python -m graphflow.solutions program.py args``: run a program that was written for ``mediapipe.solutions``."""

# No imports from __future__: that is a file, too, and not looked for before the working folder has been left.
import os
import sys

from graphflow.working_folder import leave_working_folder

leave_working_folder()  # where anybody's ``numpy.py`` may lie; the program's own folder takes its place below

import importlib.util  # noqa: E402
from pathlib import Path  # noqa: E402
from types import ModuleType  # noqa: E402

USAGE = "usage: python -m graphflow.solutions PROGRAM.py [ARGUMENT...]"


def main() -> None:
    """Run the program as Python itself would, with graphflow in mediapipe's place."""
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(f"{USAGE}\n\n{__doc__}")
        sys.exit(0 if len(sys.argv) == 2 else 2)
    program = sys.argv[1]
    if not os.path.isfile(program):
        sys.exit(f"error: there is no program '{program}'\n{USAGE}")
    import graphflow.solutions.as_mediapipe  # noqa: F401

    sys.argv = sys.argv[1:]
    if not sys.flags.safe_path:
        sys.path.insert(0, os.path.dirname(os.path.abspath(program)))
    module = ModuleType("__main__")
    module.__file__ = program
    # Processes that the program spawns import their main module anew, by its name; `spawned` then runs the program.
    module.__spec__ = importlib.util.find_spec("graphflow.solutions.spawned")
    os.environ["GRAPHFLOW_SOLUTIONS_PROGRAM"] = os.path.abspath(program)
    sys.modules["__main__"] = module
    exec(compile(Path(program).read_bytes(), program, "exec", dont_inherit=True), module.__dict__)


if __name__ == "__main__":
    main()
