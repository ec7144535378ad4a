"""From process start to the first landmarks, here and in MediaPipe."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from tools.solutions.sides import PEER, ROOT, SideError


def start(python: str, picture: str, repeat: int) -> None:
    """Print seconds and peak memory of whole processes, in turn."""
    commands = {
        "graphflow": [sys.executable, "-m", "tools.face_mesh.start", picture],
        "MediaPipe": [python, str(PEER.with_name("mediapipe_start.py")), picture],
    }
    times: dict[str, list[float]] = {who: [] for who in commands}
    memory: dict[str, list[float]] = {who: [] for who in commands}
    for _ in range(repeat):
        for who, command in commands.items():
            start = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
            times[who].append(time.perf_counter() - start)
            if done.returncode:
                raise SideError(f"{who}: {done.stderr.strip().splitlines()[-1:]}")
            memory[who].append(float(done.stdout))
    print("from process start to the first landmarks")
    for who in commands:
        print(f"  {who}  {statistics.median(times[who]):.3f} s  {statistics.median(memory[who]):.1f} MiB at most")
