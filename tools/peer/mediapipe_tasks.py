"""MediaPipe Tasks' Face Landmarker on frames in memory, as often as standard input asks, so that it stays warm.

    python3 -m venv peer && peer/bin/pip install mediapipe==1.2.2
    peer/bin/python mediapipe_tasks.py SPEC.json FRAMES.npy

SPEC.json: `arguments`, of FaceLandmarkerOptions, of which `model_asset_path` is the bundle. FRAMES.npy holds RGB frames
of one size; they are 80 ms apart, or pictures by themselves where `static` is true. Requests and answers are those of
mediapipe_solutions.py. OUT.npz has `landmarks` [frames, faces, 478, 3] (normalised), `blendshapes` [frames, faces, 52]
and `matrices` [frames, faces, 4, 4], NaN where there is no face, and the blendshapes' `names`.
"""

import json
import sys
import time
from pathlib import Path

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

INTERVAL = 80


class Worker:
    """Answers requests."""

    def __init__(self, spec, frames):
        self.arguments = dict(spec["arguments"])
        self.bundle = self.arguments.pop("model_asset_path")
        self.images = [mp.Image(image_format=mp.ImageFormat.SRGB, data=frame) for frame in frames]
        self.stays, self.static, self.time = None, False, 0

    def make(self, static):
        mode = vision.RunningMode.IMAGE if static else vision.RunningMode.VIDEO
        base = BaseOptions(model_asset_path=self.bundle)
        options = vision.FaceLandmarkerOptions(base_options=base, running_mode=mode, **self.arguments)
        return vision.FaceLandmarker.create_from_options(options)

    def find(self, out, static):
        with self.make(static) as landmarker:
            results = [
                landmarker.detect(image) if static else landmarker.detect_for_video(image, index * INTERVAL)
                for index, image in enumerate(self.images)
            ]
        faces, names = self.arguments.get("num_faces", 1), []
        shapes = {"landmarks": (478, 3), "blendshapes": (52,), "matrices": (4, 4)}
        found = {key: np.full((len(results), faces, *shape), np.nan, np.float32) for key, shape in shapes.items()}
        for index, result in enumerate(results):
            for face in range(len(result.face_landmarks)):
                found["landmarks"][index, face] = [(p.x, p.y, p.z) for p in result.face_landmarks[face]]
                found["blendshapes"][index, face] = [one.score for one in result.face_blendshapes[face]]
                found["matrices"][index, face] = result.facial_transformation_matrixes[face]
                names = [one.category_name for one in result.face_blendshapes[face]]
        np.savez_compressed(out, **found, names=np.array(names))
        return {}

    def take_time(self, first, count):
        cpu, wall = time.process_time(), time.perf_counter()
        for index in range(first, first + count):
            image = self.images[index % len(self.images)]
            if self.static:
                self.stays.detect(image)
            else:
                self.time += INTERVAL
                self.stays.detect_for_video(image, self.time)
        return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}

    def answer(self, request):
        if "find" in request:
            return self.find(request["find"], request["static"])
        if "count" in request:
            return self.take_time(request["first"], request["count"])
        self.stays, self.static = self.make(request["static"]), request["static"]
        return {}


def main(spec, frames):
    worker = Worker(json.loads(Path(spec).read_text(encoding="utf-8")), np.load(frames))
    for line in sys.stdin:
        print(json.dumps(worker.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
