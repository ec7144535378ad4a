"""Smooth landmarks with MediaPipe's own LandmarksSmoothingCalculator.

    peer/bin/python mediapipe_smoothing.py OUT.npz

OUT.npz has the input (`times` in microseconds, `points` [times, points, 3], relative to a picture of 640 x 360) and
what each of the filters in FILTERS makes of it, by the filter's text.
"""

import sys

import mediapipe
import numpy as np
from mediapipe.framework.formats import landmark_pb2
from mediapipe.python import packet_creator, packet_getter

FILTERS = [
    "one_euro_filter { min_cutoff: 0.05 beta: 80.0 derivate_cutoff: 1.0 }",
    "one_euro_filter { }",
    "one_euro_filter { min_cutoff: 0.1 beta: 40.0 disable_value_scaling: true }",
    "velocity_filter { window_size: 5 velocity_scale: 20.0 }",
    "velocity_filter { window_size: 3 disable_value_scaling: true }",
]
GRAPH = """
input_stream: "image"
input_stream: "landmarks"
output_stream: "smoothed"
node { calculator: "ImagePropertiesCalculator" input_stream: "IMAGE:image" output_stream: "SIZE:size" }
node {
  calculator: "LandmarksSmoothingCalculator"
  input_stream: "NORM_LANDMARKS:landmarks"
  input_stream: "IMAGE_SIZE:size"
  output_stream: "NORM_FILTERED_LANDMARKS:smoothed"
  options { [mediapipe.LandmarksSmoothingCalculatorOptions.ext] { %s } }
}
"""


def smooth(text, times, points):
    graph = mediapipe.CalculatorGraph(graph_config=GRAPH % text)
    found = []
    graph.observe_output_stream("smoothed", lambda _, packet: found.append(packet_getter.get_proto(packet)))
    graph.start_run()
    picture = mediapipe.ImageFrame(image_format=mediapipe.ImageFormat.SRGB, data=np.zeros((360, 640, 3), np.uint8))
    for time, face in zip(times.tolist(), points.tolist(), strict=True):
        message = landmark_pb2.NormalizedLandmarkList()
        for x, y, z in face:
            message.landmark.add(x=x, y=y, z=z)
        graph.add_packet_to_input_stream("image", packet_creator.create_image_frame(picture).at(time))
        graph.add_packet_to_input_stream("landmarks", packet_creator.create_proto(message).at(time))
        graph.wait_until_idle()
    graph.close_all_packet_sources()
    graph.wait_until_done()
    return np.array([[(p.x, p.y, p.z) for p in face.landmark] for face in found], np.float32)


def main(out):
    random = np.random.default_rng(1)
    times = np.concatenate([[0], np.cumsum(random.integers(5_000, 60_000, 15))])
    steps = 0.01 * np.cumsum(random.standard_normal((16, 5, 3)), axis=0)
    points = (random.random((5, 3)) + steps).astype(np.float32)
    smoothed = {f"filter {text}": smooth(text, times, points) for text in FILTERS}
    np.savez_compressed(out, times=times, points=points, **smoothed)


if __name__ == "__main__":
    main(*sys.argv[1:])
