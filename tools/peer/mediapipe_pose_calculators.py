"""Run MediaPipe's own calculators of the pose module, one at a time, on made-up input.

    peer/bin/python mediapipe_pose_calculators.py OUT.npz

OUT.npz has what each was given and what it gave, under `calculator.port`.
"""

import sys

import mediapipe
import numpy as np
from mediapipe.framework.formats import detection_pb2, landmark_pb2
from mediapipe.python import packet_creator, packet_getter

SIZE = (640, 360)
LANDMARKS = ("x", "y", "z", "visibility", "presence")
RANDOM = np.random.default_rng(10)
STEP = 33_333


def run(nodes, inputs, outputs):
    """What a graph sends on each output stream, from one packet on each input at each of the times."""
    streams = [f'input_stream: "{name}"' for name in inputs] + [f'output_stream: "{name}"' for name in outputs]
    graph = mediapipe.CalculatorGraph(graph_config="\n".join(streams) + nodes)
    found = {name: [] for name in outputs}
    for name, get in outputs.items():
        graph.observe_output_stream(name, lambda name, packet, get=get: found[name].append(get(packet)))
    graph.start_run()
    for index, values in enumerate(zip(*inputs.values(), strict=True)):
        for name, packet in zip(inputs, values, strict=True):
            if packet is not None:
                graph.add_packet_to_input_stream(name, packet.at(index * STEP))
        graph.wait_until_idle()
    graph.close()
    return found


def node(name, options="", **ports):
    """One node as text; `in_` and `out_` before a tag in small letters say which side it is on."""
    lines = []
    for key, stream in ports.items():
        side, tag = key.split("_", 1)
        lines.append(f'{side}put_stream: "{tag.upper()}:{stream}"')
    text = f"options {{ [mediapipe.{options} }}" if options else ""
    return f'node {{ calculator: "{name}Calculator" {" ".join(lines)} {text} }}\n'


def picture(width, height):
    return packet_creator.create_image_frame(
        np.zeros((height, width, 3), np.uint8), image_format=mediapipe.ImageFormat.SRGB
    )


def as_image(mask):
    return packet_creator.create_image(mask, image_format=mediapipe.ImageFormat.VEC32F1)


def get_mask(packet):
    return packet_getter.get_image(packet).numpy_view().copy()


def landmark_list(kind, rows, fields=LANDMARKS):
    message = kind()
    for row in rows.tolist():
        message.landmark.add(**dict(zip(fields, row, strict=True)))
    return packet_creator.create_proto(message)


def get_rows(packet):
    return [[getattr(point, name) for name in LANDMARKS] for point in packet_getter.get_proto(packet).landmark]


def alignment_points_rects():
    points = RANDOM.uniform(-0.5, 1.5, (40, 2, 2)).astype(np.float32)
    detections = []
    for start, end in points.tolist():
        message = detection_pb2.Detection(score=[1.0])
        message.location_data.format = 2  # RELATIVE_BOUNDING_BOX
        for x, y in (start, end):
            message.location_data.relative_keypoints.add(x=x, y=y)
        detections.append(packet_creator.create_proto(message))
    options = (
        "DetectionsToRectsCalculatorOptions.ext] { rotation_vector_start_keypoint_index: 0"
        " rotation_vector_end_keypoint_index: 1 rotation_vector_target_angle_degrees: 90 }"
    )
    nodes = node("ImageProperties", in_image="picture", out_size="size") + node(
        "AlignmentPointsRects", options, in_detection="detection", in_image_size="size", out_norm_rect="rect"
    )
    inputs = {"picture": [picture(*SIZE)] * len(points), "detection": detections}
    found = run(nodes, inputs, {"rect": packet_getter.get_proto})["rect"]
    fields = ("x_center", "y_center", "width", "height", "rotation")
    rects = [[getattr(rect, field) for field in fields] for rect in found]
    return {"keypoints": points, "norm_rect": np.array(rects, np.float32)}


def refine_landmarks_from_heatmap():
    heatmaps = RANDOM.normal(-3, 4, (24, 12, 10)).astype(np.float32)
    heatmaps[::3] -= 12
    points = RANDOM.uniform(-0.2, 1.2, (24, 5)).astype(np.float32)
    found = {}
    for kernel in (7, 9):
        options = (
            f"RefineLandmarksFromHeatmapCalculatorOptions.ext] {{ kernel_size: {kernel} min_confidence_to_refine: 0.6"
            " refine_presence: true refine_visibility: true }"
        )
        nodes = node(
            "TensorConverter", "TensorConverterCalculatorOptions.ext] { row_major_matrix: true }",
            in_matrix="matrix", out_tensors="tensors",
        ) + node(
            "RefineLandmarksFromHeatmap", options,
            in_norm_landmarks="landmarks", in_tensors="tensors", out_norm_landmarks="refined",
        )  # fmt: skip
        inputs = {
            "matrix": [packet_creator.create_matrix(one) for one in heatmaps],
            "landmarks": [landmark_list(landmark_pb2.NormalizedLandmarkList, point[None]) for point in points],
        }
        found[f"kernel{kernel}"] = np.array(run(nodes, inputs, {"refined": get_rows})["refined"], np.float32)[:, 0]
    return {"heatmaps": heatmaps, "landmarks": points, **found}


