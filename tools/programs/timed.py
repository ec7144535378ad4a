"""Run a program that uses mediapipe.solutions, and write how long each call of process() took.

    PYTHON timed.py TIMES.json PROGRAM.py ARGUMENTS...

It runs under MediaPipe and, where there is none, under graphflow.solutions. TIMES.json: for each solution the seconds
on the clock and those of processors, call by call.
"""

import json
import runpy
import sys
import time
from pathlib import Path
from typing import Any

MODULES = ("face_detection", "face_mesh", "hands", "holistic", "pose", "selfie_segmentation")
times: dict[str, list[tuple[float, float]]] = {}


def timed(kind: Any) -> None:
    """The class, with a process() that is timed."""
    process = kind.process

    def measured(self: Any, *arguments: Any, **named: Any) -> Any:
        start, start_of_processors = time.perf_counter(), time.process_time()
        try:
            return process(self, *arguments, **named)
        finally:
            spent = (time.perf_counter() - start, time.process_time() - start_of_processors)
            times.setdefault(kind.__name__, []).append(spent)

    kind.process = measured


def main() -> None:
    """Run the program in this process."""
    target, program, *arguments = sys.argv[1:]
    try:
        import graphflow.solutions.as_mediapipe  # noqa: F401
    except ModuleNotFoundError:
        pass
    import mediapipe  # type: ignore[import-not-found,unused-ignore]

    for name in MODULES:
        module = getattr(mediapipe.solutions, name)
        timed(getattr(module, "".join(part.capitalize() for part in name.split("_"))))
    sys.argv = [program, *arguments]
    sys.path[0] = str(Path(program).parent)
    runpy.run_path(program, run_name="__main__")
    Path(target).write_text(json.dumps(times))


if __name__ == "__main__":
    main()
