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
from mediapipe.framework.formats import classification_pb2, detection_pb2, landmark_pb2, location_data_pb2, rect_pb2
from mediapipe.modules.objectron.calculators import annotation_data_pb2
from mediapipe.python import packet_creator, packet_getter
from mediapipe.python._framework_bindings import resource_util

PACKAGE = Path(mediapipe.__file__).parent
INTERVAL = 33_333
LABELS = ["", "Left", "Right"]
LANDMARK_FIELDS = ("x", "y", "z", "visibility", "presence")
RECT_FIELDS = ("x_center", "y_center", "width", "height", "rotation")


def rect(row):
    return rect_pb2.NormalizedRect(**dict(zip(RECT_FIELDS, map(float, row), strict=True)))


def detection(row):
    score, label, xmin, ymin, width, height, *points = map(float, row)
    message = detection_pb2.Detection(score=[score], label_id=[int(label)])
    place = message.location_data
    place.format = location_data_pb2.LocationData.RELATIVE_BOUNDING_BOX
    box = place.relative_bounding_box
    box.xmin, box.ymin, box.width, box.height = xmin, ymin, width, height
    for x, y in zip(points[::2], points[1::2], strict=True):
        place.relative_keypoints.add(x=x, y=y)
    return message


def named_detection(row):
    """A detection with a name; the second number is that of the name."""
    message = detection(row)
    message.ClearField("label_id")
    if LABELS[int(row[1])]:
        message.label.append(LABELS[int(row[1])])
    else:
        message.ClearField("score")
    return message


def frame_annotation(rows):
    message = annotation_data_pb2.FrameAnnotation()
    for row in rows.tolist():
        box = message.annotations.add()
        for x, y in zip(row[:18:2], row[1:18:2], strict=True):
            box.keypoints.add().point_2d.MergeFrom(annotation_data_pb2.NormalizedPoint2D(x=x, y=y))
        for field, values in (("rotation", row[45:54]), ("translation", row[54:57]), ("scale", row[57:])):
            getattr(box, field).extend(value for value in values if value == value)
    return message


def landmarks(rows, message):
    for row in rows.tolist():
        message.landmark.add(**{k: v for k, v in zip(LANDMARK_FIELDS, row, strict=False) if v == v})
    return message


def classifications(rows):
    message = classification_pb2.ClassificationList()
    for index, score, label, display in rows.tolist():
        entry = message.classification.add(index=int(index), score=score)
        entry.label, entry.display_name = LABELS[int(label)], LABELS[int(display)]
    return message


def detection_row(message):
    place = message.location_data
    box = place.relative_bounding_box
    points = [value for point in place.relative_keypoints for value in (point.x, point.y)]
    label = message.label_id[0] if message.label_id else 0
    score = message.score[0] if message.score else 0.0
    return [score, label, box.xmin, box.ymin, box.width, box.height, *points]


def named_detection_row(message):
    row = detection_row(message)
    row[1] = LABELS.index(message.label[0]) if message.label else 0
    return row


def annotation_rows(message):
    rows = []
    for box in message.annotations:
        flat = [value for point in box.keypoints for value in (point.point_2d.x, point.point_2d.y)]
        known = len(box.scale) > 0
        for point in box.keypoints:
            flat += [point.point_3d.x, point.point_3d.y, point.point_3d.z] if known else [np.nan] * 3
        rows.append([*flat, *box.rotation, *box.translation, *box.scale] + [np.nan] * (0 if known else 15))
    return np.array(rows, np.float32).reshape(-1, 60)


def landmark_rows(message):
    points = message.landmark
    scores = [f for f in LANDMARK_FIELDS[3:] if any(point.HasField(f) for point in points)]
    rows = [[p.x, p.y, p.z, *(getattr(p, f) if f in scores else np.nan for f in LANDMARK_FIELDS[3:])] for p in points]
    return np.array(rows, np.float32).reshape(-1, 5)


def classification_rows(message):
    rows = [[c.index, c.score, LABELS.index(c.label), LABELS.index(c.display_name)] for c in message.classification]
    return np.array(rows, np.float32).reshape(-1, 4)


def rect_row(message):
    return np.array([getattr(message, field) for field in RECT_FIELDS], np.float32)


