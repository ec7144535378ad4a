"""The GPU's process without a GPU: the CPU plays it, well or badly.

GRAPHFLOW_FAKE_GPU says how. GRAPHFLOW_FAKE_GPU_ALIVE may name a pipe: the process writes a byte into it for each call,
and whoever reads it knows by its end that the process is gone.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
from typing import Any

from graphflow.calculators.inference import gpu_worker

LOG = {
    "refused": "Warning: Vulkan robustness required.\n - While initializing adapter\nERROR: No adapters found\n",
    "none": "Warning: vkCreateInstance: Found no drivers!\nERROR: Failed: INTERNAL: No adapters found\n",
    "operators": "ERROR: Following operations are not supported by GPU delegate:\n"
    "DENSIFY: Operation is not supported.\nDEQUANTIZE: \nDEQUANTIZE: for Densify\n159 operations will run\n",
}
ADAPTER = "I0000 environment.cc:532] Selected adapter: Fake 9000, arch=a, vendor=v, backend=Vulkan, adapterType={}\n"


def main() -> None:
    how = os.environ.get("GRAPHFLOW_FAKE_GPU", "right")
    pipe = os.environ.get("GRAPHFLOW_FAKE_GPU_ALIVE")
    alive = os.open(pipe, os.O_WRONLY) if pipe else -1

    def load(content: bytes, inputs: dict[int, Any], outputs: dict[int, Any]) -> gpu_worker.Run:
        if how in LOG:
            sys.stderr.write(LOG[how])
            sys.stderr.flush()
            raise RuntimeError("ERROR: [somewhere.h:1]")
        _fail(how)
        kind = "CPU / Software" if how == "software" else "Discrete GPU"
        sys.stderr.write(ADAPTER.format(kind))
        sys.stderr.flush()
        print("what a driver has to say", flush=True)
        try:
            from ai_edge_litert.interpreter import Interpreter
        except ImportError:  # not by `runtime`, which takes longer to import than all else here
            from tflite_runtime.interpreter import Interpreter
        interpreter = Interpreter(model_content=content)
        interpreter.allocate_tensors()
        calls = itertools.count()

        def run() -> None:
            number = next(calls)
            if alive >= 0:
                os.write(alive, b".")
            if number == 3:
                _fail(how.removesuffix(" in the third call"))
            print("what a driver says in call", number, flush=True)
            for index, tensor in inputs.items():
                interpreter.set_tensor(index, tensor)
            interpreter.invoke()
            for index, tensor in outputs.items():
                tensor[...] = {"zeros": 0, "not a number": float("nan")}.get(how, interpreter.get_tensor(index))

        return run

    gpu_worker.main(load)


def _fail(how: str) -> None:
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "ended":
        print("the driver gives up", file=sys.stderr, flush=True)
        os._exit(7)
    if how == "error":
        raise RuntimeError("device lost")
    if how == "hanging":
        threading.Event().wait()
