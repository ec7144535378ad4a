"""Ask MediaPipe's own calculators what they make of small images.

    peer/bin/python mediapipe_images.py OUT.npz

OUT.npz has some images by their names, and what comes of each: its name is the calculator, the name of the image and
the options' text, with a | between.
"""

import sys

import mediapipe
import numpy as np
from mediapipe.calculators.image import (
    image_transformation_calculator_pb2,  # noqa: F401  (for its options)
    set_alpha_calculator_pb2,  # noqa: F401
)
from mediapipe.calculators.tensor import tensor_converter_calculator_pb2, tensors_to_segmentation_calculator_pb2  # noqa: F401
from mediapipe.python import packet_creator, packet_getter

FORMATS = {
    (3, "u"): mediapipe.ImageFormat.SRGB,
    (4, "u"): mediapipe.ImageFormat.SRGBA,
    (1, "u"): mediapipe.ImageFormat.GRAY8,
    (1, "f"): mediapipe.ImageFormat.VEC32F1,
}
TRANSFORMATIONS = [
    "output_width: 17 output_height: 9",
    "output_width: 55 output_height: 41",
    "output_width: 16 output_height: 16 scale_mode: FIT",
    "output_width: 60 output_height: 33 scale_mode: FIT padding_color { red: 9 green: 200 }",
    "output_width: 17 output_height: 40 scale_mode: FIT constant_padding: false",
    "output_width: 16 output_height: 16 scale_mode: FILL_AND_CROP",
    "output_width: 16 output_height: 16 interpolation_mode: NEAREST",
    "output_width: 40 output_height: 61 scale_mode: FIT interpolation_mode: NEAREST",
    "rotation_mode: ROTATION_90",
    "rotation_mode: ROTATION_180 flip_horizontally: true",
    "rotation_mode: ROTATION_270 flip_vertically: true",
    "flip_horizontally: true flip_vertically: true",
    "output_width: 20 output_height: 30 rotation_mode: ROTATION_90 scale_mode: FIT",
    "output_width: 30 output_height: 22 rotation_mode: ROTATION_270 flip_horizontally: true",
]
TRANSFORM = """
input_stream: "image"
output_stream: "out"
node {
  calculator: "ImageTransformationCalculator"
  input_stream: "IMAGE:image"
  output_stream: "IMAGE:out"
  options { [mediapipe.ImageTransformationCalculatorOptions.ext] { %s } }
}
"""
CONVERSIONS = [
    "",
    "zero_center: false",
    "output_tensor_float_range { min: -0.3 max: 0.9 } flip_vertically: true",
    "use_custom_normalization: true custom_div: 127.5 custom_sub: 0.75 max_num_channels: 1",
]
CONVERT = """
input_stream: "image"
output_stream: "out"
node {
  calculator: "TensorConverterCalculator"
  input_stream: "IMAGE:image"
  output_stream: "TENSORS:tensors"
  options { [mediapipe.TensorConverterCalculatorOptions.ext] { %s } }
}
node { calculator: "TensorsToFloatsCalculator" input_stream: "TENSORS:tensors" output_stream: "FLOATS:out" }
"""
SET_ALPHA = """
input_stream: "image"
input_stream: "alpha"
output_stream: "out"
node {
  calculator: "SetAlphaCalculator"
  input_stream: "IMAGE:image"
  input_stream: "ALPHA:alpha"
  output_stream: "IMAGE:out"
}
"""
SEGMENT = """
input_stream: "image"
output_stream: "out"
node {
  calculator: "TensorConverterCalculator"
  input_stream: "IMAGE:image"
  output_stream: "TENSORS:tensors"
  options {
    [mediapipe.TensorConverterCalculatorOptions.ext] { output_tensor_float_range { min: -20.0 max: 10180.0 } }
  }
}
node {
  calculator: "TensorsToSegmentationCalculator"
  input_stream: "TENSORS:tensors"
  output_stream: "MASK:mask"
  options { [mediapipe.TensorsToSegmentationCalculatorOptions.ext] { %s } }
}
node { calculator: "FromImageCalculator" input_stream: "IMAGE:mask" output_stream: "IMAGE_CPU:out" }
"""


def images():
    """Noise, so that a place that is missed by a part of a pixel shows."""
    random = np.random.default_rng(2)
    rgba = random.integers(0, 256, (21, 31, 4), np.uint8)
    return {
        "rgb": np.ascontiguousarray(rgba[:, :, :3]),
        "rgba": rgba,
        "grey": np.ascontiguousarray(rgba[:, :, 0]),
        "square": np.ascontiguousarray(rgba[:18, :18, :3]),
        "mask": random.random((21, 31), np.float32),
    }


def frame(image):
    channels = image.shape[2] if image.ndim == 3 else 1
    return mediapipe.ImageFrame(image_format=FORMATS[channels, image.dtype.kind], data=image)


def run(text, get=packet_getter.get_image_frame, **inputs):
    """The array that a graph sends on its stream 'out'."""
    graph = mediapipe.CalculatorGraph(graph_config=text)
    found = []
    graph.observe_output_stream("out", lambda _, packet: found.append(get(packet)))
    graph.start_run()
    for name, image in inputs.items():
        graph.add_packet_to_input_stream(name, packet_creator.create_image_frame(frame(image)).at(0))
    graph.close_all_packet_sources()
    graph.wait_until_done()
    return np.float32(found[0]) if isinstance(found[0], list) else found[0].numpy_view().copy()


def main(out):
    given = images()
    results = {}
    names = list(given)
    for number, options in enumerate(TRANSFORMATIONS):
        for name in names if number < 3 else names[number % 3 :: 3]:
            results[f"ImageTransformation|{name}|{options}"] = run(TRANSFORM % options, image=given[name])
    for options in CONVERSIONS:
        for name in ("rgba", "grey", "mask"):
            floats = run(CONVERT % options, packet_getter.get_float_list, image=given[name])
            results[f"TensorConverter|{name}|{options}"] = floats
    for image, alpha in (("rgb", "mask"), ("rgba", "grey")):
        results[f"SetAlpha|{image}|{alpha}"] = run(SET_ALPHA, image=given[image], alpha=given[alpha])
    results["TensorsToSegmentation|mask|activation: SIGMOID"] = run(
        SEGMENT % "activation: SIGMOID", image=given["mask"]
    )
    np.savez_compressed(out, **given, **results)


if __name__ == "__main__":
    main(*sys.argv[1:])
