"""Reads the output of LiteRT and the driver while they prepare a model: nothing else names the GPU, or the trouble."""

from __future__ import annotations

import re

from graphflow.workers import one_line

_ADAPTER = re.compile(r"Selected adapter: (.+?), arch=.*?backend=(\w+), adapterType=(.*)")
_OPERATORS = re.compile(r"operations are not supported by GPU delegate:\n((?:[A-Z][A-Z0-9_]*:.*\n)+)")
_WARNING = re.compile(r"^Warning: (.+)$", re.MULTILINE)
_LONGEST = 200


def gpu_name(log: str) -> str:
    """``NVIDIA H200 (Vulkan)``; of an adapter that only plays a GPU ``SwiftShader (Vulkan, in software)``."""
    found = _ADAPTER.search(log)
    if found is None:
        return "a GPU that LiteRT does not name"
    name, backend, kind = found.groups()
    return f"{name} ({backend}, in software)" if "software" in kind.lower() else f"{name} ({backend})"


def trouble(log: str, error: str) -> str:
    """Why a model could not be prepared, in one line.

    Args:
        log: What was printed.
        error: LiteRT's exception. It mostly says where in LiteRT's source it was raised.
    """
    if found := _OPERATORS.search(log):
        names = dict.fromkeys(line.partition(":")[0] for line in found[1].splitlines())
        return f"LiteRT has its operators {', '.join(names)} on the CPU only"
    if "No adapters found" in log:
        warnings = [text.removesuffix(".") for text in dict.fromkeys(_WARNING.findall(log))]
        refused = next((text for text in warnings if "required" in text), "")
        if refused:
            return f"there is an adapter, but WebGPU refuses it ({refused})"
        return f"no adapter was found ({'; '.join(warnings)})"[:_LONGEST] if warnings else "no adapter was found"
    return one_line(error)
