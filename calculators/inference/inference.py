"""Inference: a TensorFlow Lite model, run by LiteRT."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy

from graphflow import Calculator, Clock, Context, NodeCheck, Option, usable_processors
from graphflow.calculators.inference.delegate import Library, problem
from graphflow.calculators.inference.litert import LiteRt
from graphflow.calculators.inference.quantised import scale_of
from graphflow.calculators.inference.thread_choice import ThreadChoice
from graphflow.calculators.types import Tensors
from graphflow.models import Model, is_pinned, leave, load_model, own_files, take

if TYPE_CHECKING:
    from graphflow.calculators.inference.gpu_if_possible import GpuIfPossible


class Inference(Calculator):
    """Run a model.

    With ``max_in_flight`` above 1, and threads to run on, it works on several timestamps at once: on the faces of one
    picture, say. Each call under way has an interpreter of its own, made when it is first needed. A GPU works on one
    call at a time.

    With ``delegate: gpu`` a model runs on the GPU if that agrees with the CPU on it, and on the CPU otherwise, or from
    when the GPU fails; a line says so. ``calls_on_gpu`` and ``calls_on_cpu`` count what ran where.

    A quantised model computes with whole numbers. Its outputs are given as the float32 numbers that these stand for, by
    each output's scale and zero. A float input becomes whole numbers in the same way. Whole numbers without a scale,
    for example numbers of classes, stay as they are.

    Args:
        tensors: The model's inputs, then its outputs; both in the order of its file.
        model: The model, unless model_path names it.
    """

    parallel = True
    _gpu_process: Mapping[str, Any] = {}
    """Further arguments of `GpuProcess`, for tests."""

    model_path: str = Option(
        default="",
        doc="A name that 'graphflow models list' shows, a file of your own, or a model in a bundle: FILE.task#MEMBER.",
    )
    threads: int | Literal["auto"] = Option(
        default=1, ge=1, doc="Threads that work on one call; auto: as many as pay, by what calls take in this run."
    )
    delegate: Literal["xnnpack", "none", "gpu", "gpu-only"] | dict[str, Any] = Option(
        default="xnnpack",
        doc="What runs the model: xnnpack; none (plain kernels); gpu (the CPU where there is none); gpu-only (an error "
        "where there is none); or a delegate's library, such as {path: libedgetpu.so.1, options: {device: usb}}.",
    )

    unneeded_outputs: list[int] = Option(
        default=[], ge=0, doc="Places, from 0, of outputs that nobody reads: they are not computed, and are empty."
    )

    @classmethod
    def resources(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
        """The models that a node with these options loads."""
        return (options["model_path"],) if options["model_path"] else ()

    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        """The model, if it is a file of the user's own."""
        return own_files(options["model_path"])

    @classmethod
    def gpu_only(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> Mapping[str, Any]:
        """No CPU in place of the GPU, where that is asked for."""
        return {"delegate": "gpu-only"} if options["delegate"] in ("gpu", "gpu-only") else {}

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that there is one model, and that the graph file does not bring a library along."""
        if bool(options["model_path"]) == bool(node.connected("model")):
            node.error("the model must be given once", "set model_path, or connect the side packet 'model'")
        delegate = options["delegate"]
        if not isinstance(delegate, dict):
            return
        if wrong := problem(delegate):
            node.error(wrong, "write, say, {path: libedgetpu.so.1, options: {device: usb}}")
        elif Library(**delegate).in_a_folder and node.written_in_file("delegate"):
            path = delegate["path"]
            node.error(
                f"a graph file may name a library that the system has, not a file such as '{path}'",
                f"if you trust it, say so yourself: --set '{node.name}.delegate={{path: {path}}}'",
            )

    def open(self, model: Model | None = None) -> None:
        self._choice = ThreadChoice(usable_processors()) if self.threads == "auto" else None
        delegate = Library(**self.delegate) if isinstance(self.delegate, dict) else self.delegate
        self._way = LiteRt(1 if self.threads == "auto" else self.threads, delegate)
        self._model = load_model(self.model_path) if model is None else model
        if not is_pinned(self._model):
            from graphflow.calculators.inference.model_trial import try_litert  # most graphs do without

            try_litert(self._model, self._way)
        if self.unneeded_outputs:
            from graphflow.calculators.inference.fewer_outputs import without_outputs  # most graphs do without

            self._model = without_outputs(self._model, self.unneeded_outputs)
        self._unneeded = sorted(set(self.unneeded_outputs))
        interpreter = self._prepared(self._way.threads)
        self._inputs = interpreter.get_input_details()
        self._input_scales = [scale_of(details) for details in self._inputs]
        ordered = self._ordered(interpreter.get_output_details())
        self._outputs = [(details["index"], scale_of(details)) for details in ordered]
        # Those that no call is using, by their threads; taking from a list and adding to it need no lock.
        self._idle = {self._way.threads: [interpreter]}
        self._gpu = self._tried_gpu() if self.delegate in ("gpu", "gpu-only") else None

    def process(self, tensors: Tensors, clock: Clock) -> Annotated[Tensors, "tensors"]:
        if self._gpu is not None:
            outputs = self._gpu.run(lambda interpreter: self._run(interpreter, tensors))
            if outputs is not None:
                return outputs
        if self._choice is None:
            return self._run_with(self._way.threads, tensors)
        threads, start = self._choice.threads, clock.now()
        outputs = self._run_with(threads, tensors)
        self._choice.took(threads, clock.now() - start)
        return outputs

    def _run_with(self, threads: int, tensors: Tensors) -> Tensors:
        idle = self._idle.setdefault(threads, [])
        try:
            interpreter = idle.pop()
        except IndexError:
            interpreter = self._prepared(threads)
        try:
            return self._run(interpreter, tensors)
        finally:
            idle.append(interpreter)

    def _run(self, interpreter: Any, tensors: Tensors) -> Tensors:
        if len(tensors) != len(self._inputs):
            raise ValueError(f"{self._model.name} has {len(self._inputs)} inputs, but {len(tensors)} tensors came")
        for details, scale, tensor in zip(self._inputs, self._input_scales, tensors, strict=True):
            if scale is not None and tensor.dtype.kind == "f":
                tensor = scale.whole(tensor, details["dtype"])
            try:
                interpreter.set_tensor(details["index"], tensor)
            except ValueError as error:
                wanted = f"{details['dtype'].__name__} {tuple(details['shape'].tolist())}"
                given = f"{tensor.dtype} {tensor.shape}"
                raise ValueError(f"{self._model.name} takes {wanted} as '{details['name']}', not {given}") from error
        try:
            interpreter.invoke()
            found = [interpreter.get_tensor(index) for index, _ in self._outputs]
        except (RuntimeError, ValueError, MemoryError) as error:
            raise ValueError(f"{self._model.name} cannot be run on what came: {error or 'no memory'}") from error
        outputs = [
            tensor if scale is None else scale.real(tensor)
            for tensor, (_, scale) in zip(found, self._outputs, strict=True)
        ]
        for place in self._unneeded:
            outputs.insert(place, numpy.empty(0, numpy.float32))
        for output in outputs:
            output.flags.writeable = False
        return outputs

    def close(self, ctx: Context) -> None:
        if ctx.graph_status is None:  # one that has failed may be in any state
            for threads, idle in self._idle.items():
                for interpreter in idle:
                    self._leave(threads, interpreter)
        del self._idle
        if self._gpu is not None:
            self._gpu.close(ctx)

    def _tried_gpu(self) -> GpuIfPossible:
        from graphflow.calculators.inference.gpu_if_possible import GpuIfPossible  # most graphs do without

        required = self.delegate == "gpu-only"
        return GpuIfPossible(self._model, self._way.interpreter, required, **self._gpu_process)

    def _prepared(self, threads: int) -> Any:
        way = replace(self._way, threads=threads)
        return take((way, self._model.content)) or way.prepared(self._model.name, self._model.content)

    def _leave(self, threads: int, interpreter: Any) -> None:
        if isinstance(self._way.delegate, str):  # a library's may be one for one device
            interpreter.reset_all_variables()
            leave((replace(self._way, threads=threads), self._model.content), interpreter)

    def _ordered(self, details: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The outputs in the order of the manifest: a runtime may list them in another one."""
        if not self._model.outputs:
            return details
        by_name = {item["name"]: item for item in details}
        if set(by_name) != set(self._model.outputs):
            raise ValueError(f"{self._model.name} has the outputs {sorted(by_name)}, not {sorted(self._model.outputs)}")
        return [by_name[name] for name in self._model.outputs]
