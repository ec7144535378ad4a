"""Measure models and Face Mesh on the GPU and on the CPU: how fast, and how far apart."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

import numpy

from graphflow import MissingResource
from graphflow.calculators.inference.gpu_process import GpuError
from graphflow.calculators.inference.on_gpu import ModelOnGpu, difference
from graphflow.calculators.inference.runtime import runtime
from graphflow.calculators.inference.segmented import SegmentedInterpreter, has_custom_operators
from graphflow.models import load_model, manifest
from tools.face_mesh import frames as sources
from tools.face_mesh import ours
from tools.face_mesh.distance import distance


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/bench_gpu", description=__doc__)
    parser.add_argument("clip", nargs="?", default="moving720", help=f"clip or .npy array; {sources.SYNTHETIC}")
    parser.add_argument("--frames", type=int, default=300, help="how many frames at most (300)")
    parser.add_argument("--calls", type=int, default=200, help="how many calls of each model (200)")
    arguments = parser.parse_args()
    print("model                                  GPU ms  p95     CPU ms  difference  prepared in")
    for name in manifest():
        if name.endswith(".tflite"):
            _model(name, arguments.calls)
    frames = sources.read(arguments.clip, arguments.frames)
    height, width = frames[0].shape[:2]
    print(f"\n{arguments.clip}: {len(frames)} frames, {width} x {height}")
    for static in (False, True):
        for attention in (False, True):
            _graph(frames, static, attention)
    return 0


def _model(name: str, calls: int) -> None:
    content = load_model(name).content
    start = time.perf_counter()
    try:
        gpu = ModelOnGpu(content, _interpreter)
    except GpuError as error:
        print(f"{name:38} {error}")
        return
    prepared = time.perf_counter() - start
    cpu: Any = SegmentedInterpreter(content, _interpreter) if has_custom_operators(content) else _interpreter(content)
    cpu.allocate_tensors()
    (there, expected), (here, found) = (_timed(one, calls) for one in (cpu, gpu.interpreter))
    apart = difference(expected, found)
    print(
        f"{name:38} {numpy.median(here):6.2f} {numpy.percentile(here, 95):6.2f} {numpy.median(there):8.2f}"
        f"  {apart:10.1g}  {prepared:.2f} s, {gpu.device}"
    )
    gpu.close()


def _timed(interpreter: Any, calls: int) -> tuple[list[float], list[Any]]:
    """Milliseconds of each call, and the last results."""
    inputs = interpreter.get_input_details()
    picture = numpy.random.default_rng(1).random(tuple(inputs[0]["shape"]), dtype=numpy.float32)
    times: list[float] = []
    found: list[Any] = []
    for _ in range(calls):
        start = time.perf_counter()
        interpreter.set_tensor(inputs[0]["index"], picture)
        interpreter.invoke()
        found = [interpreter.get_tensor(details["index"]) for details in interpreter.get_output_details()]
        times.append(1e3 * (time.perf_counter() - start))
    return times, found


def _graph(frames: Any, static: bool, attention: bool) -> None:
    height, width = frames[0].shape[:2]
    what = ("detecting on every frame" if static else "tracking") + (", attention" if attention else "")
    try:
        found, speed = ours.landmarks(
            ours.front_graph({"delegate": "gpu-only"}), frames, 1, static=static, attention=attention
        )
    except MissingResource as error:
        print(f"{what}: {error}")
        return
    expected, cpu = ours.landmarks(ours.front_graph(), frames, 1, static=static, attention=attention)
    apart = distance(found, expected, width, height)
    print(
        f"{what}: GPU {speed.rate:.1f} frames/s ({speed.cpu:.2f} ms of this process), "
        f"CPU {cpu.rate:.1f} ({cpu.cpu:.2f}); landmarks are {apart.mean:.4f} px apart, at most {apart.largest:.3f}, "
        f"on {apart.same_count} of {apart.frames} frames"
    )


def _interpreter(content: bytes) -> Any:
    return runtime().Interpreter(model_content=content, num_threads=1)


if __name__ == "__main__":
    sys.exit(main())
