"""Graph files after accidents: bytes, lines and words lost, moved and exchanged. Everything follows from a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

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


def change_bytes(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.randbytes(rng.randint(1, 4)) + data[at + rng.randrange(4) :]


def copy_part(data: bytes, rng: random.Random) -> bytes:
    start, at = rng.randrange(len(data)), rng.randrange(len(data))
    return data[:at] + data[start : start + rng.randint(1, 60)] + data[at:]


BINARY_MUTATIONS: list[Callable[[bytes, random.Random], bytes]] = [flip_byte, change_bytes, copy_part, truncate]


def mutant(
    rng: random.Random,
    graph: bytes = GRAPH.encode(),
    mutations: Sequence[Callable[[bytes, random.Random], bytes]] = MUTATIONS,
) -> bytes:
    """A graph file after one to four accidents with its bytes and lines."""
    for _ in range(rng.randint(1, 4)):
        graph = rng.choice(mutations)(graph or b"x: y\n", rng)
    return graph


class WordMutants:
    """Graph files whose words and lines get mixed up, so that most of them still read as YAML.

    Args:
        texts: The files to start from; words and lines of one end up in another.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.words = sorted({word for text in texts for word in re.findall(r"[\w.${}/]+", text)})

    def mutant(self, rng: random.Random) -> str:
        """A file with a few words exchanged, lines moved or characters lost."""
        text = rng.choice(self.texts)
        for _ in range(rng.randint(1, 4)):
            text = self._accident(text, rng)
        return text

    def _accident(self, text: str, rng: random.Random) -> str:
        lines = text.split("\n")
        match rng.randrange(4):
            case 0:
                words = re.split(r"([\w.${}/]+)", text)
                words[rng.randrange(len(words))] = rng.choice(self.words)
                return "".join(words)
            case 1:
                lines.insert(rng.randrange(len(lines)), lines.pop(rng.randrange(len(lines))))
            case 2:
                lines[rng.randrange(len(lines))] = rng.choice(rng.choice(self.texts).split("\n"))
            case _ if text:
                place = rng.randrange(len(text))
                return text[:place] + text[place + rng.randint(1, 3) :]
        return "\n".join(lines)
