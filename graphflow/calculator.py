"""The base class of calculators. A calculator's contract is the signature of its methods (`graphflow.signature`)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Literal, dataclass_transform

from graphflow.annotations import UNCONNECTED, Many, Owned, Service
from graphflow.context import Context, NodeCheck
from graphflow.options import Option, OptionField, fresh
from graphflow.outputs import Outputs, SidePackets
from graphflow.policies import InputPolicy
from graphflow.values import convert, plain

__all__ = ["UNCONNECTED", "Calculator", "Context", "Many", "NodeCheck", "Option", "Outputs", "Owned", "Service",
           "SidePackets"]  # fmt: skip

_SIMPLE: dict[str | type, type] = {word: kind for kind in (bool, int, float, str) for word in (kind, kind.__name__)}


@dataclass_transform(kw_only_default=True, field_specifiers=(Option,))
class Calculator:
    """One step of a graph.

    Write ``process`` with one annotated parameter per input and an annotated result; fields made with `Option` are
    what a graph file may set. A unit test needs no graph::

        class ClipDetections(Calculator):
            max_faces: int = Option(default=1, ge=1)

            def process(self, detections: list[Detection]) -> list[Detection]:
                return detections[: self.max_faces]

        assert ClipDetections(max_faces=2).process([a, b, c]) == [a, b]

    Payloads are shared by all who read a stream: a list that is changed in place is changed for the others too, and
    nobody is told. Make a new one, or annotate the parameter ``Owned[list[int]]``: a copy where others have it.

    One instance is made per node and run. ``open`` gets the side packets and prepares state, ``close`` is called
    exactly once after an ``open`` that succeeded, also when the run fails. No two methods of an instance run at the
    same time unless `parallel` is set.
    """

    process: ClassVar[Callable[..., Any]]
    """Called for each input set. A calculator without ``process`` works in ``open`` and ``close`` only."""
    open: ClassVar[Callable[..., Any]]
    """Called once before the first ``process``; its parameters are side packets."""
    close: ClassVar[Callable[..., Any]]
    """Called once at the end."""

    input_policy: ClassVar[InputPolicy]
    """How queued packets become input sets; ``Default()`` unless set."""
    timestamp_offset: ClassVar[int | None]
    """d promises that outputs at or below t + d are complete once t is processed; ``None`` promises nothing. Unless
    set: 0, but ``None`` for sources and where a result is a ``Packet`` with a time of its own."""
    process_bounds: ClassVar[bool]
    """Whether ``process`` also runs when only bounds moved. Unless set: whether a parameter asks for a ``Bound``."""
    parallel: ClassVar[bool] = False
    """Whether several timestamps may be processed at once. Then ``process`` must not change ``self``."""
    live: ClassVar[bool] = False
    """A source that must not wait for others: it has its own thread, and only its newest packet is kept."""

    stateful: ClassVar[bool | None] = None
    """Whether what is given for a timestamp may depend on earlier ones: then clips are not cut without being told to
    (``map --split``). None: it may if there is an ``open``, a ``close`` or an ``__init__``, unless the class is one of
    graphflow's own, all of which that do say so."""

    override: ClassVar[bool] = False
    """Whether this class, which has the name of a built-in one, stands for it in graph files of the user's own. Counts
    only in the body of the class itself; without it such a class is refused."""

    packet_noun: ClassVar[str] = "packet"
    """What whoever watches a run calls a packet of a source's first output: a ``frame``, say."""
    packet_names: ClassVar[str] = ""
    """The output side packet of a source whose ``names``, by timestamp, name the packets of its first output: rows of
    results that belong to them carry the name."""
    drops: ClassVar[bool] = False
    """Whether the first output is what is left of the first input. Packets that do not come out count as dropped: rows
    of results say so."""
    counter_kinds: ClassVar[Mapping[str, Literal["dropped", "expected", "flaws"]]] = {}
    """What its counters (`Context.count`) count: packets that were ``dropped``, packets ``expected`` from a source, or
    ``flaws`` of what it reads. A run shows these; other counters only with ``--verbose``. ``dropped`` needs no entry:
    the engine itself counts under that name."""

    _option_fields: ClassVar[Mapping[str, OptionField]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = {name: field for name, field in vars(cls).items() if isinstance(field, OptionField)}
        inherited: dict[str, OptionField] = {}
        for base in reversed(cls.__mro__[1:]):
            inherited |= vars(base).get("_option_fields", {})
        cls._option_fields = inherited | own

    def __init__(self, **options: Any) -> None:
        """Set the options as plain attributes.

        Raises:
            TypeError: An option is unknown, or one without a default is not given.
            ValueError: A value lies outside the limits of its option.
        """
        fields = self._option_fields
        options = {name: plain(value) for name, value in options.items()}
        for name in options:
            if name not in fields:
                known = f"its options are {', '.join(fields)}" if fields else "it has none"
                raise TypeError(f"{type(self).__name__} has no option '{name}'; {known}")
        for name, field in fields.items():
            if name not in options and field.compulsory:
                raise TypeError(f"{type(self).__name__} needs the option '{name}'")
            if name in options and (problem := self._type_problem(name, options[name]) or field.problem(options[name])):
                raise ValueError(f"option '{name}' of {type(self).__name__} {problem}")
            setattr(self, name, fresh(options.get(name, field.default)))

    @classmethod
    def _type_problem(cls, name: str, value: Any) -> str:
        """What is wrong with the type of an option's value, where it is a number, a flag or text: ``must be ...``.

        Graph files are checked for all types; this is for tests that make an object.
        """
        owners = (vars(base).get("__annotations__", {}) for base in cls.__mro__)
        annotation = next((found[name] for found in owners if name in found), None)
        kind = _SIMPLE.get(annotation) if isinstance(annotation, str | type) else None
        return "" if kind is None else convert(value, kind)[1]

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={getattr(self, name, None)!r}" for name in self._option_fields)
        return f"{type(self).__name__}({options})"

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Look at one node of this class while its graph is checked; override to report what signatures cannot say.

        Args:
            node: Which ports are connected; takes diagnostics, narrower types and a policy.
            options: The node's options, validated and with defaults filled in.
        """

    # What a node is going to use and show. All get the node's options, and those of its side packets that are known, by
    # port, before anything is opened; `Graph.start` and commands ask.

    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> Iterable[str | os.PathLike[str]]:
        """The files that a node reads. None of them is overwritten, and a graph file alone cannot name them."""
        return ()

    @classmethod
    def writes(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> Iterable[str | os.PathLike[str]]:
        """The files that a node writes, or the folders in which it makes files."""
        return ()

    @classmethod
    def fetches(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> Iterable[str]:
        """The addresses that a node fetches from, without what is secret in them."""
        return ()

    @classmethod
    def resources(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> Iterable[str]:
        """The names of model files that a node loads; ``run`` fetches those of the manifest that are missing."""
        return ()

    @classmethod
    def without_window(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> Mapping[str, Any]:
        """Side packets, by port, with which a node that would need a screen goes on where there is none."""
        return {}

    @classmethod
    def gpu_only(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> Mapping[str, Any]:
        """Options with which a node that asks for a GPU fails where it cannot have one; empty if it asks for none."""
        return {}
