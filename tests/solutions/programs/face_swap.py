"""Put the mirrored face of a picture onto the face in it, triangle by triangle."""

import sys

import cv2
import mediapipe as mp
import numpy as np

mp_face_mesh = mp.solutions.face_mesh


def landmarks_of(img):
    with mp_face_mesh.FaceMesh(static_image_mode=True, max_num_faces=2, min_detection_confidence=0.5) as face_mesh:
        results = face_mesh.process(cv2.cvtColor(img, cv2.COLOR_BGR2RGB))
    height, width = img.shape[:2]
    return [[(int(p.x * width), int(p.y * height)) for p in face.landmark] for face in results.multi_face_landmarks]


def triangles_of(points):
    rect = cv2.boundingRect(np.array(points, np.int32))
    subdiv = cv2.Subdiv2D((rect[0] - 1, rect[1] - 1, rect[2] + 2, rect[3] + 2))
    subdiv.insert([(float(x), float(y)) for x, y in points])
    index = {point: i for i, point in enumerate(points)}
    for t in subdiv.getTriangleList():
        corners = [(int(t[0]), int(t[1])), (int(t[2]), int(t[3])), (int(t[4]), int(t[5]))]
        if all(corner in index for corner in corners):
            yield [index[corner] for corner in corners]


target = cv2.imread(sys.argv[1])
source = cv2.flip(target, 1)
source_points = landmarks_of(source)[0]
target_points = landmarks_of(target)[0]
hull = cv2.convexHull(np.array(target_points, np.int32))
swapped = np.zeros_like(target)
for triangle in triangles_of(source_points):
    src = np.float32([source_points[i] for i in triangle])
    dst = np.float32([target_points[i] for i in triangle])
    x, y, w, h = cv2.boundingRect(dst.astype(np.int32))
    u, v, uw, uh = cv2.boundingRect(src.astype(np.int32))
    matrix = cv2.getAffineTransform(src - np.float32([u, v]), dst - np.float32([x, y]))
    patch = cv2.warpAffine(source[v : v + uh, u : u + uw], matrix, (w, h), flags=cv2.INTER_NEAREST)
    mask = np.zeros((h, w), np.uint8)
    cv2.fillConvexPoly(mask, (dst - np.float32([x, y])).astype(np.int32), 255)
    area = swapped[y : y + h, x : x + w]
    area[mask > 0] = patch[mask > 0]
face_mask = np.zeros(target.shape[:2], np.uint8)
cv2.fillConvexPoly(face_mask, hull, 255)
result = np.where((face_mask > 0)[..., None] & (swapped > 0), swapped, target)
print("hull:", len(hull), "pixels:", int(np.count_nonzero(face_mask)))
print("nose:", *target_points[1], "chin:", *target_points[152])
np.savez(sys.argv[2], result)
