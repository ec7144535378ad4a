"""ImageToTensor, and what its matrix means to DetectionProjection and LandmarkProjection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, detections, image, landmarks, rect

INPUTS = {"image": "image", "norm_rect": "rect"}
SIZES = ((40, 30), (30, 44), (33, 21))


def make(random: Random) -> Iterator[dict[str, Any]]:
    """Regions of images, some reaching far out."""
    while True:
        width, height = SIZES[random.integers(len(SIZES))]
        yield {"image": image(random, width, height), "norm_rect": rect(random, turned=random.random() < 0.7)}


def make_whole(random: Random) -> Iterator[dict[str, Any]]:
    """Whole images of one size in turn with others."""
    for regions in make(random):
        yield {"image": regions["image"]}


def make_found(random: Random) -> Iterator[dict[str, Any]]:
    for regions in make(random):
        yield {**regions, "detections": detections(random), "norm_landmarks": landmarks(random, 5)}


def case(name: str, whole: bool = False, **options: Any) -> Case:
    inputs = {"image": "image"} if whole else INPUTS
    sized = {"output_tensor_width": 24, "output_tensor_height": 20} | options
    return Case(
        name=name,
        **one_node("ImageToTensor", inputs, {"tensors": "tensor"}, **sized),
        make=make_whole if whole else make,
        golden=2,
    )


BACK = {
    "tensor": {
        "calculator": "ImageToTensor",
        "inputs": {"image": "image", "norm_rect": "norm_rect"},
        "outputs": {"matrix": "matrix", "tensors": "tensors"},
        "options": {
            "output_tensor_width": 24,
            "output_tensor_height": 20,
            "keep_aspect_ratio": True,
            "output_tensor_float_range": {"min": 0.0, "max": 1.0},
        },
    },
    "boxes": {
        "calculator": "DetectionProjection",
        "inputs": {"detections": "detections", "projection_matrix": "matrix"},
        "outputs": {"detections": "projected"},
    },
    "points": {
        "calculator": "LandmarkProjection",
        "inputs": {"norm_landmarks": "norm_landmarks", "projection_matrix": "matrix"},
        "outputs": {"norm_landmarks": "projected_landmarks"},
    },
}
CASES = [
    case("stretched", output_tensor_float_range={"min": 0.0, "max": 1.0}),
    case("kept in shape", keep_aspect_ratio=True, output_tensor_float_range={"min": -1.0, "max": 1.0}),
    case("black border", border_mode="BORDER_ZERO", output_tensor_float_range={"min": -1.0, "max": 1.0}),
    case("whole", whole=True, keep_aspect_ratio=True, output_tensor_float_range={"min": 0.0, "max": 1.0}),
    Case(
        name="back by the matrix",
        nodes=BACK,
        inputs=INPUTS | {"detections": "detections", "norm_landmarks": "landmarks"},
        outputs={"projected": "detections", "projected_landmarks": "landmarks"},
        make=make_found,
        golden=2,
    ),
]
