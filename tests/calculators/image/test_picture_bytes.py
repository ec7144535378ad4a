"""Pictures that come as the bytes of their files, and what their EXIF data say."""

from __future__ import annotations

from typing import Any

import cv2
import numpy
import pytest

from graphflow import Graph, GraphConfigError, Packet, UnusableFile
from graphflow.calculators.image.image_file_properties import ImageFileProperties
from graphflow.calculators.image.opencv_encoded_image_to_image_frame import OpenCvEncodedImageToImageFrame
from graphflow.calculators.sources.exif import image_file_properties
from graphflow.calculators.types import ImageFileProperties as Properties
from graphflow.testing import run_calculator
from tests.exif_files import PICTURE, exif, jpeg


def properties(content: bytes) -> Properties:
    (found,) = run_calculator(ImageFileProperties, inputs={"item": [Packet(content, 0)]}).values("out")
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_focal_length_in_pixels_follows_from_that_of_film(order: str) -> None:
    found = properties(jpeg(exif(order)))
    assert found[:4] == (4000, 3000, 4.25, 26)
    # A film of 43.27 mm from corner to corner, whose sides are as 4 to 3, is 34.61 mm wide.
    assert found.focal_length_pixels == pytest.approx(4000 * 26 / 34.613, rel=1e-4)


@pytest.mark.parametrize("content", [b"", b"no picture", jpeg()], ids=["empty", "text", "plain"])
def test_without_exif_data_all_is_0(content: bytes) -> None:
    assert properties(content) == Properties()


def test_no_focal_length_in_pixels_without_those_of_lens_and_film() -> None:
    assert properties(jpeg(exif(length=(0, 100)))).focal_length_pixels == 0
    assert properties(jpeg(exif(length=(425, 0)))).focal_length_pixels == 0
    assert properties(jpeg(exif(length_35mm=0))).focal_length_pixels == 0


def test_damaged_exif_data_are_none() -> None:
    whole = jpeg(exif())
    right = image_file_properties(whole).focal_length_pixels
    for end in range(len(whole)):
        assert image_file_properties(whole[:end]).focal_length_pixels in (0, right)
    for place in range(2, 150):
        image_file_properties(whole[:place] + b"\xff" + whole[place + 1 :])


def test_a_side_packet_from_a_side_packet_or_from_a_stream() -> None:
    depths = """
    graphflow: 1
    {top}
    outputs: [out]
    nodes:
      read: {{calculator: ImageFileProperties, {read}, output_side_packets: {{out: camera}}}}
      send: {{calculator: SidePacketToStream, side_packets: {{item: camera}}, outputs: {{at_zero: out}}}}
    """
    content = jpeg(exif())
    side = Graph.parse(depths.format(top="side_packets: [file]", read="side_packets: {item: file}"))
    assert [packet.value for packet in side.run(side_packets={"file": content})["out"]] == [properties(content)]
    stream = Graph.parse(depths.format(top="inputs: [file]", read="inputs: {item: file}"))
    assert [packet.value for packet in stream.run(inputs={"file": [Packet(content, 0)]})["out"]] == [
        properties(content)
    ]


def test_ways_that_do_not_fit() -> None:
    with pytest.raises(GraphConfigError, match="the bytes of a file must be connected"):
        run_calculator(ImageFileProperties)
    with pytest.raises(GraphConfigError, match="a side packet cannot become a stream here"):
        run_calculator(ImageFileProperties, side_packets={"item": b""})


def decode(content: bytes, **options: Any) -> Any:
    inputs = {"item": [Packet(content, 0)]}
    (found,) = run_calculator(OpenCvEncodedImageToImageFrame, inputs=inputs, options=options).values("out")
    return found


def test_pictures_are_decoded_with_the_channels_that_they_have() -> None:
    assert numpy.abs(decode(jpeg()).astype(int) - PICTURE).max() <= 3
    grey = numpy.arange(24, dtype=numpy.uint8).reshape(4, 6)
    assert numpy.array_equal(decode(cv2.imencode(".png", grey)[1].tobytes()), grey)
    bgra = numpy.dstack([PICTURE[:, :, ::-1], grey])
    assert numpy.array_equal(decode(cv2.imencode(".png", bgra)[1].tobytes()), numpy.dstack([PICTURE, grey]))


def test_pictures_are_turned_if_asked() -> None:
    content = jpeg(exif(orientation=6))
    assert decode(content).shape == (4, 6, 3)
    assert decode(content, apply_orientation_from_exif_data=True).shape == (6, 4, 3)


def test_what_is_no_picture_is_an_error() -> None:
    with pytest.raises(UnusableFile, match="'a picture' cannot be decoded"):
        decode(b"no picture")
