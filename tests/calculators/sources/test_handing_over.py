"""Nobody holds on to a frame that was sent: who draws on it gets the very memory that it was captured into."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy
import pytest

from graphflow import Calculator, Graph, Owned, Packet
from graphflow.calculators.types import Image
from tests.calculators.sources.media import FakeCapture, FakeCaptures, frame


class Where(Calculator):
    """Tells the address of the memory that it may draw on."""

    def process(self, image: Owned[Image]) -> int:
        return address(image)


def address(image: Any) -> int:
    place: int = image.__array_interface__["data"][0]
    return place


class Giving(FakeCapture):
    """Gives each frame away."""

    gives_away = True


GRAPH = """
graphflow: 1
outputs: [place]
side_packets: {input: {}}
nodes:
  source: {calculator: VideoSource, side_packets: {source: input}, outputs: {image: image}}
  where: {calculator: Where, inputs: {image: image}, outputs: {out: place}}
"""


@pytest.mark.parametrize("source", [0, "clip.mp4"])
def test_a_frame_is_drawn_on_in_place(source: int | str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clip.mp4").write_bytes(b"0" * 100)  # what is captured comes from elsewhere
    captured: list[int] = []

    def frames() -> Iterator[Any]:
        for number in itertools.count():
            images = [numpy.ascontiguousarray(frame(number))]
            captured.append(address(images[0]))
            yield images.pop()

    places: list[int] = []
    graph = Graph.parse(GRAPH, calculators=[Where])
    with graph.start({"input": source}, services=[FakeCaptures(Giving(frames()))]) as run:

        def look(packet: Packet[int]) -> None:
            places.append(packet.value)
            if len(places) == 3:
                run.stop_sources()

        run.observe("place", look)
        run.wait_until_done()
    assert len(places) >= 3 and set(places) <= set(captured)
