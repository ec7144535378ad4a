"""Results are real messages, equal to those that are filled field by field."""

from __future__ import annotations

import pickle
from typing import Any

import numpy
import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import given
from hypothesis import strategies as st

from graphflow import Landmarks
from graphflow.calculators.types import Classification, Detection, NormRect, PixelLandmarks
from graphflow.solutions.formats import (
    classification_pb2,
    detection_pb2,
    landmark_pb2,
    location_data_pb2,
    rect_pb2,
)
from graphflow.solutions.results import as_message

FLOATS = st.floats(-10, 10, width=32)


@given(
    st.lists(st.tuples(FLOATS, FLOATS, FLOATS), max_size=5),
    st.booleans(),
    st.booleans(),
    st.sampled_from([(Landmarks, landmark_pb2.NormalizedLandmarkList), (PixelLandmarks, landmark_pb2.LandmarkList)]),
)
def test_landmarks_become_what_fields_would_give(
    points: list[Any], visible: bool, present: bool, kinds: tuple[Any, Any]
) -> None:
    scores = numpy.linspace(0, 1, len(points), dtype=numpy.float32)
    array = numpy.array(points, numpy.float32).reshape(-1, 3)
    ours, theirs = kinds
    message = as_message(ours(array, scores if visible else None, scores[::-1] if present else None))
    expected = theirs()
    for number, (x, y, z) in enumerate(array.tolist()):
        one = expected.landmark.add(x=x, y=y, z=z)
        if visible:
            one.visibility = scores[number]
        if present:
            one.presence = scores[::-1][number]
    assert message == expected
    assert all(
        one.HasField("visibility") == visible and one.HasField("presence") == present for one in message.landmark
    )


def test_detections_classes_and_rectangles() -> None:
    keypoints = numpy.array([[0.5, 0.25], [1, 0]], numpy.float32)
    detection = as_message([Detection(0.75, 2, 0.125, 0.25, 0.5, 0.375, keypoints)])[0]
    assert isinstance(detection, detection_pb2.Detection)
    assert (list(detection.label_id), list(detection.score)) == ([2], [0.75])
    place = detection.location_data
    assert place.format == location_data_pb2.LocationData.RELATIVE_BOUNDING_BOX
    box = place.relative_bounding_box
    assert (box.xmin, box.ymin, box.width, box.height) == (0.125, 0.25, 0.5, 0.375)
    assert [(point.x, point.y) for point in place.relative_keypoints] == [(0.5, 0.25), (1, 0)]
    (classes,) = as_message([[Classification(1, 0.5, "Right")]])
    assert isinstance(classes, classification_pb2.ClassificationList)
    assert MessageToDict(classes) == {"classification": [{"index": 1, "score": 0.5, "label": "Right"}]}
    rect = as_message(NormRect(0.5, 0.25, 1, 2, 0.125))
    assert rect == rect_pb2.NormalizedRect(x_center=0.5, y_center=0.25, width=1, height=2, rotation=0.125)


def test_messages_are_copied_and_pickled() -> None:
    message = as_message(Landmarks(numpy.ones((2, 3), numpy.float32)))
    again = pickle.loads(pickle.dumps(message))
    assert again == message
    other = landmark_pb2.NormalizedLandmarkList()
    other.CopyFrom(message)
    other.landmark.extend([landmark_pb2.NormalizedLandmark(x=0.5)])
    assert len(other.landmark) == len(message.landmark) + 1


@pytest.mark.parametrize("value", [None, 3, "text", numpy.ones((2, 2), numpy.float32), []])
def test_other_payloads_stay_what_they_are(value: Any) -> None:
    assert as_message(value) is value or as_message(value) == value == []


def test_a_detection_with_a_name_has_it_in_place_of_its_number() -> None:
    points = numpy.zeros((0, 2), numpy.float32)
    message = as_message(Detection(0.5, 7, 0, 0, 1, 1, points, label="shoe", detection_id=3))
    assert (list(message.label), list(message.label_id), message.detection_id) == (["shoe"], [], 3)
