"""Run graphs on MediaPipe 0.10.21 itself, one request per line of standard input, one answer per line of output.

    PEER_PYTHON mediapipe_graphs.py

A request is a JSON object:

    config   text of a CalculatorGraphConfig
    observe  names of the streams to watch, packets and timestamp bounds alike
    side     {name: [type, value]}
    ops      what to do, in order: ["send", stream, type, value, time], ["bound", stream, bound], ["close", stream],
             ["idle"]; a last ["done"] closes everything that is left and waits

The answer holds `log`, a list of [op, stream, time, value] (value null: a bound), and `error`, [op, text] or null.
Times are integers, MediaPipe's special values included. A stop of this process while it works on a request is
MediaPipe's doing: it aborts on some errors.
"""

import json
import re
import sys

import mediapipe
from mediapipe.framework.formats import rect_pb2  # noqa: F401  (registers the type)
from mediapipe.python import packet_creator, packet_getter

_CREATE = {
    "int": packet_creator.create_int,
    "int64": packet_creator.create_int64,
    "bool": packet_creator.create_bool,
    "float": packet_creator.create_float,
    "string": packet_creator.create_string,
    "ints": packet_creator.create_int_vector,
    "floats": packet_creator.create_float_vector,
    "bools": packet_creator.create_bool_vector,
}
_GETTERS = {
    "int": packet_getter.get_int,
    "int64_t": packet_getter.get_int,
    "bool": packet_getter.get_bool,
    "float": packet_getter.get_float,
    "string": packet_getter.get_str,
    "::std::vector<int>": packet_getter.get_int_list,
    "::std::vector<float>": packet_getter.get_float_list,
    "::std::vector<bool>": packet_getter.get_bool_list,
}
_TYPE = re.compile(r"C\+\+ type: (.*)>$", re.DOTALL)


def value_of(packet):
    """The payload as JSON, or {"type": ...} where Python cannot see it."""
    kind = _TYPE.search(repr(packet)).group(1)
    try:
        return _GETTERS[kind](packet)
    except KeyError:
        return {"type": kind}


def run(request):
    """One graph, from start to end."""
    log, step = [], [0]

    def observed(name, packet):
        value = None if packet.is_empty() else value_of(packet)
        log.append([step[0], name, packet.timestamp.value, value])

    error = None
    try:
        graph = mediapipe.CalculatorGraph(graph_config=request["config"])
        for name in request["observe"]:
            graph.observe_output_stream(name, observed, True)
        graph.start_run({name: _CREATE[kind](value) for name, (kind, value) in request.get("side", {}).items()})
    except Exception as problem:
        return {"log": log, "error": [-1, str(problem)]}
    for step[0], op in enumerate(request["ops"]):
        try:
            apply(graph, op)
        except Exception as problem:
            error = error or [step[0], str(problem)]
    return {"log": log, "error": error}


def apply(graph, op):
    """Carry out one entry of a request's `ops`."""
    what = op[0]
    if what == "send":
        graph.add_packet_to_input_stream(op[1], at(_CREATE[op[2]](op[3]), op[4]))
    elif what == "bound":  # An empty packet at t moves the bound to t + 1: the Python bindings have no other way.
        graph.add_packet_to_input_stream(op[1], at(mediapipe.Packet(), op[2] - 1))
    elif what == "close":
        graph.close_input_stream(op[1])
    elif what == "idle":
        graph.wait_until_idle()
    elif what == "done":
        graph.close_all_packet_sources()
        graph.wait_until_done()
    else:
        raise ValueError(f"unknown op {op!r}")


# MediaPipe aborts when a special value is made from its number.
_NAMED = {
    time.value: time
    for time in (
        mediapipe.Timestamp.PRESTREAM,
        mediapipe.Timestamp.MIN,
        mediapipe.Timestamp.MAX,
        mediapipe.Timestamp.POSTSTREAM,
    )
}


def at(packet, time):
    """The packet at an integer time, special values included."""
    return packet.at(_NAMED.get(time, time))


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
