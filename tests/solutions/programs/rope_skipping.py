"""Count jumps over a rope by how the hips go up and down; the person is cut out by the mask of the pose."""

import sys

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.python.solutions import drawing_utils as mp_drawing
from mediapipe.python.solutions import pose as mp_pose


class Buffer:
    def __init__(self, size):
        self.size, self.values = size, []

    def push(self, value):
        self.values = [*self.values, value][-self.size :]
        return max(self.values), min(self.values)


hip_points = [mp_pose.PoseLandmark.LEFT_HIP, mp_pose.PoseLandmark.RIGHT_HIP]
shoulder_points = [mp_pose.PoseLandmark.LEFT_SHOULDER, mp_pose.PoseLandmark.RIGHT_SHOULDER]


def extract(landmarks, indices, height):
    return np.mean([landmarks.landmark[i].y * height for i in indices])


cap = cv2.VideoCapture(sys.argv[1])
hips, flag, count = Buffer(5), 1, 0
frames = []
with mp_pose.Pose(
    enable_segmentation=True, smooth_segmentation=True, min_detection_confidence=0.5, min_tracking_confidence=0.5
) as pose:
    for _ in range(1000):
        success, image = cap.read()
        if not success:
            break
        height = image.shape[0]
        results = pose.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
        if results.pose_landmarks:
            cy = extract(results.pose_landmarks, hip_points, height)
            torso = cy - extract(results.pose_landmarks, shoulder_points, height)
            top, low = hips.push(cy)
            dy = top - low
            previous, flag = flag, 1 if cy < low + 0.3 * dy else 0 if cy > top - 0.3 * dy else flag
            count += previous < flag and dy > 0.02 * torso
            print(f"hips {cy:.4f} torso {torso:.4f} moved {dy:.4f}", count)
            mask = results.segmentation_mask
            print(f"mask {mask.shape} {mask.dtype} {np.mean(mask):.4f}")
            background = np.full_like(image, 40)
            image = np.where(np.stack((mask,) * 3, axis=-1) > 0.5, image, background)
            mp_drawing.draw_landmarks(image, results.pose_landmarks, mp_pose.POSE_CONNECTIONS)
        frames.append(image)
np.savez(sys.argv[2], *frames)
