"""Make the pictures of the README: run graphs on the sample and keep a frame; draw those that show no picture.

Options after -- go to `graphflow run`: tools/render_pictures face_alignment_desktop -- --set model_path=FILE
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2

from graphflow.bundled import graphs_by_name

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURES = ROOT / "docs" / "pictures"
FRAMES = 13
"""How far the sample is run: then the face is near the middle, nearly upright, and tracked."""
FACE = slice(20, 620), slice(280, 1080)
"""Rows and columns of the frame that are shown."""
SHOWN = {
    "iris_tracking_desktop_live": (slice(20, 620), slice(180, 980)),
    "face_landmarker_desktop_live": (slice(0, 720), slice(0, 960)),
}
"""The same where text or bars stand left of the face."""
SIZE = 320, 240
WITH: dict[str, Sequence[str]] = {
    "face_mesh_desktop_live": ("--side", "with_attention=true"),
    "iris_tracking_desktop_live": ("--side", "focal_length_pixel=1000"),
    "objectron_desktop": (
        *("--side", "model_path=object_detection_3d_cup.tflite"),
        *("--side", "allowed_labels=Coffee cup,Mug"),
    ),
}
"""What is said to a graph besides input and output, so that the README shows that too."""
SHOW: dict[str, Path] = {
    "hand_tracking_desktop_live": ROOT / "tests" / "pictures" / "hands.jpg",
    "holistic_tracking_desktop_live": ROOT / "tests" / "pictures" / "signing.jpg",
    "object_detection_desktop": ROOT / "tests" / "pictures" / "coffee.jpg",
    "objectron_desktop": ROOT / "tests" / "pictures" / "coffee.jpg",
}
"""Pictures for graphs that have nothing to look at on the sample; shown whole."""


def main() -> int:
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(
        prog="tools/render_pictures", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = graphs_by_name()
    parser.add_argument("graphs", nargs="*", metavar="graph", help="names of graphs that come with graphflow (all)")
    graphs = parser.parse_args(words[:end]).graphs
    PICTURES.mkdir(exist_ok=True)
    failed = [name for name in graphs or sorted(known) if not _picture(name, known[name], words[end + 1 :])]
    if failed:
        print(f"error: no picture of {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


def _picture(name: str, path: Path, options: Sequence[str]) -> bool:
    """Whether there was one to make and it was made."""
    interface = path.read_text(encoding="utf-8").partition("\nnodes:")[0]
    if name in SHOW:
        return _whole(name, SHOW[name], [*WITH.get(name, ()), *options])
    if "  output:" in interface:
        return _frame(name, [*WITH.get(name, ()), *options])
    return "input_video" in interface or _graphflow("viz", name, "-o", str(PICTURES / f"{name}.svg"))


def _frame(name: str, options: Sequence[str]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        clip = str(Path(folder) / "clip.mp4")
        limits = ("--input", "sample", "--output", clip, "--max-frames", str(FRAMES), "--quiet")
        if not _graphflow("run", name, *limits, *options):
            return False
        capture = cv2.VideoCapture(clip)
        frame: Any = None
        for _ in range(FRAMES):
            frame = capture.read()[1]
        capture.release()
    return _write(name, cv2.resize(frame[SHOWN.get(name, FACE)], SIZE, interpolation=cv2.INTER_AREA))


def _whole(name: str, picture: Path, options: Sequence[str]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder) / "drawn.png"
        if not _graphflow("run", name, "--input", str(picture), "--output", str(drawn), "--quiet", *options):
            return False
        frame: Any = cv2.imread(str(drawn))
    size = SIZE[0], round(frame.shape[0] * SIZE[0] / frame.shape[1])
    return _write(name, cv2.resize(frame, size, interpolation=cv2.INTER_AREA))


def _write(name: str, picture: Any) -> bool:
    return cv2.imwrite(str(PICTURES / f"{name}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, 88])


def _graphflow(*words: str) -> bool:
    return subprocess.run([sys.executable, "-m", "graphflow", *words], cwd=ROOT, check=False).returncode == 0
