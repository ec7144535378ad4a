"""OnnxInference: an ONNX model, run by ONNX Runtime."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any

import numpy

from calculators.types import Tensors
from graphflow import Calculator, MissingResource, Option
from graphflow.models import load_model

_FATAL = 4
"""Of ONNX Runtime's log only this is written: it tells of devices that it does not find, and of every odd weight."""
_WEIGHTS_BESIDE = "session.model_external_initializers_file_folder_path"
"""Where ONNX Runtime looks for weights outside of a model's file; the working folder, unless it is told."""


class OnnxInference(Calculator):
    """Run an ONNX model.

    It needs ONNX Runtime: ``pip install onnxruntime``. With ``max_in_flight`` above 1, and threads to run on, it
    works on several timestamps at once. A model is one file: weights beside it are not looked for.

    Args:
        tensors: The model's inputs, then its outputs; both in the order of its file.
    """

    parallel = True

    model_path: str = Option(doc="A name that 'graphflow models list' shows, or a file of your own.")
    threads: int = Option(default=1, ge=1, doc="Threads that work on one call.")

    @classmethod
    def resources(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
        """The model that a node with these options loads."""
        return (options["model_path"],)

    def open(self) -> None:
        """Load the model and prepare it."""
        library = _library()
        model = load_model(self.model_path)
        self._name = model.name
        settings = library.SessionOptions()
        settings.intra_op_num_threads = self.threads
        settings.inter_op_num_threads = 1
        settings.log_severity_level = _FATAL
        settings.add_session_config_entry(_WEIGHTS_BESIDE, os.devnull)  # nobody has looked at the digest of those
        try:
            self._session = library.InferenceSession(model.content, settings, providers=["CPUExecutionProvider"])
        except Exception as error:  # its own classes, which derive from RuntimeError only in some releases
            raise ValueError(f"{self._name} is no model that ONNX Runtime can run: {_one_line(error)}") from error
        self._inputs = self._session.get_inputs()

    def process(self, tensors: Tensors) -> Annotated[Tensors, "tensors"]:
        """Run it once."""
        if len(tensors) != len(self._inputs):
            raise ValueError(f"{self._name} has {len(self._inputs)} inputs, but {len(tensors)} tensors came")
        feed = {wanted.name: tensor for wanted, tensor in zip(self._inputs, tensors, strict=True)}
        try:
            outputs: Tensors = self._session.run(None, feed)
        except Exception as error:
            given = [f"{tensor.dtype} {tensor.shape}" for tensor in tensors]
            takes = [f"{wanted.type} {tuple(wanted.shape)} as '{wanted.name}'" for wanted in self._inputs]
            raise ValueError(
                f"{self._name} takes {', '.join(takes)}, not {', '.join(given)}: {_one_line(error)}"
            ) from error
        for wanted, output in zip(self._session.get_outputs(), outputs, strict=True):
            if not isinstance(output, numpy.ndarray):
                raise TypeError(f"{self._name} gives '{wanted.name}' as {wanted.type}; only tensors can be sent on")
            output.flags.writeable = False
        return outputs

    def close(self) -> None:
        """Give the model's memory back."""
        del self._session


def _library() -> Any:
    """ONNX Runtime, which is imported only where a graph needs it.

    Raises:
        MissingResource: It is not installed.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingResource(
            "ONNX Runtime, which runs ONNX models, is not installed; to install it, run: pip install onnxruntime"
        ) from error
    onnxruntime.set_default_logger_severity(_FATAL)
    onnxruntime.disable_telemetry_events()
    return onnxruntime


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
