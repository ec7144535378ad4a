"""Replace what is behind a person, as for a video call."""

import sys

import cv2
import mediapipe as mp
import numpy as np

mp_selfie_segmentation = mp.solutions.selfie_segmentation
BG_COLOR = (192, 192, 192)

cap = cv2.VideoCapture(sys.argv[1])
bg_image = None
frames = []
with mp_selfie_segmentation.SelfieSegmentation(model_selection=1) as selfie_segmentation:
    while cap.isOpened():
        success, image = cap.read()
        if not success:
            break
        image = cv2.cvtColor(cv2.flip(image, 1), cv2.COLOR_BGR2RGB)
        image.flags.writeable = False
        results = selfie_segmentation.process(image)
        image.flags.writeable = True
        image = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        condition = np.stack((results.segmentation_mask,) * 3, axis=-1) > 0.1
        if bg_image is None:
            bg_image = np.zeros(image.shape, dtype=np.uint8)
            bg_image[:] = BG_COLOR
        output_image = np.where(condition, image, bg_image)
        mask = results.segmentation_mask
        print(mask.dtype, *mask.shape, f"person {mask.mean():.4f} of {mask.max():.3f}")
        frames.append(output_image)
cap.release()
np.savez(sys.argv[2], *frames)
