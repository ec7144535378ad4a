"""Golden files: inputs of a case and what MediaPipe made of them, for the test that replays them without it."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from tools.calculators.arrays import Arrays, below, under
from tools.calculators.case import Case

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden" / "calculators"


def text_of(case: Case) -> str:
    """What tells whether a golden file belongs to the case as it is now."""
    fields = ("nodes", "inputs", "outputs", "side", "golden")
    return json.dumps({name: getattr(case, name) for name in fields}, default=dict, sort_keys=True)


def write(name: str, cases: Sequence[Case], given: Mapping[str, NDArray[Any]], found: Mapping[str, Arrays]) -> Path:
    """Write the golden file of one calculator."""
    arrays: dict[str, Any] = {}
    for case in cases:
        arrays[f"{case.name}/case"] = numpy.array(text_of(case))
        arrays |= under(f"{case.name}/in", below(case.name, given)) | under(f"{case.name}/out", found[case.name])
    GOLDEN.mkdir(exist_ok=True)
    path = GOLDEN / f"{name}.npz"
    numpy.savez_compressed(path, **_joined(arrays))  # type: ignore[arg-type]
    return path


def read(name: str) -> Arrays:
    """What a golden file holds: for each case NAME/case, its `text_of`, and arrays NAME/in/... and NAME/out/..."""
    with numpy.load(GOLDEN / f"{name}.npz") as file:
        data, arrays, start = dict(file), {}, Counter[str]()
    for key, kind, shape in json.loads(str(data["index"])):
        end = start[kind] + math.prod(shape)
        arrays[key] = data[kind][start[kind] : end].reshape(shape)
        start[kind] = end
    return arrays


def _joined(arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """All arrays of one type as one: a thousand small ones would be mostly headers."""
    index = [(key, _kind(array), array.shape) for key, array in arrays.items()]
    kinds = {kind: [array.ravel() for array in arrays.values() if _kind(array) == kind] for _, kind, _ in index}
    return {"index": numpy.array(json.dumps(index))} | {kind: numpy.concatenate(some) for kind, some in kinds.items()}


def _kind(array: NDArray[Any]) -> str:
    return "text" if array.dtype.kind == "U" else str(array.dtype)
