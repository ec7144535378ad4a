"""`Outputs` and `SidePackets`: the classes that calculators return several named values with.

Both turn annotated fields into a slots class with a generated constructor. One object is made per invocation, and a
slots class is Python's cheapest record (about 0.1 us above a tuple).
"""

from __future__ import annotations

from typing import Any, ClassVar, dataclass_transform, get_origin

from graphflow.contract import MISSING


def _is_class_var(annotation: Any) -> bool:
    if isinstance(annotation, str):
        return annotation.startswith(("ClassVar", "typing.ClassVar"))
    return annotation is ClassVar or get_origin(annotation) is ClassVar


def _make_init(fields: dict[str, Any], owner: str) -> Any:
    """``def __init__(self, *, a=None, b=None)`` as source, so that constructing costs plain assignments only."""
    scope: dict[str, Any] = {f"_default_{name}": default for name, default in fields.items()}
    arguments = ", ".join(f"{n}=None" if d is MISSING else f"{n}=_default_{n}" for n, d in fields.items())
    body = "\n".join(f"    self.{name} = {name}" for name in fields)
    exec(f"def __init__(self, *, {arguments}):\n{body}", scope)
    init = scope["__init__"]
    init.__qualname__ = f"{owner}.__init__"  # for what Python says of a field that there is not
    return init


@dataclass_transform(kw_only_default=True)
class RecordMeta(type):
    """Makes ``__slots__`` and ``__init__`` from the annotated fields of a class body."""

    record_fields: dict[str, Any]
    """Default of each field in order, MISSING where none is written; inherited fields first."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kwargs: Any) -> RecordMeta:
        """Build the class with its slots; defaults move from the class body into the constructor."""
        own = [n for n, annotation in namespace.get("__annotations__", {}).items() if not _is_class_var(annotation)]
        defaults = {n: namespace.pop(n, MISSING) for n in own}
        inherited: dict[str, Any] = {}
        for base in reversed(bases):
            inherited |= getattr(base, "record_fields", {})
        namespace["__slots__"] = tuple(n for n in own if n not in inherited)
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        cls.record_fields = inherited | defaults
        if cls.record_fields and "__init__" not in namespace:
            cls.__init__ = _make_init(cls.record_fields, cls.__qualname__)  # type: ignore[misc]
        return cls


class Record(metaclass=RecordMeta):
    """Base of `Outputs` and `SidePackets`: a printed form and equality, for tests and messages."""

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in type(self).record_fields)

    __hash__ = None  # type: ignore[assignment]  # payloads are seldom hashable

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in type(self).record_fields)
        return f"{type(self).__name__}({values})"


class Outputs(Record):
    """Base of what ``process`` returns when a calculator has several outputs, one field a port.

    ``None`` in a field sends nothing there; so does a field that is not given. A field with a default is a port that
    may stay unconnected::

        class Faces(Outputs):
            landmarks: list[Landmarks]
            rects: list[Rect] | None = None

        def process(self, image: Image) -> Faces:
            return Faces(landmarks=found)
    """


class SidePackets(Record):
    """Base of what ``open`` returns when a calculator produces side packets, one field a port.

    ``None`` leaves a side packet unset: it may be set later with ``ctx.set_side_packet``. A field with a default is a
    port that may stay unconnected.
    """
