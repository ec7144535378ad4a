"""What the shapes write their graph files with."""

from __future__ import annotations

Files = dict[str, str]

HEAD = "graphflow: 1\n"


def nodes_file(entries: list[str], head: str = "") -> str:
    return f"{HEAD}{head}nodes:\n" + "".join(f"  {entry}\n" for entry in entries)


def passing(name: str, reads: str, sends: str) -> str:
    return f"{name}: {{calculator: PassThrough, inputs: {{item: {reads}}}, outputs: {{out: {sends}}}}}"


def source(name: str, sends: str) -> str:
    return (
        f"{name}: {{calculator: CountingSource, side_packets: {{max_count: {{value: 4}}}}, outputs: {{out: {sends}}}}}"
    )
