"""Landmarks of face, body and hands as rows of CSV, to train a reader of body language."""

import csv
import io
import sys

import cv2
import mediapipe as mp
import numpy as np

mp_drawing = mp.solutions.drawing_utils
mp_drawing_styles = mp.solutions.drawing_styles
mp_holistic = mp.solutions.holistic


def flat(result, count):
    if result is None:
        return np.zeros(count * 4)
    return np.array([[p.x, p.y, p.z, p.visibility] for p in result.landmark]).flatten()


table = io.StringIO()
writer = csv.writer(table)
frames = []
cap = cv2.VideoCapture(sys.argv[1])
with mp_holistic.Holistic(min_detection_confidence=0.5, min_tracking_confidence=0.5) as holistic:
    while cap.isOpened():
        ret, frame = cap.read()
        if not ret:
            break
        image = cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
        results = holistic.process(image)
        image = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        spec = mp_drawing.DrawingSpec(color=(80, 110, 10), thickness=1, circle_radius=1)
        mp_drawing.draw_landmarks(image, results.face_landmarks, mp_holistic.FACEMESH_CONTOURS, spec, spec)
        mp_drawing.draw_landmarks(
            image,
            results.pose_landmarks,
            mp_holistic.POSE_CONNECTIONS,
            mp_drawing_styles.get_default_pose_landmarks_style(),
        )
        mp_drawing.draw_landmarks(image, results.left_hand_landmarks, mp_holistic.HAND_CONNECTIONS)
        mp_drawing.draw_landmarks(image, results.right_hand_landmarks, mp_holistic.HAND_CONNECTIONS)
        parts = (
            flat(results.pose_landmarks, 33),
            flat(results.face_landmarks, 468),
            flat(results.left_hand_landmarks, 21),
            flat(results.right_hand_landmarks, 21),
        )
        row = np.concatenate(parts)
        writer.writerow(["wave", *row])
        print(len(row), *(f"{part[::4].mean() * 640:.4f} {part[1::4].mean() * 480:.4f}" for part in parts))
        frames.append(image)
print("rows:", len(table.getvalue().splitlines()))
np.savez(sys.argv[2], *frames)
