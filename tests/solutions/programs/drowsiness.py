"""Blinks and drowsiness by the aspect ratio of the eyes."""

import sys

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.python.solutions.drawing_utils import _normalized_to_pixel_coordinates as denormalize_coordinates

RIGHT_EYE = [33, 160, 158, 133, 153, 144]
LEFT_EYE = [362, 385, 387, 263, 373, 380]


def distance(point_1, point_2):
    return sum((i - j) ** 2 for i, j in zip(point_1, point_2)) ** 0.5


def get_ear(landmarks, indices, width, height):
    points = []
    for i in indices:
        lm = landmarks[i]
        points.append(denormalize_coordinates(lm.x, lm.y, width, height))
    ear = (distance(points[1], points[5]) + distance(points[2], points[4])) / (2.0 * distance(points[0], points[3]))
    return ear, points


face_mesh = mp.solutions.face_mesh.FaceMesh(
    max_num_faces=1, refine_landmarks=True, min_detection_confidence=0.5, min_tracking_confidence=0.5
)
drawing = mp.solutions.drawing_utils
closed, blinks = 0, 0
frames = []
cap = cv2.VideoCapture(sys.argv[1])
while cap.isOpened():
    ok, frame = cap.read()
    if not ok:
        break
    frame = np.ascontiguousarray(frame)
    height, width, _ = frame.shape
    results = face_mesh.process(frame[..., ::-1])
    if results.multi_face_landmarks:
        landmarks = results.multi_face_landmarks[0].landmark
        left, left_points = get_ear(landmarks, LEFT_EYE, width, height)
        right, right_points = get_ear(landmarks, RIGHT_EYE, width, height)
        ear = (left + right) / 2
        if ear < 0.22:
            closed += 1
        else:
            blinks += closed > 0
            closed = 0
        print(f"EAR {ear:.5f} blinks {blinks}", "DROWSY" if closed > 5 else "awake")
        for x, y in left_points + right_points:
            cv2.circle(frame, (x, y), 2, drawing.GREEN_COLOR, -1)
    frame = cv2.flip(frame, 1)
    cv2.putText(frame, f"blinks: {blinks}", (1, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.8, drawing.RED_COLOR, 2)
    frames.append(frame)
face_mesh.close()
np.savez(sys.argv[2], *frames)