def pixels(array):
    """An image as MediaPipe holds it: RGB, RGBA or grey, of bytes or floats."""
    kinds = {(np.dtype("uint8"), 3): "SRGB", (np.dtype("uint8"), 4): "SRGBA", (np.dtype("uint8"), 1): "GRAY8"}
    kinds[(np.dtype("float32"), 1)] = "VEC32F1"
    kind = kinds[(array.dtype, 1 if array.ndim == 2 else array.shape[2])]
    return {"image_format": getattr(mediapipe.ImageFormat, kind), "data": np.ascontiguousarray(array)}


def proto(make):
    return lambda array: packet_creator.create_proto(make(array))


def scalar(create):
    return lambda array: create(array.item())


CREATE = {
    "rect": proto(rect),
    "detection": proto(detection),
    "named_detection": proto(named_detection),
    "frame_annotation": proto(frame_annotation),
    "landmarks": proto(lambda rows: landmarks(rows, landmark_pb2.NormalizedLandmarkList())),
    "pixel_landmarks": proto(lambda rows: landmarks(rows, landmark_pb2.LandmarkList())),
    "classifications": proto(classifications),
    "image": lambda array: packet_creator.create_image(**pixels(array)),
    "image_frame": lambda array: packet_creator.create_image_frame(**pixels(array)),
    "mask": lambda array: packet_creator.create_image(**pixels(array)),
    "floats": lambda array: packet_creator.create_float_vector(array.tolist()),
    "ints": lambda array: packet_creator.create_int_vector(array.tolist()),
    "float": scalar(packet_creator.create_float),
    "int": scalar(packet_creator.create_int),
    "bool": scalar(packet_creator.create_bool),
    "text": scalar(packet_creator.create_string),
}
"""Packets of one payload."""

LISTS = {
    "rects": ("rect", "EndLoopNormalizedRectCalculator"),
    "detections": ("detection", "EndLoopDetectionCalculator"),
    "named_detections": ("named_detection", "EndLoopDetectionCalculator"),
    "landmark_lists": ("landmarks", "EndLoopNormalizedLandmarkListVectorCalculator"),
    "pixel_landmark_lists": ("pixel_landmarks", "EndLoopLandmarkListVectorCalculator"),
    "classification_lists": ("classifications", "EndLoopClassificationListCalculator"),
}
"""Lists of protos, which Python cannot make: a loop collects them."""


def proto_list(read):
    return lambda packet: [read(message) for message in packet_getter.get_proto_list(packet)]


def one(read):
    return lambda packet: [read(packet)]


READ = {
    "rect": one(lambda packet: rect_row(packet_getter.get_proto(packet))),
    "rects": proto_list(rect_row),
    "detection": one(lambda packet: np.array(detection_row(packet_getter.get_proto(packet)), np.float32)),
    "detections": proto_list(lambda message: np.array(detection_row(message), np.float32)),
    "named_detection": one(lambda packet: np.array(named_detection_row(packet_getter.get_proto(packet)), np.float32)),
    "named_detections": proto_list(lambda message: np.array(named_detection_row(message), np.float32)),
    "frame_annotation": one(lambda packet: annotation_rows(packet_getter.get_proto(packet))),
    "landmarks": one(lambda packet: landmark_rows(packet_getter.get_proto(packet))),
    "pixel_landmarks": one(lambda packet: landmark_rows(packet_getter.get_proto(packet))),
    "landmark_lists": proto_list(landmark_rows),
    "pixel_landmark_lists": proto_list(landmark_rows),
    "classifications": one(lambda packet: classification_rows(packet_getter.get_proto(packet))),
    "classification_lists": proto_list(classification_rows),
    "image": one(lambda packet: packet_getter.get_image(packet).numpy_view().copy()),
    "image_frame": one(lambda packet: packet_getter.get_image_frame(packet).numpy_view().copy()),
    "mask": one(lambda packet: packet_getter.get_image(packet).numpy_view().squeeze().copy()),
    "floats": one(lambda packet: np.array(packet_getter.get_float_list(packet), np.float32)),
    "ints": one(lambda packet: np.array(packet_getter.get_int_list(packet), np.int32)),
    "float": one(lambda packet: np.array(packet_getter.get_float(packet), np.float32)),
    "int": one(lambda packet: np.array(packet_getter.get_int(packet), np.int32)),
    "bool": one(lambda packet: np.array(packet_getter.get_bool(packet))),
    "tensor": one(lambda packet: np.array(packet_getter.get_float_list(packet), np.float32)),
}
"""The arrays of a packet."""


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
