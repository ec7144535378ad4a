"""OnnxInference: an ONNX model, run by ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy

from graphflow import Calculator, Option
from graphflow.calculators.inference.onnx_session import one_line, session
from graphflow.calculators.types import Tensors
from graphflow.models import is_pinned, leave, load_model, own_files, take


class OnnxInference(Calculator):
    """Run an ONNX model.

    It needs ONNX Runtime: ``pip install onnxruntime``. With ``max_in_flight`` above 1, and threads to run on, it
    works on several timestamps at once. A model is one file: weights beside it are not looked for.

    Args:
        tensors: The model's inputs, then its outputs; both in the order of its file.
    """

    parallel = True

    model_path: str = Option(
        doc="A name that 'graphflow models list' shows, a file of your own, or a model in a bundle: FILE.task#MEMBER."
    )
    threads: int = Option(default=1, ge=1, doc="Threads that work on one call.")

    @classmethod
    def resources(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
        """The model that a node with these options loads."""
        return (options["model_path"],)

    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        """The model, if it is a file of the user's own."""
        return own_files(options["model_path"])

    def open(self) -> None:
        model = load_model(self.model_path)
        self._name = model.name
        if not is_pinned(model):
            from graphflow.calculators.inference.model_trial import try_onnx  # most graphs do without

            try_onnx(model, self.threads)
        self._made_of = (OnnxInference, model.content, self.threads)
        self._session = take(self._made_of) or session(model.name, model.content, self.threads)
        self._inputs = self._session.get_inputs()

    def process(self, tensors: Tensors) -> Annotated[Tensors, "tensors"]:
        if len(tensors) != len(self._inputs):
            raise ValueError(f"{self._name} has {len(self._inputs)} inputs, but {len(tensors)} tensors came")
        feed = {wanted.name: tensor for wanted, tensor in zip(self._inputs, tensors, strict=True)}
        try:
            outputs: Tensors = self._session.run(None, feed)
        except Exception as error:
            given = [f"{tensor.dtype} {tensor.shape}" for tensor in tensors]
            takes = [f"{wanted.type} {tuple(wanted.shape)} as '{wanted.name}'" for wanted in self._inputs]
            raise ValueError(
                f"{self._name} takes {', '.join(takes)}, not {', '.join(given)}: {one_line(error)}"
            ) from error
        for wanted, output in zip(self._session.get_outputs(), outputs, strict=True):
            if not isinstance(output, numpy.ndarray):
                raise TypeError(f"{self._name} gives '{wanted.name}' as {wanted.type}; only tensors can be sent on")
            output.flags.writeable = False
        return outputs

    def close(self) -> None:
        leave(self._made_of, self._session)  # it has no state
        del self._session
