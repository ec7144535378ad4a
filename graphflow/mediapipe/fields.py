"""The fields of a message: which are known, and the values that they hold."""

from __future__ import annotations

from graphflow.config.diagnostics import did_you_mean, quoted
from graphflow.config.report import Report
from graphflow.config.tree import MapValue, Scalar, Value
from graphflow.mediapipe.messages import fields_of
from graphflow.mediapipe.text_format import Field, Message

_GONE = {
    "packet_generator": "a calculator with an output side packet does the same: node { output_side_packet: ... }",
    "packet_factory": "start the run with side packets",
    "status_handler": "a calculator learns from its context how a run ended",
    "external_input": "write input_side_packet",
    "tick_input_stream": "with async_selection: true every input is a tick",
}
"""Fields that are not taken, most from MediaPipe's first years, and what does their work."""


def refuse_unknown(message: Message, what: str, kind: str, report: Report) -> None:
    """Report every field that a message does not have, and every one that it may have once and has twice.

    Args:
        message: The message.
        what: How messages call it.
        kind: Its type, as MediaPipe calls it.
        report: Takes errors.
    """
    fields = fields_of(kind)
    known = [name for name in fields if name not in _GONE]
    seen: set[str] = set()
    for one in message.fields:
        word, place = one.name.value, one.name.span
        if word in _GONE:
            report.error("unknown-key", f"{what}: {quoted(word)} is not supported", place, _GONE[word])
        elif word not in known or one.typed:
            near = did_you_mean(word, known)
            help = f"did you mean {quoted(near)}?" if near else f"known fields: {', '.join(sorted(known))}"
            report.error("unknown-key", f"{what} has no field {quoted(word)}", place, help)
        elif word in seen and "repeated" not in fields[word]:
            report.error("duplicate-key", f"{what} has {quoted(word)} twice", place, "keep one of the two")
        seen.add(word)


def text_of(message: Message, name: str, report: Report) -> Scalar | None:
    """The text that a field holds; None if it is not there, or (reported) holds something else."""
    for one in message.all(name):
        if isinstance(one.value, Scalar) and isinstance(one.value.value, str) and one.value.value:
            return one.value
        report.error("wrong-type", f"{quoted(name)} must be text", one.value.span, f'write {name}: "..."')
    return None


def plain(field: Field) -> Value:
    """A field's value where a scalar is expected; an empty map, which the reader refuses, for a message."""
    return field.value if isinstance(field.value, Scalar) else MapValue(field.value.span, {})
