"""What all input policies have in common, and what each may say otherwise."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from graphflow.policies.input_sets import InputSets
from graphflow.streams import Queue


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """One stream at one input port of the node."""

    port: str
    index: int
    back_edge: bool = False
    takes: Callable[[Any], bool] = field(default=lambda type_: True, compare=False)
    """Whether payloads of a type may come there."""


def named(inputs: Iterable[PolicyInput]) -> dict[str, list[int]]:
    """What ``port`` or ``port:index`` in an option means: positions in `inputs`."""
    meant: dict[str, list[int]] = {}
    for position, one in enumerate(inputs):
        meant.setdefault(one.port, []).append(position)
        meant[f"{one.port}:{one.index}"] = [position]
    return meant


class Trouble(NamedTuple):
    """Why a policy cannot be used as written.

    Attributes:
        message: What is wrong; the node is put in front.
        help: What to type.
        option: The option that is to blame; empty for the policy as a whole.
        unknown: The name of a port that is not connected, where that is it.
        at: The input to point at, where it is one.
    """

    message: str
    help: str = ""
    option: str = ""
    unknown: str = ""
    at: int | None = None


@dataclass(frozen=True, slots=True)
class InputPolicy(ABC):
    """Base of all input policies: a frozen dataclass whose fields are its options."""

    for_one_node: ClassVar[bool] = False
    """It depends on the node's ports, so that no graph can set it for all."""
    repeats_times: ClassVar[bool] = False
    """Timestamps of input sets may repeat or go back."""
    needs_order: ClassVar[bool] = True
    """Its streams must ascend."""

    def __init_subclass__(cls) -> None:
        if cls.input_sets is InputPolicy.input_sets:
            raise TypeError(
                f"input policy '{cls.__name__}' does not say how input sets are formed: define input_sets(), as the "
                "modules of graphflow.policies do, or derive from one of their classes"
            )

    def contradiction(self) -> Trouble | None:
        """What is wrong with the options, whatever the node."""
        return None

    def misfit(self, inputs: Sequence[PolicyInput]) -> Trouble | None:
        """Why a node with these inputs cannot have it."""
        return None

    def for_connected(self, inputs: Collection[PolicyInput]) -> InputPolicy:
        """What a class asks for, without ports that the node leaves unconnected."""
        return self

    def waited_for(self, inputs: Sequence[PolicyInput]) -> Collection[int]:
        """The positions of the inputs on which something has to come before any set can be formed."""
        return range(len(inputs))

    @abstractmethod
    def input_sets(
        self, queues: Sequence[Queue], inputs: Sequence[PolicyInput], wants_bound: Sequence[bool], process_bounds: bool
    ) -> InputSets:
        """What forms the input sets of a node from its queues."""
