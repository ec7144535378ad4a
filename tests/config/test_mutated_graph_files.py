"""Whatever happens to a graph file, reading it ends soon, raises nothing, and points into the file."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.reader import load_graph
from graphflow.config.render import render, to_json

MUTANTS = 300
SEED = 20_240

GRAPH = """\
# Everything that a graph file can hold.
graphflow: 1
help: "A graph für tests: 顔"
inputs: [video]
outputs:
  faces: {stream: landmarks, type: "list[Face]", optional: true, help: found faces}
side_packets:
  input: {default: 0, help: "camera number, file, folder, or URL"}
  num_faces: {default: 1}
output_side_packets: {model: face_model}
options:
  min_score: 0.5
  sizes: {default: [1, 2.5e-3, 0x1F], type: list}
executors:
  drawing: {threads: 1}
max_queue_size: -1
report_deadlock: true
input_policy: Default

nodes:
  limiter:
    calculator: FlowLimiter
    inputs:
      item: video
      finished: {stream: landmarks, back_edge: true}
    outputs: {out: frames}
    input_policy: {FixedSize: {trigger_queue_size: 4}}

  landmarks_front:
    subgraph: modules/face_landmark_front.yaml
    inputs: {image: frames}
    side_packets:
      num_faces: num_faces
      with_attention: {value: false}
    outputs:
      landmarks: landmarks
      rects:
        - rect_a
        - 'rect_b'
    options: ${all}

  choose:
    switch: [{calculator: PassThrough, options: {level: "${min_score}"}}, {subgraph: b.yaml}]
    select: 0
    inputs: {item: [rect_a, rect_b]}
    outputs: {out: chosen}

  draw:
    calculator: DrawLandmarks
    executor: drawing
    max_in_flight: 2
    options:
      colour: [255, 0, 0]
      text: |
        Two lines
        of text.
    inputs: {image: frames, faces: landmarks}
"""

TOKENS = ["&a ", "*a", "!!str ", "<<: ", "---\n", "...\n", "? ", "- ", ": ", "{", "}", "[", "]", ",", "'", '"', "#",
          "\t", "|", ">", "%", "@", "`", "\\", "\n", "\r", " ", "~", "null", "true", "1e999", "-1", "\0", "\x1b[2J",
          "\u2028", "\ufeff", "名", "\xff", "${", "node {\n", "'" * 3, "[" * 60, "a" * 300, "9" * 200]  # fmt: skip


def flip_byte(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


def delete_line(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def move_line(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    line = lines.pop(rng.randrange(len(lines)))
    lines.insert(rng.randrange(len(lines) + 1), line)
    return b"".join(lines)


def repeat_line(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    return b"".join(lines)


def indent_line(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    lines[at] = b" " * rng.randrange(8) + lines[at].lstrip(b" ")
    return b"".join(lines)


def swap_words(data: bytes, rng: random.Random) -> bytes:
    words = re.split(rb"(\w+)", data + b"#x y")
    one, other = rng.randrange(1, len(words), 2), rng.randrange(1, len(words), 2)
    words[one], words[other] = words[other], words[one]
    return b"".join(words)


def misspell(data: bytes, rng: random.Random) -> bytes:
    words = re.split(rb"(\w+)", data + b"#x")
    at = rng.randrange(1, len(words), 2)
    word = bytearray(words[at])
    word.insert(rng.randrange(len(word) + 1), rng.choice(b"aex_XZ0-./:"))
    del word[rng.randrange(len(word))]
    words[at] = bytes(word)
    return b"".join(words)


def insert_token(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(TOKENS).encode("latin-1" if rng.random() < 0.05 else "utf-8", "replace") + data[at:]


def truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


MUTATIONS: list[Callable[[bytes, random.Random], bytes]] = [
    *(flip_byte, delete_line, move_line, repeat_line, indent_line, swap_words, misspell, insert_token, truncate),
]


def mutant(seed: int) -> bytes:
    """`GRAPH` after one to four accidents."""
    rng = random.Random(seed)
    data = GRAPH.encode()
    for _ in range(rng.randint(1, 4)):
        data = rng.choice(MUTATIONS)(data or b"x: y\n", rng)
    return data


def check(path: Path, seed: int) -> list[Diagnostic]:
    """Read one mutant, and check all that must hold."""
    path.write_bytes(mutant(seed))
    diagnostics: list[Diagnostic] = []
    sources: dict[str, Sequence[str]] = {}
    started = time.process_time()
    graph = load_graph(path, diagnostics, sources)
    text = render(diagnostics, sources)
    elapsed = time.process_time() - started
    assert elapsed < 1, f"seed {seed} took {elapsed:.1f} s"
    assert graph is not None or diagnostics, f"seed {seed}: neither a graph nor a reason"
    assert all(character.isprintable() or character == "\n" for character in text), f"seed {seed}: not safe to print"
    lines = sources[str(path)]
    for diagnostic in diagnostics:
        spans = [diagnostic.span, *(related.span for related in diagnostic.related)]
        for span in spans:
            assert span is not None, f"seed {seed}: {diagnostic.code} says no place"
            assert 1 <= span.line <= max(len(lines), 1), f"seed {seed}: {diagnostic}"
            line = lines[span.line - 1] if lines else ""
            assert 1 <= span.column <= len(line) + 1, f"seed {seed}: {diagnostic}"
            assert 1 <= span.length <= max(len(line) - span.column + 1, 1), f"seed {seed}: {diagnostic}"
    to_json(diagnostics)
    return diagnostics


def test_the_unharmed_graph_is_right(tmp_path: Path) -> None:
    (tmp_path / "g.yaml").write_text(GRAPH, encoding="utf-8")
    diagnostics: list[Diagnostic] = []
    assert load_graph(tmp_path / "g.yaml", diagnostics) is not None
    assert diagnostics == []


@pytest.mark.slow
def test_mutated_graph_files_are_read_or_refused_with_a_place(tmp_path: Path) -> None:
    print(f"seeds {SEED} to {SEED + MUTANTS - 1}")
    found = [check(tmp_path / "g.yaml", seed) for seed in range(SEED, SEED + MUTANTS)]
    codes = {diagnostic.code for diagnostics in found for diagnostic in diagnostics}
    assert len(codes) >= 10, f"the mutants reach too little of the reader: {sorted(codes)}"
    assert sum(map(bool, found)) > MUTANTS // 2
