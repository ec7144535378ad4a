"""A payload type in words: what it holds, how it is imported, and which calculators send and take it."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from graphflow import introspect
from graphflow.calculator_files import files_of
from graphflow.cli.console import aligned
from graphflow.cli.describe import section
from graphflow.contract import Contract
from graphflow.errors import ContractError
from graphflow.plan.types import named_types, names_in, shown
from graphflow.registry import BUILT_IN, CalculatorLookupError, Registry
from graphflow.signature import contract_of

TYPES = f"{BUILT_IN}.types"


@dataclass(frozen=True, slots=True)
class PayloadType:
    """A type of the perception calculators, read without importing it.

    Attributes:
        name: As authors and graph files write it.
        module: Where it is defined.
        place: ``file:line``.
        doc: What its author says of it.
    """

    name: str
    module: str
    place: str
    doc: str


def payload_types() -> dict[str, PayloadType]:
    """All of them, by name."""
    return {
        name: replace(kind, place=f"{introspect.shown_path(file)}:{line}") for name, file, line, kind in _in_files()
    }


@cache
def _in_files() -> list[tuple[str, str, int, PayloadType]]:
    """By name: the file and the line of each, and what stands there."""
    found = []
    for file in files_of(TYPES):
        body = ast.parse(Path(file.path).read_bytes()).body
        for node, after in zip(body, [*body[1:], None], strict=True):
            name, doc = _defined(node, after)
            if name[:1].isupper() and doc:
                kind = PayloadType(name, file.module, "", inspect.cleandoc(doc))
                found.append((name, file.path, node.lineno, kind))
    return sorted(found, key=lambda one: one[0])


def describe_type(kind: PayloadType, registry: Registry) -> dict[str, Any]:
    """Everything worth knowing about it, in terms of JSON."""
    module = importlib.import_module(kind.module)
    value = getattr(module, kind.name)
    short = kind.name in importlib.import_module(TYPES).__all__
    fixed = isinstance(value, type) and not isinstance(value, types.GenericAlias)
    users = list(_users(kind.name, registry))
    return {
        "name": kind.name,
        "source": kind.place,
        "doc": kind.doc.partition("Attributes:")[0].strip(),
        "type": "" if fixed else shown(value),
        "import": f"from {'graphflow' if short else kind.module} import {kind.name}",
        "fields": _fields(value) if fixed else [],
        "methods": _methods(value) if fixed else [],
        "sent_by": [port for port, sends in users if sends],
        "taken_by": [port for port, sends in users if not sends],
    }


def as_text(description: dict[str, Any]) -> str:
    """The same for people."""
    lines = [f"{description['name']}   ({description['source']})"]
    lines += [f"is {description['type']}"] if description["type"] else []
    lines += [description["doc"], "", "Import", f"  {description['import']}"]
    for title, key in (("Fields", "fields"), ("Methods", "methods")):
        lines += section(title, description[key])
    for title, key in (("Sent by", "sent_by"), ("Taken by", "taken_by")):
        if description[key]:
            rows = [("", *port.split(".")) for port in description[key]]
            lines += ["", title, *aligned(rows)]
    return "\n".join(lines)


def _defined(node: ast.stmt, after: ast.stmt | None) -> tuple[str, str]:
    """The name that a statement gives to a type, and the text that explains it."""
    if isinstance(node, ast.ClassDef):
        return node.name, ast.get_docstring(node) or ""
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    text = after.value if isinstance(after, ast.Expr) else None
    if isinstance(target, ast.Name) and isinstance(text, ast.Constant) and isinstance(text.value, str):
        return target.id, text.value
    return "", ""


def _fields(cls: type[Any]) -> list[dict[str, Any]]:
    docs: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        docs |= introspect.documented(base.__doc__) if base.__module__.startswith(BUILT_IN) else {}
    if dataclasses.is_dataclass(cls) or hasattr(cls, "_fields"):
        names = [field.name for field in dataclasses.fields(cls)] if dataclasses.is_dataclass(cls) else cls._fields
        hints = typing.get_type_hints(cls)
    else:
        hints = typing.get_type_hints(cls.__init__)
        names = [name for name in docs if name in hints]
    return [{"name": one, "type": _type(hints[one]), "notes": [], "doc": docs.get(one, "")} for one in names]


def _type(hint: Any) -> str:
    """As of a port, where a payload is never None."""
    return shown(hint) + (" | None" if types.NoneType in typing.get_args(hint) else "")


def _methods(cls: type[Any]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for base in cls.__mro__:
        for name, function in vars(base).items():
            if name.startswith("_") or not isinstance(function, types.FunctionType) or not function.__doc__:
                continue
            given = ", ".join(list(inspect.signature(function).parameters)[1:])
            doc = introspect.first_paragraph(function.__doc__)
            found.setdefault(name, {"name": f"{name}({given})", "type": "", "notes": [], "doc": doc})
    return list(found.values())


def _users(name: str, registry: Registry) -> Iterator[tuple[str, bool]]:
    """The ports that have the type, as ``Calculator.port``, and whether they send it."""
    for listing in registry.names():
        if listing.shadowed:
            continue
        try:
            contract = contract_of(registry.resolve(listing.name))
        except (CalculatorLookupError, ContractError):  # 'list' and 'inspect' of that one tell why
            continue
        yield from _ports_of(contract, name)


def _ports_of(contract: Contract, name: str) -> Iterator[tuple[str, bool]]:
    names = names_in(contract.calculator.__module__)
    ports: list[tuple[Any, bool]] = [(port, True) for port in (*contract.outputs, *contract.side_outputs)]
    ports += [(port, False) for port in (*contract.inputs, *contract.side_inputs)]
    for port, sends in ports:
        if name in named_types(port.type, names):
            yield f"{contract.name}.{port.name}", sends
