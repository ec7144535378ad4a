"""What all solutions share: a graph, a run of it, and one picture after the other."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from types import SimpleNamespace, TracebackType
from typing import Any

import numpy

from graphflow.api import Graph, GraphRun, Packet
from graphflow.bundled import bundled_graph
from graphflow.keywords import answers_unknown
from graphflow.models.needed import needed
from graphflow.models.pull import missing, pull
from graphflow.solutions.results import as_message

RGB_CHANNELS = 3
_INTERVAL = 33333
"""Microseconds from one picture to the next, whatever their real times: MediaPipe counts like that."""

_PARAMETERS = {
    "facedetectionshortrangecpu__facedetectionshortrange__facedetection__TensorsToDetectionsCalculator.min_score_thresh":
        "min_detection_score",
    "facelandmarkcpu__ThresholdingCalculator.threshold": "min_presence_score",
    "palmdetectioncpu__TensorsToDetectionsCalculator.min_score_thresh": "min_detection_score",
    "handlandmarkcpu__ThresholdingCalculator.threshold": "min_presence_score",
    "posedetectioncpu__TensorsToDetectionsCalculator.min_score_thresh": "min_detection_score",
    "poselandmarkbyroicpu__tensorstoposelandmarksandsegmentation__ThresholdingCalculator.threshold":
        "min_presence_score",
    "poselandmarkcpu__posedetectioncpu__TensorsToDetectionsCalculator.min_score_thresh": "min_detection_score",
    "poselandmarkcpu__poselandmarkbyroicpu__tensorstoposelandmarksandsegmentation__ThresholdingCalculator.threshold":
        "min_presence_score",
}  # fmt: skip
"""What MediaPipe's paths to options of its expanded graphs are in our modules."""


_PICTURE = (
    " = help: it takes an array (height, width, 3) of uint8, RGB: cv2.cvtColor(cv2.imread(file), cv2.COLOR_BGR2RGB)"
)
_CLOSED = " = help: it is closed, as at the end of its 'with' block: call process within the block, or make a new one"

_kept: dict[str, Graph] = {}
_MOST_KEPT = 32


class SolutionOutputs(SimpleNamespace):
    """The results of one picture, as attributes; None where there was nothing."""

    _fields: tuple[str, ...] = ()


