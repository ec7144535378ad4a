"""Draw the upper body alone, and only what is seen well."""

import sys

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.framework.formats import landmark_pb2

mp_pose = mp.solutions.pose
mp_drawing = mp.solutions.drawing_utils
UPPER = [lm for lm in mp_pose.PoseLandmark if 11 <= lm <= 24]
LINES = frozenset((a - 11, b - 11) for a, b in mp_pose.POSE_CONNECTIONS if 11 <= a <= 24 and 11 <= b <= 24)

frames = []
cap = cv2.VideoCapture(sys.argv[1])
with mp_pose.Pose(smooth_landmarks=False) as pose:
    while True:
        ok, frame = cap.read()
        if not ok:
            break
        results = pose.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        if results.pose_landmarks is None:
            continue
        nose = results.pose_landmarks.landmark[0]
        print("visibility", nose.HasField("visibility"), "presence", nose.HasField("presence"), len(nose.ListFields()))
        upper = landmark_pb2.NormalizedLandmarkList()
        for part in UPPER:
            landmark = upper.landmark.add()
            landmark.CopyFrom(results.pose_landmarks.landmark[part])
            if landmark.visibility < 0.6:
                landmark.visibility = 0.0
                print(part.name, "is hidden")
        mp_drawing.draw_landmarks(frame, upper, LINES)
        arms = landmark_pb2.NormalizedLandmarkList(
            landmark=[landmark_pb2.NormalizedLandmark(x=p.x, y=p.y - 0.05, z=p.z) for p in upper.landmark[2:6]]
        )
        mp_drawing.draw_landmarks(frame, arms, [(0, 2), (1, 3)], mp_drawing.DrawingSpec(color=mp_drawing.BLUE_COLOR))
        both = landmark_pb2.NormalizedLandmarkList()
        both.landmark.extend([*upper.landmark, *arms.landmark])
        print(len(both.landmark), len(arms.landmark[0].ListFields()), f"{sum(p.visibility for p in both.landmark):.4f}")
        for p in arms.landmark:
            print(f"{p.x * frame.shape[1]:.4f} {p.y * frame.shape[0]:.4f}", end=" ")
        print()
        frames.append(frame)
np.savez(sys.argv[2], *frames)
