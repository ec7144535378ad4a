"""Folders with what commands work on: a clip, pictures with marks, graphs and calculators of a user's own."""

from __future__ import annotations

from pathlib import Path

from tests.calculators.sources.media import make_clip
from tests.evaluation.faces import GRAPH as EVALUATED
from tests.evaluation.faces import PLACES, face, picture, xml

GRAPH = """\
graphflow: 1
outputs: [image]
side_packets:
  input: {default: none.mp4}
  output: {default: none}
nodes:
  camera:
    calculator: VideoSource
    side_packets: {source: input}
    outputs: {image: image}
    output_side_packets: {info: info}
  bright: {calculator: Bright, inputs: {image: image}, outputs: {out: bright}}
  show: {calculator: VideoSink, executor: main, inputs: {image: image}, side_packets: {target: output, info: info}}
"""
CALCULATORS = '''\
"""Calculators of a user's own."""
from typing import Any

from graphflow import Calculator


class Bright(Calculator):
    """Tell how bright pictures are."""

    def process(self, image: Any) -> float:
        return float(image.mean())


class Finder(Calculator):
    """Find one face."""

    def process(self, image: Any) -> list[Any]:
        from tests.evaluation.faces import PLACES, face

        return [face(*PLACES[0]) + (2, 0)]
'''
SLOW_IMPORTS = """\
import colorsys, csv, decimal, difflib, email.message, fractions, html.parser, http.server, pdb, plistlib, statistics
import sqlite3, tarfile, unittest.mock, wave, xml.dom.minidom, xmlrpc.client, zoneinfo
import cv2, numpy.testing, yaml
sum(i * i for i in range(3_000_000))
"""


def make_folder(folder: Path, frames: int = 20) -> Path:
    """Fill a new folder: two graphs, their calculators, a clip of so many frames, and a picture with marks."""
    folder.mkdir(parents=True)
    (folder / "graph.yaml").write_text(GRAPH.replace("[image]", "[bright]"))
    (folder / "faces.yaml").write_text(EVALUATED)
    (folder / "my.py").write_text(CALCULATORS)
    (folder / "slow.py").write_text(SLOW_IMPORTS + CALCULATORS)
    make_clip(folder / "clip.mp4", frames)
    picture(folder / "a.png")
    (folder / "faces.xml").write_text(xml({"a.png": [face(*place) for place in PLACES]}))
    return folder
