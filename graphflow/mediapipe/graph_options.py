"""Graph options of MediaPipe's graphs: ``graph_options`` of a file, and ``option_value`` of its nodes.

``option_value: "tensor_width:options/width"`` puts the graph option `width` into the node's option `tensor_width`. A
graph option that nobody sets leaves what the node says, so that becomes its default here.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphflow.config.location import Located, Span
from graphflow.config.report import Report
from graphflow.config.tree import Entry, MapValue, Scalar, Value
from graphflow.mediapipe.messages import fields_of
from graphflow.mediapipe.options import WITHOUT_MEANING, entry, read_options
from graphflow.mediapipe.text_format import Field, Message

_ALL = "options"


class GraphOptions:
    """The graph options of one file.

    Args:
        message: The graph.
        report: Takes what is wrong.
    """

    def __init__(self, message: Message, report: Report) -> None:
        self._report = report
        self._values: dict[str, Entry] = {}
        self._fields: list[str] = []
        self._declared: dict[str, Entry] = {}
        for outer in (*message.all("options"), *message.all("graph_options")):
            for one in outer.value.fields if isinstance(outer.value, Message) else ():
                if isinstance(one.value, Message):
                    self._values |= read_options(one.value, one.name.value, None)
                    self._fields += [name for name in fields_of(one.name.value) if name not in WITHOUT_MEANING]

    def declared(self) -> dict[str, Entry]:
        """What the file's ``options`` hold."""
        return self._declared | {name: one for name, one in self._values.items() if name not in self._declared}

    def substitute(self, entries: dict[str, Entry], rules: Sequence[Field], what: str) -> None:
        """Let a node's options stand for graph options.

        Args:
            entries: Of the node; `options` among them changes.
            rules: Its ``option_value`` fields.
            what: How messages call the node.
        """
        given = entries["options"].value if "options" in entries else None
        options: dict[str, Entry] = dict(given.entries) if isinstance(given, MapValue) else {}
        for rule in rules:
            text = rule.value.value if isinstance(rule.value, Scalar) else None
            inner, _, outer = text.partition(":") if isinstance(text, str) else ("", "", "")
            outer = outer.removeprefix("options/")
            if inner.lower() in (_ALL, "node_options") and outer == _ALL:
                for name, one in options.items():
                    self._declare(name, one, one.key.span)
                for name in self._fields:
                    self._declare(name, None, rule.value.span)
                whole = Scalar(rule.value.span, "${options}", "${options}")
                entries["options"] = entry("options", whole)
                return
            inner = inner.removeprefix("options/").removeprefix("OPTIONS/")
            if inner in WITHOUT_MEANING:
                continue
            if not inner or not outer or "/" in inner or "/" in outer:
                help = 'write option_value: "node_option:options/graph_option"'
                self._report.error("wrong-options", f"{what}: option_value cannot be read", rule.value.span, help)
                continue
            self._declare(outer, options.get(inner), rule.value.span)
            reference = f"${{{outer}}}"
            options[inner] = Entry(Located(inner, rule.value.span), Scalar(rule.value.span, reference, reference))
        if options:
            entries["options"] = entry("options", MapValue(next(iter(options.values())).key.span, options))

    def _declare(self, name: str, literal: Entry | None, place: Span) -> None:
        """A graph option, with the file's value, or that of the node, as its default."""
        value: Value | None = self._values[name].value if name in self._values else literal.value if literal else None
        known = self._declared.get(name)
        if known is None or (isinstance(known.value, MapValue) and value is not None):
            self._declared[name] = entry(name, MapValue(place, {}) if value is None else value, place)
