"""Set the volume by the distance between thumb and index finger."""

import math
import sys

import cv2
import mediapipe as mp
import numpy as np

mp_drawing = mp.solutions.drawing_utils
mp_drawing_styles = mp.solutions.drawing_styles
mp_hands = mp.solutions.hands

cap = cv2.VideoCapture(sys.argv[1])
frames = []
with mp_hands.Hands(model_complexity=1, min_detection_confidence=0.5, min_tracking_confidence=0.5) as hands:
    while cap.isOpened():
        success, image = cap.read()
        if not success:
            break
        image.flags.writeable = False
        image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        results = hands.process(image)
        image.flags.writeable = True
        image = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        if results.multi_hand_landmarks:
            for hand_landmarks in results.multi_hand_landmarks:
                mp_drawing.draw_landmarks(
                    image,
                    hand_landmarks,
                    mp_hands.HAND_CONNECTIONS,
                    mp_drawing_styles.get_default_hand_landmarks_style(),
                    mp_drawing_styles.get_default_hand_connections_style(),
                )
            h, w, c = image.shape
            points = []
            for i, lm in enumerate(results.multi_hand_landmarks[0].landmark):
                points.append([i, lm.x * w, lm.y * h])
            x1, y1 = points[4][1], points[4][2]
            x2, y2 = points[8][1], points[8][2]
            length = math.hypot(x2 - x1, y2 - y1)
            volume = np.interp(length, [15, 120], [0, 100])
            print(f"length {length:.4f} volume {volume:.3f} %")
            cv2.circle(image, (int(x1), int(y1)), 15, (255, 255, 255), cv2.FILLED)
            cv2.circle(image, (int(x2), int(y2)), 15, (255, 255, 255), cv2.FILLED)
            cv2.line(image, (int(x1), int(y1)), (int(x2), int(y2)), (0, 255, 0), 3)
            bar = np.interp(length, [15, 120], [400, 150])
            cv2.rectangle(image, (50, 150), (85, 400), (0, 0, 0), 3)
            cv2.rectangle(image, (50, int(bar)), (85, 400), (0, 0, 0), cv2.FILLED)
        else:
            print("no hand")
        frames.append(image)
cap.release()
np.savez(sys.argv[2], *frames)
