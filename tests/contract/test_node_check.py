"""The view of a node that `check` gets."""

from collections.abc import Mapping
from typing import Any

import pytest

from graphflow.calculator import Calculator, NodeCheck
from graphflow.policies import InputPolicy


class View(NodeCheck):
    name = "loop"
    inputs = {"clone": 2, "iterable": 1}
    outputs = {"clone": 3, "item": 1}
    side_packets = {"size": 1}

    def written_in_file(self, option: str) -> bool:
        return True

    def set_policy(self, policy: InputPolicy) -> None: ...

    def set_type(self, port: str, type_: Any) -> None: ...

    def error(self, message: str, help: str = "", port: str | None = None) -> None:
        raise AssertionError(message)

    def warning(self, message: str, help: str = "", port: str | None = None) -> None: ...


@pytest.mark.parametrize(("port", "streams"), [("clone", 2), ("iterable", 1), ("item", 1), ("size", 1), ("zebra", 0)])
def test_connected_counts_the_input_of_a_name_before_its_output(port: str, streams: int) -> None:
    assert View().connected(port) == streams


def test_a_class_may_look_at_its_node() -> None:
    class Loop(Calculator):
        @classmethod
        def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
            if node.inputs["clone"] != node.outputs["clone"]:
                node.error(f"{node.name}: {options['size']} clones")

    Calculator.check(View(), {})
    with pytest.raises(AssertionError, match="loop: 4 clones"):
        Loop.check(View(), {"size": 4})
