"""From process start to the first landmarks: time this process until it prints its peak memory in MiB.

python -m tools.rows.start PICTURE: what tools/peer/mediapipe_start.py does with MediaPipe.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2

from graphflow import Graph
from graphflow.bundled import bundled_graphs

picture = cv2.cvtColor(cv2.imread(sys.argv[1]), cv2.COLOR_BGR2RGB)  # type: ignore[arg-type]
found: list[object] = []
with Graph.load(bundled_graphs() / "modules" / "face_landmark_front.yaml").start() as run:
    run.observe("landmarks", found.append)
    run.send("image", picture, timestamp=0)
    run.close_inputs()  # the numbers that the graph also takes do not come
    assert found
    status = Path("/proc/self/status").read_text()  # its own peak; getrusage gives that of its parent, if it was higher
    print(f"{int(status.split('VmHWM:')[1].split()[0]) / 1024:.1f}", flush=True)
