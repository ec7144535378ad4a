"""What an author may write instead, where Python or a library has raised: those do not know what a node is."""

from __future__ import annotations

import re
import traceback
from typing import Any

from graphflow.config.findings import listing, suggestion
from graphflow.contract import Form, Result
from graphflow.packet import Packet
from graphflow.plan.plan import PlanNode
from graphflow.plan.types import names_in, shown

_ONE_EACH = "; a stream has one packet at each time: give this one a time of its own, Packet(value, timestamp)"
_RISING = "; the times of a stream rise from packet to packet: send this one before the later ones, or at a later time"
_UNKNOWN_FIELD = re.compile(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'")
_READ_ONLY = re.compile("read-?only", re.IGNORECASE)


def late(timestamp: int, bound: int) -> str:
    """What to do about a packet at a time below its stream's bound: there is one already, or a later one."""
    return _ONE_EACH if timestamp == bound - 1 else _RISING


def advice(error: BaseException, plan: PlanNode) -> str:
    """What to write, for an exception of a node's own code; empty if there is nothing to say."""
    if isinstance(error, AttributeError):
        return _of_packet(error) or _of_result(error, plan) or _of_point(error) or _of_state(error, plan)
    if isinstance(error, TypeError) and (unknown := _UNKNOWN_FIELD.search(str(error))):
        return _of_field(plan, *unknown.groups())
    return _of_shared_array(plan) if _READ_ONLY.search(str(error)) else ""


def _of_shared_array(plan: PlanNode) -> str:
    """NumPy and OpenCV say that an array cannot be written to. Arrays of a source are shared."""
    inputs = [port for port in plan.contract.inputs if port.form is Form.VALUE and not port.owned and not port.many]
    names = names_in(plan.contract.calculator.__module__)
    arrays = [port for port in inputs if shown(port.type).startswith("array")]
    words = [f"'{port.name}: Owned[{shown(port.type, names)}]'" for port in arrays]
    return f"others read this array too; to change it in place, write {' or '.join(words)}" if words else ""


def _of_result(error: AttributeError, plan: PlanNode) -> str:
    """What `process` returned is asked for a field, and is another thing than it declared."""
    cls: Any = plan.contract.outputs_class
    if plan.contract.result is not Result.OUTPUTS or cls is None or isinstance(error.obj, cls):
        return ""
    last = traceback.extract_tb(error.__traceback__)[-1]
    if not last.filename.startswith("<call of "):
        return ""
    fields = ", ".join(f"{name}=..." for name in cls.record_fields)
    return f"process returned a {type(error.obj).__name__}; write 'return {cls.__name__}({fields})'"


def _of_field(plan: PlanNode, name: str, word: str) -> str:
    """A class of outputs or side packets is made with a field that it does not have."""
    contract = plan.contract
    for cls in (contract.outputs_class, contract.side_outputs_class):
        if cls is not None and cls.__name__ == name:
            fields: list[str] = [*cls.record_fields]
            return suggestion(word, fields, otherwise=f"its fields are {listing(fields)}")
    return ""


def _of_state(error: AttributeError, plan: PlanNode) -> str:
    """What `process` reads of its own object is made nowhere."""
    if type(error.obj) is not plan.contract.calculator or not error.name:
        return ""
    near = suggestion(error.name, [name for name in dir(error.obj) if not name.startswith("_")])
    return near or f"give it a first value in 'open': 'def open(self) -> None: self.{error.name} = ...'"


def _of_packet(error: AttributeError) -> str:
    # Not a `__getattr__` of the class: with one, CPython looks up every attribute of packets slowly.
    return "a packet has packet.value and packet.timestamp, in microseconds" if type(error.obj) is Packet else ""


def _of_point(error: AttributeError) -> str:
    if error.name in ("x", "y", "z") and type(error.obj).__name__ == "ndarray":
        return "a point is an array: write 'x, y, z = point'"
    return ""
