"""The process that runs models on the GPU.

LiteRT's call holds Python's lock while the GPU works, and drivers crash: neither may happen where the graph runs. The
process is given models and the places of their tensors, says whether it can run them, and then runs one whenever it is
told its number. It ends with its standard input: when the graph is done, or when the program that started it is gone.

It speaks JSON, a line for each message. An answer is null, or a text that says what went wrong.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import BinaryIO

from graphflow.calculators.inference.shared_tensors import Place, attach
from graphflow.calculators.types import Tensor
from graphflow.workers import answer, answers_apart, one_line

Run = Callable[[], None]
"""Runs a model once, from the tensors it reads to those it writes."""

Load = Callable[[bytes, dict[int, Tensor], dict[int, Tensor]], Run]
"""Prepares a model: its file, its inputs and its outputs by their numbers in the file."""


def load(content: bytes, inputs: dict[int, Tensor], outputs: dict[int, Tensor]) -> Run:
    """Prepare a model on the GPU, all of it.

    Raises:
        RuntimeError: The installed LiteRT has no GPU support, or no GPU can run the model.
    """
    try:
        from ai_edge_litert.compiled_model import CompiledModel
        from ai_edge_litert.hardware_accelerator import HardwareAccelerator
        from ai_edge_litert.options import GpuOptions, Options
    except ImportError as error:
        raise RuntimeError(
            "the runtime that is installed has no GPU support; to get it, run: pip install -U ai-edge-litert"
        ) from error

    # With the CPU's help LiteRT would also take a model that the GPU can run in parts only, and its results are wrong
    # then. In half precision a landmark in the middle of its crop would move by steps of a sixteenth of a pixel.
    options = Options(HardwareAccelerator.GPU, gpu_options=GpuOptions(enforce_f32=True))
    model = CompiledModel.from_buffer(content, options=options)
    if not model.is_fully_accelerated():
        raise RuntimeError("the GPU can run a part of the model only")
    signature = model.get_signature_by_index(0)
    read, written = model.create_input_buffers(0), model.create_output_buffers(0)
    numbers = {
        name: details["index"]
        for described in (model.get_input_tensor_details, model.get_output_tensor_details)
        for name, details in described(signature["key"]).items()
    }
    sent = [(buffer, inputs[numbers[name]]) for buffer, name in zip(read, signature["inputs"], strict=True)]
    got = [(buffer, outputs[numbers[name]]) for buffer, name in zip(written, signature["outputs"], strict=True)]

    def run(_keep: bytes = content) -> None:  # LiteRT looks into the file as long as it uses the model
        for buffer, tensor in sent:
            buffer.write(tensor)
        model.run_by_index(0, read, written)
        for buffer, tensor in got:
            tensor[...] = buffer.read(tensor.size, tensor.dtype).reshape(tensor.shape)

    return run


def serve(commands: BinaryIO, answers: BinaryIO, load: Load) -> None:
    """Prepare models and run them, until there are no more commands."""
    order = json.loads(commands.readline())
    # The waiting process ends a driver that hangs. If that process is gone, only this does.
    faulthandler.dump_traceback_later(2 * order["limit"], exit=True)
    memory = attach(order["memory"], order["size"])

    def views(places: Sequence[Sequence[object]]) -> dict[int, Tensor]:
        found = [Place(*place) for place in places]  # type: ignore[arg-type]
        return {place.index: place.view(memory) for place in found}

    runs: list[Run] = []
    try:
        for model in order["models"]:
            content = commands.read(model["size"])
            runs.append(load(content, views(model["inputs"]), views(model["outputs"])))
    except Exception as error:  # whatever a library raises is the answer
        answer(answers, _in_words(error))
        return
    faulthandler.cancel_dump_traceback_later()
    answer(answers, None)
    for number in commands:
        _end_in(10 * order["call_limit"])  # for the same reason
        try:
            runs[int(number)]()
        except Exception as error:  # as above
            problem: str | None = _in_words(error)
        else:
            problem = None
        _end_in(0)
        answer(answers, problem)


def main(load: Load = load) -> None:
    """Serve whoever started this process."""
    answers = answers_apart()  # what libraries print is read for the GPU's name
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    serve(sys.stdin.buffer, answers, load)
    # Drivers crash while they are taken down; the system takes back all they have.
    os._exit(0)


def _end_in(seconds: float) -> None:
    """End this process after so many seconds, even if a library is at work; 0 cancels that."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)  # 1 us, where the thread that faulthandler starts takes 40
    elif seconds:
        faulthandler.dump_traceback_later(seconds, exit=True)
    else:
        faulthandler.cancel_dump_traceback_later()


def _in_words(error: Exception) -> str:
    return one_line(str(error)) or type(error).__name__
