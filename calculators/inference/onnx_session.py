"""ONNX Runtime's session of a model, ready to run."""

from __future__ import annotations

import os
from typing import Any

from graphflow import MissingResource, UnusableFile

_FATAL = 4
"""Of ONNX Runtime's log only this is written: it tells of devices that it does not find, and of every odd weight."""
_WEIGHTS_BESIDE = "session.model_external_initializers_file_folder_path"
"""Where ONNX Runtime looks for weights outside of a model's file; the working folder, unless it is told."""


def session(name: str, content: bytes, threads: int) -> Any:
    """What runs a model, ready to run.

    Args:
        name: The model's, for messages.
        content: Its file.
        threads: That work on one call.

    Raises:
        MissingResource: ONNX Runtime is not installed.
        UnusableFile: It cannot run the model.
    """
    library = _library()
    settings = library.SessionOptions()
    settings.intra_op_num_threads = threads
    settings.inter_op_num_threads = 1
    settings.log_severity_level = _FATAL
    settings.add_session_config_entry(_WEIGHTS_BESIDE, os.devnull)  # nobody has looked at the digest of those
    try:
        return library.InferenceSession(content, settings, providers=["CPUExecutionProvider"])
    except Exception as error:  # its own classes, which derive from RuntimeError only in some releases
        raise UnusableFile(f"{name} is no model that ONNX Runtime can run: {one_line(error)}") from error


def run_on_zeros(session: Any) -> None:
    """Run a model once on nothing, to see whether it can. Axes of any length get the length 1."""
    import numpy

    kinds = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(float16)": "float16"}
    feed = {}
    for wanted in session.get_inputs():
        shape = [side if isinstance(side, int) else 1 for side in wanted.shape]
        feed[wanted.name] = numpy.zeros(shape, kinds.get(wanted.type) or wanted.type[len("tensor(") : -1])
    session.run(None, feed)


def one_line(error: Exception) -> str:
    """A message of ONNX Runtime's."""
    return " ".join(str(error).split())


def _library() -> Any:
    """ONNX Runtime, which is imported only where a graph needs it.

    Raises:
        MissingResource: It is not installed.
    """
    # Being imported is enough for it to keep a database of what it would report, in the user's home.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingResource(
            "ONNX Runtime, which runs ONNX models, is not installed; to install it, run: pip install onnxruntime"
        ) from error
    onnxruntime.set_default_logger_severity(_FATAL)
    onnxruntime.disable_telemetry_events()
    return onnxruntime
