"""From a contract to a call: a node's `process` as one plain function, compiled when the run starts.

Which packets a method wants, in which form, what is missing and how results become packets is known from the contract
and the node's connections. It is written out as a few lines of Python for each node, so that a call costs little more
than `process` itself. For ``def process(self, frame: Image, boxes: Boxes | None) -> Faces`` the lines are::

    def run(t, inputs):
        i0, i1, = inputs
        if i0 is None:
          ...  # counted
          return None
        r = process(frame=i0.value, boxes=(None if i1 is None else i1.value))
        if r is None: return None
        v0 = r.landmarks
        ...
        return (None if v0 is None else Packet(v0, t), ...)
"""

from __future__ import annotations

import functools
import linecache
import zlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from graphflow.annotations import python_name
from graphflow.contract import Contract, Form, Inject, InputPort, OutputPort, Parameter, Result
from graphflow.packet import Packet
from graphflow.plan.plan import PlanInput, PlanNode
from graphflow.runtime.context import NodeContext
from graphflow.runtime.ownership import own
from graphflow.runtime.refusals import Refusals
from graphflow.timestamp import Bound, next_allowed


class Compiled(NamedTuple):
    """The two halves of an invocation, as functions, and what they have counted.

    Attributes:
        call: ``call(t, inputs, ctx)``: what `process` returned, or None when a required input was absent.
        spread: ``spread(result, t)``: a packet or None for each connected output, in plan order.
        run: ``run(t, inputs)``: both at once. One output: the packet or None. Several: the tuple or None. An
            invocation that made use of its context: its effects.
        counts: How many input sets `process` was called for and how many were skipped; then, for each required input,
            how many of the skipped ones lacked it, and the time of the first such one. None if none is ever skipped.
    """

    call: Callable[[int, Any, Any], Any]
    spread: Callable[[Any, int], tuple[Packet[Any] | None, ...]]
    run: Callable[[int, Any], Any]
    counts: Callable[[], tuple[int, ...]] | None


def compile_node(
    plan: PlanNode,
    process: Callable[..., Any],
    injected: Mapping[str, Any],
    output_classes: tuple[Any, ...],
    context: NodeContext | None,
) -> Compiled:
    """Write and compile the functions of one node.

    Args:
        plan: The node.
        process: The bound method.
        injected: Values of parameters filled by clock or service, by parameter name.
        output_classes: For each connected output the class that payloads must have, or None.
        context: What `process` gets as its context, if it takes one; a fresh one like it where calls may overlap.
    """
    refusals = Refusals(plan, process, output_classes)
    scope: dict[str, Any] = {
        "Packet": Packet,
        "isinstance": isinstance,
        "bound_after": bound_after,
        "own": own,
        "process": process,
        "fit_output": refusals.fit_output,
        "wrong_count": refusals.wrong_count,
        "wrong_input": refusals.wrong_input,
        "as_packet": refusals.as_packet,
    }
    lines = _Lines(plan, scope)
    call, expression = lines.arguments(injected)
    spread, results = lines.results(output_classes)
    returned = results[0] if len(results) == 1 else f"({', '.join(results)})"
    begin, end = lines.around(context)
    source = [
        f"def make({', '.join(scope)}):",
        *(f"  {name} = 0" for name in lines.counts),
        "  def call(t, inputs, ctx):",
        *call,
        f"    return {expression}",
        "  def spread(r, t):",
        *spread,
        f"    return ({''.join(result + ', ' for result in results)})",
        "  def run(t, inputs):",
        *call,
        *begin,
        f"    r = {expression}",
        *end,
        "    if r is None: return None",
        *spread,
        f"    return {returned}" if results else "    return None",
        f"  def counts(): return ({''.join(name + ', ' for name in lines.counts)})",
        f"  return call, spread, run, {'counts' if lines.counts else None}",
    ]
    return Compiled(*_maker("\n".join(source), plan.contract.name)(**scope))


