"""How much a graph may hold. Everything is counted, nothing timed: what is refused here is refused everywhere.

Together they hold checking, drawing and suggesting to about 3 seconds and 300 MB for any files within them
(``tools/bench_limits`` measures the worst that are known).
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_SIZE = 1_000_000
"""Bytes of a graph file; characters, where a graph comes as text."""
MAX_TOTAL_SIZE = 2_000_000
"""Bytes of all files of a graph together."""
MAX_FILES = 1_000
"""Files of a graph, each counted once."""
MAX_DEPTH = 50
"""Lists and maps inside each other: functions that walk them may be recursive."""
MAX_VALUES = 100_000
"""Values, and ends of lists and maps, in all files of a graph together: about 4,000 nodes."""
MAX_NAME_LENGTH = 200
"""Characters of one name in a file."""
MAX_ERRORS = 100
"""Findings of one severity at most: a file that is no graph must not print hundreds of errors."""

MAX_INCLUDE_DEPTH = 64
"""Subgraphs inside each other."""
MAX_NODES = 3_000
"""Nodes and files, each as often as it is included: a file that includes the next one twice doubles them."""
MAX_CONNECTIONS = 20_000
"""Streams and side packets at ports, counted in the same way."""
MAX_NAME_CHARACTERS = 1_000_000
"""Characters of all full names together: each level of subgraphs makes those inside it longer."""
MAX_OPTION_VALUES = 100_000
"""Values in the options of all nodes together: a graph option can bring a long list to every one of them."""

MAX_SHOWN_NODES = 10
"""Nodes of a cycle that a message shows."""
MAX_LISTED = 30
"""Names that a message lists."""
MAX_COMPARED = 100
"""Names that a misspelt one is compared with: the alphabetically nearest ones."""
MAX_LAID_OUT = 400
"""Boxes and arrows that Graphviz is asked to lay out: its time grows much faster than the graph."""


@dataclass(slots=True)
class Budget:
    """What the files of one graph may still hold."""

    size: int = MAX_TOTAL_SIZE
    files: int = MAX_FILES
    values: int = MAX_VALUES
