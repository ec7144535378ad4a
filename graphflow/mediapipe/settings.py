"""Input policies and executors of MediaPipe's graphs."""

from __future__ import annotations

from collections.abc import Sequence

from graphflow.config.diagnostics import quoted
from graphflow.config.location import Located
from graphflow.config.report import Report
from graphflow.config.tree import Entry, ListValue, MapValue, Scalar, Value
from graphflow.mediapipe.fields import refuse_unknown
from graphflow.mediapipe.options import entry, message_entries
from graphflow.mediapipe.ports import UNTAGGED, tag_index
from graphflow.mediapipe.text_format import Field, Message

_HANDLER = "InputStreamHandler"
_POLICIES = {"SyncSet": "SyncSets"}
"""Those that are called otherwise here."""


def read_input_policy(handler: Field, report: Report) -> Value:
    """``input_stream_handler``: the name of a policy, or a map with its options."""
    message, errors = handler.value, report.errors
    if isinstance(message, Message):
        refuse_unknown(message, "input_stream_handler", "InputStreamHandlerConfig", report)
    names = message.all("input_stream_handler") if isinstance(message, Message) else []
    name = names[0].value if names else None
    if not isinstance(message, Message) or not isinstance(name, Scalar) or not isinstance(name.value, str):
        span = handler.name.span
        if report.errors == errors:
            help = 'write input_stream_handler { input_stream_handler: "ImmediateInputStreamHandler" }'
            report.error("wrong-type", "input_stream_handler names no handler", span, help)
        return Scalar(span, "Default", "Default")
    short = name.value.removesuffix(_HANDLER)
    word = _POLICIES.get(short, short)
    options: dict[str, Entry] = {}
    for outer in message.all("options"):
        for one in outer.value.fields if isinstance(outer.value, Message) else ():
            if isinstance(one.value, Message):
                options |= _sets(one.value) if word == "SyncSets" else message_entries(one.value, one.name.value)
    options.pop("batch_size", None)
    if not options:
        return Scalar(name.span, word, word)
    return MapValue(name.span, {word: entry(word, MapValue(name.span, options), name.span)})


def _sets(message: Message) -> dict[str, Entry]:
    """``sync_set { tag_index: "A" tag_index: "B" }`` once for each set is one list of lists."""
    sets: list[Value] = []
    for one in message.all("sync_set"):
        fields = one.value.all("tag_index") if isinstance(one.value, Message) else []
        ports: list[Value] = []
        for field in fields:
            text = field.value.value if isinstance(field.value, Scalar) else None
            meant = tag_index(text, UNTAGGED["inputs"]) if isinstance(text, str) else None
            port, index = meant or (str(text), 0)
            name = f"{port}:{index}" if index or ":" in str(text) else port
            ports.append(Scalar(field.value.span, name, name))
        sets.append(ListValue(one.value.span, ports))
    return {"sets": entry("sets", ListValue(message.span, sets))} if sets else {}


def read_executors(fields: Sequence[Field], report: Report) -> dict[str, Entry]:
    """``executor`` of a graph: entries ``executors`` and, for the one without a name, ``threads``."""
    pools: dict[str, Entry] = {}
    result: dict[str, Entry] = {}
    for one in fields:
        message = one.value
        if not isinstance(message, Message) or not message.fields:
            continue
        refuse_unknown(message, "executor", "ExecutorConfig", report)
        words = {part.name.value: part.value for part in message.fields}
        name = words.get("name")
        threads = _threads(message)
        if isinstance(name, Scalar) and name.value:
            if threads is None:
                help = "write options { [mediapipe.ThreadPoolExecutorOptions.ext] { num_threads: 1 } }"
                text = f"executor {quoted(name.text)} does not say how many threads it has"
                report.error("missing-key", text, name.span, help)
            else:
                pool = MapValue(threads.span, {"threads": entry("threads", threads)})
                pools[name.text] = Entry(Located(name.text, name.span), pool)
        elif threads is not None:
            result["threads"] = entry("threads", threads, one.name.span)
    if pools:
        result["executors"] = entry("executors", MapValue(next(iter(pools.values())).key.span, pools))
    return result


def _threads(message: Message) -> Scalar | None:
    for outer in message.all("options"):
        for one in outer.value.fields if isinstance(outer.value, Message) else ():
            for field in one.value.all("num_threads") if isinstance(one.value, Message) else ():
                if isinstance(field.value, Scalar):
                    return field.value
    return None
