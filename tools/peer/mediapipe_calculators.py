"""Run small graphs of MediaPipe's calculators on given packets, for tools/compare_calculators.

    peer/bin/python mediapipe_calculators.py CASES.json IN.npz OUT.npz

CASES.json is a list of objects: `name`, `nodes` as in a graph file of ours, `peer_names` and `peer_options` (what
MediaPipe calls a calculator, and options that it has otherwise), `inputs` and `outputs` (the kind of each stream) and
`reshape` (for each stream of tensors the model that gives them their shapes). IN.npz holds each payload as arrays named
CASE/STREAM/INDEX/PART, OUT.npz likewise what came out. A node's ports are MediaPipe's tags in small letters; `item` and
`out` have none.
"""

import importlib
import json
import os
import sys
from pathlib import Path

import mediapipe
import numpy as np
from google.protobuf import json_format
from mediapipe.framework import calculator_options_pb2, calculator_pb2
from mediapipe.python import packet_creator
from mediapipe.python._framework_bindings import resource_util
from mediapipe_payloads import CREATE, LISTS, READ, pixels

PACKAGE = Path(mediapipe.__file__).parent
INTERVAL = 33_333


def options_of(*names):
    """The options message of a calculator: of the first of these names that has one."""
    for name in names:
        for path in sorted(PACKAGE.rglob("*_pb2.py")):
            if f"{name}Options".encode() in path.read_bytes():
                module = importlib.import_module(
                    ".".join(("mediapipe", *path.relative_to(PACKAGE).with_suffix("").parts))
                )
                if hasattr(module, f"{name}Options"):
                    return getattr(module, f"{name}Options")
    raise SystemExit(f"{names[0]} has no options in MediaPipe")


def connections(ports):
    """TAG:INDEX:stream, from the ports of a graph file."""
    for port, streams in ports.items():
        for index, stream in enumerate(streams if isinstance(streams, list) else [streams]):
            yield stream if port in ("item", "out") else f"{port.upper()}:{index}:{stream}"


