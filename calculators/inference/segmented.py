"""Models with operators that TensorFlow Lite lacks: cut at these, and put together again.

The parts between such operators are models of their own, and the library runs them. The operators run here. An object
of this module answers to the calls of the library's ``Interpreter``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy

from graphflow.calculators.inference.custom_operators import CUSTOM_OPERATORS, OF_XNNPACK, SEVERAL_AT_ONCE, Run
from graphflow.calculators.inference.model_file import DAMAGE, RESHAPE, ModelFile, Operator
from graphflow.calculators.types import Tensor

MakeInterpreter = Callable[[bytes], Any]
"""From a model file to the library's interpreter of it."""

_Values = dict[int, Tensor]
"""Tensors by their number in the file, which all parts share."""

_Turns = dict[int, int]
"""When tensors are made that depend on what comes in, by their number; see `_steps`."""


def has_custom_operators(content: bytes, *, xnnpack: bool = False) -> bool:
    """Whether a model has operators that only run here.

    Args:
        content: Its file.
        xnnpack: Whether XNNPACK is there to run some of them.
    """
    try:
        codes = ModelFile(content).codes
    except ValueError:
        return False  # the library says better what is wrong with it
    here = CUSTOM_OPERATORS.keys() - OF_XNNPACK if xnnpack else CUSTOM_OPERATORS.keys()
    return any((code.custom, code.version) in here for code in codes)


def custom_operator_in(message: str, content: bytes) -> str:
    """The operator of a model that an error of the library names and that is none of the library's; else empty."""
    try:
        codes = ModelFile(content).codes
    except ValueError:
        return ""
    return next((code.custom for code in codes if code.custom and code.custom in message), "")


class SegmentedInterpreter:
    """Runs such a model.

    Args:
        content: The model's file.
        make: Makes an interpreter of a part.

    Raises:
        ValueError: The file is damaged, or the library cannot run a part.
    """

    def __init__(self, content: bytes, make: MakeInterpreter) -> None:
        file = ModelFile(content)
        try:
            self._outputs: list[dict[str, Any]] = [
                {"name": file.name(index), "index": index} for index in file.outputs()
            ]
            self._given, self._made = file.inputs(), file.outputs()
            self._steps = _steps(file, make)
        except DAMAGE as error:
            raise ValueError(f"the TensorFlow Lite file is damaged: {error}") from error
        self._values: _Values = {}

    def allocate_tensors(self) -> None:
        """Prepare all parts.

        Raises:
            ValueError: The file is damaged, or the library cannot run a part.
        """
        self._inputs: dict[int, dict[str, Any]] = {}
        made: dict[int, dict[str, Any]] = {}
        for step in self._steps:
            if isinstance(step, _Segment):
                step.interpreter.allocate_tensors()
                self._inputs |= {details["index"]: details for details in step.interpreter.get_input_details()}
                made |= {details["index"]: details for details in step.interpreter.get_output_details()}
        self._outputs = [made.get(output["index"], {}) | output for output in self._outputs]
        if unread := set(self._given) - self._inputs.keys():
            raise ValueError(f"the TensorFlow Lite file is damaged: nothing reads its input {min(unread)}")

    def get_input_details(self) -> list[dict[str, Any]]:
        """What goes in, as the library describes it."""
        return [self._inputs[index] for index in self._given]

    def get_output_details(self) -> list[dict[str, Any]]:
        """What comes out, in the order of the file: name and number, and what else the library knows of it."""
        return self._outputs

    def set_tensor(self, index: int, value: Tensor) -> None:
        """Set an input.

        Raises:
            ValueError: It has another shape or type than the model takes.
        """
        details = self._inputs[index]
        if value.dtype != details["dtype"] or value.shape != tuple(details["shape"]):
            raise ValueError("another shape or type")
        self._values[index] = value

    def invoke(self) -> None:
        """Run all parts, one after the other.

        Raises:
            RuntimeError: One cannot be run, as in the library.
        """
        values = self._values
        try:
            for step in self._steps:
                step.run(values)
            # The library does not run again while somebody still looks into its memory.
            self._values = {index: values[index] for index in self._made}
        except (ValueError, *DAMAGE) as error:
            raise RuntimeError(f"its parts do not fit together: {error}") from error

    def reset_all_variables(self) -> None:
        """Forget what was computed."""
        self._values = {}
        for step in self._steps:
            if isinstance(step, _Segment):
                step.interpreter.reset_all_variables()

    def get_tensor(self, index: int) -> Tensor:
        """What came out last."""
        return self._values[index]


class _Here(NamedTuple):
    """An operator that runs here, or several that differ in their last input only and run as one.

    Attributes:
        operate: What it does.
        inputs: Tensors that it reads.
        outputs: Tensors that it makes.
        weights: Those of its inputs that stand in the file.
    """

    operate: Run
    inputs: Sequence[int]
    outputs: Sequence[int]
    weights: Mapping[int, Tensor]

    def run(self, values: _Values) -> None:
        with numpy.errstate(all="ignore"):  # what is no number goes through, as in the library
            made = self.operate(*[values[i] if i in values else self.weights[i] for i in self.inputs])
        if len(self.outputs) == 1:
            values[self.outputs[0]] = made
        else:
            values |= {index: made[place : place + 1] for place, index in enumerate(self.outputs)}


