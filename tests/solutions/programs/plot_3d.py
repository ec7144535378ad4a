"""Plot the landmarks of a body in three dimensions."""

import sys

import matplotlib

matplotlib.use("Agg")
import cv2
import matplotlib.pyplot as plt
import mediapipe as mp
import numpy as np

mp_pose = mp.solutions.pose
mp_drawing = mp.solutions.drawing_utils

image = cv2.imread(sys.argv[1])
with mp_pose.Pose(static_image_mode=True, model_complexity=1, enable_segmentation=True) as pose:
    results = pose.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
points = np.array([[p.x, p.y, p.z] for p in results.pose_world_landmarks.landmark])
print(points.shape, "between", *(f"{value:.5f}" for value in (*points.min(axis=0), *points.max(axis=0))))
mp_drawing.plot_landmarks(results.pose_world_landmarks, mp_pose.POSE_CONNECTIONS)
mp_drawing.plot_landmarks(
    results.pose_world_landmarks,
    mp_pose.POSE_CONNECTIONS,
    mp_drawing.DrawingSpec(color=(255, 0, 0), thickness=2),
    mp_drawing.DrawingSpec(color=(0, 128, 0), thickness=1),
    elevation=20,
    azimuth=60,
)
pictures = []
for number in plt.get_fignums():
    figure = plt.figure(number)
    (axes,) = figure.axes
    print("figure", number, *figure.get_size_inches(), "lines", len(axes.lines), "points", len(axes.collections))
    print("seen from", axes.elev, axes.azim)
    figure.canvas.draw()
    pictures.append(np.asarray(figure.canvas.buffer_rgba())[..., :3])
np.savez(sys.argv[2], *pictures)