def visibility_smoothing():
    rows = RANDOM.uniform(0, 1, (12, 4, 5)).astype(np.float32)
    options = "VisibilitySmoothingCalculatorOptions.ext] { low_pass_filter { alpha: 0.1 } }"
    nodes = node("VisibilitySmoothing", options, in_landmarks="points", out_filtered_landmarks="smoothed")
    packets = [None if index == 7 else landmark_list(landmark_pb2.LandmarkList, one) for index, one in enumerate(rows)]
    found = run(nodes, {"points": packets}, {"smoothed": get_rows})["smoothed"]
    return {"landmarks": rows, "filtered_landmarks": np.array(found, np.float32)}


def visibility_copy():
    source, target = RANDOM.uniform(0, 1, (2, 4, 5)).astype(np.float32)
    nodes = node(
        "VisibilityCopy", in_norm_landmarks_from="source", in_landmarks_to="target", out_landmarks_to="changed"
    )
    inputs = {
        "source": [landmark_list(landmark_pb2.NormalizedLandmarkList, source)],
        "target": [landmark_list(landmark_pb2.LandmarkList, np.vstack([target, target[:1]]))],
    }
    (found,) = run(nodes, inputs, {"changed": get_rows})["changed"]
    return {"source": source, "target": target, "landmarks_to": np.array(found, np.float32)}


def warp_affine():
    """Through ImageToTensor, which makes the matrices, and InverseMatrix."""
    from mediapipe.framework.formats import rect_pb2

    mask = RANDOM.uniform(0, 1, (16, 16)).astype(np.float32)
    rects = RANDOM.uniform([0.3, 0.3, 0.2, 0.2, -3], [0.7, 0.7, 1.2, 1.2, 3], (4, 5)).astype(np.float32)
    fields = ("x_center", "y_center", "width", "height", "rotation")
    packets = [
        packet_creator.create_proto(rect_pb2.NormalizedRect(**dict(zip(fields, rect, strict=True))))
        for rect in rects.tolist()
    ]
    to_tensor = (
        "ImageToTensorCalculatorOptions.ext] { output_tensor_width: 16 output_tensor_height: 16"
        " output_tensor_float_range { min: 0 max: 1 } }"
    )
    nodes = (
        node("ImageProperties", in_image="picture", out_size="size")
        + node("ImageToTensor", to_tensor, in_image="picture", in_norm_rect="rect",
               out_tensors="tensors", out_matrix="there")
        + node("InverseMatrix", in_matrix="there", out_matrix="back")
    )  # fmt: skip
    outputs = {"zero": "border_mode: BORDER_ZERO", "cubic": "interpolation: INTER_CUBIC"}
    for name, options in outputs.items():
        options = f"WarpAffineCalculatorOptions.ext] {{ {options} }}"
        nodes += node("WarpAffine", options, in_image="mask", in_matrix="back", in_output_size="size", out_image=name)
    size = (24, 18)
    inputs = {"picture": [picture(*size)] * len(rects), "rect": packets, "mask": [as_image(mask)] * len(rects)}
    found = run(nodes, inputs, dict.fromkeys(outputs, get_mask))
    return {"mask": mask, "norm_rects": rects, "size": size} | found


def segmentation_smoothing():
    mask, before = RANDOM.uniform(0, 1, (2, 9, 13)).astype(np.float32)
    options = "SegmentationSmoothingCalculatorOptions.ext] { combine_with_previous_ratio: 0.7 }"
    nodes = node(
        "SegmentationSmoothing", options, in_mask="mask", in_mask_previous="before", out_mask_smoothed="smoothed"
    )
    inputs = {"mask": [as_image(mask)], "before": [as_image(before)]}
    (found,) = run(nodes, inputs, {"smoothed": get_mask})["smoothed"]
    return {"mask": mask, "mask_previous": before, "mask_smoothed": found}


def main(out):
    recorded = {}
    for calculator in (
        alignment_points_rects, refine_landmarks_from_heatmap, visibility_smoothing, visibility_copy, warp_affine,
        segmentation_smoothing,
    ):  # fmt: skip
        for name, value in calculator().items():
            recorded[f"{calculator.__name__}.{name}"] = np.asarray(value)
    np.savez_compressed(out, **recorded)
    print({name: value.shape for name, value in recorded.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
