"""Processes that try a model, and what may become of them: the name of the model says it."""

from __future__ import annotations

import os
import signal
import sys

from graphflow.workers import end_with_parent


def main() -> None:
    line = sys.stdin.buffer.readline()
    if b"crashes" in line:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"counts" in line:
        sys.exit(f"{os.environ.get('OPENBLAS_NUM_THREADS')} threads")
    if b"ends" in line:
        sys.exit("no such function")
    swollen = bytearray()
    while b"swells" in line and len(swollen) < 1 << 30:
        swollen += bytes([1]) * (1 << 20)
    end_with_parent()
    if path := os.environ.get("GRAPHFLOW_TEST_PIPE"):
        with open(path, "wb", buffering=0) as pipe:
            pipe.write(b"tried")
            signal.pause()
    signal.pause()
