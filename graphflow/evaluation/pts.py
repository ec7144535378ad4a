"""Marks in .pts files beside the pictures, as 300-W, LFPW, HELEN and AFW come."""

from __future__ import annotations

import math
from pathlib import Path

import numpy

from graphflow.evaluation.points import Points
from graphflow.evaluation.truth import MarkedPicture, Truth, checked_face
from graphflow.media import PICTURES

MAX_SIZE = 1_000_000
"""Bytes of a file; 68 points take about 2,000."""
FIRST_PIXEL = 1
"""The files count pixels from 1, as MATLAB does."""


def read_pts_folder(folder: Path, problems: list[str]) -> Truth:
    """Read all .pts files of a folder and those below it.

    Args:
        folder: Where they are.
        problems: Takes what is wrong.
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".pts" and path.is_file())
    if not files:
        found = sorted(folder.glob("*.xml"))
        help = f"; to use dlib's XML, name the file: {found[0]}" if found else ""
        problems.append(f"{folder}: there are no .pts files in this folder{help}")
        return Truth(())
    beside = {
        (path.parent, path.stem): path
        for path in sorted(folder.rglob("*"), reverse=True)  # of several the first counts
        if path.suffix.lower() in PICTURES
    }
    pictures = []
    for file in files:
        picture = beside.pop((file.parent, file.stem), None)
        points = read_pts(file, problems)
        if picture is None:
            names = ", ".join(file.stem + suffix for suffix in PICTURES[:2])
            problems.append(f"{file}: there is no picture beside it ({names}, ...)")
        elif points is not None and checked_face(points, str(file), problems):
            name = picture.relative_to(folder).as_posix()
            pictures.append(MarkedPicture(picture, name, (points,), str(file)))
    left = len(beside)
    notes = (
        f"{left} picture{'s have' if left > 1 else ' has'} no .pts file and {'are' if left > 1 else 'is'} left out",
    )
    return Truth(tuple(pictures), notes if left else ())


def read_pts(file: Path, problems: list[str]) -> Points | None:
    """The points of one file, counted from 0; None, and a problem more, if it is malformed.

    Lines of three numbers have z, in pixels like x and y.
    """
    try:
        with file.open("rb") as content:
            data = content.read(MAX_SIZE + 1)
        if len(data) > MAX_SIZE:
            problems.append(f"{file}: it has more than {MAX_SIZE:,} bytes, which no marks of one picture take")
            return None
        lines = data.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else "it is no text"
        problems.append(f"{file}: cannot be read: {reason}")
        return None
    rows: list[list[float]] = []
    declared, inside, ended = None, False, False
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or ended:
            continue
        if inside and text == "}":
            ended = True
        elif inside:
            row = _numbers(text)
            if row is None or (rows and len(row) != len(rows[0])):
                problems.append(f"{file}:{number}: '{text:.40}' is no point; a point is two numbers, x and y")
                return None
            rows.append(row)
        elif text == "{":
            inside = True
        elif text.startswith("n_points:"):
            declared = text.removeprefix("n_points:").strip()
    if not ended:
        problems.append(
            f"{file}:{max(len(lines), 1)}: the points must stand between '{{' and '}}': the file is cut off"
        )
        return None
    if declared is not None and declared != str(len(rows)):
        problems.append(f"{file}: it says n_points: {declared:.20} and has {len(rows)} points")
        return None
    points = numpy.array(rows, numpy.float64).reshape(len(rows), -1)
    points[:, :2] -= FIRST_PIXEL
    return points


def _numbers(text: str) -> list[float] | None:
    """Two or three finite numbers, or None."""
    try:
        row = [float(word) for word in text.split()]
    except ValueError:
        return None
    return row if len(row) in (2, 3) and all(map(math.isfinite, row)) else None
