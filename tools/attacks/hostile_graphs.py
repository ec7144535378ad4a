"""Graph files that name what they may not: files, addresses, modules, libraries, files outside, tags, aliases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

HEAD = "graphflow: 1\n"
NUMBERS = """\
  numbers: {calculator: CountingSource, side_packets: {max_count: {value: 3}}, outputs: {out: x}}
"""
ROWS = """\
  rows: {calculator: RowSink, inputs: {item: x}, side_packets: {target: TARGET}}
"""
SOURCE = """\
  camera:
    calculator: VideoSource
    side_packets: {source: TARGET}
    options: {max_frames: 1, timeout: 0.2}
    outputs: {image: x}
"""
SAMPLE = SOURCE.replace("TARGET", "{value: sample}")
PICTURES = """\
  show: {calculator: VideoSink, inputs: {image: x}, side_packets: {target: TARGET}}
"""
MODEL = """\
  crop:
    calculator: ImageToTensor
    inputs: {image: x}
    options: {output_tensor_width: 8, output_tensor_height: 8, output_tensor_float_range: {min: 0.0, max: 1.0}}
    outputs: {tensors: t}
  model: {calculator: CALCULATOR, inputs: {tensors: t}, outputs: {tensors: y}, options: OPTIONS}
"""
SEEN = """\
  see: {calculator: PassThrough, inputs: {item: x}, outputs: {out: y}}
"""
MADE = """\
  make: {calculator: ConstantSidePacket, options: {packet: [VALUE]}, output_side_packets: {packet: place}}
"""
OTHER = """\
  make:
    calculator: DefaultSidePacket
    side_packets: {default_value: {value: VALUE}}
    output_side_packets: {value: place}
