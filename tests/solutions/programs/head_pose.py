"""How the head is turned: solvePnP on six points of the face mesh."""

import sys

import cv2
import mediapipe as mp
import numpy as np

mp_face_mesh = mp.solutions.face_mesh
face_mesh = mp_face_mesh.FaceMesh(min_detection_confidence=0.5, min_tracking_confidence=0.5)
mp_drawing = mp.solutions.drawing_utils
drawing_spec = mp_drawing.DrawingSpec(thickness=1, circle_radius=1)

cap = cv2.VideoCapture(sys.argv[1])
frames = []
while cap.isOpened():
    success, image = cap.read()
    if not success:
        break
    image = cv2.cvtColor(cv2.flip(image, 1), cv2.COLOR_BGR2RGB)
    results = face_mesh.process(image)
    image = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    img_h, img_w, img_c = image.shape
    face_3d, face_2d = [], []
    for face_landmarks in results.multi_face_landmarks or []:
        for idx, lm in enumerate(face_landmarks.landmark):
            if idx in (33, 263, 1, 61, 291, 199):
                if idx == 1:
                    nose_2d = (lm.x * img_w, lm.y * img_h)
                    nose_3d = (lm.x * img_w, lm.y * img_h, lm.z * 3000)
                x, y = int(lm.x * img_w), int(lm.y * img_h)
                face_2d.append([x, y])
                face_3d.append([x, y, lm.z])
        focal_length = 1 * img_w
        cam_matrix = np.array([[focal_length, 0, img_h / 2], [0, focal_length, img_w / 2], [0, 0, 1]])
        success, rot_vec, trans_vec = cv2.solvePnP(
            np.array(face_3d, dtype=np.float64), np.array(face_2d, dtype=np.float64), cam_matrix, np.zeros((4, 1))
        )
        rmat, jac = cv2.Rodrigues(rot_vec)
        angles = cv2.RQDecomp3x3(rmat)[0]
        x, y, z = angles[0] * 360, angles[1] * 360, angles[2] * 360
        text = "left" if y < -10 else "right" if y > 10 else "down" if x < -10 else "up" if x > 10 else "forward"
        print(f"looks {text}, nose at {nose_2d[0]:.4f} {nose_2d[1]:.4f} {nose_3d[2]:.4f}, turned {y:.3f}")
        p1 = (int(nose_2d[0]), int(nose_2d[1]))
        p2 = (int(nose_2d[0] + y * 10), int(nose_2d[1] - x * 10))
        cv2.line(image, p1, p2, (255, 0, 0), 3)
        mp_drawing.draw_landmarks(
            image=image,
            landmark_list=face_landmarks,
            connections=mp_face_mesh.FACEMESH_CONTOURS,
            landmark_drawing_spec=drawing_spec,
            connection_drawing_spec=drawing_spec,
        )
    frames.append(image)
cap.release()
np.savez(sys.argv[2], *frames)
