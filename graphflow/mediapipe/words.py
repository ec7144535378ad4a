"""What to type, in the words of MediaPipe's files: checks say it in YAML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from graphflow.config.diagnostics import Diagnostic
from graphflow.mediapipe.ports import SECTIONS, UNTAGGED
from graphflow.plan.subgraph_files import MEDIAPIPE_SUFFIXES

_KINDS = {kind.replace("_", " "): kind for kind in SECTIONS}


def in_their_words(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings, with what helps in files of MediaPipe's in the words of these files."""
    return [_in_their_words(one) for one in found]


def _in_their_words(one: Diagnostic) -> Diagnostic:
    if one.span is None or not one.span.file.endswith(MEDIAPIPE_SUFFIXES):
        return one
    help = one.help
    for pattern, words in _RULES:
        help = pattern.sub(words, help)
    if one.code == "unknown-port":
        help = _PORTS.sub(lambda match: _tagged(match[0]), help)
    return one._replace(help=help)


def _tagged(port: str) -> str:
    return f"{port.upper()} (or no tag)" if port in UNTAGGED.values() else port.upper()


def _connected(port: str, section: str, name: str = "...") -> str:
    tag = "" if port == UNTAGGED[section] else f"{port.upper()}:"
    return f'{SECTIONS[section]}: "{tag}{name}"'


_PORTS = re.compile(r"(?<=did you mean ')\w+(?=')|(?<=^it has )(?!no )\w+|(?<=^its inputs are )\w+|(?<=, )\w+(?=,|$)")
"""Names of ports in what helps where one is not known."""
_Words = str | Callable[[re.Match[str]], str]
_RULES: list[tuple[re.Pattern[str], _Words]] = [
    (re.compile(pattern), words)
    for pattern, words in (
        (r"add '(\w+): \.\.\.' to the ((?:output )?side packets|inputs|outputs)( of)?",
         lambda m: f"add {_connected(m[1], _KINDS[m[2]])}{' to' if m[3] else ''}"),
        (r"add '(inputs|outputs|side_packets|output_side_packets): \{(\w+): \.\.\.\}'",
         lambda m: f"add {_connected(m[2], m[1])}"),
        (r"mark input '(\w+)' of node '(.+)': '.*'",
         lambda m: f'add input_stream_info {{ tag_index: "{"" if m[1] == "item" else m[1].upper()}" back_edge: true }} '
                   f"to node '{m[2]}'"),
        (r"declare it at the top of the file: 'side_packets: \[(\w+)\]'",
         r'declare it for the graph: input_side_packet: "\1"'),
        (r"declare it at the top of the graph: 'executors: \{(\w+): .*'",
         r'declare it: executor { name: "\1" '
         "options { [mediapipe.ThreadPoolExecutorOptions.ext] { num_threads: 1 } } }"),
        (r"'(\w+)' belongs under '(\w+)'", lambda m: f"write {_connected(m[1], m[2])}"),
        (r"'(\w+)' is a (?:stream|side packet), which belongs under '(\w+)'",
         lambda m: f'write {SECTIONS[m[2]]}: "{m[1]}"'),
        (r"write 'options: \{(\w+): \.\.\.\}'", r"write \1: ... in the node's options"),
        (r"add 'input_policy: (\w+)' to the node",
         r'add input_stream_handler { input_stream_handler: "\1InputStreamHandler" }'),
    )
]  # fmt: skip