class Graph:
    """The case as MediaPipe's graph, with the nodes that make what Python cannot."""

    def __init__(self, case):
        self.config = calculator_pb2.CalculatorGraphConfig()
        self.case = case
        for stream, kind in case["inputs"].items():
            self._input(stream, kind)
        for key, node in case["nodes"].items():
            name = case["peer_names"].get(node["calculator"], node["calculator"] + "Calculator")
            options = case["peer_options"].get(key, node.get("options", {}))
            self._add(name, connections(node.get("inputs", {})), connections(node.get("outputs", {})), options, node)
        self.observed = {}
        for stream, kind in case["outputs"].items():
            seen = stream
            if kind == "tensor":
                seen = f"{stream}__floats"
                self._add("TensorsToFloatsCalculator", [f"TENSORS:{stream}"], [f"FLOATS:{seen}"])
            self.observed[seen] = (stream, kind)

    def _add(self, name, inputs, outputs, options=None, node=None):
        added = self.config.node.add(calculator=name)
        added.input_stream.extend(inputs)
        added.output_stream.extend(outputs)
        added.input_side_packet.extend(connections((node or {}).get("side_packets", {})))
        added.output_side_packet.extend(connections((node or {}).get("output_side_packets", {})))
        if options:
            # Variants of one calculator share its options: SplitTensorVector those of SplitVector.
            ours = (node or {}).get("calculator", "")
            shared = ours.replace("Landmarks", "Vector").replace("AlignmentPointsRects", "DetectionsToRects")
            kind = options_of(name, f"{ours}Calculator", f"{shared}Calculator")
            if hasattr(kind, "ext"):
                json_format.ParseDict(options, added.options.Extensions[kind.ext])
            else:
                message = kind()
                json_format.ParseDict(options, message)
                added.node_options.add().Pack(message)

    def _input(self, stream, kind):
        if kind == "image_size":
            self.config.input_stream.append(f"{stream}__image")
            self._add("ImagePropertiesCalculator", [f"IMAGE:{stream}__image"], [f"SIZE:{stream}"])
        elif kind in LISTS:
            self.config.input_stream.extend([f"{stream}__item", f"{stream}__count"])
            loop = [f"ITEM:{stream}__number", f"BATCH_END:{stream}__end"]
            self._add("BeginLoopFloatCalculator", [f"ITERABLE:{stream}__count"], loop)
            collected = [f"ITEM:{stream}__item", f"BATCH_END:{stream}__end"]
            self._add(LISTS[kind][1], collected, [f"ITERABLE:{stream}"])
        elif kind == "tensors":
            path, count = self.case["reshape"][stream]
            names = [f"{stream}__{number}" for number in range(count)]
            self.config.input_stream.extend(names)
            for name in names:
                options = {"row_major_matrix": True}
                self._add("TensorConverterCalculator", [f"MATRIX:{name}"], [f"TENSORS:{name}_tensor"], options)
            flat = f"{stream}__flat"
            self._add("ConcatenateTensorVectorCalculator", [f"{name}_tensor" for name in names], [flat])
            options = {"model_path": path, "delegate": {"xnnpack": {}}}
            self._add("InferenceCalculator", [f"TENSORS:{flat}"], [f"TENSORS:{stream}"], options)
        else:
            self.config.input_stream.append(stream)

    def run(self, arrays):
        """What comes out: {STREAM/INDEX/PART: array}."""
        found = {}

        def observed(name, packet):
            stream, kind = self.observed[name]
            for part, array in enumerate(READ[kind](packet)):
                found[f"{stream}/{packet.timestamp.value // INTERVAL}/{part}"] = array
            found[f"{stream}/{packet.timestamp.value // INTERVAL}"] = np.array(True)

        graph = mediapipe.CalculatorGraph(graph_config=self.config)
        for name in self.observed:
            graph.observe_output_stream(name, observed)
        sides = {name: CREATE[kind](np.array(value)) for name, (kind, value) in self.case["side"].items()}
        graph.start_run(sides)
        for stream, kind in self.case["inputs"].items():
            self._send(graph, stream, kind, arrays)
        graph.close_all_packet_sources()
        graph.wait_until_done()
        return found

    def _send(self, graph, stream, kind, arrays):
        """All packets of a stream."""
        loop = 0
        for index in range(self.case["count"]):
            if f"{stream}/{index}" not in arrays:
                continue
            parts = []
            while f"{stream}/{index}/{len(parts)}" in arrays:
                parts.append(arrays[f"{stream}/{index}/{len(parts)}"])
            time = index * INTERVAL
            if kind == "image_size":
                width, height = parts[0].tolist()
                blank = packet_creator.create_image_frame(**pixels(np.zeros((height, width), np.uint8)))
                graph.add_packet_to_input_stream(f"{stream}__image", blank.at(time))
            elif kind in LISTS:
                count = packet_creator.create_float_vector([0.0] * len(parts))
                graph.add_packet_to_input_stream(f"{stream}__count", count.at(time))
                for part in parts:
                    graph.add_packet_to_input_stream(f"{stream}__item", CREATE[LISTS[kind][0]](part).at(loop))
                    loop += 1
                loop += not parts
            elif kind == "tensors":
                for number, part in enumerate(parts):
                    matrix = packet_creator.create_matrix(part.reshape(1, -1).astype(np.float32))
                    graph.add_packet_to_input_stream(f"{stream}__{number}", matrix.at(time))
            else:
                graph.add_packet_to_input_stream(stream, CREATE[kind](parts[0]).at(time))


def main(cases, given, out):
    resource_util.set_resource_dir(os.path.dirname(PACKAGE))
    with np.load(given) as file:
        arrays = {key: file[key] for key in file.files}
    found = {}
    for case in json.loads(Path(cases).read_text(encoding="utf-8")):
        start = f"{case['name']}/"
        mine = {key[len(start) :]: array for key, array in arrays.items() if key.startswith(start)}
        found.update({start + key: array for key, array in Graph(case).run(mine).items()})
    np.savez(out, **found)


if __name__ == "__main__":
    assert calculator_options_pb2
    main(*sys.argv[1:])
