"""What ``graphflow new`` writes: a calculator, a graph, a package, each with its test. ``$words`` stand for names."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

_CALCULATOR = '''\
"""$title."""

from __future__ import annotations

import numpy
from graphflow import Calculator, Image, Option


class $cls(Calculator):
    """Darken pictures.

    Args:
        image: RGB.
    """

    brightness: float = Option(default=0.5, ge=0, le=1, doc="The share of its brightness that a picture keeps.")

    def process(self, image: Image) -> Image:
        return (image * self.brightness).astype(numpy.uint8)
'''

_CALCULATOR_TEST = '''\
"""Tests of $cls."""

from __future__ import annotations

from pathlib import Path

import numpy
from graphflow import Graph, Packet
from graphflow.testing import run_calculator

from $module import $cls

GRAPH = Path(__file__).$folder / "$stem.yaml"
PICTURE = numpy.full((2, 3, 3), 200, numpy.uint8)


def test_a_picture_keeps_a_share_of_its_brightness() -> None:
    assert (${cls}(brightness=0.25).process(PICTURE) == 50).all()


def test_a_picture_keeps_its_time() -> None:
    (packet,) = run_calculator($cls, inputs={"image": [Packet(PICTURE, 7)]}).packets()
    assert packet.timestamp == 7 and (packet.value == 100).all()


def test_the_graph_sends_every_picture_through_it() -> None:
    graph = Graph.load(GRAPH, calculators=[$cls], options={"source.max_frames": 3})
    streams = graph.run(side_packets={"output": "none"}, outputs=["input_video", "output_video"])
    before, after = ([packet.value for packet in packets] for packets in streams.values())
    assert len(before) == len(after) == 3
    assert all(dark.mean() < bright.mean() for bright, dark in zip(before, after, strict=True))
'''

_GRAPH = """\
# yaml-language-server: $$schema=graphflow.schema.json
graphflow: 1
help: $help
side_packets:
  input: {default: sample, help: "camera number, file, folder, URL, or sample"}
  output: {default: window, help: "window, or a video file"}
max_queue_size: 4

nodes:
  source:
    calculator: VideoSource
    side_packets: {source: input}
    outputs: {image: input_video}
    output_side_packets: {info: video_info}

$node
  sink:
    calculator: VideoSink
    executor: main
    inputs: {image: output_video}
    side_packets: {target: output, info: video_info}
"""

_NODE = """\
  $stem:
    calculator: $cls
    inputs: {image: input_video}
    outputs: {out: output_video}
    options: {brightness: 0.5}
"""

_MIRROR = """\
  # Put nodes of yours in its place. 'graphflow list' shows what there is, 'graphflow inspect NAME' the ports.
  mirror:
    calculator: ImageTransformation
    inputs: {image: input_video}
    outputs: {image: output_video}
    options: {flip_horizontally: true}
"""

_GRAPH_TEST = '''\
"""Tests of $stem.yaml."""

from __future__ import annotations

from pathlib import Path

from graphflow import Graph

GRAPH = Path(__file__).with_name("$stem.yaml")


def test_every_picture_is_mirrored() -> None:
    graph = Graph.load(GRAPH, options={"source.max_frames": 3})
    streams = graph.run(side_packets={"output": "none"}, outputs=["input_video", "output_video"])
    before, after = ([packet.value for packet in packets] for packets in streams.values())
    assert len(before) == len(after) == 3
    assert all((left == right[:, ::-1]).all() for left, right in zip(before, after, strict=True))
'''

_PYPROJECT = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "$distribution"
version = "0.1.0"
description = "$title for graphflow"
requires-python = ">=3.11"
dependencies = ["$engine", "numpy"]

# graphflow finds the calculators of this package by file name: class $cls is in $stem.py.
[project.entry-points."graphflow.calculators"]
$stem = "$stem"

[tool.setuptools]
packages = ["$stem"]
package-data = {$stem = ["py.typed"]}

# So that the command knows them in this folder, also before the package is installed.
[tool.graphflow]
calculators = ["$stem"]

[tool.mypy]
strict = true
files = ["$stem", "tests"]

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]
"""

_README = """\
# $distribution

Calculators for graphflow. Once the package is installed, every graph can use them:

```console
$$ pip install -e .
$$ graphflow run $stem.yaml --output $stem.mp4
$$ python -m pytest
$$ python -m mypy
```
"""

Names = Mapping[str, str]
"""``stem`` is the name in small letters, ``cls`` the class, ``title`` the name in words."""


def calculator(names: Names) -> dict[str, str]:
    """The files of a calculator, its test, and a graph that uses it."""
    stem = names["stem"]
    return {
        f"{stem}.py": _filled(_CALCULATOR, names),
        f"test_{stem}.py": _filled(_CALCULATOR_TEST, names, module=stem, folder="parent"),
        f"{stem}.yaml": _graph_of(names),
    }


def graph(names: Names) -> dict[str, str]:
    """The files of a graph and its test."""
    help = "Mirrors a camera, clip or picture, in a window or into a clip."
    return {
        f"{names['stem']}.yaml": _filled(_GRAPH, names, help=help, node=_MIRROR),
        f"test_{names['stem']}.py": _filled(_GRAPH_TEST, names),
    }


def package(names: Names) -> dict[str, str]:
    """The files of a distribution with one calculator, and a graph that uses it."""
    stem = names["stem"]
    files = {
        "pyproject.toml": _filled(_PYPROJECT, names),
        "README.md": _filled(_README, names),
        f"{stem}.yaml": _graph_of(names),
        f"{stem}/__init__.py": f'"""Calculators for graphflow: {names["title"]}."""\n',
        f"{stem}/py.typed": "",
        f"{stem}/{stem}.py": _filled(_CALCULATOR, names),
        f"tests/test_{stem}.py": _filled(_CALCULATOR_TEST, names, module=f"{stem}.{stem}", folder="parents[1]"),
    }
    return {f"{names['distribution']}/{name}": text for name, text in files.items()}


def _graph_of(names: Names) -> str:
    """A graph that sends pictures through the calculator."""
    help = f"{names['title']} on a camera, clip or picture, in a window or into a clip."
    return _filled(_GRAPH, names, help=help, node=_filled(_NODE, names))


def _filled(text: str, names: Names, **more: str) -> str:
    return Template(text).substitute(names, **more)
