"""Warn of a bad posture: how neck and torso lean, seen from the side."""

import math as m
import sys

import cv2
import mediapipe as mp
import numpy as np


def findDistance(x1, y1, x2, y2):
    return m.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)


def findAngle(x1, y1, x2, y2):
    theta = m.acos((y2 - y1) * (-y1) / (m.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2) * y1))
    return int(180 / m.pi) * theta


mp_pose = mp.solutions.pose
pose = mp_pose.Pose()
good, bad = 0, 0
green, red = (127, 255, 0), (50, 50, 255)
frames = []
cap = cv2.VideoCapture(sys.argv[1])
while cap.isOpened():
    success, image = cap.read()
    if not success:
        break
    h, w = image.shape[:2]
    keypoints = pose.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
    lm = keypoints.pose_landmarks
    lmPose = mp_pose.PoseLandmark
    if lm is None:
        print("nobody")
        continue
    l_shldr_x = int(lm.landmark[lmPose.LEFT_SHOULDER].x * w)
    l_shldr_y = int(lm.landmark[lmPose.LEFT_SHOULDER].y * h)
    r_shldr_x = int(lm.landmark[lmPose.RIGHT_SHOULDER].x * w)
    r_shldr_y = int(lm.landmark[lmPose.RIGHT_SHOULDER].y * h)
    l_ear_x = int(lm.landmark[lmPose.LEFT_EAR].x * w)
    l_ear_y = int(lm.landmark[lmPose.LEFT_EAR].y * h)
    l_hip_x = int(lm.landmark[lmPose.LEFT_HIP].x * w)
    l_hip_y = int(lm.landmark[lmPose.LEFT_HIP].y * h)
    offset = findDistance(l_shldr_x, l_shldr_y, r_shldr_x, r_shldr_y)
    neck = findAngle(l_shldr_x, l_shldr_y, l_ear_x, l_ear_y)
    torso = findAngle(l_hip_x, l_hip_y, l_shldr_x, l_shldr_y)
    fine = neck < 40 and torso < 10
    good, bad = (good + 1, 0) if fine else (0, bad + 1)
    color = green if fine else red
    print("aligned" if offset < 100 else "not aligned", f"{offset:.3f} neck {neck:.3f} torso {torso:.3f}", good, bad)
    cv2.circle(image, (l_shldr_x, l_shldr_y), 7, (0, 255, 255), -1)
    cv2.circle(image, (l_ear_x, l_ear_y), 7, (0, 255, 255), -1)
    cv2.line(image, (l_shldr_x, l_shldr_y), (l_ear_x, l_ear_y), color, 4)
    cv2.line(image, (l_hip_x, l_hip_y), (l_shldr_x, l_shldr_y), color, 4)
    cv2.putText(image, f"{int(neck)} {int(torso)}", (10, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.9, color, 2)
    frames.append(image)
np.savez(sys.argv[2], *frames)
