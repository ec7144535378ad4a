"""Paint in the air with the index finger."""

import sys

import cv2
import mediapipe as mp
import numpy as np


class handDetector:
    def __init__(self, mode=False, maxHands=2, modelComplexity=1, detectionCon=0.5, trackCon=0.5):
        self.mpHands = mp.solutions.hands
        self.hands = self.mpHands.Hands(mode, maxHands, modelComplexity, detectionCon, trackCon)
        self.mpDraw = mp.solutions.drawing_utils
        self.tipIds = [4, 8, 12, 16, 20]

    def findHands(self, img, draw=True):
        imgRGB = cv2.cvtColor(img, cv2.COLOR_BGR2RGB)
        self.results = self.hands.process(imgRGB)
        if self.results.multi_hand_landmarks and draw:
            for handLms in self.results.multi_hand_landmarks:
                self.mpDraw.draw_landmarks(img, handLms, self.mpHands.HAND_CONNECTIONS)
        return img

    def findPosition(self, img, handNo=0):
        self.lmList = []
        if self.results.multi_hand_landmarks:
            myHand = self.results.multi_hand_landmarks[handNo]
            for id, lm in enumerate(myHand.landmark):
                h, w, c = img.shape
                self.lmList.append([id, int(lm.x * w), int(lm.y * h)])
        return self.lmList

    def fingersUp(self):
        fingers = [int(self.lmList[4][1] > self.lmList[3][1])]
        for id in range(1, 5):
            fingers.append(int(self.lmList[self.tipIds[id]][2] < self.lmList[self.tipIds[id] - 2][2]))
        return fingers


cap = cv2.VideoCapture(sys.argv[1])
detector = handDetector(detectionCon=0.65, maxHands=1)
canvas = None
xp, yp = 0, 0
frames = []
success, img = cap.read()
while success:
    if canvas is None:
        canvas = np.zeros(img.shape, np.uint8)
    img = detector.findHands(img)
    lmList = detector.findPosition(img)
    if lmList:
        x1, y1 = lmList[8][1:]
        fingers = detector.fingersUp()
        print("finger at", x1, y1, fingers)
        if xp == 0 and yp == 0:
            xp, yp = x1, y1
        cv2.line(canvas, (xp, yp), (x1, y1), (0, 0, 255), 15)
        xp, yp = x1, y1
    imgGray = cv2.cvtColor(canvas, cv2.COLOR_BGR2GRAY)
    _, imgInv = cv2.threshold(imgGray, 50, 255, cv2.THRESH_BINARY_INV)
    img = cv2.bitwise_and(img, cv2.cvtColor(imgInv, cv2.COLOR_GRAY2BGR))
    img = cv2.bitwise_or(img, canvas)
    frames.append(img)
    success, img = cap.read()
print("painted", int(np.count_nonzero(canvas)))
np.savez(sys.argv[2], *frames)
