"""Run MediaPipe Tasks' Face Landmarker over frames and save what it found.

    python3 -m venv peer && peer/bin/pip install mediapipe==1.2.2
    peer/bin/python mediapipe_tasks.py BUNDLE FRAMES.npy OUT.npz [--faces N] [--static]

FRAMES.npy holds RGB frames of one size; they are 80 ms apart, or pictures by themselves with --static. OUT.npz holds
`landmarks` [frames, N, 478, 3] (normalised), `blendshapes` [frames, N, 52] and `matrices` [frames, N, 4, 4], NaN where
there is no face, and the blendshapes' `names`. Prints frames/s and processor time of a second pass.
"""

import argparse
import time

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

INTERVAL = 80


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle")
    parser.add_argument("frames")
    parser.add_argument("out")
    parser.add_argument("--faces", type=int, default=1)
    parser.add_argument("--static", action="store_true", help="image mode")
    args = parser.parse_args()

    images = [mp.Image(image_format=mp.ImageFormat.SRGB, data=frame) for frame in np.load(args.frames)]
    mode = vision.RunningMode.IMAGE if args.static else vision.RunningMode.VIDEO
    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=args.bundle),
        running_mode=mode,
        num_faces=args.faces,
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
    )
    with vision.FaceLandmarker.create_from_options(options) as landmarker:

        def results(start):
            if args.static:
                return [landmarker.detect(image) for image in images]
            return [landmarker.detect_for_video(image, (start + i) * INTERVAL) for i, image in enumerate(images)]

        found = results(0)
        cpu, wall = time.process_time(), time.perf_counter()
        results(len(images))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall

    def table(*shape):
        return np.full((len(images), args.faces, *shape), np.nan, np.float32)

    landmarks, blendshapes, matrices, names = table(478, 3), table(52), table(4, 4), []
    for index, result in enumerate(found):
        for face in range(len(result.face_landmarks)):
            landmarks[index, face] = [(p.x, p.y, p.z) for p in result.face_landmarks[face]]
            blendshapes[index, face] = [one.score for one in result.face_blendshapes[face]]
            matrices[index, face] = result.facial_transformation_matrixes[face]
            names = [one.category_name for one in result.face_blendshapes[face]]
    np.savez_compressed(
        args.out, landmarks=landmarks, blendshapes=blendshapes, matrices=matrices, names=np.array(names)
    )
    print(f"{len(images) / wall:.1f} frames/s, {cpu / len(images) * 1e3:.2f} ms of processor a frame")


if __name__ == "__main__":
    main()
