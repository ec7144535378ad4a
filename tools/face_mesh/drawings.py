"""Render data as JSON, which MediaPipe's side of a comparison can read, and the drawings of the tests.

    python -m tools.face_mesh.drawings PEER_PYTHON

writes tests/golden/drawing: render data, and the pictures that MediaPipe's AnnotationOverlay makes of them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy

from graphflow.calculators.drawing.detections_to_render_data import DetectionsToRenderData
from graphflow.calculators.drawing.face_landmarks_to_render_data import FaceLandmarksToRenderData
from graphflow.calculators.drawing.rect_to_render_data import RectToRenderData
from graphflow.calculators.types import Color, Detection, ImageSize, Landmarks, RenderData
from graphflow.calculators.types.render_data import GradientLine, Lines, Points, Primitive, Rectangle, Text
from tools.face_mesh import peer

GOLDEN = Path(__file__).resolve().parent.parent.parent / "tests" / "golden"
DRAWINGS = GOLDEN / "drawing"

Entry = dict[str, Any]


def background(width: int = 320, height: int = 240) -> Any:
    """What is drawn on: dark squares."""
    y, x = numpy.mgrid[0:height, 0:width] // 32 % 2 * 24
    return numpy.stack([x, y, x ^ y], axis=2).astype(numpy.uint8)


def from_json(entries: list[Entry]) -> RenderData:
    """Render data from what a golden file holds."""
    return RenderData([_primitive(dict(entry)) for entry in entries])


def to_json(data: RenderData) -> list[Entry]:
    """The same as maps of plain values, which tools/peer/mediapipe_overlay.py reads."""
    return [_entry(primitive) for primitive in data.primitives]


def _entry(primitive: Primitive) -> Entry:
    common: Entry = {"thickness": primitive.thickness, "normalized": primitive.normalized}
    match primitive:
        case Points(points, color):
            return {"kind": "point", "at": points.astype(float).tolist(), "color": list(color), **common}
        case Lines(lines, color):
            at = lines.astype(float).reshape(-1, 4).tolist()
            return {"kind": "line", "at": at, "color": list(color), **common}
        case GradientLine((x, y), (x2, y2), first, last):
            ends = {"x_start": x, "y_start": y, "x_end": x2, "y_end": y2}
            return {"kind": "gradient_line", **ends, "color1": list(first), "color2": list(last), **common}
        case Text(text, left, baseline, height, color):
            place = {"display_text": text, "left": left, "baseline": baseline, "font_height": height}
            return {"kind": "text", **place, "color": list(color), **common}
        case Rectangle(left, top, right, bottom, color):
            kind = ("filled_" if primitive.filled else "") + ("oval" if primitive.oval else "rectangle")
            sides = {"left": left, "top": top, "right": right, "bottom": bottom, "rotation": primitive.rotation}
            return {"kind": kind, **sides, "color": list(color), **common}


def _primitive(entry: Entry) -> Primitive:
    kind = entry.pop("kind")
    look = {"thickness": entry.pop("thickness"), "normalized": entry.pop("normalized")}
    if kind == "gradient_line":
        ends = (entry["x_start"], entry["y_start"]), (entry["x_end"], entry["y_end"])
        return GradientLine(*ends, Color(*entry["color1"]), Color(*entry["color2"]), **look)
    color = Color(*entry.pop("color"))
    if kind == "point":
        return Points(numpy.array(entry["at"]), color, **look)
    if kind == "line":
        return Lines(numpy.array(entry["at"]).reshape(-1, 2, 2), color, **look)
    if kind == "text":
        return Text(entry["display_text"], entry["left"], entry["baseline"], entry["font_height"], color, **look)
    return Rectangle(**entry, color=color, **look, filled=kind.startswith("filled"), oval=kind.endswith("oval"))


def shapes() -> RenderData:
    """All kinds of primitives, inside the picture: OpenCV's releases clip lines at its border differently."""
    random = numpy.random.default_rng(2)
    primitives: list[Primitive] = []
    for step in range(36):
        color, other = (Color(*map(int, random.integers(64, 256, 3))) for _ in range(2))
        thickness, normalized = float(random.uniform(1.5, 6)), bool(step % 2)
        unit = (1, 1) if normalized else (320, 240)
        corner, size = random.uniform(0.2, 0.7, 2) * unit, random.uniform(0.05, 0.12, 2) * unit
        places = random.uniform(0.1, 0.9, (6, 2)) * unit
        (left, top), (right, bottom) = corner.tolist(), (corner + size).tolist()
        turn = float(random.uniform(-3, 3)) if step % 3 else 0.0
        look: Entry = {"thickness": thickness, "normalized": normalized}
        kinds: list[Primitive] = [
            Points(places, color, **look),
            Lines(places.reshape(-1, 2, 2), color, **look),
            GradientLine(tuple(places[0]), tuple(places[1]), color, other, **look),
            Rectangle(left, top, right, bottom, color, **look, rotation=turn),
            Rectangle(left, top, right, bottom, color, **look, rotation=turn, filled=True),
            Text("0,0.92,", left, top, 0.1 * unit[1], color, **look),
        ]
        primitives.append(kinds[step % 6])
    return RenderData(primitives)


def face() -> RenderData:
    """A detected and followed face, as the face renderer draws it, in its order."""
    with numpy.load(GOLDEN / "face_mesh" / "portrait.static.npz") as arrays:
        points = arrays["landmarks"][0, 0]
    green, red = {"r": 0, "g": 255, "b": 0}, {"r": 255, "g": 0, "b": 0}
    found = Detection(
        0.92173868, 0, 0.34680745, 0.16185777, 0.18621889, 0.18621883, points[[33, 263, 1, 13, 234, 454], :2]
    )
    from tools.face_mesh.ours import rect_around

    rect = rect_around(points, ImageSize(512, 512))
    mesh = FaceLandmarksToRenderData(
        landmark_color=red, connection_color=green, thickness=2.0, visualize_landmark_depth=False
    )
    mesh.open()
    parts = [
        DetectionsToRenderData(thickness=4.0, color=green).process(detections=[found]),
        RectToRenderData(thickness=4.0, color=red).process(norm_rects=[rect]),
        mesh.process(norm_landmarks=Landmarks(points)),
    ]
    return RenderData([primitive for part in parts if part for primitive in part.primitives])


DRAWN = {"shapes": (shapes, (320, 240)), "face": (face, (512, 512))}


def main(python: str) -> None:
    import cv2

    for name, (make, size) in DRAWN.items():
        entries = to_json(make())
        text = ",\n".join(json.dumps(_rounded(entry)) for entry in entries)
        drawing = DRAWINGS / f"{name}.json"
        drawing.write_text(f"[\n{text}\n]\n", encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            image, out = Path(folder, "image.npy"), Path(folder, "out.npy")
            numpy.save(image, background(*size))
            peer.run(python, "mediapipe_overlay.py", str(drawing), str(image), str(out))
            cv2.imwrite(str(DRAWINGS / f"{name}.png"), numpy.load(out)[:, :, ::-1])
        print(f"{name}: {len(entries)} primitives")


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.9g}")  # as exact as float32
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return {key: _rounded(item) for key, item in value.items()} if isinstance(value, dict) else value


if __name__ == "__main__":
    main(*sys.argv[1:])
