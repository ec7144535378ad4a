"""A process of its own finds hands; landmarks come back pickled."""

import multiprocessing
import pickle
import sys

import cv2
import mediapipe as mp
import numpy as np


def serve(connection):
    hands = mp.solutions.hands.Hands(max_num_hands=2, min_detection_confidence=0.6)
    while True:
        frame = connection.recv()
        if frame is None:
            break
        results = hands.process(frame)
        connection.send_bytes(pickle.dumps((results.multi_hand_landmarks, results.multi_handedness)))
    hands.close()
    connection.close()


if __name__ == "__main__":
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there,), daemon=True)
    server.start()
    cap = cv2.VideoCapture(sys.argv[1])
    frames = []
    while True:
        ok, frame = cap.read()
        if not ok:
            break
        here.send(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        landmarks, handedness = pickle.loads(here.recv_bytes())
        for hand, side in zip(landmarks or [], handedness or []):
            tip = hand.landmark[mp.solutions.hands.HandLandmark.INDEX_FINGER_TIP]
            print(side.classification[0].label, len(hand.landmark), f"{tip.x * 640:.4f} {tip.y * 480:.4f} {tip.z:.6f}")
            mp.solutions.drawing_utils.draw_landmarks(frame, hand, mp.solutions.hands.HAND_CONNECTIONS)
        frames.append(frame)
    here.send(None)
    server.join(20)
    print("server ended with", server.exitcode)
    np.savez(sys.argv[2], *frames)