"""

MARKUP = (
    '!!python/object/apply:os.system ["touch FOLDER/touched"]',
    "!!python/module:evil",
    "!!python/name:os.system",
    "!evil {a: b}",
    "&a [*a]",
    "{<<: {a: 1}}",
    "${HOME}",
    "$(touch FOLDER/touched)",
    "`touch FOLDER/touched`",
    "{{ __import__('evil') }}",
    "!include FOLDER/secret.yaml",
)
CLASSES = (
    "os.system",
    "evil",
    "evil.Evil",
    "evil:Evil",
    "FOLDER/evil.py:Evil",
    "../outside/evil.py",
    "builtins.exec",
    "",
)


def graphs(outside: Path, address: str) -> Iterator[tuple[str, str]]:
    """Name and text of each.

    Args:
        outside: A folder beside that of the graphs, with files that nobody may touch.
        address: Of a server, without the scheme.
    """
    place = str(outside)
    written = [f"{place}/{name}" for name in ("old.jsonl", "old.csv", "old.npz", "new.jsonl")]
    written += ["../outside/old.jsonl", "~/mine.jsonl", "link.jsonl", "own.jsonl"]
    drawn = [f"{place}/{name}" for name in ("old.png", "old.mp4", "new.avi", "frames/")]
    drawn += ["~/mine.png", "link.png", "own.mp4", f"file:{place}/old.mp4", f"http://{address}/a.mp4"]
    read = [f"{scheme}://{address}/a.mp4" for scheme in ("http", "https", "rtsp", "tcp", "udp", "ftp")]
    read += [
        f"http://user:pass@{address}/a?b=c",
        f"concat:{place}/old.mp4",
        f"file:{place}/old.mp4",
        f"crypto:{place}/a",
    ]
    read += [f"{place}/old.mp4", f"{place}/old.png", "~/a.png", f"{place}/list.m3u8", "data:video/mp4;base64,AAAA"]
    models = [
        f"{place}/model.tflite",
        f"{place}/model.onnx",
        f"{place}/fifo",
        "/dev/zero",
        f"http://{address}/m.tflite",
    ]
    included = [
        f"{place}/secret.yaml",
        "../outside/secret.yaml",
        "link.yaml",
        f"http://{address}/g.yaml",
        "/etc/passwd",
    ]
    included += [
        f"file://{place}/secret.yaml",
        "~/g.yaml",
        "evil.py",
        "//etc/passwd",
        "..\\outside\\secret.yaml",
        "fifo.yaml",
    ]

    for number, target in enumerate(written):
        yield from ((f"rows{number}{how}", text) for how, text in ways(NUMBERS + ROWS, target))
    for number, target in enumerate(drawn):
        yield from ((f"drawn{number}{how}", text) for how, text in ways(SAMPLE + PICTURES, target))
    for number, target in enumerate(read):
        yield from ((f"read{number}{how}", text) for how, text in ways(SOURCE + SEEN, target, outputs="[y]"))
    for number, target in enumerate(models):
        for calculator in ("Inference", "OnnxInference"):
            node = MODEL.replace("CALCULATOR", calculator).replace("OPTIONS", json.dumps({"model_path": target}))
            yield f"model{number}{calculator}", f"{HEAD}outputs: [y]\nnodes:\n{SAMPLE}{node}"
    for number, path in enumerate((f"{place}/evil.so", "./evil.so", "evil.so", "link.so", "../outside/evil.so")):
        options = {"model_path": "face_landmark.tflite", "delegate": {"path": path}}
        node = MODEL.replace("CALCULATOR", "Inference").replace("OPTIONS", json.dumps(options))
        yield f"delegate{number}", f"{HEAD}outputs: [y]\nnodes:\n{SAMPLE}{node}"
    for number, path in enumerate(included):
        yield f"included{number}", f"{HEAD}nodes:\n  a: {{subgraph: {json.dumps(path)}}}\n"
        choice = f"  a: {{switch: [{{subgraph: {json.dumps(path)}}}], select: 0}}\n"
        yield f"chosen{number}", f"{HEAD}nodes:\n{choice}"
    for number, name in enumerate(CLASSES):
        name = json.dumps(name.replace("FOLDER", place))
        yield f"class{number}", f"{HEAD}nodes:\n  a: {{calculator: {name}, options: {{command: touch}}}}\n"
    for number, text in enumerate(MARKUP):
        text = text.replace("FOLDER", place)
        yield f"markup{number}", f"{HEAD}options: {{a: {text}}}\nnodes:\n{NUMBERS}{SEEN}"
        yield f"markup{number}value", f"{HEAD}nodes:\n{NUMBERS}{ROWS}".replace("TARGET", f"{{value: {text}}}")
        yield f"markup{number}whole", f"{text}\n"


def texts(outside: Path, address: str) -> Iterator[tuple[str, str]]:
    """Name and text of hostile graphs in MediaPipe's format; arguments as for `graphs`."""
    place = str(outside)
    ends = 'input_stream: "x"\noutput_stream: "y"\n'
    tensors = 'input_stream: "TENSORS:x" output_stream: "TENSORS:y"'
    names = [*(name.replace("FOLDER", place) for name in CLASSES), "Secret", "Link", "Fifo", f"{place}/secret"]
    names += ["../outside/secret", "evil", f"http://{address}/g"]
    for number, name in enumerate(names):
        node = f'calculator: {json.dumps(name)} input_stream: "x" output_stream: "y"'
        yield f"node{number}", f"{ends}node {{ {node} }}\n"
        branch = f"contained_node {{ calculator: {json.dumps(name)} }}"
        options = f"options {{ [mediapipe.SwitchContainerOptions.ext] {{ {branch} }} }}"
        switch = f'calculator: "SwitchContainer" input_stream: "x" output_stream: "y" {options}'
        yield f"branch{number}", f"{ends}node {{ {switch} }}\n"
    models = (
        f"{place}/model.tflite",
        f"{place}/fifo",
        "/dev/zero",
        f"http://{address}/m.tflite",
        "../outside/m.task#a",
    )
    for number, path in enumerate(models):
        options = f"[mediapipe.InferenceCalculatorOptions.ext] {{ model_path: {json.dumps(path)} }}"
        node = f'calculator: "InferenceCalculator" {tensors} options {{ {options} }}'
        yield f"model{number}", f"{ends}node {{ {node} }}\n"
    for number, text in enumerate(MARKUP):
        yield f"markup{number}", f"{ends}type: {json.dumps(text.replace('FOLDER', place))}\n"
    yield "deep", "node { " * 5000
    yield "packed", "graph_options { [type.googleapis.com/mediapipe.CalculatorGraphConfig] { " * 40


def ways(nodes: str, target: str, outputs: str = "[]") -> Iterator[tuple[str, str]]:
    """The ways in which a graph can give a side packet a value of its own; their names and the files."""
    quoted = json.dumps(target)
    head = f"{HEAD}outputs: {outputs}\n"
    named = nodes.replace("TARGET", "place")
    yield "value", f"{head}nodes:\n{nodes}".replace("TARGET", f"{{value: {quoted}}}")
    yield "default", f"{head}side_packets: {{place: {{default: {quoted}}}}}\nnodes:\n{named}"
    yield "made", f"{head}nodes:\n{MADE}{named}".replace("VALUE", quoted)
    yield "other", f"{head}nodes:\n{OTHER}{named}".replace("VALUE", quoted)
    option = MADE.replace("[VALUE]", "'${names}'")
    yield "option", f"{head}options: {{names: [{quoted}]}}\nnodes:\n{option}{named}"
