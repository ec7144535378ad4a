"""Find faces, draw them, and cut them out."""

import sys

import cv2
import mediapipe as mp
import numpy as np

mp_face_detection = mp.solutions.face_detection
mp_drawing = mp.solutions.drawing_utils

frames = []
cap = cv2.VideoCapture(sys.argv[1])
face_detection = mp_face_detection.FaceDetection(model_selection=1, min_detection_confidence=0.6)
while True:
    ok, img = cap.read()
    if not ok:
        break
    results = face_detection.process(cv2.cvtColor(img, cv2.COLOR_BGR2RGB))
    annotated = img.copy()
    if not results.detections:
        print("no face")
        continue
    for id, detection in enumerate(results.detections):
        bboxC = detection.location_data.relative_bounding_box
        ih, iw, ic = img.shape
        bbox = int(bboxC.xmin * iw), int(bboxC.ymin * ih), int(bboxC.width * iw), int(bboxC.height * ih)
        print(
            id, detection.label_id, f"{detection.score[0]:.4f}", f"{bboxC.xmin * iw:.4f} {bboxC.width * iw:.4f}", *bbox
        )
        nose = mp_face_detection.get_key_point(detection, mp_face_detection.FaceKeyPoint.NOSE_TIP)
        print(f"nose {nose.x * iw:.4f} {nose.y * ih:.4f}", len(detection.location_data.relative_keypoints))
        crop = img[max(0, bbox[1]) : bbox[1] + bbox[3], max(0, bbox[0]) : bbox[0] + bbox[2]]
        frames.append(cv2.resize(crop, (96, 96)))
        mp_drawing.draw_detection(annotated, detection)
        cv2.putText(
            annotated,
            f"{int(detection.score[0] * 100)}%",
            (bbox[0], bbox[1] - 20),
            cv2.FONT_HERSHEY_PLAIN,
            2,
            (255, 0, 255),
            2,
        )
    frames.append(annotated)
face_detection.close()
np.savez(sys.argv[2], *frames)
