"""The graph from a picture file to masks and a picture, on the sample portrait.

The masks in tests/golden/selfie_segmentation are those of MediaPipe's solution, written by
``tools/peer/mediapipe_selfie_segmentation.py``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Graph, GraphConfigError, Packet
from graphflow.bundled import bundled_graphs
from graphflow.models import load_model

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "selfie_segmentation"
STEP = 8
INSIDE, OUTSIDE = numpy.s_[80:160, 195:250], numpy.s_[40:300, 400:500]
"""Parts of the picture that belong to the person, and to what is behind her."""


def run(folder: Path, options: dict[str, Any] | None = None, **side_packets: Any) -> tuple[Any, Any, Any]:
    """The picture, its mask, and the picture that is written; pictures in RGB."""
    source, output = folder / "portrait.png", folder / "out.png"
    source.write_bytes(load_model("portrait.png").content)
    packets: list[Packet[Any]] = []
    graph = Graph.load(bundled_graphs() / "selfie_segmentation_desktop_live.yaml", options=options or {})
    with graph.start({"input": str(source), "output": str(output), **side_packets}) as started:
        started.observe("segmentation_mask", packets.append)
        started.wait_until_done()
    (packet,) = packets
    before, after = (cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB) for path in (source, output))
    return before, packet.value, after


@pytest.mark.parametrize("delegate", ["xnnpack", "none"])
@pytest.mark.parametrize(("selection", "name"), [(0, "general"), (1, "landscape")])
def test_masks_are_those_of_mediapipe(selection: int, name: str, delegate: str, tmp_path: Path) -> None:
    _, mask, _ = run(tmp_path, {"delegate": delegate}, model_selection=selection)
    assert (mask.shape, mask.dtype) == ((512, 512), numpy.float32)
    with numpy.load(GOLDEN / "portrait.npz") as golden:
        numpy.testing.assert_allclose(mask[::STEP, ::STEP], golden[name], atol=1e-4)


def test_the_background_becomes_blue(tmp_path: Path) -> None:
    before, _, after = run(tmp_path)
    numpy.testing.assert_allclose(after[INSIDE], before[INSIDE], atol=3)
    assert numpy.abs(after[OUTSIDE].astype(int) - (0, 0, 255)).mean() < 2


def test_a_picture_fills_the_background(tmp_path: Path) -> None:
    picture = numpy.zeros((40, 120, 3), numpy.uint8)  # black, white in its middle third
    picture[:, 40:80] = 255
    cv2.imwrite(str(tmp_path / "wall.png"), picture)
    before, _, after = run(tmp_path, {"background": 1, "picture": str(tmp_path / "wall.png")})
    numpy.testing.assert_allclose(after[INSIDE], before[INSIDE], atol=3)
    assert after[OUTSIDE].mean() > 253  # the sides are cut off


def test_a_picture_must_be_named() -> None:
    with pytest.raises(GraphConfigError, match="--set picture=FILE"):
        Graph.load(bundled_graphs() / "selfie_segmentation_desktop_live.yaml", options={"background": 1})


def test_the_background_is_blurred_without_the_person(tmp_path: Path) -> None:
    before, mask, after = run(tmp_path, {"background": 2, "blur": 0.05})
    numpy.testing.assert_allclose(after[INSIDE], before[INSIDE], atol=3)
    wall = numpy.s_[190:240, 320:345]  # beside the orange shoulder
    assert numpy.abs(numpy.diff(after[OUTSIDE].astype(int), axis=1)).max() < 12
    reddish = after[wall].astype(int)[..., 0] - after[wall].astype(int)[..., 2]
    assert mask[wall].max() < 0.1 and numpy.median(reddish) < 40


def test_persons_are_coloured(tmp_path: Path) -> None:
    before, _, after = run(tmp_path, {"background": 3})
    numpy.testing.assert_allclose(after[OUTSIDE], before[OUTSIDE], atol=3)
    assert (after[INSIDE][..., 2] > after[INSIDE][..., 0]).mean() > 0.9
