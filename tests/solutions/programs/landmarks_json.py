"""Hands and faces of a picture as JSON."""

import json
import sys

import cv2
import mediapipe as mp
import numpy as np
from google.protobuf.json_format import MessageToDict, MessageToJson, ParseDict
from mediapipe.framework.formats import classification_pb2, detection_pb2, landmark_pb2

image = cv2.imread(sys.argv[1])
rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
with mp.solutions.hands.Hands(static_image_mode=True) as hands:
    found = hands.process(rgb)
with mp.solutions.face_detection.FaceDetection(model_selection=0) as detector:
    faces = detector.process(rgb)

document = {"hands": [], "faces": []}
for landmarks, handedness in zip(found.multi_hand_landmarks or [], found.multi_handedness or []):
    assert isinstance(handedness, classification_pb2.ClassificationList)
    side = MessageToDict(handedness)["classification"][0]
    points = MessageToDict(landmarks)
    document["hands"].append({"label": side["label"], "score": round(side["score"], 4), **points})
for face in faces.detections or []:
    assert isinstance(face, detection_pb2.Detection)
    document["faces"].append(MessageToDict(face, preserving_proto_field_name=True))
for hand in document["hands"]:
    print(hand["label"], hand["score"], sorted(hand["landmark"][0]), json.dumps(hand["landmark"][8], sort_keys=True))
for face in document["faces"]:
    print(json.dumps(face, sort_keys=True))

text = json.dumps(document)
for hand in json.loads(text)["hands"]:
    message = ParseDict({"landmark": hand["landmark"]}, landmark_pb2.NormalizedLandmarkList())
    copy = landmark_pb2.NormalizedLandmarkList.FromString(message.SerializeToString())
    print("read back:", len(copy.landmark), copy == message, len(MessageToJson(copy.landmark[0]).splitlines()))
    mp.solutions.drawing_utils.draw_landmarks(image, copy, mp.solutions.hands.HAND_CONNECTIONS)
np.savez(sys.argv[2], image)