class SolutionBase:
    """A graph that takes one picture after the other.

    Args:
        binary_graph_path: A graph of MediaPipe's wheel by its path there, for which our module is taken; or a file.
        graph_config: A graph in text format, or as a message, instead.
        calculator_params: Options of nodes: ``{"node.option": value}``, or MediaPipe's paths that its solutions use.
        graph_options: Options of the graph by name; None for MediaPipe's messages.
        side_inputs: Side packets by name.
        outputs: The streams that `process` gives; all outputs of the graph unless given.
        stream_type_hints: Not needed here.
        options: Options of the graph, as `Graph.load` takes them.
        threads: Threads that work on one picture; unless given, what the graph says.

    Attributes:
        graph: The graph, to be drawn, listed, or started otherwise.
        run: The run that `process` feeds; None when it is closed.
    """

    def __init_subclass__(cls) -> None:
        if "__init__" in vars(cls):
            cls.__init__ = answers_unknown()(cls.__init__)  # type: ignore[method-assign]

    def __init__(
        self,
        binary_graph_path: str | None = None,
        graph_config: Any = None,
        calculator_params: Mapping[str, Any] | None = None,
        graph_options: Mapping[str, Any] | None = None,
        side_inputs: Mapping[str, Any] | None = None,
        outputs: Sequence[str] | None = None,
        stream_type_hints: Any = None,
        *,
        options: Mapping[str, Any] | None = None,
        threads: int | None = None,
    ) -> None:
        if bool(binary_graph_path) == (graph_config is not None):
            raise ValueError("Must provide exactly one of 'binary_graph_path' or 'graph_config'.")
        settings = dict(graph_options or {}) | dict(options or {})
        for name, value in (calculator_params or {}).items():
            if value is not None:
                settings[_PARAMETERS.get(name, name)] = value
        if binary_graph_path:
            self.graph = _loaded(binary_graph_path, settings)
        else:
            text = graph_config if isinstance(graph_config, str) else str(graph_config)
            self.graph = Graph.parse(text, file="graph_config.pbtxt", options=settings)
        plan = self.graph.plan
        self._side_packets = {name: value for name, value in (side_inputs or {}).items() if value is not None}
        self._inputs = [plan.streams[position].name for position in plan.inputs]
        self._outputs = (
            list(outputs) if outputs is not None else [plan.streams[position].name for position in plan.outputs]
        )
        self._results = type("SolutionOutputs", (SolutionOutputs,), {"_fields": tuple(self._outputs)})
        self._threads = threads
        self._time = 0
        self._lock = threading.Lock()
        self._found: dict[str, Any] = {}
        self._fetch_models()
        self.run: GraphRun | None = None
        self.reset()

    def process(self, input_data: Any) -> SolutionOutputs:
        """The results for one picture.

        Args:
            input_data: RGB, (height, width, 3), uint8; or what goes into each input of the graph, by name.

        Raises:
            ValueError: The picture has not three channels, or the solution is closed.
            TypeError: The picture is not of whole numbers from 0 to 255.
        """
        packets = input_data if isinstance(input_data, Mapping) else {self._inputs[0]: input_data}
        try:
            packets = {name: _picture(value) if hasattr(value, "shape") else value for name, value in packets.items()}
            if not isinstance(input_data, Mapping) and not hasattr(input_data, "shape"):
                raise AttributeError(f"'{type(input_data).__name__}' object has no attribute 'shape'")
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            error.add_note(_PICTURE)
            raise
        if os.getpid() != self._process:  # before the lock, which another thread may have held when it forked
            raise RuntimeError("this solution was made before the process forked; make one in each process")
        with self._lock:
            run = self.run
            if run is None:
                closed = ValueError("_graph is None in SolutionBase")
                closed.add_note(_CLOSED)
                raise closed
            self._time += _INTERVAL
            found = self._found
            found.clear()
            for name, value in packets.items():
                run.send(name, value, timestamp=self._time)
            run.wait_until_idle()
            results: SolutionOutputs = self._results()
            for name in self._outputs:
                setattr(results, name, self._result(name, found.get(name)))
            return results

    def reset(self) -> None:
        """Begin anew: nothing is followed from the pictures before. Times go on."""
        if self.run is not None:
            _end(self.run)
        self._process = os.getpid()
        run = self.graph.start(self._side_packets, threads=self._threads)
        for name in self._outputs:
            run.observe(name, self._keeper(name))
        self.run = run.__enter__()

    def close(self) -> None:
        """Close the graph.

        Raises:
            ValueError: It is closed.
        """
        run, self.run = self.run, None
        if run is None:
            raise ValueError("Closing SolutionBase._graph which is already None")
        _end(run)

    def create_graph_options(self, options_message: Any, values: Mapping[str, Any]) -> Any:
        """Set fields of a message by their paths: ``{"a.b": value}``."""
        for path, value in values.items():
            *outer, last = path.split(".")
            target = options_message
            for word in outer:
                target = getattr(target, word)
            if isinstance(value, list | tuple):
                del getattr(target, last)[:]
                getattr(target, last).extend(value)
            else:
                setattr(target, last, value)
        return options_message

    def __enter__(self) -> Any:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _result(self, name: str, value: Any) -> Any:
        return as_message(value)

    def _keeper(self, name: str) -> Any:
        found = self._found

        def keep(packet: Packet[Any]) -> None:
            found[name] = packet.value

        return keep

    def _fetch_models(self) -> None:
        names = missing(needed(self.graph.plan, self._side_packets))
        if names:
            print(f"graphflow: fetching {', '.join(names)}, once", file=sys.stderr)
            pull(names)


def _end(run: GraphRun) -> None:
    """End a run that has nothing under way: why its outputs stayed empty, the results have told."""
    run.cancel()
    run.__exit__(None, None, None)


def _loaded(path: str, settings: Mapping[str, Any]) -> Graph:
    """A file, or our module for a graph of MediaPipe's wheel, with the inputs that MediaPipe's has.

    Modules are kept: a graph never changes, and to read and check one takes longer than to start it.
    """
    word = PurePosixPath(path).name.removesuffix(".binarypb").removesuffix(".pbtxt")
    module = bundled_graph(f"modules/{word.removesuffix('_cpu').removesuffix('_gpu')}")
    if os.path.exists(path) or module is None:
        return Graph.load(path, options=settings)
    key = f"{module} {sorted(settings.items())}"
    if key not in _kept:
        if len(_kept) == _MOST_KEPT:
            _kept.clear()
        _kept[key] = Graph.load(module, options=settings, inputs=["image"])
    return _kept[key]


def _picture(value: Any) -> Any:
    """A picture as a graph takes it.

    Raises:
        ValueError: It has not three channels.
        TypeError: Its numbers are of another kind.
    """
    if value.shape[2] != RGB_CHANNELS:
        raise ValueError("Input image must contain three channel rgb data.")
    return numpy.ascontiguousarray(value) if value.dtype == numpy.uint8 else _refused(value)


def _refused(value: Any) -> Any:
    return value.astype(numpy.uint8, casting="safe")
