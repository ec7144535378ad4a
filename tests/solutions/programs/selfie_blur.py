"""Blur what is behind a person."""

import argparse

import cv2
import mediapipe as mp
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("picture")
parser.add_argument("output")
parser.add_argument("--model", type=int, default=0)
args = parser.parse_args()

image = cv2.imread(args.picture)
segmentor = mp.solutions.selfie_segmentation.SelfieSegmentation(args.model)
results = segmentor.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
mask = results.segmentation_mask
segmentor.reset()
again = segmentor.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).segmentation_mask
print("the same after a reset:", bool(np.array_equal(mask, again)))
segmentor.close()
height, width = image.shape[:2]
print("person covers", f"{np.mean(mask > 0.5) * 100:.2f} %", "of", width, "x", height)
for x, y in ((0.5, 0.5), (0.1, 0.1), (0.5, 0.25)):
    print(f"at {x} {y}: {mask[int(y * height), int(x * width)]:.3f}")
blurred = cv2.GaussianBlur(image, (55, 55), 0)
condition = np.stack((mask,) * 3, axis=-1) > 0.6
output = np.where(condition, image, blurred)
np.savez(args.output, output)
