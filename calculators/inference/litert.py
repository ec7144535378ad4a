"""LiteRT's interpreter of a model, ready to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphflow import UnusableFile
from graphflow.calculators.inference.delegate import Library, loaded
from graphflow.calculators.inference.depthwise import rounded_as_mediapipe
from graphflow.calculators.inference.runtime import is_litert, runtime
from graphflow.calculators.inference.segmented import SegmentedInterpreter, custom_operator_in, has_custom_operators
from graphflow.calculators.inference.single_channel import with_fast_single_channels


@dataclass(frozen=True, slots=True)
class LiteRt:
    """How LiteRT runs models.

    Attributes:
        threads: That work on one call.
        delegate: What runs a model: the name of a way, or a library.
    """

    threads: int
    delegate: str | Library

    def prepared(self, name: str, content: bytes) -> Any:
        """What runs a model, ready to run.

        Args:
            name: The model's, for messages.
            content: Its file.

        Raises:
            UnusableFile: Nothing can run it.
        """
        if self.delegate == "xnnpack":
            content = with_fast_single_channels(rounded_as_mediapipe(content))
        try:
            if has_custom_operators(content, xnnpack=self.delegate != "none" and is_litert()):
                interpreter: Any = SegmentedInterpreter(content, self.interpreter)
            else:
                interpreter = self.interpreter(content)
            interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            lacking = custom_operator_in(str(error), content)
            if lacking:
                raise UnusableFile(
                    f"{name} has the operator '{lacking}', which neither LiteRT nor graphflow can run; "
                    "take a version of the model that does without it"
                ) from error
            if isinstance(self.delegate, Library):
                raise UnusableFile(f"the delegate '{self.delegate.path}' cannot run {name}: {error}") from error
            raise UnusableFile(f"{name} is no model that LiteRT can run: {error}") from error
        except MemoryError as error:
            raise UnusableFile(f"{name} takes more memory than there is: it is damaged, or much too large") from error
        return interpreter

    def interpreter(self, content: bytes) -> Any:
        """LiteRT's interpreter of a model, or of a part of one."""
        library = runtime()
        options: dict[str, Any] = {"model_content": content, "num_threads": self.threads}
        if self.delegate == "none":
            resolver = library.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
            options["experimental_op_resolver_type"] = resolver
        elif isinstance(self.delegate, Library):
            options["experimental_delegates"] = [loaded(self.delegate, library)]
        return library.Interpreter(**options)


def run_on_zeros(interpreter: Any) -> None:
    """Run a model once on nothing, to see whether it can."""
    import numpy

    for details in interpreter.get_input_details():
        interpreter.set_tensor(details["index"], numpy.zeros(details["shape"], details["dtype"]))
    interpreter.invoke()
