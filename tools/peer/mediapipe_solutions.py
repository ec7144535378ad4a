"""A class of mp.solutions on frames in memory, as often as standard input asks, so that it stays warm.

    peer/bin/python mediapipe_solutions.py SPEC.json FRAMES.npy

SPEC.json: `peer`, the class; `arguments`; `streams`, its results by our names; `loops`, streams that lead from one
frame to the next; `as_written`, whether options count that mediapipe's Python loses otherwise. Each line of standard
input is an object, and is answered by one:

    {"find": OUT.npz, "static": bool}   a new instance sees all frames; OUT.npz has its results and loops
    {"first": F, "count": N}            the one that stays sees N frames from the F-th: {"wall": s, "cpu": s}
    {"static": bool}                    makes the one that stays
"""

import importlib
import json
import sys
import time
from pathlib import Path

import mediapipe
import numpy as np
from mediapipe.python import solution_base

LABELS = ["", "Left", "Right"]
LOST = [
    "mediapipe.calculators.image.segmentation_smoothing_calculator_pb2",
    "mediapipe.calculators.util.refine_landmarks_from_heatmap_calculator_pb2",
    "mediapipe.calculators.util.visibility_copy_calculator_pb2",
]
"""Modules without which SolutionBase drops the options of their calculators."""


def arrays(value):
    """What a result holds, an array for each thing."""
    if value is None:
        return []
    if isinstance(value, np.ndarray):
        return [value.copy()]
    if isinstance(value, list):
        return [array for item in value for array in arrays(item)]
    if hasattr(value, "landmarks_3d"):
        return [np.column_stack([arrays(value.landmarks_2d)[0][:, :2], arrays(value.landmarks_3d)[0][:, :3]])]
    if hasattr(value, "landmark"):
        seen = any(point.HasField("visibility") for point in value.landmark)
        return [np.array([(p.x, p.y, p.z, p.visibility if seen else np.nan) for p in value.landmark])]
    if hasattr(value, "classification"):
        return [np.array([(c.index, LABELS.index(c.label), c.score) for c in value.classification])]
    return [np.array([value.x_center, value.y_center, value.width, value.height, value.rotation])]


def padded(frames):
    """(frames, things, ...), NaN where there is none."""
    most = max(map(len, frames))
    shape = next((things[0].shape for things in frames if things), ())
    whole = np.full((len(frames), most, *shape), np.nan, np.float32)
    for index, things in enumerate(frames):
        for slot, thing in enumerate(things):
            whole[index, slot] = thing
    return whole


class Worker:
    """Answers requests."""

    def __init__(self, spec, frames):
        self.spec, self.frames = spec, frames
        self.stays = None

    def make(self, static, loops=()):
        name, kind = self.spec["peer"].split(".")
        made = getattr(importlib.import_module(f"mediapipe.python.solutions.{name}"), kind)
        arguments = dict(self.spec["arguments"]) | ({"static_image_mode": static} if self.spec["static"] else {})
        original = solution_base.SolutionBase.__init__

        def with_loops(base, *args, outputs, **more):
            original(base, *args, outputs=[*outputs, *(name for name in loops if name not in outputs)], **more)

        solution_base.SolutionBase.__init__ = with_loops
        try:
            return made(**arguments)
        finally:
            solution_base.SolutionBase.__init__ = original

    def find(self, out, static):
        loops = sorted({name for name in self.spec["loops"].values() if name})
        found = {name: [] for name in [*self.spec["streams"], *(f"loop {name}" for name in loops)]}
        with self.make(static, loops) as solution:
            for frame in self.frames:
                result = solution.process(frame)
                for name, field in self.spec["streams"].items():
                    found[name].append(arrays(getattr(result, field)))
                for name in loops:
                    found[f"loop {name}"].append(arrays(getattr(result, name)))
        np.savez(out, **{name: padded(values) for name, values in found.items()})
        return {}

    def take_time(self, first, count):
        frames, process = self.frames, self.stays.process
        cpu, wall = time.process_time(), time.perf_counter()
        for index in range(first, first + count):
            process(frames[index % len(frames)])
        return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}

    def answer(self, request):
        if "find" in request:
            return self.find(request["find"], request["static"])
        if "count" in request:
            return self.take_time(request["first"], request["count"])
        self.stays = self.make(request["static"])
        return {}


def main(spec, frames):
    spec = json.loads(Path(spec).read_text(encoding="utf-8"))
    assert mediapipe.__version__ == "0.10.21", mediapipe.__version__
    for module in LOST if spec["as_written"] else []:
        importlib.import_module(module)
    worker = Worker(spec, np.load(frames))
    for line in sys.stdin:
        print(json.dumps(worker.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
