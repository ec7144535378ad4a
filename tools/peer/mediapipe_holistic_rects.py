"""Ask MediaPipe's own calculators of the holistic module for rectangles: RoiTracking and HandDetectionsFromPoseToRects.

    peer/bin/python mediapipe_holistic_rects.py OUT.npz

OUT.npz has random input and what comes of it: `hands` [cases, 3, 2], the points of a hand, with `hand_rects`
[cases, 5], each x, y, width, height and rotation; `landmarks` [cases, 21, 3], `previous` and `recrop` [cases, 5], with
`kept`, one row for each of REQUIREMENTS (named in `requirements`): whether the previous rectangle was taken. Images
have 640 x 360 pixels.
"""

import sys

import mediapipe
import numpy as np
from mediapipe.framework.formats import detection_pb2, landmark_pb2, location_data_pb2, rect_pb2
from mediapipe.modules.holistic_landmark.calculators import roi_tracking_calculator_pb2  # noqa: F401  (for its options)
from mediapipe.python import packet_creator, packet_getter

REQUIREMENTS = [
    "rect_requirements { rotation_degrees: 40.0 translation: 0.2 scale: 0.4 }",
    "rect_requirements { }",
    "landmarks_requirements { recrop_rect_margin: -0.1 }",
    "landmarks_requirements { }",
    "iou_requirements { min_iou: 0.6 }",
    "rect_requirements { rotation_degrees: 15.0 translation: 0.1 scale: 0.3 } "
    "landmarks_requirements { recrop_rect_margin: -0.2 }",
]
SIZE = (640, 360)


GRAPH = """
input_stream: "image"
{inputs}
output_stream: "found"
node {{ calculator: "ImagePropertiesCalculator" input_stream: "IMAGE:image" output_stream: "SIZE:image_size" }}
node {{
  calculator: "{calculator}"
  {ports}
  input_stream: "IMAGE_SIZE:image_size"
  output_stream: "{output}:found"
  {options}
}}
"""


def run(calculator, inputs, output, options=""):
    """The rectangle that a calculator sends for each time; `inputs` maps its tags to lists of messages."""
    text = GRAPH.format(
        calculator=calculator,
        inputs="\n".join(f'input_stream: "{tag.lower()}"' for tag in inputs),
        ports="\n".join(f'input_stream: "{tag}:{tag.lower()}"' for tag in inputs),
        output=output,
        options=options,
    )
    graph = mediapipe.CalculatorGraph(graph_config=text)
    found = []
    graph.observe_output_stream("found", lambda _, packet: found.append(packet_getter.get_proto(packet)))
    graph.start_run()
    pixels = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    picture = mediapipe.ImageFrame(image_format=mediapipe.ImageFormat.SRGB, data=pixels)
    for time in range(len(next(iter(inputs.values())))):
        graph.add_packet_to_input_stream("image", packet_creator.create_image_frame(picture).at(time))
        for tag, messages in inputs.items():
            graph.add_packet_to_input_stream(tag.lower(), packet_creator.create_proto(messages[time]).at(time))
    graph.close_all_packet_sources()
    graph.wait_until_done()
    return np.array([(r.x_center, r.y_center, r.width, r.height, r.rotation) for r in found], np.float32)


def rect(values):
    x, y, width, height, rotation = map(float, values)
    return rect_pb2.NormalizedRect(x_center=x, y_center=y, width=width, height=height, rotation=rotation)


def hand(points):
    message = detection_pb2.Detection()
    message.location_data.format = location_data_pb2.LocationData.RELATIVE_BOUNDING_BOX
    for x, y in points.tolist():
        message.location_data.relative_keypoints.add(x=x, y=y)
    return message


def landmarks(points):
    message = landmark_pb2.NormalizedLandmarkList()
    for x, y, z in points.tolist():
        message.landmark.add(x=x, y=y, z=z)
    return message


def main(out, cases=400):
    random = np.random.default_rng(1)
    hands = random.uniform(-0.1, 1.1, (cases, 3, 2)).astype(np.float32)
    inputs = {"DETECTION": [hand(points) for points in hands]}
    hand_rects = run("HandDetectionsFromPoseToRectsCalculator", inputs, "NORM_RECT")
    recrop = np.column_stack(
        [
            random.uniform(0.2, 0.8, (cases, 2)),
            random.uniform(0.1, 0.4, (cases, 2)),
            random.uniform(-np.pi, np.pi, cases),
        ]
    )
    near = random.normal(0, 1, (cases, 5)) * (0.02, 0.02, 0.04, 0.04, 0.3)
    near *= random.choice([0.2, 1, 1.5], (cases, 1))
    previous = recrop + near
    previous[:, 4] = (previous[:, 4] + np.pi) % (2 * np.pi) - np.pi
    spread = random.choice([0.05, 0.15, 0.3], (cases, 1, 1))
    inside = recrop[:, None, :2] + recrop[:, None, 2:4] * random.uniform(-1, 1, (cases, 21, 2)) * spread
    points = np.concatenate([inside, np.zeros((cases, 21, 1))], axis=2).astype(np.float32)
    recrop, previous = recrop.astype(np.float32), previous.astype(np.float32)
    inputs = {
        "PREV_LANDMARKS": [landmarks(each) for each in points],
        "PREV_LANDMARKS_RECT": [rect(each) for each in previous],
        "RECROP_RECT": [rect(each) for each in recrop],
    }
    kept = []
    for text in REQUIREMENTS:
        options = f"options {{ [mediapipe.RoiTrackingCalculatorOptions.ext] {{ {text} }} }}"
        found = run("RoiTrackingCalculator", inputs, "TRACKING_RECT", options)
        kept.append((found == previous).all(axis=1))
        print(f"{text}: {kept[-1].sum()} of {cases} kept")
    names = np.array(REQUIREMENTS)
    given = {"landmarks": points, "previous": previous, "recrop": recrop, "kept": kept, "requirements": names}
    np.savez_compressed(out, hands=hands, hand_rects=hand_rects, **given)


if __name__ == "__main__":
    main(*sys.argv[1:])
