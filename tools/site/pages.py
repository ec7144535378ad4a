"""The pages that people have written, as the site needs them: links lead to pages, and graphs have drawings."""

from __future__ import annotations

import re
from pathlib import Path

from graphflow.checking import check_text
from graphflow.registry import Registry
from tools.site.drawings import Drawings

_TOP = ("README", "ARCHITECTURE", "CONTRIBUTING", "SECURITY", "CHANGELOG")
"""Pages that lie in the checkout's top folder; on the site they lie beside the others."""
_RENAMED = {"README.md": "overview.md"}
"""Zensical would take a README for the first page, which there is already."""
_PICTURES = (".jpg", ".svg", ".png")
_LINK = re.compile(r"""(\[(?P<words>[^\]]*)\]\(|\bsrc=")(?!https?:)(?P<path>[^)"#\s]+)(?P<rest>[^)"]*.)""")
_CODE_IN_TABLE = re.compile(r"(?<=[ (])`[^`\n]*\\\|[^`\n]*`")
"""A stroke in code: GitHub wants it escaped in a table, and Zensical shows what escapes it."""
_GRAPH = re.compile(
    r"^```yaml(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```\n(?P<between>(?:(?!```).)*?)"
    r"(?:<!-- drawn -->|```mermaid\n.*?^```)$",
    re.MULTILINE | re.DOTALL,
)


def hand_written(root: Path, drawings: Drawings) -> dict[str, str]:
    """The pages of docs/, and those of the top folder, by file name."""
    files = [*sorted((root / "docs").glob("*.md")), *(root / f"{name}.md" for name in _TOP)]
    return {_RENAMED.get(file.name, file.name): _page(file, drawings) for file in files}


def _page(file: Path, drawings: Drawings) -> str:
    text = _LINK.sub(_link, file.read_text(encoding="utf-8"))
    text = _CODE_IN_TABLE.sub(lambda match: match[0].replace(r"\|", "|"), text)
    numbers = iter(range(1, 100))

    def drawn(match: re.Match[str]) -> str:
        """A graph and its drawing, for which a page asks, or which it has already in the language of GitHub."""
        graph = check_text(match["text"], match["title"] or f"{file.stem}.yaml", Registry())
        before = match[0][: match.end("between") - match.start()]
        return f"{before}{drawings.add(f'{file.stem}-{next(numbers)}', graph)}"

    return _GRAPH.sub(drawn, text)


def _link(match: re.Match[str]) -> str:
    """A link to another page or a picture, which lies beside the page here. Other files are only named."""
    path = match["path"].removeprefix("../").removeprefix("docs/")
    if "/" in path.removeprefix("pictures/") or not path.endswith((".md", *_PICTURES)):
        return f"`{match['words']}`"
    return f"{match[1]}{_RENAMED.get(path, path)}{match['rest']}"
