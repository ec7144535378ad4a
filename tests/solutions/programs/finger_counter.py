"""Count the fingers that are held up, of both hands."""

import sys

import cv2
import mediapipe as mp
import numpy as np

mpHands = mp.solutions.hands
mpDraw = mp.solutions.drawing_utils
hands = mpHands.Hands(
    static_image_mode=False, max_num_hands=2, min_detection_confidence=0.7, min_tracking_confidence=0.6
)
tips = [
    mpHands.HandLandmark.INDEX_FINGER_TIP,
    mpHands.HandLandmark.MIDDLE_FINGER_TIP,
    mpHands.HandLandmark.RING_FINGER_TIP,
    mpHands.HandLandmark.PINKY_TIP,
]


def count(hand, label):
    fingers = 0
    for tip in tips:
        if hand.landmark[tip].y < hand.landmark[tip - 2].y:
            fingers += 1
    thumb_tip = hand.landmark[mpHands.HandLandmark.THUMB_TIP]
    thumb_ip = hand.landmark[mpHands.HandLandmark.THUMB_IP]
    if (label == "Left" and thumb_tip.x > thumb_ip.x) or (label == "Right" and thumb_tip.x < thumb_ip.x):
        fingers += 1
    return fingers


cap = cv2.VideoCapture(sys.argv[1])
frames = []
while True:
    ok, frame = cap.read()
    if not ok:
        break
    frame = cv2.flip(frame, 1)
    result = hands.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
    total = 0
    if result.multi_hand_landmarks:
        for hand, handedness in zip(result.multi_hand_landmarks, result.multi_handedness):
            label = handedness.classification[0].label
            score = handedness.classification[0].score
            number = count(hand, label)
            total += number
            wrist = hand.landmark[mpHands.HandLandmark.WRIST]
            print(label, handedness.classification[0].index, f"{score:.3f}", number, f"at {wrist.x * 640:.4f}")
            mpDraw.draw_landmarks(frame, hand, mpHands.HAND_CONNECTIONS)
    cv2.putText(frame, str(total), (20, 60), cv2.FONT_HERSHEY_PLAIN, 4, (255, 0, 255), 4)
    print("fingers:", total)
    frames.append(frame)
hands.close()
np.savez(sys.argv[2], *frames)
