"""Marks in the XML of dlib's imglab: pictures, in each the boxes of faces, in each box its points."""

from __future__ import annotations

import math
from pathlib import Path
from xml.parsers import expat

import numpy

from graphflow.evaluation.points import COUNT, Points
from graphflow.evaluation.truth import MarkedPicture, Truth, checked_face

MAX_SIZE = 256 * 2**20
"""Bytes of a file: marks of about 100,000 faces."""
MAX_TAG = 2**20
"""Bytes of a tag: the parser holds it in memory, and looks at it again with every part that comes."""
_MAX_PROBLEMS = 1_000
"""After so many the file is given up: the first ten are told."""
_CHUNK = 2**16

_PLACES = {f"{number:02}": number for number in range(COUNT)} | {str(number): number for number in range(COUNT)}


def read_dlib_xml(file: Path, problems: list[str]) -> Truth:
    """Read the marks of a file. Pixels are counted from 0; pictures are looked for from the file's folder on.

    Boxes that are to be ignored, or without points, are left out and counted.

    Args:
        file: The XML.
        problems: Takes what is wrong.
    """
    reader = _Reader(file, problems)
    try:
        if file.exists() and not file.is_file():
            raise OSError("it is not an ordinary file")
        reader.read()
    except OSError as error:
        problems.append(f"{file}: cannot be read: {error.strerror or error}")
    except expat.ExpatError as error:
        help = "; give a folder of pictures with .pts files, or dlib's XML" if error.lineno == 1 else ""
        problems.append(f"{file}:{error.lineno}: this is no XML: {expat.ErrorString(error.code)}{help}")
    else:
        if not reader.pictures and not problems:
            problems.append(f"{file}: it marks no face with points (<image>, in it <box>, in it <part>)")
    left = reader.left_out
    notes = (f"{left} box{'es' if left > 1 else ''} without points, or to be ignored, left out",) if left else ()
    return Truth(tuple(reader.pictures), notes)


class _Reader:
    """Goes through the file once, and knows the line."""

    def __init__(self, file: Path, problems: list[str]) -> None:
        self.pictures: list[MarkedPicture] = []
        self.left_out = 0
        self._file = file
        self._problems = problems
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._image: dict[str, str] | None = None
        self._image_place = ""
        self._faces: list[Points] = []
        self._box: dict[int, tuple[float, float]] | None = None
        self._box_place = ""
        self._ignored = False

    def read(self) -> None:
        """Read all of it, or up to where it breaks a limit."""
        done = 0
        with self._file.open("rb") as content:
            while chunk := content.read(_CHUNK):
                self._parser.Parse(chunk)
                done += len(chunk)
                # Where the parser stands: at the beginning of what it has not seen the end of.
                if done - self._parser.CurrentByteIndex > MAX_TAG:
                    self._problem(f"what begins here goes on for more than {MAX_TAG:,} bytes")
                    return
                if done > MAX_SIZE:
                    self._problem(f"the file has more than {MAX_SIZE:,} bytes; split it")
                    return
                if len(self._problems) > _MAX_PROBLEMS:
                    return
        self._parser.Parse(b"", True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "image":
            self._image, self._image_place, self._faces = attributes, self._place(), []
            if not attributes.get("file"):
                self._problem("<image> does not say which file: add file='...'")
        elif name == "box" and self._image is not None:
            self._box, self._box_place = {}, self._place()
            self._ignored = attributes.get("ignore") == "1"
        elif name == "part" and self._box is not None:
            self._part(attributes)

    def _part(self, attributes: dict[str, str]) -> None:
        assert self._box is not None
        name = attributes.get("name", "")
        number = _PLACES.get(name)
        if number is None:
            self._problem(f"part '{name}' is none of the {COUNT} points, '00' to '{COUNT - 1}'")
        elif number in self._box:
            self._problem(f"part '{name}' stands twice in this box")
        else:
            x, y = (self._number(attributes, axis) for axis in ("x", "y"))
            self._box[number] = (x, y)

    def _number(self, attributes: dict[str, str], axis: str) -> float:
        text = attributes.get(axis, "")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self._problem(f"part '{attributes['name']}': {axis}='{text}' is no number")
            return 0.0
        return value

    def _end(self, name: str) -> None:
        if name == "box" and self._box is not None:
            if self._ignored or not self._box:
                self.left_out += 1
            else:
                points = numpy.array([self._box[number] for number in sorted(self._box)], numpy.float64)
                if checked_face(points, self._box_place, self._problems):
                    self._faces.append(points)
            self._box = None
        elif name == "image" and self._image is not None:
            file = self._image.get("file")
            if file and self._faces:
                # imglab on Windows writes backslashes.
                path = self._file.parent / file.replace("\\", "/")
                size = self._size()
                self.pictures.append(MarkedPicture(path, file, tuple(self._faces), self._image_place, size))
            self._image = None

    def _size(self) -> tuple[int, int] | None:
        assert self._image is not None
        width, height = self._image.get("width", ""), self._image.get("height", "")
        return (int(width), int(height)) if width.isdecimal() and height.isdecimal() else None

    def _place(self) -> str:
        return f"{self._file}:{self._parser.CurrentLineNumber}"

    def _problem(self, text: str) -> None:
        self._problems.append(f"{self._place()}: {text}")
