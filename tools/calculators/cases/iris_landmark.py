"""The module iris_landmark: where it looks, and all that follows the cutting out, which MediaPipe's Python lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy
import yaml

from graphflow.bundled import bundled_graphs
from graphflow.calculators.image.image_cropping import ImageCropping
from graphflow.calculators.types import ImageSize, Landmarks, NormRect
from graphflow.testing import run_calculator
from tools.calculators.case import Case
from tools.calculators.random_payloads import Random, array

MODEL = "iris_landmark.tflite"
EYES = numpy.array([(204.0, 102.0), (247.0, 104.5)])
"""The middles of the portrait's eyes, in pixels of its 512."""


def module(name: str) -> dict[str, Any]:
    """The nodes of a module that comes with graphflow."""
    nodes: dict[str, Any] = yaml.safe_load((bundled_graphs() / "modules" / f"{name}.yaml").read_bytes())["nodes"]
    return nodes


def corners(random: Random) -> Iterator[dict[str, Any]]:
    """Two corners of an eye anywhere in an image."""
    while True:
        size = ImageSize(*random.integers(40, 1281, 2).tolist())
        first = array(random, 0, 1, (1, 3))
        yield {
            "landmarks": Landmarks(numpy.vstack([first, first + array(random, -0.1, 0.1, (1, 3))])),
            "image_size": size,
        }


def eyes(random: Random) -> Iterator[dict[str, Any]]:
    """Eyes of the portrait in regions of many sizes, turned, shifted, some not quite square, some beyond the border."""
    from tools.face_mesh.clips import portrait

    picture = portrait()
    while True:
        right = bool(random.integers(2))
        zoom = int(random.choice([1, 2, 3]))
        image = numpy.ascontiguousarray(picture[::zoom, ::zoom])
        x, y = EYES[int(right)] / 512 + random.uniform(-0.01, 0.01, 2)
        side = random.uniform(0.07, 0.16)
        if random.random() < 0.2:  # the border of the image runs through the eye
            start = int(y * len(image))
            image, y = image[start:], 0.0
        shape = image.shape[1] / image.shape[0]
        roi = NormRect(
            *numpy.array([x, y, side, side * shape, random.choice([0, random.uniform(-0.6, 0.6)])], "f4").tolist()
        )
        if random.random() < 0.3:
            roi.width = float(numpy.float32(roi.width * 0.8))
        eye = cropped(image, roi)
        yield {"eye_image": eye, "roi": roi, "is_right_eye": right}


def cropped(image: Any, roi: NormRect) -> Any:
    """The region, as the module cuts it out."""
    from graphflow import Packet

    inputs: dict[str, Any] = {"image": [Packet(image, 0)], "norm_rect": [Packet(roi, 0)]}
    return run_calculator(ImageCropping, inputs=inputs, options={"border_mode": "BORDER_REPLICATE"}).values("image")[0]


def after_the_crop() -> dict[str, Any]:
    """The nodes of iris_landmark behind the first one."""
    nodes = module("iris_landmark")
    del nodes["crop"]
    nodes["inference"]["options"] = {"model_path": MODEL}
    return nodes


CASES = [
    Case(
        name="region",
        nodes=module("iris_landmark_landmarks_to_roi"),
        inputs={"landmarks": "landmarks", "image_size": "image_size"},
        outputs={"roi": "rect"},
        make=corners,
    ),
    Case(
        name="eye",
        nodes=after_the_crop(),
        inputs={"eye_image": "image_frame", "roi": "rect", "is_right_eye": "bool"},
        outputs={
            "transformed_eye_image": "image_frame",
            "iris_landmarks": "landmarks",
            "eye_contour_landmarks": "landmarks",
        },
        make=eyes,
        tolerance=1e-6,
        peer_names={"SplitVector": "SplitTensorVectorCalculator"},
        peer_options={
            "inference": {"model_path": f"mediapipe/modules/iris_landmark/{MODEL}", "delegate": {"xnnpack": {}}}
        },
        golden=4,
    ),
]
