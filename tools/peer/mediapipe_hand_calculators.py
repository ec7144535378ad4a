"""Run MediaPipe's own calculators of the hand modules, each in a graph of its own, on random numbers.

    peer/bin/python mediapipe_hand_calculators.py OUT.npz

OUT.npz has the inputs (`points` [n, 21, 3], `rects` [n, 5]: centre, sides, rotation, `detections` [n, 4 + 4]: box and
two key points, `scores` [12]) and what each calculator makes of them: `unpadded` and `unpadded_detections` (the
padding is that of 640 x 360 pixels in a square), `turned` (world landmarks), `hand_rects` (of a picture of 640 x 360),
and for each of CLASSES, by the text of the options, rows of index and score.
"""

import sys

import mediapipe
import numpy as np
from google.protobuf import text_format
from mediapipe.framework import calculator_pb2
from mediapipe.framework.formats import detection_pb2, landmark_pb2, rect_pb2
from mediapipe.python import packet_creator, packet_getter

CLASSES = [
    "top_k: 3",
    "min_score_threshold: 0.6",
    "sort_by_descending_score: true ignore_classes: 0 ignore_classes: 5",
    "allow_classes: 7 allow_classes: 2 min_score_threshold: 0.1",
]
CLASSIFICATION = """
node {
  calculator: "ImageToTensorCalculator"
  input_stream: "IMAGE:image"
  output_stream: "TENSORS:tensors"
  options { [mediapipe.ImageToTensorCalculatorOptions.ext] { output_tensor_float_range { min: 0 max: 1 } } }
}
node {
  calculator: "TensorsToClassificationCalculator"
  input_stream: "TENSORS:tensors"
  output_stream: "CLASSIFICATIONS:out"
  options { [mediapipe.TensorsToClassificationCalculatorOptions.ext] { %s } }
}
"""
PADDING = """
node {
  calculator: "ImageToTensorCalculator"
  input_stream: "IMAGE:image"
  output_stream: "TENSORS:tensors"
  output_stream: "LETTERBOX_PADDING:padding"
  options { [mediapipe.ImageToTensorCalculatorOptions.ext] {
    output_tensor_width: 64 output_tensor_height: 64 keep_aspect_ratio: true
    output_tensor_float_range { min: 0 max: 1 }
  } }
}
"""
BLACK = np.zeros((360, 640, 3), np.uint8)


def run(nodes, times, pixels=BLACK, **streams):
    """What the stream `out` of some nodes carries, for streams of the same times; `image` is there too."""
    config = calculator_pb2.CalculatorGraphConfig()
    text_format.Parse(nodes, config)
    config.input_stream.extend(["image", *streams])
    config.output_stream.append("out")
    graph = mediapipe.CalculatorGraph(graph_config=config)
    found = []
    graph.observe_output_stream("out", lambda _, packet: found.append(packet))
    graph.start_run()
    picture = mediapipe.ImageFrame(image_format=mediapipe.ImageFormat.SRGB, data=pixels)
    for time in range(times):
        graph.add_packet_to_input_stream("image", packet_creator.create_image_frame(picture).at(time))
        for name, packets in streams.items():
            graph.add_packet_to_input_stream(name, packets[time].at(time))
    graph.close_all_packet_sources()
    graph.wait_until_done()
    return found


def node(calculator, inputs, output):
    lines = "".join(f'input_stream: "{port}" ' for port in inputs)
    return f'node {{ calculator: "{calculator}" {lines} output_stream: "{output}" }}\n'


def landmarks(kind, points):
    message = kind()
    for x, y, z in points.tolist():
        message.landmark.add(x=x, y=y, z=z)
    return packet_creator.create_proto(message)


def rect(values):
    x, y, width, height, rotation = values.tolist()
    message = rect_pb2.NormalizedRect(x_center=x, y_center=y, width=width, height=height, rotation=rotation)
    return packet_creator.create_proto(message)


def detection(values):
    xmin, ymin, width, height, *keypoints = values.tolist()
    message = detection_pb2.Detection(score=[1.0], label_id=[0])
    location = message.location_data
    location.format = 2
    box = location.relative_bounding_box
    box.xmin, box.ymin, box.width, box.height = xmin, ymin, width, height
    for x, y in zip(keypoints[::2], keypoints[1::2], strict=True):
        location.relative_keypoints.add(x=x, y=y)
    return packet_creator.create_proto(message)


def points_of(packets):
    return np.array([[(p.x, p.y, p.z) for p in packet_getter.get_proto(one).landmark] for one in packets], np.float32)


def rects_of(packets):
    rects = map(packet_getter.get_proto, packets)
    return np.array([(r.x_center, r.y_center, r.width, r.height, r.rotation) for r in rects], np.float32)


def detections_of(packets):
    found = []
    for packet in packets:
        (one,) = packet_getter.get_proto_list(packet)
        box = one.location_data.relative_bounding_box
        keypoints = [value for point in one.location_data.relative_keypoints for value in (point.x, point.y)]
        found.append((box.xmin, box.ymin, box.width, box.height, *keypoints))
    return np.array(found, np.float32)


def classes_of(packets):
    (packet,) = packets
    return np.array([(c.index, c.score) for c in packet_getter.get_proto(packet).classification], np.float32)


def main(out):
    random = np.random.default_rng(1)
    n = 12
    points = random.uniform(-0.2, 1.2, (n, 21, 3)).astype(np.float32)
    rects = random.uniform(0.1, 0.9, (n, 5)).astype(np.float32)
    rects[:, 4] = random.uniform(-3, 3, n)
    detections = random.uniform(0, 1, (n, 8)).astype(np.float32)
    norm = [landmarks(landmark_pb2.NormalizedLandmarkList, hand) for hand in points]
    world = [landmarks(landmark_pb2.LandmarkList, hand) for hand in points]
    found = [detection(one) for one in detections]
    regions = [rect(one) for one in rects]
    unpad = PADDING + node(
        "LandmarkLetterboxRemovalCalculator", ["LANDMARKS:landmarks", "LETTERBOX_PADDING:padding"], "LANDMARKS:out"
    )
    listed = node("MergeDetectionsToVectorCalculator", ["detection"], "detections")
    unpad_detections = (PADDING + listed) + node(
        "DetectionLetterboxRemovalCalculator", ["DETECTIONS:detections", "LETTERBOX_PADDING:padding"], "DETECTIONS:out"
    )
    turn = node("WorldLandmarkProjectionCalculator", ["LANDMARKS:landmarks", "NORM_RECT:rect"], "LANDMARKS:out")
    size = node("ImagePropertiesCalculator", ["IMAGE:image"], "SIZE:size")
    around = size + node(
        "HandLandmarksToRectCalculator", ["NORM_LANDMARKS:landmarks", "IMAGE_SIZE:size"], "NORM_RECT:out"
    )
    levels = random.permutation(256)[:12].astype(np.uint8).reshape(1, 4, 3)
    np.savez_compressed(
        out,
        scores=(levels.ravel() * (np.float32(1) / np.float32(255))).astype(np.float32),
        **{f"classes {text}": classes_of(run(CLASSIFICATION % text, 1, levels)) for text in CLASSES},
        points=points,
        rects=rects,
        detections=detections,
        unpadded=points_of(run(unpad, n, landmarks=norm)),
        unpadded_detections=detections_of(run(unpad_detections, n, detection=found)),
        turned=points_of(run(turn, n, landmarks=world, rect=regions)),
        hand_rects=rects_of(run(around, n, landmarks=norm)),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