@functools.lru_cache(maxsize=4096)
def _maker(text: str, calculator: str) -> Callable[..., Any]:
    """The function that makes the functions of a node from what differs between nodes of the same form.

    Compiling costs far more than everything else at a start, so it is done once for each form. The differences are
    arguments, not globals: CPython looks up globals fast only while a code object always meets the same ones.
    """
    # Tracebacks show a generated line like any other. One entry for each form, however many graphs are started.
    filename = f"<call of {calculator}, form {zlib.crc32(text.encode()):x}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    made: dict[str, Any] = {}
    exec(compile(text, filename, "exec"), made)  # built from identifiers and positions only
    maker: Callable[..., Any] = made["make"]
    return maker


def bound_after(packet_or_bound: Any) -> Bound:
    """What a parameter annotated ``Bound`` gets: the stream's bound, or the one that its packet implies."""
    if isinstance(packet_or_bound, Packet):
        return Bound.__new__(Bound, next_allowed(packet_or_bound.timestamp))
    bound: Bound = packet_or_bound
    return bound


class _Lines:
    """The lines of one node's functions; what they refer to goes into `scope`."""

    def __init__(self, plan: PlanNode, scope: dict[str, Any]) -> None:
        self.plan = plan
        self.contract: Contract = plan.contract
        self.scope = scope
        # An input set of a single input always has a packet, unless bounds are processed.
        can_skip = plan.required and (len(plan.inputs) > 1 or plan.contract.process_bounds)
        counts = [f"{name}{position}" for position in plan.required for name in ("absent", "first")]
        self.counts = ["calls", "skipped", *counts] if can_skip else []

    def constant(self, name: str, value: Any) -> str:
        self.scope[name] = value
        return name

    # --- inputs ------------------------------------------------------------------------------------------------

    def arguments(self, injected: Mapping[str, Any]) -> tuple[list[str], str]:
        """The lines before the call, and the call."""
        plan = self.plan
        lines = []
        if plan.inputs:
            names = ", ".join(f"i{position}" for position in range(len(plan.inputs)))
            lines.append(f"    {names}, = inputs")
        lines += self._skip()
        lines += [line for position, item in enumerate(plan.inputs) if (line := self._check(position, item))]
        arguments = [text for parameter in self.contract.process if (text := self._argument(parameter, injected))]
        return lines, f"process({', '.join(arguments)})"

    def _skip(self) -> list[str]:
        """The lines that skip the call if a required input is absent, and the lines that count this.

        The counts are local to the functions of the node, which is the cheapest place that Python has.
        """
        required = self.plan.required
        if not self.counts:
            return ["    if i0 is None: return None"] if required else []
        absent = " or ".join(f"i{position} is None" for position in required)
        lines = [f"    nonlocal {', '.join(self.counts)}", f"    if {absent}:", "      skipped += 1"]
        for position in required:
            lines += [
                f"      if i{position} is None:",
                f"        if not absent{position}: first{position} = t",
                f"        absent{position} += 1",
            ]
        return [*lines, "      return None", "    calls += 1"]

    def _check(self, position: int, item: PlanInput) -> str:
        if item.check is None:
            return ""
        cls = self.constant(f"C{position}", item.check)
        name = f"i{position}"
        present = f"{name}.__class__ is Packet and " if not item.port.required else ""
        return f"    if {present}not isinstance({name}.value, {cls}): wrong_input({position}, {name})"

    def _argument(self, parameter: Parameter, injected: Mapping[str, Any]) -> str:
        if parameter.inject is Inject.TIMESTAMP:
            return f"{parameter.name}=t"
        if parameter.inject is Inject.CONTEXT:
            return f"{parameter.name}=ctx"
        if parameter.inject is not None:
            return f"{parameter.name}={self.constant(f'J_{parameter.name}', injected[parameter.name])}"
        if parameter.rest:
            return self._rest()
        port = next(port for port in self.contract.inputs if port.name == parameter.port)
        positions = [position for position, item in enumerate(self.plan.inputs) if item.port.name == port.name]
        if not positions:
            return f"{parameter.name}={self.constant(f'D_{parameter.name}', port.default)}"
        texts = [self._value(position, port) for position in positions]
        return f"{parameter.name}=({', '.join(texts)},)" if port.many else f"{parameter.name}={texts[0]}"

    def _rest(self) -> str:
        named = {port.name for port in self.contract.inputs}
        groups: dict[str, list[str]] = {}
        many = self.contract.rest_input is not None and self.contract.rest_input.many
        for position, item in enumerate(self.plan.inputs):
            if item.port.name not in named:
                groups.setdefault(item.port.name, []).append(self._value(position, item.port))
        return ", ".join(
            f"{python_name(name)}=({', '.join(texts)},)" if many else f"{python_name(name)}={texts[0]}"
            for name, texts in groups.items()
        )

    def _value(self, position: int, port: InputPort) -> str:
        name = f"i{position}"
        match port.form:
            case Form.BOUND:
                return f"bound_after({name})"
            case Form.PACKET | Form.PACKET_OR_BOUND:
                return name
        value = f"own({name}, inputs)" if port.owned else f"{name}.value"
        return f"(None if {name} is None else {value})" if port.nullable else value

    def around(self, context: NodeContext | None) -> tuple[list[str], list[str]]:
        """The lines before and after the call by which the context collects what the call asks for."""
        if context is None:
            return [], []
        begin = [f"    ctx = {self.constant('shared', context)}.fresh()"] if self.plan.max_in_flight > 1 else []
        if not begin:
            self.constant("ctx", context)
        end = [
            "    effects = ctx.end()",
            "    if effects is not None:",
            "      if r is not None: effects.add(spread(r, t))",
            "      return effects",
        ]
        return [*begin, "    ctx.begin_untouched(t)"], end

    # --- results -----------------------------------------------------------------------------------------------

    def results(self, classes: tuple[Any, ...]) -> tuple[list[str], list[str]]:
        """The lines that take a result `r`, which is not None, apart; and for each output its packet or None."""
        lines: list[str] = []
        results: list[str] = []
        contract = self.contract
        declared = {port.name for port in contract.outputs}
        for position, output in enumerate(self.plan.outputs):
            port = output.port
            value = f"v{position}"
            read = self._read(port, output.index, port.name not in declared)
            if read == "r":
                lines += self._guard(position, "r", port.packet, classes[position], "")
                results.append("r" if port.packet else "Packet(r, t)")
                continue
            if port.many and output.index == 0:
                whole = self._whole(port, port.name not in declared)
                streams = sum(other.port.name == port.name for other in self.plan.outputs)
                lines.append(
                    f"    if {whole} is not None and len({whole}) != {streams}: wrong_count({position}, {whole})"
                )
            lines.append(f"    {value} = {read}")
            lines += self._guard(position, value, port.packet, classes[position], f"{value} is not None and ")
            results.append(value if port.packet else f"(None if {value} is None else Packet({value}, t))")
        return lines, results

    def _whole(self, port: OutputPort, mirrored: bool) -> str:
        """What the result has for a port, that of all its streams together."""
        if mirrored:
            name = "item" if port.name == "out" else port.name
            return f"r[{python_name(name)!r}]"
        return f"r.{python_name(port.name)}" if self.contract.result is Result.OUTPUTS else "r"

    def _read(self, port: OutputPort, index: int, mirrored: bool) -> str:
        whole = self._whole(port, mirrored)
        if not port.many:
            return whole
        return f"{whole}[{index}]" if mirrored else f"(None if {whole} is None else {whole}[{index}])"

    def _guard(self, position: int, value: str, packet: bool, cls: Any, present: str) -> list[str]:
        lines = []
        payload = f"{value}.value" if packet else value
        if packet:
            odd = f"{value}.__class__ is not Packet or {value}.value is None or {value}.timestamp.__class__ is not int"
            lines.append(f"    if {present}({odd}): {value} = as_packet({position}, {value})")
        if cls is not None:
            name = self.constant(f"O{position}", cls)
            fit = f"fit_output({position}, {payload})"
            fit = f"Packet({fit}, {value}.timestamp)" if packet else fit
            lines.append(f"    if {present}not isinstance({payload}, {name}): {value} = {fit}")
        return lines