class _Segment(NamedTuple):
    """A part that the library runs.

    Attributes:
        interpreter: Of the part.
        inputs: Tensors that it is given.
        passed_on: Tensors that it makes for other parts.
        kept: Tensors that the model makes.
    """

    interpreter: Any
    inputs: Sequence[int]
    passed_on: Sequence[int]
    kept: Sequence[int]

    def run(self, values: _Values) -> None:
        interpreter = self.interpreter
        for index in self.inputs:
            interpreter.set_tensor(index, values[index])
        interpreter.invoke()
        for index in self.passed_on:
            values[index] = interpreter.tensor(index)()  # not copied
        for index in self.kept:
            values[index] = interpreter.get_tensor(index)


def _steps(file: ModelFile, make: MakeInterpreter) -> list[_Here | _Segment]:
    """Cut a model into as few parts as there can be.

    Parts of the library and operators that run here take turns: an operator belongs to the first turn of its kind in
    which all that it reads is there. Tensors that depend on weights alone are computed again by each part that needs
    them.
    """
    turns: _Turns = dict.fromkeys(file.inputs(), 0)  # by tensor; even ones are the library's
    of_weights: dict[int, Operator] = {}  # by the tensor that it makes
    operators: dict[int, list[Operator]] = {}
    for operator in file.operators():
        needed = [turns[index] for index in operator.inputs if index in turns]
        if not needed:
            of_weights |= dict.fromkeys(operator.outputs, operator)
            continue
        turn = max(needed)
        here = _key(operator) in CUSTOM_OPERATORS
        if turn % 2 != here and not (turn % 2 and operator.code.builtin == RESHAPE):  # a new shape costs nothing here
            turn += 1
        turns |= dict.fromkeys(operator.outputs, turn)
        operators.setdefault(turn, []).append(operator)
    kept = set(file.outputs())
    steps: list[_Here | _Segment] = []
    for turn in sorted(operators):
        if turn % 2:
            steps.extend(_here(group, file, turns, of_weights) for group in _groups(operators[turn], file))
            continue
        later = {index for other in operators if other > turn for entry in operators[other] for index in entry.inputs}
        made = [index for operator in operators[turn] for index in operator.outputs]
        outputs = [index for index in made if index in later | kept]
        read = {index for operator in operators[turn] for index in operator.inputs}
        inputs = sorted(index for index in read - set(made) if index in turns)
        part = _with_weights(operators[turn], of_weights)
        passed_on = [index for index in outputs if index not in kept]
        steps.append(_Segment(make(file.part(part, inputs, outputs)), inputs, passed_on, sorted(kept & set(made))))
    return steps


def _with_weights(operators: Sequence[Operator], of_weights: dict[int, Operator]) -> list[Operator]:
    """Operators together with those that make their weights, in the order of the file."""
    found: dict[int, Operator] = {}
    ahead = list(operators)
    while ahead:
        operator = ahead.pop()
        if operator.number not in found:
            found[operator.number] = operator
            ahead.extend(of_weights[index] for index in operator.inputs if index in of_weights)
    return [found[number] for number in sorted(found)]


def _groups(operators: Sequence[Operator], file: ModelFile) -> list[list[Operator]]:
    """Operators that follow one another and can run as one: three parts of one map cost little more than one part."""
    groups: list[list[Operator]] = []
    for operator in operators:
        before = groups[-1] if groups else []
        if (
            before
            and _key(operator) == _key(before[0])
            and operator.code.custom in SEVERAL_AT_ONCE
            and operator.inputs[:-1] == before[0].inputs[:-1]
            and operator.inputs[-1] not in [other.outputs[0] for other in before]
            and file.options(operator) == file.options(before[0])
        ):
            before.append(operator)
        else:
            groups.append([operator])
    return groups


def _here(group: Sequence[Operator], file: ModelFile, turns: _Turns, of_weights: dict[int, Operator]) -> _Here:
    first = group[0]
    outputs = [operator.outputs[0] for operator in group]
    if first.code.builtin == RESHAPE:
        shape = file.shape(outputs[0])
        return _Here(lambda tensor: tensor.reshape(shape), first.inputs[:1], outputs, {})
    operate = CUSTOM_OPERATORS[_key(first)](file.options(first))
    inputs = [*first.inputs[:-1], *[operator.inputs[-1] for operator in group]]
    weights = {index: file.weights(index, of_weights.get(index)) for index in inputs if index not in turns}
    return _Here(operate, inputs, outputs, weights)


def _key(operator: Operator) -> tuple[str, int]:
    return operator.code.custom, operator.code.version
