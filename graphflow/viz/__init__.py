"""Drawing graphs: a picture is made of a draft of the graph, and written as DOT, Mermaid, SVG or PNG."""
