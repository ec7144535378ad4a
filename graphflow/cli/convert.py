"""``graphflow convert``: MediaPipe's graphs as YAML, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graphflow.cli.console import put, say
from graphflow.cli.errors import CommandError, ExitStatus, UsageError, refused
from graphflow.cli.graphs import file_of, registry_with
from graphflow.config.diagnostics import Diagnostic
from graphflow.config.render import render
from graphflow.plan.subgraph_files import BINARY_SUFFIX, MEDIAPIPE_SUFFIXES, SUFFIXES, GraphPath
from graphflow.result_file import ResultFile

if TYPE_CHECKING:
    from graphflow.checking import CheckedGraph
    from graphflow.mediapipe.translate import Translation
    from graphflow.registry import Registry

_TEXT = ".pbtxt"
_NEEDED = "optional-but-needed"


def convert_graph(
    name: str,
    output: Path | None,
    *,
    module: bool,
    allow_unknown: bool,
    calculators: Sequence[Path] | None,
    graph_path: GraphPath,
) -> int:
    """Convert a graph, and print it or write it. The status is 2 if the graph has errors or cannot be said.

    Args:
        name: A file, or the name of a graph that comes with graphflow.
        output: The file to write; its suffix says the format.
        module: The graph is for others to include.
        allow_unknown: What MediaPipe does not have keeps its own name.
        calculators: Files with calculators.
        graph_path: The user's folders with subgraphs.

    Raises:
        UsageError: The file cannot be of that format.
        UnusableFile: It cannot be written.
    """
    source = file_of(name)
    theirs = source.endswith(MEDIAPIPE_SUFFIXES)
    suffix = output.suffix if output is not None else ".yaml" if theirs else _TEXT
    if suffix not in SUFFIXES:
        raise UsageError(f"'{output}': a graph file ends in {', '.join(SUFFIXES)}")
    if suffix not in MEDIAPIPE_SUFFIXES and not theirs:
        raise UsageError(f"'{source}' is YAML already", "name the result FILE.pbtxt or FILE.binarypb")
    if output is not None:
        _refuse_replacing(output, [Path(source), *(calculators or ())])
    registry = registry_with(calculators)
    if theirs:
        text = _from_theirs(source, suffix, registry, graph_path, module=module)
    else:
        text = _from_ours(source, output, registry, graph_path, module=module, allow_unknown=allow_unknown)
    if text is None:
        return ExitStatus.USAGE
    _write(text, output, suffix)
    return ExitStatus.FINE


def _refuse_replacing(output: Path, reads: Iterable[Path]) -> None:
    """What was read is not replaced, subgraphs and calculators neither."""
    from graphflow.plan.file_use import FileUse, refuse_replacing

    with refused("give the result another name"):
        refuse_replacing([FileUse("the command", path) for path in reads], [FileUse("-o", output)])


def _from_theirs(source: str, suffix: str, registry: Registry, graph_path: GraphPath, *, module: bool) -> str | None:
    """A graph of MediaPipe's as YAML, or in its other format."""
    from graphflow.checking import check_file
    from graphflow.config.findings import counted
    from graphflow.config.writer import to_yaml
    from graphflow.graph_reader import GraphReader

    reader = GraphReader(registry, graph_path)
    reader.load(source, top=not module)
    if not module and reader.translation is not None and reader.translation.type:  # it says itself that it is a module
        return _from_theirs(source, suffix, registry, graph_path, module=True)
    wrong = any(item.severity == "error" for item in reader.diagnostics)
    if reader.diagnostics and (wrong or suffix not in MEDIAPIPE_SUFFIXES):
        say(render(reader.diagnostics, reader.sources))
    if wrong:
        return None
    if suffix in MEDIAPIPE_SUFFIXES:
        return "\n".join(reader.sources[source]) + "\n"
    translation = reader.translation
    assert translation is not None
    found = check_file(source, registry, (), graph_path, top=not module).diagnostics
    if module:
        _require_what_nodes_need(translation, found)
    if mistakes := sum(item.severity == "error" and item.code != _NEEDED for item in found):
        advice = f"'graphflow validate {source}' tells {'it' if mistakes == 1 else 'them'}"
        say(f"warning: the graph is converted as it stands, with {counted(mistakes, 'error')}: {advice}")
    translation.use_our_names()
    return to_yaml(translation.tree, translation.comments)


def _require_what_nodes_need(translation: Translation, found: Sequence[Diagnostic]) -> None:
    """Side packets that no node can do without are not optional: MediaPipe's files do not tell the two apart."""
    from graphflow.config.tree import Entry, MapValue, Scalar

    needed = {item.span for item in found if item.code == _NEEDED}
    sides = translation.tree.entries.get("side_packets")
    ports = sides.value.entries if sides and isinstance(sides.value, MapValue) else {}
    for name, port in ports.items():
        if port.key.span in needed and isinstance(port.value, MapValue):
            del port.value.entries["optional"]
            if not port.value.entries:
                ports[name] = Entry(port.key, Scalar(port.key.span, "", None))


def _from_ours(
    source: str,
    output: Path | None,
    registry: Registry,
    graph_path: GraphPath,
    *,
    module: bool,
    allow_unknown: bool,
) -> str | None:
    """A YAML graph in MediaPipe's text format."""
    from graphflow.checking import check_file
    from graphflow.mediapipe.write import write_graph

    checked = check_file(source, registry, (), graph_path)
    if output is not None:
        _refuse_replacing(output, map(Path, checked.sources))
    wrong = [item for item in checked.diagnostics if item.severity == "error"]
    if wrong or checked.config is None or checked.draft is None:
        _tell(wrong, checked)
        return None
    written = write_graph(checked.config, checked.draft.types, registry, module=module, allow_unknown=allow_unknown)
    if written.problems:
        _tell(written.problems, checked)
    return None if any(item.severity == "error" for item in written.problems) else written.text


def _tell(found: Sequence[Diagnostic], checked: CheckedGraph) -> None:
    say(render(found, checked.sources))


def _write(text: str, output: Path | None, suffix: str) -> None:
    if output is None:
        put(text.rstrip("\n"))
        return
    data = text.encode()
    if suffix == BINARY_SUFFIX:
        from graphflow.mediapipe.binary import NotAGraph, bytes_of

        try:
            data = bytes_of(text)
        except NotAGraph as error:
            raise CommandError(str(error)) from error
    with ResultFile(output) as file:
        file.write(data)
