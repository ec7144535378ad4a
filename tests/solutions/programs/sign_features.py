"""Features of hand signs as CSV: points relative to the wrist, scaled to one, as a classifier is trained on."""

import copy
import csv
import itertools
import sys

import cv2
import mediapipe as mp
import numpy as np


def landmark_list(image, landmarks):
    width, height = image.shape[1], image.shape[0]
    return [[min(int(p.x * width), width - 1), min(int(p.y * height), height - 1)] for p in landmarks.landmark]


def pre_process(points):
    points = copy.deepcopy(points)
    base_x, base_y = points[0]
    for point in points:
        point[0] -= base_x
        point[1] -= base_y
    flat = list(itertools.chain.from_iterable(points))
    largest = max(map(abs, flat))
    return [round(value / largest, 5) for value in flat]


mp_hands = mp.solutions.hands
hands = mp_hands.Hands(static_image_mode=True, max_num_hands=2, min_detection_confidence=0.7)
image = cv2.imread(sys.argv[1])
results = hands.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
writer = csv.writer(sys.stdout, lineterminator="\n")
debug_image = copy.deepcopy(image)
for hand_landmarks, handedness in zip(results.multi_hand_landmarks, results.multi_handedness):
    points = landmark_list(debug_image, hand_landmarks)
    writer.writerow([handedness.classification[0].label[0:], *pre_process(points)])
    for start, end in sorted(mp_hands.HAND_CONNECTIONS):
        cv2.line(debug_image, points[start], points[end], (0, 0, 0), 6)
        cv2.line(debug_image, points[start], points[end], (255, 255, 255), 2)
    x, y, w, h = cv2.boundingRect(np.array(points))
    cv2.rectangle(debug_image, (x, y), (x + w, y + h), (0, 0, 0), 1)
    depth = [hand_landmarks.landmark[i].z for i in mp_hands.HandLandmark]
    print("depth", f"{min(depth):.6f}", f"{max(depth):.6f}")
for world in results.multi_hand_world_landmarks:
    tip = world.landmark[mp_hands.HandLandmark.MIDDLE_FINGER_TIP]
    print("middle finger in metres", f"{tip.x:.6f} {tip.y:.6f} {tip.z:.6f}")
np.savez(sys.argv[2], debug_image)
