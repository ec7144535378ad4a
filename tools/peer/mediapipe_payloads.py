"""MediaPipe's payloads as arrays, and made of arrays, for mediapipe_calculators.py; kinds.py does that for ours."""

import mediapipe
import numpy as np
from mediapipe.framework.formats import classification_pb2, detection_pb2, landmark_pb2, location_data_pb2, rect_pb2
from mediapipe.modules.objectron.calculators import annotation_data_pb2
from mediapipe.python import packet_creator, packet_getter

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
    score = message.score[0] if message.score else 1.0
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
