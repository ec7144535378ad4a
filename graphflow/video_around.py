"""A source and a sink around a graph that somebody else is to feed, as MediaPipe's example programs have them.

Most of MediaPipe's graphs take pictures from `input_video` and send pictures to `output_video`. The command feeds
such a graph from ``--input`` and shows what comes out, or writes it to ``--output``.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphflow.config.location import Located, Span
from graphflow.config.model import GraphConfig, GraphPort, NodeConfig, PortRefs, Ref

INPUT, OUTPUT = "input_video", "output_video"


def with_video_around(config: GraphConfig) -> GraphConfig:
    """The graph with a VideoSource for its input `input_video`, and a VideoSink if it sends `output_video`.

    A graph that has other inputs, or none, stays as it is.
    """
    inputs = {port.inner.value: port for port in config.inputs}
    if INPUT not in inputs or any(not port.optional for name, port in inputs.items() if name != INPUT):
        return config
    fed = inputs[INPUT].name.span
    shown = next((port for port in config.outputs if port.inner.value == OUTPUT), None)
    taken = {node.name.value for node in config.nodes} | {port.name.value for port in config.side_packets}
    info, limit = (_free(name, taken) for name in ("video_info", "max_in_flight"))
    source = NodeConfig(
        _at("source", fed, taken),
        fed,
        calculator=Located("VideoSource", fed),
        side_packets=_ports({"source": "input"}, fed),
        outputs=_ports({"image": INPUT}, fed),
        output_side_packets=_ports({"info": info, "max_in_flight": limit}, fed),
    )
    nodes = [source, *(_unlimited(node, limit, fed) for node in config.nodes)]
    sides = [*config.side_packets, _side("input", 0, "camera number, file, folder, URL, or sample", fed)]
    if shown is not None:
        sent = shown.name.span
        sides.append(_side("output", "window", "window, or a video file", sent))
        sink = NodeConfig(
            _at("sink", sent, taken),
            sent,
            calculator=Located("VideoSink", sent),
            inputs=_ports({"image": OUTPUT}, sent),
            side_packets=_ports({"target": "output", "info": info}, sent),
            executor=Located("main", sent),
        )
        nodes.append(sink)
    names = [side.name.value for side in config.side_packets]
    return config.without_inputs([INPUT])._replace(
        inputs=(),
        side_packets=tuple(side for side in sides if side in config.side_packets or side.name.value not in names),
        nodes=tuple(nodes),
    )


def _unlimited(node: NodeConfig, limit: str, place: Span) -> NodeConfig:
    """A FlowLimiter of the input: the source says how many frames may be under way, so none of a file is dropped."""
    limits = node.calculator is not None and node.calculator.value.removesuffix("Calculator") == "FlowLimiter"
    reads = any(ref.name == INPUT for entry in node.inputs for ref in entry.refs)
    told = any(entry.port.value == "max_in_flight" for entry in node.side_packets)
    if not limits or not reads or told:
        return node
    return node._replace(side_packets=(*node.side_packets, *_ports({"max_in_flight": limit}, place)))


def _free(name: str, taken: Iterable[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _at(name: str, place: Span, taken: Iterable[str]) -> Located[str]:
    return Located(_free(name, taken), place)


def _ports(names: dict[str, str], place: Span) -> tuple[PortRefs, ...]:
    return tuple(PortRefs(Located(port, place), (Ref(place, name),)) for port, name in names.items())


def _side(name: str, default: int | str, help: str, place: Span) -> GraphPort:
    return GraphPort(Located(name, place), Located(name, place), default=Located(default, place), help=help)
