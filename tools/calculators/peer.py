"""MediaPipe's side: the same cases in an interpreter of its own."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from tools.calculators.arrays import Arrays, below, parts
from tools.calculators.case import Case

SCRIPT = Path(__file__).resolve().parents[1] / "peer" / "mediapipe_calculators.py"


class PeerError(Exception):
    """MediaPipe did not run the case; the message has what it said."""


def run_there(python: str, cases: Sequence[Case], given: Mapping[str, NDArray[Any]], count: int) -> dict[str, Arrays]:
    """What MediaPipe makes of the inputs, by case.

    Args:
        python: An interpreter that has mediapipe 0.10.21.
        cases: Of one file.
        given: Their inputs, each under the case's name.
        count: How many there are.

    Raises:
        PeerError: It failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        asked, inputs, out = (Path(folder, name) for name in ("cases.json", "in.npz", "out.npz"))
        asked.write_text(json.dumps([_told(case, given, count, Path(folder)) for case in cases]), encoding="utf-8")
        numpy.savez(inputs, **given)  # type: ignore[arg-type]
        command = [python, str(SCRIPT), str(asked), str(inputs), str(out)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = [line for line in done.stderr.strip().splitlines() if not line.startswith(("W0000", "I0000"))]
            raise PeerError("\n".join(said[-6:]) or f"it ended with status {done.returncode}")
        with numpy.load(out) as file:
            found = {key: file[key] for key in file.files}
    return {case.name: below(case.name, found) for case in cases}


def _told(case: Case, given: Mapping[str, NDArray[Any]], count: int, folder: Path) -> dict[str, Any]:
    """The case in the script's words."""
    reshape = {}
    for stream, kind in case.inputs.items():
        if kind == "tensors":
            tensors = next(filter(None, (parts(below(case.name, given), f"{stream}/{i}") for i in range(count))))
            path = folder / f"{case.name} {stream}.tflite"
            from tools.calculators.reshape_model import reshape_model  # takes LiteRT: tflite-runtime has no schema

            path.write_bytes(reshape_model([tensor.shape for tensor in tensors]))
            reshape[stream] = [str(path), len(tensors)]
    return {
        "name": case.name,
        "nodes": dict(case.nodes),
        "inputs": dict(case.inputs),
        "outputs": dict(case.outputs),
        "side": {name: list(side) for name, side in case.side.items()},
        "peer_names": dict(case.peer_names),
        "peer_options": dict(case.peer_options),
        "reshape": reshape,
        "count": count,
    }
