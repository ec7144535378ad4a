"""The drawing of a graph in a notebook: by Graphviz where there is one, else a page in a frame, which needs none."""

from __future__ import annotations

import html
from pathlib import Path

from graphflow.checking import CheckedGraph
from graphflow.errors import MissingResource
from graphflow.viz.draft import draft
from graphflow.viz.page import to_html
from graphflow.viz.render import TooLarge, graphviz


def graph_bundle(graph: CheckedGraph) -> dict[str, str]:
    """The drawing by its MIME type.

    A drawing by Graphviz is small, and is seen where no scripts run: on GitHub, in nbviewer.
    """
    try:
        drawn = graphviz(draft(graph), Path("graph.svg"), ("-Tsvg",)).decode()
        return {"image/svg+xml": drawn}
    except (MissingResource, TooLarge):
        page = html.escape(to_html(draft(graph, foldable=True)), quote=True)
        # Without allow-same-origin, so that it has no access to the notebook.
        return {
            "text/html": f'<iframe srcdoc="{page}" sandbox="allow-scripts" title="Drawing of the graph" '
            'style="width: 100%; height: 640px; border: 1px solid #cbd3de"></iframe>'
        }
