"""Segment a picture with MediaPipe's solution.

    peer/bin/python mediapipe_selfie_segmentation.py OUT.npz PICTURE

OUT.npz has the masks `general` and `landscape`; every STEPth row and column of each.
"""

import sys

import cv2
import mediapipe
import numpy as np

STEP = 8


def main(out, picture):
    image = cv2.cvtColor(cv2.imread(picture), cv2.COLOR_BGR2RGB)
    masks = {}
    for number, name in enumerate(["general", "landscape"]):
        with mediapipe.solutions.selfie_segmentation.SelfieSegmentation(model_selection=number) as solution:
            masks[name] = solution.process(image).segmentation_mask[::STEP, ::STEP].copy()
    np.savez_compressed(out, **masks)


if __name__ == "__main__":
    main(*sys.argv[1:])
