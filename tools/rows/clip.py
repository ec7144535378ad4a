"""From a clip to an annotated clip, as often as standard input asks: what tools/peer/mediapipe_video.py does.

python -m tools.rows.clip CLIP OUT.mp4 [without-pyav]
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def main() -> None:
    clip, out, *without = sys.argv[1:]
    if without:
        sys.modules["av"] = None  # type: ignore[assignment]  # importing it fails, as where it is not installed

    from graphflow import Graph

    graph = Graph.load("face_mesh_desktop")
    for _ in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        frames: list[Any] = []
        with graph.start({"input": clip, "output": out}, observe={"multi_face_landmarks": frames.append}):
            pass
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(json.dumps({"wall": wall, "cpu": cpu, "frames": len(frames)}), flush=True)


if __name__ == "__main__":
    main()
