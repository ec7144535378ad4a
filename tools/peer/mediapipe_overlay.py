"""Draw with MediaPipe's own AnnotationOverlayCalculator.

    peer/bin/python mediapipe_overlay.py DRAWING.json IMAGE.npy OUT.npy

DRAWING.json is a list of primitives, each a map with the name of its kind and its fields (see `write`); IMAGE.npy is an
RGB array. OUT.npy is the same picture with the primitives on it.
"""

import json
import sys

import mediapipe
import numpy as np
from mediapipe.python import packet_creator, packet_getter
from mediapipe.util import render_data_pb2

GRAPH = """
input_stream: "image"
input_stream: "drawing"
output_stream: "drawn"
node {
  calculator: "AnnotationOverlayCalculator"
  input_stream: "IMAGE:image"
  input_stream: "drawing"
  output_stream: "IMAGE:drawn"
}
"""


def paint(message, color):
    message.r, message.g, message.b = color


def write(data, primitive):
    """Add one primitive; Points and Lines of the project are several of MediaPipe's."""
    kind = primitive["kind"]
    fields = {key: value for key, value in primitive.items() if key not in ("kind", "color", "thickness")}
    if kind in ("point", "line"):
        coordinates = fields.pop("at")
        names = ("x", "y") if kind == "point" else ("x_start", "y_start", "x_end", "y_end")
        items = [dict(zip(names, one, strict=True), **fields) for one in coordinates]
    else:
        items = [fields]
    for item in items:
        annotation = data.render_annotations.add()
        annotation.thickness = primitive["thickness"]
        if kind != "gradient_line":
            paint(annotation.color, primitive["color"])
        target = getattr(annotation, kind)
        if kind in ("filled_rectangle", "oval"):
            target = target.rectangle
        elif kind == "filled_oval":
            target = target.oval.rectangle
        for name, value in item.items():
            if name in ("color1", "color2", "outline_color"):
                paint(getattr(target, name), value)
            else:
                setattr(target, name, value)


def main(drawing, image, out):
    with open(drawing) as file:
        primitives = json.load(file)
    data = render_data_pb2.RenderData()
    for primitive in primitives:
        write(data, primitive)
    graph = mediapipe.CalculatorGraph(graph_config=GRAPH)
    drawn = []
    graph.observe_output_stream("drawn", lambda _, packet: drawn.append(packet_getter.get_image_frame(packet)))
    graph.start_run()
    frame = mediapipe.ImageFrame(image_format=mediapipe.ImageFormat.SRGB, data=np.load(image))
    graph.add_packet_to_input_stream("image", packet_creator.create_image_frame(frame).at(0))
    graph.add_packet_to_input_stream("drawing", packet_creator.create_proto(data).at(0))
    graph.close_all_packet_sources()
    graph.wait_until_done()
    np.save(out, drawn[0].numpy_view())


if __name__ == "__main__":
    main(*sys.argv[1:])
