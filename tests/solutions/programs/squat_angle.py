"""The angle of hip and knee in metres, from world landmarks, in each picture on its own."""

import sys

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.python.solutions.pose import PoseLandmark

mp_pose = mp.solutions.pose
mp_drawing = mp.solutions.drawing_utils
mp_styles = mp.solutions.drawing_styles


def point(landmarks, name):
    landmark = landmarks.landmark[PoseLandmark[name]]
    return np.array([landmark.x, landmark.y, landmark.z])


def angle_3d(a, b, c):
    u, v = a - b, c - b
    return np.degrees(np.arccos(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v))))


pose = mp_pose.Pose(static_image_mode=True, model_complexity=1, min_detection_confidence=0.5)
frames = []
video = cv2.VideoCapture(sys.argv[1])
while True:
    grabbed, frame = video.read()
    if not grabbed:
        break
    results = pose.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
    if not results.pose_world_landmarks:
        print("nobody")
        continue
    world = results.pose_world_landmarks
    for side in ("LEFT", "RIGHT"):
        knee = angle_3d(point(world, side + "_HIP"), point(world, side + "_KNEE"), point(world, side + "_ANKLE"))
        hip = angle_3d(point(world, side + "_SHOULDER"), point(world, side + "_HIP"), point(world, side + "_KNEE"))
        print(f"{side.lower()}: knee {knee:.3f} hip {hip:.3f}", "deep" if knee < 90 else "high")
    nose = results.pose_landmarks.landmark[PoseLandmark.NOSE]
    print(f"nose: ({nose.x * frame.shape[1]:.4f}, {nose.y * frame.shape[0]:.4f})")
    annotated = frame.copy()
    mp_drawing.draw_landmarks(
        annotated,
        results.pose_landmarks,
        mp_pose.POSE_CONNECTIONS,
        landmark_drawing_spec=mp_styles.get_default_pose_landmarks_style(),
    )
    frames.append(annotated)
pose.close()
np.savez(sys.argv[2], *frames)
