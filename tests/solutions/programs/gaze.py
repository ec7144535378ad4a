"""Where the eyes look, by the irises."""

import sys

import cv2 as cv
import mediapipe as mp
import numpy as np

mp_face_mesh = mp.solutions.face_mesh
LEFT_IRIS = [474, 475, 476, 477]
RIGHT_IRIS = [469, 470, 471, 472]
L_CORNERS, R_CORNERS = (362, 263), (33, 133)

cap = cv.VideoCapture(sys.argv[1])
frames = []
with mp_face_mesh.FaceMesh(
    max_num_faces=1, refine_landmarks=True, min_detection_confidence=0.5, min_tracking_confidence=0.5
) as face_mesh:
    while True:
        ret, frame = cap.read()
        if not ret:
            break
        rgb_frame = cv.cvtColor(frame, cv.COLOR_BGR2RGB)
        img_h, img_w = frame.shape[:2]
        results = face_mesh.process(rgb_frame)
        if results.multi_face_landmarks:
            face = results.multi_face_landmarks[0]
            mesh_points = np.array([np.multiply([p.x, p.y], [img_w, img_h]) for p in face.landmark])
            pixels = mesh_points.astype(int)
            for name, iris, corners in (("left", LEFT_IRIS, L_CORNERS), ("right", RIGHT_IRIS, R_CORNERS)):
                (cx, cy), radius = cv.minEnclosingCircle(pixels[iris])
                centre = mesh_points[iris].mean(axis=0)
                inner, outer = mesh_points[list(corners)]
                ratio = np.linalg.norm(centre - inner) / np.linalg.norm(outer - inner)
                looks = "right" if ratio <= 0.42 else "center" if ratio <= 0.57 else "left"
                print(f"{name}: iris ({centre[0]:.4f}, {centre[1]:.4f}) ratio {ratio:.5f} {looks}")
                cv.circle(frame, (int(cx), int(cy)), int(radius), (255, 0, 255), 1, cv.LINE_AA)
            mp.solutions.drawing_utils.draw_landmarks(
                image=frame,
                landmark_list=face,
                connections=mp_face_mesh.FACEMESH_IRISES,
                landmark_drawing_spec=None,
                connection_drawing_spec=mp.solutions.drawing_styles.get_default_face_mesh_iris_connections_style(),
            )
            cv.polylines(frame, [pixels[[i for i, _ in sorted(mp_face_mesh.FACEMESH_LEFT_EYE)]]], True, (0, 255, 0), 1)
        frames.append(frame)
cap.release()
np.savez(sys.argv[2], *frames)
